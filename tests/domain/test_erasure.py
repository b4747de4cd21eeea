"""Erasing an account leaves nothing behind: every table that names accounts is spoken for."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.staff.erasure import _WITHIN, KEPT, OWNED
from folkmoot.store.schema import metadata


def test_every_table_that_belongs_to_accounts_is_erased_or_kept_for_a_reason() -> None:
    named = {t.name for t in metadata.tables.values() if "account_id" in t.columns}
    spoken_for = {table for table, _ in OWNED} | set(KEPT)
    assert named - spoken_for == set(), "say in domain/staff/erasure.py what becomes of these rows"
    assert spoken_for <= set(metadata.tables), "a table is gone"
    assert not {table for table, _ in OWNED} & set(KEPT)


def test_what_is_erased_is_found_by_an_index() -> None:
    def leads(table: sa.Table, column: str) -> bool:
        keys = [list(table.primary_key.columns), *(list(i.columns) for i in table.indexes)]
        keys += [list(c.columns) for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
        return any(key and key[0].name == column for key in keys)

    few = {
        ("mutes", "target_id"), ("cursors", "account_id"), ("notice_passes", "actor_id"), ("grants", "account_id"),
        ("announcement_reads", "account_id"), ("announcement_reactions", "account_id"), ("scheduled", "account_id"),
        ("notice_requests", "actor_id"), ("exchange_people", "other_id"), ("account_notes", "target_id"),
        ("endorsements", "target_id"), ("dismissed_suggestions", "target_id"), ("push_subscriptions", "account_id"),
    }  # fmt: skip
    """Small tables, walked once for an erased account."""
    slow = {(t, c) for t, c in OWNED if not leads(metadata.tables[t], c)}
    assert slow <= few
    within = {(t, c) for t, c, _ in _WITHIN if not leads(metadata.tables[t], c)}
    assert not within
