"""What clients send as the domain's drafts and changes; what this server does not offer is refused, never ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET

from folkmoot.domain.errors import Invalid
from folkmoot.domain.media.media import MediaChange
from folkmoot.domain.media.pictures import focus_point
from folkmoot.domain.people.accounts import preferences
from folkmoot.domain.people.profiles import ProfileChange
from folkmoot.domain.posts.drafts import Change, Draft
from folkmoot.domain.posts.polls import NewPoll
from folkmoot.domain.text import Markup, length
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.at import At
from folkmoot.doors.mastodon.pages import numbers
from folkmoot.doors.mastodon.present import raw_text
from folkmoot.doors.mastodon.present_parts import POLICIES
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.doors.mastodon.words import AUDIENCE, VISIBILITY
from folkmoot.settings import Settings
from folkmoot.wire.codecs import parse_time, read_id
from folkmoot.wire.mastodon.requests.accounts import UpdateCredentials
from folkmoot.wire.mastodon.requests.profile import UpdateProfile
from folkmoot.wire.mastodon.requests.statuses import EditStatus, PollAttributes, PostStatus

MAX_KEY = 255
NO_TEXT = "."
"""Stands for the text of a post that is a content warning alone, as other servers of this API write it."""


def draft(at: At, ask: PostStatus) -> Draft:
    """A new post. Raises Said for what can't be taken; NotFound from the domain for an unseen parent."""
    _length(at.house.settings, ask.spoiler_text, ask.status)
    return Draft(
        text=_text(ask),
        markup=Markup.PLAIN,
        warning=ask.spoiler_text,
        language=_language(ask.language),
        sensitive=ask.sensitive,
        audience=_audience(ask.visibility),
        parent_id=_parent(ask.in_reply_to_id),
        media_ids=_media(ask.media_ids),
        poll=_poll(ask.poll),
        quote_of=_parent(ask.quoted_status_id),
        quote_policy=None if not ask.quote_approval_policy else quote_policy(ask.quote_approval_policy),
        door="mastodon",
        app_id=at.caller.app_id if at.caller else None,
        idempotency=(at.http.header("idempotency-key") or ask.idempotency_key)[:MAX_KEY],
    )


def _text(ask: PostStatus | EditStatus) -> str:
    alone = ask.spoiler_text.strip() and not (ask.status.strip() or ask.media_ids or _poll(ask.poll))
    return NO_TEXT if alone else ask.status


def _poll(ask: PollAttributes | None) -> NewPoll | None:
    if ask is None or not (ask.options or ask.expires_in):
        return None
    return NewPoll(
        options=ask.options, seconds=ask.expires_in, multiple=ask.multiple, hide_totals=ask.hide_totals
    )


def quote_policy(word: str | None) -> int:
    """Who may quote. Raises Said."""
    if word not in POLICIES:
        raise Said(422, "Validation failed: Quote approval policy is not included in the list")
    return int(POLICIES[word])


def moment(text: str | None) -> int | None:
    """A time in ms, None where none is said. Raises Said."""
    if not text:
        return None
    when = parse_time(text)
    if when is None:
        raise Said(422, "Validation failed: Scheduled at is not a valid date")
    return when


def due(at: At, ask: PostStatus) -> int | None:
    """When to post, None for now: a time that has passed is now."""
    when = moment(ask.scheduled_at)
    return None if when is None or when <= at.house.clock() else when


def asked(at: At, ask: PostStatus) -> dict[str, Any]:
    """The parameters of a post to come, as the answer mirrors them."""
    poll = (
        _poll(ask.poll)
        and ask.poll
        and {
            "options": ask.poll.options,
            "expires_in": ask.poll.expires_in,
            "multiple": ask.poll.multiple,
            "hide_totals": ask.poll.hide_totals,
        }
    )
    return {
        "text": ask.status,
        "poll": poll,
        "media_ids": [str(i) for i in ask.media_ids] or None,
        "sensitive": ask.sensitive,
        "spoiler_text": ask.spoiler_text or None,
        "visibility": ask.visibility or VISIBILITY[preferences(at.tx, at.viewer.account_id).audience],
        "in_reply_to_id": read_id(ask.in_reply_to_id) if ask.in_reply_to_id else None,
        "language": _language(ask.language),
        "application_id": (at.caller.app_id if at.caller else None) or 0,
        "idempotency": at.http.header("idempotency-key") or ask.idempotency_key or None,
    }


