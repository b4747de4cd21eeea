"""Accounts, posts and their parts as this API's entities; asks nothing of the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from msgspec import UNSET

from folkmoot.domain.access import Audience
from folkmoot.domain.media.emoji import Emoji
from folkmoot.domain.media.media import MediaView
from folkmoot.domain.people.bonds import Relation
from folkmoot.domain.people.selves import OwnAccount
from folkmoot.domain.posts.edits import Version
from folkmoot.domain.posts.plainparts import quote_line
from folkmoot.domain.posts.quotes import Policy
from folkmoot.domain.posts.reactions import BOOKMARKED, BOOSTED, LIKED, PINNED, THREAD_MUTED
from folkmoot.domain.text import Markup
from folkmoot.domain.views import AccountView, PostView
from folkmoot.doors.frame.links import Links
from folkmoot.doors.mastodon import present_card, present_media, roles
from folkmoot.doors.mastodon.present_parts import POLICY_WORDS, STATES, approval, poll
from folkmoot.doors.mastodon.words import MEDIA, ROLES, VISIBILITY, visibility
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.wire.codecs import Id, day, midnight, time
from folkmoot.wire.mastodon.account import (
    Account,
    AccountField,
    AccountRole,
    AccountSource,
    CredentialAccount,
    FeatureApproval,
)
from folkmoot.wire.mastodon.media import MediaAttachment
from folkmoot.wire.mastodon.relationship import Relationship
from folkmoot.wire.mastodon.status import (
    Quote,
    Status,
    StatusApplication,
    StatusEdit,
    StatusEditPoll,
    StatusEditPollOption,
    StatusMention,
    StatusTag,
)

COLLECTABLE = FeatureApproval(automatic=["public"], manual=[], current_user="automatic")
NOT_COLLECTABLE = FeatureApproval(automatic=[], manual=[], current_user="denied")
"""Whoever wants to be found may be put into collections by everybody, others by nobody."""


def _account(view: AccountView, links: Links) -> dict[str, Any]:
    gone = view.suspended
    there = None if gone else view.moved_to
    avatar, header = links.avatar(view), links.header(view)
    return {
        "id": Id(str(view.id)),
        "username": view.name,
        "acct": view.handle,
        "url": view.url,
        "uri": view.uri,
        "display_name": "" if gone else view.display_name,
        "note": "" if gone else view.note_html,
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": "" if gone else view.avatar_description,
        "header": header,
        "header_static": header,
        "header_description": "" if gone else view.header_description,
        "locked": view.locked and not gone,
        "fields": [] if gone else _rows(view, raw=False),
        "emojis": [] if gone else present_card.emojis(view.emojis, links),
        "bot": view.bot and not gone,
        "group": view.is_group,
        "discoverable": view.discoverable and not gone,
        "indexable": view.indexable and not gone,
        "moved": UNSET if there is None else Account(**_account(there, links)),
        "memorial": True if view.memorial else UNSET,
        "suspended": True if gone else UNSET,
        "limited": True if view.silenced else UNSET,
        "created_at": midnight(view.created_at),
        "last_status_at": None if view.last_post_at is None else day(view.last_post_at),
        "statuses_count": view.posts_n,
        "followers_count": view.followers_n,
        "following_count": view.following_n,
        "hide_collections": view.hide_collections,
        "show_media": view.show_media,
        "show_media_replies": view.show_media_replies,
        "show_featured": view.show_featured,
        "noindex": UNSET if view.domain else not view.indexable,
        "feature_approval": COLLECTABLE if view.discoverable and not gone else NOT_COLLECTABLE,
        "roles": [] if gone and not view.domain else _roles(view),
    }  # fmt: skip


def _rows(view: AccountView, *, raw: bool) -> list[AccountField]:
    return [
        AccountField(name=f.name, value=f.value if raw else f.html, verified_at=_moment(f.verified_at))
        for f in view.fields
    ]


def _roles(view: AccountView) -> list[AccountRole] | None:
    if view.domain:
        return None
    title = next((name for role, name in ROLES.items() if role == view.role), "")
    return [AccountRole(id=Id(str(view.role)), name=title)] if title else []


def _moment(ms: int | None) -> Any:
    return None if ms is None else time(ms)


def account(view: AccountView, links: Links) -> Account:
    """An account as everybody sees it."""
    return Account(**_account(view, links))


def credentials(own: OwnAccount, links: Links) -> CredentialAccount:
    """The caller's own account, with raw texts and defaults."""
    view = own.account
    return CredentialAccount(
        **_account(view, links),
        source=AccountSource(
            attribution_domains=list(view.attribution_domains),
            note=view.note_source,
            fields=_rows(view, raw=True),
            privacy=VISIBILITY[own.default_audience],
            sensitive=own.default_sensitive,
            language=own.default_language,
            follow_requests_count=own.requests_n,
            hide_collections=view.hide_collections,
            discoverable=view.discoverable,
            indexable=view.indexable,
            quote_policy=POLICY_WORDS[own.quote_policy],
        ),
        role=roles.entity(view.role),
    )  # fmt: skip


