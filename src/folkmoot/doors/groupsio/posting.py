"""A draft becomes a post: the contract's refusals in its order, then one call of the domain."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, get_args

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Audience, Posting, Standing, standing
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.groups import archives, grouprights, groups, members, space, tagrules
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.tagrules import TagRule
from folkmoot.domain.posts import conversations, draftfiles, inthename, posts
from folkmoot.domain.posts.draftbox import Outline
from folkmoot.domain.posts.drafts import Draft, Written
from folkmoot.domain.text import Markup, scan
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio.door import Refused
from folkmoot.doors.groupsio.settings import word
from folkmoot.kit.mail.threads import is_reply_subject
from folkmoot.kit.markup.plain import html_to_text
from folkmoot.wire.groupsio.request_enums import PostdraftReply
from folkmoot.wire.groupsio.requests import PostDraft

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

REPLIES: Final = frozenset(get_args(PostdraftReply))
_PRIVATE: Final = re.compile(r"\s*private\s*:", re.IGNORECASE)


class Case(msgspec.Struct):
    """A draft that is to be posted: what is said, where, and how its writer stands to the place."""

    tx: Tx
    outline: Outline
    ask: PostDraft
    view: GroupView
    stands: Standing

    @property
    def in_group(self) -> bool:
        """Whether it is said to the group at all, and not to one member."""
        return self.outline.kind in ("post", "reply")

    def tags(self) -> list[str]:
        """The folded tags of the subject."""
        return [folded for folded, _ in scan(self.outline.subject, Markup.PLAIN).tags]

    def all_tags(self) -> list[str]:
        """The folded tags of subject and body."""
        return tagrules.names_in(self.outline.subject, self.outline.body, Markup.HTML)

    def rules(self) -> list[TagRule]:
        """The rules of its tags, and of the tags of the thread that it answers in."""
        thread = conversations.thread_of(self.tx, self.outline.parent_id) if self.outline.parent_id else None
        return tagrules.of_post(self.tx, self.view.id, self.all_tags(), thread)


def _no_body(case: Case) -> bool:
    body = case.outline.body
    return not html_to_text(body[:100_000]).strip() and "<img" not in body.lower()


def _needs_tag(case: Case) -> bool:
    return case.outline.kind == "post" and bool(word(case.view, "hash_tags_required")) and not case.tags()


def _restricted_tag(case: Case) -> bool:
    """Who may make no tags here uses one that is new."""
    if not case.in_group or word(case.view, "hash_tag_permissions") != "mods_bounce":
        return False
    if grouprights.may(grouprights.Case(case.stands, case.view.settings), "make_tags"):
        return False
    return bool(tagrules.unknown(case.tx, case.view.id, case.all_tags()))


def _tag_for_moderators(case: Case) -> bool:
    if not case.in_group or case.stands.is_moderator:
        return False
    begins = case.outline.kind == "post"
    return any(rule.mods_begin if begins else rule.mods_answer for rule in case.rules())


def _announcements(case: Case) -> bool:
    return case.view.posting == Posting.MODERATORS and case.stands.is_member and not case.stands.may_post


def _bad_file(case: Case) -> bool:
    """The group wants no files, and sends back what has some."""
    refuses = case.in_group and word(case.view, "handle_attachments") == "bounced"
    return refuses and bool(draftfiles.of(case.tx, case.outline.id))


def _no_space(case: Case) -> bool:
    """The group's files leave no room for those of the draft."""
    if not case.in_group or word(case.view, "handle_attachments") == "stripped":
        return False
    size = sum(each.file.size for each in draftfiles.of(case.tx, case.outline.id))
    return bool(size) and not space.fits(case.tx, case.view.id, case.view.settings, size)


def _bad_reply(case: Case) -> bool:
    """An unknown word, or the group where answers go to the sender and nowhere else."""
    if not case.ask.reply:
        return False
    only = case.outline.kind == "reply" and not case.stands.is_moderator
    elsewhere = only and case.ask.reply in ("group", "group_and_sender") and _only_to_sender(case)
    return case.ask.reply not in REPLIES or elsewhere


def _only_to_sender(case: Case) -> bool:
    told = _tagged_policy(case)
    usual = word(case.view, "reply_to") == "sender" and word(case.view, "remove_other_reply_options")
    return told == "only_sender" or (not told and bool(usual))


def _stranger(case: Case) -> bool:
    return not case.stands.is_member and not (case.in_group and case.stands.may_post)


