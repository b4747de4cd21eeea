"""Alembic's entry: one connection, batch mode on SQLite, a transaction for each revision."""

from alembic import context
from sqlalchemy import create_engine, event, pool, text

from folkmoot.store.schema import metadata

config = context.config
LOCK = 4_606_999


def run() -> None:
    url = config.get_main_option("sqlalchemy.url")
    assert url is not None
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        # The driver's own transaction handling would commit before each DDL statement.
        @event.listens_for(engine, "connect")
        def _autocommit(con: object, _: object) -> None:
            con.isolation_level = None  # type: ignore[attr-defined]  # a sqlite3.Connection

        @event.listens_for(engine, "begin")
        def _begin(con: object) -> None:
            con.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]  # a Connection

    with engine.connect() as con:
        if engine.dialect.name == "postgresql":
            con.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
            con.commit()
        context.configure(
            connection=con,
            target_metadata=metadata,
            render_as_batch=True,
            transaction_per_migration=True,
            compare_type=False,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
