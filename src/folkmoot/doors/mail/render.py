"""A group's post as the mail that its members get: written once for all, but for the few lines that are personal."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups, tagrules
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.mail import mailing
from folkmoot.domain.people import accounts
from folkmoot.domain.posts import threads
from folkmoot.domain.posts.plainparts import html_of, text_of
from folkmoot.domain.text import Markup
from folkmoot.domain.views import PostView
from folkmoot.doors.mail.confirmations import THREADS
from folkmoot.doors.mail.headings import (
    LIMITS,
    foot_html,
    foot_lines,
    list_headers,
    reply_to,
    special_address,
)
from folkmoot.doors.mail.proofs import results_of
from folkmoot.doors.mail.signs import leave_token, thread_word
from folkmoot.kit.mail.addresses import Mailbox, format_mailbox, is_valid_address
from folkmoot.kit.mail.build import (
    Attachment,
    Value,
    build,
    build_around,
    fold_header,
    format_date,
    munge_from,
)
from folkmoot.kit.mail.intact import Whole, whole_of
from folkmoot.kit.mail.proven import read_kept
from folkmoot.kit.mail.signing import Prepared, Signer
from folkmoot.kit.mail.threads import base_subject, without_tag
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.settings import Settings

if TYPE_CHECKING:
    from folkmoot.store.blobs import Blobs
    from folkmoot.store.tx import Tx

MAX_REFERENCES = 20
SUBJECT_LENGTH = 70
"""Characters of the text that become the subject of a post without a title."""
SUBJECT_TAGS = 3
"""So many tags that the title does not name stand behind it in the subject."""


class Form(msgspec.Struct, frozen=True):
    """How one reader gets a mail: octets of files in it, whether without HTML, and whether the group stands in From, as
    the author's domain wants no mail in its name but its own (DMARC)."""

    room: int = LIMITS["unlimited"]
    plain: bool = False
    munged: bool = True


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
    tags: tuple[str, ...] = ()
    """The tags of the thread's first post; none of one that came by mail, as its author wrote the subject, and no
    #include in the text is part of it."""
    raw: str = ""
    """The blob of the mail that the post came by, as long as it says what the mail said, and has files, as whatever is
    signed or encrypted has."""


def read_sheet(tx: Tx, post_id: int) -> Sheet | None:
    """What the mail of a post is made from; None for posts that are in no group."""
    view = views.post(tx, Viewer.system(), post_id)
    if view.group is None:
        return None
    group = groups.see(tx, Viewer.system(), view.group.id)
    topic, first = view.title, view
    if view.thread_id != view.id:
        first = views.posts_by_ids(tx, Viewer.system(), [view.thread_id]).get(view.thread_id, view)
        topic = topic or first.title
    return Sheet(
        view,
        _by_tags(tx, group, first),
        accounts.main_address(tx, view.author.id),
        topic,
        threads.ancestor_message_ids(tx, view.id, MAX_REFERENCES),
        mailing.proven_of_post(tx, view.id) if view.door == "mail" else "",
        () if first.door == "mail" else tuple(shown for _, shown in first.tags),
        (mailing.blob_of_post(tx, view.id) or "") if _is_as_it_came(view) else "",
    )


def _is_as_it_came(view: PostView) -> bool:
    return view.door == "mail" and bool(view.media) and view.edited_at is None


def _by_tags(tx: Tx, group: GroupView, first: PostView) -> GroupView:
    """The group with the answers' way that a tag of the thread gives."""
    rules = tagrules.named(tx, group.id, [folded for folded, _ in first.tags])
    told = next((rule.reply_to for rule in rules.values() if rule.reply_to), "")
    return msgspec.structs.replace(group, settings={**group.settings, "reply_to": told}) if told else group


