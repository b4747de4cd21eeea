"""What a mail proves of where it comes from: SPF, DKIM, DMARC and ARC, checked here or read from a header that one of
our own servers wrote.

The libraries (dkimpy, pyspf) stay behind this module; nothing of it may run on an event loop.
"""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from folkmoot.kit.mail import dmarc, guard
from folkmoot.kit.mail.dns import Budget, DnsDown, Resolver
from folkmoot.kit.mail.octets import Octets
from folkmoot.kit.mail.proven import Proven, Signature
from folkmoot.kit.mail.results import Claim, read_results
from folkmoot.kit.mail.signing import BodyHashes
from folkmoot.kit.mail.stumbles import tried

MAX_SIGNATURES = 5
MAX_SEALS = 10
LARGE = 3_000_000
"""Of larger mails only two signatures are looked at, and no chain of ARC, which the library can't do bit by bit."""
HEAD = 200_000
"""Octets in which headers are looked for."""
SECONDS = 5.0
"""For each of SPF, DKIM, DMARC and ARC: what one of them is made to waste is not missing for another."""
_BLANK = re.compile(rb"\r?\n\r?\n")
_NUMBER = re.compile(r"(?:^|;)\s*i\s*=\s*(\d{1,2})\b")
_DOMAIN = re.compile(r"(?:^|;)\s*d\s*=\s*([^\s;]{1,253})")
_QUIET = logging.getLogger("folkmoot.mail.dkim")
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False


class Origin(msgspec.Struct, frozen=True):
    """Who handed the mail in: the address of the other side, what it called itself, and the return address."""

    ip: str
    helo: str
    sender: str


def check(
    raw: Octets, origin: Origin | None, author_domain: str, resolver: Resolver, sealers: Collection[str] = ()
) -> Proven:
    """Look at everything; without an *origin* there is no SPF. Never raises; asks the DNS, so it takes its time."""
    try:
        guard.check(raw)
    except guard.Unparsable:
        return Proven()
    spf_result, spf_domain = _spf(origin, Budget(resolver, SECONDS))
    signatures = _dkim(raw, Budget(resolver, SECONDS))
    arc, arc_domain, claims = _arc(raw, Budget(resolver, SECONDS))
    verdict = _dmarc(author_domain, spf_result, spf_domain, signatures, resolver)
    if verdict.result == "fail" and origin is None:
        # SPF might have passed where it came in. That holds whatever else has signed it: who forges a mail may leave a
        # signature out, so none must not count for more than a strange one.
        verdict = msgspec.structs.replace(verdict, result="neutral")
    seen_pass = any(claim.method == "dmarc" and claim.result == "pass" for claim in claims)
    return Proven(
        spf=spf_result,
        spf_domain=spf_domain,
        dkim=signatures,
        dmarc=verdict.result,
        policy=verdict.policy,
        domain=verdict.domain,
        arc=arc,
        arc_domain=arc_domain,
        forgiven=arc == "pass" and seen_pass and arc_domain in sealers,
    )


