"""Views as Friendica's objects: people as their viewer stands to them, posts with all that hangs on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from msgspec import UNSET, UnsetType

from folkmoot.domain.access import Audience
from folkmoot.domain.looks import Look
from folkmoot.domain.media.media import MediaView
from folkmoot.domain.posts.plainparts import html_of, text_of
from folkmoot.domain.posts.reactions import BOOSTED, LIKED, Reaction
from folkmoot.domain.text import Markup
from folkmoot.domain.views import AccountView, PostView
from folkmoot.doors.frame.links import Links
from folkmoot.doors.friendica.entities import entities, media_entity
from folkmoot.kit.markup.plain import clean_to_text
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.wire.codecs import twitter_time
from folkmoot.wire.friendica.status import (
    Activities,
    Attachment,
    Entities,
    GeoPoint,
    Status,
    Trimmed,
    User,
)

NETWORK = "Friendica"
"""What stands where a person names no place, as Friendica itself has it."""
_PLACES = ("location", "place", "ort")
ACTIVITIES = {
    Reaction.LIKE: "like",
    Reaction.DISLIKE: "dislike",
    Reaction.ATTEND_YES: "attendyes",
    Reaction.ATTEND_NO: "attendno",
    Reaction.ATTEND_MAYBE: "attendmaybe",
}
_DOORS = {"mail": "mail", "web": "web", "friendica": "api", "groupsio": "api"}
_AS_WRITTEN = (Markup.PLAIN, Markup.MAIL)
"""Markups whose plain text is the source itself, which has no labels."""
Reactors = Mapping[int, Sequence[tuple[Reaction, int]]]


class Presenter:
    """Makes the objects of one answer. *looks* say how *me* stands to everybody shown; *reactors* and
    *people* are those who reacted. Each person is made once, so that XML writes them once."""

    def __init__(
        self,
        links: Links,
        me: int,
        looks: Mapping[int, Look],
        reactors: Reactors,
        people: Mapping[int, AccountView],
    ) -> None:
        self._links = links
        self._me = me
        self._looks = looks
        self._reactors = reactors
        self._people = people
        self._users: dict[int, User] = {}

    def user(self, account: AccountView, *, itself: bool = False, status: Status | UnsetType = UNSET) -> User:
        """A person or group; *itself* leaves out what account/verify_credentials does not have."""
        known = self._users.get(account.id)
        if known is None or itself:
            known = self._user(account, itself=itself)
            known.status = status
            if not itself:
                self._users[account.id] = known
        return known

    def _user(self, account: AccountView, *, itself: bool) -> User:
        stands = self._looks.get(account.id) or Look(account.id)
        contact = stands.following or stands.followed_by
        avatar = self._links.avatar(account)
        id_ = str(account.id)
        return User(
            id=account.id,
            id_str=id_,
            name=account.display_name or account.name,
            screen_name=account.handle,
            location=_location(account),
            description=account.note_source,
            profile_image_url=avatar,
            profile_image_url_https=avatar,
            profile_image_url_profile_size=avatar,
            profile_image_url_large=avatar,
            url=account.url,
            protected=account.locked,
            followers_count=account.followers_n,
            friends_count=account.following_n,
            created_at=twitter_time(account.created_at),
            time_zone="UTC",
            verified=UNSET if itself else contact,
            statuses_count=account.posts_n,
            following=stands.following,
            follow_request_sent=stands.requested,
            statusnet_blocking=stands.blocking,
            notifications=stands.notify,
            statusnet_profile_url=account.url,
            cid=account.id if contact or account.id == self._me else 0,
            pid=account.id,
            default_profile_image=not account.avatar,
            profile_banner_url=self._links.header(account) if account.header else "",
        )

    def status(
        self, post: PostView, *, with_entities: bool = False, with_user: bool = True, trimmed: bool = False
    ) -> Status:
        """A post; one that was passed on carries the original, and shows its text and marks as its own.

        *trimmed*: of its user there is only the id.
        """
        shown = post.boost_of or post
        author = self.user(post.author)
        text = plain_text(shown, labels=not with_entities)
        found = self._entities(shown, text) if with_entities else UNSET
        parent, parent_author = shown.parent_id, shown.parent_author
        return Status(
            text=text,
            created_at=twitter_time(post.created_at),
            in_reply_to_status_id=parent,
            in_reply_to_status_id_str=str(parent) if parent is not None else None,
            source=_source(shown),
            id=post.id,
            id_str=str(post.id),
            in_reply_to_user_id=parent_author.id if parent_author else None,
            in_reply_to_user_id_str=str(parent_author.id) if parent_author else None,
            in_reply_to_screen_name=parent_author.handle if parent_author else None,
            geo=_geo(shown),
            favorited=bool(shown.mine & LIKED),
            # Whatever stands here is written as it is; the short form has no type of its own in the contract.
            user=cast(User, Trimmed(id=author.id, id_str=author.id_str))
            if trimmed
            else author
            if with_user
            else UNSET,
            friendica_owner=self.user(post.group) if post.group else author,
            friendica_author=self.user(shown.author),
            friendica_private=_is_private(shown),
            statusnet_html=_heading(shown) + html_of(shown),
            statusnet_conversation_id=shown.thread_id,
            external_url=shown.url,
            friendica_activities=self._activities(shown.id),
            friendica_title=shown.title,
            friendica_html=html_of(shown),
            friendica_comments=shown.replies_n,
            retweeted_status=self._within(post.boost_of, with_entities, trimmed),
            quoted_status=self._within(shown.quoted, with_entities, trimmed),
            is_quote_status=shown.quoted is not None,
            attachments=self._attachments(shown) or UNSET,
            entities=found,
            extended_entities=found,
            retweet_count=shown.boosts_n,
            favorite_count=shown.likes_n,
            retweeted=bool(shown.mine & BOOSTED),
            possibly_sensitive=shown.sensitive,
            lang=shown.language,
            uri=shown.uri,
        )

    def _within(self, post: PostView | None, with_entities: bool, trimmed: bool) -> Status | UnsetType:
        """A post inside a post."""
        return UNSET if post is None else self.status(post, with_entities=with_entities, trimmed=trimmed)

    def _activities(self, post_id: int) -> Activities:
        found = Activities()
        for kind, account_id in self._reactors.get(post_id, ()):
            if account_id in self._people:
                getattr(found, ACTIVITIES[kind]).append(self.user(self._people[account_id]))
        return found

    def _attachments(self, post: PostView) -> list[Attachment]:
        return [
            Attachment(url=self._url(post, media), mimetype=media.mime, size=media.size)
            for media in post.media
        ]

    def _url(self, post: PostView, media: MediaView) -> str:
        return self._links.media(media.blob, private=not post.open)

    def _entities(self, post: PostView, text: str) -> Entities:
        found = entities(text, post.mentions)
        if post.media:
            found.media = [media_entity(media, self._url(post, media), len(text)) for media in post.media]
        return found


def plain_text(post: PostView, *, labels: bool = True) -> str:
    """The text for clients without markup: warning and title in front with a blank line, unless the body holds them.

    Without *labels* a link is its address alone, so that what stands in the text is what its entities name.
    """
    body = text_of(
        post, None if labels or post.markup in _AS_WRITTEN else clean_to_text(post.html, labels=False)
    )
    return "\n\n".join(
        [*(line for line in (post.warning, post.title) if line and line not in body), body]
    ).strip()


def _heading(post: PostView) -> str:
    warning = f"<p>{escape_text(post.warning)}</p>" if post.warning else ""
    return f"{warning}<h4>{escape_text(post.title)}</h4>" if post.title else warning


def _is_private(post: PostView) -> bool:
    return not (post.open or post.audience == Audience.LOCAL)


def _location(account: AccountView) -> str:
    named = (field.value for field in account.fields if field.name.strip().lower() in _PLACES)
    return next(named, NETWORK)


def _source(post: PostView) -> str:
    said = post.extra.get("source")
    if isinstance(said, str) and said:
        return said
    return post.app[0] if post.app else _DOORS.get(post.door, "web")


def _geo(post: PostView) -> GeoPoint | None:
    match post.extra.get("place"):
        case [int() | float() as lat, int() | float() as long]:
            return GeoPoint(coordinates=(float(lat), float(long)))
    return None
