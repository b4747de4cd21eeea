"""Making and changing filters: each change gives the account's filters a new revision and is told to its streams."""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa
from msgspec import UNSET, UnsetType

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer, see_original
from folkmoot.domain.errors import Conflict, Faults, Invalid, NotFound
from folkmoot.domain.reading.filterbook import Filter, Keyword, Named, get, keywords_of, named_in, of_keyword
from folkmoot.store.schema.accounts import logins
from folkmoot.store.schema.filters import filter_keywords, filter_posts, filters
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

CONTEXTS: Final = ("home", "notices", "public", "thread", "account")
"""Where a filter may apply. Which of them a post is shown in is the client's to know: all are told of."""
ACTIONS: Final = ("warn", "hide", "blur")
MAX_TITLE: Final = 256
MAX_KEYWORD: Final = 512
MAX_FILTERS: Final = 200
MAX_KEYWORDS: Final = 2_000
"""Keywords of one account, in all its filters."""
MAX_POSTS: Final = 5_000
"""Single posts of one account, in all its filters."""
MAX_SECONDS: Final = 100 * 366 * 86_400


class KeywordChange(msgspec.Struct, kw_only=True):
    """A keyword of a filter that is added (no id), changed, or dropped; None stays as it is."""

    id: int | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    drop: bool = False


class FilterChange(msgspec.Struct, kw_only=True):
    """What a filter is to be. None stays as it is; `seconds` until it ends, None for never, UNSET stays."""

    title: str | None = None
    contexts: list[str] | None = None
    action: str | None = None
    seconds: int | UnsetType | None = UNSET
    keywords: list[KeywordChange] = []


_COUNT = Query(sa.select(sa.func.count()).select_from(filters).where(filters.c.account_id == p("me")))
_COUNT_KEYWORDS = Query(
    sa.select(sa.func.count())
    .select_from(filter_keywords.join(filters, filters.c.id == filter_keywords.c.filter_id))
    .where(filters.c.account_id == p("me"))
)
_COUNT_POSTS = Query(
    sa.select(sa.func.count())
    .select_from(filter_posts.join(filters, filters.c.id == filter_posts.c.filter_id))
    .where(filters.c.account_id == p("me"))
)
_DROP = Query(sa.delete(filters).where(filters.c.id == p("id")))
_DROP_KEYWORDS = Query(sa.delete(filter_keywords).where(filter_keywords.c.filter_id == p("id")))
_DROP_POSTS = Query(sa.delete(filter_posts).where(filter_posts.c.filter_id == p("id")))
_DROP_KEYWORD = Query(sa.delete(filter_keywords).where(filter_keywords.c.id == p("id")))
_DROP_POST = Query(sa.delete(filter_posts).where(filter_posts.c.id == p("id")))
_CHANGED = Query(
    sa.update(logins)
    .where(logins.c.account_id == p("me"))
    .values(filters_rev=logins.c.filters_rev + 1)
    .returning(logins.c.filters_rev)
)


def create(tx: Tx, viewer: Viewer, new: FilterChange) -> Filter:
    """A new filter. Raises Faults for values that can't be taken or are missing, Invalid for too many."""
    title, contexts = _checked(new.title or "", new.contexts or [])
    me = viewer.required()
    filter_id = tx.ids.next()
    _touch(tx, me, filter_id)
    if tx.value(_COUNT, me=me) >= MAX_FILTERS:
        raise Invalid("filters", "too_many")
    tx.insert(
        filters,
        id=filter_id,
        account_id=me,
        title=title,
        contexts=contexts,
        action=_action(new.action or ACTIONS[0]),
        expires_at=_expiry(tx, None if new.seconds is UNSET else new.seconds),
        created_at=tx.now,
    )
    _change_keywords(tx, me, filter_id, new.keywords)
    return get(tx, viewer, filter_id)


def change(tx: Tx, viewer: Viewer, filter_id: int, wanted: FilterChange) -> Filter:
    """Change a filter and its keywords. Raises NotFound (of keywords too), Faults, Invalid."""
    me = viewer.required()
    _touch(tx, me, filter_id)
    now = get(tx, viewer, filter_id)
    title, contexts = _checked(
        now.title if wanted.title is None else wanted.title,
        list(now.contexts) if wanted.contexts is None else wanted.contexts,
    )
    tx.update(
        filters,
        {"id": filter_id},
        title=title,
        contexts=contexts,
        action=_action(wanted.action or now.action),
        expires_at=now.expires_at if wanted.seconds is UNSET else _expiry(tx, wanted.seconds),
    )
    _change_keywords(tx, me, filter_id, wanted.keywords)
    return get(tx, viewer, filter_id)


def delete(tx: Tx, viewer: Viewer, filter_id: int) -> None:
    """Delete a filter with all that is in it. Raises NotFound."""
    found = get(tx, viewer, filter_id)
    _touch(tx, viewer.required(), found.id)
    for query in (_DROP_KEYWORDS, _DROP_POSTS, _DROP):
        tx.run(query, id=found.id)


def add_keyword(tx: Tx, viewer: Viewer, filter_id: int, text: str, *, whole_word: bool) -> Keyword:
    """Add a keyword to a filter. Raises NotFound, Invalid."""
    found = get(tx, viewer, filter_id)
    me = viewer.required()
    _touch(tx, me, found.id)
    _room(tx, me, 1)
    return _insert_keyword(tx, found.id, text, whole_word)


