"""What clients send as the domain's drafts and changes; what this server does not offer is refused, never ignored."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from folkmoot.domain.drafts import Change, Draft
from folkmoot.domain.profiles import ProfileChange
from folkmoot.domain.text import Markup, length
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.at import At
from folkmoot.doors.mastodon.pages import numbers
from folkmoot.doors.mastodon.present import raw_text
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.doors.mastodon.words import AUDIENCE
from folkmoot.settings import Settings
from folkmoot.wire.codecs import parse_time, read_id
from folkmoot.wire.mastodon.requests.accounts import UpdateCredentials
from folkmoot.wire.mastodon.requests.statuses import EditStatus, PostStatus

MAX_KEY = 255
_FIVE_MINUTES = 300_000


def draft(at: At, ask: PostStatus) -> Draft:
    """A new post. Raises Said for what can't be taken; NotFound from the domain for an unseen parent."""
    _offered(at, ask)
    _length(at.house.settings, ask.spoiler_text, ask.status)
    return Draft(
        text=ask.status,
        markup=Markup.PLAIN,
        warning=ask.spoiler_text,
        language=_language(ask.language),
        sensitive=ask.sensitive,
        audience=_audience(ask.visibility),
        parent_id=_parent(ask.in_reply_to_id),
        media_ids=_media(ask.media_ids),
        door="mastodon",
        app_id=at.caller.app_id if at.caller else None,
        idempotency=(at.http.header("idempotency-key") or ask.idempotency_key)[:MAX_KEY],
    )


def _offered(at: At, ask: PostStatus) -> None:
    if ask.poll is not None:
        raise Said(422, "Validation failed: Polls are not offered by this server")
    if ask.quoted_status_id is not None:
        raise Said(422, "Validation failed: Quoting is not offered by this server")
    if ask.scheduled_at is None:
        return
    when = parse_time(ask.scheduled_at)
    if when is None:
        raise Said(422, "Validation failed: Scheduled at is not a valid date")
    now = at.house.clock()
    if now < when < now + _FIVE_MINUTES:
        raise Said(422, "Validation failed: Scheduled at must be at least 5 minutes in the future")
    if when >= now:
        raise Said(422, "Validation failed: Scheduled posts are not offered by this server")


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
    if code is None:
        return None
    if len(code) > 35 or not code.replace("-", "").replace("_", "").isalnum():
        raise Said(422, "Validation failed: Language is not included in the list")
    return code


def _parent(text: str | None) -> int | None:
    if not text:
        return None
    return read_id(text) or 0


def _media(ids: Sequence[str]) -> list[int]:
    found = numbers(ids)
    if len(found) < len(set(ids)):
        raise Said(422, "Validation failed: Media attachments are unknown, not yours or in use already")
    return found


def change(at: At, ask: EditStatus, now: PostView) -> Change:
    """An edit, which replaces the post as a whole: what is absent is cleared, but language and sensitive stay."""
    if ask.poll is not None:
        raise Said(422, "Validation failed: Polls are not offered by this server")
    _length(at.house.settings, ask.spoiler_text, ask.status)
    same = ask.status == raw_text(now)
    return Change(
        text=None if same else ask.status,
        markup=None if same else Markup.PLAIN,
        warning=ask.spoiler_text,
        language=_language(ask.language),
        sensitive=ask.sensitive,
        media_ids=_media(ask.media_ids),
        descriptions={
            id_: m.description
            for m in ask.media_attributes
            if m.description is not None and (id_ := read_id(m.id)) is not None
        },
    )


def profile(ask: UpdateCredentials) -> ProfileChange:
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
    ):
        if theirs is not UNSET and theirs is not None:
            setattr(change, ours, theirs)
    if ask.fields_attributes is not UNSET:
        change.fields = [(f.name, f.value) for f in ask.fields_attributes if f.name or f.value]
    if ask.source is not UNSET:
        if ask.source.privacy is not UNSET:
            change.default_audience = _audience(ask.source.privacy)
        if ask.source.sensitive is not UNSET:
            change.default_sensitive = ask.source.sensitive
        if ask.source.language is not UNSET:
            change.default_language = _language(ask.source.language or "") if ask.source.language else ""
    return change
