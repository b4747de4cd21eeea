"""Saying something: posts written, held and released, edited, deleted; every door comes through here."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import (
    Audience,
    PostState,
    Seen,
    Standing,
    Viewer,
    require_live,
    see_original,
    standing,
)
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.groups import moderation, postrules, space, tagrules
from folkmoot.domain.media import cards, media
from folkmoot.domain.people import accounts as people
from folkmoot.domain.posts import pace, polls, postfacts, quotes, threads, tidings, weaving, wording
from folkmoot.domain.posts.drafts import Draft, Written
from folkmoot.domain.text import one_line
from folkmoot.store.schema.accounts import accounts, idempotency
from folkmoot.store.schema.bonds import blocks, circles
from folkmoot.store.schema.groups import groups as groups_t
from folkmoot.store.schema.posts import addressed, bodies, posts
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_TITLE = 1000
COUNTED = (Audience.PUBLIC, Audience.UNLISTED, Audience.GROUP, Audience.LOCAL)
"""Audiences whose answers are counted: a count must not betray that something private was said."""
MAX_BYTES = 4_000_000
HOUR_MS = 3_600_000

_PARENT = Query(
    sa.select(posts.c.id, posts.c.author_id, posts.c.thread_id, posts.c.group_id, posts.c.audience).where(
        posts.c.id == p("id")
    )
)
_NUMBER = Query(
    sa.update(groups_t)
    .where(groups_t.c.account_id == p("id"))
    .values(next_number=groups_t.c.next_number + 1, topics_n=groups_t.c.topics_n + p("begun"))
)
_SET_NUMBER = Query(
    sa.update(posts)
    .where(posts.c.id == p("id"))
    .values(
        number=sa.select(groups_t.c.next_number - 1)
        .where(groups_t.c.account_id == p("group_id"))
        .scalar_subquery()
    )
)
GROUP_FACTS = Query(
    sa.select(groups_t.c.next_number, groups_t.c.subject_tag, groups_t.c.settings).where(
        groups_t.c.account_id == p("id")
    )
)
_REPLIED = Query(sa.update(posts).where(posts.c.id == p("id")).values(replies_n=posts.c.replies_n + 1))
POSTED = Query(
    sa.update(accounts)
    .where(accounts.c.id == p("id"))
    .values(posts_n=accounts.c.posts_n + 1,
    last_post_at=sa.func.coalesce(sa.case((accounts.c.last_post_at > p("at"), accounts.c.last_post_at),
    else_=p("at")), p("at")))
)  # fmt: skip
_BLOCKERS = Query(
    sa.select(blocks.c.account_id).where(in_list(blocks.c.account_id, "ids"), blocks.c.target_id == p("me"))
)
_AGAIN = Query(
    sa.select(idempotency.c.result_id).where(
        idempotency.c.account_id == p("id"),
        idempotency.c.token == text_p("token"),
        idempotency.c.created_at > p("since"),
    )
)
_FORGET = Query(
    sa.delete(idempotency).where(idempotency.c.account_id == p("id"), idempotency.c.created_at <= p("since"))
)
_CIRCLE = Query(sa.select(circles.c.id).where(circles.c.id == p("id"), circles.c.account_id == p("me")))


class Place(msgspec.Struct, kw_only=True):
    """Where a draft goes, once that is clear: parent, thread, group and audience."""

    parent_id: int | None = None
    parent_author_id: int | None = None
    thread_id: int | None = None
    message_id: str = ""
    """That of the mail which the post is."""
    missing: int = 0
    """What weaving.parent said of a mail's nearer ancestors."""
    group_id: int | None = None
    stands: Standing | None = None
    tag: str = ""
    settings: dict[str, Any] = {}
    untagged: frozenset[str] = frozenset()
    """Folded tags that the group takes from the draft."""
    audience: int = Audience.PUBLIC
    quoted: Seen | None = None
    usual: people.Preferences = people.PLAIN
    """How the author's posts look where the draft is silent; imports have no habits."""
    bare: bool = False
    """The post speaks to nobody and bears no tags."""


