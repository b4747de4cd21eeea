"""The client's part of `make bench`: how long it takes to load, and to make results of a page of forty statuses."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import mastodon
import requests

from folkmoot.client import Mastodon

LOAD = "import time; begun = time.perf_counter(); import folkmoot.client; print(time.perf_counter() - begun)"
TIMES_FASTER = 5.0
LOAD_BUDGET = 0.15


def page(size: int = 40) -> bytes:
    """A home timeline as a Mastodon server sends it."""
    emoji = {
        "shortcode": "tea",
        "url": "https://m.example/tea.png",
        "static_url": "https://m.example/tea.png",
    }
    account = {
        "id": "109300000000000001", "username": "ada", "acct": "ada", "display_name": "Ada", "locked": False,
        "bot": False, "group": False, "created_at": "2022-11-06T00:00:00.000Z", "note": "<p>Boats</p>",
        "url": "https://m.example/@ada", "uri": "https://m.example/users/ada", "avatar": "https://m.example/a.png",
        "avatar_static": "https://m.example/a.png", "header": "https://m.example/h.png", "followers_count": 12,
        "header_static": "https://m.example/h.png", "following_count": 7, "statuses_count": 300,
        "last_status_at": "2026-11-01", "noindex": False, "emojis": [emoji], "roles": [],
        "fields": [{"name": "Home", "value": "Here", "verified_at": None}],
    }  # fmt: skip
    media = {
        "id": "1", "type": "image", "url": "https://m.example/1.png", "preview_url": "https://m.example/1s.png",
        "remote_url": None, "description": "A boat", "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
        "meta": {"original": {"width": 640, "height": 480, "size": "640x480", "aspect": 1.33}},
    }  # fmt: skip

    def status(number: int, boost: bool) -> dict[str, Any]:
        return {
            "id": str(110000000000000000 + number), "created_at": "2026-11-01T10:00:00.000Z", "edited_at": None,
            "in_reply_to_id": None, "in_reply_to_account_id": None, "sensitive": False, "spoiler_text": "",
            "visibility": "public", "language": "en", "uri": f"https://m.example/{number}", "replies_count": 1,
            "url": f"https://m.example/@ada/{number}", "reblogs_count": 2, "favourites_count": 3, "muted": False,
            "favourited": False, "reblogged": False, "bookmarked": False, "content": "<p>Words</p>" * 20,
            "filtered": [], "account": account, "media_attachments": [media], "emojis": [emoji], "card": None,
            "mentions": [{"id": "2", "username": "ben", "url": "https://m.example/@ben", "acct": "ben"}],
            "tags": [{"name": "boats", "url": "https://m.example/tags/boats"}], "poll": None,
            "application": {"name": "Web", "website": None},
            "reblog": status(number + 1000, False) if boost else None,
        }  # fmt: skip

    return json.dumps([status(number, number % 4 == 0) for number in range(size)]).encode()


class Canned(requests.Session):
    """A session whose every answer is there already: what is measured is what comes after."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body

    def request(self, *_: Any, **__: Any) -> requests.Response:
        response = requests.Response()
        response.status_code, response._content, response.encoding = 200, self.body, "utf-8"
        return response


def median(function: Callable[[], object], rounds: int) -> float:
    """Seconds that one call takes."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        function()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def measure() -> dict[str, float]:
    """Seconds to load, and milliseconds for the page: ours, Mastodon.py's, and how many times faster ours is."""
    options: dict[str, Any] = {"api_base_url": "https://m.example", "session": Canned(page())}
    ours, theirs = Mastodon(**options), mastodon.Mastodon(**options)
    for client in (ours, theirs):
        client.account_following(1)
    quick, slow = median(lambda: ours.account_statuses(1), 30), median(lambda: theirs.account_statuses(1), 5)
    loads = [float(subprocess.check_output([sys.executable, "-c", LOAD])) for _ in range(5)]
    return {"load": min(loads), "ours_ms": quick * 1000, "theirs_ms": slow * 1000, "times": slow / quick}


def show() -> bool:
    """Print the lines; is all within what was promised?"""
    found = measure()
    good = found["times"] >= TIMES_FASTER and found["load"] <= LOAD_BUDGET
    print(f"client: loading takes {found['load'] * 1000:.0f} ms (at most {LOAD_BUDGET * 1000:.0f})")
    print(
        f"client: 40 statuses take {found['ours_ms']:.2f} ms, Mastodon.py {found['theirs_ms']:.1f} ms:"
        f" {found['times']:.1f} times faster (at least {TIMES_FASTER:.0f})"
    )
    return good


if __name__ == "__main__":
    sys.exit(not show())
