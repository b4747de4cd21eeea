"""What head and foot of all mail of a group have in common: the list's own headers, where answers go, the footer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from folkmoot.domain.access import Posting
from folkmoot.domain.groups.groups import GroupView
from folkmoot.doors.mail.signs import author_word, short_name
from folkmoot.kit.mail.addresses import Mailbox
from folkmoot.kit.mail.build import Value
from folkmoot.kit.markup.sanitise import escape, escape_text

MAX_LOCAL: Final = 64
"""Octets before the @ (RFC 5321, 4.5.3.1.1)."""
PREFIX: Final = "group_reply_to_"
SENDER, BOTH, MODERATORS = "sender", "group_and_sender", "moderators"
_ALSO: Final = {"group_reply_only_to_sender": SENDER, "only_to_sender": SENDER, "only_sender": SENDER}
LIMITS: Final = {
    "none": 0,
    "small": 250_000,
    "medium": 1_000_000,
    "large": 5_000_000,
    "unlimited": 10_000_000,
}
"""Octets of files that a mail to a member may carry by their choice; what is beyond is linked."""
_SPECIALS: Final = re.compile(r'[()<>\[\]:;@\\,"]')
"""What ends a phrase (RFC 5322, 3.2.3)."""
LIMIT_PREFIX: Final = "max_attachment_size_"


def reply_word(group: GroupView) -> str:
    """Where answers to the group's mail go: sender, group_and_sender, moderators, or group."""
    told = str(group.settings.get("reply_to", ""))
    return _ALSO.get(told, told.removeprefix(PREFIX))


def special_address(group: GroupView, word: str) -> str:
    """The group's address for that word: subscribe, unsubscribe, owner … A group with a name that leaves no room for it
    is called by its number there."""
    name, _, domain = group.address.partition("@")
    if len(name) + 1 + len(word) > MAX_LOCAL:
        name = short_name(group.id)
    return f"{name}+{word}@{domain}"


def reply_to(
    group: GroupView, author: Mailbox, *, shown: bool, post_id: int = 0, named: bool = False
) -> list[tuple[str, Value]]:
    """Reply-To, and Cc for an author who else would not be found. *shown*: the author's address may be told; where it
    may not, an address of the group stands for the author of the post. *named*: it stands in From."""
    wanted = reply_word(group)
    place = (group.title, group.address)
    own = shown and author.address != group.address
    person = (author.name if not author.suspicious else "", author.address)
    if wanted == MODERATORS:
        return [("Reply-To", (group.title, special_address(group, "owner")))]
    if post_id and not own:
        person = (person[0], special_address(group, author_word(post_id)))
    if (own or post_id) and wanted == SENDER:
        return [("Reply-To", person)]
    if (own or post_id) and wanted == BOTH:
        return [("Reply-To", [place, person])]
    return [("Reply-To", place), *([("Cc", person)] if own and not named else [])]


def list_headers(group: GroupView) -> list[tuple[str, Value]]:
    """The headers by which programs know mail of this list (RFC 2369, RFC 2919): no title makes it another's."""
    phrase = " ".join(_SPECIALS.sub(" ", group.title).split())
    return [
        ("List-Id", f"{phrase} <{group.address.replace('@', '.')}>"),
        ("List-Post", "NO" if group.posting == Posting.MODERATORS else f"<mailto:{group.address}>"),
        ("List-Help", f"<mailto:{special_address(group, 'help')}>"),
        ("List-Subscribe", f"<mailto:{special_address(group, 'subscribe')}>"),
        ("List-Owner", f"<mailto:{special_address(group, 'owner')}>"),
        ("List-Archive", f"<{group.url}>"),
        ("X-BeenThere", group.address),
        ("Precedence", "list"),
    ]


def foot_lines(group: GroupView, *above: str) -> list[str]:
    """What stands under every mail: the lines *above*, the group's own footer, where it is and how to leave it."""
    own = str(group.settings.get("footer", "")).strip().splitlines()
    return [
        *above,
        *(line.rstrip() for line in own),
        f"{group.title or group.name}: {group.url}",
        f"To leave: {special_address(group, 'unsubscribe')}",
    ]


def foot_html(lines: Sequence[str]) -> str:
    """The same in HTML; a line that is an address is a link."""
    return "<br>".join(
        f'<a href="{escape(line)}">{escape_text(line)}</a>'
        if line.startswith(("https://", "http://")) and " " not in line and '"' not in line
        else escape_text(line)
        for line in lines
    )


def room_for(wishes: dict[str, Any]) -> int:
    """Octets of files that a mail to the member may carry."""
    word = str(wishes.get("max_attachment", "unlimited")).removeprefix(LIMIT_PREFIX)
    return LIMITS.get(word, LIMITS["unlimited"])


def in_plain_text(group: GroupView, wishes: dict[str, Any]) -> bool:
    """Whether mail to the member has no HTML: by the group's rule or their own."""
    return bool(group.settings.get("plain_text_only") or wishes.get("plain_text"))
