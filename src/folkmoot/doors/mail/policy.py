"""Whether an author's name may stand in From: not where their domain wants no mail in its name but its own (DMARC)."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import Final

from folkmoot.doors.frame.house import House
from folkmoot.doors.mail.proofs import resolver_of
from folkmoot.kit.mail.dmarc import judge
from folkmoot.kit.mail.dns import DnsDown, Resolver

log = logging.getLogger("folkmoot.mail")
POLICIES: Final = "mail.policies"
KEPT: Final = 1_000
KEPT_MS: Final = 3_600_000
"""A policy is believed for an hour; that a DNS gave no answer, for a minute."""
FAILED_MS: Final = 60_000
WAIT_SECONDS: Final = 10.0


async def munges(house: House, domain: str) -> bool:
    """Whether the group has to stand in From for an author of that domain: where its policy is quarantine or reject,
    and where it can't be learnt. Never raises."""
    if not domain or house.settings.mail_checks == "never":
        return True
    kept: OrderedDict[str, tuple[int, bool]] = house.kept.setdefault(POLICIES, OrderedDict())
    now = house.clock()
    found = kept.get(domain)
    if found is not None and found[0] > now:
        return found[1]
    strict, until = True, now + FAILED_MS
    try:
        ask = asyncio.to_thread(_policy, resolver_of(house), domain)
        strict, until = await asyncio.wait_for(ask, WAIT_SECONDS) in ("quarantine", "reject"), now + KEPT_MS
    except (TimeoutError, DnsDown, OSError) as error:
        log.info("the DMARC policy of %s is not known: %s", domain, error)
    kept[domain] = (until, strict)
    kept.move_to_end(domain)
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return strict


def _policy(resolver: Resolver, domain: str) -> str:
    return judge(resolver, domain, "", ()).policy
