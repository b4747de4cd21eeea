"""What the place says of itself and asks of its people: texts, terms with the days from which they hold, rules."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.powers import require_power
from folkmoot.domain.staff import stafflog
from folkmoot.domain.text import Markup, render
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.place import rules as rules_t
from folkmoot.store.schema.place import site_texts, terms
from folkmoot.store.sql import Query, in_list, text_p
from folkmoot.store.tx import Tx

TEXTS: Final = {"description": "What this place is", "privacy": "What becomes of your data"}
"""The texts that a place may have, and what they tell. They are written in Markdown."""
MAX_TEXT = 100_000
MAX_RULE, MAX_HINT, MAX_RULES = 300, 500, 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")

_TEXT = Query(
    sa.select(site_texts.c.source, site_texts.c.html, site_texts.c.updated_at).where(
        site_texts.c.name == text_p("name")
    )
)
_FORGET_TEXT = Query(sa.delete(site_texts).where(site_texts.c.name == text_p("name")))
_TERMS = Query(
    sa.select(terms.c.effective_on, terms.c.source, terms.c.html, terms.c.updated_at)
    .order_by(terms.c.effective_on)
    .limit(1000)
)
_FORGET_TERMS = Query(sa.delete(terms).where(terms.c.effective_on == text_p("day")))
_RULES = Query(
    sa.select(rules_t.c.id, rules_t.c.text, rules_t.c.hint, rules_t.c.translations)
    .where(rules_t.c.deleted_at.is_(None))
    .order_by(rules_t.c.position, rules_t.c.id)
    .limit(MAX_RULES)
)
_RULES_BY_ID = Query(
    sa.select(rules_t.c.id, rules_t.c.text, rules_t.c.hint, rules_t.c.translations).where(
        in_list(rules_t.c.id, "ids")
    )
)


class SiteText(msgspec.Struct, frozen=True):
    """A text of the place: as written, as HTML, and when it was last changed (ms)."""

    source: str
    html: str
    updated_at: int


class Terms(msgspec.Struct, frozen=True):
    """Terms of service: from which day (UTC, YYYY-MM-DD) they hold, and which day's terms come after them."""

    effective_on: str
    effective: bool
    source: str
    html: str
    updated_at: int
    succeeded_by: str | None


class HouseRule(msgspec.Struct, frozen=True):
    """A rule of the place; `translations` are (text, hint) by language."""

    id: int
    text: str
    hint: str
    translations: dict[str, tuple[str, str]]


def markdown(tx: Tx, source: str) -> str:
    """A text of the staff as HTML."""
    settings = tx.settings
    return render(
        source, Markup.MARKDOWN, base_url=settings.base_url, local_domain=settings.domain, people={}
    ).html


# ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def text_of(tx: Tx, name: str) -> SiteText | None:
    """A text of TEXTS, None where nobody wrote it."""
    row = tx.one(_TEXT, name=name)
    return None if row is None else SiteText(*row)


def set_text(tx: Tx, viewer: Viewer, name: str, source: str) -> None:
    """Write a text of TEXTS; an empty one is taken away. Raises Forbidden("role"), Invalid("name" | "text")."""
    require_power(viewer, "manage_place")
    if name not in TEXTS:
        raise Invalid("name", "unknown", f"there is no such text: {name}; there are {', '.join(TEXTS)}")
    source = _text(source)
    stafflog.note(tx, viewer, "write" if source else "remove", "site_text", 0, name)
    if not source:
        tx.run(_FORGET_TEXT, name=name)
        return
    tx.insert(
        site_texts,
        "ON CONFLICT (name) DO UPDATE SET source = excluded.source, html = excluded.html, "
        "updated_at = excluded.updated_at",
        name=name,
        source=source,
        html=markdown(tx, source),
        updated_at=tx.now,
    )


def _text(source: str) -> str:
    source = source.replace("\x00", "").strip()
    if len(source) > MAX_TEXT:
        raise Invalid("text", "too_long")
    return source


# ── terms of service ─────────────────────────────────────────────────────────────────────────────────────────────────


def today(tx: Tx) -> str:
    """The day in UTC, as YYYY-MM-DD."""
    return datetime.fromtimestamp(tx.now / 1000, UTC).strftime("%Y-%m-%d")


def all_terms(tx: Tx) -> list[Terms]:
    """All terms, the oldest first."""
    rows, now = tx.all(_TERMS), today(tx)
    after = [*(row[0] for row in rows[1:]), None][: len(rows)]
    return [
        Terms(row[0], row[0] <= now, row[1], row[2], row[3], later)
        for row, later in zip(rows, after, strict=True)
    ]


def terms_now(tx: Tx) -> Terms | None:
    """The terms that hold today; before the first ones hold, those to come; None where there are none."""
    found = all_terms(tx)
    holding = [t for t in found if t.effective]
    return holding[-1] if holding else found[0] if found else None


def terms_of(tx: Tx, day: str) -> Terms:
    """The terms that hold from just that day. Raises NotFound."""
    for found in all_terms(tx):
        if found.effective_on == day:
            return found
    raise NotFound(what="terms")


