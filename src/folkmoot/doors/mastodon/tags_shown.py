"""Hashtags as entities: with their use by days, and what the reader does with them."""

from __future__ import annotations

from folkmoot.domain.reading import owntags, trends
from folkmoot.domain.reading.owntags import TagView
from folkmoot.domain.reading.trends import Kind
from folkmoot.doors.frame.at import At
from folkmoot.doors.mastodon import present_place
from folkmoot.store.tx import Tx
from folkmoot.wire.mastodon.tag import History, Tag


def tag_entities(at: At, ids: list[int]) -> list[Tag]:
    """Tags in the order of *ids*, three queries for all; unknown ids are left out."""
    facts = trends.tags_by_ids(at.tx, ids)
    found = owntags.shown(at.tx, at.viewer, [TagView(f.id, f.name, f.display) for f in facts])
    used = trends.history(at.tx, Kind.TAG, [tag.id for tag in found])
    return [present_place.tag(tag, at.house.links, used[tag.id], known=at.viewer.known) for tag in found]


def histories(tx: Tx, tag_ids: list[int]) -> dict[int, list[History]]:
    """The use of tags on the last seven days, today first, as entities."""
    return {id_: present_place.history(uses) for id_, uses in trends.history(tx, Kind.TAG, tag_ids).items()}
