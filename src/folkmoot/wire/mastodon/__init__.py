"""The Mastodon client API in its own words: one module of entities a resource, endpoints in requests/."""
