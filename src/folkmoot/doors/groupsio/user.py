"""Changing one's own account: what means something everywhere goes into the profile, the rest is kept as said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET

from folkmoot.domain import views
from folkmoot.domain.people import accounts, entering, tastes
from folkmoot.domain.people.profiles import ProfileChange, update_profile
from folkmoot.domain.people.showing import ProfileSight
from folkmoot.domain.sections import repeats
from folkmoot.domain.text import Markup, render
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio.calls import call
from folkmoot.doors.groupsio.door import Refused
from folkmoot.doors.groupsio.load import TASTES, own_user
from folkmoot.doors.groupsio.present import LOCATION, PROFILE_PRIVACY, WEBSITE
from folkmoot.wire.groupsio.user import User
from folkmoot.wire.groupsio.user_requests import Said, UpdateProfile, UpdateUser

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

PROFILE: Final = frozenset({"csrf", "full_name", "about_me", "location", "website", "profile_privacy"})
WAYS: Final = {"allow_facebook_login": "facebook", "allow_google_login": "google"}
MAX_TASTE: Final = 100
SIGHTS: Final = {word: sight for sight, word in PROFILE_PRIVACY.items()}


@call(UpdateUser)
def update_user(at: At, ask: UpdateUser) -> User:
    return _update(at.tx, at, ask)


@call(UpdateProfile)
def update_profile_(at: At, ask: UpdateProfile) -> User:
    return _update(at.tx, at, ask)


def _update(tx: Tx, at: At, ask: Said) -> User:
    me = at.viewer.required()
    said = {name: value for name, value in msgspec.structs.asdict(ask).items() if value is not UNSET}
    kept = {name: value for name, value in said.items() if name not in PROFILE and name not in WAYS}
    _check(kept)
    update_profile(tx, at.viewer, _profile(tx, views.account(tx, me), said))
    for field, way in WAYS.items():
        if field in said:
            entering.set_open(tx, me, way, is_open=said[field])
    if "timezone" in kept:
        accounts.set_timezone(tx, me, kept["timezone"])
    tastes.keep(tx, me, TASTES, **kept)
    return own_user(tx, at)


def _check(kept: dict[str, Any]) -> None:
    """Raises Refused("invalid timezone" …)."""
    if "timezone" in kept:
        repeats.zone_of(kept["timezone"])
    for name, value in kept.items():
        if isinstance(value, str) and len(value) > MAX_TASTE:
            raise Refused(f"invalid {name}")


def _profile(tx: Tx, account: AccountView, said: dict[str, Any]) -> ProfileChange:
    change = ProfileChange(display_name=said.get("full_name"))
    if "about_me" in said:
        settings = tx.settings
        plain = said.get("about_format") in ("about_plain", "about_markdown")
        text = said["about_me"]
        base = {"base_url": settings.base_url, "local_domain": settings.domain}
        change.note = text if plain else render(text, Markup.HTML, **base, people={}).plain
    if "location" in said or "website" in said:
        change.fields = _fields(account, said)
    if "profile_privacy" in said:
        change.profile_sight = SIGHTS[said["profile_privacy"]]
        change.discoverable = change.profile_sight == ProfileSight.EVERYONE
    return change


def _fields(account: AccountView, said: dict[str, Any]) -> list[tuple[str, str]]:
    """The lines of the profile, with those that the API has fields for set in; an empty one goes."""
    wanted = {LOCATION: said.get("location"), WEBSITE: said.get("website")}
    pairs = [(line.name, line.value) for line in account.fields]
    for name, value in wanted.items():
        if value is None:
            continue
        if name == WEBSITE and value and not value.startswith(("https://", "http://")):
            raise Refused("invalid website")
        pairs = [pair for pair in pairs if pair[0] != name]
        if value:
            pairs.append((name, value))
    return pairs
