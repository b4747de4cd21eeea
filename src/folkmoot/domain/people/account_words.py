"""Accounts found by name and by the words of the shown name, each at its beginning: by an index, never by a scan."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from folkmoot.store.schema.accounts import account_words, accounts
from folkmoot.store.schema.groups import members
from folkmoot.store.sql import Query, beginning, begins, in_list, p, text_p
from folkmoot.store.tx import Tx

MOST_WORDS = 16
MAX_WORD = 40
NEAR = 500
"""So many accounts are looked at whose names begin alike; with more of them it takes more letters."""
FOUND = 200
_WORD = re.compile(r"\w+", re.UNICODE)

_SPELT = Query(
    sa.select(accounts.c.display_name, account_words.c.word, accounts.c.name, accounts.c.profile_sight)
    .select_from(accounts.outerjoin(account_words, account_words.c.account_id == accounts.c.id))
    .where(accounts.c.id == p("id"))
)
_shown = text_p("shown").concat(members.c.mail)
_IN_GROUPS = Query(
    sa.update(members)
    .where(members.c.account_id == p("id"), sa.or_(members.c.shown != _shown, members.c.sight != p("sight")))
    .values(shown=_shown, sight=p("sight"))
)
_FORGET = Query(
    sa.delete(account_words).where(
        account_words.c.account_id == p("id"), in_list(account_words.c.word, "words", text=True)
    )
)


def words(name: str) -> list[str]:
    """The words of a shown name as they are looked for, each once."""
    found = (word[:MAX_WORD] for word in _WORD.findall(name.casefold()))
    return list(dict.fromkeys(found))[:MOST_WORDS]


def listed_as(display_name: str, name: str) -> str:
    """How lists of members know an account: sorted by what is shown of it, found by a part of that, of its name, or of
    the address that follows."""
    return f"{display_name or name}\n{name}\n".casefold()


def spell(tx: Tx, account_id: int) -> None:
    """Keep the words of an account's shown name as it is now, and what lists of members have of the account."""
    rows = tx.all(_SPELT, id=account_id)
    if rows:
        tx.run(_IN_GROUPS, id=account_id, shown=listed_as(rows[0][0], rows[0][2]), sight=rows[0][3])
    now = words(rows[0][0]) if rows else []
    before = {row[1] for row in rows if row[1] is not None}
    if gone := before.difference(now):
        tx.run(_FORGET, id=account_id, words=list(gone))
    for word in now:
        if word not in before:
            tx.insert_new(account_words, account_id=account_id, word=word)


def _near() -> Any:
    """Ids of accounts whose name, or a word of whose shown name, begins so."""
    named = sa.select(accounts.c.id.label("id")).where(begins(accounts.c.folded, "name")).limit(NEAR)
    shown = (
        sa.select(account_words.c.account_id.label("id"))
        .where(begins(account_words.c.word, "word"))
        .limit(NEAR)
    )
    return sa.union(sa.select(named.subquery()), sa.select(shown.subquery())).subquery("near")


def _matching() -> Any:
    near = _near()
    return (
        sa.select(accounts.c.id, accounts.c.folded, accounts.c.display_name)
        .select_from(near.join(accounts, accounts.c.id == near.c.id))
        .where(
            accounts.c.suspended_at.is_(None),
            # Who moved is found by the whole name only.
            sa.or_(accounts.c.moved_to_id.is_(None), accounts.c.folded == text_p("name")),
        )
        .order_by(
            sa.case((accounts.c.folded == text_p("name"), 0), else_=1),
            accounts.c.followers_n.desc(),
            accounts.c.id,
        )
    )


_MATCHING = Query(_matching)


def matching(tx: Tx, text: str) -> list[int]:
    """Accounts whose name begins with the text, or whose shown name holds it from the beginning of a word on: the exact
    name first, then those who are followed most; 200 at most."""
    said = words(text)
    name = text.lower()
    if not name:
        return []
    values = {**beginning("name", name), **beginning("word", said[0] if said else name)}
    rows = tx.all(_MATCHING, **values)
    held = " ".join(said)
    return [
        id_
        for id_, folded, shown in rows
        if folded.startswith(name) or (held and f" {held}" in " " + " ".join(words(shown)))
    ][:FOUND]
