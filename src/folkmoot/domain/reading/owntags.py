"""Tags that somebody follows, and tags that somebody shows on their own page."""

from __future__ import annotations

import re

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Audience, PostState, Viewer
from folkmoot.domain.errors import Invalid, NotFound, TooMany
from folkmoot.domain.paging import Page
from folkmoot.domain.people import blocking
from folkmoot.domain.people.accounts import see_account
from folkmoot.domain.reading import search
from folkmoot.domain.rows import Rows
from folkmoot.kit.ids import first_id_at
from folkmoot.kit.markup.links import fold
from folkmoot.store.schema.people import featured_tags, tag_follows
from folkmoot.store.schema.posts import post_tags, posts, tags
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_FEATURED = 10
MAX_PAGE = 200
MAX_NAME = 100
SUGGESTED = 10
RECENT_MS = 90 * 86_400_000
"""How far back suggestions look."""
_VALID = re.compile(r"[\w·・]*[^\W\d_][\w·・]*")

_TAG = Query(sa.select(tags.c.id, tags.c.folded, tags.c.display).where(tags.c.folded == text_p("name")))
_BY_ID = Query(sa.select(tags.c.id, tags.c.folded, tags.c.display).where(in_list(tags.c.id, "ids")))
_UNFOLLOW = Query(
    sa.delete(tag_follows).where(tag_follows.c.account_id == p("me"), tag_follows.c.tag_id == p("tag_id"))
)
_FOLLOWED = Rows(
    tag_follows.c.id,
    tags.c.id,
    tags.c.folded,
    tags.c.display,
    source=tag_follows.join(tags, tags.c.id == tag_follows.c.tag_id),
    where=(tag_follows.c.account_id == p("me"),),
    cap=MAX_PAGE,
)
_FOLLOWS_AMONG = Query(
    sa.select(tag_follows.c.tag_id).where(
        tag_follows.c.account_id == p("me"), in_list(tag_follows.c.tag_id, "ids")
    )
)
_FEATURES_AMONG = Query(
    sa.select(featured_tags.c.tag_id).where(
        featured_tags.c.account_id == p("me"), in_list(featured_tags.c.tag_id, "ids")
    )
)
_FEATURED = Query(
    sa.select(featured_tags.c.id, featured_tags.c.tag_id, tags.c.folded, featured_tags.c.name)
    .select_from(featured_tags.join(tags, tags.c.id == featured_tags.c.tag_id))
    .where(featured_tags.c.account_id == p("id"))
    .order_by(featured_tags.c.id)
)
_UNFEATURE = Query(
    sa.delete(featured_tags).where(featured_tags.c.account_id == p("me"), featured_tags.c.id == p("id"))
)
_UNFEATURE_TAG = Query(
    sa.delete(featured_tags).where(
        featured_tags.c.account_id == p("me"), featured_tags.c.tag_id == p("tag_id")
    )
)
LOOKED_AT = 1_000
"""So many posts of a person, the newest, are asked for their tags."""
_lately = (
    sa.select(posts.c.id)
    .where(posts.c.author_id == p("id"), posts.c.id > p("since"))
    .order_by(posts.c.id.desc())
    .limit(LOOKED_AT)
    .subquery("found")
)
_SAID = _lately.join(posts, posts.c.id == _lately.c.id).join(post_tags, post_tags.c.post_id == posts.c.id)
_AT_LARGE = (
    posts.c.state == int(PostState.LIVE),
    posts.c.audience <= int(Audience.UNLISTED),
    posts.c.boost_of_id.is_(None),
)
_USES = Query(
    sa.select(post_tags.c.tag_id, sa.func.count(), sa.func.max(posts.c.created_at))
    .select_from(_SAID)
    .where(in_list(post_tags.c.tag_id, "ids"), *_AT_LARGE)
    .group_by(post_tags.c.tag_id)
)
_RECENT = Query(
    sa.select(post_tags.c.tag_id)
    .select_from(_SAID)
    .where(
        post_tags.c.tag_id.not_in(
            sa.select(featured_tags.c.tag_id).where(featured_tags.c.account_id == p("id"))
        ),
        *_AT_LARGE,
    )
    .group_by(post_tags.c.tag_id)
    .order_by(sa.func.count().desc(), post_tags.c.tag_id)
    .limit(SUGGESTED)
)


class TagView(msgspec.Struct, frozen=True):
    """A tag as a viewer sees it; the id is 0 where nobody has used it yet."""

    id: int
    name: str
    display: str
    following: bool = False
    featuring: bool = False


class Featured(msgspec.Struct, frozen=True):
    """A tag on somebody's page, and how often and when (ms) they used it at large."""

    id: int
    tag_id: int
    name: str
    display: str
    posts_n: int = 0
    last_at: int | None = None


def _named(text: str) -> tuple[str, str]:
    """(folded, as written) of what may be a tag. Raises Invalid("tag", "invalid")."""
    display = text.strip().removeprefix("#")
    folded = fold(display)
    if not folded or len(display) > MAX_NAME or not _VALID.fullmatch(display):
        raise Invalid("tag", "invalid")
    return folded, display


def see(tx: Tx, viewer: Viewer, name: str) -> TagView:
    """A tag by name, known or not. Raises NotFound for what can't be one."""
    try:
        folded, display = _named(name)
    except Invalid:
        raise NotFound(what="tag") from None
    row = tx.one(_TAG, name=folded)
    return TagView(0, folded, display) if row is None else shown(tx, viewer, [TagView(*row)])[0]


