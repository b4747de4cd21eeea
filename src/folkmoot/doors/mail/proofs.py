"""What a mail that comes in proves of its author, looked at before it is decided on, and what a group makes of it."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import groups
from folkmoot.domain.mail.mailing import UNPROVEN_SETTING
from folkmoot.doors.frame.house import House
from folkmoot.kit.mail.authentication import Origin, believed, check
from folkmoot.kit.mail.dns import Resolver, SystemResolver
from folkmoot.kit.mail.octets import Octets
from folkmoot.kit.mail.parse import Parsed
from folkmoot.kit.mail.proven import Proven
from folkmoot.kit.mail.results import Claim, write_results
from folkmoot.settings import Settings

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

log = logging.getLogger("folkmoot.mail")
THREADS = 8
"""So many mails are looked at at once. They have threads of their own: a DNS that is slow must not keep all else that
is done in threads from going on."""
WAIT_SECONDS = 60.0
"""A sender is made to wait for its answer so long at most."""
RESOLVER, POOL = "mail.resolver", "mail.proofs"


def resolver_of(house: House) -> Resolver:
    """Who is asked about names; a test puts its own into the house."""
    found: Resolver = house.kept.setdefault(RESOLVER, SystemResolver())
    return found


async def prove(
    house: House, origin: Origin | None, parsed: Parsed, raw: Octets, *, by_ours: bool
) -> Proven | None:
    """What is known of a mail's origin; None where nobody looked. Never raises, and ends within a minute.

    A header is believed only of the server that the settings name, in a mail that a server of ours handed in (RFC 8601,
    5: anybody else can write it, too). What comes over the port of ours from outside is
    looked at here; behind a mail server in front that has been done, and there is no address to look at.
    """
    settings = house.settings
    if settings.mail_authserv and by_ours:
        found = believed(parsed.headers, settings.mail_authserv, _sealers(settings))
        if found is not None:
            return found
    wanted = settings.mail_checks == "always" or (settings.mail_checks == "auto" and origin is not None)
    if not wanted or parsed.from_ is None:
        return None
    domain = parsed.from_.address.rpartition("@")[2].lower()
    pool: ThreadPoolExecutor | None = house.kept.get(POOL)
    if pool is None:
        pool = house.kept[POOL] = ThreadPoolExecutor(THREADS, thread_name_prefix="proof")
    work = asyncio.get_running_loop().run_in_executor(
        pool, check, raw, origin, domain, resolver_of(house), _sealers(settings)
    )
    try:
        return await asyncio.wait_for(work, WAIT_SECONDS)
    except TimeoutError:
        log.warning("a mail of %s is taken unproven: looking at it takes too long", domain)
        return Proven(spf="temperror", dmarc="temperror", domain=domain)


def _sealers(settings: Settings) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in settings.mail_arc_sealers.split(",") if word.strip())


def doubt(tx: Tx, group_id: int, proven: Proven | None) -> str:
    """Why the group wants a moderator to look first; empty for no reason. Raises Forbidden where it refuses: only what
    its author's domain asks to be refused, and what is surely not from there."""
    if proven is None or (not proven.fails and proven.dmarc == "pass"):
        return ""
    how = groups.see(tx, Viewer.system(), group_id).settings.get(UNPROVEN_SETTING, "hold")
    if proven.fails:
        if how in ("reject", "strict") and proven.policy == "reject":
            raise Forbidden(f"{proven.domain or 'the domain'} disowns this message (DMARC)", code="unproven")
        return "dmarc_failed"
    if proven.forgiven:
        return ""
    # Whether it passed could not be told here, and the domain cares.
    open_ = proven.dmarc == "neutral" and proven.policy in ("quarantine", "reject")
    return "unproven" if how == "strict" or open_ else ""


def is_disowned(proven: Proven | None) -> bool:
    """Whether the author's domain says that it did not send the mail: then no word in it counts as theirs."""
    return proven is not None and proven.fails


def claims_of(proven: Proven) -> list[Claim]:
    """As parts of an Authentication-Results header."""
    claims = [Claim("spf", proven.spf, {"smtp.mailfrom": proven.spf_domain})]
    claims += [Claim("dkim", signature.result, {"header.d": signature.domain}) for signature in proven.dkim]
    claims.append(Claim("dmarc", proven.dmarc, {"header.from": proven.domain}, proven.policy))
    if proven.arc != "none":
        claims.append(Claim("arc", proven.arc))
    return claims


def results_of(proven: Proven) -> str:
    """The results without a server's name, as an ARC set carries them."""
    return write_results("", claims_of(proven)).removeprefix("; ")
