"""Events, files and tables as objects of the API; nothing is asked of the database here."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.sections.answers import Answer, AnswerView
from folkmoot.domain.sections.cells import Cell, Column
from folkmoot.domain.sections.events import EventView
from folkmoot.domain.sections.files import Entry, Kind
from folkmoot.domain.sections.rows import RowView
from folkmoot.domain.sections.tables import TableView, Who
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame.links import Links
from folkmoot.doors.groupsio.present import name_of, privacy
from folkmoot.wire.codecs import NEVER, Rfc3339, rfc3339
from folkmoot.wire.groupsio.calendar import Event, Rsvp
from folkmoot.wire.groupsio.database import DatabaseColumn, DatabaseRow, DatabaseTable, DatabaseValue
from folkmoot.wire.groupsio.enums import ColumnType, DatabaseAccess, FileType, RsvpType
from folkmoot.wire.groupsio.files import File

ANSWERS: Final[dict[int, RsvpType]] = {
    Answer.NO: "rsvp_no",
    Answer.MAYBE: "rsvp_maybe",
    Answer.YES: "rsvp_yes",
    Answer.WAITING: "rsvp_waitlist",
}
WHO: Final[dict[int, DatabaseAccess]] = {
    Who.ALL: "database_access_all",
    Who.MODERATORS: "database_access_mods",
    Who.MAKER: "database_access_owner_mods",
    Who.ROW_MAKER: "database_access_row_owner_mods",
}
SHORT: Final = "@..."
"""What stands for the domain of an address that is shown to others."""


def short(address: str) -> str:
    """An address as others see it."""
    return address.split("@")[0] + SHORT if address else ""


def in_zone(ms: int, zone: str) -> Rfc3339:
    """A time with the offset of its zone."""
    if zone == "UTC":
        return rfc3339(ms)
    return Rfc3339(datetime.fromtimestamp(ms // 1000, ZoneInfo(zone)).isoformat(timespec="seconds"))


def event(found: EventView, group: GroupView, maker: AccountView | None, mine: AnswerView | None) -> Event:
    """An event, with the caller's answer."""
    return Event(
        id=found.id,
        created=rfc3339(found.created_at),
        updated=rfc3339(found.updated_at),
        creator_name=f"@{maker.name}" if maker else "",
        group_id=group.id,
        group_name=group.name,
        nice_group_name=group.title or group.name,
        start_time=in_zone(found.starts_at, found.zone),
        end_time=in_zone(found.ends_at, found.zone),
        timezone=found.zone,
        all_day=bool(found.all_day),
        name=found.name,
        location=found.place,
        description=found.description,
        organizer_name=found.organizer_name,
        organizer_email=found.organizer_address,
        organizer_phone=found.organizer_phone,
        color_name=found.colour or "color_none",
        rsvp=bool(found.asks),
        max_attendees=found.capacity,
        additional_guests=bool(found.guests),
        comment_label=found.question,
        yes_message=found.thanks,
        has_rsvp=mine is not None,
        rsvp_type=ANSWERS[mine.kind] if mine else "",
        rsvp_comment=mine.comment if mine else "",
        rsvp_additional_guests=mine.guests if mine else 0,
    )


def rsvp(said: AnswerView, group_id: int, who: AccountView, address: str, links: Links) -> Rsvp:
    """One's own answer to an event."""
    return Rsvp(
        id=said.id,
        created=rfc3339(said.created_at),
        updated=rfc3339(said.updated_at),
        event_id=said.event_id,
        group_id=group_id,
        user_id=who.id,
        user_name=who.name,
        full_name=name_of(who),
        email=address,
        profile_photo_url=links.avatar(who),
        type=ANSWERS[said.kind],
        comment=said.comment,
        additional_guests=said.guests,
    )


def _file_type(entry: Entry) -> FileType:
    if entry.kind == Kind.FOLDER:
        return "file_type_folder"
    return cast(FileType, f"file_type_link_{entry.link}") if entry.kind == Kind.LINK else "file_type_file"


def file(entry: Entry, *, path: str, maker: AccountView | None, address: str, url: str, links: Links) -> File:
    """A file, folder or link; *path* is that of the folder around it, *address* its maker's, "" where not told."""
    return File(
        id=entry.id,
        created=rfc3339(entry.created_at),
        updated=rfc3339(entry.updated_at),
        user_id=entry.author_id,
        group_id=entry.group_id,
        name=entry.name,
        desc=entry.description,
        size=entry.size,
        path=path,
        parent_folder_id=entry.folder_id,
        is_folder=entry.is_folder,
        type=_file_type(entry),
        count=entry.entries_n,
        media_type="folder" if entry.is_folder else entry.mime,
        download_url=url,
        display_name=name_of(maker) if maker else "",
        user_name=maker.name if maker else "",
        profile_photo_url=links.avatar(maker) if maker else "",
        profile_privacy=privacy(maker),
        email=short(address),
    )


def table(found: TableView) -> DatabaseTable:
    """A table with its columns."""
    columns = found.described
    return DatabaseTable(
        id=found.id,
        created=rfc3339(found.created_at),
        updated=rfc3339(found.updated_at),
        group_id=found.group_id,
        user_id=found.author_id,
        name=found.name,
        short_desc=found.short_description,
        desc=found.description,
        edit_table=WHO[found.may_design],
        edit_rows=WHO[found.may_edit],
        add_rows=WHO[found.may_add],
        view_table=WHO[found.may_view],
        num_rows=found.rows_n,
        max_row_id=found.last_row,
        num_columns=len(columns),
        max_col_id=found.last_column,
        display_template=found.template,
        columns=[_column(column) for column in columns],
        id_default_hidden=bool(found.id_hidden),
        updated_default_hidden=bool(found.updated_hidden),
    )


def _column(column: Column) -> DatabaseColumn:
    return DatabaseColumn(
        id=column.id,
        name=column.name,
        type=cast(ColumnType, column.type),
        required=column.required,
        color=column.colour or "color_none",
        choices=column.choices,
        width=column.width,
        default_hidden=column.hidden,
        description=column.description,
    )


def row(found: RowView, seen: TableView, columns: list[Column], links: Links) -> DatabaseRow:
    """A row; a value for every column, empty where nothing was filled in."""
    filled = {cell.column_id: cell for cell in found.filled}
    values = [_value(column, filled.get(column.id) or Cell(column_id=column.id), links) for column in columns]
    return DatabaseRow(
        id=found.id,
        created=rfc3339(found.created_at),
        updated=rfc3339(found.updated_at),
        group_id=seen.group_id,
        table_id=seen.id,
        row_num=found.number,
        vals=values,
        num_vals=len(values),
    )


def _value(column: Column, cell: Cell, links: Links) -> DatabaseValue:
    image: dict[str, Any] = {}
    if cell.image:
        image = {"url": links.media(cell.image), "image_name": cell.title or cell.image[:16]}
    return DatabaseValue(
        col_id=column.id,
        col_type=cast(ColumnType, column.type),
        text=cell.text,
        html_text=cell.html,
        date=f"{cell.date}T00:00:00Z" if cell.date else NEVER,
        time=f"0001-01-01T{cell.time}Z" if cell.time else NEVER,
        checked=cell.checked,
        multi_choice=cell.chosen,
        street_address1=cell.street,
        street_address2=cell.street2,
        city=cell.city,
        state=cell.region,
        zip=cell.code,
        country=cell.country,
        lat=cell.lat,
        lng=cell.lng,
        title=cell.title,
        desc=cell.description,
        number=cell.number,
        **({"url": cell.url} | image),
    )
