"""Signing up through an application, and editing one's own profile."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

from msgspec import UNSET, UnsetType

from folkmoot.domain.errors import Conflict, Invalid
from folkmoot.domain.media import pictures
from folkmoot.domain.people import logins, passwords, profiles, signups
from folkmoot.domain.people.profiles import ProfileChange
from folkmoot.domain.people.selves import own_account
from folkmoot.domain.people.signups import SignUp
from folkmoot.domain.staff import barriers
from folkmoot.doors.frame import At
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.mastodon import accept, present
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.instance import DISPLAY_NAME, FIELD, FIELDS, NOTE
from folkmoot.doors.mastodon.refusals import BadFields, bad_field
from folkmoot.store.blobs import Keeper
from folkmoot.store.tx import Tx
from folkmoot.wire.mastodon.account import CredentialAccount
from folkmoot.wire.mastodon.oauth import Token
from folkmoot.wire.mastodon.requests import accounts as api
from folkmoot.wire.request import Upload

_WORDS = {
    "blank": ("ERR_BLANK", "can't be blank"),
    "taken": ("ERR_TAKEN", "has already been taken"),
    "reserved": ("ERR_RESERVED", "is a reserved keyword"),
    "too_long": ("ERR_TOO_LONG", "is too long"),
    "too_short": ("ERR_TOO_SHORT", "is too short (minimum is 8 characters)"),
    "invalid": ("ERR_INVALID", "is invalid"),
    "blocked": ("ERR_BLOCKED", "contains a disallowed e-mail provider"),
    "accepted": ("ERR_ACCEPTED", "must be accepted"),
}
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_FIELDS = {"name": "username", "address": "email"}
Wrong = dict[str, list[tuple[str, str]]]
"""By field: (a word for programs, words for people)."""


@door.on(api.CreateAccount)
async def create_account(at: At, ask: api.CreateAccount) -> Token:
    """A new account and its token, which reaches only the application's own calls until the login may act."""
    await at.read(signups.require_open)
    await _check(at, ask)
    hashed = await asyncio.to_thread(passwords.hash_password, ask.password)
    wish = SignUp(name=ask.username, address=ask.email, password_hash=hashed)
    wish.reason, wish.ip = ask.reason, at.http.ip
    if _LOCALE.fullmatch(ask.locale):  # of another it says nothing, as Mastodon
        wish.locale = ask.locale
    try:
        made = await at.write(lambda tx: _sign_up(tx, at, wish))
    except (Invalid, Conflict) as refusal:  # somebody else was quicker
        raise BadFields(_wrong([refusal])) from None
    if made is None:
        text = "belongs to somebody who writes by mail: the link that was sent there leads on"
        raise BadFields({"email": [("ERR_TAKEN", text)]})
    return made


def _wrong(refusals: Iterable[Invalid | Conflict]) -> Wrong:
    """What the domain says against a name or an address, field by field."""
    found: Wrong = {}
    for refusal in refusals:
        field, _, why = refusal.code.partition(".")
        found[_FIELDS[field]] = [_WORDS.get(why, _WORDS["invalid"])]
    return found


async def _check(at: At, ask: api.CreateAccount) -> None:
    """All that is wrong, so that a form can show it all. Raises BadFields."""
    refusals = await at.read(lambda tx: signups.faults(tx, ask.username, ask.email))
    if any(refusal.code == "address.blocked" for refusal in refusals):
        await at.write(lambda tx: barriers.tried(tx, ask.email, at.http.ip))
    wrong = _wrong(refusals)
    for field in ("username", "email", "password", "locale"):
        if not getattr(ask, field).strip():
            wrong[field] = [_WORDS["blank"]]
    if "email" in wrong and not ask.email.strip():
        wrong["email"].append(_WORDS["invalid"])
    if "password" not in wrong and len(ask.password) < passwords.MIN_LENGTH:
        wrong["password"] = [_WORDS["too_short"]]
    if not ask.agreement:
        wrong["agreement"] = [_WORDS["accepted"]]
    if at.house.settings.registration == "approval" and not ask.reason.strip():
        wrong["reason"] = [_WORDS["blank"]]
    if wrong:
        raise BadFields(wrong)


def _sign_up(tx: Tx, at: At, wish: SignUp) -> Token | None:
    caller = at.caller
    wish.app_id = caller.app_id if caller else None
    outcome = signups.sign_up(tx, wish)
    if outcome.account_id is None:
        return None
    scopes = " ".join(sorted(caller.scopes)) if caller else ""
    app_id = caller.app_id if caller else None
    _, secret = logins.issue_token(tx, account_id=outcome.account_id, app_id=app_id, scopes=scopes)
    return Token(access_token=secret, token_type="Bearer", scope=scopes, created_at=tx.now // 1000)  # noqa: S106 - the kind of token


@door.on(api.UpdateCredentials)
async def update_credentials(at: At, ask: api.UpdateCredentials) -> CredentialAccount:
    """The profile after the change."""
    change = accept.profile(ask)

    def change_it(tx: Tx) -> CredentialAccount:
        change_profile(tx, at, change)
        return present.credentials(own_account(tx, at.viewer), at.house.links)

    async with sweeping(at) as blobs:
        change.avatar = await portrait(at, blobs, ask.avatar, "avatar")
        change.header = await portrait(at, blobs, ask.header, "header")
        return await at.write(change_it)


async def portrait(at: At, blobs: Keeper, file: Upload | UnsetType | None, shape: str) -> str | None:
    """The blob of a new picture; empty where it is taken away (null), None where it stays."""
    if file is UNSET:
        return None
    if file is None or not file.data:
        return ""
    limit = at.house.settings.media_max_bytes
    kind, data = file.content_type, file.data

    def work() -> str:
        picture = pictures.portrait(
            data, kind, max_bytes=limit, shape="header" if shape == "header" else "avatar"
        )
        return blobs.put(picture)

    try:
        return await asyncio.to_thread(work)
    except Invalid:
        raise BadFields({shape: [("ERR_INVALID", "content type is invalid")]}) from None


def change_profile(tx: Tx, at: At, change: ProfileChange) -> None:
    """Change the caller's profile within the limits that this API tells. What is longer already, by other doors, may
    stay. Raises BadFields for everything that is too long, at once."""
    now, wrong = own_account(tx, at.viewer).account, Wrong()
    for field, limit, was in (
        ("display_name", DISPLAY_NAME, now.display_name),
        ("note", NOTE, now.note_source),
    ):
        wanted = getattr(change, field)
        if wanted is not None and len(wanted) > limit and wanted != was:
            wrong[field] = [("ERR_TOO_LONG", f"is too long (maximum is {limit} characters)")]
    rows = [row for row in change.fields or [] if row not in [(f.name, f.value) for f in now.fields]]
    if change.fields is not None and len(change.fields) > max(FIELDS, len(now.fields)):
        wrong["fields"] = [("ERR_TOO_LONG", f"is too long (maximum is {FIELDS} fields)")]
    if any(len(text) > FIELD for row in rows for text in row):
        wrong.setdefault("fields", []).append(
            ("ERR_TOO_LONG", f"is too long (maximum is {FIELD} characters)")
        )
    if wrong:
        raise BadFields(wrong)
    try:
        profiles.update_profile(tx, at.viewer, change)
    except Invalid as refusal:
        raise bad_field(refusal) from None
