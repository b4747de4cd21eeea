"""Kinds of notices: which may be told to their own cause, which a person's rules may hold back, which are bundled."""

from __future__ import annotations

from typing import Final

import msgspec


class NoticeKind(msgspec.Struct, frozen=True):
    """What is true of all notices of one kind.

    *own*: told of one's own doing too. *by_rules*: the receiver's rules may set it aside or drop it. *bundled*: told
    together with others of its kind about the same post. *talk*: its sender gets a request when it is set aside.
    *latest*: a new one takes the place of the old one. *seldom*: so few that lists may skip over them.
    """

    own: bool = False
    by_rules: bool = False
    bundled: bool = False
    talk: bool = False
    latest: bool = False
    seldom: bool = False


KINDS: Final[dict[str, NoticeKind]] = {
    "mention": NoticeKind(by_rules=True, talk=True),
    "post": NoticeKind(),
    "boost": NoticeKind(by_rules=True, bundled=True),
    "like": NoticeKind(by_rules=True, bundled=True),
    "follow": NoticeKind(by_rules=True, bundled=True),
    "follow_request": NoticeKind(by_rules=True),
    "poll": NoticeKind(own=True),
    "edit": NoticeKind(latest=True),
    "quote": NoticeKind(by_rules=True, talk=True),
    "quoted_edit": NoticeKind(latest=True),
    "sign_up": NoticeKind(bundled=True),
    "report": NoticeKind(),
    "severed": NoticeKind(own=True),
    "warning": NoticeKind(own=True),
    "collected": NoticeKind(by_rules=True),
    "collection_edited": NoticeKind(latest=True),
    "annual_report": NoticeKind(own=True),
    "member_request": NoticeKind(seldom=True),
    "mail_paused": NoticeKind(own=True, latest=True, seldom=True),
    "event_soon": NoticeKind(own=True, seldom=True),
    "event_seat": NoticeKind(own=True, latest=True, seldom=True),
    "group_owner": NoticeKind(seldom=True),
}
"""All kinds. "post": somebody whom one wanted to hear of posted; "edit": a boosted post was changed; "severed": bonds
were cut; "collected": one was put into a collection; "member_request": somebody asks to join a group;
"mail_paused": mail to one's own address came back, so no more is sent; "event_soon": an event that one goes to begins;
"event_seat": one waited for a seat at an event and has it now; "group_owner": a group without an owner is one's own."""
BUNDLED: Final = frozenset(name for name, kind in KINDS.items() if kind.bundled)
TALK: Final = frozenset(name for name, kind in KINDS.items() if kind.talk)
SPAN_HOURS: Final = 12
"""What is told together began at most so many hours before."""
SAMPLE: Final = 8
"""So many of those who are told together are named."""
