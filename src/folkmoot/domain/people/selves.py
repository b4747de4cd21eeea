"""One's own account, with what only its owner sees."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import admissions
from folkmoot.domain.people.accounts import preferences
from folkmoot.domain.views import AccountView, account
from folkmoot.store.schema.accounts import logins
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx


class OwnAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What an account's owner sees beyond AccountView."""

    account: AccountView
    default_audience: int
    default_language: str
    default_sensitive: bool
    locale: str
    requests_n: int
    quote_policy: int = 0
    """One of quotes.Policy."""


_OWN = Query(
    sa.select(
        logins.c.default_audience, logins.c.default_language, logins.c.default_sensitive, logins.c.locale
    ).where(logins.c.account_id == p("id"))
)


def own_account(tx: Tx, viewer: Viewer) -> OwnAccount:
    """The viewer's own account."""
    me = viewer.required()
    row = tx.one(_OWN, id=me) or (0, "", 0, "en")
    return OwnAccount(
        account=account(tx, me),
        default_audience=row[0],
        default_language=row[1],
        default_sensitive=bool(row[2]),
        locale=row[3],
        requests_n=admissions.count(tx, me),
        quote_policy=preferences(tx, me).quote_policy,
    )
