"""One mail that was handed in: read outside, then decided and stored for all its recipients in one transaction."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import msgspec

from folkmoot.domain.access import Posting, PostState, Viewer, see_post, standing
from folkmoot.domain.errors import NotFound, Refusal
from folkmoot.domain.groups.moderation import INFECTED
from folkmoot.domain.mail import asking, mailing
from folkmoot.domain.mail.mailing import MailState, NewMail
from folkmoot.domain.media import litter
from folkmoot.domain.people import accounts, logins
from folkmoot.domain.posts import posts
from folkmoot.doors.frame.house import House
from folkmoot.doors.mail import commands, proofs, replies, returned, rsvps
from folkmoot.doors.mail.accept import DAY_MS, MAX_CLAIM, Taken, draft_of, is_quick, stable_id, take_soon
from folkmoot.doors.mail.archive import UNKNOWN_SENDER
from folkmoot.doors.mail.digest import answers_a_digest
from folkmoot.doors.mail.recipients import Recipient, find
from folkmoot.doors.mail.replies import Reply
from folkmoot.doors.mail.returned import Returned
from folkmoot.kit.mail.addresses import fold_address
from folkmoot.kit.mail.authentication import Origin
from folkmoot.kit.mail.meeting import Answer
from folkmoot.kit.mail.octets import Mapped, Octets
from folkmoot.kit.mail.parse import Parsed
from folkmoot.kit.mail.proven import Proven, kept
from folkmoot.store.errors import StoreFull, StoreUnavailable

if TYPE_CHECKING:
    from folkmoot.store.blobs import Blobs
    from folkmoot.store.tx import Tx

log = logging.getLogger("folkmoot.mail")
MAX_HOPS = 50
"""Received headers of a message that still may be on its way (Postfix hopcount_limit)."""
READER: Final = "mail.reader"
LATELY: Final = "mail.lately"
LATELY_SECONDS: Final = 1.0
MAX_LATELY: Final = 1_000
"""Groups that mail came for just now are not looked up again for each mail of a burst."""
_OURS = re.compile(r"moot\.(?:[a-z]{1,12}\.){0,2}\d+@")
_DMARC_FAILED = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)
_FOUND_VIRUS = {
    "x-virus-status": re.compile(r"(?i)\s*(infected|yes)\b"),
    "x-virus-flag": re.compile(r"(?i)\s*yes\b"),
    "x-amavis-alert": re.compile(r"(?i)\s*infected\b"),
}
"""How scanners in a mail server in front say it: clamav-milter, ClamSMTP and others, amavis."""


class Envelope(msgspec.Struct):
    """What LMTP or SMTP gave: the return address (empty for automatic mail), who it is for, the message, and from where
    outside it came, if that is known. *by_ours*: a mail server of ours handed it in, whose headers may be believed."""

    sender: str
    recipients: list[Recipient]
    data: Octets
    origin: Origin | None = None
    by_ours: bool = True


async def recipient(house: House, address: str) -> Recipient | None:
    """Who the address means here, None for nobody; of a group that is gone since less than a second it may be that
    group still, whose mail is then refused as it is decided. Raises StoreUnavailable."""
    lately: dict[str, tuple[float, Recipient]] = house.kept.setdefault(LATELY, {})
    now, known = time.monotonic(), lately.get(address)
    if known is not None and known[0] > now:
        return known[1]
    found = await house.store.aread(lambda tx: find(tx, house.settings, house.secret, address))
    if found is not None and not found.word:
        if len(lately) >= MAX_LATELY:
            lately.clear()
        lately[address] = (now + LATELY_SECONDS, found)
    return found


async def deliver(house: House, envelope: Envelope) -> list[Reply]:
    """Take a mail in: an answer for each recipient. Never raises; 2xx means that it is durable."""
    try:
        answers = await _taken_in(house, envelope)
    except (StoreFull, OSError) as error:
        log.warning("a mail from <%s> could not be stored: %s", envelope.sender, error)
        return [replies.NO_SPACE] * len(envelope.recipients)
    except StoreUnavailable as error:
        log.warning("a mail from <%s> waits at its sender: %s", envelope.sender, error)
        return [replies.LATER] * len(envelope.recipients)
    except Exception:
        log.exception("a mail from <%s> could not be taken", envelope.sender)
        return [replies.LATER] * len(envelope.recipients)
    for to, answer in zip(envelope.recipients, answers, strict=True):
        log.info("mail from <%s> to %s: %d %s", envelope.sender, to.address, answer.code, answer.text)
    return answers


async def _taken_in(house: House, envelope: Envelope) -> list[Reply]:
    words = frozenset(to.word for to in envelope.recipients)
    if is_quick(envelope.data) and not words & _SLOW:  # a thread would take longer to begin than to read it
        taken, settle, back, said = _read(envelope.data, house.blobs, words)
    else:
        pool = _one_by_one(house) if isinstance(envelope.data, Mapped) else None
        reading = asyncio.get_running_loop().run_in_executor(pool, _read, envelope.data, house.blobs, words)
        taken, settle, back, said = await reading
    taken.proven = await _look(house, envelope, taken)
    envelope.data = b""  # a large one is not to be in memory while its text is rendered
    writing = house.store.awrite(lambda tx: _decide_all(tx, house, envelope, taken, back, said))
    if settle is None:
        return await writing
    # The bytes go to the disk beside the rows; both have to be there before anybody is told.
    answers, _ = await asyncio.gather(writing, asyncio.to_thread(settle))
    return answers


_BACK = frozenset({"bounce", "complaint", "owner"})
_SLOW = _BACK | {"rsvp"}


def _one_by_one(house: House) -> ThreadPoolExecutor:
    """The thread in which large mails are read: the files of no more than one are in memory at a time."""
    pool: ThreadPoolExecutor | None = house.kept.get(READER)
    if pool is None:
        pool = house.kept[READER] = ThreadPoolExecutor(1, thread_name_prefix="large-mail")
    return pool


def _read(
    data: Octets, blobs: Blobs, words: frozenset[str]
) -> tuple[Taken, Callable[[], None] | None, Returned, list[Answer]]:
    """What a mail says, with its files stored and out of memory again, and what is left to do until it is durable."""
    taken, settle = take_soon(data, blobs)
    back = returned.read(bytes(data), words) if words & _BACK else Returned()
    said = rsvps.read(taken) if "rsvp" in words else []
    for item in taken.parsed.attachments:
        item.data = b""
    return taken, settle, back, said


_UNASKED = frozenset({"bounce", "complaint", "help"})
"""Mail of which nobody asks whether its author is who they say."""


async def _look(house: House, envelope: Envelope, taken: Taken) -> Proven | None:
    """What the mail proves, where anything depends on it: a post, an answer, a word that does something."""
    if all(to.word in _UNASKED for to in envelope.recipients):
        return None
    by = envelope.by_ours
    return await proofs.prove(house, envelope.origin, taken.parsed, envelope.data, by_ours=by)


def _decide_all(
    tx: Tx, house: House, envelope: Envelope, taken: Taken, back: Returned, said: list[Answer]
) -> list[Reply]:
    answers = [_decide(tx, house, envelope, taken, back, said, to) for to in envelope.recipients]
    if any(answer not in (replies.ACCEPTED, replies.HELD) for answer in answers):
        # Its bytes are stored already; they go when no row came to refer to them.
        litter.drop(tx, taken.blob if taken.raw is None else "", *(file.blob for file in taken.files))
    return answers


def _decide(
    tx: Tx,
    house: House,
    envelope: Envelope,
    taken: Taken,
    back: Returned,
    said: list[Answer],
    to: Recipient,
) -> Reply:
    try:
        if to.word == "rsvp":
            if proofs.is_disowned(taken.proven):
                return replies.DISOWNED
            return rsvps.take_in(tx, taken, to, said)
        if to.word == "bounce":
            found = returned.bounce(tx, to.mail_id, back)
            return _put_by(tx, envelope, taken, to, MailState.BOUNCE, found)
        if to.word in _BACK and back.complaint is not None:
            found = returned.complaint(tx, house.secret, back.complaint)
            return _put_by(tx, envelope, taken, to, MailState.BOUNCE, found)
        if to.word == "complaint":
            if taken.parsed.auto_submitted:
                return replies.DROPPED
            if not (answer := returned.pass_on(tx, taken.blob)).good:
                return answer
            return _put_by(tx, envelope, taken, to, MailState.COMMAND, "passed on")
        if to.word in ("owner", "author"):
            # The letter to them is made of the raw mail, which a row has to keep till then.
            _put_by(tx, envelope, taken, to, MailState.COMMAND, f"to the {to.word}")
        if to.word:
            return commands.obey(tx, envelope.sender, taken, to)
        word = "" if to.post_id else commands.meant(tx, to.group_id, taken.parsed)
        if word:
            # It was written to the group itself: nobody is to ask in vain where it went.
            _put_by(tx, envelope, taken, to, MailState.COMMAND, word)
            return commands.obey(tx, envelope.sender, taken, msgspec.structs.replace(to, word=word))
        return _post(tx, envelope, taken, to)
    except Refusal as refusal:
        return replies.of_refusal(refusal)


def _put_by(tx: Tx, envelope: Envelope, taken: Taken, to: Recipient, state: MailState, reason: str) -> Reply:
    """Keep a mail that becomes no post."""
    mailing.keep(tx, _new(envelope, taken, to, taken.message_id, None, state, reason))
    return replies.DROPPED


def _new(
    envelope: Envelope,
    taken: Taken,
    to: Recipient,
    message_id: str,
    post_id: int | None,
    state: MailState,
    reason: str,
) -> NewMail:
    return NewMail(
        group_id=to.group_id,
        blob=taken.blob,
        message_id=message_id,
        post_id=post_id,
        state=state,
        reason=reason,
        sender=envelope.sender,
        fingerprint=taken.fingerprint,
        proven=kept(taken.proven),
        raw=taken.raw,
    )


def _post(tx: Tx, envelope: Envelope, taken: Taken, to: Recipient) -> Reply:
    parsed = taken.parsed
    mailing.one_at_a_time(tx, to.group_id, taken.message_id)
    copies = mailing.known(tx, to.group_id, [taken.message_id]).get(taken.message_id, [])
    # One that went to the owners, too, is none that the group has.
    if any(c.fingerprint == taken.fingerprint and c.state != MailState.COMMAND for c in copies):
        return replies.AGAIN
    if parsed.received_count > MAX_HOPS:
        asking.about_loop(tx, to.group_id, envelope.sender, parsed.subject)
        return replies.LOOP
    no_person = _no_person(tx, envelope, parsed, to)
    if no_person == "loop":
        asking.about_loop(tx, to.group_id, envelope.sender, parsed.subject)
    if no_person:
        return _put_by(tx, envelope, taken, to, MailState.DROPPED, no_person)
    author_id = _author(tx, parsed, to)
    if isinstance(author_id, Reply):
        return author_id
    draft = draft_of(taken, to.group_id)
    if parsed.date is None or abs(parsed.date.timestamp() * 1000 - tx.now) > DAY_MS:
        claimed = next((value for name, value in parsed.headers if name == "date"), "")
        draft.extra = {**draft.extra, "claimed_date": claimed[:MAX_CLAIM]}
    draft.doubts = _doubts(tx, envelope, taken, to, author_id)
    viewer = accounts.viewer_of(tx, author_id)
    draft.parent_id = _answered(tx, viewer, to) if to.post_id else None
    written = posts.write(tx, viewer, draft)
    if written.again:  # another mail bears this Message-ID, as it is not the same that came again
        draft.message_id, draft.doubts = stable_id(taken.blob), draft.doubts or "message_id_reused"
        written = posts.write(tx, viewer, draft)
    if written.again:
        return replies.AGAIN
    mailing.keep(tx, _new(envelope, taken, to, draft.message_id, written.id, MailState.POSTED, draft.doubts))
    left_out = taken.files and not draft.files
    if left_out and parsed.from_ is not None and not draft.doubts and commands.is_surely(taken):
        files = [file.name for file in taken.files]
        asking.about_files(tx, to.group_id, author_id, parsed.from_.address, parsed.subject, files)
    return replies.HELD if written.held else replies.ACCEPTED


def _answered(tx: Tx, viewer: Viewer, to: Recipient) -> int | None:
    """The post whose own address the mail was sent to; None where its author can't see it (any more)."""
    try:
        seen = see_post(tx, viewer, to.post_id)
    except NotFound:
        return None
    return seen.id if seen.group_id == to.group_id and seen.state == PostState.LIVE else None


