"""Feeds: what is new in groups, section by section, as far as the caller may look into each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Membership, Standing
from folkmoot.domain.groups import grouprights, groups, members, recent
from folkmoot.domain.groups.grouprights import Case
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Member
from folkmoot.domain.groups.recent import Picture
from folkmoot.domain.sections.access import Room, Section, room_of
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import calendar, files, load, present_sections
from folkmoot.doors.groupsio import chats as chats_
from folkmoot.doors.groupsio import present_chats as present
from folkmoot.doors.groupsio import present_feed as pictures
from folkmoot.doors.groupsio.calls import Listed, Walk, call, cut, group_of, listing, require
from folkmoot.wire.groupsio.archive import Hashtag, Topic
from folkmoot.wire.groupsio.calendar import Event
from folkmoot.wire.groupsio.chat import Chat
from folkmoot.wire.groupsio.database import DatabaseTable
from folkmoot.wire.groupsio.feed import Feed, FeedTopic
from folkmoot.wire.groupsio.feed_requests import GetFeed, GetSingleFeed
from folkmoot.wire.groupsio.files import File, Photo, WikiPage
from folkmoot.wire.groupsio.group import Group
from folkmoot.wire.groupsio.result import ListEnvelope

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

NEWEST: Final = 5
"""So many items of each section are in a feed."""
AT_ONCE: Final = 25
"""So many feeds are on one page at most, whatever limit is asked for."""
IMAGES: Final = 20
"""So many pictures are shown beside the topics of a feed."""
T = TypeVar("T")
R = TypeVar("R")


@listing(GetFeed)
def get_feed(tx: Tx, at: At, ask: GetFeed, walk: Walk) -> Listed[GetFeed]:
    mine = members.of_account(tx, at.viewer.required())
    known = sorted((row for row in mine if row.status == Membership.NORMAL), key=lambda row: row.id)
    after, most = walk.after or 0, min(ask.limit, AT_ONCE)
    page, more = cut([row for row in known if row.id > after], most)
    data = _feeds(tx, at, page)
    return Listed(ListEnvelope[Feed](data=data), len(known), [page[-1].id] if more else None)


@call(GetSingleFeed)
def get_single_feed(at: At, ask: GetSingleFeed) -> Feed:
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    own = load.own_membership(at.tx, at, view.id)
    require(own is not None and stands.is_member, "sub_page")
    assert own is not None
    return _feeds(at.tx, at, [own])[0]


class Place(msgspec.Struct, frozen=True):
    """A group of a page of feeds, and how the caller stands to it."""

    view: GroupView
    stands: Standing
    own: Member

    def room(self, section: Section) -> Room | None:
        """The section, None where it is not open to the caller."""
        room = room_of(self.view, self.stands, section)
        return room if room.reads else None

    @property
    def shows_photos(self) -> bool:
        may = grouprights.may(Case(self.stands, self.view.settings), "see_photos")
        return self.stands.may_read and may


def _places(tx: Tx, at: At, rows: Sequence[Member]) -> list[Place]:
    seen = groups.by_ids(tx, [row.group_id for row in rows])
    above = _own(tx, at, [view.parent_id for view in seen.values() if view.parent_id is not None])
    places = []
    for row in rows:
        view = seen[row.group_id]
        places.append(Place(view, groups.stands(view, row, above.get(view.parent_id or 0)), row))
    return places


def _own(tx: Tx, at: At, group_ids: list[int]) -> dict[int, Member]:
    return members.in_groups(tx, at.viewer.account_id, group_ids)


def _feeds(tx: Tx, at: At, rows: Sequence[Member]) -> list[Feed]:
    """The feeds of these memberships: each kind of thing is asked for once, for all groups together."""
    places = _places(tx, at, rows)
    seen = load.groups_of(tx, at, [(each.view, each.stands) for each in places])
    infos = load.own_memberships(
        tx,
        at,
        [(each.view, each.stands, each.own) for each in places],
        {id_: g.perms for id_, g in seen.items()},
    )
    reading = [each for each in places if each.stands.may_read]
    topics, tags = _topics(tx, at, reading), _hashtags(tx, at, reading)
    photos = _photos(tx, at, [each for each in places if each.shows_photos])
    events, sent, chats = _events(tx, at, places), _files(tx, at, places), _chats(tx, at, places)
    wikis, tables = _wikis(tx, places), _tables(tx, at, places)
    below = _subgroups(tx, at, places)
    return [
        Feed(
            member_info=infos[id_],
            group=seen[id_],
            topics=topics.get(id_, []),
            events=events.get(id_, []),
            files=sent.get(id_, []),
            photos=photos.get(id_, []),
            chats=chats.get(id_, []),
            wikis=wikis.get(id_, []),
            subgroups=below.get(id_, []),
            tables=tables.get(id_, []),
            hashtags=tags.get(id_, []),
        )
        for id_ in (each.view.id for each in places)
    ]


def _rooms(places: list[Place], section: Section) -> list[Room]:
    """The sections of that kind that are open to the caller."""
    return [room for each in places if (room := each.room(section)) is not None]


def _ids(rooms: list[Room]) -> list[int]:
    return [room.group_id for room in rooms]


def _each(found: dict[int, list[T]], show: Callable[[list[T]], list[R]]) -> dict[int, list[R]]:
    """What stands for these things by group, where all are shown at once; *show* keeps their order."""
    shown = iter(show([each for some in found.values() for each in some]))
    return {group_id: [next(shown) for _ in some] for group_id, some in found.items()}


def _topics(tx: Tx, at: At, places: list[Place]) -> dict[int, list[FeedTopic]]:
    ids = [each.view.id for each in places]
    threads = recent.last_threads(tx, ids, NEWEST)
    spoken = [thread.id for some in threads.values() for thread in some]
    found = recent.pictures(tx, at.viewer, ids, IMAGES, spoken)
    shown = load.topics_in(tx, at, [(each.view, threads.get(each.view.id, [])) for each in places])
    return {id_: [_topic(at, topic, found.get(id_, [])) for topic in some] for id_, some in shown.items()}


def _topic(at: At, topic: Topic, found: list[Picture]) -> FeedTopic:
    images = [
        pictures.attachment(each, topic.group_id, at.house.links)
        for each in found
        if each.thread_id == topic.id
    ]
    return FeedTopic(topic=topic, images=images)


def _photos(tx: Tx, at: At, places: list[Place]) -> dict[int, list[Photo]]:
    found = recent.pictures(tx, at.viewer, [each.view.id for each in places], NEWEST)
    ids = list({each.author_id for some in found.values() for each in some})
    people, told = views.accounts_by_ids(tx, ids), members.addresses_of(tx, ids)
    return {
        group_id: [
            pictures.photo(each, group_id, people.get(each.author_id), told.get(each.author_id, ""))
            for each in some
        ]
        for group_id, some in found.items()
    }


def _events(tx: Tx, at: At, places: list[Place]) -> dict[int, list[Event]]:
    found = recent.coming_events(tx, _ids(_rooms(places, "calendar")), NEWEST)
    return _each(found, lambda some: calendar.shown(tx, at, some))


def _files(tx: Tx, at: At, places: list[Place]) -> dict[int, list[File]]:
    rooms = _rooms(places, "files")
    found = recent.files(tx, _ids(rooms), NEWEST)
    # What is told in one of them is told in all: the caller is a member of each.
    return _each(found, lambda some: files.shown(tx, at, rooms[0], some) if some else [])


def _chats(tx: Tx, at: At, places: list[Place]) -> dict[int, list[Chat]]:
    found = recent.open_chats(tx, _ids(_rooms(places, "chat")), NEWEST)
    stands = {each.view.id: each.stands for each in places}
    return _each(found, lambda some: chats_.shown(tx, at, stands, some))


def _wikis(tx: Tx, places: list[Place]) -> dict[int, list[WikiPage]]:
    found = recent.wiki(tx, _ids(_rooms(places, "wiki")), NEWEST)
    return _each(found, lambda some: [present.page(each) for each in some])


def _tables(tx: Tx, at: At, places: list[Place]) -> dict[int, list[DatabaseTable]]:
    found = recent.changed_tables(tx, at.viewer, _rooms(places, "database"), NEWEST)
    return _each(found, lambda some: [present_sections.table(each) for each in some])


def _subgroups(tx: Tx, at: At, places: list[Place]) -> dict[int, list[Group]]:
    """The newest groups below that the caller may know of."""
    found = recent.below(tx, at.viewer, [each.view.id for each in places], NEWEST)
    ids = [id_ for some in found.values() for id_ in some]
    seen, own = groups.by_ids(tx, ids), _own(tx, at, ids)
    above = {each.view.id: each.own for each in places}
    standings = {id_: groups.stands(seen[id_], own.get(id_), above[seen[id_].parent_id or 0]) for id_ in ids}
    shown = load.groups_of(tx, at, [(seen[id_], standings[id_]) for id_ in ids])
    return {group_id: [shown[id_] for id_ in some] for group_id, some in found.items()}


def _hashtags(tx: Tx, at: At, places: list[Place]) -> dict[int, list[Hashtag]]:
    names = recent.tag_names(tx, [each.view.id for each in places], NEWEST)
    found = load.hashtags_in(tx, at, names)
    return {
        id_: [found[id_][name] for name in some if name in found.get(id_, {})] for id_, some in names.items()
    }
