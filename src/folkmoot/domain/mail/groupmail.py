"""A group's mail to its members: posts, digests and letters queued by pages, and asked about again when they leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from folkmoot.domain import journal
from folkmoot.domain.access import who_may_see
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import grouptexts
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import digests, eventmail, eventsummary, outbox, readers, runs, wishes
from folkmoot.domain.mail.outbox import Item
from folkmoot.domain.mail.readers import PAGE, Reader
from folkmoot.domain.mail.runs import Run
from folkmoot.store.tx import Tx

POST_RUN: Final = "post"
"""The kind of a run that mails a post; its subject is the post."""


class Rest(msgspec.Struct, frozen=True):
    """What is left to do of a post after its first page: the run that goes on with it (0: none), its number for digests
    (0: a special notice, in none), and beyond which member it is to be noted for digests (None: done)."""

    run_id: int
    group_id: int
    number: int
    mark_after: int | None


Firsts = dict[tuple[int, Sequence[int]], list[Reader]]
"""The first pages of readers, by group and ways, for whoever mails several posts of a group in one transaction."""


def send_post(tx: Tx, post_id: int, firsts: Firsts | None = None) -> Rest:
    """Mail a post of a group to its first page of readers, and note it for the digests of as many; in most groups that
    is all. A special notice goes to everybody at once and into no digest. *firsts* is read and filled. Raises
    NotFound."""
    facts = wishes.facts_of(tx, post_id)
    if facts.unmailed:
        return Rest(0, facts.group_id, 0, None)
    run_id = runs.find(tx, POST_RUN, post_id)
    if not run_id:
        first = Run(0, POST_RUN, post_id, facts.group_id, 0, {})
        after = _post_step(tx, first, firsts)
        if after is not None:
            run_id = runs.begin(tx, POST_RUN, post_id, facts.group_id, at=after)
    number = 0 if facts.special else digests.number_post(tx, facts.group_id, post_id)
    mark_after = digests.mark(tx, facts.group_id, number) if number else None
    return Rest(run_id, facts.group_id, number, mark_after)


def _post_step(tx: Tx, run: Run, firsts: Firsts | None = None) -> int | None:
    try:
        facts = wishes.facts_of(tx, run.subject_id)
    except NotFound:
        return None
    if not facts.live:
        return None
    pages, key = {} if firsts is None else firsts, (run.group_id, facts.deliveries)
    if key not in pages:
        pages[key] = readers.page(tx, run.group_id, facts.deliveries, run.after)
    page = pages[key]
    wanting = wishes.who_wants(tx, facts, page)
    allowed = who_may_see(tx, facts.post_id, sorted(wanting))
    if outbox.insert_posts(tx, run.group_id, facts.post_id, (r for r in page if r.account_id in allowed)):
        journal.record(tx, journal.MAIL_QUEUED, run.group_id, facts.post_id)
    return page[-1].member_id if len(page) == PAGE else None


_STEPS: Final[dict[str, Callable[[Tx, Run], int | None]]] = {
    POST_RUN: _post_step,
    grouptexts.MONTHLY: grouptexts.monthly_step,
    eventmail.INVITE: eventmail.invite_step,
    eventsummary.SUMMARY: eventsummary.step,
}


def step(tx: Tx, run_id: int) -> bool:
    """One page of a run; whether there is more of it."""
    run = runs.see(tx, run_id)
    if run is None:
        return False
    after = _STEPS[run.kind](tx, run)
    runs.advance(tx, run, after)
    return after is not None


def still_wanted(tx: Tx, post_id: int, items: Sequence[Item]) -> dict[int, Reader]:
    """Those mails of a post, by id, whose receiver is still a member who wants it at that address and may see the
    post: asked again just before sending."""
    try:
        facts = wishes.facts_of(tx, post_id)
    except NotFound:
        return {}
    found = readers.among(tx, facts.group_id, [int(i.payload.get("member_id", 0)) for i in items])
    wanting = wishes.who_wants(tx, facts, list(found.values()))
    allowed = who_may_see(tx, post_id, sorted(wanting))
    out = {}
    for item in items:
        reader = found.get(int(item.payload.get("member_id", 0)))
        if reader and reader.account_id in allowed and reader.address == item.address:
            out[item.id] = reader
    return out


def digest_of(tx: Tx, item: Item) -> tuple[Reader, list[int]] | None:
    """Who gets a digest and which posts are in it, as things stand now; None where it is not to leave any more."""
    told, group_id = item.payload, item.group_id or 0
    reader = readers.among(tx, group_id, [int(told["member_id"])]).get(int(told["member_id"]))
    if reader is None or reader.address != item.address:
        return None
    if reader.delivery in (Delivery.NONE, Delivery.SPECIAL):
        return None
    posts = digests.posts_of(tx, group_id, int(told["after"]), int(told["until"]))
    wanted = wishes.wanted_of(tx, reader, posts)
    return (reader, wanted) if wanted else None
