"""What a mail was found to prove of where it comes from: kept beside it, and told in words."""

from __future__ import annotations

import msgspec


class Signature(msgspec.Struct, frozen=True):
    """One DKIM signature: pass, fail, policy (it covers only a part of the body), permerror or temperror."""

    result: str
    domain: str


class Proven(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found, in the words of RFC 8601; *by*: who checked ("" for this server, else a header's server).

    *policy* is what the author's domain asks for (none, quarantine, reject). *forgiven*: DMARC fails, but a forwarder
    that is trusted saw it pass (ARC, RFC 8617).
    """

    spf: str = "none"
    spf_domain: str = ""
    dkim: list[Signature] = []
    dmarc: str = "none"
    policy: str = ""
    domain: str = ""
    arc: str = "none"
    arc_domain: str = ""
    forgiven: bool = False
    by: str = ""

    @property
    def fails(self) -> bool:
        """Whether the author's domain disowns the mail."""
        return self.dmarc == "fail" and not self.forgiven


def kept(proven: Proven | None) -> str:
    """As it is kept beside the mail."""
    return "" if proven is None else msgspec.json.encode(proven).decode()


def read_kept(text: str) -> Proven | None:
    """What `kept` wrote; None for an empty text."""
    return msgspec.json.decode(text, type=Proven) if text else None


def in_words(proven: Proven) -> str:
    """One line for a moderator: "SPF pass (example.org), DKIM none, DMARC fail (asks for reject)"."""
    dkim = ", ".join(f"DKIM {s.result} ({s.domain})" for s in proven.dkim) or "DKIM none"
    spf = f"SPF {proven.spf}" + (f" ({proven.spf_domain})" if proven.spf_domain else "")
    dmarc = f"DMARC {proven.dmarc}" + (f" (asks for {proven.policy})" if proven.policy else "")
    arc = f", ARC {proven.arc} ({proven.arc_domain})" if proven.arc != "none" else ""
    return f"{spf}, {dkim}, {dmarc}{arc}" + (f", told by {proven.by}" if proven.by else "")
