"""The endpoints of the Mastodon client API, one module a resource, as in the documentation's methods."""
