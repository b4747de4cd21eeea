"""What a person says of themselves: display name, note, fields, pictures, and the defaults of their posts."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid
from folkmoot.domain.media import litter
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import bonds, verifying
from folkmoot.domain.people.showing import ProfileSight
from folkmoot.domain.text import Markup, render
from folkmoot.store.schema.accounts import accounts, logins
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MAX_PICTURE_DESCRIPTION = 150
MAX_DOMAINS = 10
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_SWITCHES = (
    "locked",
    "bot",
    "discoverable",
    "indexable",
    "hide_collections",
    "show_media",
    "show_media_replies",
    "show_featured",
)


class ProfileChange(msgspec.Struct, kw_only=True):
    """Changes of a profile; what is None stays as it is."""

    display_name: str | None = None
    note: str | None = None
    fields: list[tuple[str, str]] | None = None
    avatar: str | None = None
    header: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    profile_sight: ProfileSight | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    show_featured: bool | None = None
    attribution_domains: list[str] | None = None
    default_audience: int | None = None
    default_language: str | None = None
    default_sensitive: bool | None = None
    default_quote_policy: int | None = None
    """One of quotes.Policy."""
    locale: str | None = None


def update_profile(tx: Tx, viewer: Viewer, change: ProfileChange) -> None:
    """Change the viewer's own profile; who unlocks it lets in all who wait.

    Raises Invalid("display_name" | "note" | "fields" | "avatar_description" | "header_description", "too_long"),
    Invalid("attribution_domains", …).
    """
    me = viewer.required()
    values: dict[str, Any] = {}
    if change.display_name is not None:
        if len(change.display_name) > people.DISPLAY_NAME_LENGTH:
            raise Invalid("display_name", "too_long")
        values["display_name"] = people.clean_display_name(change.display_name, "")
    if change.note is not None:
        if len(change.note) > people.NOTE_LENGTH:
            raise Invalid("note", "too_long")
        values.update(note_source=change.note, note_html=_markup(tx, change.note))
    if change.fields is not None:
        values["fields"] = _fields(tx, change.fields, _verified(tx, me))
    for name in ("avatar", "header"):
        if (blob := getattr(change, name)) is not None:
            values[name] = blob
    values.update(_about_pictures(change))
    if change.attribution_domains is not None:
        values["attribution_domains"] = _domains(change.attribution_domains)
    for name in (*_SWITCHES, "profile_sight"):
        if (on := getattr(change, name)) is not None:
            values[name] = int(on)
    if change.avatar is not None or change.header is not None:
        litter.drop(tx, *(tx.one(_PICTURES, id=me) or ()))
    if values:
        tx.update(accounts, {"id": me}, **values)
    defaults: dict[str, Any] = {}
    for name in ("default_audience", "default_language", "default_sensitive", "locale"):
        if (value := getattr(change, name)) is not None:
            defaults[name] = int(value) if isinstance(value, bool) else value
    if defaults:
        tx.update(logins, {"account_id": me}, **defaults)
    if change.default_quote_policy is not None:
        people.set_quote_policy(tx, me, change.default_quote_policy)
    if change.locked is False:
        bonds.accept_all(tx, viewer)
    if values:
        people.changed(tx, me)
    if change.fields is not None:
        verifying.watch(tx, me)


def _about_pictures(change: ProfileChange) -> dict[str, str]:
    """What is said of the two pictures; with a picture goes what was said of it."""
    out: dict[str, str] = {}
    for picture, field in (("avatar", "avatar_description"), ("header", "header_description")):
        said = getattr(change, field)
        if said is None and getattr(change, picture) == "":
            said = ""
        if said is not None:
            out[field] = " ".join(said.split())
            if len(out[field]) > MAX_PICTURE_DESCRIPTION:
                raise Invalid(field, "too_long")
    return out


def _domains(wanted: list[str]) -> str:
    """Domains whose pages may name the person as their author, as JSON."""
    found = []
    for line in wanted:
        domain = line.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/.")
        if not domain:
            continue
        if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
            raise Invalid("attribution_domains", "invalid")
        found.append(domain)
    kept = list(dict.fromkeys(found))
    if len(kept) > MAX_DOMAINS:
        raise Invalid("attribution_domains", "too_many")
    return msgspec.json.encode(kept).decode()


def _markup(tx: Tx, text: str) -> str:
    return render(
        text, Markup.PLAIN, base_url=tx.settings.base_url, local_domain=tx.settings.domain, people={}
    ).html


_PICTURES = Query(sa.select(accounts.c.avatar, accounts.c.header).where(accounts.c.id == p("id")))
_NOW = Query(sa.select(accounts.c.fields).where(accounts.c.id == p("id")))


def _verified(tx: Tx, account_id: int) -> dict[str, int | None]:
    """When the links that the fields hold now were verified, by value."""
    fields = msgspec.json.decode(tx.value(_NOW, id=account_id) or "[]", type=list[people.Field])
    return {field.value: field.verified_at for field in fields}


def _fields(tx: Tx, pairs: list[tuple[str, str]], verified: dict[str, int | None]) -> str:
    kept = [
        (name.strip()[:255], value.strip()[:255])
        for name, value in pairs[:10]
        if name.strip() or value.strip()
    ]
    rows = [people.Field(name, value, _line(tx, value), verified.get(value)) for name, value in kept]
    return msgspec.json.encode(rows).decode()


def _line(tx: Tx, value: str) -> str:
    """A field's value as HTML; its links say that they are the person's own."""
    html = _markup(tx, value).removeprefix("<p>").removesuffix("</p>")
    return html.replace('rel="nofollow noopener"', 'rel="nofollow noopener me"')
