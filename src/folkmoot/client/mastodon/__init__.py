"""The Mastodon API with Mastodon.py's names: one class, `Mastodon`, over the client's core."""
