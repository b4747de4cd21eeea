"""Words of shown names, and the indexes by which each page of a list is a walk."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_ONCE = 1000


def index(name: str, table: str, columns: str, where: str = "") -> None:
    """An index of these columns or expressions, of those rows alone."""
    op.execute(f"CREATE INDEX {name} ON {table} ({columns})" + (f" WHERE {where}" if where else ""))


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "account_words",
        sa.Column("account_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("word", sa.Text, primary_key=True),
    )
    _spell()
    prefix = " text_pattern_ops" if postgresql else ""
    index("account_words_word", "account_words", f"word{prefix}, account_id")
    if postgresql:
        index("tags_prefix", "tags", "folded text_pattern_ops")
    index("accounts_followed", "accounts", "followers_n, id", "discoverable = 1")
    index("accounts_spoke", "accounts", "coalesce(last_post_at, 0), id")
    op.drop_index("follows_notify", "follows")
    index("follows_notify", "follows", "target_id, notify, state, account_id", "notify = 1")
    index("posts_boosts", "posts", "boost_of_id, id", "boost_of_id IS NOT NULL")
    for table in ("endorsements", "tag_follows", "server_blocks"):
        index(f"{table}_account", table, "account_id, id")


def _spell() -> None:
    """The words of the shown names that there are, as domain.account_words keeps them."""
    con, last = op.get_bind(), 0
    some = sa.text(
        "SELECT id, display_name FROM accounts WHERE id > :last AND display_name <> '' ORDER BY id LIMIT :many"
    )
    one = sa.text("INSERT INTO account_words (account_id, word) VALUES (:id, :word)")
    while rows := con.execute(some, {"last": last, "many": AT_ONCE}).fetchall():
        last = rows[-1][0]
        for id_, name in rows:
            words = dict.fromkeys(word[:40] for word in re.findall(r"\w+", name.casefold()))
            for word in list(words)[:16]:
                con.execute(one, {"id": id_, "word": word})


def downgrade() -> None:
    raise NotImplementedError("migrations lead forwards only")
