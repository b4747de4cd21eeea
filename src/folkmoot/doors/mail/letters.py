"""Letters of a group to one person or to all: confirmations, answers to commands, questions to moderators."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups, grouptexts
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.groups.moderation import WHY
from folkmoot.domain.mail import asking, mailhealth, mailing, outbox, readers
from folkmoot.domain.mail.outbox import Item
from folkmoot.domain.people import accounts
from folkmoot.domain.staff import memorials
from folkmoot.doors.mail import place_letters, privately
from folkmoot.doors.mail.confirmations import (
    ASK_DELIVERY,
    ASK_JOIN,
    ASK_LEAVE,
    ASK_THREAD,
    TOLD_DELIVERY,
    TOLD_THREAD,
)
from folkmoot.doors.mail.headings import foot_html, foot_lines, list_headers, special_address
from folkmoot.doors.mail.place_letters import MAX_QUOTED, Facts, Letter, Write
from folkmoot.doors.mail.render import Mail, sealed
from folkmoot.kit.mail.build import build, format_date, message_id
from folkmoot.kit.mail.parse import parse
from folkmoot.kit.mail.proven import in_words, read_kept
from folkmoot.kit.mail.signing import Signer
from folkmoot.kit.mail.undelivered import Undelivered, report
from folkmoot.kit.markup.sanitise import clean_html
from folkmoot.settings import Settings

if TYPE_CHECKING:
    from folkmoot.store.blobs import Blobs
    from folkmoot.store.tx import Tx


def read_facts(tx: Tx, item: Item) -> Facts | None:
    """What a letter is written from; None where it is for a member who gets no mail there any more, for a moderator who
    has nothing to decide any more, or for somebody who is remembered. Raises NotFound where its group or post is
    gone."""
    member_id = int(item.payload.get("member_id", 0))
    if member_id and item.group_id:
        reader = readers.among(tx, item.group_id, [member_id]).get(member_id)
        if reader is None or reader.address != item.address or reader.delivery == Delivery.NONE:
            return None
    if memorials.is_one(tx, item.account_id):
        return None
    group = groups.see(tx, Viewer.system(), item.group_id) if item.group_id else None
    facts = Facts(item, group)
    if item.kind in asking.KINDS and not asking.still_due(tx, item):
        return None
    if item.kind == asking.POST and item.post_id:
        post = views.post(tx, Viewer.system(), item.post_id)
        address = accounts.main_address(tx, post.author.id)
        name = post.author.display_name or post.author.name
        facts.held_by = f"{name} <{address}>" if address else name
        facts.held_title, facts.held_text = post.title, post.plain[:MAX_QUOTED]
        proven = read_kept(mailing.proven_of_post(tx, item.post_id))
        facts.held_proof = f"Proven:  {in_words(proven)}\n" if proven is not None else ""
    return facts


def letter_of(settings: Settings, blobs: Blobs, facts: Facts) -> bytes:
    """The bytes of a letter. Raises KeyError for a kind that nobody writes, or a lost blob."""
    letter = _KINDS[facts.item.kind](settings, blobs, facts)
    group = facts.group
    if group is None:
        sender = (settings.title, f"noreply@{settings.list_domain}")
    else:
        sender = (group.title, _address(group, letter.word))
    at = datetime.fromtimestamp(facts.item.created_at / 1000, UTC)
    headers: list[tuple[str, Any]] = [
        ("From", sender),
        ("To", ("", facts.item.address)),
        ("Subject", letter.subject),
        ("Date", format_date(at)),
        ("Message-ID", message_id(f"moot.letter.{facts.item.id}", settings.list_domain)),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    if letter.answers_to is not None:
        headers.insert(2, ("Reply-To", letter.answers_to))
    if facts.item.kind == outbox.UNDELIVERED:
        return report(headers, letter.text, _failure(settings, blobs, facts))
    return build(headers, letter.text, letter.html)


def circular_of(settings: Settings, facts: Facts, signer: Signer | None) -> Mail:
    """A letter that all members of a group get, as mail of the list. Raises KeyError for a letter without a group."""
    group, item = facts.group, facts.item
    if group is None:
        raise KeyError("group")
    letter = _group_text(settings, None, facts)
    at = datetime.fromtimestamp(item.created_at / 1000, UTC)
    headers: list[tuple[str, Any]] = [
        ("From", (group.title, group.address)),
        ("To", (group.title, group.address)),
        ("Reply-To", (group.title, special_address(group, "owner"))),
        ("Subject", letter.subject),
        ("Date", format_date(at)),
        ("Message-ID", message_id(f"moot.letter.{item.id}", settings.list_domain)),
        ("Auto-Submitted", "auto-generated"),
        *list_headers(group),
    ]
    return sealed(settings, group, build(headers, letter.text, letter.html), signer)


def _failure(settings: Settings, blobs: Blobs, facts: Facts) -> Undelivered:
    payload = facts.item.payload
    code = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", str(payload.get("error", "")))
    return Undelivered(
        settings.list_domain,
        str(payload.get("to", "")) or f"nobody@{settings.list_domain}",
        code[0] if code else "5.0.0",
        blobs.get(str(payload["blob"])) if "blob" in payload else b"",
    )


def _address(group: GroupView, word: str) -> str:
    return special_address(group, word) if word else group.address


def _group_text(settings: Settings, blobs: Blobs | None, facts: Facts) -> Letter:
    """What a group's moderators wrote to be sent to members (domain: grouptexts)."""
    payload, group = facts.item.payload, facts.group
    foot = foot_lines(group) if group is not None else [settings.base_url]
    text = "\n".join([str(payload["text"]), "", "-- ", *foot, ""])
    html = None
    if payload.get("html"):
        body, tail = clean_html(str(payload["html"])), foot_html(foot)
        html = f"<html><body>{body}<hr><p><small>{tail}</small></p></body></html>"
    return Letter(str(payload["subject"]), text, "owner", html=html)


