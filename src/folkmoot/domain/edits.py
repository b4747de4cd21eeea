"""Changing and deleting what was said: edits keep their history, deletions leave the thread standing."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal, media, notices, threads, wording
from folkmoot.domain import posts as posts_
from folkmoot.domain.access import Audience, PostState, Viewer, require_in_group, see_post, standing
from folkmoot.domain.drafts import Change, Draft
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.posts import addressed, bodies, edits, post_tags, posts, reactions
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_NOW = Query(
    sa.select(
        bodies.c.title, bodies.c.warning, bodies.c.source, bodies.c.markup, bodies.c.html, bodies.c.plain,
        posts.c.sensitive, posts.c.language, posts.c.author_id,
        posts.c.created_at, posts.c.edited_at, posts.c.group_id, posts.c.parent_id, posts.c.boost_of_id,
        posts.c.thread_id, posts.c.state, posts.c.audience,
    )
    .select_from(posts.join(bodies, bodies.c.post_id == posts.c.id))
    .where(posts.c.id == p("id"))
)  # fmt: skip
_EDITS = Query(
    sa.select(
        edits.c.title,
        edits.c.warning,
        edits.c.source,
        edits.c.html,
        edits.c.sensitive,
        edits.c.media,
        edits.c.created_at,
    )
    .where(edits.c.post_id == p("id"))
    .order_by(edits.c.id)
    .limit(200)
)
_HAS_EDITS = Query(sa.select(edits.c.id).where(edits.c.post_id == p("id")).limit(1))
_UNTAG = Query(sa.delete(post_tags).where(post_tags.c.post_id == p("id")))
_SILENCE = Query(sa.update(addressed).where(addressed.c.post_id == p("id")).values(silent=1))
_EDITED = Query(
    sa.update(posts)
    .where(posts.c.id == p("id"))
    .values(
        rev=posts.c.rev + 1, edited_at=p("now"), sensitive=p("sensitive"), language=p("language", sa.Text)
    )
)
_GONE = Query(
    sa.update(posts)
    .where(posts.c.id == p("id"))
    .values(rev=posts.c.rev + 1, state=int(PostState.DELETED), deleted_at=p("now"), likes_n=0, boosts_n=0)
)
_BOOSTS = Query(
    sa.select(posts.c.id).where(posts.c.boost_of_id == p("id"), posts.c.state == int(PostState.LIVE))
)
_DROP_REACTIONS = Query(sa.delete(reactions).where(reactions.c.post_id == p("id")))
_DROP_ADDRESSED = Query(sa.delete(addressed).where(addressed.c.post_id == p("id")))
_FEWER_REPLIES = Query(
    sa.update(posts)
    .where(posts.c.id == p("id"), posts.c.replies_n > 0)
    .values(replies_n=posts.c.replies_n - 1)
)
_FEWER_POSTS = Query(
    sa.update(accounts)
    .where(accounts.c.id == p("id"), accounts.c.posts_n > 0)
    .values(posts_n=accounts.c.posts_n - 1)
)
_ORPHAN = Query(sa.update(posts).where(posts.c.parent_id == p("id")).values(rev=posts.c.rev + 1))
_FEWER_TOPICS = Query(
    sa.update(groups)
    .where(groups.c.account_id == p("id"), groups.c.topics_n > 0)
    .values(topics_n=groups.c.topics_n - 1)
)


class Version(msgspec.Struct, frozen=True):
    """One version of a post's text."""

    title: str
    warning: str
    source: str
    html: str
    sensitive: bool
    media_ids: list[int]
    created_at: int


class Source(msgspec.Struct, frozen=True):
    """A post as it was written."""

    text: str
    warning: str
    title: str
    markup: int


def _own(tx: Tx, viewer: Viewer, post_id: int) -> tuple[Any, ...]:
    seen = see_post(tx, viewer, post_id)
    row = tx.one(_NOW, id=seen.id)
    if row is None or (row[8] != viewer.account_id and not viewer.everything):
        raise NotFound(what="post")
    return row


def edit(tx: Tx, viewer: Viewer, post_id: int, change: Change) -> bool:
    """Change one's own post; False where nothing is different (no history, no news).

    Raises NotFound (not there, not one's own), Invalid("text", "blank").
    """
    row = _own(tx, viewer, post_id)
    title, warning, source, markup, _, plain, sensitive, language = row[:8]
    new = Draft(
        text=source if change.text is None else change.text,
        markup=markup if change.markup is None else change.markup,
        title=title if change.title is None else " ".join(change.title.split())[: posts_.MAX_TITLE],
        warning=warning if change.warning is None else " ".join(change.warning.split()),
        door="",
    )
    is_sensitive = int(
        bool(new.warning) or (bool(sensitive) if change.sensitive is None else change.sensitive)
    )
    new_language = language if change.language is None else change.language
    old_media = media.ids_of(tx, post_id)
    new_media = old_media if change.media_ids is None else change.media_ids
    if not new.text.strip() and not new_media and not new.warning:
        raise Invalid("text", "blank")
    described = media.describe_attached(tx, viewer, post_id, change.descriptions)
    was = (source, markup, title, warning, sensitive, language)
    same = (new.text, new.markup, new.title, new.warning, is_sensitive, new_language) == was
    if same and new_media == old_media and not described:
        return False
    if tx.one(_HAS_EDITS, id=post_id) is None:
        _keep_version(tx, post_id, row, old_media, row[9])
    named = wording.look_up(tx, new)
    rendered = wording.rendered(tx, new, named)
    if new_media != old_media:
        media.replace(tx, row[8], post_id, new_media)
    wording.unindex(tx, post_id, title, plain)
    values = {"title": new.title, "warning": new.warning, "source": new.text, "markup": int(new.markup)}
    tx.update(bodies, {"post_id": post_id}, html=rendered.html, plain=rendered.plain, **values)
    wording.index(tx, post_id, new.title, rendered.plain)
    tx.run(_EDITED, id=post_id, now=tx.now, sensitive=is_sensitive, language=new_language)
    _address_again(tx, post_id, row[8], row[11], [named.ids[m] for m in rendered.mentions if m in named.ids])
    tx.run(_UNTAG, id=post_id)
    wording.set_tags(tx, post_id, rendered)
    _keep_version(
        tx,
        post_id,
        (new.title, new.warning, new.text, int(new.markup), rendered.html, "", is_sensitive),
        new_media,
        tx.now,
    )
    journal.record(tx, journal.POST_EDITED, viewer.account_id, post_id, **posts_.facts(tx, post_id))
    return True


