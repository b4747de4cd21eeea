"""What a group's tags mean for posts that bear them: who may use them, what waits, what is mailed, how long it lives.

A post bears the tags of its subject and text, and those that the first post of its thread bears.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, require_in_group, standing
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.groups import groupacts
from folkmoot.domain.text import Markup, scan
from folkmoot.kit.markup.links import fold
from folkmoot.store.schema.grouplife import group_tags
from folkmoot.store.schema.posts import post_tags, posts, tags, threads
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_RULES: Final = 1000
"""So many tags of a group have rules."""
MAX_DESCRIPTION: Final = 1000
LIVES: Final = (0, 1, 7, 30, 91, 182, 365)
"""How many days threads with a tag may live; 0 is for ever."""
DAY_MS: Final = 86_400_000
AT_ONCE: Final = 100
REPLIES: Final = frozenset(
    {"", "group", "sender", "moderators", "group_and_sender", "followers", "only_sender"}
)
"""Whom answers to a tagged thread reach; empty: as in the group."""


class TagRule(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one tag in one group.

    *mods_begin*, *mods_answer*: only moderators begin threads with it, or answer in them. *unmailed*: its posts are
    in the archive and go out by no mail. *held*: they wait for a moderator, but for answers where *answers_free*.
    *special*: they are special notices. *closed*: threads begin closed. *life_days*: so long do its threads live (0:
    for ever), then they are deleted, or closed where *closes* is set. *reply_to*: one of REPLIES.
    """

    id: int
    group_id: int
    folded: str
    name: str
    description: str = ""
    mods_begin: bool = False
    mods_answer: bool = False
    unmailed: bool = False
    held: bool = False
    answers_free: bool = False
    special: bool = False
    closed: bool = False
    life_days: int = 0
    closes: bool = False
    reply_to: str = ""
    created_at: int = 0
    updated_at: int = 0


FLAGS: Final = (
    "mods_begin",
    "mods_answer",
    "unmailed",
    "held",
    "answers_free",
    "special",
    "closed",
    "closes",
)
_COLUMNS = [group_tags.c[name] for name in TagRule.__struct_fields__]
_THREADS_TAGS = (
    sa.select(tags.c.folded)
    .select_from(post_tags.join(tags, tags.c.id == post_tags.c.tag_id))
    .where(post_tags.c.post_id == p("thread_id"))
)
_OF_POST = Query(
    sa.select(*_COLUMNS)
    .where(
        group_tags.c.group_id == p("group_id"),
        sa.or_(in_list(group_tags.c.folded, "names", text=True), group_tags.c.folded.in_(_THREADS_TAGS)),
    )
    .order_by(group_tags.c.id)
)
_NAMED = Query(
    sa.select(*_COLUMNS).where(
        in_list(group_tags.c.group_id, "group_ids"), in_list(group_tags.c.folded, "names", text=True)
    )
)
_ALL = Query(
    sa.select(*_COLUMNS)
    .where(group_tags.c.group_id == p("group_id"))
    .order_by(group_tags.c.folded)
    .limit(MAX_RULES)
)
_COUNT = Query(sa.select(sa.func.count()).where(group_tags.c.group_id == p("group_id")))
_DROP = Query(
    sa.delete(group_tags).where(
        group_tags.c.group_id == p("group_id"), group_tags.c.folded == text_p("folded")
    )
)
_USED = Query(
    sa.select(tags.c.folded)
    .select_from(tags)
    .where(
        in_list(tags.c.folded, "names", text=True),
        sa.exists(
            sa.select(sa.literal_column("1"))
            .select_from(post_tags.join(posts, posts.c.id == post_tags.c.post_id))
            .where(
                post_tags.c.tag_id == tags.c.id,
                posts.c.group_id + 0 == p("group_id"),
                posts.c.state == int(PostState.LIVE),
            )
        ),
    )
)
_CLOSE_BEGUN = Query(
    sa.update(threads)
    .where(
        threads.c.id == p("id"),
        sa.exists(
            sa.select(sa.literal_column("1"))
            .select_from(
                post_tags.join(tags, tags.c.id == post_tags.c.tag_id).join(
                    group_tags, group_tags.c.folded == tags.c.folded
                )
            )
            .where(
                post_tags.c.post_id == p("id"),
                group_tags.c.group_id == p("group_id"),
                group_tags.c.closed == 1,
            )
        ),
    )
    .values(closed=1)
)
_ENDING = Query(
    sa.select(group_tags.c.group_id, group_tags.c.folded, group_tags.c.life_days, group_tags.c.closes)
    .where(group_tags.c.life_days > 0)
    .order_by(group_tags.c.group_id, group_tags.c.id)
)
_BORN_BEFORE = [
    threads.c.group_id == p("group_id"),
    threads.c.created_at < p("before"),
    threads.c.id.in_(
        sa.select(post_tags.c.post_id)
        .select_from(post_tags.join(tags, tags.c.id == post_tags.c.tag_id))
        .where(tags.c.folded == text_p("folded"))
    ),
]
_CLOSE_OLD = Query(sa.update(threads).where(*_BORN_BEFORE, threads.c.closed == 0).values(closed=1))
_OLD_POSTS = Query(
    sa.select(posts.c.id)
    .where(
        posts.c.thread_id.in_(sa.select(threads.c.id).where(*_BORN_BEFORE)),
        posts.c.state == int(PostState.LIVE),
        posts.c.group_id + 0 == p("group_id"),
    )
    .order_by(posts.c.id.desc())
    .limit(AT_ONCE)
)


def _rule(row: tuple[Any, ...]) -> TagRule:
    values = dict(zip(TagRule.__struct_fields__, row, strict=True))
    return TagRule(**{**values, **{name: bool(values[name]) for name in FLAGS}})


