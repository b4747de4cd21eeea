"""After the commit: who gets a post by mail is written into the outbox, which is then delivered on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import members
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import mailproofs, outbox
from folkmoot.domain.people import accounts
from folkmoot.doors.frame.house import House
from folkmoot.doors.mail.letters import KINDS, letter_of, read_facts
from folkmoot.doors.mail.render import mail_of, read_sheet
from folkmoot.doors.mail.signing import signer_of
from folkmoot.doors.mail.signs import secret_of
from folkmoot.kit.mail.addresses import fold_address
from folkmoot.settings import Settings
from folkmoot.store.tx import JournalRow

if TYPE_CHECKING:
    from folkmoot.store.blobs import Blobs
    from folkmoot.store.engine import Store
    from folkmoot.store.tx import Tx

PAGE = 1_000
PLAIN_KINDS = frozenset({"help", "welcome"})
"""Letters without anything secret in them."""


async def handle(house: House, event: JournalRow) -> None:
    """The mail door's part in an event; twice is the same as once."""
    work = _PARTS.get(event.kind)
    if work is not None:
        await house.store.awrite(lambda tx: work(tx, event))


def _post_added(tx: Tx, event: JournalRow) -> None:
    """A group's post goes to every member who gets single mails and may see it, the author among them."""
    group_id = event.data.get("group_id")
    if not group_id or event.data.get("boost_of_id"):
        return
    after = 0
    while readers := members.subscribers(tx, group_id, Delivery.SINGLE, after):
        outbox.queue_post(tx, group_id, event.subject_id, readers)
        after = readers[-1].member_id
        if len(readers) < PAGE:
            return


def _post_held(tx: Tx, event: JournalRow) -> None:
    """Every moderator of the group gets a notice with two addresses that let the post in or turn it down."""
    group_id = event.data.get("group_id")
    if not group_id:
        return
    for account_id in members.moderators(tx, group_id):
        address = accounts.main_address(tx, account_id)
        if not address or outbox.is_queued(tx, "held", event.subject_id, address):
            continue
        folded = fold_address(address)
        outbox.queue(
            tx,
            "held",
            account_id,
            address,
            group_id=group_id,
            post_id=event.subject_id,
            reason=event.data.get("reason", ""),
            approve=mailproofs.make(tx, account_id, "approve", event.subject_id, folded),
            reject=mailproofs.make(tx, account_id, "reject", event.subject_id, folded),
        )


_PARTS = {
    journal.POST_ADDED: _post_added,
    journal.POST_HELD: _post_held,
}


def rendered(settings: Settings, store: Store, blobs: Blobs, mail_id: int) -> bytes:
    """A mail of the outbox as it goes out. Raises NotFound where there is none, or its post is gone."""
    item = store.read(lambda tx: outbox.see(tx, Viewer.system(), mail_id))
    if item.kind == outbox.POST and item.post_id is not None:
        post_id = item.post_id
        sheet = store.read(lambda tx: read_sheet(tx, post_id))
        if sheet is None:
            raise NotFound(what="post")
        member_id = int(item.payload.get("member_id", 0))
        return mail_of(settings, blobs, sheet, signer_of(settings)).for_member(
            settings, secret_of(settings), member_id
        )
    if item.kind not in KINDS or (not item.payload and item.kind not in PLAIN_KINDS):
        raise NotFound("this mail is gone: its secrets are not kept once it was sent", what="mail")
    return letter_of(settings, blobs, store.read(lambda tx: read_facts(tx, item)))