def _length(settings: Settings, warning: str, text: str) -> None:
    limit = settings.max_characters
    # No text is shorter in clusters than a quarter of a percent of its code points: counting megabytes is pointless.
    if len(warning) + len(text) > 400 * limit or length(warning, text) > limit:
        raise Said(422, f"Validation failed: Text character limit of {limit} exceeded")


def _audience(visibility: str | None) -> int | None:
    if not visibility:
        return None
    if visibility not in AUDIENCE:
        raise Said(422, "Validation failed: Visibility is not included in the list")
    return AUDIENCE[visibility]


def _language(code: str | None) -> str | None:
    """The language in the usual writing; what is none is as if it had not been said, so the author's own counts."""
    if not code or len(code) > 35:
        return None
    first, *rest = code.replace("_", "-").split("-")
    if not (first.isascii() and first.isalpha() and 2 <= len(first) <= 3):
        return None
    if not all(part.isascii() and part.isalnum() for part in rest):
        return None
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _parent(text: str | None) -> int | None:
    if not text:
        return None
    return read_id(text) or 0


def _media(ids: Sequence[str]) -> list[int]:
    found = numbers(ids)
    if len(found) < len(set(ids)):
        raise Said(422, "Validation failed: Media attachments are unknown, not yours or in use already")
    return found


def change(at: At, ask: EditStatus, now: PostView, previews: Mapping[int, tuple[str, int, int]]) -> Change:
    """An edit, which replaces the post as a whole: what is absent is cleared, but language, sensitive and the rule for
    quotes stay. *previews* are the thumbnails sent along, stored already."""
    _length(at.house.settings, ask.spoiler_text, ask.status)
    same = ask.status == raw_text(now)
    return Change(
        text=None if same else _text(ask),
        markup=None if same else Markup.PLAIN,
        warning=ask.spoiler_text,
        language=_language(ask.language),
        sensitive=ask.sensitive,
        media_ids=_media(ask.media_ids),
        media={
            id_: MediaChange(description=m.description, focus=_focus(m.focus), preview=previews.get(id_))
            for m in ask.media_attributes
            if (id_ := read_id(m.id)) is not None
        },
        poll=(poll := _poll(ask.poll)),
        no_poll=poll is None,
        quote_policy=None if not ask.quote_approval_policy else quote_policy(ask.quote_approval_policy),
    )


def _focus(text: str | None) -> str | None:
    try:
        return None if text is None else focus_point(text)
    except Invalid:
        raise Said(422, "Validation failed: Focus must be two numbers from -1 to 1") from None


def profile(ask: UpdateCredentials | UpdateProfile) -> ProfileChange:
    """Changes of a profile, pictures aside; what was not said stays."""
    change = ProfileChange()
    for ours, theirs in (
        ("display_name", ask.display_name),
        ("note", ask.note),
        ("locked", ask.locked),
        ("bot", ask.bot),
        ("discoverable", ask.discoverable),
        ("indexable", ask.indexable),
        ("hide_collections", ask.hide_collections),
        ("avatar_description", ask.avatar_description),
        ("header_description", ask.header_description),
        ("attribution_domains", ask.attribution_domains),
    ):
        if theirs is not UNSET and theirs is not None:
            setattr(change, ours, theirs)
    if ask.fields_attributes is not UNSET:
        change.fields = [(f.name, f.value) for f in ask.fields_attributes if f.name or f.value]
    if isinstance(ask, UpdateCredentials) and ask.source is not UNSET:
        if ask.source.privacy is not UNSET:
            change.default_audience = _audience(ask.source.privacy)
        if ask.source.sensitive is not UNSET:
            change.default_sensitive = ask.source.sensitive
        if ask.source.quote_policy is not UNSET:
            change.default_quote_policy = quote_policy(ask.source.quote_policy)
        if ask.source.language is not UNSET:
            change.default_language = _language(ask.source.language) or ""
    return change
