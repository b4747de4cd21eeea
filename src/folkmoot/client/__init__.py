"""The Python client: `Mastodon` with Mastodon.py's names, over typed sessions with the server's own endpoint classes.

`from folkmoot.client import Mastodon, StreamListener` is all that a script of Mastodon.py has to change.
"""

from typing import TYPE_CHECKING, Any

from folkmoot.client.errors import *  # noqa: F403 - that module says what it offers
from folkmoot.client.errors import __all__ as _errors
from folkmoot.client.Mastodon import AttribAccessDict, CallbackStreamListener, Mastodon, StreamListener
from folkmoot.client.mastodon.handles import SSEStreamHandle, StreamHandle
from folkmoot.client.streaming_websocket import WebSocketStreamHandle, WebSocketSubscription

if TYPE_CHECKING:
    from folkmoot.client.auth import Auth, Basic, Bearer, OAuth1
    from folkmoot.client.friendica import AsyncFriendica, Friendica, FriendicaError
    from folkmoot.client.groupsio import AsyncGroupsIO, GroupsIO, GroupsIOError, TwoFactorRequired
    from folkmoot.client.session import AsyncSession, Session

__all__ = [
    "AsyncFriendica",
    "AsyncGroupsIO",
    "AsyncSession",
    "AttribAccessDict",
    "Auth",
    "Basic",
    "Bearer",
    "CallbackStreamListener",
    "Friendica",
    "FriendicaError",
    "GroupsIO",
    "GroupsIOError",
    "Mastodon",
    "OAuth1",
    "SSEStreamHandle",
    "Session",
    "StreamHandle",
    "StreamListener",
    "TwoFactorRequired",
    "WebSocketStreamHandle",
    "WebSocketSubscription",
    *_errors,
]
_LATER = {
    "AsyncSession": "session",
    "Session": "session",
    "Auth": "auth",
    "Basic": "auth",
    "Bearer": "auth",
    "OAuth1": "auth",
    "AsyncFriendica": "friendica",
    "Friendica": "friendica",
    "FriendicaError": "friendica",
    "AsyncGroupsIO": "groupsio",
    "GroupsIO": "groupsio",
    "GroupsIOError": "groupsio",
    "TwoFactorRequired": "groupsio",
}


def __getattr__(name: str) -> Any:
    """Sessions, and entities by name, are loaded when they are first wanted: importing this stays quick."""
    from importlib import import_module

    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_LATER.get(name, 'return_types')}"), name, None)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found
