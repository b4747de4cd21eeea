"""What is answered to the mail server that hands a mail in: code, enhanced code (RFC 3463) and a sentence."""

from __future__ import annotations

import msgspec

from folkmoot.domain.errors import Forbidden, Invalid, NotFound, Refusal, TooMany


class Reply(msgspec.Struct, frozen=True):
    """One answer of LMTP or SMTP."""

    code: int
    enhanced: str
    text: str

    @property
    def good(self) -> bool:
        return 200 <= self.code < 300

    def line(self) -> bytes:
        """As it goes over the wire; what is not ASCII becomes a question mark."""
        clean = " ".join(self.text.split())[:400].encode("ascii", "replace").decode()
        return f"{self.code} {self.enhanced} {clean}\r\n".encode()


ACCEPTED = Reply(250, "2.0.0", "accepted")
HELD = Reply(250, "2.0.0", "accepted, waits for a moderator")
AGAIN = Reply(250, "2.0.0", "this message is here already")
DROPPED = Reply(250, "2.0.0", "taken, not posted")
DONE = Reply(250, "2.0.0", "done")
ASKED = Reply(250, "2.0.0", "a confirmation is asked for by mail where that is due")
LATER = Reply(451, "4.3.0", "try again later")
NO_SPACE = Reply(452, "4.3.1", "no room at this moment, try again later")
TOO_SLOW = Reply(451, "4.4.2", "this message came in too slowly, try again later")
TOO_BIG = Reply(552, "5.3.4", "message too big")
NOBODY = Reply(550, "5.1.1", "no such group here")
NOBODY_READS = Reply(550, "5.1.1", "nobody reads this address here")
ENOUGH = Reply(451, "4.7.1", "too much mail to this address today, try again later")
LOOP = Reply(554, "5.4.6", "too many hops: this message goes in circles")
MEMBERS_ONLY = Reply(
    550, "5.7.1", "only members post to this group; write from the address that you joined with"
)
ONE_AUTHOR = Reply(550, "5.7.1", "a message needs exactly one author in its From header")
SUSPENDED = Reply(550, "5.7.1", "this account is suspended")
DISOWNED = Reply(550, "5.7.1", "the domain of this message's author says that it is not from there (DMARC)")
BAD_PROOF = Reply(
    550, "5.7.1", "this confirmation is not valid, or not any more; it works once and from your address only"
)

YES_OR_NO = Reply(
    550, "5.6.0", "nothing was decided: begin your answer with yes or no, and a full stop behind it"
)


def of_refusal(refusal: Refusal) -> Reply:
    """The one table from the domain's refusals to this door's form."""
    if isinstance(refusal, NotFound):
        return MEMBERS_ONLY  # a group that the author may not know of looks like one for members
    if isinstance(refusal, Forbidden):
        return Reply(550, "5.7.1", refusal.message or "refused")
    if isinstance(refusal, Invalid):
        return Reply(554, "5.6.0", f"this message can't be taken: {refusal.message}")
    if isinstance(refusal, TooMany):
        return Reply(451, "4.7.1", refusal.message or "too much at once, try again later")
    return Reply(550, "5.7.1", refusal.message or "refused")
