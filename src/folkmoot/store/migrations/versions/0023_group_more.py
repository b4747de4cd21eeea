"""Members found and sorted by name and address without a look at other tables; when a group was changed last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PAGE = 1000


def upgrade() -> None:
    op.add_column("groups", sa.Column("updated_at", BIG, nullable=True))
    for name in ("shown", "mail"):
        op.add_column("members", sa.Column(name, sa.Text, nullable=False, server_default=""))
    _fill()
    op.create_index("members_shown", "members", ["group_id", "status", "shown", "id"])
    op.create_index("members_mail", "members", ["group_id", "status", "mail", "id"])


def _fill() -> None:
    bind = op.get_bind()
    accounts = sa.text(
        "SELECT id, display_name, name FROM accounts WHERE id > :after AND EXISTS"
        " (SELECT 1 FROM members WHERE account_id = accounts.id) ORDER BY id LIMIT :page"
    )
    shown = sa.text("UPDATE members SET shown = :shown WHERE account_id = :id")
    after = 0
    while rows := bind.execute(accounts, {"after": after, "page": PAGE}).fetchall():
        after = rows[-1][0]
        told = [{"id": row[0], "shown": f"{row[1] or row[2]}\n{row[2]}\n".casefold()} for row in rows]
        bind.execute(shown, told)
    for statement in (_CHOSEN, _MAIN, "UPDATE members SET shown = shown || mail"):
        bind.execute(sa.text(statement))


_CHOSEN = (
    "UPDATE members SET mail = coalesce((SELECT folded FROM addresses WHERE account_id = members.account_id"
    " AND id = members.address_id AND confirmed_at IS NOT NULL), '')"
)
_MAIN = (
    "UPDATE members SET mail = coalesce((SELECT folded FROM addresses WHERE account_id = members.account_id"
    " AND main = 1), '') WHERE mail = ''"
)


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
