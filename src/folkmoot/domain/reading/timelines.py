"""Lists of posts not kept per reader: public, by tag, by account, by group; each a query that asks for sight."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from folkmoot.domain.access import Audience, PostState, Viewer, may_see, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.hot import Look, look_author, look_columns, look_sight, look_source
from folkmoot.domain.paging import Page
from folkmoot.domain.people import blocking
from folkmoot.domain.people import circles as lists
from folkmoot.domain.people.accounts import Kind, kind_of
from folkmoot.domain.posts.postfacts import OFF_LISTS
from folkmoot.domain.reading import fanin, interest
from folkmoot.domain.reading.interest import unwanted
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.media import post_cards
from folkmoot.store.schema.posts import post_tags, posts, reactions, tags
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

T = TypeVar("T", int, Look)
PAGE_MAX = 200
_LIVE = posts.c.state == int(PostState.LIVE)
_AT_LARGE = sa.or_(posts.c.audience == int(Audience.PUBLIC), posts.c.audience == int(Audience.GROUP))
_TAG = Query(sa.select(tags.c.id).where(tags.c.folded == text_p("name")))


@lru_cache(maxsize=256)
def _query(kind: str, up: bool, limit: int, offset: int, options: frozenset[str], looks: bool) -> Query:
    """The statement of a list, of ids or of looks; there are few, and each is compiled once."""
    return Query(lambda: _statement(kind, up, limit, offset, options, looks))


def _statement(kind: str, up: bool, limit: int, offset: int, options: frozenset[str], looks: bool) -> Any:
    source: Any = posts
    # A tag's posts are walked by the tag's own rows, newest first, so that a page of a large tag sorts nothing.
    place = {"tag": post_tags.c.post_id, "card": post_cards.c.post_id}.get(kind, posts.c.id)
    sight = look_sight() if looks else may_see(p("viewer"))
    where: list[Any] = [_LIVE, place > p("low"), place < p("high"), sight]
    if kind == "public":
        where += [
            posts.c.audience == int(Audience.PUBLIC),
            posts.c.boost_of_id.is_(None),
            *([] if "replies" in options else [_no_reply()]),
            *_public_place("known" in options, looks),
        ]
    elif kind == "tag":
        source = post_tags.join(posts, posts.c.id == post_tags.c.post_id)
        where += [
            post_tags.c.tag_id == p("tag_id"),
            _AT_LARGE,
            *_public_place("known" in options, looks),
        ]
    elif kind == "card":
        source = post_cards.join(posts, posts.c.id == post_cards.c.post_id)
        where += [post_cards.c.card_id == p("card_id"), _AT_LARGE, *_public_place("known" in options, looks)]
    elif kind == "tags":
        where += [
            _AT_LARGE,
            posts.c.id.in_(_tagged("any")),
            *_public_place("known" in options, looks),
        ]
    elif kind == "account":
        where += [posts.c.author_id == p("account_id"), posts.c.parts.op("&")(OFF_LISTS) == 0]
        if "known" in options:
            where.append(_boosts_of_the_wanted())
    elif kind == "group":
        where += [posts.c.group_id == p("account_id"), posts.c.boost_of_id.is_(None)]
    elif kind == "thread":
        where += [posts.c.thread_id == p("thread_id"), posts.c.boost_of_id.is_(None)]
    elif kind == "pinned":
        source = posts.join(
            reactions,
            sa.and_(
                reactions.c.post_id == posts.c.id,
                reactions.c.account_id == posts.c.author_id,
                reactions.c.kind == 6,
            ),
        )
        where += [posts.c.author_id == p("account_id")]
    if "no_replies" in options:
        where.append(_no_reply())
    if "firsts" in options:
        where.append(posts.c.parent_id.is_(None))
    if "no_boosts" in options:
        where.append(posts.c.boost_of_id.is_(None))
    if "all" in options:
        counted = sa.select(sa.func.count()).select_from(_TAGGED)
        named = in_list(tags.c.folded, "all", text=True)
        where.append(counted.where(post_tags.c.post_id == posts.c.id, named).scalar_subquery() == p("all_n"))
    if "none" in options:
        where.append(posts.c.id.not_in(_tagged("none")))
    if "tagged" in options:
        where.append(posts.c.id.in_(_tagged("tagged")))
    if "no_direct" in options:
        where.append(posts.c.audience != int(Audience.DIRECT))
    if "only_media" in options:
        where.append(posts.c.media_n > 0)
    if "local" in options:
        where.append(sa.exists().where(accounts.c.id == posts.c.author_id, accounts.c.domain == ""))
    if "remote" in options:
        where.append(sa.exists().where(accounts.c.id == posts.c.author_id, accounts.c.domain != ""))
    if kind == "pinned":
        place = reactions.c.id
    order = place if up else place.desc()
    columns, source = (look_columns(), look_source(source)) if looks else ([posts.c.id], source)
    statement = sa.select(*columns).select_from(source).where(*where).order_by(order).limit(limit)
    return statement.offset(offset) if offset else statement


_TAGGED = post_tags.join(tags, tags.c.id == post_tags.c.tag_id)


def _tagged(name: str) -> Any:
    """Ids of posts with one of the tags in the list parameter *name*."""
    return sa.select(post_tags.c.post_id).select_from(_TAGGED).where(in_list(tags.c.folded, name, text=True))


def _no_reply() -> Any:
    return sa.or_(posts.c.parent_id.is_(None), posts.c.parent_author_id == posts.c.author_id)


def _boosts_of_the_wanted() -> Any:
    """No boosts of those whom the reader avoids."""
    boosted = posts.alias("boosted")
    found: Any = sa.select(sa.literal_column("1")).where(
        boosted.c.id == posts.c.boost_of_id, unwanted(p("viewer"), boosted.c.author_id)
    )
    return sa.or_(posts.c.boost_of_id.is_(None), ~sa.exists(found.correlate_except(boosted)))


def _public_place(known: bool, looks: bool) -> list[Any]:
    silenced = accounts.alias()
    heard = (
        look_author().c.silenced_at.is_(None)
        if looks
        else ~sa.exists().where(silenced.c.id == posts.c.author_id, silenced.c.silenced_at.is_not(None))
    )
    return [*([~unwanted(p("viewer"), posts.c.author_id)] if known else []), heard]


def _shut_out(tx: Tx, viewer: Viewer, account_id: int) -> bool:
    """Whether the account blocks the viewer: what it says anywhere is not listed for them."""
    return blocking.has_blocked(tx, account_id, viewer.account_id)


class Lists(Generic[T]):
    """The lists, of ids or of looks: with looks, sight, place and looks of a page are asked by one query."""

    def __init__(self, *, looks: bool) -> None:
        self._looks = looks

    def _page(
        self,
        tx: Tx,
        kind: str,
        viewer: Viewer,
        page: Page,
        options: frozenset[str] = frozenset(),
        **values: Any,
    ) -> list[T]:
        limit = max(0, min(page.limit, PAGE_MAX))
        if limit == 0:
            return []
        offset = max(0, min(page.offset, 100_000))
        if viewer.known and kind in ("public", "tag", "tags", "card", "account"):
            options |= {"known"}
            values["now"] = tx.now
        query = _query(kind, page.nearest, limit, offset, options, self._looks)
        ask = tx.all if self._looks else tx.column
        found: list[Any] = ask(query, viewer=viewer.account_id, low=page.low, high=page.high, **values)
        return found[::-1] if page.nearest else found

    def public(
        self,
        tx: Tx,
        viewer: Viewer,
        page: Page,
        *,
        only_media: bool = False,
        local: bool = False,
        remote: bool = False,
        replies: bool = False,
        firsts: bool = False,
    ) -> list[T]:
        """Public posts of everybody: no boosts, answers to others only with *replies*, no answers at all with *firsts*;
        nobody whom the viewer avoids."""
        asked = {
            "only_media": only_media,
            "local": local,
            "remote": remote,
            "replies": replies,
            "firsts": firsts,
        }
        options = {name for name, on in asked.items() if on}
        return self._page(tx, "public", viewer, page, frozenset(options))

    def tag(
        self,
        tx: Tx,
        viewer: Viewer,
        name: str,
        page: Page,
        *,
        only_media: bool = False,
        local: bool = False,
        remote: bool = False,
    ) -> list[T]:
        """Public posts (and those of open groups) with a tag, given folded; answers too."""
        options = {n for n, on in (("only_media", only_media), ("local", local), ("remote", remote)) if on}
        tag_id = tx.value(_TAG, name=name)
        if tag_id is None:
            return []
        return self._page(tx, "tag", viewer, page, frozenset(options), tag_id=tag_id)

    def linking(self, tx: Tx, viewer: Viewer, card_id: int, page: Page) -> list[T]:
        """Public posts (and those of open groups) that link to the page of a card."""
        return self._page(tx, "card", viewer, page, card_id=card_id)

    def of_account(
        self,
        tx: Tx,
        viewer: Viewer,
        account_id: int,
        page: Page,
        *,
        no_replies: bool = False,
        no_boosts: bool = False,
        only_media: bool = False,
        no_direct: bool = False,
        firsts: bool = False,
        tagged: str | None = None,
    ) -> list[T]:
        """An account's posts that the viewer may see; a group's are those that were posted to it. Raises NotFound.

        Nothing for whom the account blocks; no boosts of those whom the viewer avoids; with *firsts* no answers at all.
        """
        kind = "group" if kind_of(tx, account_id) == Kind.GROUP else "account"
        if _shut_out(tx, viewer, account_id):
            return []
        asked = {
            "no_replies": no_replies,
            "no_boosts": no_boosts,
            "only_media": only_media,
            "no_direct": no_direct,
            "firsts": firsts,
        }
        options = {name for name, on in asked.items() if on}
        values: dict[str, Any] = {"account_id": account_id}
        if tagged is not None:
            options.add("tagged")
            values["tagged"] = [tagged]
        return self._page(tx, kind, viewer, page, frozenset(options), **values)

    def tags_of(
        self,
        tx: Tx,
        viewer: Viewer,
        page: Page,
        *,
        any_of: list[str],
        all_of: list[str],
        none_of: list[str],
        only_media: bool = False,
        local: bool = False,
        remote: bool = False,
    ) -> list[T]:
        """As `tag`, for posts with one of the first tags (folded), each of the second and none of the third."""
        asked = {
            "only_media": only_media,
            "local": local,
            "remote": remote,
            "all": bool(all_of),
            "none": bool(none_of),
        }
        options = {name for name, on in asked.items() if on}
        values: dict[str, Any] = {"any": list(dict.fromkeys(any_of))}
        if all_of:
            values["all"] = list(dict.fromkeys(all_of))
            values["all_n"] = len(values["all"])
        if none_of:
            values["none"] = none_of
        return self._page(tx, "tags", viewer, page, frozenset(options), **values)

    def pinned(self, tx: Tx, viewer: Viewer, account_id: int, page: Page) -> list[T]:
        """An account's pinned posts that the viewer may see, the newest pin first; a page goes on beside the
        pinned post that it names."""
        if _shut_out(tx, viewer, account_id):
            return []
        pins: list[T] = self._page(tx, "pinned", viewer, Page(limit=PAGE_MAX), account_id=account_id)
        rows: list[Any] = [*pins]
        ids = [row[0] for row in rows] if self._looks else rows
        begin = ids.index(page.high) + 1 if page.high in ids else 0
        end = ids.index(page.low) if page.low in ids else len(ids)
        part = pins[begin:end]
        if page.nearest:
            return part[max(0, len(part) - page.limit) :]
        return part[page.offset : page.offset + page.limit]

    def group(self, tx: Tx, viewer: Viewer, group_id: int, page: Page) -> list[T]:
        """A group's posts. Raises NotFound where the viewer may not read its archive (or know of it)."""
        if not standing(tx, viewer, group_id).may_read:
            raise NotFound(what="group")
        return self._page(tx, "group", viewer, page, account_id=group_id)

    def thread(self, tx: Tx, viewer: Viewer, thread_id: int, page: Page) -> list[T]:
        """Posts of a thread that the viewer may see, newest first (or from the old end with `nearest`)."""
        return self._page(tx, "thread", viewer, page, thread_id=thread_id)


def circle(tx: Tx, viewer: Viewer, circle_id: int, page: Page, *, strangers: bool = False) -> list[int]:
    """What comes into one of the viewer's own circles by interest.wants_in_circle, which says what *strangers* are.
    Raises NotFound."""
    found = lists.rule(tx, viewer, circle_id)
    who = interest.load(tx, viewer.account_id)
    sources = fanin.sources_of_circle(who, found)
    if strangers:
        sources = fanin.Sources(tuple(sorted(found.members)), sources.groups)
    if not sources.any:
        return []
    some = fanin.read(
        tx, who, sources, lambda post: interest.wants_in_circle(who, found, post, strangers=strangers), page
    )
    return fanin.pick(
        some, page, lambda ids: fanin.visible(tx, viewer, ids), page.limit + min(page.offset, PAGE_MAX) + 10
    )


_IDS: Lists[int] = Lists(looks=False)
looks: Lists[Look] = Lists(looks=True)
public, tag, tags_of, linking = _IDS.public, _IDS.tag, _IDS.tags_of, _IDS.linking
of_account, pinned, group, thread = _IDS.of_account, _IDS.pinned, _IDS.group, _IDS.thread
