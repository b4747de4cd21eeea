"""Names that scripts import from the module `mastodon.async_refresh`."""

from folkmoot.client.mastodon.refreshing import Refreshing as Mastodon

__all__ = ["Mastodon"]
