"""The frame's small parts: limits, paging, cache, streams, client addresses, redirects."""

import asyncio
import threading
from typing import Any

import pytest

from folkmoot.domain.errors import TooMany
from folkmoot.doors.frame.answers import disposition, redirect
from folkmoot.doors.frame.cache import OVERHEAD, ByteCache
from folkmoot.doors.frame.cors import html_headers
from folkmoot.doors.frame.faults import ClientGone, TooSlow
from folkmoot.doors.frame.http import Http, Policy
from folkmoot.doors.frame.limits import Limiter, RateReached, RateRule, network
from folkmoot.doors.frame.paging import link_header
from folkmoot.doors.frame.streams import Channel, Subscriber, run_sse, sse_frame
from folkmoot.settings import Settings


def request(policy: Policy, peer: str = "10.0.0.1", receive: Any = None, **headers: str) -> Http:
    pairs = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": pairs,
        "client": (peer, 5),
        "scheme": "http",
    }
    return Http(scope, receive, receive, policy)


def test_the_clients_address_is_believed_only_from_our_proxies() -> None:
    policy = Policy(Settings(trusted_proxies="10.0.0.0/8, ::1"))
    assert request(policy, x_forwarded_for="6.6.6.6, 1.2.3.4, 10.0.0.9").ip == "1.2.3.4"
    assert request(policy, "9.9.9.9", x_forwarded_for="6.6.6.6").ip == "9.9.9.9"
    assert request(policy, x_forwarded_for="evil<script>, 10.0.0.2").ip == "10.0.0.2"
    assert request(policy, "::1", x_forwarded_for="2001:db8::5").ip == "2001:db8::5"
    assert request(Policy(Settings()), x_forwarded_for="6.6.6.6").ip == "10.0.0.1"
    assert request(policy, x_forwarded_proto="https").is_https
    assert not request(policy, "9.9.9.9", x_forwarded_proto="https").is_https


def test_cookies() -> None:
    http = request(Policy(Settings()), cookie='a=1; b="x\\"y"; broken; =z; c=a=b')
    assert http.cookies == {"a": "1", "b": 'x"y', "c": "a=b"}


async def test_a_body_that_drips_is_given_up() -> None:
    policy = Policy(Settings())
    policy.body_seconds = 0.05

    async def drip() -> Any:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with pytest.raises(TooSlow):
        await request(policy, receive=drip, content_length="1000").body()


def test_windows_per_account_and_address() -> None:
    now = 1_000_000
    rules = [
        RateRule(name="all", limit=2, window=10),
        RateRule(name="ip", path="/in/{x}", limit=1, window=10, by="ip"),
    ]
    limiter = Limiter(rules, lambda: now)
    every = limiter.matching("GET", "/x")
    assert [r.name for r in limiter.matching("GET", "/in/{id}")] == ["all", "ip"]
    first = limiter.take(every, 1, "1.1.1.1")
    assert first is not None
    assert first.headers() == [
        (b"x-ratelimit-limit", b"2"),
        (b"x-ratelimit-remaining", b"1"),
        (b"x-ratelimit-reset", b"1970-01-01T00:16:50.000000Z"),
    ]
    limiter.take(every, 1, "1.1.1.1")
    limiter.take(every, 2, "1.1.1.1")
    limiter.take(every, 0, "2001:db8::1")
    limiter.take(every, 0, "2001:db8::2")
    with pytest.raises(RateReached):
        limiter.take(every, 0, "2001:db8::3")
    with pytest.raises(RateReached) as caught:
        limiter.take(every, 1, "9.9.9.9")
    assert caught.value.retry_after == 10
    now += 10_000
    assert limiter.take(every, 1, "1.1.1.1") is not None
    assert network("::ffff:1.2.3.4") == "1.2.3.4"


def test_counters_are_bounded() -> None:
    limiter = Limiter([RateRule(name="all", limit=2, window=10)], lambda: 0, max_keys=100)
    for account in range(1, 1000):
        limiter.take(limiter.matching("GET", "/"), account, "")
    assert len(limiter._counts) == 100


