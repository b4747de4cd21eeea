"""The mail door: LMTP and SMTP in, a mail to each member out, and whole archives both ways."""

from folkmoot.domain.journal import MAIL_QUEUED, POST_ADDED, POST_HELD
from folkmoot.doors.mail.outbox import deliver_due, look_after_addresses
from folkmoot.doors.mail.send import cut_digests, forget_over, go_on_with_runs, handle
from folkmoot.doors.mail.web import door

HANDLERS = {POST_ADDED: handle, POST_HELD: handle}
CHORES = {
    deliver_due: MAIL_QUEUED,
    go_on_with_runs: MAIL_QUEUED,
    look_after_addresses: "",
    cut_digests: "",
    forget_over: "",
}

__all__ = ["CHORES", "HANDLERS", "door"]
