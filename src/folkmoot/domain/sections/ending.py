"""What becomes of a group's calendar, files, databases, chats and wiki when the group is deleted."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from folkmoot.domain.media import litter
from folkmoot.domain.sections import cellpictures
from folkmoot.store.schema.chats import chat_lines, chat_members, chats, wiki_pages, wiki_revisions
from folkmoot.store.schema.entering import callbacks
from folkmoot.store.schema.grouplife import group_tags
from folkmoot.store.schema.mail import digest_marks, digest_posts, event_notes, mail_runs
from folkmoot.store.schema.sections import (
    event_answers,
    event_series,
    events,
    group_files,
    group_rows,
    group_space,
    group_tables,
)
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

AT_ONCE: Final = 200
"""So many rows of one kind go in one transaction."""


def _some(table: Any) -> Query:
    return Query(sa.select(table.c.id).where(table.c.group_id == p("id")).order_by(table.c.id).limit(AT_ONCE))


def _gone(column: Any) -> Query:
    return Query(sa.delete(column.table).where(in_list(column, "ids")))


_EVENTS, _TABLES = _some(events), _some(group_tables)
_LINES = Query(
    sa.select(chat_lines.c.id)
    .where(chat_lines.c.chat_id.in_(sa.select(chats.c.id).where(chats.c.group_id == p("id"))))
    .order_by(chat_lines.c.id)
    .limit(AT_ONCE)
)
_REVISIONS = Query(
    sa.select(wiki_revisions.c.id)
    .where(wiki_revisions.c.page_id.in_(sa.select(wiki_pages.c.id).where(wiki_pages.c.group_id == p("id"))))
    .order_by(wiki_revisions.c.id)
    .limit(AT_ONCE)
)
_LINES_GONE, _REVISIONS_GONE = _gone(chat_lines.c.id), _gone(wiki_revisions.c.id)
_CHAT_SEATS = Query(
    sa.delete(chat_members).where(
        chat_members.c.chat_id.in_(sa.select(chats.c.id).where(chats.c.group_id == p("id")))
    )
)
_ROWS = Query(
    sa.select(group_rows.c.id)
    .where(group_rows.c.table_id.in_(sa.select(group_tables.c.id).where(group_tables.c.group_id == p("id"))))
    .order_by(group_rows.c.id)
    .limit(AT_ONCE)
)
_FILES = Query(
    sa.select(group_files.c.id, group_files.c.blob)
    .where(group_files.c.group_id == p("id"))
    .order_by(group_files.c.id)
    .limit(AT_ONCE)
)
_ANSWERS_GONE, _EVENTS_GONE = _gone(event_answers.c.event_id), _gone(events.c.id)
_ROWS_GONE, _TABLES_GONE, _FILES_GONE = (
    _gone(group_rows.c.id),
    _gone(group_tables.c.id),
    _gone(group_files.c.id),
)
_REST = (
    Query(sa.delete(group_tags).where(group_tags.c.group_id == p("id"))),
    Query(sa.delete(callbacks).where(callbacks.c.group_id == p("id"))),
    _CHAT_SEATS,
    Query(sa.delete(chats).where(chats.c.group_id == p("id"))),
    Query(sa.delete(wiki_pages).where(wiki_pages.c.group_id == p("id"))),
    Query(sa.delete(event_series).where(event_series.c.group_id == p("id"))),
    Query(sa.delete(event_notes).where(event_notes.c.group_id == p("id"))),
    Query(sa.delete(mail_runs).where(mail_runs.c.group_id == p("id"))),
    Query(sa.delete(digest_marks).where(digest_marks.c.group_id == p("id"))),
    Query(sa.delete(digest_posts).where(digest_posts.c.group_id == p("id"))),
    Query(sa.delete(group_space).where(group_space.c.group_id == p("id"))),
)


def end(tx: Tx, group_id: int) -> int:
    """Remove some of what a deleted group's sections held, bytes of files too; how many rows, 0 where all is gone."""
    if ids := tx.column(_EVENTS, id=group_id):
        tx.run(_ANSWERS_GONE, ids=ids)
        return tx.run(_EVENTS_GONE, ids=ids)
    if ids := tx.column(_ROWS, id=group_id):
        cellpictures.clear(tx, ids)
        return tx.run(_ROWS_GONE, ids=ids)
    if ids := tx.column(_TABLES, id=group_id):
        return tx.run(_TABLES_GONE, ids=ids)
    if files := tx.all(_FILES, id=group_id):
        litter.drop(tx, *(row[1] for row in files if row[1]))
        return tx.run(_FILES_GONE, ids=[row[0] for row in files])
    if ids := tx.column(_LINES, id=group_id):
        return tx.run(_LINES_GONE, ids=ids)
    if ids := tx.column(_REVISIONS, id=group_id):
        return tx.run(_REVISIONS_GONE, ids=ids)
    for query in _REST:
        tx.run(query, id=group_id)
    return 0
