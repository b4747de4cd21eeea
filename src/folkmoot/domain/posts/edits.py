"""Changing and deleting what was said: edits keep their history, deletions leave the thread standing."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Audience, PostState, Viewer, require_in_group, see_post, standing
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.groups import moderation, space
from folkmoot.domain.mail import mailing
from folkmoot.domain.media import albums, cards, media
from folkmoot.domain.notices import notices
from folkmoot.domain.people import hearers
from folkmoot.domain.posts import exchanges, polls, postfacts, quotes, threads, tidings, wording
from folkmoot.domain.posts import posts as posts_
from folkmoot.domain.posts.drafts import Change, Draft
from folkmoot.domain.text import one_line
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
        posts.c.thread_id, posts.c.state, posts.c.audience, posts.c.quote_policy,
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
        edits.c.poll,
    )
    .where(edits.c.post_id == p("id"))
    .order_by(edits.c.id)
    .limit(200)
)
_EXTRA = Query(sa.select(bodies.c.extra).where(bodies.c.post_id == p("id")))
_HAS_EDITS = Query(sa.select(edits.c.id).where(edits.c.post_id == p("id")).limit(1))
_UNTAG = Query(sa.delete(post_tags).where(post_tags.c.post_id == p("id")))
_SILENCE = Query(sa.update(addressed).where(addressed.c.post_id == p("id")).values(silent=1))
_EDITED = Query(
    sa.update(posts)
    .where(posts.c.id == p("id"))
    .values(
        rev=posts.c.rev + 1,
        edited_at=p("now"),
        sensitive=p("sensitive"),
        language=p("language", sa.Text),
        parts=posts.c.parts - posts.c.parts.op("&")(polls.PART) + p("has"),
    )
)
_GONE = Query(
    sa.update(posts)
    .where(posts.c.id == p("id"))
    .values(rev=posts.c.rev + 1, state=int(PostState.DELETED), deleted_at=p("now"), likes_n=0, boosts_n=0)
)
_BOOSTS = Query(
    sa.select(posts.c.id, posts.c.author_id).where(
        posts.c.boost_of_id == p("id"), posts.c.state == int(PostState.LIVE)
    )
)
_DROP_REACTIONS = Query(sa.delete(reactions).where(reactions.c.post_id == p("id")))
_DROP_EDITS = Query(sa.delete(edits).where(edits.c.post_id == p("id")))
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
    poll: list[str] = []
    """The answers that could be chosen, empty without a poll."""


class Source(msgspec.Struct, frozen=True):
    """A post as it was written."""

    text: str
    warning: str
    title: str
    markup: int


def _lock(tx: Tx, post_id: int) -> None:
    """Of two changes of one post at once the second waits here. SQLite has one writer anyhow."""
    if 0 < post_id < 1 << 63:
        tx.text_sql("SELECT :id", "SELECT id FROM posts WHERE id = %(id)s FOR UPDATE", id=post_id)


def _own(tx: Tx, viewer: Viewer, post_id: int) -> tuple[Any, ...]:
    seen = see_post(tx, viewer, post_id)
    row = tx.one(_NOW, id=seen.id)
    if row is None or (row[8] != viewer.account_id and not viewer.everything):
        raise NotFound(what="post")
    return row


def edit(tx: Tx, viewer: Viewer, post_id: int, change: Change) -> bool:
    """Change one's own post; False where nothing is different (no history, no news).

    Raises NotFound (not there, not one's own), Forbidden (what moderation.judge raises; "moderated"; "edits_off" where
    the group wants no edits), Invalid("text", "blank"), what polls.checked and media.attach raise.
    """
    _lock(tx, post_id)
    row = _own(tx, viewer, post_id)
    title, warning, source, markup, _, plain, sensitive, language = row[:8]
    files = media.ids_of(tx, post_id)
    new = Draft(
        text=source if change.text is None else change.text,
        markup=markup if change.markup is None else change.markup,
        title=title if change.title is None else one_line(change.title)[: posts_.MAX_TITLE],
        warning=warning if change.warning is None else one_line(change.warning),
        poll=change.poll,
        media_ids=[id_ for id_ in change.media_ids or () if id_ not in files],
        door="",
    )
    _require_trust(tx, viewer, post_id, row, new)
    is_sensitive = int(
        bool(new.warning) or (bool(sensitive) if change.sensitive is None else change.sensitive)
    )
    new_language = language if change.language is None else change.language
    new_files = files if change.media_ids is None else change.media_ids
    poll = None if change.poll is None else polls.checked(change.poll)
    answers = polls.titles(tx, post_id)
    has_poll = poll is not None or (bool(answers) and not change.no_poll)
    if not (new.text.strip() or new_files or new.warning or has_poll):
        raise Invalid("text", "blank")
    if change.quote_policy is not None and change.quote_policy != row[17]:
        quotes.set_policy(tx, viewer, post_id, change.quote_policy)
    different = media.change_attached(tx, viewer, post_id, change.media)
    if poll is not None or change.no_poll:
        different |= polls.change(tx, row[8], post_id, poll)
    was = (source, markup, title, warning, sensitive, language, files)
    now = (new.text, new.markup, new.title, new.warning, is_sensitive, new_language, new_files)
    if now == was and not different:
        return False
    if tx.one(_HAS_EDITS, id=post_id) is None:
        _keep_version(tx, post_id, row, files, answers, row[9])
    said = (new.text, new.markup) != (source, markup)
    if new.title != title and not said and row[11] is not None:
        _retag(tx, post_id, new)
    html, plain_now = _reword(tx, viewer, post_id, row, new) if said else (row[4], plain)
    if new_files != files:
        _replace_files(tx, post_id, row, new_files)
    wording.unindex(tx, post_id, title, plain)
    values = {"title": new.title, "warning": new.warning, "source": new.text, "markup": int(new.markup)}
    tx.update(bodies, {"post_id": post_id}, html=html, plain=plain_now, **values)
    wording.index(tx, post_id, new.title, plain_now)
    has = polls.PART if has_poll else 0
    tx.run(_EDITED, id=post_id, now=tx.now, sensitive=is_sensitive, language=new_language, has=has)
    version = (new.title, new.warning, new.text, int(new.markup), html, "", is_sensitive)
    _keep_version(tx, post_id, version, new_files, polls.titles(tx, post_id), tx.now)
    if row[15] == PostState.LIVE:
        tidings.of_edit(tx, row[8], post_id)
    journal.record(tx, journal.POST_EDITED, viewer.account_id, post_id, **postfacts.of(tx, post_id))
    return True


def _is_closed(tx: Tx, post_id: int) -> bool:
    """Whether those whom it names are not those whom it is spoken to (Draft.closed)."""
    return "closed" in msgspec.json.decode(tx.value(_EXTRA, id=post_id) or "{}")


def _require_trust(tx: Tx, viewer: Viewer, post_id: int, row: tuple[Any, ...], new: Draft) -> None:
    """In a group nobody rewrites what they could not say there now: a word let in once is no pass for the next.

    What still waits for a moderator may be changed by whoever may post at all. Raises Forbidden.
    """
    group_id, parent_id, thread_id, state = row[11], row[12], row[14], row[15]
    if group_id is None or viewer.everything:
        return
    facts = tx.one(posts_.GROUP_FACTS, id=group_id)
    assert facts is not None
    stands, settings = standing(tx, viewer, group_id), msgspec.json.decode(facts[2])
    if settings.get("no_edits") and state == PostState.LIVE and not stands.is_moderator:
        raise Forbidden("nothing is edited in this group", code="edits_off")
    case = moderation.case_of(tx, new, stands, None if parent_id is None else thread_id, settings)
    if moderation.judge(tx, case) and state == PostState.LIVE:
        raise Forbidden(
            "what you write here is read by a moderator first; ask one to change it", code="moderated"
        )


def _reword(tx: Tx, viewer: Viewer, post_id: int, row: tuple[Any, ...], new: Draft) -> tuple[str, str]:
    """HTML and plain text of the new words; whom they name, their tags and their links follow."""
    author_id, group_id = row[8], row[11]
    old = wording.look_up(tx, viewer, Draft(text=row[2], markup=row[3], door=""))
    named = wording.look_up(tx, viewer, new)
    wording.keep_quiet(tx, named, group_id)
    facts = tx.one(posts_.GROUP_FACTS, id=group_id) if group_id is not None else None
    rendered = wording.rendered(tx, new, named, msgspec.json.decode(facts[2]) if facts else wording.NO_GROUP)
    # Whom the post was given to beside its words, it stays given to.
    given = [i for i in postfacts.addressed_to(tx, post_id) if i not in set(old.ids.values())]
    wanted = [*given, *(named.ids[m] for m in rendered.mentions if m in named.ids)]
    if not _is_closed(tx, post_id):
        _address_again(tx, post_id, row, wanted)
    tx.run(_UNTAG, id=post_id)
    wording.set_tags(tx, post_id, rendered, title=new.title if group_id is not None else "")
    cards.link(tx, author_id, post_id, rendered.urls)
    return rendered.html, rendered.plain


def _replace_files(tx: Tx, post_id: int, row: tuple[Any, ...], files: list[int]) -> None:
    """What takes their place stays for the post's history, so a group's space holds both."""
    before = media.weight(tx, post_id)
    media.replace(tx, row[8], post_id, files)
    if row[11] is not None:
        space.count(tx, row[11], media.weight(tx, post_id) - before)


def _retag(tx: Tx, post_id: int, new: Draft) -> None:
    """In a group a subject's tags count too."""
    tx.run(_UNTAG, id=post_id)
    wording.set_tags(tx, post_id, wording.rendered(tx, new, wording.Named()), title=new.title)


