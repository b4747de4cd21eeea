"""Mails that are no posts: confirmations, links for logging in, answers to commands, notices to moderators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from folkmoot.domain import accounts, groups, views
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import GroupView
from folkmoot.domain.outbox import Item
from folkmoot.kit.mail.build import build, format_date, message_id
from folkmoot.kit.mail.parse import parse
from folkmoot.settings import Settings

if TYPE_CHECKING:
    from folkmoot.store.blobs import Blobs
    from folkmoot.store.tx import Tx

MAX_QUOTED = 5_000
"""Characters of a held or forwarded text that are shown."""


class Facts(msgspec.Struct):
    """What a letter is written from, read in one transaction."""

    item: Item
    group: GroupView | None = None
    held_by: str = ""
    held_title: str = ""
    held_text: str = ""


class Letter(msgspec.Struct):
    """What a letter says; *word* is the part behind the plus of the group's address that answers go to."""

    subject: str
    text: str
    word: str = ""


def read_facts(tx: Tx, item: Item) -> Facts:
    """What a letter is written from. Raises NotFound where its group or post is gone."""
    group = groups.see(tx, Viewer.system(), item.group_id) if item.group_id else None
    facts = Facts(item, group)
    if item.kind == "held" and item.post_id:
        post = views.post(tx, Viewer.system(), item.post_id)
        address = accounts.main_address(tx, post.author.id)
        facts.held_by = f"{post.author.display_name or post.author.name} {address}".strip()
        facts.held_title, facts.held_text = post.title, post.plain[:MAX_QUOTED]
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
    return build(headers, letter.text)


def _address(group: GroupView, word: str) -> str:
    local, _, domain = group.address.partition("@")
    return f"{local}+{word}@{domain}" if word else group.address


def _link(subject: str, why: str) -> Callable[[Settings, Blobs, Facts], Letter]:
    def write(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
        link = str(facts.item.payload.get("link", settings.base_url))
        text = (
            f"{why}\n\n{link}\n\nThe link works once and not for long. If this was not you, there is nothing to do:"
            f" without the link nothing happens.\n\n-- \n{settings.title}\n{settings.base_url}\n"
        )
        return Letter(f"{settings.title}: {subject}", text)

    return write


def _approved(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    text = (
        f"Your account is open now. Log in:\n\n{settings.base_url}/login\n\n-- \n{settings.title}\n"
        f"{settings.base_url}\n"
    )
    return Letter(f"{settings.title}: welcome", text)


def _asked(verb: str) -> Callable[[Settings, Blobs, Facts], Letter]:
    def write(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
        assert facts.group is not None
        text = (
            f"Somebody, probably you, asked to {verb} the group {facts.group.title} ({facts.group.address}) with this"
            f" address.\n\nTo confirm, just send an answer to this mail; its text does not matter.\n\nIf this was"
            f" not you, there is nothing to do: without an answer nothing happens.\n\n-- \n{facts.group.url}\n"
        )
        word = f"confirm-{facts.item.payload['secret']}"
        return Letter(f"Please confirm: {verb} {facts.group.title}", text, word)

    return write


def _help(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group = facts.group
    assert group is not None
    text = (
        f"{group.title}\n{group.description}\n\nWrite to the group:  {group.address}\nJoin:"
        f"                {_address(group, 'subscribe')}\nLeave:               {_address(group, 'unsubscribe')}\n"
        f"Reach the owners:    {_address(group, 'owner')}\nRead on the web:     {group.url}\n"
    )
    return Letter(f"About {group.title}", text)


def _welcome(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group = facts.group
    assert group is not None
    text = (
        f"You are a member of {group.title} now.\n\nWrite to the group:  {group.address}\nLeave:               "
        f"{_address(group, 'unsubscribe')}\nRead on the web:     {group.url}\n"
    )
    return Letter(f"Welcome to {group.title}", text)


def _held(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    group, payload = facts.group, facts.item.payload
    assert group is not None
    quoted = "\n".join(f"> {line}" for line in facts.held_text.splitlines())
    text = (
        f"A message to {group.title} waits for a moderator ({payload.get('reason', '')}).\n\nFrom:    {facts.held_by}\n"
        f"Subject: {facts.held_title}\n\n{quoted}\n\nTo let it in, answer this mail, or write to\n"
        f"  {_address(group, 'approve-' + payload['approve'])}\nTo turn it down, write to\n"
        f"  {_address(group, 'reject-' + payload['reject'])}\nThese addresses work once, for a week, and from your"
        f" address only.\n\n-- \n{group.url}\n"
    )
    return Letter(f"[{group.name}] waits for you: {facts.held_title}", text, f"approve-{payload['approve']}")


def _owner(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    """What somebody wrote to the owners, as text; answers go to the group's owners, not to whoever From names."""
    group = facts.group
    assert group is not None
    parsed = parse(blobs.get(str(facts.item.payload["blob"])))
    who = f"{parsed.from_.name} <{parsed.from_.address}>" if parsed.from_ else "unknown"
    quoted = "\n".join(f"> {line}" for line in parsed.text[: 4 * MAX_QUOTED].splitlines())
    text = f"{who} wrote to the owners of {group.title}:\n\n{quoted}\n\n-- \n{group.url}\n"
    return Letter(f"[{group.name} owners] {parsed.subject}", text, "owner")


_KINDS: dict[str, Callable[[Settings, Blobs, Facts], Letter]] = {
    "confirm": _link("confirm your address", "Please confirm that this address is yours:"),
    "reset": _link("a new password", "With this link you choose a new password:"),
    "login": _link("log in", "With this link you log in:"),
    "approved": _approved,
    "subscribe_confirm": _asked("join"),
    "unsubscribe_confirm": _asked("leave"),
    "help": _help,
    "welcome": _welcome,
    "held": _held,
    "owner": _owner,
}
KINDS = frozenset(_KINDS)
