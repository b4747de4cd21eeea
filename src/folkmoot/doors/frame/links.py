"""Absolute addresses of media and portraits; private ones are signed, since clients send no token for pictures."""

from __future__ import annotations

import hashlib
import hmac

from folkmoot.domain.views import AccountView
from folkmoot.settings import Settings

SIGNATURE = 32


class Links:
    """Makes addresses. *secret* signs those of media that are not for everybody."""

    def __init__(self, settings: Settings, secret: bytes) -> None:
        self.base = settings.base_url
        self._secret = secret

    def media(self, key: str, *, private: bool = True) -> str:
        """Where a blob is served; whoever holds the address of a private one may fetch it."""
        address = f"{self.base}/media/{key}"
        return f"{address}?s={self.signature(key)}" if private else address

    def signature(self, key: str) -> str:
        """The proof that an address was given out by us."""
        return hmac.new(self._secret, key.encode(), hashlib.sha256).hexdigest()[:SIGNATURE]

    def is_signed(self, key: str, signature: str) -> bool:
        """Whether the signature belongs to the key."""
        return signature.isascii() and hmac.compare_digest(self.signature(key), signature)

    def avatar(self, account: AccountView) -> str:
        """The portrait, or the picture for those who have none."""
        if account.avatar and not account.suspended:
            return self.media(account.avatar, private=False)
        return f"{self.base}/static/{'group' if account.is_group else 'person'}.png"

    def header(self, account: AccountView) -> str:
        """The wide picture above a profile, or the default one."""
        return (
            self.media(account.header, private=False)
            if account.header and not account.suspended
            else f"{self.base}/static/header.png"
        )
