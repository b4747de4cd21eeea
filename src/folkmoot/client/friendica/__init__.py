"""The client of Friendica's API: `Friendica`, `AsyncFriendica`, and how one is let in by OAuth 1.0a."""

from folkmoot.client.friendica.api import DIALECT, AsyncFriendica, Friendica
from folkmoot.client.friendica.entering import Asked, ask, take
from folkmoot.client.friendica.errors import FriendicaError

__all__ = ["DIALECT", "Asked", "AsyncFriendica", "Friendica", "FriendicaError", "ask", "take"]
