"""What becomes of pictures in albums: put in, changed, given to others, taken out; each has a post of its own."""

from __future__ import annotations

import re
import secrets
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.errors import Conflict, Invalid, NotFound, TooMany
from folkmoot.domain.media import albums, litter, media, pictures
from folkmoot.domain.media.albums import Photo, Scale
from folkmoot.domain.media.media import NewMedia
from folkmoot.domain.people import profiles
from folkmoot.domain.posts import addressees, edits, postfacts, posts
from folkmoot.domain.posts.addressees import Addressees, Named
from folkmoot.domain.posts.drafts import Draft
from folkmoot.settings import Settings
from folkmoot.store.blobs import Keeper
from folkmoot.store.schema.photos import photos
from folkmoot.store.schema.posts import media as media_t
from folkmoot.store.schema.posts import posts as posts_t
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

SIDES: Final = (640, 320)
"""Longest sides of scales 1 and 2, which are made only where the picture is larger."""
SQUARES: Final = ((4, 175), (5, 80), (6, 48))
"""Scales of portraits and their sides."""
MAX_NAME: Final = 255
AT_ONCE: Final = 50
_LIST = re.compile(r"(?:<\d{1,18}>)*", re.ASCII)
_OWN_ID = Query(
    sa.update(media_t).where(media_t.c.post_id == p("id"), media_t.c.position == 0).values(id=p("id"))
)
_CHANGED = Query(sa.update(posts_t).where(posts_t.c.id == p("id")).values(rev=posts_t.c.rev + 1))
_PARTS = Query(sa.select(posts_t.c.parts).where(posts_t.c.id == p("id")))


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a photo is: ids as <3><9>; all four empty is everybody. In a change None stays as it is."""

    allow_people: str | None = None
    allow_circles: str | None = None
    deny_people: str | None = None
    deny_circles: str | None = None

    @property
    def given(self) -> dict[str, str]:
        """What is said, without the blanks around it."""
        return {k: v.strip() for k, v in msgspec.structs.asdict(self).items() if v is not None}


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that was checked and stored: the file beside a post, and its sizes."""

    file: NewMedia
    scales: list[Scale]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a change is about; None stays as it is."""

    album: str | None = None
    description: str | None = None
    rights: Rights = Rights()
    taken: Taken | None = None

    @property
    def any(self) -> bool:
        return bool(self.album is not None or self.description is not None or self.rights.given or self.taken)


def take(blobs: Keeper, settings: Settings, data: bytes, claimed: str, name: str) -> Taken:
    """Check a picture, make its sizes and keep them all; slow, so never on the event loop. Raises Invalid("file", …)
    as pictures.prepare."""
    pictures.check(data, claimed, name, settings.media_max_bytes)
    made = pictures.decoded("scaled", data, sides=list(SIDES), squares=[])
    facts, kept, small = made.facts, made.parts[0], made.parts[1]
    file = NewMedia(
        kind="image",
        mime=facts["mime"],
        name=name[:MAX_NAME],
        size=len(kept),
        width=facts["width"],
        height=facts["height"],
        preview_width=facts["preview_width"],
        preview_height=facts["preview_height"],
        blurhash=facts["blurhash"],
        blob=blobs.put(kept),
        preview=blobs.put(small),
    )
    scales = [Scale(0, file.blob, file.mime, file.width, file.height, file.size)]
    numbers = [number for number, side in enumerate(SIDES, 1) if max(file.width, file.height) > side]
    parts = zip(numbers, facts["scales"], made.parts[2:], strict=True)
    scales += [Scale(n, blobs.put(part), mime, w, h, len(part)) for n, (w, h, mime), part in parts]
    return Taken(file=file, scales=scales)


def take_portrait(blobs: Keeper, settings: Settings, data: bytes, claimed: str) -> tuple[str, list[Scale]]:
    """(blob of an avatar, the sizes of the photo of it); slow, raises as take."""
    pictures.check(data, claimed, "", settings.media_max_bytes)
    side = pictures.SHAPES["avatar"][0]
    made = pictures.decoded("scaled", data, sides=[], squares=[side, *(each for _, each in SQUARES)])
    (_, *sizes), (avatar, *parts) = made.facts["scales"], made.parts[2:]
    rows = zip(SQUARES, sizes, parts, strict=True)
    scales = [
        Scale(number, blobs.put(part), mime, w, h, len(part)) for (number, _), (w, h, mime), part in rows
    ]
    return blobs.put(avatar), scales


def named(texts: dict[str, str]) -> Named:
    """Ids out of the four texts of Rights. Raises Invalid("rights", "format")."""
    found: dict[str, list[int]] = {}
    for name, text in texts.items():
        if not _LIST.fullmatch(text):
            raise Invalid("rights", "format")
        found[name] = [int(digits) for digits in re.findall(r"\d+", text)]
    return Named(
        account_ids=found.get("allow_people", []),
        circle_ids=found.get("allow_circles", []),
        not_account_ids=found.get("deny_people", []),
        not_circle_ids=found.get("deny_circles", []),
    )


def _addressed(tx: Tx, viewer: Viewer, texts: dict[str, str], *, visible: bool) -> Addressees:
    open_to = Audience.PUBLIC if visible else Audience.UNLISTED
    try:
        return addressees.quietly(tx, viewer, named(texts), open_to=open_to)
    except NotFound:
        raise Invalid("rights", "unknown") from None


def _checked(album: str, description: str) -> tuple[str, str]:
    album = " ".join(album.split())
    if not album:
        raise Invalid("album", "blank")
    if len(album) > MAX_NAME:
        raise Invalid("album", "too_long")
    if len(description) > media.MAX_DESCRIPTION:
        raise Invalid("description", "too_long")
    return album, description


def create(
    tx: Tx,
    viewer: Viewer,
    taken: Taken,
    *,
    album: str,
    description: str = "",
    rights: Rights | None = None,
    visible: bool = False,
    door: str = "",
) -> Photo:
    """Put a picture into an album. Its post is *visible* in lists only where that is wished, but can be liked and
    answered in any case. Raises Invalid("album" | "description" | "rights"), TooMany("photos")."""
    album, description = _checked(album, description)
    texts = rights.given if rights is not None else {}
    to = _addressed(tx, viewer, texts, visible=visible)
    file = msgspec.structs.replace(taken.file, description=description)
    post_id = _post(tx, viewer, file, to, visible=visible, door=door)
    about = {"album": album, "description": description, "post_id": post_id, "media_id": post_id}
    return _insert(tx, viewer, taken, to, **about, **texts)


def _post(tx: Tx, viewer: Viewer, file: NewMedia, to: Addressees, *, visible: bool, door: str) -> int:
    made = Draft(
        files=[file], audience=int(to.audience), circle_id=to.circle_id, aside=not visible, door=door
    )
    post_id = posts.write(tx, viewer, made).id
    tx.run(
        _OWN_ID, id=post_id
    )  # one number for the photo's file and its post: clients are told only the former
    return post_id


def _insert(tx: Tx, viewer: Viewer, taken: Taken, to: Addressees | None, **about: Any) -> Photo:
    me = viewer.required()
    tx.alone("photos", me)
    if albums.count(tx, viewer) >= albums.MOST:
        raise TooMany("no more photos", code="photos")
    id_ = about["post_id"] or tx.ids.next()
    values = {
        "resource": secrets.token_hex(16),
        "name": taken.file.name,
        "mime": taken.file.mime,
        "circle_id": to.circle_id if to is not None else None,
        "created_at": tx.now,
        "edited_at": tx.now,
        **about,
    }
    tx.insert(photos, id=id_, account_id=me, **values)
    albums.put_scales(tx, id_, taken.scales)
    return albums.by_id(tx, viewer, id_)


def keep(tx: Tx, viewer: Viewer, taken: Taken, media_id: int) -> Photo:
    """A picture that came for a post stands in the album of such pictures too; it is seen with that post. Raises
    TooMany("photos")."""
    return _insert(tx, viewer, taken, None, album=albums.WALL, post_id=None, media_id=media_id)


def set_portrait(tx: Tx, viewer: Viewer, avatar: str, scales: list[Scale], name: str = "") -> Photo:
    """A new avatar, and the photo of it. Raises TooMany("photos")."""
    profiles.update_profile(tx, viewer, profiles.ProfileChange(avatar=avatar))
    file = NewMedia(kind="image", mime=scales[0].mime, name=name[:MAX_NAME], blob="")
    taken = Taken(file=file, scales=scales)
    return _insert(tx, viewer, taken, None, album=albums.PORTRAITS, portrait=1, post_id=None, media_id=None)


def find(tx: Tx, viewer: Viewer, resource: str, album: str) -> Photo:
    """One's own photo, which must be in that album. Raises NotFound."""
    photo = albums.see_own(tx, viewer, resource)
    if photo.album != " ".join(album.split()):
        raise NotFound(what="photo")
    return photo