class Mail(msgspec.Struct, frozen=True):
    """A mail without its personal lines."""

    group: GroupView
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
        ways = f"<mailto:{special_address(self.group, 'unsubscribe')}>"
        if secret and member_id:
            ways = f"<{settings.base_url}/mail/unsubscribe/{leave_token(secret, member_id)}>, {ways}"
            ways_post = fold_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        else:
            ways_post = ""
        own = (fold_header("List-Unsubscribe", ways) + ways_post).encode("ascii")
        return self.seal + (self.prepared.dkim(own) if self.prepared else b"") + own


def mail_of(
    settings: Settings, blobs: Blobs, sheet: Sheet, signer: Signer | None = None, form: Form | None = None
) -> Mail:
    """The mail of a post in one form, ready to be signed where there is a *signer*."""
    how = form or Form()
    headers = _headers(settings, sheet, munged=how.munged)
    attached, linked = _files(blobs, sheet, how.room)
    whole = None if linked or not sheet.raw else _whole(blobs, sheet)
    if whole is not None:
        data = build_around(headers, whole)
    else:
        text, html = _bodies(sheet, linked, plain=how.plain)
        boundary = f"=_{sheet.post.id}.{sheet.post.rev}"
        data = build(headers, text, html, attached, boundary=boundary)
    return sealed(settings, sheet.group, data, signer, sheet.proven)


def _whole(blobs: Blobs, sheet: Sheet) -> Whole | None:
    """The body of a mail that is signed or encrypted: it goes on as it came, without a footer."""
    try:
        return whole_of(blobs.get(sheet.raw))
    except KeyError:
        return None


def sealed(
    settings: Settings, group: GroupView, data: bytes, signer: Signer | None, proven: str = ""
) -> Mail:
    """A mail of a group without its personal lines; *proven* goes into its ARC set."""
    if signer is None:
        return Mail(group, data)
    prepared = Prepared(signer, data, int(time.time()))
    found = read_kept(proven)
    seal = prepared.seal(settings.list_domain, results_of(found)) if found is not None else b""
    return Mail(group, data, seal, prepared)


def subject_of(sheet: Sheet) -> str:
    """The subject with the group's tag, once, with one mark of an answer where it is one, and with the topic's tags."""
    tag = sheet.group.subject_tag.strip()
    answer, bare = sheet.post.parent_id is not None, threads.bare_tag(tag)
    title = base_subject(sheet.topic, bare) if answer else without_tag(sheet.topic, bare)
    if not title:
        words = " ".join(sheet.post.plain.split())
        title = words if len(words) <= SUBJECT_LENGTH else words[:SUBJECT_LENGTH].rsplit(" ", 1)[0] + " …"
    elif sheet.topic:
        named = {word.strip(".,;:!?").lower() for word in title.split()}
        missing = [f"#{name}" for name in sheet.tags if f"#{name}".lower() not in named]
        title = " ".join([title, *missing[:SUBJECT_TAGS]])
    marks = ("Re: " if answer else "") + (f"{tag} " if tag else "")
    return (marks + (title or "(no subject)"))[:1000]


def author_of(sheet: Sheet) -> Mailbox:
    """Who speaks; the group's own address where the author has none that can be written, and that of its owners where
    the group itself speaks."""
    post = sheet.post
    if post.author.id == sheet.group.id:
        return Mailbox(sheet.group.title or sheet.group.name, special_address(sheet.group, "owner"))
    return Mailbox(
        post.author.display_name or post.author.name, _usable(sheet.author_address) or sheet.group.address
    )


def shows_address(sheet: Sheet) -> bool:
    """Whether readers are told the author's address: only of those who wrote by mail, which shows it anyway."""
    return sheet.post.door == "mail" and bool(_usable(sheet.author_address))


def author_domain(sheet: Sheet) -> str:
    """The domain whose DMARC policy decides whether its name may stand in From; empty where it does not anyway."""
    if not shows_address(sheet) or author_of(sheet).suspicious:
        return ""
    return sheet.author_address.rpartition("@")[2].lower()


