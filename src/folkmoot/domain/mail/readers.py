"""Who of a group's members gets its mail, where and how: pages of readers by the way that they want it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Membership
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail.reach import chosen, reachable
from folkmoot.store.schema.accounts import accounts, addresses
from folkmoot.store.schema.groups import members
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

PAGE: Final = 500
"""So many readers are written mail for in one transaction, as others wait for it."""
SINGLES: Final = (Delivery.SINGLE,)
DIGESTS: Final = (Delivery.DIGEST, Delivery.HTML_DIGEST)
DAILY: Final = (*DIGESTS, Delivery.SUMMARY)
"""Who gets once a day what others get at once."""
CONTENT: Final = (*SINGLES, *DAILY)
"""Who gets what is said in the group, in whatever form."""
EVERYBODY: Final = (*CONTENT, Delivery.SPECIAL)
"""Who gets special notices: all but those who want no mail."""


class Reader(msgspec.Struct, frozen=True):
    """A member who gets the group's mail, and where. *settings*: what they chose further (JSON)."""

    account_id: int
    address: str
    member_id: int
    delivery: int
    settings: str

    @property
    def wishes(self) -> dict[str, Any]:
        """What they chose further."""
        return told(self.settings)


def told(settings: str) -> dict[str, Any]:
    """What a member chose, of how the membership keeps it: selection, follow_replies, max_attachment, plain_text,
    timezone, digest_hour; what is not there, or empty, is as usual."""
    found: dict[str, Any] = {} if settings == "{}" else msgspec.json.decode(settings)
    return found


_FROM = members.join(accounts, accounts.c.id == members.c.account_id).join(addresses, chosen())
_COLUMNS = (
    members.c.account_id,
    addresses.c.address,
    members.c.id,
    members.c.delivery,
    members.c.settings,
)
_GETS_MAIL = (
    members.c.status == int(Membership.NORMAL),
    accounts.c.suspended_at.is_(None),
    accounts.c.memorial_at.is_(None),
    reachable(addresses.c.id),
)
_PAGE = Query(
    sa.select(*_COLUMNS)
    .select_from(_FROM)
    .where(
        members.c.group_id == p("group_id"),
        in_list(members.c.delivery, "deliveries"),
        members.c.id > p("after"),
        *_GETS_MAIL,
    )
    .order_by(members.c.id)
    .limit(PAGE)
)
_AMONG = Query(
    sa.select(*_COLUMNS)
    .select_from(_FROM)
    .where(in_list(members.c.id, "ids"), members.c.group_id == p("group_id"), *_GETS_MAIL)
)


def page(tx: Tx, group_id: int, deliveries: Sequence[Delivery], after: int = 0) -> list[Reader]:
    """Readers of these kinds, up to PAGE beyond the membership *after*; sight and wishes are asked elsewhere."""
    kinds = [int(kind) for kind in deliveries]
    return [Reader(*row) for row in tx.all(_PAGE, group_id=group_id, deliveries=kinds, after=after)]


def among(tx: Tx, group_id: int, member_ids: Sequence[int]) -> dict[int, Reader]:
    """Those of the memberships of a group that still get mail, by membership, whatever kind they want."""
    if not member_ids:
        return {}
    return {row[2]: Reader(*row) for row in tx.all(_AMONG, group_id=group_id, ids=list(member_ids))}
