"""Mail to the address that stands for a post's author: passed on to them, whose own address nobody learns by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from folkmoot.domain.access import Membership, see_post
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import members
from folkmoot.domain.mail import outbox, reach
from folkmoot.domain.people import accounts, blocking
from folkmoot.doors.mail import replies
from folkmoot.doors.mail.replies import Reply
from folkmoot.kit.mail.addresses import Mailbox

if TYPE_CHECKING:
    from folkmoot.domain.access import Viewer
    from folkmoot.doors.mail.accept import Taken
    from folkmoot.doors.mail.recipients import Recipient
    from folkmoot.store.tx import Tx

KIND: Final = "to_author"
MAX_DAY: Final = 50
"""So many such mails one address gets in a day."""
_NOBODY = Reply(550, "5.1.1", "nobody is reached by this address")
_ENOUGH = Reply(451, "4.7.1", "too much for this reader today, try again later")


def pass_on(tx: Tx, taken: Taken, to: Recipient, who: Mailbox, *, surely: bool) -> Reply:
    """Let an author have what another member of the group answered to them alone. Mail of machines is not passed on:
    the caller has looked. Raises Refusal."""
    sender_id = accounts.find_by_address(tx, who.address) or 0
    member = members.get(tx, to.group_id, sender_id) if sender_id else None
    if member is None or member.status != Membership.NORMAL:
        return replies.MEMBERS_ONLY
    author_id = _author(tx, accounts.viewer_of(tx, sender_id), to)
    address = reach.reached_at(tx, to.group_id, author_id) if author_id else ""
    if not address:
        return _NOBODY
    if blocking.has_blocked(tx, author_id, sender_id):
        return replies.DROPPED  # nobody is told that they are blocked
    if outbox.count_since(tx, KIND, address, tx.now - 86_400_000) >= MAX_DAY:
        return _ENOUGH
    known: dict[str, Any] = {"author_id": sender_id, "to": to.address} if surely else {}
    outbox.queue(tx, KIND, author_id, address, group_id=to.group_id, blob=taken.blob, surely=surely, **known)
    return replies.DONE


def _author(tx: Tx, viewer: Viewer, to: Recipient) -> int:
    try:
        seen = see_post(tx, viewer, to.post_id)
    except NotFound:
        return 0
    return seen.author_id if seen.group_id == to.group_id else 0
