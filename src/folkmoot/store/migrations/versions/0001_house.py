"""The house: accounts, bonds, groups, posts, the journal and the outbox, and full-text search."""

from alembic import op

from folkmoot.store.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE post_search USING fts5(title, plain, content='bodies', content_rowid='post_id', "
            "tokenize='unicode61 remove_diacritics 2')"
        )
    else:
        op.execute(
            "ALTER TABLE bodies ADD COLUMN search tsvector GENERATED ALWAYS AS "
            "(to_tsvector('simple', title || ' ' || left(plain, 200000))) STORED"
        )
        op.execute("CREATE INDEX bodies_search ON bodies USING gin (search)")


def downgrade() -> None:
    raise RuntimeError("there is nothing before the first revision; restore a backup instead")
