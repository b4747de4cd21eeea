"""Answers of calls about events and membership that have no object of their own."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.friendica.notification import Event
from folkmoot.wire.friendica.object import Object


class EventCreated(Object, kw_only=True):
    """An event was made or changed."""

    success: bool = True
    event_id: int
    event: Event


class EventDeleted(Object, kw_only=True):
    """An event was taken away."""

    id: int
    status: Literal["deleted"] = "deleted"


class IsMember(Object, kw_only=True):
    """Whether somebody is in a group."""

    is_member: bool
