"""Which posts a reader wants by mail: threads they muted or follow, tags they follow, and special notices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, visible_among
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail.readers import EVERYBODY, SINGLES, Reader
from folkmoot.domain.posts.reactions import THREAD_FOLLOWED, THREAD_MUTED
from folkmoot.store.schema.people import tag_follows
from folkmoot.store.schema.posts import bodies, marks, post_tags, posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

ALL, FOLLOWED, FOLLOWED_AND_FIRST = "all", "follow_only", "follow_and_first_message"
"""What a member may choose as *selection*: all posts, those of threads and tags that they follow, and beside these the
first post of every thread."""
PREFIX: Final = "message_selection_"

_POST = Query(
    sa.select(posts.c.group_id, posts.c.thread_id, posts.c.state, bodies.c.extra)
    .select_from(posts.join(bodies, bodies.c.post_id == posts.c.id))
    .where(posts.c.id == p("id"))
)
_POSTS = Query(
    sa.select(posts.c.id, posts.c.thread_id, bodies.c.extra)
    .select_from(posts.join(bodies, bodies.c.post_id == posts.c.id))
    .where(in_list(posts.c.id, "ids"))
)
_BITS_OF_READERS = Query(
    sa.select(marks.c.account_id, marks.c.bits).where(
        marks.c.post_id == p("thread_id"), in_list(marks.c.account_id, "ids")
    )
)
_BITS_OF_THREADS = Query(
    sa.select(marks.c.post_id, marks.c.bits).where(
        marks.c.account_id == p("me"), in_list(marks.c.post_id, "ids")
    )
)
_LIVE = posts.c.state == int(PostState.LIVE)
_READERS_WHO_SPOKE = Query(
    sa.select(posts.c.author_id)
    .where(posts.c.thread_id == p("thread_id"), in_list(posts.c.author_id, "ids"), _LIVE)
    .distinct()
)
_THREADS_SPOKEN_IN = Query(
    sa.select(posts.c.thread_id)
    .where(in_list(posts.c.thread_id, "ids"), posts.c.author_id == p("me"), _LIVE)
    .distinct()
)
_tagged = post_tags.join(tag_follows, tag_follows.c.tag_id == post_tags.c.tag_id)
_READERS_OF_TAGS = Query(
    sa.select(tag_follows.c.account_id)
    .select_from(_tagged)
    .where(post_tags.c.post_id == p("id"), in_list(tag_follows.c.account_id, "ids"))
)
_POSTS_OF_TAGS = Query(
    sa.select(post_tags.c.post_id)
    .select_from(_tagged)
    .where(in_list(post_tags.c.post_id, "ids"), tag_follows.c.account_id == p("me"))
)


class Facts(msgspec.Struct, frozen=True):
    """What of a post decides who wants it."""

    post_id: int
    group_id: int
    thread_id: int
    special: bool
    live: bool
    unmailed: bool = False
    """One of its tags keeps it out of all mail."""
    to_followers: bool = False
    """It is mailed to those alone who follow its thread or a tag of it, or spoke in the thread."""

    @property
    def is_first(self) -> bool:
        return self.post_id == self.thread_id

    @property
    def deliveries(self) -> Sequence[Delivery]:
        """Which members it is mailed to at once."""
        return EVERYBODY if self.special else SINGLES


def facts_of(tx: Tx, post_id: int) -> Facts:
    """What decides who wants the post. Raises NotFound where it is gone, or in no group."""
    row = tx.one(_POST, id=post_id)
    if row is None or row[0] is None:
        raise NotFound(what="post")
    told = msgspec.json.decode(row[3])
    live = row[2] == PostState.LIVE
    marks = [bool(told.get(name)) for name in ("special", "unmailed", "to_followers")]
    return Facts(post_id, row[0], row[1], marks[0], live, marks[1], marks[2])


def selection_of(wishes: dict[str, Any]) -> str:
    """One of ALL, FOLLOWED, FOLLOWED_AND_FIRST; what is not understood is ALL, since nothing must be missed."""
    word = str(wishes.get("selection", ALL)).removeprefix(PREFIX)
    return word if word in (FOLLOWED, FOLLOWED_AND_FIRST) else ALL


def who_wants(tx: Tx, facts: Facts, readers: Sequence[Reader]) -> set[int]:
    """Accounts of those readers who want the post at once. A special notice goes to all who get any mail."""
    if not facts.live or facts.unmailed:
        return set()
    if facts.special:
        return {reader.account_id for reader in readers if reader.delivery != Delivery.NONE}
    ids = [reader.account_id for reader in readers if reader.delivery == Delivery.SINGLE]
    rows = tx.all(_BITS_OF_READERS, thread_id=facts.thread_id, ids=ids) if ids else []
    bits: dict[int, int] = {row[0]: row[1] for row in rows}
    picky = {
        reader.account_id: reader
        for reader in readers
        if reader.delivery == Delivery.SINGLE and (facts.to_followers or selection_of(reader.wishes) != ALL)
    }
    follow = _followers(tx, facts, picky, bits) if picky else set()
    return {id_ for id_ in ids if not bits.get(id_, 0) & THREAD_MUTED and (id_ not in picky or id_ in follow)}


def _followers(tx: Tx, facts: Facts, picky: dict[int, Reader], bits: dict[int, int]) -> set[int]:
    follow = {id_ for id_ in picky if bits.get(id_, 0) & THREAD_FOLLOWED}
    if facts.is_first:
        follow |= {id_ for id_, reader in picky.items() if selection_of(reader.wishes) == FOLLOWED_AND_FIRST}
    everybody = facts.to_followers
    auto = [id_ for id_, reader in picky.items() if everybody or reader.wishes.get("follow_replies")]
    if auto:
        follow |= set(tx.column(_READERS_WHO_SPOKE, thread_id=facts.thread_id, ids=auto))
    left = [id_ for id_ in picky if id_ not in follow]
    return follow | (set(tx.column(_READERS_OF_TAGS, id=facts.post_id, ids=left)) if left else set())


def wanted_of(tx: Tx, reader: Reader, post_ids: Sequence[int]) -> list[int]:
    """Those of the posts, in their order, that one reader may see and wants: the same rule, for a digest."""
    seen = visible_among(tx, Viewer(reader.account_id), list(post_ids))
    rows = tx.all(_POSTS, ids=list(seen)) if seen else []
    thread_of: dict[int, int] = {row[0]: row[1] for row in rows}
    narrow = {row[0] for row in rows if msgspec.json.decode(row[2]).get("to_followers")}
    threads = sorted(set(thread_of.values()))
    me = reader.account_id
    rows = tx.all(_BITS_OF_THREADS, me=me, ids=threads) if threads else []
    bits: dict[int, int] = {row[0]: row[1] for row in rows}
    good = [id_ for id_ in post_ids if id_ in thread_of and not bits.get(thread_of[id_], 0) & THREAD_MUTED]
    wishes = reader.wishes
    selection = selection_of(wishes)
    if not good or (selection == ALL and not narrow):
        return good
    follow = {thread for thread in threads if bits.get(thread, 0) & THREAD_FOLLOWED}
    if narrow or wishes.get("follow_replies"):
        spoken = set(tx.column(_THREADS_SPOKEN_IN, ids=threads, me=me))
    else:
        spoken = set()
    follow |= spoken if wishes.get("follow_replies") else set()
    tagged = set(tx.column(_POSTS_OF_TAGS, ids=good, me=me))

    def wants(id_: int) -> bool:
        thread = thread_of[id_]
        if thread in follow or id_ in tagged:
            return True
        if id_ in narrow:
            return thread in spoken
        return selection == ALL or (selection == FOLLOWED_AND_FIRST and thread == id_)

    return [id_ for id_ in good if wants(id_)]