def write(tx: Tx, viewer: Viewer, draft: Draft) -> Written:
    """Say something. Returns the post's id and whether it waits for a moderator.

    Raises NotFound for a parent, group or circle that the viewer may not see and for a post that may not be quoted;
    TooMany("posts.daily" …, pace.check); Forbidden where the group refuses (moderation.CHAIN) and for an answer
    to what is held; Invalid("text", "blank" | "too_long"), Invalid("media_ids", …), what polls.checked raises,
    Invalid("quote_of", "not_addressed").
    """
    me = viewer.required()
    again = said_before(tx, me, draft)
    if again is not None:
        return again
    draft, place, named, verdict = _prepared(tx, viewer, draft)
    if place.parent_id is None and draft.happened_at is None and not draft.aside:
        pace.check(tx, me)
    post_id = _insert(tx, me, draft, place, named, held=verdict)
    remember_word(tx, me, draft.idempotency, post_id)
    if verdict:
        journal.record(tx, journal.POST_HELD, me, post_id, group_id=place.group_id, reason=verdict)
        return Written(post_id, held=True)
    enter(tx, me, post_id, draft.title, place, tx.now if draft.happened_at is None else draft.happened_at)
    if draft.happened_at is None and not draft.aside:
        publish(tx, post_id, bare=place.bare)
    return Written(post_id)


def rehearse(tx: Tx, viewer: Viewer, draft: Draft) -> None:
    """Whether the draft could be said now. Raises as write; changes nothing."""
    _prepared(tx, viewer, draft)
    media.check(tx, viewer.required(), draft.media_ids)


def _prepared(tx: Tx, viewer: Viewer, draft: Draft) -> tuple[Draft, Place, wording.Named, str]:
    named = wording.look_up(tx, viewer, draft)
    place = _place(tx, viewer, draft, named)
    wording.keep_quiet(tx, named, place.group_id)
    draft = _checked(draft, place)
    if draft.quote_of is not None:
        place.quoted = quotes.target(tx, viewer, draft.quote_of)
        quotes.check_addressed(
            place.quoted, viewer.account_id, place.audience, [*draft.to, *named.ids.values()]
        )
        place.audience = quotes.narrowed(place.quoted, place.audience)
    verdict = moderation.ACCEPT
    if place.stands is not None and draft.happened_at is None:
        case = moderation.case_of(tx, draft, place.stands, place.thread_id, place.settings)
        verdict = moderation.judge(tx, case)
        place.untagged = postrules.shape(tx, case)
    return draft, place, named, verdict


def remember_word(tx: Tx, me: int, word: str, result_id: int) -> None:
    """Within an hour the same word of the same author gives *result_id* again."""
    if not word:
        return
    tx.insert(
        idempotency,
        "ON CONFLICT (account_id, token) DO UPDATE "
        "SET result_id = excluded.result_id, created_at = excluded.created_at",
        account_id=me,
        token=word[:255],
        result_id=result_id,
        created_at=tx.now,
    )
    tx.send(_FORGET, id=me, since=tx.now - HOUR_MS)


def said_before(tx: Tx, me: int, draft: Draft) -> Written | None:
    """What the same word, or the same mail, became; of two at once the second waits here until the first is through."""
    if draft.idempotency:
        # Two at once with the same word: the second waits here for the first. SQLite has one writer anyhow.
        tx.alone(f"said {draft.idempotency[:255]}", me)
        known = tx.value(_AGAIN, id=me, token=draft.idempotency[:255], since=tx.now - HOUR_MS)
        if known is not None:
            return Written(known, again=True)
    if draft.message_id and draft.group_id is not None:
        known = threads.find_message_ids(tx, draft.group_id, [draft.message_id]).get(draft.message_id)
        if known is not None:
            return Written(known, again=True)
    return None


def _checked(draft: Draft, place: Place) -> Draft:
    said = (
        draft.text.strip()
        or draft.media_ids
        or draft.files
        or draft.html
        or draft.warning.strip()
        or draft.poll
    )
    if not said and not draft.message_id:
        raise Invalid("text", "blank")
    if len(draft.text) > MAX_BYTES or len(draft.title) > MAX_TITLE * 10:
        raise Invalid("text", "too_long")
    draft.title = one_line(draft.title)[:MAX_TITLE]
    if draft.poll is not None:
        draft.poll = polls.checked(draft.poll)
    return draft


