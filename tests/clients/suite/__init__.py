"""What Mastodon.py of any age is asked to do; runs in that client's own environment, so it imports nothing of ours."""
