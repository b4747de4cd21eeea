"""Addresses, mentions and tags: what is one, what is none, and that looking for them takes linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.kit.markup.graphemes import count
from folkmoot.kit.markup.homograph import is_mixed_script, skeleton, strip_invisible
from folkmoot.kit.markup.links import Kind, find, fold, url_html


def found(text: str, kind: Kind) -> list[str]:
    return [text[token.start : token.end] for token in find(text) if token.kind is kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://a.ex/b.", ["https://a.ex/b"]),
        ("(https://a.ex/b_(c))", ["https://a.ex/b_(c)"]),
        ("<https://a.ex/?x=1&y=2>, HTTP://B.EX!", ["https://a.ex/?x=1&y=2", "HTTP://B.EX"]),
        ("https://a.ex/ä«", ["https://a.ex/ä«"]),
        ("xhttps://a.ex http:// https://", []),
        ("https://a.ex/" + "b" * 3000, []),
        ("javascript://a.ex/", []),
    ],
)
def test_addresses(text: str, expected: list[str]) -> None:
    assert found(text, Kind.URL) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@bob, @ann.lee. @a-b@x.ex:8080!", ["@bob", "@ann.lee", "@a-b@x.ex:8080"]),
        ("(@bob)", ["@bob"]),
        ("foo@example.org a/@bob é@bob _@bob", []),
        ("@bob@ and @", ["@bob"]),
        ("https://a.ex/@bob", []),
    ],
)
def test_mentions(text: str, expected: list[str]) -> None:
    assert found(text, Kind.MENTION) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#a1 #2024 #20er, #हिन्दी. ＃全角", ["#a1", "#20er", "#हिन्दी", "＃全角"]),
        ("a#b &#39; /#c #_ #", []),
        ("#" + "a" * 100, ["#" + "a" * 100]),
        ("#" + "a" * 101, []),
        ("https://a.ex/#b", []),
    ],
)
def test_tags(text: str, expected: list[str]) -> None:
    assert found(text, Kind.TAG) == expected


def test_tags_are_folded() -> None:
    assert fold("ＳTRAẞE") == fold("Strasse") == "strasse"
    assert fold("ﷺ").isalpha()  # its compatibility form has blanks, a tag has none


@given(text=st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_link_shows_thirty_characters() -> None:
    assert url_html("https://www.a.ex/" + "b" * 40) == (
        f'<a href="https://www.a.ex/{"b" * 40}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">https://www.</span><span class="ellipsis">a.ex/{"b" * 25}</span>'
        f'<span class="invisible">{"b" * 15}</span></a>'
    )
    assert '<span class="">a.ex</span><span class="invisible"></span>' in url_html("http://a.ex")


HARD = (
    *(
        "http://",
        "http://a(",
        "@",
        "@a@",
        "a@a.",
        "@a-a",
        "#",
        "#a",
        "#\u0301",
        "h",
        "[",
        "\u200d",
        "🇩",
        ":",
        "a",
    ),
    *("👨\u0301\u200d", "\u0301\u200d", "क\u094d", "#·", "@a@a.", "\n \t"),
)


@pytest.mark.parametrize("piece", HARD)
def test_hard_texts_take_linear_time(piece: str) -> None:
    text = (piece * 200_000)[:200_000]
    for case in (text, "http://a" + text, "@a@" + text, "👨" + text):
        start = time.process_time()
        list(find(case))
        count(case)
        assert time.process_time() - start < 20  # under 0.3 s on an idle machine


def test_graphemes() -> None:
    assert count("") == 0
    assert count("a\r\nb") == 3
    assert count("👨‍👩‍👧é🇩🇪🇫🇷e\u0301") == 5
    assert count("e" + "\u0301" * 1000 + "x") == 2


@pytest.mark.parametrize("name", ["аdmin", "pаypal", "αdmin", "ad\u0561n"])
def test_names_of_mixed_scripts_are_flagged(name: str) -> None:
    assert is_mixed_script(name)


@pytest.mark.parametrize("name", ["admin", "Жанна", "佐藤さんTV", "김철수 Kim", "josé_9", "ひらカナ漢字", ""])
def test_ordinary_names_are_not(name: str) -> None:
    assert not is_mixed_script(name)


def test_names_that_look_alike_have_one_skeleton() -> None:
    assert skeleton("аdmin") == skeleton("admin") == skeleton("ad\u200bmin") == skeleton("ＡＤＭＩＮ")
    assert skeleton("admin") != skeleton("adam")


def test_invisible_characters_are_stripped_where_they_shape_nothing() -> None:
    assert strip_invisible("a\u200bd\u202em\u2066i\ufeffn\u00ad\u3164") == "admin"
    assert strip_invisible("👨‍👩‍👧 می‌خواهم") == "👨‍👩‍👧 می‌خواهم"
