"""Feeds: what is new in a group, section by section, as far as the caller may look into each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from folkmoot.domain import views
from folkmoot.domain.access import Membership, Standing, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import archives, grouplife, grouprights, groups, members, recent
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Member
from folkmoot.domain.sections import chats, events, tables, wiki
from folkmoot.domain.sections.access import Room, Section, room_of
from folkmoot.domain.sections.events import Span
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import calendar, files, load, present_sections
from folkmoot.doors.groupsio import chats as chats_
from folkmoot.doors.groupsio import present_chats as present
from folkmoot.doors.groupsio import present_feed as pictures
from folkmoot.doors.groupsio.calls import Listed, Walk, call, cut, group_of, listing, require
from folkmoot.wire.groupsio.archive import Hashtag
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
"""So many feeds are on one page at most, whatever limit is asked for: each takes some fifty short queries."""
IMAGES: Final = 20
"""So many pictures are shown beside the topics of a feed."""


@listing(GetFeed)
def get_feed(tx: Tx, at: At, ask: GetFeed, walk: Walk) -> Listed[GetFeed]:
    mine = {
        row.group_id: row
        for row in members.of_account(tx, at.viewer.required())
        if row.status == Membership.NORMAL
    }
    known = sorted(mine.values(), key=lambda row: row.id)
    after, most = walk.after or 0, min(ask.limit, AT_ONCE)
    page, more = cut([row for row in known if row.id > after], most)
    data = [
        _feed(tx, at, groups.see(tx, at.viewer, row.group_id), standing(tx, at.viewer, row.group_id), row)
        for row in page
    ]
    return Listed(ListEnvelope[Feed](data=data), len(known), [page[-1].id] if more else None)


@call(GetSingleFeed)
def get_single_feed(at: At, ask: GetSingleFeed) -> Feed:
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    own = load.own_membership(at.tx, at, view.id)
    require(own is not None and stands.is_member, "sub_page")
    assert own is not None
    return _feed(at.tx, at, view, stands, own)


def _feed(tx: Tx, at: At, view: GroupView, stands: Standing, own: Member) -> Feed:
    case = grouprights.case_of(tx, stands)
    reads = stands.may_read
    photos = reads and grouprights.may(case, "see_photos")
    return Feed(
        member_info=load.membership(tx, at, view, stands, own),
        group=load.group(tx, at, view, stands),
        topics=_topics(tx, at, view) if reads else [],
        events=_events(tx, at, _open(view, stands, "calendar")),
        files=_files(tx, at, _open(view, stands, "files")),
        photos=_photos(tx, at, view) if photos else [],
        chats=_chats(tx, at, _open(view, stands, "chat")),
        wikis=_wikis(tx, at, _open(view, stands, "wiki")),
        subgroups=_subgroups(tx, at, view),
        tables=_tables(tx, at, _open(view, stands, "database")),
        hashtags=_hashtags(tx, at, view) if reads else [],
    )


def _open(view: GroupView, stands: Standing, section: Section) -> Room | None:
    """The section, None where it is not open to the caller."""
    room = room_of(view, stands, section)
    return room if room.reads else None


def _topics(tx: Tx, at: At, view: GroupView) -> list[FeedTopic]:
    threads = [
        thread
        for _, thread in archives.page_of_threads(tx, view.id, by="last_only", after=None, limit=NEWEST)
    ]
    found = recent.pictures(tx, at.viewer, view.id, IMAGES, [thread.id for thread in threads])
    return [
        FeedTopic(
            topic=topic,
            images=[
                pictures.attachment(each, view.id, at.house.links)
                for each in found
                if each.thread_id == topic.id
            ],
        )
        for topic in load.topics(tx, at, view, threads)
    ]


def _events(tx: Tx, at: At, room: Room | None) -> list[Event]:
    if room is None:
        return []
    return calendar.shown(tx, at, events.between(tx, Span((room.group_id,), tx.now), None, NEWEST))


def _files(tx: Tx, at: At, room: Room | None) -> list[File]:
    return [] if room is None else files.shown(tx, at, room, recent.files(tx, room, NEWEST))


def _photos(tx: Tx, at: At, view: GroupView) -> list[Photo]:
    found = recent.pictures(tx, at.viewer, view.id, NEWEST)
    ids = list({each.author_id for each in found})
    people, told = views.accounts_by_ids(tx, ids), members.addresses_of(tx, ids)
    return [
        pictures.photo(each, view.id, people.get(each.author_id), told.get(each.author_id, ""))
        for each in found
    ]


def _chats(tx: Tx, at: At, room: Room | None) -> list[Chat]:
    found = [] if room is None else chats.listing(tx, room, chats.Order(limit=NEWEST))
    return chats_.shown(tx, at, found)


def _wikis(tx: Tx, at: At, room: Room | None) -> list[WikiPage]:
    newest = wiki.Order("updated", ascending=False, limit=NEWEST)
    return [] if room is None else [present.page(each) for each in wiki.listing(tx, room, newest)]


def _tables(tx: Tx, at: At, room: Room | None) -> list[DatabaseTable]:
    newest = tables.Order("updated", ascending=False, limit=NEWEST)
    found = [] if room is None else tables.listing(tx, at.viewer, room, newest)
    return [present_sections.table(each) for each in found]


def _subgroups(tx: Tx, at: At, view: GroupView) -> list[Group]:
    """The newest groups below that the caller may know of."""
    found: list[Group] = []
    for id_ in sorted(grouplife.below(tx, view.id), reverse=True):
        if len(found) == NEWEST:
            break
        try:
            below = groups.see(tx, at.viewer, id_)
        except NotFound:
            continue
        found.append(load.group(tx, at, below, standing(tx, at.viewer, id_)))
    return found


def _hashtags(tx: Tx, at: At, view: GroupView) -> list[Hashtag]:
    names = recent.tag_names(tx, view.id, NEWEST)
    found = load.hashtags(tx, at, view, names)
    return [found[name] for name in names if name in found]
