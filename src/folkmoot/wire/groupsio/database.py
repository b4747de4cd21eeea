"""Tables of a group."""

from __future__ import annotations

from folkmoot.wire.codecs import Rfc3339
from folkmoot.wire.groupsio.enums import ColumnType, DatabaseAccess
from folkmoot.wire.groupsio.object import Object


class DatabaseColumn(Object, kw_only=True):
    """A column of a table."""

    id: int
    name: str = ""
    type: ColumnType
    required: bool = False
    color: str = ""
    choices: list[str] = []
    width: int = 0
    default_hidden: bool = False
    description: str = ""


class DatabaseTable(Object, kw_only=True):
    """A table."""

    id: int
    object: str = "databasetable"
    created: Rfc3339
    updated: Rfc3339
    group_id: int = 0
    user_id: int = 0
    name: str = ""
    short_desc: str = ""
    desc: str = ""
    desc_type: str = ""
    edit_table: DatabaseAccess
    edit_rows: DatabaseAccess
    add_rows: DatabaseAccess
    view_table: DatabaseAccess
    num_rows: int = 0
    max_row_id: int = 0
    num_columns: int = 0
    max_col_id: int = 0
    display_template: str = ""
    columns: list[DatabaseColumn] = []
    id_default_hidden: bool = False
    updated_default_hidden: bool = False


class DatabaseValue(Object, kw_only=True):
    """A cell; all keys are there, those of its type filled."""

    col_id: int = 0
    col_type: ColumnType
    text: str = ""
    html_text: str = ""
    date: str = ""
    time: str = ""
    checked: bool = False
    multi_choice: list[int] = []
    street_address1: str = ""
    street_address2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    lat: str = ""
    lng: str = ""
    title: str = ""
    url: str = ""
    desc: str = ""
    image_name: str = ""
    number: str = ""


class DatabaseRow(Object, kw_only=True):
    """A row."""

    id: int
    object: str = "databaserow"
    created: Rfc3339
    updated: Rfc3339
    group_id: int = 0
    table_id: int = 0
    row_num: int = 0
    vals: list[DatabaseValue] = []
    num_vals: int = 0
