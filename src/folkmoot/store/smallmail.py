"""Small raw mails stand in the database beside their rows, where one sync makes both durable; read like all blobs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from folkmoot.store.blobs import FolderBlobs
from folkmoot.store.schema.posts import mail_bytes, mails
from folkmoot.store.sql import Query, in_list, text_p

if TYPE_CHECKING:
    from folkmoot.store.engine import Store
    from folkmoot.store.tx import Tx

SMALL: Final = 16_384
"""Octets of a mail that is kept so."""
_OF = Query(
    sa.select(mail_bytes.c.data)
    .select_from(mail_bytes.join(mails, mails.c.id == mail_bytes.c.mail_id))
    .where(mails.c.blob == text_p("key"))
    .limit(1)
)


def keep(tx: Tx, mail_id: int, data: bytes) -> None:
    """Keep the octets of a mail, whose row bears their hash as its blob."""
    tx.insert(mail_bytes, mail_id=mail_id, data=data)


_DROP = Query(sa.delete(mail_bytes).where(in_list(mail_bytes.c.mail_id, "ids")))


def drop(tx: Tx, mail_ids: list[int]) -> None:
    """Forget the octets of these mails; those of a mail that was not small are none of them."""
    tx.run(_DROP, ids=mail_ids)


class StoredBlobs(FolderBlobs):
    """The blobs of a house: files in a folder, and behind them the small mails, which are no files."""

    def __init__(self, folder: Path, store: Store) -> None:
        super().__init__(folder)
        self._store = store

    def get(self, key: str) -> bytes:
        """As Blobs.get; of a small mail not from within a transaction."""
        try:
            return super().get(key)
        except KeyError:
            data = self._store.read(lambda tx: tx.value(_OF, key=key))
            if data is None:
                raise
            return bytes(data)
