"""Collections of accounts: made, shown, changed, filled, and left by those who are in them."""

from __future__ import annotations

from msgspec import UNSET

from folkmoot.domain import views
from folkmoot.domain.errors import Invalid
from folkmoot.domain.people import collections
from folkmoot.domain.people.collections import Collection as CollectionView
from folkmoot.domain.people.collections import Wish
from folkmoot.doors.frame import At, Response
from folkmoot.doors.frame.answers import json_bytes
from folkmoot.doors.mastodon import offsets, present
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import account_number, number
from folkmoot.doors.mastodon.present_collections import entity, item_entity
from folkmoot.wire.mastodon.collection import (
    Collections,
    CollectionWithAccounts,
    WrappedCollection,
    WrappedCollectionItem,
)
from folkmoot.wire.mastodon.requests import collections as api
from folkmoot.wire.mastodon.requests.oauth import Empty


def _page(at: At, found: list[CollectionView], limit: int, offset: int) -> Response:
    """*found* has one more than fits where another page is there."""
    shown = [entity(view, at.house.links) for view in found[:limit]]
    headers = offsets.neighbours(at, limit, offset, more=len(found) > limit)
    return Response(200, json_bytes(Collections(collections=shown)), headers)


@door.on(api.CreateCollection)
def create(at: At, ask: api.CreateCollection) -> WrappedCollection:
    wish = Wish(
        name=ask.name,
        description=ask.description,
        language=ask.language,
        tag=ask.tag_name,
        sensitive=ask.sensitive,
        discoverable=ask.discoverable,
    )
    made = collections.create(at.tx, at.viewer, wish, [number(id_) for id_ in ask.account_ids])
    return WrappedCollection(collection=entity(made, at.house.links))


@door.on(api.GetCollection)
def show(at: At, ask: api.GetCollection) -> CollectionWithAccounts:
    view = collections.see(at.tx, at.viewer, number(ask.id))
    people = views.account_list(at.tx, [view.account_id, *(item.account_id for item in view.items)])
    return CollectionWithAccounts(
        accounts=[present.account(person, at.house.links) for person in people],
        collection=entity(view, at.house.links),
    )


@door.on(api.ListCollections)
def of_account(at: At, ask: api.ListCollections) -> Response:
    limit, offset = offsets.span(ask)
    whose = account_number(at, ask.account_id)
    found = collections.of_account(at.tx, at.viewer, whose, limit=limit + 1, offset=offset)
    return _page(at, found, limit, offset)


@door.on(api.ListInCollections)
def holding(at: At, ask: api.ListInCollections) -> Response:
    limit, offset = offsets.span(ask)
    whose = account_number(at, ask.account_id)
    found = collections.holding(at.tx, at.viewer, whose, limit=limit + 1, offset=offset)
    return _page(at, found, limit, offset)


@door.on(api.UpdateCollection, methods=("PATCH", "PUT"))
def change(at: At, ask: api.UpdateCollection) -> WrappedCollection:
    wish = Wish(
        name=None if ask.name is UNSET else ask.name,
        description=None if ask.description is UNSET else ask.description or "",
        language=None if ask.language is UNSET else ask.language or "",
        tag=None if ask.tag_name is UNSET else ask.tag_name or "",
        sensitive=None if ask.sensitive is UNSET else ask.sensitive,
        discoverable=None if ask.discoverable is UNSET else ask.discoverable,
    )
    return WrappedCollection(
        collection=entity(collections.change(at.tx, at.viewer, number(ask.id), wish), at.house.links)
    )


@door.on(api.DeleteCollection)
def delete(at: At, ask: api.DeleteCollection) -> Empty:
    collections.delete(at.tx, at.viewer, number(ask.id))
    return {}


@door.on(api.AddCollectionItem)
def add(at: At, ask: api.AddCollectionItem) -> WrappedCollectionItem:
    collection_id = number(ask.collection_id)
    if not ask.account_id:
        collections.see(at.tx, at.viewer, collection_id)
        raise Invalid("account_id", "missing")
    item = collections.add(at.tx, at.viewer, collection_id, number(ask.account_id))
    return WrappedCollectionItem(collection_item=item_entity(item))


@door.on(api.RemoveCollectionItem)
def remove(at: At, ask: api.RemoveCollectionItem) -> Empty:
    collections.remove(at.tx, at.viewer, number(ask.collection_id), number(ask.id))
    return {}


@door.on(api.RevokeCollectionItem)
def leave(at: At, ask: api.RevokeCollectionItem) -> Empty:
    collections.leave(at.tx, at.viewer, number(ask.collection_id), number(ask.id))
    return {}