def _keep_version(
    tx: Tx, post_id: int, row: tuple[Any, ...], media_ids: list[int], answers: list[str], at: int
) -> None:
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
        poll=msgspec.json.encode(answers).decode(),
    )


def _address_again(tx: Tx, post_id: int, row: tuple[Any, ...], wanted: list[int]) -> None:
    """Those no longer mentioned may still read, but are no longer listed; new ones are told, once it is live."""
    author_id, group_id, live = row[8], row[11], row[15] == PostState.LIVE
    before = set(postfacts.addressed_to(tx, post_id))
    tx.run(_SILENCE, id=post_id)
    for account_id in posts_.addressable(tx, author_id, group_id, wanted):
        if not tx.insert_new(addressed, post_id=post_id, account_id=account_id):
            tx.update(addressed, {"post_id": post_id, "account_id": account_id}, silent=0)
        if account_id in before or not live:
            continue
        told = notices.add(tx, account_id, "mention", author_id, post_id)
        if told != notices.Told.DROPPED:
            exchanges.arrived(tx, post_id, [account_id])
        if told in (notices.Told.TOLD, notices.Told.QUIET):
            exchanges.said(tx, post_id, [account_id])


def history(tx: Tx, viewer: Viewer, post_id: int) -> list[Version]:
    """All versions, oldest first, the current one last; an unedited post has one. Raises NotFound."""
    seen = see_post(tx, viewer, post_id)
    rows = tx.all(_EDITS, id=seen.id)
    if rows:
        decode = msgspec.json.decode
        return [Version(r[0], r[1], r[2], r[3], bool(r[4]), decode(r[5]), r[6], decode(r[7])) for r in rows]
    row = tx.one(_NOW, id=seen.id)
    if row is None:
        return []
    files, answers = media.ids_of(tx, seen.id), polls.titles(tx, seen.id)
    return [Version(row[0], row[1], row[2], row[4], bool(row[6]), files, row[9], answers)]