def set_terms(tx: Tx, viewer: Viewer, day: str, source: str) -> None:
    """Write the terms that hold from *day* on; empty ones are taken away.

    Raises Forbidden("role"), Invalid("day", "invalid"), Invalid("text", "too_long").
    """
    require_power(viewer, "manage_place")
    try:
        if not _DAY.fullmatch(day):
            raise ValueError(day)
        date.fromisoformat(day)
    except ValueError:
        raise Invalid("day", "invalid", f"{day!r} is no day such as 2026-01-31") from None
    source = _text(source)
    stafflog.note(tx, viewer, "write" if source else "remove", "terms", 0, day)
    if not source:
        tx.run(_FORGET_TERMS, day=day)
        return
    tx.insert(
        terms,
        "ON CONFLICT (effective_on) DO UPDATE SET source = excluded.source, html = excluded.html, "
        "updated_at = excluded.updated_at",
        effective_on=day,
        source=source,
        html=markdown(tx, source),
        created_at=tx.now,
        updated_at=tx.now,
    )


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rule(row: tuple[Any, ...]) -> HouseRule:
    return HouseRule(row[0], row[1], row[2], msgspec.json.decode(row[3], type=dict[str, tuple[str, str]]))


def rules(tx: Tx) -> list[HouseRule]:
    """The rules in their order."""
    return [_rule(row) for row in tx.all(_RULES)]


def rules_by_ids(tx: Tx, ids: list[int]) -> list[HouseRule]:
    """Rules in the order of *ids*, also those that were taken away since; unknown ids are left out."""
    found = {row[0]: _rule(row) for row in tx.all(_RULES_BY_ID, ids=ids)} if ids else {}
    return [found[i] for i in ids if i in found]


def add_rule(tx: Tx, viewer: Viewer, text: str, hint: str = "") -> int:
    """A rule after all others; its id. Raises Forbidden("role"), Invalid("text" | "hint" | "rules")."""
    require_power(viewer, "manage_place")
    if len(tx.all(_RULES)) >= MAX_RULES:
        raise Invalid("rules", "too_many")
    id_ = tx.ids.next()
    values = _rule_values(text, hint)
    tx.insert(rules_t, id=id_, position=id_, created_at=tx.now, **values)
    stafflog.note(tx, viewer, "create", "rule", id_, values["text"])
    return id_


def change_rule(tx: Tx, viewer: Viewer, rule_id: int, text: str, hint: str = "") -> None:
    """Write a rule anew. Raises Forbidden("role"), NotFound, Invalid("text" | "hint")."""
    require_power(viewer, "manage_place")
    values = _rule_values(text, hint)
    if not tx.update(rules_t, {"id": rule_id}, **values):
        raise NotFound(what="rule")
    stafflog.note(tx, viewer, "change", "rule", rule_id, values["text"])


def _rule_values(text: str, hint: str) -> dict[str, str]:
    text, hint = " ".join(text.split()), " ".join(hint.split())
    if not text:
        raise Invalid("text", "blank")
    if len(text) > MAX_RULE:
        raise Invalid("text", "too_long")
    if len(hint) > MAX_HINT:
        raise Invalid("hint", "too_long")
    return {"text": text, "hint": hint}


def translate_rule(tx: Tx, viewer: Viewer, rule_id: int, language: str, text: str, hint: str = "") -> None:
    """A rule in another language; an empty text takes it away. Raises Forbidden("role"), NotFound, Invalid."""
    require_power(viewer, "manage_place")
    if not _LANGUAGE.fullmatch(language):
        raise Invalid("language", "invalid")
    found = rules_by_ids(tx, [rule_id])
    if not found:
        raise NotFound(what="rule")
    kept = dict(found[0].translations)
    kept.pop(language, None)
    if text.strip():
        values = _rule_values(text, hint)
        kept[language] = (values["text"], values["hint"])
    if len(kept) > MAX_RULES:
        raise Invalid("translations", "too_many")
    tx.update(rules_t, {"id": rule_id}, translations=msgspec.json.encode(kept).decode())


def remove_rule(tx: Tx, viewer: Viewer, rule_id: int) -> None:
    """Take a rule away; reports that name it still can. Raises Forbidden("role"), NotFound."""
    require_power(viewer, "manage_place")
    if rule_id not in (rule.id for rule in rules(tx)):
        raise NotFound(what="rule")
    tx.update(rules_t, {"id": rule_id}, deleted_at=tx.now)
    stafflog.note(tx, viewer, "remove", "rule", rule_id)


def move_rule(tx: Tx, viewer: Viewer, rule_id: int, place: int) -> None:
    """Put a rule at *place*, counted from 1. Raises Forbidden("role"), NotFound."""
    require_power(viewer, "manage_place")
    ids = [rule.id for rule in rules(tx)]
    if rule_id not in ids:
        raise NotFound(what="rule")
    ids.remove(rule_id)
    ids.insert(max(0, place - 1), rule_id)
    for position, id_ in enumerate(ids):
        tx.update(rules_t, {"id": id_}, position=position)


_FIRST = Query(sa.select(accounts.c.created_at).order_by(accounts.c.id).limit(1))


def since(tx: Tx) -> int | None:
    """When the first account was made, ms; None where there is none yet."""
    found: int | None = tx.value(_FIRST)
    return found
