"""A group's wiki: pages with titles and paths, every revision of them kept, some locked for moderators."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound
from folkmoot.domain.sections.access import Room, enter, room_with
from folkmoot.domain.sections.paging import Keys, after_key, after_values, order_by
from folkmoot.domain.text import Markup
from folkmoot.kit.markup import markdown
from folkmoot.kit.markup.sanitise import clean_html, clean_text
from folkmoot.store.schema.chats import wiki_pages, wiki_revisions
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

MAX_TITLE: Final = 200
MAX_BODY: Final = 300_000
MAX_NOTE: Final = 500
MAX_PAGES: Final = 5_000
"""So many pages one group's wiki has at most."""
KEPT: Final = 500
"""So many revisions of a page are kept; older ones go."""
_NO_PATH: Final = re.compile(r"[^\w.~-]+")


class PageView(msgspec.Struct, frozen=True):
    """A page of a wiki; *path* is its title as part of an address, *revisions_n* the number of its newest revision."""

    id: int
    group_id: int
    author_id: int
    title: str
    path: str
    locked: int
    revisions_n: int
    created_at: int
    updated_at: int


class Revision(msgspec.Struct, frozen=True):
    """A page as somebody left it: *source* in *markup* (text.Markup), safe *html* of it, and why it was changed."""

    id: int
    page_id: int
    author_id: int
    number: int
    title: str
    markup: int
    source: str
    html: str
    note: str
    created_at: int


_COLUMNS = [wiki_pages.c[name] for name in PageView.__struct_fields__]
_REVISION = [wiki_revisions.c[name] for name in Revision.__struct_fields__]
_ONE = Query(sa.select(*_COLUMNS).where(wiki_pages.c.id == p("id")))
_AT = Query(
    sa.select(*_COLUMNS).where(
        wiki_pages.c.group_id == p("group_id"), wiki_pages.c.folded == text_p("folded")
    )
)
_COUNT = Query(sa.select(sa.func.count()).where(wiki_pages.c.group_id == p("group_id")))
_NUMBERED = Query(
    sa.select(*_REVISION).where(wiki_revisions.c.page_id == p("page_id"), wiki_revisions.c.number == p("n"))
)
_HISTORY = Query(
    sa.select(*_REVISION)
    .where(wiki_revisions.c.page_id == p("page_id"), wiki_revisions.c.number < p("before"))
    .order_by(wiki_revisions.c.number.desc())
    .limit(p("limit"))
)
_OLD = Query(
    sa.delete(wiki_revisions).where(
        wiki_revisions.c.page_id == p("page_id"), wiki_revisions.c.number <= p("n")
    )
)
_DELETE = tuple(
    Query(sa.delete(column.table).where(column == p("id")))
    for column in (wiki_revisions.c.page_id, wiki_pages.c.id)
)
SORTS: Final = {
    "id": wiki_pages.c.id,
    "name": wiki_pages.c.folded,
    "created": wiki_pages.c.created_at,
    "updated": wiki_pages.c.updated_at,
}


def path_of(title: str) -> str:
    """A title as part of an address: "Example will do" becomes "Example-will-do"; "" where nothing of it can stand."""
    return _NO_PATH.sub("-", title).strip("-.")[:MAX_TITLE]


def see(tx: Tx, viewer: Viewer, page_id: int) -> tuple[PageView, Room]:
    """A page that the viewer may read, and where. Raises NotFound for all others, whether they exist or not."""
    row = tx.one(_ONE, id=page_id) if 0 < page_id < 1 << 63 else None
    room = room_with(tx, viewer, row[1] if row else 0, "wiki")
    if row is None or room is None or not room.reads:
        raise NotFound(what="page")
    return PageView(*row), room


def at_path(tx: Tx, room: Room, path: str) -> PageView:
    """The page of a section that the viewer may read. Raises NotFound("page")."""
    row = tx.one(_AT, group_id=room.group_id, folded=path_of(path).casefold())
    if row is None:
        raise NotFound(what="page")
    return PageView(*row)


@cache
def _page(sort: str, ascending: bool) -> Query:
    column = SORTS[sort]
    statement = sa.select(*_COLUMNS).where(
        wiki_pages.c.group_id == p("group_id"), after_key(column, wiki_pages.c.id, ascending)
    )
    return Query(statement.order_by(*order_by(column, wiki_pages.c.id, ascending)).limit(p("limit")))


class Order(msgspec.Struct, frozen=True):
    """How a list of pages is sorted (a key of SORTS), and from where it goes on."""

    sort: str = "name"
    ascending: bool = True
    after: Keys = None
    limit: int = 10

    def key_of(self, page: PageView) -> list[int | str]:
        """Where the list goes on after the page."""
        fields: dict[str, int | str] = {
            "name": page.path.casefold(),
            "created": page.created_at,
            "updated": page.updated_at,
            "id": page.id,
        }
        return [fields[self.sort], page.id]


def listing(tx: Tx, room: Room, order: Order) -> list[PageView]:
    """The pages of a section that the viewer may read."""
    more = after_values(order.after, "" if order.sort == "name" else 0)
    rows = tx.all(_page(order.sort, order.ascending), group_id=room.group_id, limit=order.limit, **more)
    return [PageView(*row) for row in rows]


def count(tx: Tx, room: Room) -> int:
    """How many pages the wiki has."""
    return int(tx.value(_COUNT, group_id=room.group_id))


def revision(tx: Tx, page: PageView, number: int | None = None) -> Revision:
    """A revision of a page that was seen, the newest without a number. Raises NotFound("revision")."""
    wanted = page.revisions_n if number is None else number
    row = tx.one(_NUMBERED, page_id=page.id, n=wanted) if 0 < wanted < 1 << 62 else None
    if row is None:
        raise NotFound(what="revision")
    return Revision(*row)