def _keep_version(tx: Tx, post_id: int, row: tuple[Any, ...], media_ids: list[int], at: int) -> None:
    tx.insert(
        edits,
        id=tx.ids.next(),
        post_id=post_id,
        title=row[0],
        warning=row[1],
        source=row[2],
        markup=row[3],
        html=row[4],
        sensitive=row[6],
        media=msgspec.json.encode(media_ids).decode(),
        created_at=at,
    )


def _address_again(tx: Tx, post_id: int, author_id: int, group_id: int | None, wanted: list[int]) -> None:
    """Those no longer mentioned may still read, but are no longer listed; new ones are told."""
    before = set(posts_.addressed_to(tx, post_id))
    tx.run(_SILENCE, id=post_id)
    for account_id in dict.fromkeys(wanted):
        if account_id in (author_id, group_id):
            continue
        if not tx.insert_new(addressed, post_id=post_id, account_id=account_id):
            tx.update(addressed, {"post_id": post_id, "account_id": account_id}, silent=0)
        if account_id not in before:
            notices.add(tx, account_id, "mention", author_id, post_id)


def history(tx: Tx, viewer: Viewer, post_id: int) -> list[Version]:
    """All versions, oldest first, the current one last; an unedited post has one. Raises NotFound."""
    seen = see_post(tx, viewer, post_id)
    rows = tx.all(_EDITS, id=seen.id)
    if rows:
        return [Version(r[0], r[1], r[2], r[3], bool(r[4]), msgspec.json.decode(r[5]), r[6]) for r in rows]
    row = tx.one(_NOW, id=seen.id)
    if row is None:
        return []
    return [Version(row[0], row[1], row[2], row[4], bool(row[6]), media.ids_of(tx, seen.id), row[9])]


def source(tx: Tx, viewer: Viewer, post_id: int) -> Source:
    """One's own post as it was written. Raises NotFound."""
    row = _own(tx, viewer, post_id)
    return Source(row[2], row[1], row[0], row[3])


def delete(tx: Tx, viewer: Viewer, post_id: int) -> None:
    """Delete one's own post, or as a moderator one of the group's: answers stay, what hung on it goes.

    Raises NotFound, Forbidden (a moderator's right is missing).
    """
    seen = see_post(tx, viewer, post_id)
    row = tx.one(_NOW, id=seen.id)
    if seen.boost_of_id is not None or row is None:
        raise NotFound(what="post")
    if seen.author_id != viewer.account_id and not viewer.everything:
        _may_moderate(tx, viewer, seen.group_id)
    for boost_id in tx.column(_BOOSTS, id=post_id):
        tx.run(_GONE, id=boost_id, now=tx.now)
        journal.record(tx, journal.POST_DELETED, viewer.account_id, boost_id, **posts_.facts(tx, boost_id))
    facts = posts_.facts(tx, post_id)
    live = row[15] == PostState.LIVE
    tx.run(_GONE, id=post_id, now=tx.now)
    tx.run(_DROP_REACTIONS, id=post_id)
    tx.run(_UNTAG, id=post_id)
    tx.run(_DROP_ADDRESSED, id=post_id)
    notices.forget_post(tx, post_id)
    wording.unindex(tx, post_id, row[0], row[5])
    tx.update(bodies, {"post_id": post_id}, title="", warning="", source="", html="", plain="", extra="{}")
    media.release(tx, post_id)
    tx.run(_ORPHAN, id=post_id)
    if live:
        _count_down(tx, row)
    journal.record(tx, journal.POST_DELETED, viewer.account_id, post_id, **facts)


def _count_down(tx: Tx, row: tuple[Any, ...]) -> None:
    author_id, group_id, parent_id, thread_id = row[8], row[11], row[12], row[14]
    if parent_id is not None and row[16] in posts_.COUNTED:
        tx.run(_FEWER_REPLIES, id=parent_id)
    if row[16] != Audience.DIRECT:
        tx.run(_FEWER_POSTS, id=author_id)
    threads.measure(tx, thread_id)
    if group_id is not None:
        tx.run(_FEWER_POSTS, id=group_id)
        if not threads.exists(tx, thread_id):
            tx.run(_FEWER_TOPICS, id=group_id)


def _may_moderate(tx: Tx, viewer: Viewer, group_id: int | None) -> None:
    if group_id is None:
        raise NotFound(what="post")
    try:
        require_in_group(standing(tx, viewer, group_id), "edit_archive")
    except Forbidden:
        raise NotFound(what="post") from None
