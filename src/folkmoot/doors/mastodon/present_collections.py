"""Collections of accounts as this API's entities; asks nothing of the database."""

from __future__ import annotations

from folkmoot.domain.people.collections import Collection as CollectionView
from folkmoot.domain.people.collections import Item
from folkmoot.doors.frame.links import Links
from folkmoot.doors.mastodon.present_place import tag_url
from folkmoot.kit.markup.links import fold
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.wire.codecs import Id, time
from folkmoot.wire.mastodon.collection import Collection, CollectionItem
from folkmoot.wire.mastodon.tag import ShallowTag


def item_entity(item: Item) -> CollectionItem:
    """An account in a collection; all here agreed, or are let be named."""
    return CollectionItem(
        id=Id(str(item.id)),
        account_id=Id(str(item.account_id)),
        state="accepted",
        created_at=time(item.created_at),
    )


def entity(view: CollectionView, links: Links) -> Collection:
    """A collection with its items."""
    base = links.base
    name = fold(view.tag)
    return Collection(
        id=Id(str(view.id)),
        account_id=Id(str(view.account_id)),
        uri=f"{base}/collections/{view.id}",
        url=f"{base}/collections/{view.id}",
        name=view.name,
        description=f"<p>{escape_text(view.description)}</p>" if view.description else "",
        language=view.language or None,
        local=True,
        sensitive=view.sensitive,
        discoverable=view.discoverable,
        tag=ShallowTag(name=view.tag, url=tag_url(links, name)) if name else None,
        created_at=time(view.created_at),
        updated_at=time(view.updated_at),
        item_count=len(view.items),
        items=[item_entity(item) for item in view.items],
    )
