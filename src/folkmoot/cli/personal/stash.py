"""Where logins are kept: a file that only its owner may read, or the system's keyring."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from folkmoot.cli.common import fail

SERVICE = "folkmoot"


@dataclass
class Login:
    """One login. *api* is "mastodon" (which a Folkmoot server's other APIs go with) or "groupsio"."""

    name: str
    url: str
    token: str = ""
    api: str = "mastodon"
    keyring: bool = False
    client_id: str = ""
    client_secret: str = ""


@dataclass
class Stash:
    """All logins by name, and which one is meant where none is named."""

    current: str = ""
    logins: dict[str, Login] = field(default_factory=dict)


def place() -> Path:
    """The file, in the folder that the XDG Base Directory Specification names."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "folkmoot" / "logins.json"


def load() -> Stash:
    """What is kept; nothing where there is no file yet. Fails on a file that can't be read."""
    try:
        kept = json.loads(place().read_bytes())
        return Stash(str(kept["current"]), {name: Login(**one) for name, one in kept["logins"].items()})
    except FileNotFoundError:
        return Stash()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        fail(f"{place()} can't be read ({error}): mend it, or remove it and log in again")


def save(stash: Stash) -> None:
    """Write the file anew, in one step, readable for its owner alone."""
    path = place()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(stash), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def add(login: Login, *, keyring: bool) -> None:
    """Keep a login, and mean it from now on."""
    stash = load()
    if keyring:
        _keyring().set_password(SERVICE, login.name, login.token)
        login = replace(login, token="", keyring=True)
    stash.logins[login.name] = login
    stash.current = login.name
    save(stash)


def drop(login: Login) -> None:
    """Forget a login; the one that was kept before it is meant from now on."""
    stash = load()
    stash.logins.pop(login.name, None)
    if login.keyring:
        _keyring().delete_password(SERVICE, login.name)
    if stash.current == login.name:
        stash.current = next(reversed(stash.logins), "")
    save(stash)


def find(name: str) -> Login:
    """The login called *name* (its beginning will do), or the current one; with its token."""
    url, token = os.environ.get("MOOT_URL", ""), os.environ.get("MOOT_TOKEN", "")
    if not name and url and token:
        return Login(name=url, url=url, token=token)
    stash = load()
    wanted = (name or os.environ.get("MOOT_AS", "") or stash.current).lstrip("@")
    if not wanted:
        fail("you are not logged in; log in first: folkmoot login https://your.server")
    found = [one for one in stash.logins.values() if one.name == wanted] or [
        one for one in stash.logins.values() if one.name.startswith(wanted)
    ]
    if len(found) != 1:
        why = "several logins are called" if found else "no login is called"
        fail(f"{why} {wanted!r}; see: folkmoot accounts")
    login = found[0]
    if login.keyring:
        login.token = str(_keyring().get_password(SERVICE, login.name) or "")
        if not login.token:
            fail(f"the keyring knows no token for {login.name}; log in again: folkmoot login {login.url}")
    return login


def _keyring() -> Any:
    if find_spec("keyring") is None:
        fail("the package keyring is missing: pip install keyring")
    from importlib import import_module

    return import_module("keyring")
