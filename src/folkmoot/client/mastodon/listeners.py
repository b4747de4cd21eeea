"""Listeners: what a stream calls, and how its bytes become calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from folkmoot.client.mastodon.casting import try_cast_recurse
from folkmoot.client.mastodon.errors import (
    MastodonError,
    MastodonMalformedEventError,
    MastodonNetworkError,
    MastodonReadTimeout,
)

#: Event → the type of what it brings; None brings nothing.
TYPES: dict[str, str | None] = {
    "update": "Status",
    "delete": "id",
    "notification": "Notification",
    "filters_changed": None,
    "conversation": "Conversation",
    "announcement": "Announcement",
    "announcement_reaction": "StreamReaction",
    "announcement.reaction": "StreamReaction",
    "announcement_delete": "id",
    "announcement.delete": "id",
    "status_update": "Status",
    "status.update": "Status",
    "encrypted_message": "AttribAccessDict",
    "notifications_merged": None,
}
NOTHING = (None, "undefined", "null", "")


class StreamListener:
    """Inherit from this and override what you want to hear of. The methods are called in the stream's thread.

    A method with a parameter `for_stream` is told the stream too (a list: its name, then tag or list).
    """

    def on_update(self, status: Any) -> None:
        """A new status."""

    def on_delete(self, status_id: Any) -> None:
        """A status was deleted: its id."""

    def on_notification(self, notification: Any) -> None:
        """A new notification."""

    def on_filters_changed(self) -> None:
        """Own filters were changed."""

    def on_conversation(self, conversation: Any) -> None:
        """A direct conversation has news."""

    def on_announcement(self, annoucement: Any) -> None:
        """An announcement was published."""

    def on_announcement_reaction(self, reaction: Any) -> None:
        """Somebody reacted to an announcement."""

    def on_announcement_delete(self, annoucement_id: Any) -> None:
        """An announcement was taken back: its id."""

    def on_status_update(self, status: Any) -> None:
        """A status was edited."""

    def on_encrypted_message(self, unclear: Any) -> None:
        """An encrypted message arrived; what it holds is not documented."""

    def on_notifications_merged(self) -> None:
        """Accepted notification requests have arrived in the list."""

    def on_websocket_error(self, error: Exception, for_stream: Any = None) -> None:
        """The server refused a subscription on a websocket."""

    def on_abort(self, err: Exception) -> None:
        """The connection is lost; *err* is raised when this returns (or, with reconnecting, it is tried again)."""

    def on_unknown_event(self, name: str, unknown_event: Any = None) -> None:
        """An event that has no method here."""

    def on_any_event(self, name: str, data: Any = None) -> None:
        """Any event at all, before its own method."""

    def handle_heartbeat(self) -> None:
        """The server says that it is still there."""

    def handle_stream(self, response: Any) -> None:
        """Read events from a response (`iter_content`) until it ends. Raises MastodonError's children."""
        from requests import exceptions

        parser = Events(self)
        try:
            for chunk in response.iter_content(chunk_size=1):
                parser.feed(chunk)
        except (exceptions.ReadTimeout, exceptions.ConnectionError, exceptions.ChunkedEncodingError) as error:
            if not getattr(response, "hung_up", False):
                self._abort(_lost(error), error)

    def handle_websocket_message(self, message: dict[str, Any]) -> None:
        """One message of a websocket: `event`, `payload`, `stream`."""
        if "event" not in message:
            self._abort(MastodonMalformedEventError("Missing field", "event", message))
        self._dispatch(message["event"], message.get("payload"), message.get("stream"), "payload" in message)

    def _abort(self, error: MastodonError, cause: Exception | None = None) -> None:
        self.on_abort(error)
        raise error from cause

    def _dispatch(self, name: str, raw: Any, for_stream: Any, present: bool) -> None:
        """Call `on_any_event`, then the event's own method, with the payload in its type."""
        kind = TYPES.get(name, "AttribAccessDict")
        payload = None
        if kind is not None or (present and raw not in NOTHING):
            if not present:
                self._abort(MastodonMalformedEventError("Missing field", "data", name))
            payload = self._payload(raw, kind)
        _call(self.on_any_event, [name, payload], for_stream)
        handler = getattr(self, f"on_{name.replace('.', '_')}", None)
        if handler is None:
            _call(self.on_unknown_event, [name, payload], for_stream)
        else:
            _call(handler, [] if kind is None else [payload], for_stream)

    def _payload(self, raw: Any, kind: str | None) -> Any:
        import msgspec

        try:
            payload = msgspec.json.decode(raw)
        except (ValueError, TypeError) as error:
            if kind == "id" and isinstance(raw, str) and raw.isalnum():
                return raw  # Pleroma's ids are no JSON
            self._abort(MastodonMalformedEventError("Bad JSON", raw), error)
        if kind == "id":
            return str(payload)
        return try_cast_recurse(kind or "AttribAccessDict", payload)


def _call(handler: Callable[..., None], arguments: list[Any], for_stream: Any) -> None:
    from inspect import signature

    try:
        told = "for_stream" in signature(handler).parameters
    except (TypeError, ValueError):  # a method in C has no signature
        told = False
    if told:
        handler(*arguments, for_stream=for_stream)
    else:
        handler(*arguments)