def change(tx: Tx, viewer: Viewer, photo: Photo, wish: Wish, door: str = "") -> Photo:
    """Change one's own photo (from `find`, in the same transaction). Raises Invalid as create."""
    tx.alone("photo", photo.id)
    photo = albums.see_own(tx, viewer, photo.resource)
    album, description = _checked(
        photo.album if wish.album is None else wish.album,
        photo.description if wish.description is None else wish.description,
    )
    values: dict[str, Any] = {"album": album, "description": description, "edited_at": tx.now}
    if wish.rights.given:
        values |= wish.rights.given | _give(tx, viewer, photo, wish.rights.given, door)
    if wish.taken is not None:
        values |= {"mime": wish.taken.file.mime, "name": wish.taken.file.name}
        albums.put_scales(tx, photo.id, wish.taken.scales)
    tx.update(photos, {"id": photo.id}, **values)
    post_id = values.get("post_id", photo.post_id)
    if post_id is not None:
        _show_again(tx, post_id, values.get("media_id", photo.media_id), description, wish.taken)
    return albums.see_own(tx, viewer, photo.resource)


def _give(tx: Tx, viewer: Viewer, photo: Photo, given: dict[str, str], door: str) -> dict[str, Any]:
    """The photo is for others than before. One that only stood beside a post gets a post of its own."""
    now = {name: getattr(photo, name) for name in Rights.__struct_fields__}
    visible = (
        photo.post_id is not None and not (tx.value(_PARTS, id=photo.post_id) or 0) & postfacts.OFF_LISTS
    )
    to = _addressed(tx, viewer, now | given, visible=visible)
    values: dict[str, Any] = {"circle_id": to.circle_id}
    if photo.post_id is None:
        post_id = _post(tx, viewer, _file(tx, photo), to, visible=False, door=door)
        return values | {"post_id": post_id, "media_id": post_id}
    addressees.speak_anew(tx, viewer, photo.post_id, to, told=visible)
    return values


