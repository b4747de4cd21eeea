"""Collections: named sets of accounts that somebody recommends, and how those named get out of them."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer, hidden_groups
from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound
from folkmoot.domain.notices import notices
from folkmoot.domain.people import blocking
from folkmoot.domain.people.accounts import see_account
from folkmoot.kit.markup.links import fold
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.place import collection_items as items_t
from folkmoot.store.schema.place import collections as t
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

MAX_NAME, MAX_DESCRIPTION = 40, 100
_LANGUAGE = re.compile(r"(?:[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3})?")
MOST = 10
"""Collections of one account."""
MOST_ITEMS = 25

_COLUMNS = tuple(
    t.c[name]
    for name in (
        "id",
        "account_id",
        "name",
        "description",
        "language",
        "tag",
        "sensitive",
        "discoverable",
        "created_at",
        "updated_at",
    )
)
_SOME = Query(sa.select(*_COLUMNS).where(in_list(t.c.id, "ids")))
_OF = Query(sa.select(*_COLUMNS).where(t.c.account_id == p("account_id")).order_by(t.c.id.desc()).limit(200))
_HOLDING = Query(
    sa.select(*_COLUMNS)
    .select_from(t.join(items_t, items_t.c.collection_id == t.c.id))
    .where(items_t.c.account_id == p("account_id"))
    .order_by(t.c.id.desc())
    .limit(81)
    .offset(p("offset"))
)
_COUNT = Query(sa.select(sa.func.count()).where(t.c.account_id == p("account_id")))
_ITEMS = Query(
    sa.select(items_t.c.collection_id, items_t.c.id, items_t.c.account_id, items_t.c.created_at)
    .select_from(items_t.join(accounts, accounts.c.id == items_t.c.account_id))
    .where(in_list(items_t.c.collection_id, "ids"), accounts.c.suspended_at.is_(None))
    .order_by(items_t.c.collection_id, items_t.c.id)
)
_ITEM = Query(
    sa.select(items_t.c.id, items_t.c.account_id, items_t.c.created_at).where(
        items_t.c.id == p("id"), items_t.c.collection_id == p("collection_id")
    )
)
_WANTS = Query(sa.select(accounts.c.discoverable).where(accounts.c.id == p("id")))
_DELETE = Query(sa.delete(t).where(t.c.id == p("id")))
_DELETE_ITEMS = Query(sa.delete(items_t).where(items_t.c.collection_id == p("id")))
_DELETE_ITEM = Query(sa.delete(items_t).where(items_t.c.id == p("id")))


class Item(msgspec.Struct, frozen=True):
    """An account in a collection."""

    id: int
    account_id: int
    created_at: int


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """A collection with its items in the order in which they came; `tag` as it was written."""

    id: int
    account_id: int
    name: str
    description: str
    language: str
    tag: str
    sensitive: bool
    discoverable: bool
    created_at: int
    updated_at: int
    items: tuple[Item, ...] = ()


class Wish(msgspec.Struct, kw_only=True):
    """What a collection is to be; what is None stays."""

    name: str | None = None
    description: str | None = None
    language: str | None = None
    tag: str | None = None
    sensitive: bool | None = None
    discoverable: bool | None = None


def _views(tx: Tx, viewer: Viewer, rows: list[tuple[Any, ...]]) -> list[Collection]:
    items: dict[int, list[Item]] = {}
    found = tx.all(_ITEMS, ids=[row[0] for row in rows]) if rows else []
    hidden = hidden_groups(tx, viewer, [row[2] for row in found])
    for collection_id, *item in found:
        if item[1] not in hidden:
            items.setdefault(collection_id, []).append(Item(*item))
    return [
        Collection(
            id=row[0],
            account_id=row[1],
            name=row[2],
            description=row[3],
            language=row[4],
            tag=row[5],
            sensitive=bool(row[6]),
            discoverable=bool(row[7]),
            created_at=row[8],
            updated_at=row[9],
            items=tuple(items.get(row[0], ())),
        )
        for row in rows
    ]


def see(tx: Tx, viewer: Viewer, collection_id: int) -> Collection:
    """A collection; who is blocked by its maker does not see it. Raises NotFound."""
    found = by_ids(tx, viewer, [collection_id]) if 0 < collection_id < 1 << 63 else []
    if not found:
        raise NotFound(what="collection")
    return found[0]


def by_ids(tx: Tx, viewer: Viewer, ids: list[int]) -> list[Collection]:
    """Those of the collections that the viewer may see, in no order."""
    rows = tx.all(_SOME, ids=ids) if ids else []
    return _views(tx, viewer, _seen(tx, viewer, rows))


def _seen(tx: Tx, viewer: Viewer, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Those of the rows that the viewer may see, by who made them."""
    makers = blocking.who_reaches(tx, viewer.account_id, (row[1] for row in rows))
    return [row for row in rows if row[1] in makers]


def of_account(tx: Tx, viewer: Viewer, account_id: int, *, limit: int, offset: int) -> list[Collection]:
    """Somebody's collections, newest first; others see those that are to be found. Raises NotFound."""
    see_account(tx, account_id)
    mine = viewer.account_id == account_id
    rows = [row for row in _seen(tx, viewer, tx.all(_OF, account_id=account_id)) if mine or row[7]]
    return _views(tx, viewer, rows[offset : offset + limit])


def holding(tx: Tx, viewer: Viewer, account_id: int, *, limit: int, offset: int) -> list[Collection]:
    """Collections that the viewer is in, newest first. Raises NotFound, Forbidden("own") for anybody else."""
    see_account(tx, account_id)
    if viewer.required() != account_id:
        raise Forbidden("only your own", code="own")
    return _views(tx, viewer, tx.all(_HOLDING, account_id=account_id, offset=offset)[:limit])


