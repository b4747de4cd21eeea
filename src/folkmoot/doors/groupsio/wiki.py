"""The wiki: pages listed, read, written, changed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from folkmoot.domain.errors import NotFound
from folkmoot.domain.sections import wiki
from folkmoot.domain.sections.access import enter
from folkmoot.domain.sections.wiki import Order, Text
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import present_chats as present
from folkmoot.doors.groupsio.calls import Listed, Walk, call, cut, direction, group_of, listing, sorted_by
from folkmoot.doors.groupsio.wording import worded
from folkmoot.wire.groupsio.files import WikiPage, WikiPageSet
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.groupsio.wiki_requests import (
    DeleteWikiPage,
    GetWikiPages,
    GetWikiPageSet,
    NewWikiPage,
    UpdateWikiPage,
)

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

WORDS: Final = {
    "no page": "invalid id",
    "title.invalid": "invalid title",
    "title.taken": "duplicate title",
    "body.too_long": "invalid body",
    "note.too_long": "invalid edit_msg",
    "too_many": "too many pages",
}


@listing(GetWikiPages)
def get_pages(tx: Tx, at: At, ask: GetWikiPages, walk: Walk) -> Listed[GetWikiPages]:
    view, _ = group_of(tx, at, ask.group_id, ask.group_name)
    room = enter(tx, at.viewer, view.id, "wiki").to_read()
    field, ascending = sorted_by(ask, wiki.SORTS, "name", "asc")
    order = Order(field, ascending, walk.key, ask.limit + 1)
    page, more = cut(wiki.listing(tx, room, order), ask.limit)
    envelope = ListEnvelope[WikiPage](data=[present.page(each) for each in page])
    total = walk.total if walk.total is not None else wiki.count(tx, room)
    return Listed(envelope, total, order.key_of(page[-1]) if more else None, field, direction(ascending))


@call(GetWikiPageSet)
def get_page(at: At, ask: GetWikiPageSet) -> WikiPageSet:
    view, _ = group_of(at.tx, at, ask.group_id, ask.group_name)
    enter(at.tx, at.viewer, view.id, "wiki").to_read()
    with worded(WORDS):
        found, _ = wiki.see(at.tx, at.viewer, ask.id)
        if found.group_id != view.id:
            raise NotFound(what="page")
        return present.page_set(found, wiki.revision(at.tx, found))


@call(NewWikiPage)
def new_page(at: At, ask: NewWikiPage) -> WikiPageSet:
    view, _ = group_of(at.tx, at, ask.group_id, ask.group_name)
    with worded(WORDS):
        text = Text(title=ask.title, source=ask.body)
        return present.page_set(*wiki.add(at.tx, at.viewer, view.id, text))


@call(UpdateWikiPage)
def update_page(at: At, ask: UpdateWikiPage) -> WikiPageSet:
    view, _ = group_of(at.tx, at, ask.group_id, ask.group_name)
    text = Text(
        title=ask.title if isinstance(ask.title, str) else None,
        source=ask.body if isinstance(ask.body, str) else None,
        note=ask.edit_msg,
    )
    with worded(WORDS):
        return present.page_set(*wiki.change(at.tx, at.viewer, view.id, ask.id, text))


@call(DeleteWikiPage)
def delete_page(at: At, ask: DeleteWikiPage) -> None:
    view, _ = group_of(at.tx, at, ask.group_id, ask.group_name)
    with worded(WORDS):
        wiki.delete(at.tx, at.viewer, view.id, ask.id)
