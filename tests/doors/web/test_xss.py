"""Nothing that people write becomes markup: payloads in every text that a page shows, read by a second parser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests.doors.web.conftest import Moot
from tests.support.visitor import person

from folkmoot.domain.groups import groups
from folkmoot.domain.groups.groups import NewGroup
from folkmoot.domain.people import accounts
from folkmoot.domain.people.profiles import ProfileChange, update_profile
from folkmoot.domain.text import Markup

FUZZ = Path(__file__).parents[4] / "shared" / "data" / "fuzz"
OWN = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "</textarea><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    "</title><script>alert(1)</script>",
]


def payloads() -> list[str]:
    strings = FUZZ / "blns" / "resources" / "blns.json"
    if not strings.exists():
        pytest.skip("the folder ../shared/data/fuzz is not here")
    naughty = [text for text in json.loads(strings.read_text("utf-8")) if any(c in text for c in "<>&\"'{[")]
    fixtures = FUZZ / "dompurify" / "test" / "fixtures" / "expect.mjs"
    written = re.findall(r'"payload":\s*("(?:[^"\\]|\\.)*")', fixtures.read_text("utf-8"))
    assert len(written) > 100
    return OWN + naughty + [json.loads(text, strict=False) for text in written if "\\x" not in text]


def assert_harmless(html: str) -> None:
    tree = LexborHTMLParser(html)
    for node in tree.root.traverse(include_text=False):  # type: ignore[union-attr]  # a page has a root
        assert node.tag not in ("script", "iframe", "object", "embed", "svg", "math", "base"), node.html
        for name, value in node.attributes.items():
            assert not name.startswith("on"), node.html
            if name in ("href", "src", "action", "formaction"):
                assert not (value or "").strip().lower().startswith(("javascript:", "data:", "vbscript:"))
            if name == "src":
                assert (value or "").startswith("/"), node.html


def test_every_text_on_every_page_is_text(moot: Moot) -> None:
    store = moot.server.store
    person(store, "mallory")
    who = moot.visitor("mallory")
    me = store.read(lambda tx: accounts.viewer_of(tx, accounts.find_by_name(tx, "mallory") or 0))
    texts = payloads()
    assert len(texts) > 350
    for start in range(0, len(texts), 40):
        batch = texts[start : start + 40]
        first = batch[0]
        group_id = store.write(
            lambda tx, first=first, n=start: groups.create(
                tx,
                me,
                NewGroup(
                    name=f"m{n}", title=first[:90], description=f"{first} and so on", subject_tag=first[:20]
                ),
            )
        )
        change = ProfileChange(display_name=first[:90], note=first, fields=[(first[:200], first)])
        store.write(lambda tx, change=change: update_profile(tx, me, change))
        thread = 0
        for text in batch:
            thread = moot.say(
                me,
                f"{text} .",
                title=text,
                warning=text[:100],
                group_id=group_id,
                markup=int(Markup.MARKDOWN),
            )
        for path in (f"/@m{start}", "/@mallory", f"/t/{thread}", "/", "/groups", f"/p/{thread}/edit"):
            answer = who.get(path)
            assert answer.status_code == 200
            assert_harmless(answer.text)


def test_what_comes_back_from_forms_is_text(moot: Moot) -> None:
    visitor = moot.visitor()
    for text in OWN:
        from urllib.parse import quote

        for path in (
            "/search?q=",
            "/login?next=/",
            "/login?who=",
            "/sign-up?name=",
            "/tags/",
            "/?said=",
            "/@",
        ):
            assert_harmless(visitor.get(path + quote(text, safe="")).text)
        visitor.get("/login")
        visitor.send("/login", who=text, password="x")
        assert_harmless(visitor.answer.text)
        assert visitor.fields("/login")["who"] == text
