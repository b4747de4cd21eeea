"""The staff's pages: sign-ups that wait, rules, texts, announcements, emoji. For others there is nothing here."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.media import emoji
from folkmoot.domain.people import applicants
from folkmoot.domain.place import announcements, place
from folkmoot.domain.powers import POWERS
from folkmoot.domain.staff import erasure, sanctions
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import AnnouncementForm, Choice, EmojiForm, RuleForm, TextForm
from folkmoot.doors.web.show import go, number, page, submit
from folkmoot.wire.codecs import parse_time

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

_MAX = (1 << 62) - 1
PEOPLE, PLACE = "manage_people", "manage_place"


def may(at: At, power: str) -> None:
    """Raises NotFound where the viewer has not that power: to them there is no such page."""
    if at.viewer.role < POWERS[power]:
        raise NotFound(what="page")


def staff_page(at: At, tx: Tx, template: str, title: str, **values: Any) -> Response:
    """A page of the staff's, among its other pages."""
    values.setdefault("why", "")
    runs = at.viewer.role >= POWERS[PLACE]
    return page(at, tx, f"staff-{template}.html", title=title, runs=runs, current=template, **values)


# ── who wants to join ────────────────────────────────────────────────────────────────────────────────────────────────


@door.raw("GET", "/staff")
def people(at: At) -> Response:
    """Sign-ups that wait."""
    may(at, PEOPLE)
    return staff_page(at, at.tx, "people", "People who wait", people=applicants.waiting(at.tx, at.viewer))


@door.raw("POST", "/staff/people", ask=Choice, tx="write")
def decide(at: At, ask: Choice) -> Response:
    """Let somebody in, or turn the sign-up down."""
    may(at, PEOPLE)
    check_form(at, ask.csrf)
    account_id = number(ask.account, 0, _MAX, 0)
    if ask.value not in ("approve", "reject") or account_id not in _waiting(at):
        raise NotFound(what="account")
    verb = sanctions.approve if ask.value == "approve" else erasure.reject
    verb(at.tx, at.viewer, account_id)
    return go("/staff", "approved" if ask.value == "approve" else "refused")


def _waiting(at: At) -> set[int]:
    return {person.id for person in applicants.waiting(at.tx, at.viewer)}


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.raw("GET", "/staff/rules")
def rules(at: At) -> Response:
    """The rules, each with its form."""
    may(at, PLACE)
    return _rules(at, at.tx, "")


def _rules(at: At, tx: Tx, why: str) -> Response:
    return staff_page(at, tx, "rules", "Rules", rules=place.rules(tx), why=why)


@door.raw("POST", "/staff/rules", ask=RuleForm)
async def change_rule(at: At, ask: RuleForm) -> Response:
    """Add a rule, or change, move or remove one."""
    may(at, PLACE)
    check_form(at, ask.csrf)

    async def work() -> Response:
        await at.write(lambda tx: _rule_act(at, tx, ask))
        return go("/staff/rules", "removed" if ask.act == "remove" else "saved")

    return await submit(at, work, lambda tx, why: _rules(at, tx, why))


def _rule_act(at: At, tx: Tx, ask: RuleForm) -> None:
    rule_id = number(ask.rule, 0, _MAX, 0)
    order = [rule.id for rule in place.rules(tx)]
    if ask.act == "add":
        place.add_rule(tx, at.viewer, ask.text, ask.hint)
    elif rule_id not in order:
        raise NotFound(what="rule")
    elif ask.act == "remove":
        place.remove_rule(tx, at.viewer, rule_id)
    elif ask.act == "up":
        place.move_rule(tx, at.viewer, rule_id, max(1, order.index(rule_id)))
    else:
        place.change_rule(tx, at.viewer, rule_id, ask.text, ask.hint)


# ── texts and terms ──────────────────────────────────────────────────────────────────────────────────────────────────


@door.raw("GET", "/staff/texts")
def texts(at: At) -> Response:
    """What the place says of itself, and its terms."""
    may(at, PLACE)
    return _texts(at, at.tx, None, "")


def _texts(at: At, tx: Tx, form: TextForm | None, why: str) -> Response:
    now = {name: found.source for name in place.TEXTS if (found := place.text_of(tx, name)) is not None}
    if form is not None and form.name in place.TEXTS:
        now[form.name] = form.text
    terms = place.all_terms(tx)
    new = form if form is not None and form.name == "terms" else TextForm(day="")
    titles = place.TEXTS
    return staff_page(at, tx, "texts", "Texts", titles=titles, texts=now, terms=terms, form=new, why=why)


