"""A digest or a summary as the mail that a member gets: plain text by RFC 1153, and HTML with its contents on top."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import groupmail
from folkmoot.domain.mail.outbox import Item
from folkmoot.domain.posts import threads
from folkmoot.domain.views import PostView
from folkmoot.doors.mail.headings import foot_html, foot_lines, list_headers, special_address
from folkmoot.doors.mail.render import Mail, plain_of, rich_of, sealed
from folkmoot.doors.mail.signs import answer_word
from folkmoot.kit.mail.build import Value, build, format_date, message_id
from folkmoot.kit.mail.parse import Parsed
from folkmoot.kit.mail.signing import Signer
from folkmoot.kit.mail.threads import base_subject, without_tag
from folkmoot.kit.markup.sanitise import escape, escape_text
from folkmoot.settings import Settings

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

LINE, SHORT = "-" * 70, "-" * 30
MAX_SHOWN: Final = 100_000
"""Characters of one post that stand in a digest; the rest is behind its link."""
SUMMED: Final = 160
"""Characters of a topic's first post that a summary shows."""


class Pages(msgspec.Struct, frozen=True):
    """All that a digest is made from: the posts in their order, as its reader sees them, and their subjects."""

    group: GroupView
    posts: tuple[PostView, ...]
    subjects: dict[int, str]
    mode: int
    plain: bool

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for two readers who get the same."""
        seen = tuple((post.id, post.rev) for post in self.posts)
        return (self.group.id, self.mode, self.plain, seen, self.group.title, str(self.group.settings))


def pages_of(tx: Tx, item: Item) -> Pages | None:
    """What a digest of the outbox is made from, as its reader is to have it now: what was deleted, moved out of sight
    or muted meanwhile is not in it (O07). None where nothing is left. Raises NotFound where the group is gone."""
    found = groupmail.digest_of(tx, item)
    if found is None:
        return None
    reader, posts = found
    pages = read_pages(tx, item, reader.account_id, posts, plain=bool(reader.wishes.get("plain_text")))
    return pages if pages.posts else None


def read_pages(tx: Tx, item: Item, account_id: int, post_ids: Sequence[int], *, plain: bool) -> Pages:
    """What a digest of these posts is made from. Raises NotFound where the group is gone."""
    group = groups.see(tx, Viewer.system(), item.group_id or 0)
    found = views.posts_by_ids(tx, Viewer(account_id), list(post_ids))
    posts = tuple(found[id_] for id_ in post_ids if id_ in found)
    firsts = sorted({post.thread_id for post in posts} - found.keys())
    tops = {**views.posts_by_ids(tx, Viewer(account_id), firsts), **found}
    subjects = {post.id: _subject(group, post, tops.get(post.thread_id)) for post in posts}
    mode = int(item.payload["mode"])
    if mode == Delivery.DIGEST and group.settings.get("force_html"):
        mode = int(Delivery.HTML_DIGEST)
    return Pages(group, posts, subjects, mode, plain)


def _subject(group: GroupView, post: PostView, top: PostView | None) -> str:
    bare = threads.bare_tag(group.subject_tag)
    title, answer = post.title or (top.title if top is not None else ""), post.parent_id is not None
    title = base_subject(title, bare) if answer else without_tag(title, bare)
    if not title:
        words = " ".join((top or post).plain.split())
        title = words if len(words) <= 70 else words[:70].rsplit(" ", 1)[0] + " …"
    return ("Re: " if answer else "") + (title or "(no subject)")


def digest_mail(settings: Settings, pages: Pages, item: Item, signer: Signer | None) -> Mail:
    """The mail of a digest without its personal lines; its id is that of the first mail that it is made for."""
    group = pages.group
    headers: list[tuple[str, Value]] = [
        ("From", (group.title, group.address)),
        ("To", (group.title, group.address)),
        ("Reply-To", (group.title, group.address)),
        ("Subject", _title(pages)),
        ("Date", format_date(datetime.fromtimestamp(item.created_at / 1000, UTC))),
        ("Message-ID", message_id(f"moot.digest.{item.id}", settings.list_domain)),
        *list_headers(group),
    ]
    summary = pages.mode == Delivery.SUMMARY
    text = _summary_text(pages) if summary else _digest_text(pages)
    html = None
    if not pages.plain and pages.mode != Delivery.DIGEST:
        html = _summary_html(pages) if summary else _digest_html(pages)
    data = build(headers, text, html, boundary=f"=_digest.{item.id}")
    return sealed(settings, group, data, signer)


def answers_a_digest(settings: Settings, parsed: Parsed) -> bool:
    """Whether a mail answers a digest as a whole, under its subject: of which of its messages, nobody can tell."""
    ids = [*parsed.in_reply_to, *parsed.references]
    ours = any(id_.startswith("moot.digest.") and id_.endswith(f"@{settings.list_domain}") for id_ in ids)
    return ours and _TITLE.search(parsed.subject) is not None


_TITLE = re.compile(r"(?:Digest|Summary): \d+ messages?\s*\Z")


def _title(pages: Pages) -> str:
    tag = pages.group.subject_tag.strip()
    n, word = len(pages.posts), "Summary" if pages.mode == Delivery.SUMMARY else "Digest"
    return f"{tag + ' ' if tag else ''}{word}: {n} {'message' if n == 1 else 'messages'}"


def _when(post: PostView) -> str:
    return datetime.fromtimestamp(post.created_at / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _name(post: PostView) -> str:
    return " ".join((post.author.display_name or post.author.name).split())


# ── full text ────────────────────────────────────────────────────────────────────────────────────────────────


def _digest_text(pages: Pages) -> str:
    """RFC 1153: contents, a line of 70 dashes, messages with lines of 30 between them, an end."""
    group = pages.group
    contents = [
        f"{number:4}. {pages.subjects[post.id]} ({_name(post)})" for number, post in enumerate(pages.posts, 1)
    ]
    messages = [_message(pages, post, number) for number, post in enumerate(pages.posts, 1)]
    end = f"End of {group.title or group.name} digest"
    lines = [
        f"{group.title or group.name} digest",
        "",
        "Today's topics:",
        "",
        *contents,
        "",
        LINE,
        "",
        f"\n{SHORT}\n\n".join(messages),
        SHORT,
        "",
        *foot_lines(group),
        "",
        end,
        "*" * min(len(end), 70),
        "",
    ]
    return "\n".join(lines)


def _message(pages: Pages, post: PostView, number: int) -> str:
    date = format_date(datetime.fromtimestamp(post.created_at / 1000, UTC))
    head = [
        f"Message: {number}",
        f"Date: {date}",
        f"From: {_name(post)}",
        f"Subject: {pages.subjects[post.id]}",
        f"Reply-To: {special_address(pages.group, answer_word(post.id))}",
        f"Message-ID: <{post.message_id}>",
        f"Archived-At: <{post.url}>",
    ]
    return "\n".join([*head, "", _body(post), *_files_of(post), ""])


def _body(post: PostView) -> str:
    text = plain_of(post).rstrip("\n")
    if len(text) > MAX_SHOWN:
        text = f"{text[:MAX_SHOWN]}\n[…] {post.url}"
    # A line that begins with 30 dashes would end the message (RFC 1153).
    return re.sub(r"(?m)^(?=-{30})", " ", text)


def _files_of(post: PostView) -> list[str]:
    names = [item.name or f"{item.kind}-{item.id}" for item in post.media]
    return ["", *(f"[{' '.join(name.split())}: {post.url}]" for name in names)] if names else []


def _digest_html(pages: Pages) -> str:
    contents = "".join(
        f'<li><a href="#m{number}">{escape_text(pages.subjects[post.id])}</a> ({escape_text(_name(post))})</li>'
        for number, post in enumerate(pages.posts, 1)
    )
    return _page(pages, f"<h2>Today's topics</h2><ol>{contents}</ol>" + "".join(_articles(pages)))


def _articles(pages: Pages) -> list[str]:
    out = []
    for number, post in enumerate(pages.posts, 1):
        files = "".join(f"<p>{escape_text(line)}</p>" for line in _files_of(post) if line)
        url = escape(post.url)
        text = rich_of(post) if len(post.html) <= 4 * MAX_SHOWN else f"<p>{escape_text(_body(post))}</p>"
        out.append(
            f'<hr><h3 id="m{number}">{escape_text(pages.subjects[post.id])}</h3>'
            f'<p><small>{escape_text(_name(post))}, <a href="{url}">{_when(post)}</a></small></p>{text}{files}'
            f'<p><small><a href="{escape(_answering(pages, post))}">Answer</a></small></p>'
        )
    return out


def _answering(pages: Pages, post: PostView) -> str:
    """The address that opens an answer in a mail program."""
    subject = "Re: " + pages.subjects[post.id].removeprefix("Re: ")
    return f"mailto:{special_address(pages.group, answer_word(post.id))}?subject={quote(subject[:200])}"


def _page(pages: Pages, body: str) -> str:
    title = escape_text(pages.group.title or pages.group.name)
    tail = foot_html(foot_lines(pages.group))
    return f"<html><body><h1>{title}</h1>{body}<hr><p><small>{tail}</small></p></body></html>"


# ── summaries ────────────────────────────────────────────────────────────────────────────────────────────────


class _Topic(msgspec.Struct):
    subject: str
    url: str
    names: list[str]
    count: int
    start: str


def _topics(pages: Pages) -> list[_Topic]:
    """The topics in which something was said, in the order of their first new post."""
    topics: dict[int, _Topic] = {}
    for post in pages.posts:
        topic = topics.get(post.thread_id)
        if topic is None:
            words = " ".join(post.plain.split())
            start = words if len(words) <= SUMMED else words[:SUMMED].rsplit(" ", 1)[0] + " …"
            subject = pages.subjects[post.id].removeprefix("Re: ")
            topic = topics[post.thread_id] = _Topic(subject, post.url, [], 0, start)
        topic.count += 1
        if _name(post) not in topic.names:
            topic.names.append(_name(post))
    return list(topics.values())


def _people(topic: _Topic) -> str:
    names = ", ".join(topic.names[:5]) + (" …" if len(topic.names) > 5 else "")
    return f"{topic.count} {'message' if topic.count == 1 else 'messages'}, by {names}"


def _summary_text(pages: Pages) -> str:
    lines = [f"{pages.group.title or pages.group.name}: what was said", ""]
    for topic in _topics(pages):
        lines += [f"* {topic.subject}", f"  {_people(topic)}", f"  {topic.start}", f"  {topic.url}", ""]
    return "\n".join([*lines, "-- ", *foot_lines(pages.group), ""])


def _summary_html(pages: Pages) -> str:
    items = "".join(
        f'<li><a href="{escape(topic.url)}">{escape_text(topic.subject)}</a><br>'
        f"<small>{escape_text(_people(topic))}</small><br>{escape_text(topic.start)}</li>"
        for topic in _topics(pages)
    )
    return _page(pages, f"<ul>{items}</ul>")
