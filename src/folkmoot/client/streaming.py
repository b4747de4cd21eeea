"""Names that scripts import from the module `mastodon.streaming`."""

from folkmoot.client.mastodon.handles import SSEStreamHandle, StreamHandle
from folkmoot.client.mastodon.listeners import CallbackStreamListener, StreamListener

__all__ = ["CallbackStreamListener", "SSEStreamHandle", "StreamHandle", "StreamListener"]
