"""The caller's own profile."""

from __future__ import annotations

from typing import Any

from folkmoot.domain import views
from folkmoot.domain.people import profiles
from folkmoot.domain.people.profiles import ProfileChange
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import crowd
from folkmoot.doors.friendica import show as shown
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.refusals import Said
from folkmoot.wire.friendica import requests_people as api
from folkmoot.wire.friendica.status import User
from folkmoot.wire.friendica.user import Profile, ProfileField, ProfilesEnvelope

MAX_FIELDS = 10
PLACES = ("location", "place", "ort")
PAGES = ("homepage", "website", "web", "url")
_KEYS: dict[str, tuple[str, ...]] = {
    "description": ("headline", "description", "title"),
    "date_of_birth": ("birthday", "date of birth"),
    "address": ("address",),
    "city": ("city", *PLACES),
    "region": ("region",),
    "postal_code": ("postal code", "zip"),
    "country": ("country",),
    "hometown": ("hometown",),
    "gender": ("gender",),
    "marital": ("marital status",),
    "politic": ("politics",),
    "religion": ("religion",),
    "public_keywords": ("keywords",),
    "likes": ("likes",),
    "dislikes": ("dislikes",),
    "music": ("music",),
    "book": ("books",),
    "tv": ("tv",),
    "film": ("films",),
    "interest": ("interests",),
    "work": ("work",),
    "education": ("education",),
    "homepage": PAGES,
}
"""What lines of a profile are called that Friendica has keys for."""


@door.on(api.ShowProfile)
def show(at: At, ask: api.ShowProfile) -> Response:
    me = views.account(at.tx, at.viewer.required())
    if ask.profile_id not in (0, me.id):
        raise Said(400, "profile_id not available")
    told = ProfilesEnvelope(friendica_owner=crowd.user(at, me), profiles=[_profile(at, me)])
    return encode(Bare(told, "friendica_profiles"), at)


def _profile(at: At, me: AccountView) -> Profile:
    lines = {field.name.strip().lower(): field.value for field in me.fields}
    known: dict[str, Any] = {
        key: next((lines[name] for name in names if name in lines), None) for key, names in _KEYS.items()
    }
    picture = at.house.links.avatar(me)
    return Profile(
        profile_id=me.id,
        profile_name="default",
        is_default=True,
        hide_friends=me.hide_collections,
        profile_photo=picture,
        profile_thumb=picture,
        publish=me.discoverable,
        net_publish=me.discoverable,
        about=me.note_html,
        custom_fields=[
            ProfileField(label=field.name, value=field.html or field.value) for field in me.fields
        ],
        **known,
    )


@door.on(api.UpdateProfile)
def update(at: At, ask: api.UpdateProfile) -> User:
    me = views.account(at.tx, at.viewer.required())
    fields = [(field.name, field.value) for field in me.fields]
    for names, said in ((PLACES, ask.location), (PAGES, ask.url)):
        fields = _with_line(fields, names, said)
    changed = None if ask.url is None and ask.location is None else fields
    change = ProfileChange(display_name=ask.name, note=ask.description, fields=changed)
    profiles.update_profile(at.tx, at.viewer, change)
    return _caller(at, with_status=not ask.skip_status, with_entities=ask.include_entities)


def _with_line(
    fields: list[tuple[str, str]], names: tuple[str, ...], said: str | None
) -> list[tuple[str, str]]:
    """The lines with the one that goes by one of these names said anew; nothing said leaves them, empty drops it."""
    if said is None:
        return fields
    place = next((n for n, (name, _) in enumerate(fields) if name.strip().lower() in names), None)
    if not said.strip():
        return [field for n, field in enumerate(fields) if n != place]
    if place is not None:
        return [(name, said) if n == place else (name, value) for n, (name, value) in enumerate(fields)]
    if len(fields) >= MAX_FIELDS:
        raise Said(400, f"A profile has no more than {MAX_FIELDS} lines")
    return [*fields, (names[0].capitalize(), said)]


def _caller(at: At, *, with_status: bool, with_entities: bool) -> User:
    return shown.caller(at.house, at.tx, at.viewer, with_status=with_status, with_entities=with_entities)


@door.on(api.UpdateBackgroundImage)
def update_background(at: At, ask: api.UpdateBackgroundImage) -> User:
    return _caller(at, with_status=not ask.skip_status, with_entities=ask.include_entities)
