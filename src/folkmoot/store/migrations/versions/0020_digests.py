"""Digests and invitations by mail: what waits for each member, letters to many under way, versions of events."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _digests()
    _runs()
    op.add_column("events", number("sequence"))
    op.add_column("event_answers", number("sequence"))
    op.add_column("event_answers", number("stamped_at"))


def _digests() -> None:
    op.create_table(
        "digest_posts",
        key("group_id"),
        key("seq"),
        ref("post_id"),
        number("total"),
        number("created_at"),
    )
    op.create_index("digest_posts_post", "digest_posts", ["post_id"], unique=True)
    op.create_index("digest_posts_age", "digest_posts", ["created_at"])
    op.create_table(
        "digest_marks",
        key("member_id"),
        ref("group_id"),
        ref("account_id"),
        number("after_seq"),
        number("sent_seq"),
        moment("until_seq"),
        number("mode"),
        moment("due_at"),
    )
    op.create_index("digest_marks_account", "digest_marks", ["account_id"])
    op.create_index("digest_marks_due", "digest_marks", ["due_at", "member_id"], **only("due_at IS NOT NULL"))
    op.create_index(
        "digest_marks_group", "digest_marks", ["group_id", "after_seq"], **only("due_at IS NOT NULL")
    )


def _runs() -> None:
    op.create_table(
        "mail_runs",
        key("id"),
        text("kind"),
        ref("subject_id"),
        ref("group_id"),
        number("after"),
        text("data", "{}"),
        number("created_at"),
        sa.UniqueConstraint("kind", "subject_id", name="mail_runs_once"),
    )
    op.create_table(
        "event_notes",
        key("id"),
        ref("event_id"),
        ref("group_id"),
        text("method"),
        number("sequence"),
        text("event", "{}"),
        number("created_at"),
    )
    op.create_index("event_notes_event", "event_notes", ["event_id", "id"])
    op.create_index("event_notes_group", "event_notes", ["group_id", "id"])


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def key(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False)


def moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=True)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
