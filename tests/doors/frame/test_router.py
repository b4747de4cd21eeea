"""Routes are found by shape, not by order; what is missing is told apart from what is not allowed."""

import time

import pytest

from folkmoot.doors.frame.router import RouteConflict, Router


def router(*routes: tuple[str, str]) -> Router[str]:
    made: Router[str] = Router()
    for method, path in routes:
        made.add(method, path, f"{method} {path}")
    return made


SITE = router(
    ("GET", "/"),
    ("GET", "/api/v1/accounts/search"),
    ("GET", "/api/v1/accounts/{id}"),
    ("DELETE", "/api/v1/accounts/{id}"),
    ("POST", "/api/v1/accounts/{id}/follow"),
    ("GET", "/@{name}"),
    ("GET", "/@{name}/{id}"),
    ("GET", "/api/statuses/show/{id}"),
    ("GET", "/api/statuses/show/{id}.json"),
    ("GET", "/files/{rest:path}"),
    ("*", "/any"),
    ("POST", "/any"),
    ("WEBSOCKET", "/api/v1/streaming"),
)


@pytest.mark.parametrize(
    ("method", "path", "target", "values"),
    [
        ("GET", "/", "GET /", {}),
        ("GET", "/api/v1/accounts/search", "GET /api/v1/accounts/search", {}),
        ("GET", "/api/v1/accounts/search/", "GET /api/v1/accounts/search", {}),
        ("GET", "/api/v1/accounts/7", "GET /api/v1/accounts/{id}", {"id": "7"}),
        ("GET", "/api/v1/accounts/7/", "GET /api/v1/accounts/{id}", {"id": "7"}),
        ("DELETE", "/api/v1/accounts/search", "DELETE /api/v1/accounts/{id}", {"id": "search"}),
        ("HEAD", "/api/v1/accounts/7", "GET /api/v1/accounts/{id}", {"id": "7"}),
        ("GET", "/@alice", "GET /@{name}", {"name": "alice"}),
        ("GET", "/@alice/5", "GET /@{name}/{id}", {"name": "alice", "id": "5"}),
        ("GET", "/api/statuses/show/5.json", "GET /api/statuses/show/{id}.json", {"id": "5"}),
        ("GET", "/api/statuses/show/5", "GET /api/statuses/show/{id}", {"id": "5"}),
        ("GET", "/files/a/b.txt", "GET /files/{rest:path}", {"rest": "a/b.txt"}),
        ("PATCH", "/any", "* /any", {}),
        ("POST", "/any", "POST /any", {}),
    ],
)
def test_finds(method: str, path: str, target: str, values: dict[str, str]) -> None:
    assert SITE.find(method, path, path.encode()) == (target, values)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/nothing", set()),
        ("GET", "/api/v1/accounts", set()),
        ("GET", "/api/v1/accounts//follow", set()),
        ("PUT", "/api/v1/accounts/7", {"GET", "HEAD", "DELETE"}),
        ("PUT", "/api/v1/accounts/search", {"GET", "HEAD", "DELETE"}),
        ("GET", "/api/v1/accounts/7/follow", {"POST"}),
        ("GET", "/files/../secret", set()),
        ("GET", "/api/v1/streaming", set()),
        ("GET", "/" + "a/" * 5000, set()),
    ],
)
def test_tells_missing_from_not_allowed(method: str, path: str, allowed: set[str]) -> None:
    assert SITE.find(method, path, path.encode()) == frozenset(allowed)


def test_percent_decoding_keeps_an_escaped_slash_inside_its_segment() -> None:
    assert SITE.find("GET", "/@a/b", b"/@a%2Fb") == ("GET /@{name}", {"name": "a/b"})
    assert SITE.find("GET", "/@é", b"/@%C3%A9") == ("GET /@{name}", {"name": "é"})
    assert SITE.find("GET", "/any/x", b"/any%2Fx") == frozenset()
    assert SITE.find("GET", "/any", b"/%61ny") == ("* /any", {})


def test_what_is_remembered_of_a_path_is_nobodys_to_change() -> None:
    site = router(("GET", "/a/{id}"), ("*", "/a/{id}/b"))
    for _ in range(2):
        found = site.find("GET", "/a/7", b"/a/7")
        assert found == ("GET /a/{id}", {"id": "7"})
        assert isinstance(found, tuple)
        found[1]["id"] = "8"
    assert site.find("POST", "/a/7", b"/a/7") == frozenset({"GET", "HEAD"})
    assert site.find("GET", "/a/%37", b"/a/%2537") == ("GET /a/{id}", {"id": "%37"})
    for number in range(5000):
        site.find("GET", f"/a/{number}", b"")
    assert len(site._found) <= 4096


def test_conflicts_and_broken_patterns_are_found_at_start() -> None:
    with pytest.raises(RouteConflict):
        router(("GET", "/a/{id}"), ("GET", "/a/{name}"))
    for broken in ("a", "/{x:path}/b", "/{a}{b}", "/{x", "/{id}/{id}"):
        with pytest.raises(ValueError):
            router(("GET", broken))


def test_lookup_does_not_grow_with_the_number_of_routes() -> None:
    few, many = router(("GET", "/r0/{id}/x")), router(*[("GET", f"/r{n}/{{id}}/x") for n in range(2000)])

    def cost(site: Router[str]) -> float:
        best = 1.0
        for _ in range(5):
            start = time.perf_counter()
            for _ in range(2000):
                site.find("GET", "/r0/7/x", b"/r0/7/x")
            best = min(best, time.perf_counter() - start)
        return best

    assert cost(many) < 5 * cost(few)