def relationship(r: Relation) -> Relationship:
    """What stands between the caller and an account; being a member of a group is following it."""
    return Relationship(
        id=Id(str(r.id)),
        following=r.following,
        showing_reblogs=r.boosts,
        notifying=r.notify,
        languages=r.languages.split(",") if r.languages else None,
        followed_by=r.followed_by,
        blocking=r.blocking,
        blocked_by=r.blocked_by,
        muting=r.muting,
        muting_notifications=r.muting_notices,
        muting_expires_at=_moment(r.mute_expires_at),
        requested=r.requested,
        requested_by=r.requested_by,
        domain_blocking=r.blocking_server,
        endorsed=r.endorsed,
        note=r.note,
    )


def attachment(media: MediaView, links: Links, *, private: bool = True) -> MediaAttachment:
    """A file; *private* addresses are signed, since clients fetch pictures without a token. What is still being
    processed has no address yet."""
    known = media.kind in MEDIA
    url = links.media(media.blob, private=private) if media.blob else None
    fallback = url if media.kind == "image" else None
    return MediaAttachment(
        id=Id(str(media.id)),
        type=media.kind if known else "unknown",  # type: ignore[arg-type]  # MEDIA holds just the literal's words
        url=url,
        preview_url=links.media(media.preview, private=private) if media.preview else fallback,
        meta=present_media.meta(media),
        description=media.description or None,
        blurhash=media.blurhash or None,
        preview_remote_url=None,
    )  # fmt: skip


def mention(view: AccountView) -> StatusMention:
    """An account that a post names, or the group that it was posted to."""
    return StatusMention(id=Id(str(view.id)), username=view.name, url=view.url, acct=view.handle)


def content(view: PostView) -> str:
    """The text as HTML; a title stands above it, unless it only repeats what the thread is called, and above that the
    address of the quoted post for those who know no quotes."""
    quoted = quote_line(view.quote.url) if view.quote is not None and view.quote.url else ""
    if not view.title or view.repeats:
        return quoted + view.html
    return f"{quoted}<p><strong>{escape_text(view.title)}</strong></p>{view.html}"


def raw_text(view: PostView) -> str:
    """The text as its author may edit it here: as written, or plain where it was written as HTML or BBCode."""
    return view.plain if view.markup in (Markup.HTML, Markup.BBCODE) else view.source


_NO_FACE: Any = UNSET