def names_in(title: str, text: str, markup: int) -> list[str]:
    """The folded tags of a subject and a text."""
    found = [*scan(title, Markup.PLAIN).tags, *scan(text, Markup(markup)).tags]
    return list(dict.fromkeys(folded for folded, _ in found))


def of_post(tx: Tx, group_id: int, names: Collection[str], thread_id: int | None = None) -> list[TagRule]:
    """The rules that a post with these folded tags, in that thread, is under."""
    if not names and not thread_id:
        return []
    rows = tx.all(_OF_POST, group_id=group_id, names=list(names), thread_id=thread_id or 0)
    return [_rule(row) for row in rows]


def named(tx: Tx, group_id: int, names: list[str]) -> dict[str, TagRule]:
    """The rules of these folded tags, by tag, for those who see posts that bear them."""
    return {folded: rule for (_, folded), rule in named_in(tx, [group_id], names).items()}


def named_in(tx: Tx, group_ids: list[int], names: list[str]) -> dict[tuple[int, str], TagRule]:
    """The same of several groups, by group and tag."""
    rows = tx.all(_NAMED, group_ids=group_ids, names=names) if names and group_ids else []
    return {(row[1], row[2]): _rule(row) for row in rows}


def unknown(tx: Tx, group_id: int, names: list[str]) -> list[str]:
    """Those of the folded tags that the group has no rule for and no live post with."""
    if not names:
        return []
    known = set(tx.column(_USED, names=names, group_id=group_id)) | named(tx, group_id, names).keys()
    return [name for name in names if name not in known]


def listing(tx: Tx, viewer: Viewer, group_id: int) -> list[TagRule]:
    """The tags of a group that have rules, by name. Raises NotFound, Forbidden("read_archive")."""
    require_in_group(standing(tx, viewer, group_id), "read_archive")
    return [_rule(row) for row in tx.all(_ALL, group_id=group_id)]


def put(tx: Tx, viewer: Viewer, group_id: int, name: str, changes: dict[str, Any]) -> TagRule:
    """Give a tag rules, or other ones: *changes* are fields of TagRule, what is not named stays. Raises NotFound,
    Forbidden("manage_tags"), Invalid(field, "unknown" | "invalid" | "too_many")."""
    require_in_group(standing(tx, viewer, group_id), "manage_tags")
    name = name.strip().removeprefix("#")
    if [shown for _, shown in scan(f"#{name}", Markup.PLAIN).tags] != [name]:
        raise Invalid("name", "invalid")
    folded = fold(name)
    values: dict[str, Any] = {key: _checked(key, value) for key, value in changes.items()}
    tx.alone("tag rules", group_id)
    if folded in named(tx, group_id, [folded]):
        tx.update(
            group_tags, {"group_id": group_id, "folded": folded}, **values, name=name, updated_at=tx.now
        )
    else:
        if tx.value(_COUNT, group_id=group_id) >= MAX_RULES:
            raise Invalid("name", "too_many")
        key = {"id": tx.ids.next(), "group_id": group_id, "folded": folded, "name": name}
        tx.insert(group_tags, **key, **values, created_at=tx.now, updated_at=tx.now)
    groupacts.note(tx, viewer, group_id, "settings", f"changed the rules of #{name}")
    return named(tx, group_id, [folded])[folded]


def _checked(key: str, value: Any) -> Any:
    if key in FLAGS and isinstance(value, (bool, int)) and value in (0, 1):
        return int(value)
    if (key == "life_days" and value in LIVES) or (key == "reply_to" and value in REPLIES):
        return value
    if key == "description" and isinstance(value, str) and len(value) <= MAX_DESCRIPTION:
        return value
    raise Invalid(key, "invalid" if key in TagRule.__struct_fields__ else "unknown")


def remove(tx: Tx, viewer: Viewer, group_id: int, name: str) -> None:
    """A tag is like any other again. Raises NotFound("group" | "tag"), Forbidden("manage_tags")."""
    require_in_group(standing(tx, viewer, group_id), "manage_tags")
    if not tx.run(_DROP, group_id=group_id, folded=fold(name.strip().removeprefix("#"))):
        raise NotFound(what="tag")
    groupacts.note(tx, viewer, group_id, "settings", f"took the rules of #{name.removeprefix('#')} away")


def begun(tx: Tx, group_id: int, thread_id: int) -> None:
    """A thread was begun: it is closed at once where one of its tags says so."""
    tx.run(_CLOSE_BEGUN, id=thread_id, group_id=group_id)


def close_old(tx: Tx) -> int:
    """Close the threads whose time is over by a tag that closes them; how many."""
    done = 0
    for group_id, folded, days, closes in tx.all(_ENDING):
        if closes:
            done += tx.run(_CLOSE_OLD, group_id=group_id, folded=folded, before=tx.now - days * DAY_MS)
    return done


def outlived(tx: Tx) -> list[int]:
    """Some posts in threads whose time is over by a tag that deletes them, answers before what they answer."""
    for group_id, folded, days, closes in tx.all(_ENDING):
        if not closes:
            before = tx.now - days * DAY_MS
            ids: list[int] = tx.column(_OLD_POSTS, group_id=group_id, folded=folded, before=before)
            if ids:
                return ids
    return []


def reply_policy(rules: Iterable[TagRule], settings: Mapping[str, Any]) -> str:
    """Whom answers reach where nobody says it: what the first tag says that says something, else the group with these
    settings; one of REPLIES."""
    return next((rule.reply_to for rule in rules if rule.reply_to), "") or str(
        settings.get("reply_to", "group")
    )