REFUSALS: Final[tuple[tuple[str, Callable[[Case], bool]], ...]] = (
    ("no subject", lambda case: not case.outline.subject.strip()),
    ("no body", _no_body),
    ("need hashtag", _needs_tag),
    ("restricted hashtag", _restricted_tag),
    ("mod only hashtag", _tag_for_moderators),
    ("private message", lambda case: case.in_group and bool(_PRIVATE.match(case.outline.subject))),
    ("post too big", lambda case: len(case.outline.body.encode()) > posts.MAX_BYTES),
    ("announcement group", lambda case: case.in_group and _announcements(case)),
    ("group out of space", _no_space),
    ("bad attachment", _bad_file),
    ("not subscribed", _stranger),
    ("invalid reply", _bad_reply),
)
"""Why a draft is not posted, in the contract's order."""


def post(at: At, outline: Outline, ask: PostDraft) -> Written:
    """Post one's draft. Raises Refused for the contract's reasons, Forbidden for ours."""
    try:
        view = groups.see(at.tx, at.viewer, outline.group_id)
    except NotFound:
        raise Refused("not subscribed") from None
    case = Case(at.tx, outline, ask, view, standing(at.tx, at.viewer, view.id))
    for extra, refuses in REFUSALS:
        if refuses(case):
            raise Refused(extra)
    if ask.from_owner and not (outline.kind == "post" and case.stands.is_moderator):
        # Sending it under one's own name instead would give away who wrote it.
        raise Invalid("from_owner", "unknown")
    try:
        if ask.from_owner:
            return inthename.write(at.tx, at.viewer, _draft(at, case), via="api")
        return posts.write(at.tx, at.viewer, _draft(at, case))
    except NotFound:
        raise Refused("invalid message_id") from None
    except Forbidden as refusal:
        raise Forbidden(refusal.message, code="can_post") from None


def _draft(at: At, case: Case) -> Draft:
    outline = case.outline
    draft = Draft(text=outline.body, markup=Markup.HTML, title=outline.subject, door="groupsio")
    if not (case.in_group and word(case.view, "handle_attachments") == "stripped"):
        draft.files = draftfiles.hand_over(case.tx, outline.id)
    if outline.options.get("special") and case.stands.is_moderator:
        draft.extra = {"special": True}
    if not case.in_group:
        to = members.fellow(at.tx, at.viewer, case.view.id, outline.target_id or 0)
        draft.audience, draft.to = Audience.DIRECT, [to.account_id]
        if outline.kind == "member" and outline.options.get("copy_all"):
            draft.to += [
                id_ for id_ in members.moderators(at.tx, case.view.id) if id_ != at.viewer.account_id
            ]
        return draft
    draft.group_id = case.view.id
    if outline.kind == "reply":
        _answer(at, case, draft)
    return draft


def _answer(at: At, case: Case, draft: Draft) -> None:
    """Hang the draft under what it answers, to whom the call, the private button or the group's policy says."""
    parent = views.post(at.tx, at.viewer, case.outline.parent_id or 0)
    draft.parent_id = parent.id
    to = _policy(case)
    if to == "group":
        if case.ask.reply:
            draft.extra = {**draft.extra, "to_followers": False}  # the writer says it, whatever is usual here
        return
    if to == "group_and_sender":
        draft.to = [parent.author.id]
        return
    draft.group_id, draft.audience = None, Audience.DIRECT
    draft.to = members.moderators(at.tx, case.view.id) if to == "mods" else [parent.author.id]


def _policy(case: Case) -> str:
    if case.ask.reply:
        return case.ask.reply
    if case.outline.options.get("private"):
        return "sender"
    usual = {
        "sender": "sender", "only_sender": "sender", "moderators": "mods", "group_and_sender": "group_and_sender",
    }  # fmt: skip
    return usual.get(tagrules.reply_policy(case.rules(), case.view.settings), "group")


def _tagged_policy(case: Case) -> str:
    """What the first tag that says something of answers says."""
    return next((rule.reply_to for rule in case.rules() if rule.reply_to), "")


def reply_subject(tx: Tx, parent: PostView) -> str:
    """The subject that an answer begins with."""
    subject = parent.title
    if not subject:
        thread = archives.threads_by_ids(tx, [parent.thread_id]).get(parent.thread_id)
        subject = thread.subject if thread else ""
    if not subject:
        subject = " ".join(parent.plain.split())[:80]
    return subject if is_reply_subject(subject) else f"Re: {subject}"