def _place(tx: Tx, viewer: Viewer, draft: Draft, named: wording.Named) -> Place:
    place = Place(group_id=draft.group_id, message_id=draft.message_id)
    if draft.happened_at is None:
        place.usual = people.preferences(tx, viewer.account_id)
    if draft.parent_id is not None:
        parent = see_original(tx, viewer, draft.parent_id)
        require_live(parent)
        _under(tx, place, parent.id)
        if (
            parent.group_id is not None
            and draft.group_id is None
            and draft.audience not in (Audience.DIRECT, Audience.CIRCLE)
        ):
            place.group_id = parent.group_id
        elif draft.group_id is not None and parent.group_id != draft.group_id:
            raise NotFound(what="post")
    elif draft.group_id is None and draft.audience != Audience.DIRECT:
        place.group_id = _mentioned_group(tx, viewer, named)
    if place.group_id is not None:
        place.stands = standing(tx, viewer, place.group_id)
        row = tx.one(GROUP_FACTS, id=place.group_id)
        assert row is not None
        place.tag, place.settings, place.audience = row[1], msgspec.json.decode(row[2]), Audience.GROUP
        if draft.message_id and place.parent_id is None:
            said_at = tx.now if draft.happened_at is None else draft.happened_at
            found, place.missing = weaving.parent(
                tx, place.group_id, draft.references, draft.title, place.tag, said_at
            )
            if found is not None:
                _under(tx, place, found)
        return place
    place.audience = draft.audience if draft.audience is not None else place.usual.audience
    if place.audience == Audience.GROUP:
        raise Invalid("group_id", "blank")
    if place.audience == Audience.CIRCLE and not tx.value(
        _CIRCLE, id=draft.circle_id or 0, me=viewer.account_id
    ):
        raise NotFound(what="circle")
    return place


def _under(tx: Tx, place: Place, parent_id: int) -> None:
    row = tx.one(_PARENT, id=parent_id)
    assert row is not None
    place.parent_id, place.parent_author_id, place.thread_id = row[0], row[1], row[2]


def _mentioned_group(tx: Tx, viewer: Viewer, named: wording.Named) -> int | None:
    """The first mentioned group to which the viewer may post: mentioning it is posting to it."""
    for group_id in named.groups:
        try:
            if standing(tx, viewer, group_id).may_post:
                return group_id
        except NotFound:
            continue
    return None


def _insert(tx: Tx, me: int, draft: Draft, place: Place, named: wording.Named, *, held: str) -> int:
    usual = place.usual
    if usual.silenced and place.audience == Audience.PUBLIC:
        place.audience = Audience.UNLISTED
    out = wording.rendered(tx, draft, named, place.settings)
    at = tx.now if draft.happened_at is None else draft.happened_at
    warning = one_line(draft.warning)
    row: dict[str, Any] = {
        "author_id": me,
        "audience": int(place.audience),
        "state": int(PostState.HELD if held else PostState.LIVE),
        "group_id": place.group_id,
        "circle_id": draft.circle_id if place.audience == Audience.CIRCLE else None,
        "parent_id": place.parent_id,
        "parent_author_id": place.parent_author_id,
        "sensitive": int(bool(warning) or (usual.sensitive if draft.sensitive is None else draft.sensitive)),
        "language": usual.language if draft.language is None else draft.language,
        "created_at": at,
        "message_id": draft.message_id,
        "door": draft.door,
        "app_id": draft.app_id,
        **_parts(draft, place),
    }
    post_id = tx.ids.next() if draft.happened_at is None else tx.ids.at(at)
    while not tx.insert_new(posts, id=post_id, thread_id=place.thread_id or post_id, **row):
        if draft.happened_at is None:
            raise Conflict("the id is taken", code="id")
        post_id = tx.ids.at(at)
    extra = {**draft.extra, **({"held": held} if held else {}), **({"closed": 1} if draft.closed else {})}
    tx.insert(
        bodies,
        post_id=post_id,
        title=draft.title,
        warning=warning,
        source=draft.text,
        markup=int(draft.markup),
        html=out.html,
        plain=out.plain,
        extra=msgspec.json.encode(extra).decode() if extra else "{}",
    )
    wording.index(tx, post_id, draft.title, out.plain)
    spoken_to = [] if draft.closed else [named.ids[m] for m in out.mentions if m in named.ids]
    title = draft.title if place.group_id is not None else ""
    place.bare = not (draft.to or spoken_to or out.tags or wording.may_bear_tags(title))
    _address(tx, me, post_id, place, [*draft.to, *spoken_to])
    wording.set_tags(tx, post_id, out, title=title, without=place.untagged)
    if out.urls and draft.happened_at is None:
        cards.link(tx, me, post_id, out.urls)
    if draft.poll is not None:
        polls.add(tx, me, post_id, draft.poll)
    if place.quoted is not None:
        quotes.add(tx, me, post_id, place.quoted)
    if draft.media_ids:
        media.attach(tx, me, post_id, draft.media_ids)
    if draft.files:
        media.attach_received(tx, me, post_id, draft.files)
    if place.group_id is not None and (draft.media_ids or draft.files):
        space.count(tx, place.group_id, media.weight(tx, post_id))
    if place.group_id is not None and draft.message_id:
        weaving.remember(tx, place.group_id, post_id, draft.references, place.missing)
    return post_id


