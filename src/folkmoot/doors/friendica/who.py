"""Whom a call names: by id, nick or nick@host, address of a profile, path segment, or nobody."""

from __future__ import annotations

import re
from typing import Any

from folkmoot.domain import views
from folkmoot.domain.access import Viewer, hidden_groups
from folkmoot.domain.people import accounts, handles
from folkmoot.domain.views import AccountView
from folkmoot.doors.friendica.refusals import Said
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import read_id

Words = tuple[int, str]
"""Status and text of what one call says of somebody who is not there."""
MANY = 100
"""So many people at most are named in one call."""
_NAMES = ("user_id", "screen_name", "profileurl", "id", "user")
_BEFORE_HOST = re.compile(r"\s*(?:acct:|[a-z][a-z0-9+.-]*://)?(?:www\.)?", re.I)
_PROFILE = re.compile(r"(?:@|~|u/|users?/|profile/|group/|groups/)?([^/?#]+)", re.I)


def is_named(ask: Any) -> bool:
    """Whether the call names somebody; a 0 names nobody."""
    return any(_said(ask, name) for name in _NAMES)


def _said(ask: Any, name: str) -> str:
    text = (getattr(ask, name, None) or "").strip()
    return "" if text == "0" else text


def found(tx: Tx, viewer: Viewer, ask: Any, *, gone: bool = False) -> AccountView | None:
    """Whom the call names, None where nobody is there or the viewer may not know of a group; *gone*: suspended
    accounts are found too."""
    id_: int | None = None
    if text := _said(ask, "user_id"):
        id_ = read_id(text) or (by_url(tx, text) if "://" in text else None)
    elif text := _said(ask, "screen_name"):
        id_ = accounts.find_by_handle(tx, text)
    elif text := _said(ask, "profileurl"):
        id_ = by_url(tx, text)
    elif text := _said(ask, "id") or _said(ask, "user"):
        return by_word(tx, viewer, text, gone=gone)
    return seen(tx, viewer, id_, gone=gone)


def by_word(tx: Tx, viewer: Viewer, text: str, *, gone: bool = False) -> AccountView | None:
    """The account of an id, or of a nick where no account has that id."""
    text = text.strip()
    number = read_id(text)
    account = seen(tx, viewer, number, gone=gone) if number else None
    return account or seen(tx, viewer, accounts.find_by_handle(tx, text) if text else None, gone=gone)


def seen(tx: Tx, viewer: Viewer, id_: int | None, *, gone: bool = False) -> AccountView | None:
    """The account, unless there is none, it is suspended, or a group of which the viewer may not know."""
    account = views.accounts_by_ids(tx, [id_ or 0]).get(id_ or 0)
    if account is None or account.is_group:  # asked for nobody too: what is hidden takes as long
        account = None if hidden_groups(tx, viewer, [id_ or 0]) else account
    return None if account is None or (account.suspended and not gone) else account


def wanted(tx: Tx, viewer: Viewer, ask: Any, unknown: Words, *, gone: bool = False) -> AccountView:
    """Whom the call has to name. Raises *unknown* where it names nobody, or somebody who is not there."""
    account = found(tx, viewer, ask, gone=gone)
    if account is None:
        raise Said(*unknown)
    return account


def or_caller(tx: Tx, viewer: Viewer, ask: Any, unknown: Words) -> AccountView:
    """Whom the call names, or the caller. Raises *unknown*, and Unauthenticated where there is no caller."""
    return wanted(tx, viewer, ask, unknown) if is_named(ask) else views.account(tx, viewer.required())


def several(tx: Tx, viewer: Viewer, ids: list[str], names: list[str]) -> list[AccountView]:
    """Up to 100 people by ids and nicks, each list with commas between; who is not there is left out."""
    numbers = [number for text in _split(ids) if (number := read_id(text))]
    known = list(dict.fromkeys([*numbers, *handles.ids_of(tx, _split(names))]))[:MANY]
    return shown(tx, viewer, known)


def _split(texts: list[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",") if part.strip()][:MANY]


def shown(tx: Tx, viewer: Viewer, ids: list[int]) -> list[AccountView]:
    """The accounts in that order, without suspended ones and groups of which the viewer may not know."""
    accounts_ = [account for account in views.account_list(tx, ids) if not account.suspended]
    people = {account.id for account in accounts_ if not account.is_group}
    hidden = hidden_groups(tx, viewer, [id_ for id_ in ids if id_ not in people])
    return [account for account in accounts_ if account.id not in hidden]


def by_url(tx: Tx, url: str) -> int | None:
    """The account of a profile's address, whatever its scheme, with or without www. and a slash at the end:
    host/@name, host/profile/name, host/users/name, host/u/name, host/~name, host/name, or name@host."""
    host, _, path = _plain(url).partition("/")
    if not path:
        return accounts.find_by_handle(tx, host) if "@" in host else None
    base, _, prefix = _plain(tx.settings.base_url).partition("/")
    is_ours = host.lower() == base.lower()
    if is_ours and prefix:
        if not path.startswith(f"{prefix}/"):
            return None
        path = path.removeprefix(f"{prefix}/")
    match = _PROFILE.fullmatch(path)
    if match is None:
        return None
    return accounts.find_by_name(tx, match[1], "" if is_ours else host)


def _plain(url: str) -> str:
    match = _BEFORE_HOST.match(url)
    rest = url[match.end() :] if match else url
    return rest.strip().partition("#")[0].partition("?")[0].rstrip("/")