def look(tx: Tx, viewer: Viewer, name: str) -> TagView:
    """As `see`, but a tag that was used in private alone, and that is nothing of the viewer's, looks like one that
    nobody has used."""
    tag = see(tx, viewer, name)
    if tag.following or tag.featuring or not tag.id or search.is_used_at_large(tx, tag.id):
        return tag
    return TagView(0, *_named(name))


def shown(tx: Tx, viewer: Viewer, found: list[TagView]) -> list[TagView]:
    """The tags with what the viewer does with them."""
    if not viewer.known or not found:
        return found
    ids = [tag.id for tag in found]
    followed = set(tx.column(_FOLLOWS_AMONG, me=viewer.account_id, ids=ids))
    featured = set(tx.column(_FEATURES_AMONG, me=viewer.account_id, ids=ids))
    return [TagView(t.id, t.name, t.display, t.id in followed, t.id in featured) for t in found]


def _made(tx: Tx, name: str) -> TagView:
    folded, display = _named(name)
    row = tx.one(_TAG, name=folded)
    if row is None:
        tx.insert_new(tags, id=tx.ids.next(), folded=folded, display=display, created_at=tx.now)
        row = tx.one(_TAG, name=folded)
    assert row is not None
    return TagView(*row)


def follow(tx: Tx, viewer: Viewer, name: str) -> TagView:
    """Follow a tag: what is said at large with it comes into the home. Raises NotFound for what can't be a tag."""
    see(tx, viewer, name)
    me, tag = viewer.required(), _made(tx, name)
    if tx.insert_new(tag_follows, id=tx.ids.next(), account_id=me, tag_id=tag.id, created_at=tx.now):
        journal.record(tx, journal.INTEREST_CHANGED, me, tag.id)
    return shown(tx, viewer, [tag])[0]


def unfollow(tx: Tx, viewer: Viewer, name: str) -> TagView:
    """Follow a tag no longer; nothing there is fine. Raises NotFound for what can't be a tag."""
    tag, me = see(tx, viewer, name), viewer.required()
    if tag.id and tx.run(_UNFOLLOW, me=me, tag_id=tag.id):
        journal.record(tx, journal.INTEREST_CHANGED, me, tag.id)
    return see(tx, viewer, name)


def followed(tx: Tx, viewer: Viewer, page: Page) -> list[tuple[int, TagView]]:
    """(cursor, tag) of what the viewer follows, the latest first."""
    rows = _FOLLOWED.page(tx, page, me=viewer.required())
    found = shown(tx, viewer, [TagView(*row[1:]) for row in rows])
    return [(row[0], tag) for row, tag in zip(rows, found, strict=True)]


def feature(tx: Tx, viewer: Viewer, name: str) -> Featured:
    """Show a tag on one's page; again changes nothing. Raises Invalid("tag", "invalid"), TooMany("featured_tags")."""
    me, tag = viewer.required(), _made(tx, name)
    before = tx.all(_FEATURED, id=me)
    if all(row[1] != tag.id for row in before):
        if len(before) >= MAX_FEATURED:
            raise TooMany("no more tags fit on a page", code="featured_tags")
        display = name.strip().removeprefix("#")
        tx.insert_new(
            featured_tags, id=tx.ids.next(), account_id=me, tag_id=tag.id, name=display, created_at=tx.now
        )
    return next(each for each in of_account(tx, viewer, me) if each.tag_id == tag.id)


def unfeature(tx: Tx, viewer: Viewer, featured_id: int) -> None:
    """Show it no longer. Raises NotFound for what is not on one's own page."""
    if not tx.run(_UNFEATURE, me=viewer.required(), id=featured_id):
        raise NotFound(what="featured tag")


def unfeature_named(tx: Tx, viewer: Viewer, name: str) -> TagView:
    """As `unfeature` by the tag's name; nothing there is fine. Raises NotFound for what can't be a tag."""
    tag = see(tx, viewer, name)
    tx.run(_UNFEATURE_TAG, me=viewer.required(), tag_id=tag.id)
    return see(tx, viewer, name)


def of_account(tx: Tx, viewer: Viewer, account_id: int) -> list[Featured]:
    """The tags on somebody's page; none for whom they block. Raises NotFound."""
    see_account(tx, account_id)
    if blocking.has_blocked(tx, account_id, viewer.account_id):
        return []
    rows = tx.all(_FEATURED, id=account_id)
    if not rows:
        return []
    uses = {row[0]: row[1:] for row in tx.all(_USES, id=account_id, since=0, ids=[row[1] for row in rows])}
    return [Featured(*(*row, *uses.get(row[1], (0, None)))) for row in rows]


def suggested(tx: Tx, viewer: Viewer) -> list[TagView]:
    """Tags that the viewer used most of late and does not show yet."""
    ids = tx.column(_RECENT, id=viewer.required(), since=first_id_at(tx.now - RECENT_MS))
    found = {row[0]: TagView(*row) for row in tx.all(_BY_ID, ids=ids)} if ids else {}
    return shown(tx, viewer, [found[i] for i in ids if i in found])


def followed_among(tx: Tx, viewer: Viewer, ids: list[int]) -> frozenset[int]:
    """Those of the tags that the viewer follows."""
    if not viewer.known or not ids:
        return frozenset()
    return frozenset(tx.column(_FOLLOWS_AMONG, me=viewer.account_id, ids=ids))
