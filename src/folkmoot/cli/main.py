"""The command `folkmoot`: how every refusal becomes one line on standard error and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

_SAID = {
    "name.blank": "a name is needed",
    "name.invalid": "a name is made of letters, digits and _ (a group's of letters, digits and dashes)",
    "name.too_long": "the name is too long",
    "name.reserved": "that name is kept for the server itself",
    "address.invalid": "that is no e-mail address",
    "password.too_short": "the password needs at least 8 characters",
    "password.too_long": "the password is too long",
}
"""Refusals by their codes, where an operator is told more than the code."""


def main() -> None:
    """Run a command; what can go wrong without a mistake in the program ends in one line and exit code 1."""
    try:
        from folkmoot.cli.commands import app
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("folkmoot"):
            raise
        _end(
            f"{error.name} is missing; the command comes with: pip install 'folkmoot[cli]', "
            "and with the server: pip install 'folkmoot[server]'"
        )
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if not isinstance(error, _expected()):
            raise
        _end(_words(error))


def _expected() -> tuple[type[Exception], ...]:
    """Failures of the world, refusals of a server or of the domain; imported only once something has gone wrong."""
    from folkmoot.cli.commands import WITH_SERVER
    from folkmoot.cli.common import Failed
    from folkmoot.client.errors import ClientError, MastodonError

    away = (Failed, ClientError, MastodonError, OSError)
    if not WITH_SERVER:
        return away
    from folkmoot.domain.errors import Refusal
    from folkmoot.settings import SettingsError
    from folkmoot.store.errors import SchemaMismatch, StoreUnavailable

    return *away, Refusal, SettingsError, SchemaMismatch, StoreUnavailable


def _words(error: Any) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if type(error).__module__.startswith("folkmoot.client"):
        from folkmoot.cli.personal.advice import advice

        return advice(error)
    return _SAID.get(getattr(error, "code", "")) or str(error) or type(error).__name__


def _end(text: str) -> NoReturn:
    line = " ".join(text.split())
    sys.stderr.write(f"folkmoot: {line}\n")
    sys.exit(1)
