"""What a notification holds beside account and post: a report, severed bonds, a warning, a collection, words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.notices.notices import Notice
from folkmoot.domain.people import collections as collecting
from folkmoot.domain.people import severances
from folkmoot.domain.staff import reports, sanctions
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import present_collections, present_reports, render
from folkmoot.doors.mastodon.words import NOTICES
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.store.tx import Tx

_encode = msgspec.json.encode
Maker = Callable[[House, Tx, Viewer, list[int]], dict[int, bytes]]


def reported(house: House, tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, bytes]:
    """Report entities by id."""
    found = reports.of(tx, ids)
    people = views.accounts_by_ids(tx, list({report.target_id for report in found.values()}))
    return {
        id_: _encode(present_reports.report(report, people[report.target_id], house.links))
        for id_, report in found.items()
        if report.target_id in people
    }


def severed(house: House, tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, bytes]:
    """RelationshipSeveranceEvent entities of the viewer's by id."""
    found = severances.of(tx, viewer.required(), ids)
    return {id_: _encode(present_reports.severance(one)) for id_, one in found.items()}


def warnings(house: House, tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, bytes]:
    """AccountWarning entities of the viewer's by id."""
    found = sanctions.warnings_of(tx, viewer, ids)
    me = views.accounts_by_ids(tx, [viewer.required()])[viewer.required()]
    return {id_: _encode(present_reports.warning(one, me, house.links)) for id_, one in found.items()}


def collections(house: House, tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, bytes]:
    """Collection entities by id, of those that the viewer may see."""
    found = collecting.by_ids(tx, viewer, ids)
    return {view.id: _encode(present_collections.entity(view, house.links)) for view in found}


def years(house: House, tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, bytes]:
    """AnnualReportEvent entities by year."""
    return {year: _encode({"year": str(year)}) for year in ids}


MAKERS: dict[str, tuple[bytes, Maker]] = {
    "report": (b"report", reported),
    "severed": (b"event", severed),
    "warning": (b"moderation_warning", warnings),
    "collected": (b"collection", collections),
    "collection_edited": (b"collection", collections),
    "annual_report": (b"annual_report", years),
}
"""Kinds of notices that are about something else than a post: the key of it, and who makes the entity."""


def of(house: House, tx: Tx, viewer: Viewer, found: list[Notice]) -> dict[int, bytes]:
    """Keys and entities by notice, ready to append; what should be there and is gone is left out."""
    about: dict[str, list[Notice]] = defaultdict(list)
    for notice in found:
        if notice.kind in MAKERS and notice.about_id is not None:
            about[notice.kind].append(notice)
    out: dict[int, bytes] = {}
    for kind, some in about.items():
        name, make = MAKERS[kind]
        made = make(house, tx, viewer, list({n.about_id for n in some if n.about_id is not None}))
        out |= {n.id: b',"%b":%b' % (name, made[n.about_id]) for n in some if n.about_id in made}
    return out


_WORDS = {
    "mention": "{} mentioned you",
    "post": "{} just posted",
    "boost": "{} boosted your post",
    "follow": "{} followed you",
    "follow_request": "{} requested to follow you",
    "like": "{} favourited your post",
    "poll": "A poll by {} has ended",
    "edit": "{} edited a post",
    "sign_up": "{} signed up",
    "report": "{} filed a report",
    "severed": "Relationships of yours were severed",
    "warning": "You have received a moderation warning",
    "quote": "{} quoted your post",
    "quoted_edit": "{} edited a post that you quoted",
    "collected": "{} added you to a collection",
    "collection_edited": "{} changed a collection that you are in",
    "annual_report": "Your year is ready to be looked at",
}


def fallbacks(tx: Tx, found: list[Notice], supported: list[str] | None) -> dict[int, bytes]:
    """Words by notice for types that the client did not name among those that it supports; none where it named none."""
    if supported is None:
        return {}
    strange = [n for n in found if NOTICES[n.kind] not in supported]
    people = views.accounts_by_ids(tx, list({n.actor_id for n in strange})) if strange else {}
    out = {}
    for notice in strange:
        who = people.get(notice.actor_id)
        name = escape_text((who.display_name or who.name) if who else "")
        words = {"title": _WORDS[notice.kind].format(name), "summary": None, "details": None}
        out[notice.id] = b',"fallback":' + _encode(words)
    return out


def partial(house: House, tx: Tx, ids: list[int]) -> bytes:
    """PartialAccountWithAvatar entities."""
    found = views.accounts_by_ids(tx, ids)
    return render.array(
        _encode(present_reports.partial(found[id_], house.links)) for id_ in ids if id_ in found
    )
