"""Photos as Friendica's objects: rows of lists, one photo with sizes, likes and comments; and their addresses."""

from __future__ import annotations

from folkmoot.domain import looks, views
from folkmoot.domain.access import Viewer, visible_among
from folkmoot.domain.media import albums
from folkmoot.domain.media.albums import Photo as PhotoRow
from folkmoot.domain.media.albums import Scale
from folkmoot.domain.paging import Page
from folkmoot.domain.posts import reactors
from folkmoot.domain.reading import timelines
from folkmoot.doors.frame import House
from folkmoot.doors.friendica import show
from folkmoot.doors.friendica.present import ACTIVITIES, Presenter
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import plain_time
from folkmoot.wire.friendica.photo import AlbumPhoto, Photo, PhotoListItem, PhotoScale
from folkmoot.wire.friendica.status import Activities, Status

COMMENTS = 100
"""Comments that are shown with a photo at most."""
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


def address(house: House, photo: PhotoRow, scale: Scale) -> str:
    """Where a size of a photo is served to those who may see it."""
    ending = ENDINGS.get(scale.mime, "jpg")
    return f"{house.settings.base_url}/photo/{photo.resource}-{scale.scale}.{ending}"


def rows(house: House, tx: Tx, found: list[PhotoRow]) -> list[PhotoListItem]:
    """Photos as rows of the list of all."""
    scales = albums.scales_of(tx, [photo.id for photo in found])
    return [_row(house, photo, scales[photo.id]) for photo in found]


def _row(house: House, photo: PhotoRow, scales: list[Scale]) -> PhotoListItem:
    return PhotoListItem(
        id=photo.resource,
        album=photo.album,
        filename=photo.name,
        type=photo.mime,
        created=plain_time(photo.created_at),
        edited=plain_time(photo.edited_at),
        desc=photo.description,
        thumb=address(house, photo, scales[-1]),
    )


def album_rows(house: House, tx: Tx, found: list[PhotoRow]) -> list[AlbumPhoto]:
    """Photos as rows of the list of one album, with their sizes."""
    scales = albums.scales_of(tx, [photo.id for photo in found])
    out = []
    for photo in found:
        row = _row(house, photo, scales[photo.id])
        fields = {name: getattr(row, name) for name in PhotoListItem.__struct_fields__}
        sizes = _sizes(house, photo, scales[photo.id])
        out.append(AlbumPhoto(**fields, media_id=photo.media_id or photo.id, scales=sizes))
    return out


def _sizes(house: House, photo: PhotoRow, scales: list[Scale]) -> list[PhotoScale]:
    number = photo.media_id or photo.id
    return [
        PhotoScale(
            id=number,
            scale=each.scale,
            link=address(house, photo, each),
            width=each.width,
            height=each.height,
            size=each.size,
        )
        for each in scales
    ]


def detail(house: House, tx: Tx, viewer: Viewer, photo: PhotoRow, one: Scale | None = None) -> Photo:
    """A photo with links to all sizes, or to *one*, whose bytes the caller adds; with what was said of it."""
    scales = albums.scales_of(tx, [photo.id])[photo.id]
    largest = one or scales[0]
    activities, comments = _said(house, tx, viewer, photo.shown_by)
    return Photo(
        id=photo.resource,
        created=plain_time(photo.created_at),
        edited=plain_time(photo.edited_at),
        desc=photo.description,
        album=photo.album,
        filename=photo.name,
        type=largest.mime if one is not None else photo.mime,
        height=largest.height,
        width=largest.width,
        profile=photo.portrait,
        link=[address(house, photo, each) for each in ([one] if one is not None else scales)],
        allow_cid=photo.allow_people,
        allow_gid=photo.allow_circles,
        deny_cid=photo.deny_people,
        deny_gid=photo.deny_circles,
        friendica_activities=activities,
        friendica_comments=comments,
        media_id=photo.media_id or photo.id,
        scales=_sizes(house, photo, scales),
    )


def _said(house: House, tx: Tx, viewer: Viewer, post_id: int | None) -> tuple[Activities, list[Status]]:
    """Who reacted to the photo's post, and what was answered to it, oldest first."""
    if post_id is None or post_id not in visible_among(tx, viewer, [post_id]):
        return Activities(), []
    thread_id = views.post(tx, viewer, post_id).thread_id
    ids = timelines.thread(tx, viewer, thread_id, Page(limit=COMMENTS, after=post_id, nearest=True))
    reacted = reactors.of_posts(tx, viewer, [post_id]).get(post_id, [])
    people = views.accounts_by_ids(tx, [account_id for _, account_id in reacted])
    made = Presenter(house.links, viewer.account_id, looks.of_accounts(tx, viewer, list(people)), {}, people)
    found = Activities()
    for kind, account_id in reacted:
        if account_id in people:
            getattr(found, ACTIVITIES[kind]).append(made.user(people[account_id]))
    return found, show.statuses(house, tx, viewer, ids[::-1])
