"""Methods about section, made from groupsio/section_requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.client.forms import upload
from folkmoot.client.service import Service
from folkmoot.wire.groupsio import section_requests as api

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msgspec import UnsetType

    from folkmoot.client.forms import FileLike
    from folkmoot.wire.groupsio.calendar import Event, Rsvp
    from folkmoot.wire.groupsio.database import DatabaseRow, DatabaseTable
    from folkmoot.wire.groupsio.enums import RsvpType, SortDir
    from folkmoot.wire.groupsio.files import File, FileListEnvelope
    from folkmoot.wire.groupsio.request_enums import LinkType
    from folkmoot.wire.groupsio.result import ListEnvelope


class SectionCalls(Service):
    """The endpoints of a group's sections: calendar, files and databases."""

    def get_event(self, event_id: int) -> Event:
        """An event with the caller's answer.

        `GET /api/v1/getevent`.
        """
        return self._send(api.GetEvent(event_id=event_id))

    def get_events(
        self,
        start: str,
        *,
        end: str | None = None,
        group_id: int | None = None,
        group_name: str | None = None,
        limit: int = 10,
        page_token: int = 0,
    ) -> ListEnvelope[Event]:
        """Events of a group, or of all groups of the caller, from one day on; both are YYYY-MM-DD.

        `GET /api/v1/getevents`.
        """
        return self._send(
            api.GetEvents(
                start=start,
                end=end,
                group_id=group_id,
                group_name=group_name,
                limit=limit,
                page_token=page_token,
            )
        )

    def rsvp(
        self, event_id: int, response: RsvpType, *, additional_guests: int = 0, comment: str = ""
    ) -> Rsvp:
        """Say whether one comes; yes to a full event comes back as rsvp_waitlist.

        `POST /api/v1/rsvp`.
        """
        return self._send(
            api.RsvpToEvent(
                event_id=event_id, response=response, additional_guests=additional_guests, comment=comment
            )
        )

    def add_event(
        self,
        name: str,
        start_time: str,
        end_time: str,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        timezone: str | None = None,
        all_day: bool = False,
        location: str = "",
        description: str = "",
        rsvp: bool | None = None,
        max_attendees: int = 0,
    ) -> Event:
        """Put an event into a group's calendar; max_attendees 0 is no limit.

        `POST /api/v1/addevent`, for those with the permission manage_calendar.
        """
        return self._send(
            api.AddEvent(
                name=name,
                start_time=start_time,
                end_time=end_time,
                group_id=group_id,
                group_name=group_name,
                timezone=timezone,
                all_day=all_day,
                location=location,
                description=description,
                rsvp=rsvp,
                max_attendees=max_attendees,
            )
        )

    def update_event(
        self,
        event_id: int,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        name: str | UnsetType = UNSET,
        start_time: str | UnsetType = UNSET,
        end_time: str | UnsetType = UNSET,
        timezone: str | UnsetType = UNSET,
        all_day: bool | UnsetType = UNSET,
        location: str | UnsetType = UNSET,
        description: str | UnsetType = UNSET,
        rsvp: bool | UnsetType = UNSET,
        max_attendees: int | UnsetType = UNSET,
    ) -> Event:
        """Change an event; what is not said stays. Some clients PATCH.

        `POST /api/v1/updateevent`, for those with the permission manage_calendar.
        """
        return self._send(
            api.UpdateEvent(
                event_id=event_id,
                group_id=group_id,
                group_name=group_name,
                name=name,
                start_time=start_time,
                end_time=end_time,
                timezone=timezone,
                all_day=all_day,
                location=location,
                description=description,
                rsvp=rsvp,
                max_attendees=max_attendees,
            )
        )

    def delete_event(
        self, event_id: int, *, group_id: int | None = None, group_name: str | None = None
    ) -> None:
        """Take an event away; the answer is empty.

        `POST /api/v1/deleteevent`, for those with the permission manage_calendar.
        """
        self._send(api.DeleteEvent(event_id=event_id, group_id=group_id, group_name=group_name))

    def add_files(
        self,
        fileupload: list[FileLike],
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        parent_folder_id: int | None = None,
        folder_id: int | None = None,
        desc: str = "",
        is_folder: bool = False,
        file_path: Sequence[str] = (),
        notify: bool = False,
    ) -> FileListEnvelope:
        """Put files into a folder, or with is_folder and one file_path each a folder with files.

        One of parent_folder_id and folder_id is needed: the reference uses both names.

        `POST /api/v1/addfiles`.
        """
        return self._send(
            api.AddFiles(
                fileupload=[upload(file) for file in fileupload],
                group_id=group_id,
                group_name=group_name,
                parent_folder_id=parent_folder_id,
                folder_id=folder_id,
                desc=desc,
                is_folder=is_folder,
                file_path=list(file_path),
                notify=notify,
            )
        )

    def add_file_link(
        self,
        link_type: LinkType,
        file_name: str,
        url: str,
        parent_folder_id: int,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        desc: str = "",
        notify: bool = False,
    ) -> File:
        """Put a link into a folder.

        `POST /api/v1/addfilelink`.
        """
        return self._send(
            api.AddFileLink(
                link_type=link_type,
                file_name=file_name,
                url=url,
                parent_folder_id=parent_folder_id,
                group_id=group_id,
                group_name=group_name,
                desc=desc,
                notify=notify,
            )
        )

    def get_file_directory(
        self,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
        path: str = "",
    ) -> FileListEnvelope:
        """What is in a folder; without path at the top.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getfiledirectory`, for those with the permission files_visible.
        """
        return self._send(
            api.GetFileDirectory(
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
                path=path,
            )
        )

    def get_file(self, path: str, *, group_id: int | None = None, group_name: str | None = None) -> File:
        """A file, by its path.

        `GET /api/v1/getfile`, for those with the permission files_visible.
        """
        return self._send(api.GetFile(path=path, group_id=group_id, group_name=group_name))

    def search_files(
        self,
        q: str,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
    ) -> FileListEnvelope:
        """Files whose name or description holds q.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/searchfiles`, for those with the permission files_visible.
        """
        return self._send(
            api.SearchFiles(
                q=q,
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
            )
        )

    def delete_file(
        self,
        file_id: int,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        notify: bool = False,
    ) -> None:
        """Remove a file, or a folder with everything in it; the answer is empty.

        `POST /api/v1/deletefile`.
        """
        self._send(api.DeleteFile(file_id=file_id, group_id=group_id, group_name=group_name, notify=notify))

    def get_databases(
        self,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
    ) -> ListEnvelope[DatabaseTable]:
        """The tables of a group.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getdatabases`, for those with the permission database_visible.
        """
        return self._send(
            api.GetDatabases(
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
            )
        )

    def get_database_rows(
        self,
        database_id: int,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
    ) -> ListEnvelope[DatabaseRow]:
        """The rows of a table.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getdatabaserows`, for those with the permission database_visible.
        """
        return self._send(
            api.GetDatabaseRows(
                database_id=database_id,
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
            )
        )
