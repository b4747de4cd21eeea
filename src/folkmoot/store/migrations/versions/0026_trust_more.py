"""What is over is found by its time; unused applications; wrong codes of second factors; what callbacks were told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.execute("CREATE INDEX grants_due ON grants (expires_at)")
    op.execute("CREATE INDEX mail_tokens_due ON mail_tokens (expires_at)")
    op.execute("CREATE INDEX sessions_due ON sessions (expires_at)")
    op.add_column("apps", sa.Column("untried", sa.SmallInteger, nullable=False, server_default="0"))
    op.execute("CREATE INDEX apps_untried ON apps (created_at) WHERE untried = 1")
    for name in ("wrong_n", "wrong_until"):
        op.add_column("second_factors", sa.Column(name, BIG, nullable=False, server_default="0"))
    op.add_column("journal", sa.Column("called_out", BIG, nullable=False, server_default="0"))


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
