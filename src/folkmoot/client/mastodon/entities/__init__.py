"""The entities of the Mastodon API as results: dictionaries whose keys can be read as attributes, with typed fields."""
