"""The chain that every post passes, whatever its door: a list one can read aloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import MemberPosting, Posting, Standing
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups.groups import Moderation
from folkmoot.domain.groups.members import APPROVED_BY_DEFAULT
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.text import Markup, scan
from folkmoot.store.schema.posts import threads
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

ACCEPT: Final = ""
_CLOSED = Query(sa.select(threads.c.closed, threads.c.moderated).where(threads.c.id == p("id")))


class Case(msgspec.Struct, frozen=True):
    """A post before the chain: what is said, where, and how the author stands to the place."""

    draft: Draft
    stands: Standing
    thread_id: int | None
    settings: dict[str, object]


Rule = Callable[[Tx, Case], str | None]
"""None: no opinion, ask the next. ACCEPT: in. Another word: it waits for a moderator, and this is why."""


def who_may_not_post_is_refused(tx: Tx, case: Case) -> str | None:
    """Raises Forbidden("locked" | "not_member" | "announcement" | "forbidden")."""
    stands = case.stands
    if stands.may_post:
        return None
    if stands.locked:
        raise Forbidden("this group is locked", code="locked")
    if stands.posting == Posting.MODERATORS and stands.is_member:
        raise Forbidden("only moderators post to this group", code="announcement")
    if stands.is_member:
        raise Forbidden("you may not post to this group", code="forbidden")
    raise Forbidden("only members post to this group", code="not_member")


def a_closed_thread_takes_no_answers(tx: Tx, case: Case) -> str | None:
    """Raises Forbidden("closed") for all but moderators."""
    if case.thread_id is None or case.stands.is_moderator:
        return None
    row = tx.one(_CLOSED, id=case.thread_id)
    if row is not None and row[0]:
        raise Forbidden("this thread is closed", code="closed")
    return "thread_moderated" if row is not None and row[1] else None


def a_new_thread_may_need_a_tag(tx: Tx, case: Case) -> str | None:
    """Raises Forbidden("tag_needed") where the group asks for tags and a new thread has none."""
    if case.thread_id is not None or not case.settings.get("tags_required"):
        return None
    draft = case.draft
    if scan(draft.title, Markup.PLAIN).tags or scan(draft.text, Markup(draft.markup)).tags:
        return None
    raise Forbidden("a new thread needs a hashtag here", code="tag_needed")


def what_is_doubtful_waits(tx: Tx, case: Case) -> str | None:
    return case.draft.doubts or None


def moderators_are_trusted(tx: Tx, case: Case) -> str | None:
    return ACCEPT if case.stands.is_moderator else None


def a_member_has_exceptions(tx: Tx, case: Case) -> str | None:
    own = case.stands.member_posting
    if own == MemberPosting.FREE:
        return ACCEPT
    if own == MemberPosting.MODERATED or (own == MemberPosting.FIRST_MODERATED and case.thread_id is None):
        return "member_moderated"
    return None


def a_moderated_group_reads_everything_first(tx: Tx, case: Case) -> str | None:
    return "group_moderated" if case.stands.moderation == Moderation.ALL else None


def newcomers_are_read_first(tx: Tx, case: Case) -> str | None:
    if case.stands.moderation != Moderation.NEW_MEMBERS:
        return None
    wanted = case.settings.get("approvals_needed", APPROVED_BY_DEFAULT)
    return "new_member" if (case.stands.approved_n or 0) < int(str(wanted)) else None


def strangers_are_read_first(tx: Tx, case: Case) -> str | None:
    stands = case.stands
    from_above = stands.parent_posts and stands.is_parent_member
    return None if stands.is_member or from_above else "not_member"


CHAIN: Final[tuple[Rule, ...]] = (
    who_may_not_post_is_refused,
    a_closed_thread_takes_no_answers,
    a_new_thread_may_need_a_tag,
    what_is_doubtful_waits,
    moderators_are_trusted,
    a_member_has_exceptions,
    a_moderated_group_reads_everything_first,
    newcomers_are_read_first,
    strangers_are_read_first,
)


def judge(tx: Tx, case: Case) -> str:
    """ACCEPT, or the word for why it waits. Raises Forbidden where it may not be said here at all."""
    for rule in CHAIN:
        verdict = rule(tx, case)
        if verdict is not None:
            return verdict
    return ACCEPT
