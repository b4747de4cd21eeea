"""Pages that many link to, as entities."""

from __future__ import annotations

from folkmoot.domain.media import cards
from folkmoot.domain.reading import trends
from folkmoot.domain.reading.trends import Kind
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import present_card, present_place
from folkmoot.store.tx import Tx
from folkmoot.wire.mastodon.card import TrendsLink


def link_entities(house: House, tx: Tx, ids: list[int]) -> list[TrendsLink]:
    """Links in the order of *ids* with their use; cards that can't be shown are left out."""
    found = cards.by_ids(tx, ids)
    used = trends.history(tx, Kind.LINK, list(found))
    out = []
    for id_ in ids:
        card = present_card.card(found.get(id_), house.links)
        if card is not None:
            fields = {name: getattr(card, name) for name in card.__struct_fields__}
            out.append(TrendsLink(**fields, history=present_place.history(used[id_])))
    return out