def _parts(draft: Draft, place: Place) -> dict[str, int]:
    """What the post has beside text and media, as bits, and who may quote it."""
    policy = place.usual.quote_policy if draft.quote_policy is None else draft.quote_policy
    parts = (polls.PART if draft.poll is not None else 0) | (quotes.PART if place.quoted is not None else 0)
    parts |= postfacts.OFF_LISTS if draft.aside else 0
    return {"parts": parts | (quotes.ASIDE if policy else 0), "quote_policy": policy}


def _address(tx: Tx, me: int, post_id: int, place: Place, ids: list[int]) -> None:
    for account_id in addressable(tx, me, place.group_id, ids):
        tx.insert_new(addressed, post_id=post_id, account_id=account_id)


def addressable(tx: Tx, me: int, group_id: int | None, ids: list[int]) -> list[int]:
    """Those of the accounts that a post of *me* may be addressed to: nobody twice, nobody who blocks the author."""
    wanted = [i for i in dict.fromkeys(ids) if i not in (me, group_id)][: wording.MAX_MENTIONS]
    blockers = set(tx.column(_BLOCKERS, ids=wanted, me=me)) if wanted else set()
    return [account_id for account_id in wanted if account_id not in blockers]


def enter(tx: Tx, me: int, post_id: int, title: str, place: Place, at: int) -> None:
    """What becomes true when a post is live: its number in the group, its place in the thread, the counters."""
    if place.group_id is not None:
        tx.send(_NUMBER, id=place.group_id, begun=int(place.thread_id is None))
        tx.send(_SET_NUMBER, id=post_id, group_id=place.group_id)
        tx.send(POSTED, id=place.group_id, at=at)
    threads.enter(
        tx,
        post_id=post_id,
        thread_id=place.thread_id or post_id,
        author_id=me,
        group_id=place.group_id,
        audience=place.audience,
        title=title,
        tag=place.tag,
        at=at,
    )
    if place.group_id is not None and place.thread_id is None and not place.bare:
        tagrules.begun(tx, place.group_id, post_id)
    if place.parent_id is not None and place.audience in COUNTED:
        tx.send(_REPLIED, id=place.parent_id)
    if place.audience != Audience.DIRECT and me != place.group_id:
        tx.send(POSTED, id=me, at=at)
    if place.group_id is not None and place.message_id:
        weaving.arrived(tx, place.group_id, post_id, place.message_id, place.tag, under=place.parent_id)


def publish(tx: Tx, post_id: int, *, bare: bool = False) -> None:
    """Tell everybody: notices for those addressed, and the journal for all else; *bare* as postfacts.of has it."""
    what = postfacts.of(tx, post_id, bare=bare)
    tidings.of_post(tx, post_id, what)
    if what["parts"] & quotes.PART:
        quotes.published(tx, post_id)
    journal.record(tx, journal.POST_ADDED, what["author_id"], post_id, **what)
