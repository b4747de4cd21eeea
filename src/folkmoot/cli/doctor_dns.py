"""What `folkmoot doctor` looks for in the DNS: the records without which mail does not arrive, and what to write."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from folkmoot.kit.mail.dns import Resolver
    from folkmoot.settings import Settings

Finding = tuple[Literal["ok", "warn", "fail"], str]
SECONDS = 3.0
LOCAL = frozenset({"localhost", "test", "example", "invalid", "local", "internal", "lan"})
"""Last parts of names that are in no public DNS (RFC 6761, RFC 6762)."""


def look(settings: Settings, resolver: Resolver | None = None) -> Iterator[Finding]:
    """MX, SPF, DKIM, DMARC and PTR of the domain of the groups' addresses."""
    from folkmoot.kit.mail.dns import DnsDown, SystemResolver

    domain = settings.list_domain.lower()
    if domain.rpartition(".")[2] in LOCAL or _is_ip(domain):
        yield "ok", f"{domain} is no public name: nothing is looked for in the DNS"
        return
    asked = resolver or SystemResolver()
    checks = (_mx, _spf, _dkim, _dmarc, _ptr)
    try:
        for check in checks:
            yield from check(settings, domain, asked)
    except DnsDown:
        yield (
            "warn",
            "the DNS can't be asked from here, so its records were not looked at: run this again online",
        )


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _mx(settings: Settings, domain: str, resolver: Resolver) -> Iterator[Finding]:
    records = resolver.ask(domain, "MX", SECONDS)
    if records:
        yield "ok", f"MX: mail to {domain} goes to {', '.join(r.partition(' ')[2] for r in sorted(records))}"
    elif resolver.ask(domain, "A", SECONDS) or resolver.ask(domain, "AAAA", SECONDS):
        yield (
            "warn",
            f"MX: {domain} has none, so mail goes to its own address; better write: {domain}. IN MX 10 <host>.",
        )
    else:
        yield (
            "warn",
            f"MX: nobody knows where mail to {domain} goes; write: {domain}. IN MX 10 <your mail server>.",
        )


def _spf(settings: Settings, domain: str, resolver: Resolver) -> Iterator[Finding]:
    found = [text for text in resolver.ask(domain, "TXT", SECONDS) if text.lower().startswith("v=spf1")]
    advice = f'{domain}. IN TXT "v=spf1 mx a:<your relay> -all"'
    if len(found) == 1:
        yield "ok", f"SPF: {found[0]}"
    elif found:
        yield "warn", f"SPF: {domain} has {len(found)} records, which counts as an error; keep one"
    else:
        yield "warn", f"SPF: nothing says which servers send mail of {domain}; write: {advice}"


def _dkim(settings: Settings, domain: str, resolver: Resolver) -> Iterator[Finding]:
    from folkmoot.doors.mail.signing import key_file, record_name, signer_of

    signer = signer_of(settings)
    if signer is None:
        there = key_file(settings).exists()
        text = f"{key_file(settings)} can't be read" if there else "mail is not signed: folkmoot mail key"
        yield ("fail" if there else "warn"), f"DKIM: {text}"
        return
    name = record_name(settings)
    found = resolver.ask(name, "TXT", SECONDS)
    wanted = signer.record.partition("p=")[2]
    if any(wanted in text.replace(" ", "") for text in found):
        yield "ok", f"DKIM: {name} is there"
    elif found:
        yield "warn", f'DKIM: {name} holds another key; write: {name}. IN TXT "{signer.record}"'
    else:
        yield "warn", f'DKIM: signed mail looks broken without: {name}. IN TXT "{signer.record}"'


def _dmarc(settings: Settings, domain: str, resolver: Resolver) -> Iterator[Finding]:
    from folkmoot.kit.mail.dmarc import walk

    records = walk(resolver, domain)
    if records:
        nearest = records[0]
        yield "ok", f"DMARC: _dmarc.{nearest.domain} asks for {nearest.tags.get('p', 'none')}"
    else:
        yield (
            "warn",
            f'DMARC: anybody may write in the name of {domain}; write: _dmarc.{domain}. IN TXT "v=DMARC1; p=none"',
        )


def _ptr(settings: Settings, domain: str, resolver: Resolver) -> Iterator[Finding]:
    hosts = [record.partition(" ")[2] for record in resolver.ask(domain, "MX", SECONDS)] or [domain]
    for host in sorted(hosts)[:3]:
        for ip in resolver.ask(host, "A", SECONDS)[:3]:
            names = resolver.ask(ipaddress.ip_address(ip).reverse_pointer, "PTR", SECONDS)
            if any(ip in resolver.ask(name, "A", SECONDS) for name in names[:3]):
                yield "ok", f"PTR: {ip} is {names[0]}"
            else:
                yield (
                    "warn",
                    f"PTR: {ip} has no name that leads back to it; ask its provider to make it {host}",
                )
