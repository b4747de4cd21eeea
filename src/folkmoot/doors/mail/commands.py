"""What is asked of a group by mail: to join, leave, get mail otherwise, follow a thread, a moderator's word; what
changes anything needs a proof that came back from the address itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Membership, Viewer, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import holding, members, membership
from folkmoot.domain.mail import asking, mailproofs, outbox, reach
from folkmoot.domain.people import accounts, logins
from folkmoot.domain.posts import threads
from folkmoot.doors.mail import privately, proofs, replies
from folkmoot.doors.mail.accept import Taken
from folkmoot.doors.mail.confirmations import (
    ASK_DELIVERY,
    ASK_JOIN,
    ASK_LEAVE,
    ASK_THREAD,
    DELIVERIES,
    PURPOSES,
    THREADS,
    TOLD_DELIVERY,
    TOLD_THREAD,
    ask,
    carry_out,
    group_of,
    set_thread,
)
from folkmoot.doors.mail.recipients import Recipient
from folkmoot.doors.mail.replies import Reply
from folkmoot.kit.mail.addresses import Mailbox, fold_address
from folkmoot.kit.mail.quote import split_reply
from folkmoot.kit.mail.threads import base_subject, is_reply_subject, parent_candidates

if TYPE_CHECKING:
    from folkmoot.kit.mail.parse import Parsed
    from folkmoot.store.tx import Tx

DAY_MS = 86_400_000
MAX_ANSWERS = 10
"""Automatic answers to one address in a day (Mailman's default)."""
MAX_ASKED = 3
"""So often in a day a member is asked whether the mail is to come otherwise, or to end."""
INVITED_ONLY = 2
_ANSWERED = frozenset({"subscribe", "unsubscribe", "help", *DELIVERIES, *THREADS})
_NO = re.compile(
    r"\W{0,5}(?:please )?(?:no(?:pe)?(?=[ \t]*(?:[^\w\s]|[\r\n]|\Z)| (?:this|thanks?|spam|way|please)\b)"
    r"|(?:do not|don['\u2019]?t) (?:approve|accept|let|post|publish|send)(?: (?:it|them|this|that))?(?: in)?\b"
    r"|(?:reject(?:ed)?|refuse|deny|decline|turn (?:it |them )?down|discard|delete)\b)",
    re.IGNORECASE,
)
"""How the answer of a moderator begins who does not want it: of words with "no" only what can mean nothing else."""
_UNCLEAR = re.compile(
    r"\W{0,5}(?:please )?no(?:pe)?\b(?! (?:problem|objection|worr|issue|concern|complaint|doubt))",
    re.IGNORECASE,
)
"""How one may begin who does not want it, or has "no idea", but lets it in: that is not guessed."""


def meant(tx: Tx, group_id: int, parsed: Parsed) -> str:
    """The word that a mail to the group itself is, where it says nothing but "subscribe" or "unsubscribe", as people
    write who know other lists: alone in the text, or in the subject above no text. Empty for all that is to be posted:
    whatever says more, carries a file, or answers a post of the group."""
    if "subscribe" not in f"{parsed.subject} {parsed.text[:_GLANCE]}".lower() or parsed.attachments:
        return ""
    # Under a line of text all is told apart that a program adds; alone it would be taken for what its writer says.
    told = split_reply(f"x\n\n{parsed.text[:20_000]}")
    body = told.body.removeprefix("x").strip()
    if not body and told.quoted and is_reply_subject(parsed.subject):
        return ""  # what is passed on here was said by another, and to others
    found = _COMMAND.match(body or base_subject(parsed.subject))
    answered = parent_candidates(parsed.references, parsed.in_reply_to)
    if found is None or (answered and threads.find_message_ids(tx, group_id, answered)):
        return ""
    return found[1].lower()


_GLANCE = 300
"""The text's first characters, among which a command stands."""
_COMMAND = re.compile(r"\W*(?:please )?((?:un)?subscribe)(?: me)?\W*\Z", re.IGNORECASE)


def obey(tx: Tx, sender: str, taken: Taken, to: Recipient) -> Reply:
    """Do what the word behind the plus asks. Machines get no answer and confirm nothing. Raises Refusal."""
    parsed = taken.parsed
    if not sender or parsed.auto_submitted or parsed.is_bounce:
        return replies.DROPPED
    if to.word in _ANSWERED and not parsed.answerable:
        return replies.DROPPED
    if taken.parsed.from_ is None:
        return replies.ONE_AUTHOR
    if to.word not in ("owner", "help") and proofs.is_disowned(taken.proven):
        return replies.DISOWNED
    known = accounts.find_by_address(tx, taken.parsed.from_.address)
    if known is not None and to.word not in ("unsubscribe", "owner", "help") and logins.is_barred(tx, known):
        return replies.SUSPENDED
    who = msgspec.structs.replace(taken.parsed.from_, address=reach.written(tx, taken.parsed.from_.address))
    return _WORDS[to.word](tx, taken, to, who)


def _subscribe(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    account_id = accounts.find_by_address(tx, who.address) or 0
    known = members.get(tx, to.group_id, account_id) if account_id else None
    if known is not None and known.status == Membership.NORMAL:
        return replies.ASKED
    invited = known is not None and known.status == Membership.INVITED
    stands = standing(tx, Viewer.system(), to.group_id)
    if not invited and (stands.joining == INVITED_ONLY or not (stands.listed or stands.archive == 0)):
        return Reply(550, "5.7.1", "one joins this group by invitation")
    if _may_ask(tx, taken, who):
        ask(tx, ASK_JOIN, "subscribe", to.group_id, account_id, who.address)
    return replies.ASKED


def _unsubscribe(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    account_id = accounts.find_by_address(tx, who.address) or 0
    known = members.get(tx, to.group_id, account_id) if account_id else None
    if known is None or known.status not in (Membership.NORMAL, Membership.PENDING):
        return replies.ASKED  # who is a member is nobody's business
    most = MAX_ANSWERS if is_surely(taken) else MAX_ASKED
    if outbox.count_since(tx, ASK_LEAVE, who.address, tx.now - DAY_MS) < most:
        ask(tx, ASK_LEAVE, "unsubscribe", to.group_id, account_id, who.address)
    return replies.ASKED


def _may_ask(tx: Tx, taken: Taken, who: Mailbox) -> bool:
    """Whether the address itself may be asked whether it joins: once a day at most, whoever claims to be it (S32); more
    often, as it may be for several groups, where its domain stands behind the mail."""
    if is_surely(taken) and outbox.count_since(tx, ASK_JOIN, who.address, tx.now - DAY_MS) < MAX_ANSWERS:
        return True
    return not mailproofs.was_asked(tx, fold_address(who.address))


def _deliver(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    """How a member wants the mail: done at once where the author's domain stands behind the mail, else asked about."""
    account_id = accounts.find_by_address(tx, who.address) or 0
    known = members.get(tx, to.group_id, account_id) if account_id else None
    if known is None or known.status != Membership.NORMAL:
        return replies.ASKED
    day = tx.now - DAY_MS
    if is_surely(taken):
        viewer = accounts.viewer_of(tx, account_id)
        done = members.set_delivery(tx, viewer, to.group_id, DELIVERIES[to.word])
        if outbox.count_since(tx, TOLD_DELIVERY, who.address, day) < MAX_ANSWERS:
            word = next(word for word, kind in DELIVERIES.items() if kind == done)
            outbox.queue(tx, TOLD_DELIVERY, account_id, who.address, group_id=to.group_id, word=word)
        return replies.DONE
    if outbox.count_since(tx, ASK_DELIVERY, who.address, day) < MAX_ASKED:
        ask(tx, ASK_DELIVERY, f"delivery_{to.word}", to.group_id, account_id, who.address)
    return replies.ASKED


def _thread(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    """Follow or mute a thread: done at once where the author's domain stands behind the mail, else asked about. Nobody
    learns here what they may not see."""
    account_id = accounts.find_by_address(tx, who.address) or 0
    viewer = accounts.viewer_of(tx, account_id) if account_id else Viewer.anonymous()
    try:
        post = views.post(tx, viewer, to.post_id)
    except NotFound:
        return replies.ASKED
    if not account_id or post.group is None or post.group.id != to.group_id:
        return replies.ASKED
    day = tx.now - DAY_MS
    if is_surely(taken):
        set_thread(tx, viewer, post.id, to.word)
        if outbox.count_since(tx, TOLD_THREAD, who.address, day) < MAX_ANSWERS:
            outbox.queue(
                tx, TOLD_THREAD, account_id, who.address, group_id=to.group_id, word=to.word, title=post.title
            )
        return replies.DONE
    if outbox.count_since(tx, ASK_THREAD, who.address, day) < MAX_ANSWERS:
        about = {"group_id": to.group_id, "title": post.title}
        ask(tx, ASK_THREAD, f"thread_{to.word}", post.id, account_id, who.address, **about)
    return replies.ASKED


def _help(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    """Say what the group is, to those who may know of it."""
    account_id = accounts.find_by_address(tx, who.address)
    try:
        standing(tx, accounts.viewer_of(tx, account_id) if account_id else Viewer.anonymous(), to.group_id)
    except NotFound:
        return replies.DONE
    if outbox.count_since(tx, "help", who.address, tx.now - DAY_MS) < MAX_ANSWERS:
        outbox.queue(tx, "help", 0, who.address, group_id=to.group_id)
    return replies.DONE


def _owner(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    author_id = accounts.find_by_address(tx, who.address) if is_surely(taken) else None
    known: dict[str, Any] = {"author_id": author_id, "to": to.address} if author_id else {}
    for account_id, address in asking.owners(tx, to.group_id):
        outbox.queue(tx, asking.OWNER, account_id, address, group_id=to.group_id, blob=taken.blob, **known)
    return replies.DONE


def _author(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    return privately.pass_on(tx, taken, to, who, surely=is_surely(taken))


def is_surely(taken: Taken) -> bool:
    """Whether the author's domain stands behind the mail, so that an answer reaches who wrote it."""
    return taken.proven is not None and taken.proven.dmarc == "pass"


def _confirm(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    proof = _proof(tx, to, who, *PURPOSES)
    if proof is None or group_of(tx, proof) != to.group_id:
        return replies.BAD_PROOF
    carry_out(tx, proof, (taken.parsed.from_ or who).address, who.name, via="mail")
    return replies.DONE


def _moderate(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    if to.word == "approve" and _is_unclear(taken):
        return replies.YES_OR_NO
    proof = _proof(tx, to, who, to.word, "admit" if to.word == "approve" else "refuse")
    if proof is None:
        return replies.BAD_PROOF
    viewer = accounts.viewer_of(tx, proof.account_id)
    wanted = to.word == "approve" and not _says_no(taken)
    try:
        if proof.purpose in ("admit", "refuse"):
            _decide_member(tx, viewer, to, proof, None if wanted else _reason(taken))
        elif wanted:
            holding.release(tx, viewer, proof.subject_id)
        else:
            holding.reject(tx, viewer, proof.subject_id, _reason(taken))
    except NotFound:
        return Reply(250, "2.0.0", "somebody else has decided already")
    return replies.DONE


def _says_no(taken: Taken) -> bool:
    """Whether the answer itself begins with a word of refusal."""
    return bool(_NO.match(_own_words(taken)))


def _is_unclear(taken: Taken) -> bool:
    """Whether the answer begins as a refusal may, but need not be one."""
    return bool(_UNCLEAR.match(_own_words(taken))) and not _says_no(taken)


def _own_words(taken: Taken) -> str:
    """What a mail says without what it quotes."""
    return split_reply(taken.parsed.text[:20_000]).body


def _reason(taken: Taken) -> str:
    """What a moderator adds to a word of refusal, for whom it concerns."""
    words = _own_words(taken)
    refusal = _NO.match(words)
    return words[refusal.end() if refusal else 0 :].strip(" \t\r\n:;,.!*_-")


def _decide_member(
    tx: Tx, viewer: Viewer, to: Recipient, proof: mailproofs.Proof, refusal: str | None
) -> None:
    """Let somebody in, or (*refusal*: why) turn them down."""
    member = membership.by_id(tx, to.group_id, proof.subject_id)
    if member.status != Membership.PENDING:
        raise NotFound(what="member")
    status = Membership.NORMAL if refusal is None else Membership.LEFT
    reason = refusal or ""
    membership.set_status(tx, viewer, to.group_id, member.account_id, status, via="mail", reason=reason)


def _proof(tx: Tx, to: Recipient, who: Mailbox, *purposes: str) -> mailproofs.Proof | None:
    try:
        return mailproofs.use(tx, to.secret, address=fold_address(who.address), purposes=frozenset(purposes))
    except NotFound:
        return None


_WORDS: dict[str, Callable[[Tx, Taken, Recipient, Mailbox], Reply]] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "help": _help,
    "owner": _owner,
    "author": _author,
    "confirm": _confirm,
    "approve": _moderate,
    "reject": _moderate,
    **dict.fromkeys(DELIVERIES, _deliver),
    **dict.fromkeys(THREADS, _thread),
}
