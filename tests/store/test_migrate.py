"""The migrations lead to exactly the tables that the code knows, once, and never backwards."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from tests.support.postgres import Cluster

from folkmoot.settings import Settings
from folkmoot.store import migrate
from folkmoot.store.engine import Store, open_store
from folkmoot.store.errors import SchemaMismatch, StoreUnavailable
from folkmoot.store.schema import metadata
from folkmoot.store.schema.base import before_ddl

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"


def test_head_is_the_newest_file() -> None:
    assert max(f.name.split("_")[0] for f in VERSIONS.glob("[0-9]*.py")) == migrate.HEAD


def test_a_new_database_is_migrated_once(bare_settings: Settings) -> None:
    assert migrate.current(bare_settings) is None
    assert migrate.ensure(bare_settings) is True
    assert migrate.current(bare_settings) == migrate.HEAD
    assert migrate.ensure(bare_settings) is False
    migrate.upgrade(bare_settings)
    with closing(open_store(bare_settings)) as store:
        assert store.read(lambda tx: tx.text_sql(*["SELECT count(*) FROM posts"] * 2).fetchone()[0]) == 0


def test_a_newer_database_is_refused_in_words(settings: Settings, store: Store) -> None:
    store.write(lambda tx: tx.text_sql(*["UPDATE alembic_version SET version_num = '9999'"] * 2))
    with pytest.raises(SchemaMismatch, match=r"revision 9999.*knows " + migrate.HEAD):
        migrate.ensure(settings)
    assert migrate.current(settings) == "9999"


MIGRATE = """
import sys
from folkmoot.settings import Settings
from folkmoot.store import migrate
migrate.ensure(Settings(data=sys.argv[1], database=sys.argv[2]))
"""


def test_two_processes_that_start_at_once_migrate_once(bare_settings: Settings) -> None:
    line = [sys.executable, "-c", MIGRATE, bare_settings.data, bare_settings.database]
    both = [subprocess.Popen(line, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [(p.communicate()[1], p.returncode) for p in both] == [("", 0)] * 2
    assert migrate.current(bare_settings) == migrate.HEAD


def test_what_is_no_database_is_told_as_such(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path))
    (tmp_path / "folkmoot.db").write_bytes(b"I am a text file. " * 500)
    with pytest.raises(StoreUnavailable, match="can't be opened"):
        migrate.ensure(settings)
    with pytest.raises(StoreUnavailable, match="can't be opened"):
        migrate.current(Settings(database="postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"))


@pytest.fixture
def from_code(dialect: str, tmp_path: Path, cluster: Cluster) -> Iterator[Settings]:
    """A database made from the tables in the code, without migrations."""
    if dialect == "sqlite":
        (tmp_path / "code").mkdir()
        yield _create_all(Settings(data=str(tmp_path / "code")))
    else:
        with cluster.empty() as url:
            yield _create_all(Settings(data=str(tmp_path), database=url))


def _create_all(settings: Settings) -> Settings:
    engine = sa.create_engine(migrate.address(settings))
    before_ddl()
    metadata.create_all(engine)
    engine.dispose()
    return settings


def shape(settings: Settings) -> list[str]:
    """Every table, column, default, constraint and index in the database's own words."""
    engine = sa.create_engine(migrate.address(settings))
    with engine.connect() as con:
        if engine.dialect.name == "sqlite":
            found = con.exec_driver_sql("SELECT coalesce(sql, name) FROM sqlite_master").scalars().all()
        else:
            found = con.exec_driver_sql(_POSTGRES_SHAPE).scalars().all()
    engine.dispose()
    lines = [line for text in found for line in _pieces(re.sub(r"\s+", " ", str(text)))]
    return sorted(
        line
        for line in lines
        if not any(own in line for own in ("post_search", "alembic_version", "bodies_search"))
    )


def _pieces(text: str) -> list[str]:
    """A table's lines apart, as two ways of making it put its constraints in another order."""
    if not text.startswith("CREATE TABLE"):
        return [text]
    head, _, rest = text.partition("(")
    return [
        f"{head.strip()}: {piece.strip()}" for piece in re.split(r", (?![^(]*\))", rest.rsplit(")", 1)[0])
    ]


_POSTGRES_SHAPE = """
SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)
  FROM information_schema.columns
  WHERE table_schema = 'public' AND (table_name, column_name) <> ('bodies', 'search')
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace
"""


def test_the_migrated_schema_is_the_one_in_the_code(settings: Settings, from_code: Settings) -> None:
    migrated, coded = shape(settings), shape(from_code)
    assert len(coded) > 100
    missing, surplus = set(coded) - set(migrated), set(migrated) - set(coded)
    assert not missing, "the code has what no migration makes"
    assert not surplus, "a migration makes what the code does not have"
    assert migrated == coded


def test_words_are_found_by_the_index(store: Store) -> None:
    found = store.read(
        lambda tx: tx.text_sql(
            "SELECT count(*) FROM post_search WHERE post_search MATCH 'x'",
            "SELECT count(*) FROM bodies WHERE search @@ to_tsquery('simple', 'x')",
        ).fetchone()[0]
    )
    assert found == 0


def test_a_password_with_signs_survives_the_way_to_alembic() -> None:
    settings = Settings(database="postgresql://me:p%40ss%25@localhost/x")
    assert sa.make_url(migrate.address(settings)).password == "p@ss%"
    assert psycopg.conninfo.conninfo_to_dict(settings.database)["password"] == "p@ss%"


def test_rows_lose_what_stood_in_columns_that_are_gone(bare_settings: Settings) -> None:
    migrate.upgrade(bare_settings, "0026")
    columns = '[{"id":1,"name":"Tool","type":"text"},{"id":3,"name":"Kind","type":"multi_choice","choices":["Long"]}]'
    cells = '[{"column_id":1,"text":"Spade"},{"column_id":2,"text":"secret"},{"column_id":3,"chosen":[1]}]'
    with closing(open_store(bare_settings)) as store:
        for row in (f"INTO group_tables (id, group_id, author_id, name, folded, columns, created_at, updated_at)"
                    f" VALUES (1, 1, 1, 'a', 'a', '{columns}', 1, 1)",
                    f"INTO group_rows (id, table_id, author_id, number, cells, words, created_at, updated_at)"
                    f" VALUES (1, 1, 1, 1, '{cells}', 'spade secret long', 1, 1)"):  # fmt: skip
            store.write(lambda tx, row=row: tx.text_sql(*[f"INSERT {row}"] * 2))
    migrate.upgrade(bare_settings)
    with closing(open_store(bare_settings)) as store:
        text, words = store.read(
            lambda tx: tx.text_sql(*["SELECT cells, words FROM group_rows"] * 2).fetchone()
        )
    assert (words, "secret" in text, "Spade" in text) == ("spade long", False, True)
