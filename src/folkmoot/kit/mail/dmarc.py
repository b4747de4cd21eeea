"""DMARC: whose policy holds for an author's domain, and whether what was proven agrees with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from folkmoot.kit.mail.dns import Resolver

MAX_LABELS = 8
"""So many labels of a domain are walked at most (DMARCbis, tree walk)."""
_POLICIES = frozenset({"none", "quarantine", "reject"})
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*\Z")


class Record(msgspec.Struct, frozen=True):
    """A DMARC record and where it stands."""

    domain: str
    tags: dict[str, str]


class Verdict(msgspec.Struct, frozen=True):
    """What DMARC says: pass, fail or none (no policy), and the policy that the author's domain asks for."""

    result: str
    policy: str = ""
    domain: str = ""


def record_at(resolver: Resolver, domain: str) -> Record | None:
    """The one DMARC record of just this name; two are none (RFC 7489, 6.6.3). Raises DnsDown."""
    found = [
        text for text in resolver.ask(f"_dmarc.{domain}", "TXT") if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)
    ]
    if len(found) != 1:
        return None
    tags: dict[str, str] = {}
    for part in found[0][:2_000].split(";"):
        name, sign, value = part.partition("=")
        if sign:
            tags.setdefault(name.strip().lower(), value.strip().lower())
    return Record(domain, tags)


def walk(resolver: Resolver, domain: str) -> list[Record]:
    """The records from a domain upwards, the nearest first (DMARCbis, tree walk). Raises DnsDown."""
    labels = domain.split(".")
    names = [domain]
    start = 1 if len(labels) < MAX_LABELS else len(labels) - MAX_LABELS + 1
    names += [".".join(labels[at:]) for at in range(start, len(labels))]
    records = []
    for name in names:
        record = record_at(resolver, name)
        if record is not None:
            records.append(record)
            if record.tags.get("psd") in ("n", "y"):
                break
    return records


def organisation(domain: str, records: Sequence[Record]) -> str:
    """The organisational domain by a walk's records: that of psd=n, one below psd=y, else the highest with a record."""
    for record in records:
        if record.tags.get("psd") == "n":
            return record.domain
        if record.tags.get("psd") == "y" and record.domain != domain:
            labels = domain.split(".")
            return ".".join(labels[len(labels) - record.domain.count(".") - 2 :])
    return records[-1].domain if records else domain


def judge(resolver: Resolver, author_domain: str, spf_domain: str, dkim_domains: Sequence[str]) -> Verdict:
    """Whether a domain that was proven (by SPF, by DKIM; empty for none) agrees with the author's. Raises DnsDown."""
    author = author_domain.lower().rstrip(".")
    if not _NAME.match(author) or "." not in author:
        return Verdict("permerror")
    records = walk(resolver, author)
    if not records:
        return Verdict("none", domain=author)
    home = organisation(author, records)
    nearest = records[0]
    policy = nearest.tags.get("p", "none")
    if nearest.domain != author:
        policy = nearest.tags.get("sp", policy)
    if policy not in _POLICIES:
        policy = "none"
    proven = [(spf_domain, nearest.tags.get("aspf", "r"))]
    proven += [(domain, nearest.tags.get("adkim", "r")) for domain in dkim_domains]
    agrees = any(_aligned(resolver, author, home, other, mode) for other, mode in proven if other)
    return Verdict("pass" if agrees else "fail", policy, author)


def _aligned(resolver: Resolver, author: str, home: str, other: str, mode: str) -> bool:
    other = other.lower().rstrip(".")
    if other == author:
        return True
    if mode == "s" or not _NAME.match(other):
        return False
    if other == home:
        return True
    under_home = other.endswith("." + home)
    return under_home and organisation(other, walk(resolver, other)) == home
