"""The pictures of a profile: the portrait with its sizes, and the banner above it."""

from __future__ import annotations

from folkmoot.domain.errors import Invalid
from folkmoot.domain.media import photos, pictures
from folkmoot.domain.media.albums import Scale
from folkmoot.domain.people import accounts, profiles
from folkmoot.domain.people.profiles import ProfileChange
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame import At, Response
from folkmoot.doors.frame.answers import redirect
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.friendica import incoming, show, who
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.photos import said_of_file
from folkmoot.doors.friendica.refusals import NO_PAGE, Said
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica.requests_portraits import (
    RemoveProfileBanner,
    ShowProfileBanner,
    ShowProfileImage,
    UpdateProfileBanner,
    UpdateProfileImage,
)
from folkmoot.wire.friendica.status import User
from folkmoot.wire.friendica.user import ProfileBanner

SIZES = {
    "ipad": (626, 313),
    "ipad_retina": (1252, 626),
    "web": (520, 260),
    "web_retina": (1040, 520),
    "mobile": (320, 160),
    "mobile_retina": (640, 320),
    "300x100": (300, 100),
    "600x200": (600, 200),
    "1500x500": (1500, 500),
}
Box = tuple[int, int, int, int]


@door.on(UpdateProfileImage)
async def update_image(at: At, ask: UpdateProfileImage) -> User:
    if ask.profile_id not in (0, 1, at.viewer.account_id):
        raise Said(400, "profile_id not available")
    size = 0
    try:
        found = incoming.files([ask.image or ask.media])
        if not found or not found[0].data:
            raise Said(400, "no media data submitted")
        file, size = found[0], len(found[0].data)
        async with sweeping(at) as blobs:
            taken = await incoming.off_loop(
                lambda: photos.take_portrait(blobs, at.house.settings, file.data, file.content_type)
            )
            return await at.write(lambda tx: _set_portrait(at, tx, taken, file.filename))
    except Invalid as refusal:
        raise said_of_file(refusal, size) from None


def _set_portrait(at: At, tx: Tx, taken: tuple[str, list[Scale]], name: str) -> User:
    photos.set_portrait(tx, at.viewer, *taken, name)
    return show.caller(at.house, tx, at.viewer, with_status=True, with_entities=False)


@door.on(UpdateProfileBanner)
async def update_banner(at: At, ask: UpdateProfileBanner) -> Response:
    box = _box(ask)
    try:
        found = incoming.files([ask.banner])
        if not found or not found[0].data:
            raise Said(400, "image missing or unreadable")
        data, kind, limit = found[0].data, found[0].content_type, at.house.settings.media_max_bytes
        async with sweeping(at) as blobs:
            header = await incoming.off_loop(
                lambda: blobs.put(pictures.portrait(data, kind, max_bytes=limit, shape="header", box=box))
            )
            await at.write(lambda tx: profiles.update_profile(tx, at.viewer, ProfileChange(header=header)))
    except Invalid as refusal:
        if refusal.why in ("too_large", "too_many_pixels", "too_many_frames", "too_slow", "box"):
            raise Said(422, "image too large or not resizable") from None
        raise Said(400, "image missing or unreadable") from None
    return Response(201, b"")


def _box(ask: UpdateProfileBanner) -> Box | None:
    """The part of the picture that is meant; the four numbers come together or not at all."""
    left, top, width, height = (ask.offset_left, ask.offset_top, ask.width, ask.height)
    if left is None or top is None or width is None or height is None:
        if (left, top, width, height) == (None, None, None, None):
            return None
        raise Said(400, "width, height, offset_left and offset_top come together")
    most = 1 << 31
    if width < 1 or height < 1 or max(abs(left), abs(top), width, height) > most:
        raise Said(422, "image too large or not resizable")
    return left, top, width, height


@door.on(RemoveProfileBanner)
def remove_banner(at: At, ask: RemoveProfileBanner) -> Response:
    profiles.update_profile(at.tx, at.viewer, ProfileChange(header=""))
    return Response(200, b"")


@door.on(ShowProfileBanner)
def show_banner(at: At, ask: ShowProfileBanner) -> ProfileBanner:
    found = _account(at, ask.user_id, ask.screen_name or "")
    if found is None or not found.header:
        raise Said(404, NO_PAGE)
    url = at.house.links.header(found)
    return ProfileBanner(sizes={name: {"w": w, "h": h, "url": url} for name, (w, h) in SIZES.items()})


@door.on(ShowProfileImage)
def show_image(at: At, ask: ShowProfileImage) -> Response:
    found = _account(at, None, ask.screen_name or "")
    if found is None:
        raise Said(404, NO_PAGE)
    return redirect(at.house.links.avatar(found), 302)


def _account(at: At, id_: int | None, name: str) -> AccountView | None:
    """The account that is named, the caller where none is; None for what the viewer may not know of."""
    if id_ is None:
        id_ = accounts.find_by_handle(at.tx, name) if name else at.viewer.account_id
    return who.seen(at.tx, at.viewer, id_)
