"""Letters of the place to one person: links that came to be asked for, its moderators' word, how their mail fares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.mail import mailhealth, outbox
from folkmoot.domain.mail.outbox import Item
from folkmoot.domain.people import ownaddresses
from folkmoot.kit.mail.parse import parse
from folkmoot.settings import Settings

if TYPE_CHECKING:
    from folkmoot.store.blobs import Blobs

MAX_QUOTED: Final = 5_000
"""Characters of a held or forwarded text that are shown."""


class Facts(msgspec.Struct):
    """What a letter is written from, read in one transaction."""

    item: Item
    group: GroupView | None = None
    held_by: str = ""
    held_title: str = ""
    held_text: str = ""
    held_proof: str = ""


class Letter(msgspec.Struct):
    """What a letter says; *word* is the part behind the plus of the group's address that answers go to."""

    subject: str
    text: str
    word: str = ""
    html: str | None = None
    answers_to: tuple[str, str] | None = None
    """(name, address) where that is not the sender."""


Write = Callable[["Settings", "Blobs", Facts], Letter]


def _link(subject: str, why: str) -> Write:
    def write(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
        link = str(facts.item.payload.get("link", settings.base_url))
        text = (
            f"{why}\n\n{link}\n\nThe link works once and not for long. If this was not you, there is nothing to do:"
            f" without the link nothing happens.\n\n-- \n{settings.title}\n{settings.base_url}\n"
        )
        return Letter(f"{settings.title}: {subject}", text)

    return write


def _allow_way(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    way = facts.item.payload.get("way", "")
    why = f"Somebody, probably you, tried to log in with {way}, which you have switched off. This link allows it again:"
    return _link(f"log in with {way}", why)(settings, blobs, facts)


def _approved(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    text = (
        f"Your account is open now. Log in:\n\n{settings.base_url}/login\n\n-- \n{settings.title}\n"
        f"{settings.base_url}\n"
    )
    return Letter(f"{settings.title}: welcome", text)


_DONE = {
    "none": "You get this warning from the moderators. Nothing else was done.",
    "sensitive": "The moderators have all your media hidden behind a warning.",
    "disable": "The moderators have closed your login. What you wrote stays as it is.",
    "silence": "The moderators have limited your account: what you say reaches those who follow you, and no public"
    " places.",
    "suspend": "The moderators have suspended your account: nobody sees what you wrote any more. In 30 days it is"
    " erased.",
}


def _warning(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    payload = facts.item.payload
    said = f"{payload['text']}\n\n" if payload.get("text") else ""
    link = payload.get("link")
    against = f"If you think that this is wrong, say so within 20 days:\n\n{link}\n\n" if link else ""
    text = f"{_DONE[payload['act']]}\n\n{said}{against}-- \n{settings.title}\n{settings.base_url}\n"
    return Letter(f"{settings.title}: about your account", text)


def _appeal(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    payload = facts.item.payload
    text = (
        f"@{payload['who']} says against what the moderators did:\n\n{payload['text']}\n\nAnswer here:\n\n"
        f"{settings.base_url}/staff/appeals\n\n-- \n{settings.title}\n{settings.base_url}\n"
    )
    return Letter(f"{settings.title}: an appeal of @{payload['who']}", text)


def _appeal_settled(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    said = (
        "The moderators have looked at your appeal and take back what they did."
        if facts.item.payload["granted"]
        else "The moderators have looked at your appeal, and leave it at what they did."
    )
    text = f"{said}\n\n-- \n{settings.title}\n{settings.base_url}\n"
    return Letter(f"{settings.title}: your appeal", text)


def _main_changed(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    text = (
        f"Mail of {settings.title} goes to {facts.item.payload['new']} from now on, as its account wants it. If this"
        " was not you, somebody else is logged in: choose another password at once, which ends all other logins:\n\n"
        f"{settings.base_url}/settings\n\n-- \n{settings.title}\n{settings.base_url}\n"
    )
    return Letter(f"{settings.title}: your main address is another now", text)


def _probe(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    text = (
        f"Mail from {settings.title} to {facts.item.address} came back several times. That you read this shows that it"
        f" arrives again, and there is nothing to do.\n\nShould this mail come back, too, your groups' mail pauses; you"
        f" stay a member, and start it again here:\n\n{facts.item.payload['link']}\n\n-- \n{settings.title}\n"
        f"{settings.base_url}\n"
    )
    return Letter(f"{settings.title}: does this address still work?", text)


def _delivery_off(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    text = (
        f"Your groups' mail to {facts.item.address} pauses, since it came back. You are still a member of your groups,"
        f" and read them on the web. To start the mail again:\n\n{facts.item.payload['link']}\n\n-- \n"
        f"{settings.title}\n{settings.base_url}\n"
    )
    return Letter(f"{settings.title}: your mail pauses", text)


def _undelivered(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    payload = facts.item.payload
    text = (
        f"What you wrote to {payload.get('to') or 'somebody here'} could not be delivered to a person whom it is for,"
        f" and is not tried any more.\n\n-- \n{settings.title}\n{settings.base_url}\n"
    )
    return Letter("Undelivered mail", text)


def _contact(settings: Settings, blobs: Blobs, facts: Facts) -> Letter:
    """What somebody wrote to postmaster or abuse, for the people who run the place."""
    parsed = parse(blobs.get(str(facts.item.payload["blob"])))
    who = f"{parsed.from_.name} <{parsed.from_.address}>" if parsed.from_ else "unknown"
    quoted = "\n".join(f"> {line}" for line in parsed.text[: 4 * MAX_QUOTED].splitlines())
    text = f"{who} wrote to {settings.title} (abuse or postmaster):\n\n{quoted}\n\n-- \n{settings.base_url}\n"
    return Letter(f"[{settings.title}] {parsed.subject}", text)


KINDS: Final[dict[str, Write]] = {
    "confirm": _link("confirm your address", "Please confirm that this address is yours:"),
    "reset": _link("a new password", "With this link you choose a new password:"),
    "login": _link("log in", "With this link you log in:"),
    "allow_way": _allow_way,
    "approved": _approved,
    "warning": _warning,
    "appeal": _appeal,
    "appeal_settled": _appeal_settled,
    ownaddresses.MAIN_CHANGED: _main_changed,
    mailhealth.PROBE: _probe,
    mailhealth.WARNING: _delivery_off,
    outbox.UNDELIVERED: _undelivered,
    "contact": _contact,
}