def _no_person(tx: Tx, envelope: Envelope, parsed: Parsed, to: Recipient) -> str:
    """Why no person wrote this to the group now: our own copy coming back, a bounce, a machine; else empty."""
    domain = tx.settings.list_domain.lower()
    own = f"{to.group_name}@{domain}".lower()
    been = [value.strip().lower() for name, value in parsed.headers if name in ("x-beenthere", "x-loop")]
    listed = parsed.list_headers.get("list-post", "").lower()
    if parsed.list_id == own.replace("@", ".") or own in been or f"<mailto:{own}>" in listed:
        return "loop"
    if _OURS.match(parsed.message_id or "") and (parsed.message_id or "").lower().endswith(f"@{domain}"):
        return "loop"  # a mail of ours whose headers were lost on the way
    if not envelope.sender or parsed.is_bounce:
        return "bounce"
    return "automatic" if parsed.auto_submitted else ""


def _author(tx: Tx, parsed: Parsed, to: Recipient) -> int | Reply:
    """The account that speaks: of the one address in From, which must be known unless everybody may post."""
    known = None if parsed.from_ is None else accounts.find_by_address(tx, parsed.from_.address)
    if known is not None:
        return replies.SUSPENDED if logins.is_barred(tx, known) else known
    if standing(tx, Viewer.system(), to.group_id).posting != Posting.ANYONE:
        return replies.ONE_AUTHOR if parsed.from_ is None else replies.MEMBERS_ONLY
    if parsed.from_ is None:
        return accounts.person_of_address(tx, UNKNOWN_SENDER, "unknown sender")
    return accounts.person_of_address(tx, parsed.from_.address, parsed.from_.name)


def _doubts(tx: Tx, envelope: Envelope, taken: Taken, to: Recipient, author_id: int) -> str:
    """Why a moderator should look first; empty where nothing speaks against the mail. Raises Forbidden."""
    parsed = taken.parsed
    if any(name in _FOUND_VIRUS and _FOUND_VIRUS[name].match(value) for name, value in parsed.headers):
        return INFECTED
    if parsed.from_ is None:
        return "no_single_author"
    if parsed.from_.suspicious:
        return "misleading_name"
    if answers_a_digest(tx.settings, parsed):
        return "answers_a_digest"
    unproven = proofs.doubt(tx, to.group_id, taken.proven)
    if unproven:
        return unproven
    if taken.proven is None and not tx.settings.mail_authserv:
        # Of a server that nobody named a header is believed only to the worse.
        checked = next((value for name, value in parsed.headers if name == "authentication-results"), "")
        if _DMARC_FAILED.search(checked):
            return "dmarc_failed"
    if fold_address(envelope.sender) != fold_address(parsed.from_.address):
        sender_id = accounts.find_by_address(tx, envelope.sender)
        if sender_id is not None and sender_id != author_id:
            return "sender_is_another"
    return "unreadable" if taken.problem else ""
