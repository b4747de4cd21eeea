"""What a person says of themselves: display name, note, fields, pictures, and the defaults of their posts."""

from __future__ import annotations

from typing import Any

import msgspec

from folkmoot.domain import accounts as people
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid
from folkmoot.domain.text import Markup, render
from folkmoot.store.schema.accounts import accounts, logins
from folkmoot.store.tx import Tx


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
    default_audience: int | None = None
    default_language: str | None = None
    default_sensitive: bool | None = None
    locale: str | None = None


def update_profile(tx: Tx, viewer: Viewer, change: ProfileChange) -> None:
    """Change the viewer's own profile. Raises Invalid("display_name" | "note" | "fields", "too_long")."""
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
        values["fields"] = _fields(tx, change.fields)
    for name in ("avatar", "header"):
        if (blob := getattr(change, name)) is not None:
            values[name] = blob
    for name in ("locked", "bot", "discoverable", "indexable", "hide_collections"):
        if (on := getattr(change, name)) is not None:
            values[name] = int(on)
    if values:
        tx.update(accounts, {"id": me}, **values)
    defaults: dict[str, Any] = {}
    for name in ("default_audience", "default_language", "default_sensitive", "locale"):
        if (value := getattr(change, name)) is not None:
            defaults[name] = int(value) if isinstance(value, bool) else value
    if defaults:
        tx.update(logins, {"account_id": me}, **defaults)
    if values:
        people.changed(tx, me)


def _markup(tx: Tx, text: str) -> str:
    return render(
        text, Markup.PLAIN, base_url=tx.settings.base_url, local_domain=tx.settings.domain, people={}
    ).html


def _fields(tx: Tx, pairs: list[tuple[str, str]]) -> str:
    kept = [
        (name.strip()[:255], value.strip()[:2047])
        for name, value in pairs[:10]
        if name.strip() or value.strip()
    ]
    rows = [
        people.Field(name, value, _markup(tx, value).removeprefix("<p>").removesuffix("</p>"))
        for name, value in kept
    ]
    return msgspec.json.encode(rows).decode()