def test_links_keep_the_other_parameters() -> None:
    query = b"types[]=a&types[]=b%26c&max_id=9&limit=5"
    (name, value), *rest = link_header("https://x.test", "/api/v1/ü", query, {"max_id": 3}, {"min_id": 8})
    assert (name, rest) == (b"link", [])
    assert value == (
        b'<https://x.test/api/v1/%C3%BC?types[]=a&types[]=b%26c&limit=5&max_id=3>; rel="next", '
        b'<https://x.test/api/v1/%C3%BC?types[]=a&types[]=b%26c&limit=5&min_id=8>; rel="prev"'
    )
    assert link_header("https://x.test", "/", b"", None, None) == []
    assert b"\r" not in link_header("https://x.test", "/", b"a=%0d%0aX:1", {"max_id": 1}, None)[0][1]


def test_the_cache_is_bounded_by_bytes() -> None:
    cache = ByteCache(10 * (100 + OVERHEAD))
    for n in range(10):
        cache.put(("post", n, 1), b"x" * 100)
    assert cache.get(("post", 0, 1)) == b"x" * 100
    cache.put(("post", 10, 1), b"x" * 100)
    assert cache.get(("post", 0, 1)) is None, "the oldest goes, read or not"
    assert cache.get(("post", 1, 1)) is not None
    cache.put(("post", 1, 1), b"y")
    cache.put(("big", 0, 0), b"x" * 2000)
    assert cache.get(("big", 0, 0)) is None
    assert cache.get(("post", 1, 1)) == b"y"
    assert (cache.evictions, cache.misses) == (1, 2)
    assert cache.size == sum(len(v) + OVERHEAD for v in cache._entries.values()) <= cache.max_bytes


def test_the_cache_stands_threads() -> None:
    cache = ByteCache(50_000)

    def work(seed: int) -> None:
        for n in range(3000):
            cache.put((seed * n) % 500, b"x" * (n % 90))
            cache.get(n % 500)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (3, 7, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.size == sum(len(v) + OVERHEAD for v in cache._entries.values()) <= 50_000


def test_headers_can_not_be_broken_out_of() -> None:
    assert redirect("/a\r\nSet-Cookie: x=ü").headers[0] == (b"location", b"/a%0D%0ASet-Cookie:%20x=%C3%BC")
    assert disposition('x"\r\n\u202egpj.exe', attachment=True) == 'attachment; filename="xgpj.exe"'
    assert disposition("", attachment=False) == "inline"
    assert dict(html_headers("default-src 'none'"))[b"content-security-policy"].endswith(
        b"; frame-ancestors 'none'"
    )


async def test_a_slow_reader_is_dropped_and_the_others_are_served() -> None:
    channel = Channel()
    slow, quick = Subscriber("sse", 1, max_items=3), Subscriber("ws", 2, max_items=3)
    for reader in (slow, quick):
        channel.join(reader, ["a", "b"])
    for _ in range(5):
        channel.send(["a", "b"], sse_frame("x", b"1"), b"1")
        assert await quick.take(1) == [b"1"]
    assert (slow.closed, channel.count, channel.dropped) == (True, 1, 1)
    with pytest.raises(ClientGone):
        await slow.take(1)
    assert await quick.take(0.01) == []
    channel.leave(quick)
    assert (channel.count, channel._topics, channel._owners) == (0, {}, {})


async def test_streams_per_owner_are_limited() -> None:
    channel = Channel(per_owner=2)
    for _ in range(2):
        channel.join(Subscriber("ws", "token"), ["a"])
    with pytest.raises(TooMany):
        channel.join(Subscriber("ws", "token"), ["a"])
    assert channel.close_owner("token") == 2
    assert not channel.listening("a")


async def test_a_stuck_client_does_not_hold_its_stream() -> None:
    """The client reads nothing, so that a write never returns; the stream still ends when it is cut."""
    stuck, sent = asyncio.Event(), 0

    async def send(message: Any) -> None:
        nonlocal sent
        sent += 1
        if sent > 2:
            await stuck.wait()

    async def receive() -> Any:
        await stuck.wait()

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    reader = Subscriber("sse", max_items=4)
    task = asyncio.create_task(run_sse(Http(scope, receive, send, Policy(Settings())), reader))
    for _ in range(50):
        await asyncio.sleep(0)
        reader.push(b"x")
    await asyncio.wait_for(task, 3)
    assert reader.closed


def test_an_events_lines_can_not_forge_another() -> None:
    assert sse_frame("a\nb", b"1\r\n2\rdata") == b"event: a b\ndata: 1\ndata: 2\ndata: data\n\n"
