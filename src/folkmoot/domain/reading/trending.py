"""Counts what is used, read from the journal after the fact, and from that works out anew what trends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Audience
from folkmoot.domain.media import cards
from folkmoot.domain.reading import search
from folkmoot.domain.reading.trends import DAY_MS, DAYS, KEPT, Kind, host_of
from folkmoot.kit.ids import first_id_at
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.media import cards as cards_t
from folkmoot.store.schema.media import post_cards
from folkmoot.store.schema.place import progress, publishers, trends, use_accounts, uses
from folkmoot.store.schema.posts import posts
from folkmoot.store.schema.work import journal as journal_t
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

LAG_MS = 3_000
"""What is younger is left for the next turn: a transaction that began earlier may still be under way."""
BATCH = 1_000
BACK = 5_000
"""Where counting begins on a place that never counted: so many lines of the journal back."""
MIN_PEOPLE = 2
"""A tag that one person uses is no trend."""
MIN_ECHO = 2
PER_AUTHOR = 3
POST_HALF_LIFE_MS = 12 * 3_600_000
POST_AGE_MS = 3 * DAY_MS
SCALE = 1_000_000
_NAME = "trends"

_POSITION = Query(sa.select(progress.c.position).where(progress.c.name == text_p("name")))
_ADVANCE = Query(
    sa.update(progress)
    .where(progress.c.name == text_p("name"), progress.c.position == p("old"))
    .values(position=p("new"), updated_at=p("now"))
)
_NEWEST = Query(sa.select(sa.func.max(journal_t.c.id)))
_SAID = Query(
    sa.select(
        journal_t.c.id,
        journal_t.c.created_at,
        sa.case((journal_t.c.kind == journal.POST_ADDED, journal_t.c.data), else_=sa.null()),
    )
    .where(journal_t.c.id > p("position"))
    .order_by(journal_t.c.id)
    .limit(BATCH)
)
_HEARD = Query(
    sa.select(accounts.c.id).where(
        in_list(accounts.c.id, "ids"), accounts.c.silenced_at.is_(None), accounts.c.suspended_at.is_(None)
    )
)
_PEOPLE = Query(
    sa.select(use_accounts.c.subject_id, use_accounts.c.day, sa.func.count())
    .select_from(use_accounts.join(accounts, accounts.c.id == use_accounts.c.account_id))
    .where(
        use_accounts.c.day >= p("since"),
        use_accounts.c.kind == int(Kind.TAG),
        accounts.c.discoverable == 1,
        accounts.c.silenced_at.is_(None),
        accounts.c.suspended_at.is_(None),
    )
    .group_by(use_accounts.c.subject_id, use_accounts.c.day)
)
_ECHO = posts.c.likes_n + posts.c.boosts_n
_ECHOED = Query(
    sa.select(posts.c.id, posts.c.author_id, posts.c.likes_n, posts.c.boosts_n, posts.c.created_at)
    .select_from(posts.join(accounts, accounts.c.id == posts.c.author_id))
    .where(
        posts.c.id > p("since"),
        posts.c.audience == int(Audience.PUBLIC),
        posts.c.state == 0,
        posts.c.boost_of_id.is_(None),
        posts.c.parent_id.is_(None),
        posts.c.sensitive == 0,
        accounts.c.discoverable == 1,
        accounts.c.silenced_at.is_(None),
        accounts.c.suspended_at.is_(None),
        _ECHO >= MIN_ECHO,
    )
    .order_by(_ECHO.desc(), posts.c.id.desc())
    .limit(1000)
)
_ANY = Query(
    sa.union_all(
        sa.select(trends.c.subject_id),
        sa.select(use_accounts.c.subject_id).where(use_accounts.c.day < p("before")),
    ).limit(1)
)
_CLEAR = Query(sa.delete(trends).where(trends.c.kind == p("kind")))
_FORGET_PEOPLE = Query(sa.delete(use_accounts).where(use_accounts.c.day < p("before")))
_FORGET_USES = Query(sa.delete(uses).where(uses.c.kind == p("kind"), uses.c.day < p("before")))
_SET = "ON CONFLICT (kind, subject_id, day) DO UPDATE SET uses = excluded.uses, accounts = excluded.accounts"
_LINKED = Query(
    sa.select(post_cards.c.card_id, posts.c.author_id, posts.c.created_at)
    .select_from(
        post_cards.join(cards_t, cards_t.c.id == post_cards.c.card_id)
        .join(posts, posts.c.id == post_cards.c.post_id)
        .join(accounts, accounts.c.id == posts.c.author_id)
    )
    .where(
        post_cards.c.post_id > p("since"),
        cards_t.c.state == int(cards.CardState.READY),
        cards_t.c.kind == "link",
        posts.c.audience == int(Audience.PUBLIC),
        posts.c.state == 0,
        accounts.c.discoverable == 1,
        accounts.c.silenced_at.is_(None),
        accounts.c.suspended_at.is_(None),
    )
    .order_by(post_cards.c.post_id.desc())
    .limit(20_000)
)
_ADD = (
    "ON CONFLICT (kind, subject_id, day) DO UPDATE SET "
    "uses = uses.uses + excluded.uses, accounts = uses.accounts + excluded.accounts"
)

Scores = list[tuple[int, int]]
"""(id, score), the strongest first."""


class Ranking(msgspec.Struct, frozen=True):
    """What trends, and the use of links by (id, day): (times, people), since links are counted from what is there."""

    scores: dict[Kind, Scores]
    links: Scores
    link_uses: dict[tuple[int, int], tuple[int, int]]


class Spoken(msgspec.Struct, frozen=True):
    """A public post with tags, as the journal told of it."""

    author_id: int
    tags: list[str]
    day: int


# ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def behind(tx: Tx) -> bool:
    """Whether the journal holds lines that were not counted."""
    newest = tx.value(_NEWEST)
    return newest is not None and newest != tx.value(_POSITION, name=_NAME)


def gather(tx: Tx, lag_ms: int = LAG_MS) -> int:
    """Count the tags of what was said since the last time; how many lines of the journal were read.

    Two that count at once do not count twice: the position is moved first, and whoever comes second moves nothing.
    """
    old = _position(tx)
    rows = []
    for row in tx.all(_SAID, position=old):
        if row[1] > tx.now - lag_ms:
            break
        rows.append(row)
    if not rows or not tx.run(_ADVANCE, name=_NAME, old=old, new=rows[-1][0], now=tx.now):
        return 0
    _count(tx, [spoken for row in rows if row[2] and (spoken := _spoken(row[2], row[1]))])
    return len(rows)


def _position(tx: Tx) -> int:
    found = tx.value(_POSITION, name=_NAME)
    if found is None:
        found = max(0, int(tx.value(_NEWEST) or 0) - BACK)
        tx.insert_new(progress, name=_NAME, position=found, updated_at=tx.now)
    return int(found)


def _spoken(data: str, at: int) -> Spoken | None:
    facts: dict[str, Any] = msgspec.json.decode(data)
    named = facts.get("tags") or []
    if not named or facts.get("audience") != Audience.PUBLIC or facts.get("boost_of_id"):
        return None
    return Spoken(facts["author_id"], list(dict.fromkeys(named)), at - at % DAY_MS)


def _count(tx: Tx, said: list[Spoken]) -> None:
    if not said:
        return
    heard = set(tx.column(_HEARD, ids=list({s.author_id for s in said})))
    ids = {tag.name: tag.id for tag in search.tags_named(tx, list({name for s in said for name in s.tags}))}
    counted: dict[tuple[int, int], list[int]] = defaultdict(list)
    for s in said:
        if s.author_id in heard:
            for name in s.tags:
                if name in ids:
                    counted[ids[name], s.day].append(s.author_id)
    for (tag_id, day), who in sorted(counted.items()):
        count_use(tx, Kind.TAG, tag_id, day, len(who), who)


def count_use(tx: Tx, kind: Kind, subject_id: int, day: int, times: int, who: Iterable[int]) -> None:
    """Something was used *times* on that day (its beginning in ms) by these accounts."""
    fresh = sum(
        tx.insert_new(use_accounts, day=day, kind=int(kind), subject_id=subject_id, account_id=account_id)
        for account_id in sorted(set(who))
    )
    tx.insert(uses, _ADD, kind=int(kind), subject_id=subject_id, day=day, uses=times, accounts=fresh)


# ── ranking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def rank(tx: Tx) -> Ranking:
    """What trends now; only reads."""
    return Ranking({Kind.TAG: _rank_tags(tx), Kind.POST: _rank_posts(tx)}, *_links(tx))


def _rank_tags(tx: Tx) -> Scores:
    """People of the last week, each day counting half of the next; some people must be of today or yesterday."""
    today = tx.now - tx.now % DAY_MS
    scores: dict[int, float] = defaultdict(float)
    lately: dict[int, int] = defaultdict(int)
    for tag_id, day, people in tx.all(_PEOPLE, since=today - (DAYS - 1) * DAY_MS):
        age = (today - day) // DAY_MS
        scores[tag_id] += people * 0.5**age
        if age <= 1:
            lately[tag_id] += people
    return _best({i: score for i, score in scores.items() if lately[i] >= MIN_PEOPLE})


def _rank_posts(tx: Tx) -> Scores:
    """Likes and boosts, a boost counting twice, halved every twelve hours; few of each author."""
    scores: dict[int, float] = {}
    authors: dict[int, int] = {}
    for id_, author, likes, boosts, at in tx.all(_ECHOED, since=first_id_at(tx.now - POST_AGE_MS)):
        scores[id_] = (likes + 2 * boosts) * 0.5 ** (max(0, tx.now - at) / POST_HALF_LIFE_MS)
        authors[id_] = author
    seen: dict[int, int] = defaultdict(int)
    kept = []
    for id_, score in _best(scores, len(scores)):
        seen[authors[id_]] += 1
        if seen[authors[id_]] <= PER_AUTHOR:
            kept.append((id_, score))
    return kept[:KEPT]


def _links(tx: Tx) -> tuple[Scores, dict[tuple[int, int], tuple[int, int]]]:
    """As tags, from what people who want to be found linked to during the week."""
    today = tx.now - tx.now % DAY_MS
    first = today - (DAYS - 1) * DAY_MS
    times: dict[tuple[int, int], int] = defaultdict(int)
    people: dict[tuple[int, int], set[int]] = defaultdict(set)
    for card_id, author, at in tx.all(_LINKED, since=first_id_at(first)):
        key = (card_id, at - at % DAY_MS)
        times[key] += 1
        people[key].add(author)
    scores: dict[int, float] = defaultdict(float)
    lately: dict[int, set[int]] = defaultdict(set)
    for (card_id, day), who in people.items():
        age = (today - day) // DAY_MS
        scores[card_id] += len(who) * 0.5**age
        if age <= 1:
            lately[card_id] |= who
    best = _best({i: score for i, score in scores.items() if len(lately[i]) >= MIN_PEOPLE})
    kept = {id_ for id_, _ in best}
    return best, {key: (n, len(people[key])) for key, n in times.items() if key[0] in kept}


def _best(scores: dict[int, float], most: int = KEPT) -> Scores:
    found = sorted(scores.items(), key=lambda pair: (-pair[1], -pair[0]))[:most]
    return [(id_, int(score * SCALE)) for id_, score in found if score * SCALE >= 1]


def nothing(tx: Tx, ranking: Ranking) -> bool:
    """Whether nothing trends now nor did before, and nothing old is left to forget: then nothing is to be written."""
    if any(ranking.scores.values()) or ranking.links:
        return False
    return tx.one(_ANY, before=_oldest(tx)) is None


def _oldest(tx: Tx) -> int:
    """The first day that a history still tells of."""
    return tx.now - tx.now % DAY_MS - (DAYS - 1) * DAY_MS


def settle(tx: Tx, ranking: Ranking) -> None:
    """Put a new order in place of the old one, and forget what is older than any history tells."""
    for kind, found in {**ranking.scores, Kind.LINK: ranking.links}.items():
        tx.run(_CLEAR, kind=int(kind))
        for id_, score in found:
            tx.insert_new(trends, kind=int(kind), subject_id=id_, score=score, updated_at=tx.now)
    for (card_id, day), (times, people) in ranking.link_uses.items():
        tx.insert(uses, _SET, kind=int(Kind.LINK), subject_id=card_id, day=day, uses=times, accounts=people)
    for card in cards.by_ids(tx, [id_ for id_, _ in ranking.links]).values():
        tx.insert_new(publishers, id=tx.ids.next(), domain=host_of(card.page), created_at=tx.now)
    before = _oldest(tx)
    tx.run(_FORGET_PEOPLE, before=before)
    for kind in (Kind.TAG, Kind.LINK):
        tx.run(_FORGET_USES, kind=int(kind), before=before)
