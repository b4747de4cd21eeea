"""Ranked tables for the staff: which languages, applications and servers people come with, and what the place needs."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot import __version__
from folkmoot.domain.access import PostState, Viewer
from folkmoot.domain.errors import Invalid
from folkmoot.domain.powers import require_power
from folkmoot.domain.staff import tallies
from folkmoot.domain.staff.measures import Range, of_server
from folkmoot.store.schema.accounts import accounts, apps, logins
from folkmoot.store.schema.bonds import follows
from folkmoot.store.schema.posts import post_tags, posts
from folkmoot.store.schema.staff import presence
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

MOST: Final = 100


class Line(msgspec.Struct, frozen=True):
    """One line of a table: what it is about (a word, and one for people) and how much; *unit* is "bytes" or empty."""

    key: str
    name: str
    value: int | str
    unit: str = ""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a table is asked for: its days, and the tag or server that some tables are about."""

    within: Range
    tag_id: int = 0
    domain: str = ""
    limit: int = 10

    @property
    def values(self) -> dict[str, Any]:
        return {**self.within.values, "tag_id": self.tag_id, "domain": self.domain.strip().lower()}


_N = sa.func.count()
_PEOPLE = sa.func.count(sa.distinct(presence.c.account_id))
_LIVE = posts.c.state == int(PostState.LIVE)
_TAGGED = post_tags.join(posts, posts.c.id == post_tags.c.post_id).join(
    accounts, accounts.c.id == posts.c.author_id
)
_OF_TAG = (
    post_tags.c.tag_id == p("tag_id"),
    post_tags.c.post_id >= p("low"),
    post_tags.c.post_id < p("high"),
    _LIVE,
)
_OF_SERVER = sa.and_(accounts.c.domain != "", accounts.c.domain == text_p("domain"))
_SELECTS: Final[dict[str, Any]] = {
    "languages": sa.select(logins.c.locale, _PEOPLE)
    .select_from(presence.join(logins, logins.c.account_id == presence.c.account_id))
    .where(presence.c.day >= p("first"), presence.c.day <= p("last"))
    .group_by(logins.c.locale)
    .order_by(_PEOPLE.desc(), logins.c.locale),
    "sources": sa.select(sa.func.coalesce(apps.c.name, ""), _N)
    .select_from(logins.outerjoin(apps, apps.c.id == logins.c.app_id))
    .where(logins.c.created_at >= p("start"), logins.c.created_at < p("end"))
    .group_by(apps.c.name)
    .order_by(_N.desc()),
    "tag_servers": sa.select(accounts.c.domain, _N)
    .select_from(_TAGGED)
    .where(*_OF_TAG)
    .group_by(accounts.c.domain)
    .order_by(_N.desc(), accounts.c.domain),
    "tag_languages": sa.select(posts.c.language, _N)
    .select_from(_TAGGED)
    .where(*_OF_TAG)
    .group_by(posts.c.language)
    .order_by(_N.desc(), posts.c.language),
    "instance_accounts": sa.select(accounts.c.name, _N)
    .select_from(accounts.join(follows, follows.c.target_id == accounts.c.id))
    .where(_OF_SERVER, follows.c.state == 1, follows.c.id >= p("low"), follows.c.id < p("high"))
    .group_by(accounts.c.name)
    .order_by(_N.desc(), accounts.c.name),
    "instance_languages": sa.select(posts.c.language, _N)
    .where(of_server(posts.c.author_id), _LIVE, posts.c.id >= p("low"), posts.c.id < p("high"))
    .group_by(posts.c.language)
    .order_by(_N.desc(), posts.c.language),
}
_SIZE = (
    "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "SELECT pg_database_size(current_database())",
)
_VERSION = ("SELECT sqlite_version()", "SHOW server_version")


@lru_cache(maxsize=64)
def _query(key: str, limit: int) -> Query:
    return Query(_SELECTS[key].limit(limit))


def _rows(tx: Tx, key: str, about: About) -> list[Line]:
    rows = tx.all(_query(key, about.limit), **about.values)
    return [Line(*_NAMES[key](tx, row[0]), int(row[1])) for row in rows]


def _server(tx: Tx, domain: str) -> tuple[str, str]:
    name = domain or tx.settings.domain
    return name, name


def _language(tx: Tx, code: str) -> tuple[str, str]:
    return (code, code) if code else ("und", "Undetermined")


_NAMES: Final[dict[str, Callable[[Tx, str], tuple[str, str]]]] = {
    "languages": _language,
    "sources": lambda tx, name: (name, name) if name else ("web", "Website"),
    "tag_servers": _server,
    "tag_languages": _language,
    "instance_accounts": lambda tx, name: (name, name),
    "instance_languages": _language,
}


def _servers(tx: Tx, about: About) -> list[Line]:
    found: Counter[str] = Counter()
    for parts in tallies.of_days(tx, tallies.POSTS, about.within.first, about.within.last).values():
        found.update(parts)
    return [Line(*_server(tx, d), n) for d, n in found.most_common(about.limit)]


def _space(tx: Tx, about: About) -> list[Line]:
    engine = "SQLite" if tx.dialect == "sqlite" else "PostgreSQL"
    size = int(tx.text_sql(*_SIZE).fetchone()[0])
    return [
        Line(engine.lower(), engine, size, "bytes"),
        Line("media", "Media storage", tallies.stored(tx), "bytes"),
    ]


def _software(tx: Tx, about: About) -> list[Line]:
    engine = "SQLite" if tx.dialect == "sqlite" else "PostgreSQL"
    found = str(tx.text_sql(*_VERSION).fetchone()[0]).partition(" ")[0]
    return [
        Line("folkmoot", "Folkmoot", __version__),
        Line("python", "Python", platform.python_version()),
        Line(engine.lower(), engine, found),
    ]


_MADE: Final[dict[str, Callable[[Tx, About], list[Line]]]] = {
    "servers": _servers,
    "space_usage": _space,
    "software_versions": _software,
}
KEYS: Final = (*_SELECTS, *_MADE)
ABOUT_TAG: Final = frozenset(key for key in KEYS if key.startswith("tag_"))
ABOUT_SERVER: Final = frozenset(key for key in KEYS if key.startswith("instance_"))


def table(tx: Tx, viewer: Viewer, key: str, about: About) -> list[Line]:
    """One table (of KEYS), the most first, a hundred lines at most. Raises Forbidden("role"), Invalid("keys")."""
    require_power(viewer, "see_dashboard")
    if key not in KEYS:
        raise Invalid("keys", "unknown")
    about = msgspec.structs.replace(about, limit=max(1, min(about.limit, MOST)))
    return _MADE[key](tx, about) if key in _MADE else _rows(tx, key, about)
