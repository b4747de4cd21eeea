"""Questions to the DNS behind one small interface: bounded in time, remembered for a while, and never in the way when
the DNS is down."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import dns.resolver

Kind = Literal["A", "AAAA", "MX", "PTR", "TXT"]
LOOKUP_SECONDS = 4.0
KEPT_SECONDS = 300.0
KEPT = 2_000
REST_SECONDS = 30.0
"""So long a name that got no answer is not asked for again. Only that name: who has a slow name server must not be
able to make us blind for others."""


class DnsDown(Exception):
    """No answer could be had: that says nothing about the name (a temporary error)."""


class Resolver(Protocol):
    """Who answers; a test brings its own."""

    def ask(self, name: str, kind: Kind, seconds: float = LOOKUP_SECONDS) -> list[str]:
        """The records of a name as text, none for a name that is not there: an address; for MX "10 host"; a host for
        PTR (*name* is the in-addr.arpa name); the joined strings of a TXT as Latin-1. Raises DnsDown.
        """
        ...


class Budget:
    """A resolver that has so many seconds and questions for all that is asked of it, such as one mail's checks."""

    def __init__(self, resolver: Resolver, seconds: float, questions: int = 60) -> None:
        self.resolver = resolver
        self.until = time.monotonic() + seconds
        self.left = questions

    def ask(self, name: str, kind: Kind, seconds: float = LOOKUP_SECONDS) -> list[str]:
        rest = self.until - time.monotonic()
        self.left -= 1
        if rest <= 0 or self.left < 0:
            raise DnsDown("too many or too slow questions for one mail")
        return self.resolver.ask(name, kind, min(seconds, rest))


class SystemResolver:
    """The resolver that the system is set up with; may be used from many threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[float, list[str] | None]] = OrderedDict()
        self._lock = threading.Lock()
        self._real: dns.resolver.Resolver | None = None

    def ask(self, name: str, kind: Kind, seconds: float = LOOKUP_SECONDS) -> list[str]:
        key = (name.lower().rstrip("."), kind)
        with self._lock:
            found = self._kept.get(key)
        if found is not None and found[0] > time.monotonic():
            answer = found[1]
        else:
            answer = self._asked(key[0], kind, seconds)
            self._keep(key, answer)
        if answer is None:
            raise DnsDown(f"no answer to {key[0]} {kind}")
        return answer

    def _asked(self, name: str, kind: Kind, seconds: float) -> list[str] | None:
        """The records; None where no answer could be had."""
        import dns.exception
        import dns.name
        import dns.resolver

        try:
            if self._real is None:
                self._real = dns.resolver.Resolver()
            answer = self._real.resolve(name + ".", kind, lifetime=seconds, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN, UnicodeError):
            return []
        except (dns.name.EmptyLabel, dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.BadEscape):
            return []
        except (dns.exception.DNSException, OSError):
            return None
        return [_text(record, kind) for record in answer]

    def _keep(self, key: tuple[str, str], answer: list[str] | None) -> None:
        until = time.monotonic() + (REST_SECONDS if answer is None else KEPT_SECONDS)
        with self._lock:
            self._kept[key] = (until, answer)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _text(record: object, kind: Kind) -> str:
    """One record as `Resolver.ask` gives it."""
    if kind == "TXT":
        return b"".join(getattr(record, "strings", ())).decode("latin-1")
    if kind == "MX":
        return f"{getattr(record, 'preference', 0)} {str(getattr(record, 'exchange', '')).rstrip('.')}"
    return str(record).rstrip(".")