def source(tx: Tx, viewer: Viewer, post_id: int) -> Source:
    """One's own post as it was written. Raises NotFound."""
    row = _own(tx, viewer, post_id)
    return Source(row[2], row[1], row[0], row[3])


def delete(tx: Tx, viewer: Viewer, post_id: int) -> None:
    """Delete one's own post, or as a moderator one of the group's: answers stay, what hung on it goes.

    Raises NotFound, Forbidden (a moderator's right is missing).
    """
    _lock(tx, post_id)
    seen = see_post(tx, viewer, post_id)
    row = tx.one(_NOW, id=seen.id)
    if seen.boost_of_id is not None or row is None:
        raise NotFound(what="post")
    if seen.author_id != viewer.account_id and not viewer.everything:
        _may_moderate(tx, viewer, seen.group_id)
    for boost_id, booster_id in tx.all(_BOOSTS, id=post_id):
        tx.run(_GONE, id=boost_id, now=tx.now)
        tx.run(_FEWER_POSTS, id=booster_id)
        journal.record(tx, journal.POST_DELETED, viewer.account_id, boost_id, **postfacts.of(tx, boost_id))
    facts = postfacts.of(tx, post_id)
    live = row[15] == PostState.LIVE
    tx.run(_GONE, id=post_id, now=tx.now)
    tx.run(_DROP_REACTIONS, id=post_id)
    tx.run(_UNTAG, id=post_id)
    tx.run(_DROP_ADDRESSED, id=post_id)
    tx.run(_DROP_EDITS, id=post_id)
    notices.forget_post(tx, post_id)
    exchanges.taken_back(tx, post_id)
    polls.drop(tx, post_id)
    quotes.deleted(tx, post_id, live=live)
    wording.unindex(tx, post_id, row[0], row[5])
    tx.update(bodies, {"post_id": post_id}, title="", warning="", source="", html="", plain="", extra="{}")
    if row[11] is not None:
        space.count(tx, row[11], -media.weight(tx, post_id))
    media.release(tx, post_id)
    albums.post_gone(tx, post_id)
    hearers.post_gone(tx, post_id)
    cards.unlink(tx, post_id)
    mailing.forget_bytes(tx, post_id)
    tx.run(_ORPHAN, id=post_id)
    if live:
        _count_down(tx, row)
    journal.record(tx, journal.POST_DELETED, viewer.account_id, post_id, **facts)


def _count_down(tx: Tx, row: tuple[Any, ...]) -> None:
    author_id, group_id, parent_id, thread_id = row[8], row[11], row[12], row[14]
    if parent_id is not None and row[16] in posts_.COUNTED:
        tx.run(_FEWER_REPLIES, id=parent_id)
    if row[16] != Audience.DIRECT and author_id != group_id:
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