def revisions(tx: Tx, page: PageView, before: int | None, limit: int) -> list[Revision]:
    """The revisions of a page that was seen below a number, the newest first."""
    start = 1 << 62 if before is None else before
    return [Revision(*row) for row in tx.all(_HISTORY, page_id=page.id, before=start, limit=limit)]


class Text(msgspec.Struct, kw_only=True):
    """What a page is to say; None stays. *known* is the revision that it was written over: where the page has become
    another meanwhile, nobody's words are lost."""

    title: str | None = None
    source: str | None = None
    markup: int = Markup.HTML
    note: str = ""
    known: int | None = None


def _title(text: str) -> tuple[str, str]:
    kept = " ".join(clean_text(text).split())
    path = path_of(kept)
    if not path or len(kept) > MAX_TITLE or not kept.isprintable():
        raise Invalid("title", "invalid")
    return kept, path


def _html(source: str, markup: int) -> str:
    if len(source) > MAX_BODY:
        raise Invalid("body", "too_long")
    return markdown.to_html(source) if markup == Markup.MARKDOWN else clean_html(source)


def _duplicate() -> Conflict:
    return Conflict("a page of that title is there already", code="title.taken")


def add(tx: Tx, viewer: Viewer, group_id: int, text: Text) -> tuple[PageView, Revision]:
    """Write a new page. Raises NotFound, Forbidden("manage_wiki"), Invalid("title" | "body" | "note"),
    Conflict("title.taken" | "too_many")."""
    me = viewer.required()
    room = enter(tx, viewer, group_id, "wiki").to_write()
    title, path = _title(text.title or "")
    tx.alone("wiki", group_id)
    if count(tx, room) >= MAX_PAGES:
        raise Conflict("the wiki has too many pages", code="too_many")
    id_ = tx.ids.next()
    values: dict[str, Any] = {"title": title, "path": path, "folded": path.casefold()}
    times = {"created_at": tx.now, "updated_at": tx.now}
    if not tx.insert_new(wiki_pages, id=id_, group_id=group_id, author_id=me, **values, **times):
        raise _duplicate()
    return _revise(tx, me, id_, 1, title, text.source or "", text)


def _revise(
    tx: Tx, me: int, page_id: int, number: int, title: str, source: str, text: Text
) -> tuple[PageView, Revision]:
    note = " ".join(clean_text(text.note).split())
    if len(note) > MAX_NOTE:
        raise Invalid("note", "too_long")
    kept = clean_text(source)
    values = {"title": title, "markup": int(text.markup), "source": kept, "html": _html(kept, text.markup)}
    tx.insert(
        wiki_revisions,
        id=tx.ids.next(),
        page_id=page_id,
        author_id=me,
        number=number,
        note=note,
        created_at=tx.now,
        **values,
    )
    tx.run(_OLD, page_id=page_id, n=number - KEPT)
    tx.update(wiki_pages, {"id": page_id}, revisions_n=number, updated_at=tx.now)
    page = PageView(*(tx.one(_ONE, id=page_id) or ()))
    return page, revision(tx, page)


def require_change(page: PageView, room: Room) -> None:
    """Raises Forbidden("manage_wiki" | "locked_page") where the viewer may not change the page."""
    room.to_write()
    if page.locked and not room.moderates:
        raise Forbidden("only moderators change this page", code="locked_page")


def _here(tx: Tx, viewer: Viewer, group_id: int, page_id: int) -> PageView:
    """A page of just this group that the viewer may change."""
    viewer.required()
    enter(tx, viewer, group_id, "wiki").to_write()
    page, room = see(tx, viewer, page_id)
    if page.group_id != group_id:
        raise NotFound(what="page")
    require_change(page, room)
    tx.alone("wiki", group_id)
    return see(tx, viewer, page_id)[0]


def change(tx: Tx, viewer: Viewer, group_id: int, page_id: int, text: Text) -> tuple[PageView, Revision]:
    """Write a page anew: a revision more, unless nothing is different. Raises as add, NotFound("page"),
    Forbidden("locked_page"), Conflict("changed") where it is another than *known* by now."""
    page = _here(tx, viewer, group_id, page_id)
    now = revision(tx, page)
    if text.known is not None and text.known != page.revisions_n:
        raise Conflict("somebody changed the page meanwhile", code="changed")
    title, path = (page.title, page.path) if text.title is None else _title(text.title)
    source = now.source if text.source is None else clean_text(text.source)
    if text.source is None:
        text = msgspec.structs.replace(text, markup=now.markup)
    if (title, source, text.markup) == (page.title, now.source, now.markup):
        return page, now
    other = tx.one(_AT, group_id=group_id, folded=path.casefold())
    if other is not None and other[0] != page.id:
        raise _duplicate()
    tx.update(wiki_pages, {"id": page.id}, title=title, path=path, folded=path.casefold())
    return _revise(tx, viewer.account_id, page.id, page.revisions_n + 1, title, source, text)


def delete(tx: Tx, viewer: Viewer, group_id: int, page_id: int) -> None:
    """Remove a page with its history. Raises NotFound, Forbidden("manage_wiki" | "locked_page")."""
    page = _here(tx, viewer, group_id, page_id)
    for query in _DELETE:
        tx.run(query, id=page.id)


def lock(tx: Tx, viewer: Viewer, page_id: int, locked: bool) -> None:
    """Keep a page for moderators to change, or open it again. Raises NotFound, Forbidden("manage_wiki")."""
    page, room = see(tx, viewer, page_id)
    if not (room.moderates and room.writes):
        raise Forbidden("only moderators lock pages", code="manage_wiki")
    tx.update(wiki_pages, {"id": page.id}, locked=int(locked))