def _own(tx: Tx, viewer: Viewer, collection_id: int) -> Collection:
    found = see(tx, viewer, collection_id)
    if found.account_id != viewer.required():
        raise Forbidden("not yours", code="own")
    return found


def _values(wish: Wish) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if wish.name is not None:
        out["name"] = " ".join(wish.name.split())
        if not out["name"]:
            raise Invalid("collection_name", "blank")
        if len(out["name"]) > MAX_NAME:
            raise Invalid("collection_name", "too_long")
    if wish.description is not None:
        out["description"] = wish.description.strip()
        if len(out["description"]) > MAX_DESCRIPTION:
            raise Invalid("collection_description", "too_long")
    if wish.language is not None:
        if not _LANGUAGE.fullmatch(wish.language):
            raise Invalid("language", "invalid")
        out["language"] = wish.language
    if wish.tag is not None:
        name = wish.tag.strip().removeprefix("#")
        if len(name) > 100 or (name and not fold(name).replace("_", "x").isalnum()):
            raise Invalid("tag_name", "invalid")
        out["tag"] = name
    for field in ("sensitive", "discoverable"):
        if (on := getattr(wish, field)) is not None:
            out[field] = int(on)
    return out


def create(tx: Tx, viewer: Viewer, wish: Wish, account_ids: list[int]) -> Collection:
    """A new collection with these accounts in it.

    Raises Invalid("name" | "description" | "language" | "tag_name"), Invalid("collections", "too_many"), and for each
    account as `add`.
    """
    me = viewer.required()
    if wish.name is None:
        raise Invalid("collection_name", "blank")
    if int(tx.value(_COUNT, account_id=me)) >= MOST:
        raise Invalid("collections", "too_many")
    id_ = tx.ids.next()
    tx.insert(t, id=id_, account_id=me, created_at=tx.now, updated_at=tx.now, **_values(wish))
    for account_id in dict.fromkeys(account_ids):
        add(tx, viewer, id_, account_id)
    return see(tx, viewer, id_)


def change(tx: Tx, viewer: Viewer, collection_id: int, wish: Wish) -> Collection:
    """Change one's own collection. Raises NotFound, Forbidden("own"), Invalid as create."""
    before = _own(tx, viewer, collection_id)
    values = _values(wish)
    if values:
        tx.update(t, {"id": collection_id}, updated_at=tx.now, **values)
    after = see(tx, viewer, collection_id)
    if (before.name, before.description, before.tag) != (after.name, after.description, after.tag):
        for item in after.items:
            notices.add(tx, item.account_id, "collection_edited", after.account_id, about_id=after.id)
    return after


def delete(tx: Tx, viewer: Viewer, collection_id: int) -> None:
    """Take one's own collection away. Raises NotFound, Forbidden("own")."""
    _own(tx, viewer, collection_id)
    tx.run(_DELETE_ITEMS, id=collection_id)
    tx.run(_DELETE, id=collection_id)


def add(tx: Tx, viewer: Viewer, collection_id: int, account_id: int) -> Item:
    """Put somebody into one's own collection, who must want to be found, and whom no block keeps apart.

    Raises NotFound, Forbidden("own" | "not_collectable"), Invalid("items", "too_many"), Conflict("item.taken").
    """
    found = _own(tx, viewer, collection_id)
    see_account(tx, account_id)
    if hidden_groups(tx, viewer, [account_id]):
        raise NotFound(what="account")
    if any(item.account_id == account_id for item in found.items):
        raise Conflict("in it already", code="item.taken")
    if len(found.items) >= MOST_ITEMS:
        raise Invalid("items", "too_many")
    if account_id != viewer.account_id and (
        not tx.value(_WANTS, id=account_id) or not blocking.who_reaches(tx, viewer.account_id, [account_id])
    ):
        raise Forbidden("this account does not let itself be collected", code="not_collectable")
    item = Item(tx.ids.next(), account_id, tx.now)
    made = tx.insert_new(
        items_t, id=item.id, collection_id=collection_id, account_id=account_id, created_at=tx.now
    )
    if not made:
        raise Conflict("in it already", code="item.taken")
    tx.update(t, {"id": collection_id}, updated_at=tx.now)
    notices.add(tx, account_id, "collected", found.account_id, about_id=collection_id)
    return item


def remove(tx: Tx, viewer: Viewer, collection_id: int, item_id: int) -> None:
    """Take somebody out of one's own collection. Raises NotFound, Forbidden("own")."""
    _own(tx, viewer, collection_id)
    if not 0 < item_id < 1 << 63 or tx.one(_ITEM, id=item_id, collection_id=collection_id) is None:
        raise NotFound(what="item")
    tx.run(_DELETE_ITEM, id=item_id)
    tx.update(t, {"id": collection_id}, updated_at=tx.now)


def leave(tx: Tx, viewer: Viewer, collection_id: int, item_id: int) -> None:
    """Take oneself out of anybody's collection, blocked or not. Raises NotFound, Forbidden("own")."""
    me = viewer.required()
    bounded = 0 < item_id < 1 << 63 and 0 < collection_id < 1 << 63
    row = tx.one(_ITEM, id=item_id, collection_id=collection_id) if bounded else None
    if row is None:
        raise NotFound(what="item")
    if row[1] != me:
        see(tx, viewer, collection_id)
        raise Forbidden("that is somebody else", code="own")
    tx.run(_DELETE_ITEM, id=item_id)
    tx.update(t, {"id": collection_id}, updated_at=tx.now)
