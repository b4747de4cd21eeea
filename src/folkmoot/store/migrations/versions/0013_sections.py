"""What a group has beside its archive: calendar, files, and tables with rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _calendar()
    _files()
    _tables()


def _calendar() -> None:
    op.create_table(
        "event_series",
        key("id"),
        ref("group_id"),
        ref("author_id"),
        text("rule"),
        text("zone"),
        text("starts_local"),
        number("length"),
        number("made_n"),
        moment("made_until"),
        number("created_at"),
    )
    op.create_index("event_series_due", "event_series", ["made_until"], **only("made_until IS NOT NULL"))
    op.create_table(
        "events",
        key("id"),
        ref("group_id"),
        ref("author_id"),
        moment("series_id"),
        text("name"),
        text("place"),
        text("description"),
        number("starts_at"),
        number("ends_at"),
        text("zone"),
        flag("all_day"),
        text("organizer_name"),
        text("organizer_address"),
        text("organizer_phone"),
        text("colour"),
        flag("asks"),
        number("capacity"),
        flag("guests"),
        text("question"),
        text("thanks"),
        flag("locked"),
        number("answers_rev"),
        moment("remind_at"),
        number("created_at"),
        number("updated_at"),
    )
    op.create_index("events_group", "events", ["group_id", "starts_at", "id"])
    op.create_index("events_series", "events", ["series_id", "starts_at"], **only("series_id IS NOT NULL"))
    op.create_index("events_due", "events", ["remind_at"], **only("remind_at IS NOT NULL"))
    op.create_table(
        "event_answers",
        key("id"),
        ref("event_id"),
        ref("account_id"),
        number("kind"),
        number("guests"),
        text("comment"),
        number("turn"),
        number("created_at"),
        number("updated_at"),
        sa.UniqueConstraint("event_id", "account_id", name="event_answers_once"),
    )
    op.create_index("event_answers_turn", "event_answers", ["event_id", "kind", "turn"])
    op.create_index("event_answers_account", "event_answers", ["account_id"])


def _files() -> None:
    op.create_table(
        "group_files",
        key("id"),
        ref("group_id"),
        ref("folder_id"),
        ref("author_id"),
        number("kind"),
        text("name"),
        text("folded"),
        text("description"),
        text("link"),
        text("url"),
        text("mime"),
        number("size"),
        text("blob"),
        number("entries_n"),
        number("created_at"),
        number("updated_at"),
        sa.UniqueConstraint("group_id", "folder_id", "folded", name="group_files_once"),
    )
    op.create_table(
        "group_space",
        sa.Column("group_id", BIG, primary_key=True, autoincrement=False),
        number("used"),
        number("files_n"),
    )


def _tables() -> None:
    op.create_table(
        "group_tables",
        key("id"),
        ref("group_id"),
        ref("author_id"),
        text("name"),
        text("folded"),
        text("short_description"),
        text("description"),
        number("may_view"),
        number("may_add"),
        number("may_edit"),
        number("may_design"),
        text("columns", "[]"),
        number("last_column"),
        number("last_row"),
        number("rows_n"),
        text("template"),
        flag("id_hidden"),
        flag("updated_hidden"),
        number("created_at"),
        number("updated_at"),
        sa.UniqueConstraint("group_id", "folded", name="group_tables_once"),
    )
    op.create_table(
        "group_rows",
        key("id"),
        ref("table_id"),
        ref("author_id"),
        number("number"),
        text("cells", "[]"),
        text("words"),
        number("created_at"),
        number("updated_at"),
        sa.UniqueConstraint("table_id", "number", name="group_rows_once"),
    )
    op.create_index("group_rows_updated", "group_rows", ["table_id", "updated_at", "id"])


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def key(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=True)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default="0")


def text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)
