"""Files, photos and wiki pages."""

from __future__ import annotations

from folkmoot.wire.codecs import Rfc3339
from folkmoot.wire.groupsio.enums import FileType, ProfilePrivacy, SortDir
from folkmoot.wire.groupsio.object import Object


class File(Object, kw_only=True):
    """A file or folder."""

    id: int
    object: str = "file"
    created: Rfc3339
    updated: Rfc3339
    user_id: int = 0
    group_id: int = 0
    name: str = ""
    desc: str = ""
    size: int = 0
    path: str = ""
    parent_folder_id: int = 0
    is_folder: bool = False
    type: FileType
    count: int = 0
    media_type: str = ""
    download_url: str = ""
    display_name: str = ""
    user_name: str = ""
    profile_photo_url: str = ""
    profile_privacy: ProfilePrivacy
    email: str = ""


class FileListEnvelope(Object, kw_only=True):
    """A page of files with their folder and the space in use."""

    object: str = "list"
    total_count: int = 0
    start_item: int = 0
    end_item: int = 0
    has_more: bool = False
    next_page_token: int = 0
    sort_field: str = ""
    second_order: str = ""
    query: str = ""
    sort_dir: SortDir = ""
    path: str = ""
    files_percentage: int = 0
    files_gigs: str = ""
    data: list[File] = []


class Photo(Object, kw_only=True):
    """A photo."""

    id: int
    object: str = "photo"
    created: Rfc3339
    updated: Rfc3339
    user_id: int = 0
    group_id: int = 0
    name: str = ""
    desc: str = ""
    media_type: str = ""
    size: int = 0
    attachment_num: int = 0
    width: int = 0
    height: int = 0
    album_id: int = 0
    display_name: str = ""
    user_name: str = ""
    profile_privacy: ProfilePrivacy
    email: str = ""
    format: str = ""
    focal_length: int = 0
    iso: int = 0
    aperture: int = 0
    shutter_speed: int = 0
    taken: int = 0
    make: str = ""
    model: str = ""


class WikiPage(Object, kw_only=True):
    """A page of the wiki."""

    id: int
    object: str = "wiki_page"
    created: Rfc3339
    updated: Rfc3339
    user_id: int = 0
    group_id: int = 0
    title: str = ""
    path: str = ""
    locked: bool = False
    rev_count: int = 0


class WikiPageData(Object, kw_only=True):
    """The text of a page."""

    body: str = ""


class WikiPageSet(Object, kw_only=True):
    """A page with its text."""

    object: str = "wiki_page_set"
    page: WikiPage
    data: WikiPageData