def _file(tx: Tx, photo: Photo) -> NewMedia:
    """The picture as a file for another post."""
    found = media.by_ids(tx, [photo.media_id or 0])
    if found:
        (view,) = found.values()
        return _copy(view)
    largest = albums.scales_of(tx, [photo.id])[photo.id][0]
    return NewMedia(
        kind="image",
        mime=largest.mime,
        name=photo.name,
        size=largest.size,
        width=largest.width,
        height=largest.height,
        preview_width=largest.width,
        preview_height=largest.height,
        description=photo.description,
        blob=largest.blob,
        preview=largest.blob,
    )


def _copy(view: media.MediaView) -> NewMedia:
    return NewMedia(**{name: getattr(view, name) for name in NewMedia.__struct_fields__})


def _show_again(tx: Tx, post_id: int, media_id: int | None, description: str, taken: Taken | None) -> None:
    """The file beside the photo's own post says and shows what the photo does now."""
    values: dict[str, Any] = {"description": description}
    old = media.by_ids(tx, [media_id or 0]).get(media_id or 0)
    if taken is not None:
        names = ("mime", "name", "size", "width", "height", "preview_width", "preview_height", "blurhash")
        values |= {name: getattr(taken.file, name) for name in (*names, "blob", "preview")}
    if old is not None:
        tx.update(media_t, {"id": old.id}, **values)
        if taken is not None:
            litter.drop(tx, *({old.blob, old.preview} - {taken.file.blob, taken.file.preview}))
    tx.run(_CHANGED, id=post_id)


def delete(tx: Tx, viewer: Viewer, resource: str) -> None:
    """Take one's own photo out of its album, and its post with it; a post that it stood beside keeps its picture.
    Raises NotFound."""
    _delete(tx, viewer, albums.see_own(tx, viewer, resource))


def _delete(tx: Tx, viewer: Viewer, photo: Photo) -> None:
    tx.alone("photo", photo.id)
    photo = albums.see_own(tx, viewer, photo.resource)
    if photo.post_id is None:
        albums.forget(tx, photo.id)
        return
    edits.delete(tx, viewer, photo.post_id)
    if photo.media_id is not None:
        try:
            media.remove(tx, viewer, photo.media_id)
        except (NotFound, Conflict):
            return  # it was moved to another post meanwhile, which keeps it


def delete_album(tx: Tx, viewer: Viewer, name: str) -> int:
    """Delete up to AT_ONCE photos of an album; how many: the album is gone where there are fewer."""
    some = albums.album(tx, viewer, name, limit=AT_ONCE)
    for photo in some:
        try:
            _delete(tx, viewer, photo)
        except NotFound:
            albums.forget(tx, photo.id, photo.circle_id)  # somebody was quicker, or its post is out of reach
    return len(some)


def usable(tx: Tx, viewer: Viewer, media_ids: list[int]) -> list[int]:
    """Files for a new post: those that stand beside a post as one's own photos are copied, all others stay."""
    known = albums.of_media(tx, viewer, media_ids)
    views = media.by_ids(tx, list(known))
    out = []
    for media_id in media_ids:
        view = views.get(media_id)
        out.append(media.add(tx, viewer, _copy(view)) if view and view.post_id is not None else media_id)
    return out
