"""Fetching by strangers' links: no way leads into the house, nothing takes long, nothing grows."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from tests.support import pages
from tests.support.pages import Site

from folkmoot.kit import naming, outward
from folkmoot.kit.fetch import Fetcher, NotFetched

OURS = outward.networks("127.0.0.1/32")
HTML = ("text/html",)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with pages.site() as up:
        yield up


def fetcher(*, seconds: float = 30) -> Fetcher:
    return Fetcher("Test/1", OURS, seconds=seconds)


async def refused(url: str, by: Fetcher | None = None, most: int = 100_000) -> NotFetched:
    with pytest.raises(NotFetched) as caught:
        await (by or fetcher()).get(url, kinds=HTML, most=most)
    return caught.value


async def test_a_page_comes_with_its_type_and_last_address(site: Site) -> None:
    site.page("/to", "<title>hello</title>", set_cookie="a=b")
    site.redirect("/from", "/to")
    got = await fetcher().get(site.url + "/from", kinds=HTML, most=1000)
    assert (got.url, got.mime, got.charset, got.body) == (
        site.url + "/to", "text/html", "utf-8", b"<title>hello</title>",
    )  # fmt: skip
    await fetcher().get(site.url + "/to", kinds=HTML, most=1000)
    assert "cookie" not in site.heads["/to"]
    assert site.heads["/to"]["user-agent"] == "Test/1"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "localhost", "localhost.",
        "127.0.0.1.", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1",
        "198.18.0.1", "240.0.0.1", "255.255.255.255", "[fc00::1]", "[fe80::1]", "[::]", "[2001:db8::1]",
    ],
)  # fmt: skip
async def test_no_address_of_the_house_is_connected_to(site: Site, host: str) -> None:
    """R01. The site listens on every IPv4 address of this machine: it must not be asked."""
    site.page("/secret", "<title>secret</title>")
    before = site.asked["/secret"]
    strict = Fetcher("Test/1", (), seconds=5)
    began = time.monotonic()
    for url in (f"http://{host}/secret", f"http://{host}:{site.port}/secret", f"https://{host}/secret"):
        await refused(url, strict)
    assert site.asked["/secret"] == before
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.2:{port}/to", "file:///etc/passwd", "gopher://127.0.0.1:{port}/to", "http://[::1]:{port}/to",
        "http://a:b@127.0.0.1:{port}/to", "http://8.8.8.8:25/", "javascript:alert(1)", "http://",
    ],
)  # fmt: skip
async def test_no_redirect_leads_there_either(site: Site, to: str) -> None:
    """R03. Each hop is judged by itself."""
    site.page("/to", "x")
    site.redirect("/bad", to.format(port=site.port))
    before = site.asked["/to"]
    await refused(site.url + "/bad")
    assert site.asked["/to"] == before


async def test_a_name_that_changes_its_mind_is_judged_where_it_is_connected_to(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R02. Whatever was answered before, the address of the socket is what counts."""
    answers = iter(["93.184.216.34", "127.0.0.2", "127.0.0.2"])

    def resolve(host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(naming.socket, "getaddrinfo", resolve)
    site.page("/secret2", "x")
    resolve("rebind.test", 80)
    await refused("http://rebind.test/secret2", Fetcher("Test/1", (), seconds=2))
    assert not site.asked["/secret2"]


async def test_redirects_end(site: Site) -> None:
    for number in range(20):
        site.redirect(f"/hop{number}", f"/hop{number + 1}")
    site.redirect("/loop", "/loop")
    assert "redirects" in str(await refused(site.url + "/hop0"))
    await refused(site.url + "/loop")
    assert site.asked["/loop"] == 5
    assert not site.asked["/hop6"]


async def test_time_is_bounded_as_a_whole(site: Site) -> None:
    """R04. Each byte comes soon; all of them together don't."""
    site.naughty("/drip", pages.drip)
    began = time.monotonic()
    error = await refused(site.url + "/drip", fetcher(seconds=0.7))
    assert time.monotonic() - began < 5
    assert error.again


async def test_a_dead_dns_holds_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """K22. Threads that wait for names are not those in which passwords are checked, and there are no more than so
    many."""
    alive = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        alive.wait(20)
        raise socket.gaierror("no answer")

    monkeypatch.setattr(naming.socket, "getaddrinfo", hang)
    strict = Fetcher("Test/1", (), seconds=0.3)
    try:
        errors = await asyncio.gather(
            *(refused(f"http://n{n}.test/", strict) for n in range(naming.AT_ONCE + 3))
        )
        assert [str(error) for error in errors].count("it took too long") == naming.AT_ONCE
        assert all(error.again for error in errors)
        await asyncio.wait_for(asyncio.gather(*(asyncio.to_thread(time.sleep, 0) for _ in range(20))), 2)
    finally:
        alive.set()


async def test_what_follows_the_end_of_packed_bytes_is_not_kept(site: Site) -> None:
    packed = gzip.compress(b"<title>hello</title>")
    site.bytes("/more", packed + b"x" * 50_000, "text/html", content_encoding="gzip")
    assert (await fetcher().get(site.url + "/more", kinds=HTML, most=100_000)).body == b"<title>hello</title>"


@pytest.mark.parametrize("how", [pages.endless, pages.claims_a_gigabyte, pages.bomb, pages.much_for_nothing])
async def test_size_is_bounded_after_unpacking(site: Site, how: object) -> None:
    """R04. Neither memory nor time is spent on what is too large."""
    site.naughty("/large", how)  # type: ignore[arg-type]  # one of three functions
    tracemalloc.start()
    error = await refused(site.url + "/large")
    assert "too large" in str(error)
    assert not error.again
    if how is not pages.bomb:  # there the test's own server makes the memory
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


async def test_only_what_is_wanted_is_read(site: Site) -> None:
    site.bytes("/app", b"{}", "application/activity+json")
    site.bytes("/br", b"x", "text/html", content_encoding="br")
    site.bytes("/torn", b"\x1f\x8bnot gzip", "text/html", content_encoding="gzip")
    site.pages["/gone"] = (410, {"content-type": "text/html"}, b"")
    site.pages["/busy"] = (503, {"content-type": "text/html"}, b"")
    for path in ("/app", "/br", "/torn", "/gone"):
        assert not (await refused(site.url + path)).again
    assert (await refused(site.url + "/busy")).again
    for url in (
        "",
        "x",
        "http:///x",
        "ftp://example.org/",
        "http://" + "a" * 5000,
        "http://[::1",
        "http://x:99999/",
    ):
        await refused(url)
