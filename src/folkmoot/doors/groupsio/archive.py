"""The archive: topics, messages, one message, and searching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from folkmoot.domain import views
from folkmoot.domain.access import Standing, may_in_group
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import archives
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.people.showing import is_shown
from folkmoot.domain.posts import conversations
from folkmoot.domain.posts.conversations import ThreadView
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import accept, load, present, present_archive
from folkmoot.doors.groupsio.calls import (
    Listed,
    Walk,
    call,
    cut,
    direction,
    group_of,
    listing,
    require,
    sorted_by,
)
from folkmoot.wire.codecs import rfc3339
from folkmoot.wire.groupsio.archive import Message, MessageListEnvelope, SearchListEnvelope, Topic
from folkmoot.wire.groupsio.requests import GetMessage, GetMessages, GetTopic, GetTopics, SearchArchives
from folkmoot.wire.groupsio.result import ListEnvelope

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

TOPIC_SORTS: Final = {
    "recentpostdate/sticky": "last",
    "lastpost_time": "last_only",
    "activity": "last_only",
    "updated": "last_only",
    "created": "created",
    "subject": "subject",
}
MESSAGE_SORTS: Final = {"created": "id", "id": "id", "msg_num": "number"}
SEARCH_SORTS: Final = {"updated": None, "relevance": None, "created": None}
"""Hits have one order, by age, whatever it is called."""


def readable(tx: Tx, at: At, group_id: int | None, group_name: str | None) -> tuple[GroupView, Standing]:
    """The group of a call, whose archive the caller may read. Raises NotFound, Forbidden("archives_visible")."""
    view, stands = group_of(tx, at, group_id, group_name)
    require(may_in_group(stands, "read_archive"), "archives_visible")
    return view, stands


@listing(GetTopics)
def get_topics(tx: Tx, at: At, ask: GetTopics, walk: Walk) -> Listed[GetTopics]:
    view, _ = readable(tx, at, ask.group_id if ask.group_id is not None else ask.groupid, ask.group_name)
    field, ascending = sorted_by(ask, TOPIC_SORTS, "recentpostdate/sticky", "desc")
    found = archives.page_of_threads(
        tx, view.id, by=TOPIC_SORTS[field], ascending=ascending, after=walk.key, limit=ask.limit + 1
    )
    page, more = cut(found, ask.limit)
    data = load.topics(tx, at, view, [thread for _, thread in page])
    key = page[-1][0] if more else None
    return Listed(ListEnvelope[Topic](data=data), view.topics_n, key, field, direction(ascending))


@listing(GetTopic)
def get_topic(tx: Tx, at: At, ask: GetTopic, walk: Walk) -> Listed[GetTopic]:
    thread = conversations.see(tx, at.viewer, ask.topic_id)
    if thread.group_id is None:
        raise NotFound(what="thread")
    view, stands = group_of(tx, at, thread.group_id, None)
    return _messages(tx, at, ask, walk, view, stands, thread)


@listing(GetMessages)
def get_messages(tx: Tx, at: At, ask: GetMessages, walk: Walk) -> Listed[GetMessages]:
    view, stands = readable(tx, at, ask.group_id, ask.group_name)
    thread = None if ask.topic_id is None else conversations.see(tx, at.viewer, ask.topic_id)
    if thread is not None and thread.group_id != view.id:
        raise NotFound(what="thread")
    return _messages(tx, at, ask, walk, view, stands, thread)


def _messages(
    tx: Tx, at: At, ask: Any, walk: Walk, view: GroupView, stands: Standing, thread: ThreadView | None
) -> Listed[Any]:
    """A page of a topic (oldest first unless asked otherwise) or of a whole group (newest first)."""
    field, ascending = sorted_by(ask, MESSAGE_SORTS, "created", "asc" if thread else "desc")
    found = archives.page_of_posts(
        tx,
        at.viewer,
        view.id,
        thread_id=thread.id if thread else None,
        by=MESSAGE_SORTS[field],
        ascending=ascending,
        after=walk.after,
        limit=ask.limit + 1,
    )
    page, more = cut(found, ask.limit)
    posts = views.post_list(tx, at.viewer, [id_ for _, id_ in page])
    total = walk.total
    if total is None:
        total = thread.posts_n if thread else views.account(tx, view.id).posts_n
    key: list[int | str] | None = [page[-1][0]] if more else None
    return Listed(_envelope(tx, at, view, stands, thread, posts), total, key, field, direction(ascending))


def _envelope(
    tx: Tx, at: At, view: GroupView, stands: Standing, thread: ThreadView | None, posts: list[PostView]
) -> MessageListEnvelope:
    beside = load.archive(tx, at, view, posts)
    group = load.group(tx, at, view, stands)
    posters = {post.author.id: post.author for post in posts}
    if thread is None and posts:
        thread = beside.threads.get(posts[0].thread_id)
    topics = load.topics(tx, at, view, [thread]) if thread else [present_archive.no_topic(view.id)]
    return MessageListEnvelope(
        group_perms=group.perms,
        group=group,
        sub_data=load.member_infos(tx, at, view, stands, list(posters.values())),
        topic=topics[0],
        data=load.messages(at, beside, posts),
    )


@call(GetMessage)
def get_message(at: At, ask: GetMessage) -> Message:
    view, _ = readable(at.tx, at, ask.group_id, ask.group_name)
    try:
        post = views.post(at.tx, at.viewer, archives.numbered(at.tx, view.id, ask.msg_num))
    except NotFound:
        raise NotFound(what="number") from None
    return load.messages(at, load.archive(at.tx, at, view, [post]), [post])[0]


@listing(SearchArchives)
def search_archives(tx: Tx, at: At, ask: SearchArchives, walk: Walk) -> Listed[SearchArchives]:
    view, stands = readable(tx, at, ask.group_id, ask.group_name)
    field, ascending = sorted_by(ask, SEARCH_SORTS, "created", "desc")
    wanted = accept.search(ask, tx.now, load.own_zone(tx, at))
    find: dict[str, Any] = {"ascending": ascending, "after": walk.after, "limit": ask.limit + 1}
    page, more = cut(archives.find(tx, at.viewer, view.id, wanted, **find), ask.limit)
    total = walk.total
    if total is None:
        total = archives.how_many(tx, at.viewer, view.id, wanted) if more else len(page)
    tags = load.hashtags(tx, at, view, list(wanted.tags[:1]))
    author = views.accounts_by_ids(tx, [wanted.author_id]).get(wanted.author_id) if wanted.author_id else None
    envelope = SearchListEnvelope(
        query=ask.q,
        collapse_topics=ask.collapse_topics,
        exclude_sigs=ask.exclude_sigs,
        start_date=rfc3339(wanted.since),
        end_date=rfc3339(wanted.until),
        preset_date_range=ask.preset_date_range or "",
        hashtag=next(
            iter(tags.values()),
            present_archive.no_hashtag(view.id),
        ),
        poster_user_id=wanted.author_id or 0,
        name=present.name_of(author) if author else "",
        profile_photo_url=at.house.links.avatar(author) if author else "",
        can_view_profile=author is not None and is_shown(stands, at.viewer, author),
        data=load.hits(tx, at, view, stands, views.post_list(tx, at.viewer, page)),
    )
    return Listed(envelope, total, [page[-1]] if more else None, field, direction(ascending))
