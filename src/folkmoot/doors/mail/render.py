"""A group's post as the mail that its members get: written once for all, but for the few lines that are personal."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.mail import mailing
from folkmoot.domain.people import accounts
from folkmoot.domain.posts import threads
from folkmoot.domain.posts.plainparts import html_of, text_of
from folkmoot.domain.text import Markup
from folkmoot.domain.views import PostView
from folkmoot.doors.mail.proofs import results_of
from folkmoot.doors.mail.signs import leave_token
from folkmoot.kit.mail.addresses import Mailbox, format_mailbox, is_valid_address
from folkmoot.kit.mail.build import Attachment, Value, build, fold_header, format_date, munge_from
from folkmoot.kit.mail.proven import read_kept
from folkmoot.kit.mail.signing import Prepared, Signer
from folkmoot.kit.mail.threads import base_subject
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.settings import Settings

if TYPE_CHECKING:
    from folkmoot.store.blobs import Blobs
    from folkmoot.store.tx import Tx

MAX_REFERENCES = 20
MAX_ATTACHED_BYTES = 10_000_000
"""Files beyond so many octets are named with a link instead of being attached."""
SUBJECT_LENGTH = 70
"""Characters of the text that become the subject of a post without a title."""
REPLY_TO_SENDER = frozenset({"group_reply_to_sender", "group_reply_only_to_sender"})
REPLY_TO_BOTH = frozenset({"group_reply_to_group_and_sender"})


class Sheet(msgspec.Struct, frozen=True):
    """All that the mail of a post is made from, read in one transaction."""

    post: PostView
    group: GroupView
    author_address: str
    topic: str
    """The title of the thread's first post, for answers without one."""
    ancestors: list[str]
    """Message-IDs, oldest first."""
    proven: str = ""
    """What the mail that the post came by proved, as it is kept."""


def read_sheet(tx: Tx, post_id: int) -> Sheet | None:
    """What the mail of a post is made from; None for posts that are in no group."""
    view = views.post(tx, Viewer.system(), post_id)
    if view.group is None:
        return None
    group = groups.see(tx, Viewer.system(), view.group.id)
    topic = view.title
    if not topic and view.thread_id != view.id:
        first = views.posts_by_ids(tx, Viewer.system(), [view.thread_id]).get(view.thread_id)
        topic = first.title if first else ""
    return Sheet(
        view,
        group,
        accounts.main_address(tx, view.author.id),
        topic,
        threads.ancestor_message_ids(tx, view.id, MAX_REFERENCES),
        mailing.proven_of_post(tx, view.id) if view.door == "mail" else "",
    )


class Mail(msgspec.Struct, frozen=True):
    """A mail without its personal lines."""

    group_address: str
    group_name: str
    common: bytes
    seal: bytes = b""
    """The ARC set, the same for all."""
    prepared: Prepared | None = None
    """What signs each copy; None without a key."""

    def for_member(self, settings: Settings, secret: bytes, member_id: int) -> bytes:
        """The whole mail for one member."""
        return self.head_for(settings, secret, member_id) + self.common

    def head_for(self, settings: Settings, secret: bytes, member_id: int) -> bytes:
        """What stands in front of the common part for one member: the addresses by which they leave the list (RFC 2369,
        RFC 8058), and the signature, which covers those, too."""
        local, _, domain = self.group_address.partition("@")
        ways = f"<mailto:{local}+unsubscribe@{domain}>"
        if secret and member_id:
            ways = f"<{settings.base_url}/mail/unsubscribe/{leave_token(secret, member_id)}>, {ways}"
            ways_post = fold_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        else:
            ways_post = ""
        own = (fold_header("List-Unsubscribe", ways) + ways_post).encode("ascii")
        return self.seal + (self.prepared.dkim(own) if self.prepared else b"") + own


def mail_of(settings: Settings, blobs: Blobs, sheet: Sheet, signer: Signer | None = None) -> Mail:
    """The mail of a post, ready to be signed where there is a *signer*."""
    attached, linked = _files(settings, blobs, sheet)
    text, html = _bodies(sheet, linked)
    boundary = f"=_{sheet.post.id}.{sheet.post.rev}"
    data = build(_headers(settings, sheet), text, html, attached, boundary=boundary)
    if signer is None:
        return Mail(sheet.group.address, sheet.group.name, data)
    prepared = Prepared(signer, data, int(time.time()))
    proven = read_kept(sheet.proven)
    seal = prepared.seal(settings.list_domain, results_of(proven)) if proven is not None else b""
    return Mail(sheet.group.address, sheet.group.name, data, seal, prepared)


def subject_of(sheet: Sheet) -> str:
    """The subject with the group's tag, once, and with one mark of an answer where it is one."""
    tag = sheet.group.subject_tag.strip()
    title = base_subject(sheet.topic, threads.bare_tag(tag))
    if not title:
        words = " ".join(sheet.post.plain.split())
        title = words if len(words) <= SUBJECT_LENGTH else words[:SUBJECT_LENGTH].rsplit(" ", 1)[0] + " …"
    marks = ("Re: " if sheet.post.parent_id is not None else "") + (f"{tag} " if tag else "")
    return (marks + (title or "(no subject)"))[:1000]


