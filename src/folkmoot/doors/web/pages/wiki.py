"""A group's wiki: its pages, one page as it is or was, its history, and forms to write, lock and remove one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain import views
from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.sections import wiki
from folkmoot.domain.sections.access import Room
from folkmoot.domain.sections.wiki import Order, PageView, Text
from folkmoot.domain.text import Markup
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web import rooms
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Form, Listed, Shown, WikiForm
from folkmoot.doors.web.show import PER_PAGE, go, number, submit

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

A_PAGE = 5 * PER_PAGE
"""So many titles are on one page of the list."""


@door.raw("GET", "/@{name}/wiki", ask=Listed)
def listing(at: At, ask: Listed) -> Response:
    """The pages of a wiki, by title."""
    room = rooms.enter(at.tx, at, "wiki")
    at_page = number(ask.page, 1, wiki.MAX_PAGES // A_PAGE, 1)
    found = wiki.listing(at.tx, room, Order(limit=at_page * A_PAGE + 1))
    return rooms.draw(
        at,
        at.tx,
        room,
        "wiki.html",
        title=f"Wiki of {room.group.title or room.group.name}",
        pages=found[(at_page - 1) * A_PAGE : at_page * A_PAGE],
        newer=f"?page={at_page - 1}" if at_page > 1 else "",
        older=f"?page={at_page + 1}" if len(found) > at_page * A_PAGE else "",
    )


def _page(tx: Tx, at: At) -> tuple[PageView, Room]:
    """The page of the address. Raises NotFound."""
    room = rooms.enter(tx, at, "wiki")
    found, _ = wiki.see(tx, at.viewer, number(at.path["page"], 0, (1 << 62) - 1, 0))
    if found.group_id != room.group_id:
        raise NotFound(what="page")
    return found, room


def _may_change(at: At, found: PageView, room: Room) -> bool:
    if not at.viewer.known:
        return False
    try:
        wiki.require_change(found, room)
    except Forbidden:
        return False
    return True


@door.raw("GET", "/@{name}/wiki/{page}", ask=Shown)
def show(at: At, ask: Shown) -> Response:
    """A page as it is, or as it was."""
    found, room = _page(at.tx, at)
    wanted = number(ask.rev, 0, 1 << 61, 0)
    text = wiki.revision(at.tx, found, wanted or None)
    return rooms.draw(
        at,
        at.tx,
        room,
        "wiki-page.html",
        title=text.title,
        page=found,
        text=text,
        old=text.number != found.revisions_n,
        author=views.accounts_by_ids(at.tx, [text.author_id]).get(text.author_id),
        may_change=_may_change(at, found, room),
        may_lock=at.viewer.known and room.moderates and room.writes,
    )


@door.raw("GET", "/@{name}/wiki/{page}/history", ask=Listed)
def history(at: At, ask: Listed) -> Response:
    """What became of a page, the newest first."""
    found, room = _page(at.tx, at)
    shown = wiki.revisions(at.tx, found, number(ask.before, 0, 1 << 61, 0) or None, PER_PAGE + 1)
    return rooms.draw(
        at,
        at.tx,
        room,
        "wiki-history.html",
        title=f"History of {found.title}",
        page=found,
        revisions=shown[:PER_PAGE],
        people=views.accounts_by_ids(at.tx, list({each.author_id for each in shown})),
        older=f"?before={shown[PER_PAGE - 1].number}" if len(shown) > PER_PAGE else "",
    )


@door.raw("GET", "/@{name}/wiki/new")
def show_new(at: At) -> Response:
    """The form for a new page."""
    at.viewer.required()
    return _new(at, at.tx, WikiForm())


def _new(at: At, tx: Tx, form: WikiForm, why: str = "") -> Response:
    room = rooms.enter(tx, at, "wiki").to_write()
    return rooms.draw(
        at, tx, room, "wiki-form.html", title="New page", page=None, form=form, html=False, why=why
    )


@door.raw("POST", "/@{name}/wiki/new", ask=WikiForm)
async def add(at: At, ask: WikiForm) -> Response:
    """Write a new page."""
    at.viewer.required()
    check_form(at, ask.csrf)
    text = Text(title=ask.title, source=ask.text, markup=Markup.MARKDOWN, note=ask.note)

    def run(tx: Tx) -> Response:
        room = rooms.enter(tx, at, "wiki")
        made, _ = wiki.add(tx, at.viewer, room.group_id, text)
        return go(f"/@{room.group.name}/wiki/{made.id}", "saved")

    async def work() -> Response:
        return await at.write(run)

    return await submit(at, work, lambda tx, why: _new(at, tx, ask, why))


@door.raw("GET", "/@{name}/wiki/{page}/edit")
def show_edit(at: At) -> Response:
    """The form to change a page."""
    at.viewer.required()
    return _edit(at, at.tx, None)


def _edit(at: At, tx: Tx, form: WikiForm | None, why: str = "") -> Response:
    found, room = _page(tx, at)
    wiki.require_change(found, room)
    text = wiki.revision(tx, found)
    now = WikiForm(title=found.title, text=text.source, known=str(found.revisions_n), markup=str(text.markup))
    shown = now if form is None else msgspec.structs.replace(form, known=now.known)
    html = shown.markup == str(int(Markup.HTML))
    title = f"Change {found.title}"
    return rooms.draw(at, tx, room, "wiki-form.html", title=title, page=found, form=shown, html=html, why=why)


@door.raw("POST", "/@{name}/wiki/{page}/edit", ask=WikiForm)
async def change(at: At, ask: WikiForm) -> Response:
    """Change a page; what somebody else changed meanwhile is not overwritten."""
    at.viewer.required()
    check_form(at, ask.csrf)
    html = ask.markup == str(int(Markup.HTML))
    text = Text(
        title=ask.title,
        source=ask.text,
        markup=Markup.HTML if html else Markup.MARKDOWN,
        note=ask.note,
        known=number(ask.known, 0, 1 << 61, 0) or None,
    )

    def run(tx: Tx) -> Response:
        found, room = _page(tx, at)
        wiki.change(tx, at.viewer, room.group_id, found.id, text)
        return go(f"/@{room.group.name}/wiki/{found.id}", "saved")

    async def work() -> Response:
        return await at.write(run)

    return await submit(at, work, lambda tx, why: _edit(at, tx, ask, why))


@door.raw("POST", "/@{name}/wiki/{page}/lock", ask=Form, tx="write")
def lock(at: At, ask: Form) -> Response:
    """Keep a page for moderators to change, or open it again."""
    at.viewer.required()
    check_form(at, ask.csrf)
    found, room = _page(at.tx, at)
    wiki.lock(at.tx, at.viewer, found.id, not found.locked)
    return go(f"/@{room.group.name}/wiki/{found.id}", "saved")


@door.raw("POST", "/@{name}/wiki/{page}/delete", ask=Form, tx="write")
def delete(at: At, ask: Form) -> Response:
    """Remove a page with its history."""
    at.viewer.required()
    check_form(at, ask.csrf)
    found, room = _page(at.tx, at)
    wiki.delete(at.tx, at.viewer, room.group_id, found.id)
    return go(f"/@{room.group.name}/wiki", "removed")
