"""Notices as Friendica's notifications: a sentence in BBCode, HTML and plain text, and the numbers of its kinds."""

from __future__ import annotations

from typing import Final, NamedTuple

from folkmoot.domain.access import Audience
from folkmoot.domain.notices.notices import Notice
from folkmoot.domain.views import AccountView, PostView
from folkmoot.doors.frame.links import Links
from folkmoot.kit.markup.sanitise import escape, escape_text
from folkmoot.wire.codecs import plain_time
from folkmoot.wire.friendica.notification import Notification

INTRO, COMMENT, MAIL, MENTION, SHARE, SYSTEM = 1, 8, 16, 128, 1024, 32768
"""Bits of `type` (contract, objects.notification)."""
_ACTIVITY = "http://activitystrea.ms/schema/1.0/"
_UNITS = (
    ("year", 31_536_000),
    ("month", 2_592_000),
    ("day", 86_400),
    ("hour", 3600),
    ("minute", 60),
    ("second", 1),
)


class Words(NamedTuple):
    """Type, verb, and what is said after the name; `{1}` stands for the link."""

    type: int
    verb: str
    text: str


_KINDS: Final[dict[str, Words]] = {
    "mention": Words(MENTION, "post", "mentioned you in {1}"),
    "answer": Words(COMMENT, "post", "commented on {1}"),
    "mail": Words(MAIL, "post", "sent you {1}"),
    "post": Words(SHARE, "post", "wrote {1}"),
    "boost": Words(COMMENT, "share", "shared {1}"),
    "like": Words(COMMENT, "like", "likes {1}"),
    "edit": Words(COMMENT, "update", "changed {1}"),
    "poll": Words(COMMENT, "post", "asked in {1}, which has ended"),
    "quote": Words(MENTION, "post", "quoted you in {1}"),
    "quoted_edit": Words(COMMENT, "update", "changed {1}"),
    "follow": Words(INTRO, "follow", "follows you"),
    "follow_request": Words(INTRO, "request-friend", "wants to follow you"),
    "member_request": Words(INTRO, "request-friend", "wants to join a group of yours"),
    "sign_up": Words(SYSTEM, "join", "signed up"),
    "report": Words(SYSTEM, "flag", "reported an account"),
    "severed": Words(SYSTEM, "remove-friend", "lost bonds: a server or an account was blocked"),
    "warning": Words(SYSTEM, "update", "got a word from the moderators"),
    "collected": Words(SYSTEM, "add", "put you into a collection"),
    "collection_edited": Words(SYSTEM, "update", "changed a collection that you are in"),
    "annual_report": Words(SYSTEM, "post", "may look back on the year"),
    "mail_paused": Words(SYSTEM, "update", "gets no more mail from groups, since it came back"),
    "event_soon": Words(SYSTEM, "update", "is reminded: an event is near"),
    "event_seat": Words(SYSTEM, "update", "has a seat at an event now"),
    "group_owner": Words(SYSTEM, "update", "had no owner any more and is yours now"),
    "post_held": Words(SYSTEM, "post", "wrote {1}, which waits for you"),
}
_OTHER: Final = Words(SYSTEM, "update", "did something that concerns you")
_THING: Final = {
    "boost": "your post",
    "like": "your post",
    "mail": "a private message",
    "answer": "a post of yours",
}


def note(
    links: Links, me: int, notice: Notice, actor: AccountView, post: PostView | None, *, seen: bool, now: int
) -> Notification:
    """One notification of the account *me*; *now* in ms."""
    kind = _kind(me, notice, post)
    said = _KINDS.get(kind, _OTHER)
    link = post.url if post is not None else actor.url
    name, thing = actor.display_name or actor.name, _THING.get(kind, "a post")
    return Notification(
        id=notice.id,
        type=said.type,
        name=name,
        url=actor.url,
        photo=links.avatar(actor),
        date=plain_time(notice.created_at),
        timestamp=notice.created_at // 1000,
        date_rel=ago(now - notice.created_at),
        msg=f"[url={actor.url}]{_bb(name)}[/url] " + said.text.replace("{1}", f"[url={link}]{thing}[/url]"),
        msg_html=f'<a href="{escape(actor.url)}">{escape_text(name)}</a> '
        + said.text.replace("{1}", f'<a href="{escape(link)}">{thing}</a>'),
        msg_plain=f"{name} " + said.text.replace("{1}", thing),
        link=link,
        seen=int(seen),
        uid=me,
        iid=post.id if post is not None else 0,
        parent=post.thread_id if post is not None else 0,
        verb=_ACTIVITY + said.verb,
        otype="mail" if said.type == MAIL else "item" if post is not None else "intro",
        name_cache=name,
        msg_cache="{0} " + said.text.replace("{1}", thing),
    )


def _kind(me: int, notice: Notice, post: PostView | None) -> str:
    if notice.kind != "mention" or post is None:
        return notice.kind
    if post.audience == Audience.DIRECT:
        return "mail"
    return "answer" if post.parent_author is not None and post.parent_author.id == me else "mention"


def _bb(text: str) -> str:
    """A name within BBCode: no tag begins in it."""
    return text.replace("[", "(").replace("]", ")")


def ago(ms: int) -> str:
    """How long ago, in words."""
    seconds = max(0, ms // 1000)
    for unit, size in _UNITS:
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "less than a second ago"