def _headers(settings: Settings, sheet: Sheet, *, munged: bool) -> list[tuple[str, Value]]:
    group, post = sheet.group, sheet.post
    author = author_of(sheet)
    ours = _is_ours(settings, author.address) and author.address != group.address
    open_ = shows_address(sheet) and (ours or not munged)
    shown = post.door == "mail" or post.author.id == group.id
    sender = author if ours or open_ else munge_from(author, group.title or group.name, group.address)
    headers: list[tuple[str, Value]] = [
        ("From", sender),
        *([("Sender", (group.title, group.address))] if sender is author else []),
        ("To", (group.title, group.address)),
        *reply_to(group, author, shown=shown, post_id=post.id, named=sender is author),
        ("Subject", subject_of(sheet)),
        ("Date", format_date(datetime.fromtimestamp(post.created_at / 1000, UTC))),
        ("Message-ID", f"<{post.message_id}>"),
    ]
    if sheet.ancestors:
        headers.append(("In-Reply-To", f"<{sheet.ancestors[-1]}>"))
        headers.append(("References", " ".join(f"<{word}>" for word in sheet.ancestors)))
    return [*headers, *list_headers(group), ("Archived-At", f"<{post.url}>")]


def _usable(address: str) -> str:
    """The address where it can stand in a header, else an empty text."""
    if not is_valid_address(address) or not address.rpartition("@")[0].isascii():
        return ""
    return address if format_mailbox("", address) else ""


def _is_ours(settings: Settings, address: str) -> bool:
    """Whether mail from the address may leave from here without failing its domain's DMARC policy."""
    return address.rpartition("@")[2].lower() in (settings.list_domain.lower(), settings.domain.lower())


def _files(blobs: Blobs, sheet: Sheet, room: int) -> tuple[list[Attachment], list[str]]:
    """What is attached, and lines for what is not: too large for this reader, stripped by the group's rule, lost."""
    attached: list[Attachment] = []
    missing: list[str] = []
    stripped = str(sheet.group.settings.get("attachments", "normal")).endswith("stripped")
    for item in sheet.post.media:
        name = item.name or f"{item.kind}-{item.id}"
        if stripped or item.size > room:
            missing.append(f"{name} ({_size(item.size)}): {sheet.post.url}")
            continue
        try:
            data = blobs.get(item.blob)
        except KeyError:
            missing.append(f"{name} (lost)")
            continue
        room -= len(data)
        attached.append(Attachment(name, item.mime, data))
    return attached, missing


def _size(octets: int) -> str:
    return f"{octets / 1_000_000:.1f} MB" if octets >= 100_000 else f"{max(1, octets // 1000)} kB"


def plain_of(post: PostView) -> str:
    """What a post says, in plain text."""
    text = post.plain if post.markup in (Markup.HTML, Markup.BBCODE) else post.source
    if post.markup == Markup.MAIL and not text.strip():
        text = post.plain
    text = text_of(post, text)
    return f"[{post.warning}]\n\n{text}" if post.warning else text


def rich_of(post: PostView) -> str:
    """What a post says, in HTML."""
    warning = f"<p><strong>{escape_text(post.warning)}</strong></p>" if post.warning else ""
    return warning + html_of(post)


def _bodies(sheet: Sheet, linked: list[str], *, plain: bool) -> tuple[str, str | None]:
    post = sheet.post
    group = sheet.group
    ways = (
        f"To {word} this thread: {special_address(group, thread_word(word, post.id))}" for word in THREADS
    )
    foot = foot_lines(group, post.url, *ways)
    files = ["", "Files:", *linked] if linked else []
    body = "\n".join([plain_of(post).rstrip("\n"), *files, "", "-- ", *foot, ""])
    rich = bool(post.extra.get("rich")) or post.markup in (Markup.HTML, Markup.BBCODE, Markup.MARKDOWN)
    if plain or not (rich or sheet.group.settings.get("force_html")):
        return body, None
    extra = "".join(f"<p>{escape_text(line)}</p>" for line in linked)
    tail = foot_html(foot)
    return body, f"<html><body>{rich_of(post)}{extra}<hr><p><small>{tail}</small></p></body></html>"
