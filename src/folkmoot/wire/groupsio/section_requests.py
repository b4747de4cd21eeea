"""The endpoints of a group's sections: calendar, files and databases."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from folkmoot.wire.groupsio.calendar import Event, Rsvp
from folkmoot.wire.groupsio.database import DatabaseRow, DatabaseTable
from folkmoot.wire.groupsio.enums import RsvpType
from folkmoot.wire.groupsio.files import File, FileListEnvelope
from folkmoot.wire.groupsio.request_enums import LinkType
from folkmoot.wire.groupsio.requests import Call, GroupCall, GroupListCall, Limit, ListCall
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.request import GET, POST, Request, Upload

A = TypeVar("A", covariant=True)


class Named(Request[A], kw_only=True):
    """Base of calls about one group that can't be extended."""

    group_id: int | None = None
    group_name: str | None = None


@GET("/api/v1/getevent", aliases=("/v1/getevent",))
class GetEvent(Call[Event], kw_only=True):
    """An event with the caller's answer."""

    event_id: int


@GET("/api/v1/getevents", aliases=("/v1/getevents",))
class GetEvents(Call[ListEnvelope[Event]], kw_only=True):
    """Events of a group, or of all groups of the caller, from one day on; both are YYYY-MM-DD."""

    start: str
    end: str | None = None
    group_id: int | None = None
    group_name: str | None = None
    limit: Limit = 10
    page_token: int = 0


@POST("/api/v1/rsvp", aliases=("/v1/rsvp",))
class RsvpToEvent(Call[Rsvp], kw_only=True):
    """Say whether one comes; yes to a full event comes back as rsvp_waitlist."""

    event_id: int
    response: RsvpType
    additional_guests: int = 0
    comment: str = ""
    csrf: str = ""


@POST("/api/v1/addevent", aliases=("/v1/addevent",), permission="manage_calendar")
class AddEvent(Named[Event], kw_only=True):
    """Put an event into a group's calendar; max_attendees 0 is no limit."""

    name: str
    start_time: str
    end_time: str
    timezone: str | None = None
    all_day: bool = False
    location: str = ""
    description: str = ""
    rsvp: bool | None = None
    max_attendees: int = 0
    csrf: str = ""


@POST("/api/v1/updateevent", aliases=("/v1/updateevent",), permission="manage_calendar")
class UpdateEvent(Named[Event], kw_only=True):
    """Change an event; what is not said stays. Some clients PATCH."""

    event_id: int
    name: str | msgspec.UnsetType = msgspec.UNSET
    start_time: str | msgspec.UnsetType = msgspec.UNSET
    end_time: str | msgspec.UnsetType = msgspec.UNSET
    timezone: str | msgspec.UnsetType = msgspec.UNSET
    all_day: bool | msgspec.UnsetType = msgspec.UNSET
    location: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    rsvp: bool | msgspec.UnsetType = msgspec.UNSET
    max_attendees: int | msgspec.UnsetType = msgspec.UNSET
    csrf: str = ""


@POST("/api/v1/deleteevent", aliases=("/v1/deleteevent",), permission="manage_calendar")
class DeleteEvent(Named[None], kw_only=True):
    """Take an event away; the answer is empty."""

    event_id: int
    csrf: str = ""


@POST("/api/v1/addfiles", aliases=("/v1/addfiles",))
class AddFiles(Named[FileListEnvelope], kw_only=True):
    """Put files into a folder, or with is_folder and one file_path each a folder with files.

    One of parent_folder_id and folder_id is needed: the reference uses both names.
    """

    parent_folder_id: int | None = None
    folder_id: int | None = None
    desc: str = ""
    fileupload: list[Upload]
    is_folder: bool = False
    file_path: list[str] = []
    notify: bool = False
    csrf: str = ""


@POST("/api/v1/addfilelink", aliases=("/v1/addfilelink",))
class AddFileLink(Named[File], kw_only=True):
    """Put a link into a folder."""

    link_type: LinkType
    file_name: str
    url: str
    parent_folder_id: int
    desc: str = ""
    notify: bool = False
    csrf: str = ""


@GET(
    "/api/v1/getfiledirectory", aliases=("/v1/getfiledirectory",), auth="optional", permission="files_visible"
)
class GetFileDirectory(GroupListCall[FileListEnvelope], kw_only=True):
    """What is in a folder; without path at the top."""

    path: str = ""


@GET("/api/v1/getfile", aliases=("/v1/getfile",), auth="optional", permission="files_visible")
class GetFile(GroupCall[File], kw_only=True):
    """A file, by its path."""

    path: str


@GET("/api/v1/searchfiles", aliases=("/v1/searchfiles",), auth="optional", permission="files_visible")
class SearchFiles(GroupListCall[FileListEnvelope], kw_only=True):
    """Files whose name or description holds q."""

    q: str


@POST("/api/v1/deletefile", aliases=("/v1/deletefile",))
class DeleteFile(Named[None], kw_only=True):
    """Remove a file, or a folder with everything in it; the answer is empty."""

    file_id: int
    notify: bool = False
    csrf: str = ""


@GET("/api/v1/getdatabases", aliases=("/v1/getdatabases",), auth="optional", permission="database_visible")
class GetDatabases(GroupListCall[ListEnvelope[DatabaseTable]], kw_only=True):
    """The tables of a group."""


@GET(
    "/api/v1/getdatabaserows",
    aliases=("/v1/getdatabaserows",),
    auth="optional",
    permission="database_visible",
)
class GetDatabaseRows(ListCall[ListEnvelope[DatabaseRow]], kw_only=True):
    """The rows of a table."""

    database_id: int