@door.raw("POST", "/staff/texts", ask=TextForm)
async def write_text(at: At, ask: TextForm) -> Response:
    """Write a text; an empty one is taken away."""
    may(at, PLACE)
    check_form(at, ask.csrf)

    def write(tx: Tx) -> None:
        if ask.name == "terms":
            place.set_terms(tx, at.viewer, ask.day, ask.text)
        else:
            place.set_text(tx, at.viewer, ask.name, ask.text)

    async def work() -> Response:
        await at.write(write)
        return go("/staff/texts", "saved" if ask.text.strip() else "removed")

    return await submit(at, work, lambda tx, why: _texts(at, tx, ask, why))


# ── announcements ────────────────────────────────────────────────────────────────────────────────────────────────────


@door.raw("GET", "/staff/announcements")
def announced(at: At) -> Response:
    """All announcements, and a form for a new one."""
    may(at, PLACE)
    return _announced(at, at.tx, AnnouncementForm(), "")


def _announced(at: At, tx: Tx, form: AnnouncementForm, why: str) -> Response:
    found = announcements.listing(tx, at.viewer)
    return staff_page(at, tx, "announcements", "Announcements", announcements=found, form=form, why=why)


@door.raw("GET", "/staff/announcements/{id}")
def edit_announcement(at: At) -> Response:
    """One announcement in the form."""
    may(at, PLACE)
    found = announcements.one(at.tx, at.viewer, number(at.path["id"], 0, _MAX, 0))
    form = AnnouncementForm(
        announcement=str(found.id),
        text=found.source,
        starts=_field(found.starts_at),
        ends=_field(found.ends_at),
        all_day=found.all_day,
        draft=found.published_at is None,
    )
    return _announced(at, at.tx, form, "")


def _field(ms: int | None) -> str:
    return "" if ms is None else f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%dT%H:%M}"


def _moment(text: str, field: str) -> int | None:
    if not text:
        return None
    found = parse_time(text)
    if found is None:
        raise Invalid(field, "invalid")
    return found


@door.raw("POST", "/staff/announcements", ask=AnnouncementForm)
async def announce(at: At, ask: AnnouncementForm) -> Response:
    """Tell everybody something, change it, or take it away."""
    may(at, PLACE)
    check_form(at, ask.csrf)

    async def work() -> Response:
        await at.write(lambda tx: _announce(at, tx, ask))
        return go("/staff/announcements", "removed" if ask.act == "remove" else "announced")

    return await submit(at, work, lambda tx, why: _announced(at, tx, ask, why))


def _announce(at: At, tx: Tx, ask: AnnouncementForm) -> None:
    id_ = number(ask.announcement, 0, _MAX, 0)
    if ask.act == "remove":
        announcements.remove(tx, at.viewer, id_)
        return
    before = announcements.one(tx, at.viewer, id_).published_at if id_ else None
    wish = announcements.Wish(
        text=ask.text,
        starts_at=_moment(ask.starts, "starts_at"),
        ends_at=_moment(ask.ends, "ends_at"),
        all_day=ask.all_day,
        published_at=None if ask.draft else before or tx.now,
    )
    if id_:
        announcements.change(tx, at.viewer, id_, wish)
    else:
        announcements.announce(tx, at.viewer, wish)


# ── emoji ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.raw("GET", "/staff/emoji")
def emojis(at: At) -> Response:
    """The place's own emoji."""
    may(at, PLACE)
    return _emojis(at, at.tx, EmojiForm(), "")


def _emojis(at: At, tx: Tx, form: EmojiForm, why: str) -> Response:
    return staff_page(at, tx, "emoji", "Emoji", emojis=emoji.everything(tx), form=form, why=why)


@door.raw("POST", "/staff/emoji", ask=EmojiForm)
async def add_emoji(at: At, ask: EmojiForm) -> Response:
    """Let a code stand for a picture."""
    may(at, PLACE)
    check_form(at, ask.csrf)

    async def work() -> Response:
        data = ask.picture.data if ask.picture else b""
        async with sweeping(at) as blobs:
            new = await asyncio.to_thread(emoji.prepare, blobs, data)
            await at.write(lambda tx: emoji.add(tx, ask.code, new, category=ask.category))
        return go("/staff/emoji", "saved")

    return await submit(at, work, lambda tx, why: _emojis(at, tx, ask, why))


@door.raw("POST", "/staff/emoji/remove", ask=EmojiForm, tx="write")
def remove_emoji(at: At, ask: EmojiForm) -> Response:
    """Let a code be text again."""
    may(at, PLACE)
    check_form(at, ask.csrf)
    emoji.remove(at.tx, ask.code)
    return go("/staff/emoji", "removed")