def _asked(verb: str) -> Write:
    def write(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
        assert facts.group is not None
        text = (
            f"Somebody, probably you, asked to {verb} the group {facts.group.title} ({facts.group.address}) with this"
            f" address.{_ways_to_confirm(settings, facts.item.payload)}-- \n{facts.group.url}\n"
        )
        word = f"confirm-{facts.item.payload['secret']}"
        return Letter(f"Please confirm: {verb} {facts.group.title}", text, word)

    return write


def _ways_to_confirm(settings: Settings, payload: dict[str, Any]) -> str:
    return (
        "\n\nTo confirm, just send an answer to this mail; its text does not matter. Or open this page:\n\n"
        f"{settings.base_url}/mail/confirm/{payload['secret']}\n\nThis works once, for three days. If this was not you,"
        " there is nothing to do: without an answer nothing happens.\n\n"
    )


_COMES = {
    "single": "each message on its own",
    "digest": "a digest in plain text",
    "htmldigest": "a digest",
    "summary": "a daily summary",
    "special": "special notices only",
    "nomail": "no mail",
}


def _asked_delivery(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group, payload = facts.group, facts.item.payload
    assert group is not None
    text = (
        f"Somebody, probably you, asked to get {_COMES[payload['word']]} of {group.title} ({group.address})."
        f"{_ways_to_confirm(settings, payload)}-- \n{group.url}\n"
    )
    return Letter(f"Please confirm: your mail of {group.title}", text, f"confirm-{payload['secret']}")


def _told_delivery(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group = facts.group
    assert group is not None
    text = (
        f"As you asked, you get {_COMES[facts.item.payload['word']]} of {group.title} from now on. What else there is:"
        f"\n  {_address(group, 'help')}\n\n-- \n{group.url}\n"
    )
    return Letter(f"Your mail of {group.title}", text, "help")


_THREAD = {"follow": "to follow the thread", "mute": "to get no more mail of the thread"}


def _asked_thread(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group, payload = facts.group, facts.item.payload
    assert group is not None
    text = (
        f"Somebody, probably you, asked {_THREAD[payload['word']]} “{payload['title']}” of {group.title}"
        f" ({group.address}).{_ways_to_confirm(settings, payload)}-- \n{group.url}\n"
    )
    return Letter(f"Please confirm: {payload['title']}", text, f"confirm-{payload['secret']}")


def _told_thread(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group, payload = facts.group, facts.item.payload
    assert group is not None
    said = "You follow" if payload["word"] == "follow" else "You get no more mail of"
    text = f"As you asked: {said} the thread “{payload['title']}” of {group.title}.\n\n-- \n{group.url}\n"
    return Letter(f"Done: {payload['title']}", text, "help")


def _help(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group = facts.group
    assert group is not None
    text = (
        f"{group.title}\n{group.description}\n\nWrite to the group:  {group.address}\nJoin:"
        f"                {_address(group, 'subscribe')}\nLeave:               {_address(group, 'unsubscribe')}\n"
        f"Reach the owners:    {_address(group, 'owner')}\nRead on the web:     {group.url}\n\n"
        "As a member you choose how the mail comes by writing to one of these:\n"
        + "".join(f"  {_address(group, word)}: {how}\n" for word, how in _COMES.items())
    )
    return Letter(f"About {group.title}", text, "owner")


def _welcome(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group = facts.group
    assert group is not None
    text = (
        f"You are a member of {group.title} now.\n\nWrite to the group:  {group.address}\nLeave:               "
        f"{_address(group, 'unsubscribe')}\nRead on the web:     {group.url}\n"
    )
    return Letter(f"Welcome to {group.title}", text, "owner")


def _held(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group, payload = facts.group, facts.item.payload
    assert group is not None
    quoted = "\n".join(f"> {line}" for line in facts.held_text.splitlines())
    reason = str(payload.get("reason", ""))
    why = f": {WHY.get(reason, reason)}" if reason else ""
    text = (
        f"A message to {group.title} waits for a moderator{why}.\n\nFrom:    {facts.held_by}\n"
        f"{facts.held_proof}Subject: {facts.held_title}\n\n{quoted}\n\n"
        + _ways_to_decide(group, payload, "it", "its author")
    )
    return Letter(f"[{group.name}] waits for you: {facts.held_title}", text, f"approve-{payload['approve']}")


def _pending(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group, payload = facts.group, facts.item.payload
    assert group is not None
    text = (
        f"{payload['who']} asks to join {group.title}.\n\n{_ways_to_decide(group, payload, 'them', 'them')}"
    )
    return Letter(f"[{group.name}] asks to join: {payload['who']}", text, f"approve-{payload['approve']}")


def _ways_to_decide(group: GroupView, payload: dict[str, Any], what: str, whom: str) -> str:
    """How a moderator lets *what* in or turns it down; *whom* a reason is told."""
    return (
        f"To let {what} in, answer this mail, or write to\n"
        f"  {special_address(group, 'approve-' + payload['approve'])}\n"
        f"To turn {what} down, write to\n"
        f"  {special_address(group, 'reject-' + payload['reject'])}\n"
        f"What you write there is mailed to {whom}. These addresses work once, for a week, and from your address only."
        f" Or decide on the web:\n  {group.url}/moderate\n\n-- \n{group.url}\n"
    )


def _owner(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    """What somebody wrote to the owners, as text; answers go to the group's owners, not to whoever From names."""
    group = facts.group
    assert group is not None
    parsed = parse(blobs.get(str(facts.item.payload["blob"])))
    who = f"{parsed.from_.name} <{parsed.from_.address}>" if parsed.from_ else "unknown"
    quoted = "\n".join(f"> {line}" for line in parsed.text[: 4 * MAX_QUOTED].splitlines())
    text = f"{who} wrote to the owners of {group.title}:\n\n{quoted}\n\n-- \n{group.url}\n"
    return Letter(f"[{group.name} owners] {parsed.subject}", text, "owner")


def _loop(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group, payload = facts.group, facts.item.payload
    assert group is not None
    text = (
        f"Mail of {group.title} comes back to {group.address}, as if it were new. It was not posted.\n\n"
        f"Sent by: {payload['sender'] or '(nobody)'}\nSubject: {payload['subject']}\n\nSomebody's forwarding, or"
        " another list that is a member here, sends it back. Look who that may be. You are told of this once a"
        f" month.\n\n-- \n{group.url}\n"
    )
    return Letter(f"[{group.name} owners] mail goes in circles", text, "owner")


def _left_out(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group, payload = facts.group, facts.item.payload
    assert group is not None
    names = "".join(f"  {name}\n" for name in payload["names"])
    text = (
        f"Your message to {group.title} was taken without its files, as the group has no space left for files:\n\n"
        f"{names}\nWho reads it sees that files are missing. Its owners can make room; then send them again:\n"
        f"  {_address(group, 'owner')}\n\n-- \n{group.url}\n"
    )
    return Letter(f"Without its files: {payload['subject']}", text, "owner")


def _to_author(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    """What a member answered to one author alone."""
    group, payload = facts.group, facts.item.payload
    assert group is not None
    parsed = parse(blobs.get(str(payload["blob"])))
    who = parsed.from_
    named = f"{who.name} <{who.address}>" if who else "unknown"
    doubt = (
        ""
        if payload.get("surely")
        else " Nothing proves that it is from there: look twice before you act on it."
    )
    text = (
        f"{parsed.text[: 4 * MAX_QUOTED].rstrip()}\n\n-- \n{named} wrote this to you alone, as a member of"
        f" {group.title}; the group has not got it. An answer goes to that address, and shows yours."
        f"{doubt}\n{group.url}\n"
    )
    answers_to = (who.name if not who.suspicious else "", who.address) if who else None
    return Letter(
        parsed.subject or f"About what you wrote to {group.title}", text, "owner", answers_to=answers_to
    )


RETURNED = frozenset({mailhealth.PROBE})
"""Letters whose coming back tells something."""
_KINDS: dict[str, Write] = {
    **place_letters.KINDS,
    ASK_JOIN: _asked("join"),
    ASK_LEAVE: _asked("leave"),
    ASK_DELIVERY: _asked_delivery,
    TOLD_DELIVERY: _told_delivery,
    ASK_THREAD: _asked_thread,
    TOLD_THREAD: _told_thread,
    "help": _help,
    "welcome": _welcome,
    asking.POST: _held,
    asking.OWNER: _owner,
    asking.LOOP: _loop,
    asking.FILES: _left_out,
    privately.KIND: _to_author,
    grouptexts.LETTER: _group_text,
    asking.MEMBER: _pending,
}
KINDS = frozenset(_KINDS)