def change_keyword(
    tx: Tx, viewer: Viewer, keyword_id: int, text: str | None = None, whole_word: bool | None = None
) -> Keyword:
    """Change a keyword; None stays as it is. Raises NotFound, Invalid."""
    found, _ = of_keyword(tx, viewer, keyword_id)
    _touch(tx, viewer.required(), found.id)
    return _set_keyword(tx, of_keyword(tx, viewer, keyword_id)[1], text, whole_word)


def drop_keyword(tx: Tx, viewer: Viewer, keyword_id: int) -> None:
    """Take a keyword out of its filter, which stays. Raises NotFound."""
    found, now = of_keyword(tx, viewer, keyword_id)
    _touch(tx, viewer.required(), found.id)
    tx.run(_DROP_KEYWORD, id=now.id)


def add_post(tx: Tx, viewer: Viewer, filter_id: int, post_id: int) -> Named:
    """Name a post in a filter; of a boost the boosted post. Raises NotFound (unseen posts too), Conflict, Invalid."""
    me = viewer.required()
    found = get(tx, viewer, filter_id)
    seen = see_original(tx, viewer, post_id)
    _touch(tx, me, found.id)
    if tx.value(_COUNT_POSTS, me=me) >= MAX_POSTS:
        raise Invalid("filter_posts", "too_many")
    id_ = tx.ids.next()
    if not tx.insert_new(filter_posts, id=id_, filter_id=found.id, post_id=seen.id):
        raise Conflict("the filter names this post already", code="filter_posts.taken")
    return Named(id_, seen.id)


def drop_post(tx: Tx, viewer: Viewer, named_id: int) -> Named:
    """Name a post in a filter no longer: what was named. Raises NotFound."""
    filter_id, found = named_in(tx, viewer, named_id)
    _touch(tx, viewer.required(), filter_id)
    tx.run(_DROP_POST, id=named_id)
    return found


def _touch(tx: Tx, me: int, filter_id: int) -> None:
    """A new revision of the viewer's filters. It comes before what is counted or kept is read: it makes those wait who
    change the same account's filters at the same time. A verb that refuses later takes it back with all else."""
    rev = tx.value(_CHANGED, me=me)
    journal.record(tx, journal.FILTERS_CHANGED, me, filter_id, rev=rev)


def _checked(title: str, contexts: list[str]) -> tuple[str, str]:
    faults = []
    title = title.strip()
    if not title:
        faults.append(Invalid("title", "blank"))
    elif len(title) > MAX_TITLE:
        faults.append(Invalid("title", "too_long"))
    if not contexts:
        faults.append(Invalid("contexts", "blank"))
    if not contexts or not set(contexts) <= set(CONTEXTS):
        faults.append(Invalid("contexts", "unknown"))
    if faults:
        raise Faults(faults)
    return title, ",".join(dict.fromkeys(contexts))


def _action(word: str) -> str:
    if word not in ACTIONS:
        raise Invalid("filter_action", "unknown")
    return word


def _expiry(tx: Tx, seconds: int | None) -> int | None:
    """When a filter ends that is to last so many seconds; at once where they are not positive."""
    if seconds is None:
        return None
    if seconds > MAX_SECONDS:
        raise Invalid("expires_in", "out_of_range")
    return tx.now + max(seconds, 0) * 1000


def _change_keywords(tx: Tx, me: int, filter_id: int, wanted: list[KeywordChange]) -> None:
    if not wanted:
        return
    mine = {one.id: one for one in keywords_of(tx, filter_id)}
    for one in wanted:
        if one.id is not None and one.id not in mine:
            raise NotFound(what="keyword")
    _room(tx, me, sum(one.id is None and not one.drop for one in wanted))
    for one in wanted:
        if one.id is None:
            if not one.drop:
                _insert_keyword(tx, filter_id, one.keyword or "", bool(one.whole_word))
        elif one.drop:
            tx.run(_DROP_KEYWORD, id=one.id)
        else:
            mine[one.id] = _set_keyword(tx, mine[one.id], one.keyword, one.whole_word)


def _room(tx: Tx, me: int, more: int) -> None:
    if more and tx.value(_COUNT_KEYWORDS, me=me) + more > MAX_KEYWORDS:
        raise Invalid("keywords", "too_many")


def _insert_keyword(tx: Tx, filter_id: int, text: str, whole_word: bool) -> Keyword:
    text = _keyword_text(text)
    id_ = tx.ids.next()
    tx.insert(filter_keywords, id=id_, filter_id=filter_id, keyword=text, whole_word=int(whole_word))
    return Keyword(id_, text, whole_word)


def _set_keyword(tx: Tx, now: Keyword, text: str | None, whole_word: bool | None) -> Keyword:
    new = Keyword(
        now.id,
        now.keyword if text is None else _keyword_text(text),
        now.whole_word if whole_word is None else whole_word,
    )
    tx.update(filter_keywords, {"id": now.id}, keyword=new.keyword, whole_word=int(new.whole_word))
    return new


def _keyword_text(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid("keyword", "blank")
    if len(text) > MAX_KEYWORD:
        raise Invalid("keyword", "too_long")
    return text
