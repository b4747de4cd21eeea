"""Rate limits in memory: fixed windows per rule and token, account or address, with Mastodon's headers."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Literal

import msgspec

from folkmoot.doors.frame.answers import Header
from folkmoot.doors.frame.faults import Throttled


class RateRule(msgspec.Struct, frozen=True, kw_only=True):
    """One limit: *limit* requests per *window* seconds for what matches."""

    name: str
    methods: frozenset[str] = frozenset()
    """Empty: every method."""
    path: str = ""
    """A prefix, or a pattern with `{x}` for one segment, which must then match the whole path."""
    limit: int
    window: int
    by: Literal["account", "token", "ip"] = "account"
    """By account or token, requests of nobody count for their address."""
    known: bool = False
    """Only requests of somebody count: what nobody asks is held by another rule."""
    params: frozenset[str] = frozenset()
    """Only requests whose query has one of these parameters count; empty: all."""


class Rate(msgspec.Struct, frozen=True):
    """Where a caller stands under one rule. *reset* is the window's end in ms since 1970."""

    limit: int
    remaining: int
    reset: int

    def headers(self) -> list[Header]:
        """As Mastodon has them: the reset as ISO 8601 with six decimals."""
        moment = datetime.fromtimestamp(self.reset / 1000, UTC)
        return [
            (b"x-ratelimit-limit", str(self.limit).encode()),
            (b"x-ratelimit-remaining", str(self.remaining).encode()),
            (b"x-ratelimit-reset", moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()),
        ]


class Limiter:
    """Counts for all rules of a process; at most *max_keys* counters, the oldest windows go first."""

    def __init__(
        self, rules: Sequence[RateRule], clock: Callable[[], int], *, on: bool = True, max_keys: int = 50_000
    ) -> None:
        self._rules = [(rule, _matcher(rule.path)) for rule in rules]
        self._clock = clock
        self._max = max_keys
        self.on = on and bool(rules)
        self._counts: OrderedDict[Hashable, int] = OrderedDict()
        self._lock = Lock()
        self._matching: dict[tuple[str, str], tuple[RateRule, ...]] = {}

    def matching(self, method: str, route: str) -> tuple[RateRule, ...]:
        """The rules for a request. They are looked up once per method and *route* (the route's own
        pattern)."""
        key = (method, route)
        found = self._matching.get(key)
        if found is None:
            found = tuple(
                rule
                for rule, fits in self._rules
                if (not rule.methods or method in rule.methods) and fits(route)
            )
            self._matching[key] = found
        return found

    def take(
        self, rules: Sequence[RateRule], account_id: int, ip: str, *, token_id: int = 0, query: bytes = b""
    ) -> Rate | None:
        """Count one request under every rule; the tightest standing. Raises Throttled when one is used up.

        *account_id* and *token_id* are 0 for nobody.
        """
        now = self._clock()
        tightest: Rate | None = None
        for rule in rules:
            if (rule.known and not (account_id or token_id)) or (
                rule.params and not _asks(rule.params, query)
            ):
                continue
            who: Hashable = network(ip)
            if rule.by == "account" and account_id:
                who = account_id
            elif rule.by != "ip" and token_id:
                who = ("token", token_id)
            width = rule.window * 1000
            window = now // width
            count = self._count((rule.name, who, window), rule.limit)
            rate = Rate(rule.limit, max(0, rule.limit - count), (window + 1) * width)
            if count > rule.limit:
                raise RateReached(rate, max(1, (rate.reset - now + 999) // 1000))
            if tightest is None or rate.remaining < tightest.remaining:
                tightest = rate
        return tightest

    def _count(self, key: Hashable, limit: int) -> int:
        """One more; beyond the limit nothing is kept, so that who goes on asking costs nothing."""
        with self._lock:
            count = self._counts.get(key, 0) + 1
            if count <= limit:
                self._counts[key] = count
                if len(self._counts) > self._max:
                    self._counts.popitem(last=False)
        return count


def _asks(params: frozenset[str], query: bytes) -> bool:
    """Whether the query has one of the parameters."""
    if not query:
        return False
    names = {pair.partition(b"=")[0].decode("latin-1") for pair in query.split(b"&")[:200]}
    return not params.isdisjoint(names)


class RateReached(Throttled):
    """A rule is used up; *rate* gives the headers."""

    def __init__(self, rate: Rate, retry_after: int) -> None:
        super().__init__("too many requests", retry_after=retry_after)
        self.rate = rate


def network(ip: str) -> str:
    """What counts as one client: an IPv4 address, or an IPv6 /64, since one household has that many
    addresses."""
    if ":" not in ip:
        return ip
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64))
    return ip


def _matcher(path: str) -> Callable[[str], bool]:
    if "{" not in path:
        return lambda route: route.startswith(path)
    shape = re.compile(r"[^/]+".join(re.escape(part) for part in re.split(r"\{\w+\}", path)) + "/?")
    return lambda route: shape.fullmatch(route) is not None
