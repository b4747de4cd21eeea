"""The server's key for web pushes: clients learn its public half, push services check what it signed."""

from __future__ import annotations

from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from folkmoot.doors.frame.house import House
from folkmoot.kit.webpush import Signer

_making = Lock()
KEPT: Final = "mastodon.vapid"
CLAIM_SECONDS: Final = 86_340
"""How long a signed claim is good for: just under the day that RFC 8292 §2 allows."""


def signer_of(house: House) -> Signer:
    """The house's signer, made on first use."""
    found = house.kept.get(KEPT)
    if found is None:
        with _making:  # the libraries are loaded here, which two threads must not do at once
            found = house.kept.setdefault(KEPT, house.kept.get(KEPT) or Signer(house.secret))
    assert isinstance(found, Signer)
    return found


def public_key(house: House) -> str:
    """URL-safe base64 of the uncompressed P-256 point, as instance documents and applications show it."""
    return signer_of(house).public_key


def claim(house: House, origin: str) -> str:
    """What a push service is shown: that this server sends, to that *origin* (scheme://host), and whom to ask."""
    settings = house.settings
    host = urlsplit(settings.base_url).hostname or "localhost"
    contact = f"mailto:{settings.contact or f'postmaster@{host}'}"
    until = house.clock() // 1000 + CLAIM_SECONDS
    return signer_of(house).sign({"aud": origin, "exp": until, "sub": contact})
