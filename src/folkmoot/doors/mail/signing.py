"""The key that this place signs its mail with: one file in the data folder, read anew when it changes."""

from __future__ import annotations

import logging
from pathlib import Path

from folkmoot.kit.mail.signing import BadKey, Signer
from folkmoot.settings import Settings

log = logging.getLogger("folkmoot.mail")
_kept: dict[tuple[str, str, str], tuple[float, Signer | None]] = {}


def key_file(settings: Settings) -> Path:
    """Where the private key is, whether it is there or not."""
    return settings.folder / "dkim" / f"{settings.dkim_selector}.pem"


def record_name(settings: Settings) -> str:
    """The name in the DNS under which receivers look for the public half."""
    return f"{settings.dkim_selector}._domainkey.{settings.signing_domain}"


def signer_of(settings: Settings) -> Signer | None:
    """Who signs; None without a key, and with one that can't be read, which is logged once."""
    file = key_file(settings)
    try:
        changed = file.stat().st_mtime
    except OSError:
        return None
    name = (str(file), settings.signing_domain, settings.dkim_selector)
    found = _kept.get(name)
    if found is None or found[0] != changed:
        found = _kept[name] = (changed, _read(settings, file))
    return found[1]


def _read(settings: Settings, file: Path) -> Signer | None:
    try:
        return Signer(file.read_bytes(), settings.signing_domain, settings.dkim_selector)
    except (OSError, BadKey) as error:
        log.error("mail is not signed: %s: %s", file, error)
        return None