def _spf(origin: Origin | None, resolver: Resolver) -> tuple[str, str]:
    """The result for the return address, or for the greeting where that is empty, and the domain it is about."""
    if origin is None:
        return "none", ""
    import spf

    class Query(spf.query):  # type: ignore[misc]  # the library is untyped
        """The library's query, asking our resolver."""

        def dns(self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list[Any]:
            found = _spf_records(resolver, str(name).rstrip("."), qtype)
            if not found and not ignore_void:
                self.void_lookups += 1
                if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                    raise spf.PermError("too many names that are not there")
            return found

    domain = (origin.sender.rpartition("@")[2] or origin.helo).lower()[:253]

    def look() -> str:
        ipaddress.ip_address(origin.ip)
        try:
            return str(Query(i=origin.ip, s=origin.sender, h=origin.helo or "unknown").check()[0])
        except DnsDown:
            return "temperror"

    return tried(look, "SPF can't be told") or "permerror", domain


def _spf_records(resolver: Resolver, name: str, kind: str) -> list[Any]:
    if kind == "TXT":
        return [(text.encode("latin-1", "replace"),) for text in resolver.ask(name, "TXT")]
    if kind == "MX":
        return [(0, text.partition(" ")[2]) for text in resolver.ask(name, "MX")]
    for known in ("A", "AAAA", "PTR"):
        if kind == known:
            return list(resolver.ask(name, known))
    return []


def _how_many(raw: Octets, name: bytes) -> int:
    """How many headers begin with *name* (lower case, with its colon); the body counts for nothing."""
    end = _BLANK.search(raw, 0, HEAD)
    head = raw[: end.start() if end else HEAD].lower()
    return head.count(b"\n" + name) + head.startswith(name)


class _Keys:
    """Fetches DKIM keys for the library, and remembers whether the DNS was the problem."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.down = False
        self.missing = False

    def __call__(self, name: bytes | str, timeout: float = 5) -> bytes | None:
        text = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        try:
            found = self.resolver.ask(text.rstrip("."), "TXT")
        except DnsDown:
            self.down = True
            return None
        self.missing = not found
        return found[0].encode("latin-1", "replace") if found else None


def _dkim(raw: Octets, resolver: Resolver) -> list[Signature]:
    count = _how_many(raw, b"dkim-signature:")
    if not count:
        return []
    import dkim

    end = _BLANK.search(raw, 0, HEAD)
    top, body = (raw[: end.start()], end.end()) if end else (raw[:], len(raw))
    # The library gets the headers only: it would go over a large body in one breath that holds up all else.
    mail = tried(lambda: dkim.DKIM(top + b"\r\n\r\n", logger=_QUIET, minkey=1024), "DKIM can't be told")
    if mail is None:
        return [Signature("permerror", "")]
    hashes = BodyHashes(raw, body)
    most = MAX_SIGNATURES if len(raw) < LARGE else 2
    return [_signature(mail, index, _Keys(resolver), hashes) for index in range(min(count, most))]


def _signature(mail: Any, index: int, keys: _Keys, hashes: BodyHashes) -> Signature:
    mail.domain = b""
    prepared = tried(lambda: mail.verify_headerprep(index), "a signature of DKIM can't be read")
    domain = bytes(mail.domain or b"").decode("ascii", "replace").lower()[:253]
    if not prepared:
        return Signature("permerror", domain)
    fields, names, headers = prepared
    if b"l" in fields:
        return Signature("policy", domain)
    if fields.get(b"a") not in (b"rsa-sha256", b"ed25519-sha256"):
        return Signature("permerror", domain)  # RFC 8301, 3.1: SHA-1 proves nothing
    claimed = re.sub(rb"\s+", b"", fields.pop(b"bh", b""))
    relaxed = fields.get(b"c", b"").rpartition(b"/")[2].strip() == b"relaxed" and b"/" in fields.get(
        b"c", b""
    )
    if hashes.of(relaxed=relaxed) != claimed:
        return Signature("fail", domain)
    good = tried(lambda: mail.verify_sig(fields, names, headers[index], keys), "a signature can't be checked")
    if keys.down:
        return Signature("temperror", domain)
    if keys.missing:
        return Signature("permerror", domain)
    return Signature("pass" if good else "fail", domain)


def _arc(raw: Octets, resolver: Resolver) -> tuple[str, str, list[Claim]]:
    """The state of the chain, the domain of its last seal, and what that sealer saw itself."""
    seals = _how_many(raw, b"arc-seal:")
    if not seals or len(raw) > LARGE:
        return "none", "", []
    if seals > MAX_SEALS:
        return "fail", "", []
    import dkim

    keys = _Keys(resolver)
    chain = tried(
        lambda: dkim.ARC(bytes(raw), logger=_QUIET, minkey=1024).verify(dnsfunc=keys),
        "a chain of ARC can't be read",
    )
    if keys.down:
        return "temperror", "", []
    if chain is None:
        return "fail", "", []
    state, sets, _ = chain
    result = (state or b"fail").decode("ascii", "replace").lower()
    if result != "pass" or not sets:
        return result, "", []
    domain = sets[0].get("as-domain", b"").decode("ascii", "replace").lower()
    seen = sets[0].get("aar-value", b"").decode("utf-8", "replace").partition(";")[2]
    _, claims = read_results(seen)
    return "pass", domain, claims


def _dmarc(
    author: str, spf_result: str, spf_domain: str, signatures: list[Signature], resolver: Resolver
) -> dmarc.Verdict:
    """The verdict; temperror where the DNS keeps us from telling, and an answer could have changed it."""
    budget = Budget(resolver, SECONDS)

    def told(results: frozenset[str]) -> dmarc.Verdict:
        spf = spf_domain if spf_result in results else ""
        return dmarc.judge(budget, author, spf, [s.domain for s in signatures if s.result in results])

    try:
        verdict = told(frozenset({"pass"}))
        if verdict.result == "fail" and told(frozenset({"pass", "temperror"})).result == "pass":
            return msgspec.structs.replace(verdict, result="temperror")
    except DnsDown:
        return dmarc.Verdict("temperror", domain=author)
    return verdict


def believed(headers: Sequence[tuple[str, str]], server: str, sealers: Collection[str] = ()) -> Proven | None:
    """What the topmost Authentication-Results header of *server* says; None where it wrote none (RFC 8601, 5).
    *headers* are (lower-case name, value) in order. Where it says that the chain of ARC is whole, the last seal is one
    of *sealers*, and that sealer saw DMARC pass, the mail is forgiven as it is where all is looked at here.
    """
    for value in (value for name, value in headers if name == "authentication-results"):
        name, claims = read_results(value)
        if name.lower() != server.lower():
            continue
        spf = next((claim for claim in claims if claim.method == "spf"), None)
        verdict = next((claim for claim in claims if claim.method == "dmarc"), None)
        arc = next((claim for claim in claims if claim.method == "arc"), None)
        sealer, seen = _last_seal(headers) if arc is not None and arc.result == "pass" else ("", [])
        return Proven(
            spf=spf.result if spf else "none",
            spf_domain=spf.about("smtp.mailfrom", "smtp.helo").rpartition("@")[2] if spf else "",
            dkim=[
                Signature(claim.result, claim.about("header.d", "header.i").rpartition("@")[2])
                for claim in claims
                if claim.method == "dkim"
            ][:MAX_SIGNATURES],
            dmarc=verdict.result if verdict else "none",
            policy=verdict.policy if verdict else "",
            domain=verdict.about("header.from") if verdict else "",
            arc=arc.result if arc else "none",
            arc_domain=sealer,
            forgiven=sealer in sealers and any(c.method == "dmarc" and c.result == "pass" for c in seen),
            by=name,
        )
    return None


def _last_seal(headers: Sequence[tuple[str, str]]) -> tuple[str, list[Claim]]:
    """The domain of the last seal of a chain that is known to be whole, and what that sealer saw."""
    seals = [
        (int(number[1]), domain[1].lower())
        for name, value in headers
        if name == "arc-seal" and (number := _NUMBER.search(value)) and (domain := _DOMAIN.search(value))
    ]
    if not seals:
        return "", []
    last, domain_ = max(seals)
    for name, value in headers:
        number = _NUMBER.match(value) if name == "arc-authentication-results" else None
        if number is not None and int(number[1]) == last:
            return domain_, read_results(value.partition(";")[2])[1]
    return domain_, []