def _headers(settings: Settings, sheet: Sheet) -> list[tuple[str, Value]]:
    group, post = sheet.group, sheet.post
    local, _, domain = group.address.partition("@")
    author = Mailbox(
        post.author.display_name or post.author.name, _usable(sheet.author_address) or group.address
    )
    munged = not _is_ours(settings, author.address) or author.address == group.address
    sender = munge_from(author, group.title or group.name, group.address) if munged else author
    headers: list[tuple[str, Value]] = [
        ("From", sender),
        ("To", (group.title, group.address)),
        *_reply_to(sheet, author),
        ("Subject", subject_of(sheet)),
        ("Date", format_date(datetime.fromtimestamp(post.created_at / 1000, UTC))),
        ("Message-ID", f"<{post.message_id}>"),
    ]
    if sheet.ancestors:
        headers.append(("In-Reply-To", f"<{sheet.ancestors[-1]}>"))
        headers.append(("References", " ".join(f"<{word}>" for word in sheet.ancestors)))
    headers += [
        ("List-Id", f"{group.title} <{local}.{domain}>"),
        ("List-Post", f"<mailto:{group.address}>" if group.posting != 1 else "NO"),
        ("List-Help", f"<mailto:{local}+help@{domain}>"),
        ("List-Subscribe", f"<mailto:{local}+subscribe@{domain}>"),
        ("List-Owner", f"<mailto:{local}+owner@{domain}>"),
        ("List-Archive", f"<{group.url}>"),
        ("Archived-At", f"<{post.url}>"),
        ("X-BeenThere", group.address),
        ("Precedence", "list"),
    ]
    return headers


def _reply_to(sheet: Sheet, author: Mailbox) -> list[tuple[str, Value]]:
    """Where answers go, by the group's setting. An address is shown only of authors who wrote by mail, which
    shows it anyway.
    """
    wanted = str(sheet.group.settings.get("reply_to", ""))
    group = (sheet.group.title, sheet.group.address)
    own = author.address != sheet.group.address and sheet.post.door == "mail"
    person = (author.name if not author.suspicious else "", author.address)
    if own and wanted in REPLY_TO_SENDER:
        return [("Reply-To", person)]
    if own and wanted in REPLY_TO_BOTH:
        return [("Reply-To", [group, person])]
    return [("Reply-To", group), *([("Cc", person)] if own else [])]


def _usable(address: str) -> str:
    """The address where it can stand in a header, else an empty text."""
    if not is_valid_address(address) or not address.rpartition("@")[0].isascii():
        return ""
    return address if format_mailbox("", address) else ""


def _is_ours(settings: Settings, address: str) -> bool:
    """Whether mail from the address may leave from here without failing its domain's DMARC policy."""
    return address.rpartition("@")[2].lower() in (settings.list_domain.lower(), settings.domain.lower())


def _files(settings: Settings, blobs: Blobs, sheet: Sheet) -> tuple[list[Attachment], list[str]]:
    attached: list[Attachment] = []
    missing: list[str] = []
    room = MAX_ATTACHED_BYTES
    for item in sheet.post.media:
        name = item.name or f"{item.kind}-{item.id}"
        if item.size <= room:
            try:
                data = blobs.get(item.blob)
            except KeyError:
                missing.append(f"{name} (lost)")
                continue
            room -= len(data)
            attached.append(Attachment(name, item.mime, data))
        else:
            missing.append(f"{name} ({item.size // 1_000_000} MB, see {sheet.post.url})")
    return attached, missing


def _bodies(sheet: Sheet, linked: list[str]) -> tuple[str, str | None]:
    post = sheet.post
    text = post.plain if post.markup in (Markup.HTML, Markup.BBCODE) else post.source
    if post.markup == Markup.MAIL and not text.strip():
        text = post.plain
    text = text_of(post, text)
    if post.warning:
        text = f"[{post.warning}]\n\n{text}"
    rich = bool(post.extra.get("rich")) or post.markup in (Markup.HTML, Markup.BBCODE, Markup.MARKDOWN)
    lines = [f"{name}" for name in linked]
    foot = [
        post.url,
        f"{sheet.group.title or sheet.group.name}: {sheet.group.url}",
        f"To leave: {_leave(sheet)}",
    ]
    body = "\n".join([text.rstrip("\n"), *(["", *lines] if lines else []), "", "-- ", *foot, ""])
    if not rich:
        return body, None
    warning = f"<p><strong>{escape_text(post.warning)}</strong></p>" if post.warning else ""
    extra = "".join(f"<p>{escape_text(line)}</p>" for line in lines)
    tail = "<br>".join(escape_text(line) for line in foot)
    return body, f"<html><body>{warning}{html_of(post)}{extra}<hr><p><small>{tail}</small></p></body></html>"


def _leave(sheet: Sheet) -> str:
    local, _, domain = sheet.group.address.partition("@")
    return f"{local}+unsubscribe@{domain}"
