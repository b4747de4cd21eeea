"""The chain that every post passes, whatever its door: a list one can read aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import MemberPosting, Posting, Standing
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import grouprights, postrules, tagrules
from folkmoot.domain.groups.groups import Moderation
from folkmoot.domain.groups.members import APPROVED_BY_DEFAULT
from folkmoot.domain.groups.tagrules import TagRule
from folkmoot.domain.posts.drafts import Draft
from folkmoot.store.schema.posts import threads
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

ACCEPT: Final = ""
INFECTED: Final = "infected"
"""The doubt about a mail in which a virus was found."""
WHY: Final[Mapping[str, str]] = {
    "thread_moderated": "this thread is moderated",
    "member_moderated": "what this member writes is looked at first",
    "tag_moderated": "one of its tags is moderated",
    "group_moderated": "the group is moderated",
    "new_member": "its author is new here",
    "not_member": "its author is no member",
    "no_single_author": "it does not name one author",
    "misleading_name": "its author's name looks like another address",
    "answers_a_digest": "it answers a digest as a whole",
    "dmarc_failed": "its author's domain disowns it (DMARC)",
    "unproven": "nobody vouches for its author",
    "sender_is_another": "somebody else's address sent it",
    "unreadable": "it can't be read whole",
    "message_id_reused": "its Message-ID is that of another mail",
    INFECTED: "a scanner found a virus in it",
}
"""Why a post waits, in words for a moderator: the reasons of the chain, and the doubts of mail."""
BEGINNINGS: Final = (MemberPosting.FIRST_MODERATED, MemberPosting.STARTED_MODERATED)
_CLOSED = Query(sa.select(threads.c.closed).where(threads.c.id == p("id")))
_MODERATED = Query(sa.select(threads.c.moderated).where(threads.c.id == p("id")))


class Case(msgspec.Struct, frozen=True):
    """A post before the chain: what is said, where, and how the author stands to the place."""

    draft: Draft
    stands: Standing
    thread_id: int | None
    settings: dict[str, object]
    begins: bool
    """Whether it is the first of its thread."""
    rules: tuple[TagRule, ...] = ()
    """Those of the tags that it is under."""


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
    if tx.value(_CLOSED, id=case.thread_id):
        raise Forbidden("this thread is closed", code="closed")
    return None


def a_moderated_thread_is_read_first(tx: Tx, case: Case) -> str | None:
    if case.thread_id is None or case.stands.is_moderator:
        return None
    return "thread_moderated" if tx.value(_MODERATED, id=case.thread_id) else None


def a_tag_may_be_for_moderators(tx: Tx, case: Case) -> str | None:
    """Raises Forbidden("tag_moderators")."""
    if case.stands.is_moderator:
        return None
    if any(rule.mods_begin if case.begins else rule.mods_answer for rule in case.rules):
        raise Forbidden("this tag is for moderators", code="tag_moderators")
    return None


def new_tags_may_need_the_right_to_make_them(tx: Tx, case: Case) -> str | None:
    """Raises Forbidden("tag_new")."""
    if case.settings.get("new_tags") == "mods_bounce" and postrules.new_tags(tx, case):
        raise Forbidden("only moderators make new tags here", code="tag_new")
    return None


def files_may_be_unwanted(tx: Tx, case: Case) -> str | None:
    """Raises Forbidden("files"), Forbidden("no_space")."""
    if not (case.draft.files or case.draft.media_ids):
        return None
    if case.settings.get("attachments") == "bounced":
        raise Forbidden("this group takes no files", code="files")
    # Who chose files in a form can choose again; from a mail they are taken (postrules.shape), or it is sent back.
    refuses = case.draft.media_ids or case.settings.get("bounce_attachments")
    if refuses and postrules.leaves_no_room(tx, case):
        raise Forbidden("the group has no space left for files", code="no_space")
    return None


def a_new_thread_may_need_a_tag(tx: Tx, case: Case) -> str | None:
    """Raises Forbidden("tag_needed") where the group asks for tags and a new thread has none."""
    if not case.begins or not case.settings.get("tags_required"):
        return None
    draft = case.draft
    if tagrules.names_in(draft.title, draft.text, draft.markup):
        return None
    raise Forbidden("a new thread needs a hashtag here", code="tag_needed")


def a_poll_needs_the_right_to_it(tx: Tx, case: Case) -> str | None:
    """Raises Forbidden("make_polls")."""
    if case.draft.poll is None or grouprights.may(grouprights.Case(case.stands, case.settings), "make_polls"):
        return None
    raise Forbidden("you may not ask polls in this group", code="make_polls")


def what_is_infected_is_refused(tx: Tx, case: Case) -> str | None:
    """Raises Forbidden("infected"), unless the group wants its moderators to look."""
    if case.draft.doubts == INFECTED and case.settings.get("viruses") != "moderate":
        raise Forbidden("a scanner on the way found a virus in this mail", code="infected")
    return None


def what_is_doubtful_waits(tx: Tx, case: Case) -> str | None:
    return case.draft.doubts or None


def moderators_are_trusted(tx: Tx, case: Case) -> str | None:
    return ACCEPT if case.stands.is_moderator else None


def a_member_has_exceptions(tx: Tx, case: Case) -> str | None:
    own = case.stands.member_posting
    if own == MemberPosting.FREE:
        return ACCEPT
    if own == MemberPosting.MODERATED or (own in BEGINNINGS and case.begins):
        return "member_moderated"
    return None


def a_tag_may_be_read_first(tx: Tx, case: Case) -> str | None:
    held = any(rule.held and (case.begins or not rule.answers_free) for rule in case.rules)
    return "tag_moderated" if held else None


def a_moderated_group_reads_everything_first(tx: Tx, case: Case) -> str | None:
    """Or only what begins a thread, where the group says so."""
    if case.stands.moderation != Moderation.ALL:
        return None
    return "group_moderated" if case.begins or not case.settings.get("first_posts_only") else None


def newcomers_are_read_first(tx: Tx, case: Case) -> str | None:
    """In a group that reads only first posts too, where both were asked for."""
    both = case.stands.moderation == Moderation.ALL and case.settings.get("newcomers")
    if case.stands.moderation != Moderation.NEW_MEMBERS and not both:
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
    a_tag_may_be_for_moderators,
    new_tags_may_need_the_right_to_make_them,
    files_may_be_unwanted,
    a_poll_needs_the_right_to_it,
    what_is_infected_is_refused,
    a_moderated_thread_is_read_first,
    what_is_doubtful_waits,
    moderators_are_trusted,
    a_member_has_exceptions,
    a_tag_may_be_read_first,
    a_moderated_group_reads_everything_first,
    newcomers_are_read_first,
    strangers_are_read_first,
)

OF_WHO_SPEAKS: Final[tuple[Rule, ...]] = (
    who_may_not_post_is_refused,
    moderators_are_trusted,
    a_member_has_exceptions,
    a_moderated_group_reads_everything_first,
    newcomers_are_read_first,
    strangers_are_read_first,
)
"""Those of the chain that ask who speaks, not what is said."""


def trusts(tx: Tx, stands: Standing, settings: dict[str, object]) -> bool:
    """Whether what somebody begins reaches the others unread, be it a post or something else that is mailed to them."""
    case = Case(Draft(text=""), stands, None, settings, begins=True)
    try:
        return judge(tx, case, OF_WHO_SPEAKS) == ACCEPT
    except Forbidden:
        return False


def case_of(
    tx: Tx, draft: Draft, stands: Standing, thread_id: int | None, settings: dict[str, object]
) -> Case:
    """The draft before the chain, with the rules of its tags; *thread_id* is None for the first of a thread."""
    names = tagrules.names_in(draft.title, draft.text, draft.markup)
    rules = tagrules.of_post(tx, stands.group_id, names, thread_id)
    return Case(draft, stands, thread_id, settings, begins=thread_id is None, rules=tuple(rules))


def judge(tx: Tx, case: Case, chain: tuple[Rule, ...] = CHAIN) -> str:
    """ACCEPT, or the word for why it waits. Raises Forbidden where it may not be said here at all."""
    for rule in chain:
        verdict = rule(tx, case)
        if verdict is not None:
            return verdict
    return ACCEPT
