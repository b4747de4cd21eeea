"""From Friendica's parameters to the domain's: a new post with its place, parent and addressees."""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.media import photos
from folkmoot.domain.people.accounts import preferences
from folkmoot.domain.posts import addressees
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.text import Markup, length
from folkmoot.domain.views import PostView
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica.requests import UpdateStatus

_NUMBERS = re.compile(r"[\d\s,<>]*", re.ASCII)
_LAST_NUMBER = re.compile(r"/(\d{1,18})/?(?:\.\w+)?$", re.ASCII)
_MAX_SOURCE = 100
_NARROWNESS: dict[int, int] = {
    Audience.PUBLIC: 0,
    Audience.UNLISTED: 1,
    Audience.LOCAL: 2,
    Audience.FOLLOWERS: 3,
    Audience.CIRCLE: 4,
    Audience.DIRECT: 4,
}
Ids = list[str] | msgspec.UnsetType


def numbers(values: list[str], name: str) -> list[int]:
    """Numbers as clients send lists: repeated, with commas between, or as <3><9>. Raises Invalid."""
    found: list[int] = []
    for value in values:
        if not _NUMBERS.fullmatch(value):
            raise Invalid(name, "not_a_number")
        found += [int(digits) for digits in re.findall(r"\d+", value) if len(digits) <= 18]
    return list(dict.fromkeys(found))


def parent_id(tx: Tx, text: str | None) -> int | None:
    """The post that is answered: an id, or the uri or address of a post of ours; -1, 0 and nothing mean none.

    Raises NotFound for what can be none of ours.
    """
    word = (text or "").strip()
    if word in ("", "-1", "0"):
        return None
    if word.isascii() and word.isdigit() and len(word) <= 18:
        return int(word)
    ours = word.startswith(f"{tx.settings.base_url}/")
    match = _LAST_NUMBER.search(word) if ours else None
    if match is None:
        raise NotFound(what="post")
    return int(match[1])


def draft(tx: Tx, viewer: Viewer, ask: UpdateStatus, app_id: int | None, key: str) -> Draft:
    """The post that is asked for, without the files that came with the call; *key* is an Idempotency-Key.

    Raises NotFound for parent, circle or contact, Invalid for text and place.
    """
    html = (ask.htmlstatus or "").strip()
    text = ask.htmlstatus if html else ask.status
    if length(ask.title, text or "") > tx.settings.max_characters:
        raise Invalid("text", "too_long", f"The text is longer than {tx.settings.max_characters} characters.")
    answered = parent_id(tx, ask.in_reply_to_status_id)
    made = Draft(
        text=text or "",
        markup=Markup.HTML if html else Markup.BBCODE,
        title=ask.title,
        parent_id=answered,
        media_ids=photos.usable(tx, viewer, numbers(ask.media_ids, "media_ids")),
        door="friendica",
        app_id=app_id,
        idempotency=key,
        extra=extra(ask),
    )
    _address(tx, viewer, made, ask)
    return made


def _address(tx: Tx, viewer: Viewer, made: Draft, ask: UpdateStatus) -> None:
    lists: dict[str, Ids] = {
        "group_allow": ask.group_allow,
        "circle_allow": ask.circle_allow,
        "contact_allow": ask.contact_allow,
        "group_deny": ask.group_deny,
        "circle_deny": ask.circle_deny,
        "contact_deny": ask.contact_deny,
    }
    given = {name: numbers(value, name) for name, value in lists.items() if value is not msgspec.UNSET}
    parent = views.post(tx, viewer, made.parent_id) if made.parent_id is not None else None
    parent = parent.boost_of or parent if parent is not None else None
    if given:
        chosen = addressees.choose(
            tx,
            viewer,
            circle_ids=[*given.get("group_allow", []), *given.get("circle_allow", [])],
            account_ids=given.get("contact_allow", []),
            not_circle_ids=[*given.get("group_deny", []), *given.get("circle_deny", [])],
            not_account_ids=given.get("contact_deny", []),
        )
        made.audience, made.circle_id, made.to = int(chosen.audience), chosen.circle_id, list(chosen.to)
    elif parent is not None and parent.group is None:
        made.audience = _as_narrow(parent, preferences(tx, viewer.account_id).audience)
    if parent is not None and parent.group is None and (not given or made.audience == Audience.PUBLIC):
        _answer(made, parent, viewer)


def _as_narrow(parent: PostView, usual: int) -> int | None:
    """The audience of an answer whose author named none: the *usual* one, but never wider than what is answered."""
    if parent.audience in (Audience.DIRECT, Audience.CIRCLE):
        return int(Audience.DIRECT)
    narrow = _NARROWNESS
    return parent.audience if narrow.get(parent.audience, 0) > narrow.get(usual, 0) else None


def _answer(made: Draft, parent: PostView, viewer: Viewer) -> None:
    """In Friendica an answer reaches whom it answers without naming them."""
    heard = [parent.author.id]
    if parent.audience in (Audience.DIRECT, Audience.CIRCLE) and made.audience == Audience.DIRECT:
        heard += [person.id for person in parent.mentions]
    made.to += [id_ for id_ in dict.fromkeys(heard) if id_ != viewer.account_id and id_ not in made.to]


def extra(ask: UpdateStatus) -> dict[str, Any]:
    """Small facts kept with the post: the client's name, and the place where both numbers are there and not zero.

    Raises Invalid("lat" | "long", "out_of_range").
    """
    kept: dict[str, Any] = {}
    source = " ".join(ask.source.split())[:_MAX_SOURCE]
    if source and source != "api":
        kept["source"] = source
    if ask.lat and ask.long:
        for name, value, bound in (("lat", ask.lat, 90), ("long", ask.long, 180)):
            if not math.isfinite(value) or abs(value) > bound:
                raise Invalid(name, "out_of_range")
        kept["place"] = [ask.lat, ask.long]
    return kept
