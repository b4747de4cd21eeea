"""One's own profile in full: read, changed, its pictures taken away; and proving one's address."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import UNSET

from folkmoot.domain.people import confirmations, profiles
from folkmoot.domain.people.accounts import Field
from folkmoot.domain.people.profiles import ProfileChange
from folkmoot.domain.people.selves import OwnAccount, own_account
from folkmoot.domain.reading import owntags
from folkmoot.doors.frame import At
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.mastodon import accept, present
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.signup import change_profile, portrait
from folkmoot.doors.mastodon.tags import featured_entity
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import Id, time
from folkmoot.wire.mastodon import place_calls as more
from folkmoot.wire.mastodon.account import AccountField, CredentialAccount
from folkmoot.wire.mastodon.profile import Profile
from folkmoot.wire.mastodon.requests import profile as api
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.tag import FeaturedTag


def featured(at: At, tx: Tx, account_id: int) -> list[FeaturedTag]:
    """The hashtags that the account shows on its profile."""
    return [featured_entity(at, tag) for tag in owntags.of_account(tx, at.viewer, account_id)]


def _profile(at: At, tx: Tx) -> Profile:
    own = own_account(tx, at.viewer)
    return _entity(at, own, featured(at, tx, own.account.id))


def _entity(at: At, own: OwnAccount, tags: list[FeaturedTag]) -> Profile:
    view, links = own.account, at.house.links
    avatar = links.avatar(view) if view.avatar else None
    header = links.header(view) if view.header else None

    def rows(value: Callable[[Field], str]) -> list[AccountField]:
        return [
            AccountField(
                name=f.name,
                value=value(f),
                verified_at=None if f.verified_at is None else time(f.verified_at),
            )
            for f in view.fields
        ]

    return Profile(
        id=Id(str(view.id)),
        display_name=view.display_name,
        note=view.note_source,
        fields=rows(lambda f: f.value),
        avatar=avatar,
        avatar_static=avatar,
        avatar_description=view.avatar_description,
        header=header,
        header_static=header,
        header_description=view.header_description,
        locked=view.locked,
        bot=view.bot,
        hide_collections=view.hide_collections,
        discoverable=view.discoverable,
        indexable=view.indexable,
        show_media=view.show_media,
        show_media_replies=view.show_media_replies,
        show_featured=view.show_featured,
        attribution_domains=list(view.attribution_domains),
        featured_tags=tags,
        formatted_note=view.note_html,
        formatted_fields=rows(lambda f: f.html),
    )


@door.on(api.GetProfile)
def show(at: At, ask: api.GetProfile) -> Profile:
    return _profile(at, at.tx)


@door.on(api.UpdateProfile, methods=("PATCH", "PUT"))
async def change(at: At, ask: api.UpdateProfile) -> Profile:
    wanted = accept.profile(ask)
    for name in ("show_media", "show_media_replies", "show_featured"):
        if (on := getattr(ask, name)) is not UNSET:
            setattr(wanted, name, on)

    def change_it(tx: Tx) -> Profile:
        change_profile(tx, at, wanted)
        return _profile(at, tx)

    async with sweeping(at) as blobs:
        wanted.avatar = await portrait(at, blobs, ask.avatar, "avatar")
        wanted.header = await portrait(at, blobs, ask.header, "header")
        return await at.write(change_it)


def _without(at: At, change: ProfileChange) -> CredentialAccount:
    profiles.update_profile(at.tx, at.viewer, change)
    return present.credentials(own_account(at.tx, at.viewer), at.house.links)


@door.on(api.DeleteAvatar)
def delete_avatar(at: At, ask: api.DeleteAvatar) -> CredentialAccount:
    return _without(at, ProfileChange(avatar=""))


@door.on(api.DeleteHeader)
def delete_header(at: At, ask: api.DeleteHeader) -> CredentialAccount:
    return _without(at, ProfileChange(header=""))


@door.on(api.ResendConfirmation)
def resend(at: At, ask: api.ResendConfirmation) -> Empty:
    app_id = at.caller.app_id if at.caller else None
    confirmations.resend(at.tx, at.viewer, (ask.email or "").strip() or None, app_id)
    return {}


@door.on(more.CheckConfirmation)
def is_confirmed(at: At, ask: more.CheckConfirmation) -> bool:
    return confirmations.is_confirmed(at.tx, at.viewer)
