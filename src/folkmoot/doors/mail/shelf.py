"""Mails that many get, kept while they are sent: written once, and forgotten by size."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from folkmoot.doors.mail.render import Mail

MAX_BYTES: Final = 32 * 1024 * 1024
MAX_MAILS: Final = 64


class Shelf:
    """The mails that were asked for last, by what they are made from."""

    def __init__(self) -> None:
        self._mails: OrderedDict[Hashable, Mail] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> Mail | None:
        """The mail, if it is still here."""
        mail = self._mails.get(key)
        if mail is not None:
            self._mails.move_to_end(key)
        return mail

    def put(self, key: Hashable, mail: Mail) -> None:
        """Keep a mail; the one used longest ago goes for it. The last one stays, however large."""
        old = self._mails.pop(key, None)
        self._bytes += len(mail.common) - (len(old.common) if old is not None else 0)
        self._mails[key] = mail
        while len(self._mails) > 1 and (self._bytes > MAX_BYTES or len(self._mails) > MAX_MAILS):
            self._bytes -= len(self._mails.popitem(last=False)[1].common)