class Events:
    """Server-sent events (WHATWG HTML, 9.2), as far as Mastodon uses them: bytes in, calls of a listener out."""

    def __init__(self, listener: StreamListener) -> None:
        self.listener = listener
        self.buffer = bytearray()
        self.event: dict[str, str] = {}

    def feed(self, chunk: bytes) -> None:
        """Take in the next bytes, any number of them."""
        self.buffer += chunk
        if b"\n" not in chunk:
            return
        *lines, rest = bytes(self.buffer).split(b"\n")
        self.buffer = bytearray(rest)
        for line in lines:
            self._line(line)

    def _line(self, raw: bytes) -> None:
        try:
            line = raw.decode("utf-8").removesuffix("\r")
        except UnicodeDecodeError as error:
            self.listener._abort(MastodonMalformedEventError("Malformed UTF-8"), error)
        if not line:
            self._end()
        elif line.startswith(":"):
            self.listener.handle_heartbeat()
        else:
            self._field(line)

    def _field(self, line: str) -> None:
        name, colon, value = line.partition(":")
        if not colon:
            self.listener._abort(MastodonMalformedEventError("Malformed event."))
        value = value.removeprefix(" ")
        self.event[name] = f"{self.event[name]}\n{value}" if name in self.event else value

    def _end(self) -> None:
        event, self.event = self.event, {}
        if not event:
            return
        if "event" not in event:
            self.listener._abort(MastodonMalformedEventError("Missing field", "event", event))
        try:
            for_stream = json.loads(event["stream"])
        except (KeyError, ValueError):
            for_stream = None
        self.listener._dispatch(event["event"], event.get("data"), for_stream, "data" in event)


Handler = Callable[..., Any] | None


def _lost(error: Exception) -> MastodonError:
    """What is said of a connection that broke off with *error*."""
    from requests import exceptions

    if isinstance(error, exceptions.ReadTimeout):
        return MastodonReadTimeout("Timed out while reading from server.")
    if isinstance(error, exceptions.ChunkedEncodingError):
        return MastodonNetworkError("Server ceased communication.")
    kind = MastodonReadTimeout if "timed out" in str(error).lower() else MastodonNetworkError
    return kind("Requests reports connection error.")


class CallbackStreamListener(StreamListener):
    """A listener made of functions; those that are None hear nothing.

    *update_handler* gets every status, *local_update_handler* only those of this server's own accounts.
    """

    def __init__(
        self,
        update_handler: Handler = None,
        local_update_handler: Handler = None,
        delete_handler: Handler = None,
        notification_handler: Handler = None,
        conversation_handler: Handler = None,
        unknown_event_handler: Handler = None,
        status_update_handler: Handler = None,
        filters_changed_handler: Handler = None,
        announcement_handler: Handler = None,
        announcement_reaction_handler: Handler = None,
        announcement_delete_handler: Handler = None,
        encryted_message_handler: Handler = None,
        notifications_merged_handler: Handler = None,
        stream_error_handler: Handler = None,
    ) -> None:
        self.update_handler = update_handler
        self.local_update_handler = local_update_handler
        self.delete_handler = delete_handler
        self.notification_handler = notification_handler
        self.conversation_handler = conversation_handler
        self.unknown_event_handler = unknown_event_handler
        self.status_update_handler = status_update_handler
        self.filters_changed_handler = filters_changed_handler
        self.announcement_handler = announcement_handler
        self.announcement_reaction_handler = announcement_reaction_handler
        self.announcement_delete_handler = announcement_delete_handler
        self.encryted_message_handler = encryted_message_handler
        self.notifications_merged_handler = notifications_merged_handler
        self.stream_error_handler = stream_error_handler

    def on_update(self, status: Any) -> None:
        _tell(self.update_handler, status)
        if self.local_update_handler is not None:
            try:
                local = "@" not in status["account"]["acct"]
            except (KeyError, TypeError) as error:
                raise MastodonMalformedEventError("received bad update", status) from error
            if local:
                self.local_update_handler(status)

    def on_delete(self, status_id: Any) -> None:
        _tell(self.delete_handler, status_id)

    def on_notification(self, notification: Any) -> None:
        _tell(self.notification_handler, notification)

    def on_filters_changed(self) -> None:
        _tell(self.filters_changed_handler)

    def on_conversation(self, conversation: Any) -> None:
        _tell(self.conversation_handler, conversation)

    def on_announcement(self, annoucement: Any) -> None:
        _tell(self.announcement_handler, annoucement)

    def on_announcement_reaction(self, reaction: Any) -> None:
        _tell(self.announcement_reaction_handler, reaction)

    def on_announcement_delete(self, annoucement_id: Any) -> None:
        _tell(self.announcement_delete_handler, annoucement_id)

    def on_status_update(self, status: Any) -> None:
        _tell(self.status_update_handler, status)

    def on_encrypted_message(self, unclear: Any) -> None:
        _tell(self.encryted_message_handler, unclear)

    def on_notifications_merged(self) -> None:
        _tell(self.notifications_merged_handler)

    def on_websocket_error(self, error: Exception, for_stream: Any = None) -> None:
        _tell(self.stream_error_handler, error, for_stream)

    def on_unknown_event(self, name: str, unknown_event: Any = None) -> None:
        _tell(self.unknown_event_handler, name, unknown_event)


def _tell(handler: Handler, *arguments: Any) -> None:
    if handler is not None:
        handler(*arguments)