def status(view: PostView, links: Links, bits: int | None, *, faceless: bool = False) -> Status:
    """A post for a reader who did *bits* to it (reactions.LIKED …, with the thread's mute), or for nobody (None).
    *faceless*: without its author's entity, for whoever has that.

    A boost is the wrapper with the boosted post inside; both carry the boosted post's counters and marks.
    """
    shown = view.boost_of or view
    known = bits is not None
    marks = bits or 0
    return Status(
        id=Id(str(view.id)),
        uri=view.uri,
        url=view.url,
        created_at=time(view.created_at),
        account=_NO_FACE if faceless else account(view.author, links),
        content="" if view.boost_of else content(view),
        visibility=visibility(view.audience, is_open=view.open),
        sensitive=view.sensitive,
        spoiler_text=view.warning,
        media_attachments=[attachment(m, links, private=not view.open) for m in view.media],
        application=UNSET if view.app is None else StatusApplication(name=view.app[0], website=view.app[1] or None),
        mentions=[mention(m) for m in ((view.group, *view.mentions) if view.group else view.mentions)],
        tags=[StatusTag(name=folded, url=f"{links.base}/tags/{quote(folded, safe='')}") for folded, _ in view.tags],
        emojis=present_card.emojis(view.emojis, links),
        card=present_card.card(view.card, links),
        reblogs_count=shown.boosts_n,
        favourites_count=shown.likes_n,
        replies_count=shown.replies_n,
        in_reply_to_id=None if view.parent_id is None else Id(str(view.parent_id)),
        in_reply_to_account_id=None if view.parent_author is None else Id(str(view.parent_author.id)),
        reblog=None if view.boost_of is None else status(view.boost_of, links, bits),
        poll=None if view.poll is None else poll(view.poll, known=known),
        quote=_quote(view, links),
        quotes_count=shown.quotes_n,
        quote_approval=approval(
            Policy.PUBLIC if shown.open else Policy.NOBODY, may=known and (shown.open or bool(marks & PINNABLE))
        ),
        language=view.language or None,
        edited_at=_moment(view.edited_at),
        favourited=bool(marks & LIKED) if known else UNSET,
        reblogged=bool(marks & BOOSTED) if known else UNSET,
        muted=bool(marks & THREAD_MUTED) if known else UNSET,
        bookmarked=bool(marks & BOOKMARKED) if known else UNSET,
        pinned=bool(marks & PINNED) if marks & PINNABLE else UNSET,
        filtered=[] if known else UNSET,
    )  # fmt: skip


def _quote(view: PostView, links: Links) -> Quote | None:
    if view.quote is None:
        return None
    if view.quoted is None and view.quote.quoted_id is not None:
        return Quote(state=STATES[view.quote.state], quoted_status_id=Id(str(view.quote.quoted_id)))
    inside = None if view.quoted is None else status(view.quoted, links, None)
    return Quote(state=STATES[view.quote.state], quoted_status=inside)


PINNABLE = 32
"""Beside the bits of reactions: the reader may pin this post, so that the key `pinned` is there."""


def bits_of(view: PostView, viewer_id: int) -> int | None:
    """What `status` wants to know of the reader of this view; None for nobody."""
    if not viewer_id:
        return None
    shown = view.boost_of or view
    own = view.boost_of is None and view.author.id == viewer_id and view.audience != Audience.DIRECT
    marks = shown.mine & (LIKED | BOOSTED | BOOKMARKED | PINNED)
    return marks | (THREAD_MUTED if shown.thread_muted else 0) | (PINNABLE if own else 0)


def edit(
    version: Version, view: PostView, links: Links, media: dict[int, MediaView], emojis: Sequence[Emoji] = ()
) -> StatusEdit:
    """One version of a post, with the emoji that it names."""
    html = version.html
    if version.title and not view.repeats:
        html = f"<p><strong>{escape_text(version.title)}</strong></p>{html}"
    if view.quote is not None and view.quote.url:
        html = quote_line(view.quote.url) + html
    return StatusEdit(
        content=html,
        spoiler_text=version.warning,
        sensitive=version.sensitive,
        created_at=time(version.created_at),
        account=account(view.author, links),
        media_attachments=[attachment(media[i], links, private=not view.open) for i in version.media_ids if i in media],
        poll=StatusEditPoll(options=[StatusEditPollOption(title=t) for t in version.poll]) if version.poll else UNSET,
        emojis=present_card.emojis(emojis, links),
        quote=UNSET if view.quote is None else _quote(view, links),
    )  # fmt: skip
