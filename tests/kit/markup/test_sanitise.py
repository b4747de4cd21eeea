"""Cleaning: nothing unsafe survives, nothing costs too much, cleaning twice is cleaning once."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.markup_safety import assert_balanced, assert_safe

from folkmoot.kit.markup.sanitise import (
    MAX_OUT,
    clean_html,
    clean_note,
    clean_text,
    escape,
    safe_url,
    unescape,
)

PIECES = (
    *("<p>", "</p>", "<b>", "</b>", "<a href='https://a.ex'>", "</a>", "<table>", "<tr>", "<td>", "</table>"),
    *(
        "<ul>",
        "<li>",
        "<div>",
        "</div>",
        "<blockquote>",
        "<pre>",
        "\n",
        "<h1>",
        "<script>",
        "</script>",
        "<svg>",
    ),
    *(
        "<img src=https://i.ex/x.png alt='<b>'>",
        "<math>",
        "<style>",
        "<!--",
        "-->",
        "<br>",
        "&lt;b&gt;",
        "&#1;",
    ),
    *(
        "<span class='h-card evil'>",
        "</span>",
        "x y",
        "<a href='javascript:x'>",
        "<details>",
        "<summary>",
        "\xa0",
    ),
)
soup = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join)


@pytest.mark.parametrize("clean", [clean_html, clean_note])
@given(html=soup)
@settings(max_examples=300, deadline=None)
def test_what_was_cleaned_is_safe_and_stays_as_it_is(clean, html: str) -> None:
    once = clean(html)
    assert_safe(once)
    assert_balanced(once)
    assert clean(once) == once


@given(html=soup)
@settings(max_examples=60, deadline=None)
def test_large_documents_are_as_safe_as_small_ones(html: str) -> None:
    assert_safe(clean_html("<p>" + "filler " * 700 + html + "</p>"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<script>alert(1)</script>a", "a"),
        ("<head><title>t</title><style>p{}</style></head><body>a<!-- c --></body>", "a"),
        ('<p style="color:red" onclick="x()">a</p>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', "a"),
        ('<a href="/relative">a</a>', "a"),
        ('<img src="https://t.ex/p.gif" width="1" height=1>a', "a"),
        ('<img src="https://t.ex/p.gif" style="display:none">a', "a"),
        ('<img src="data:image/png;base64,AAAA" alt="A picture">', "A picture"),
        ('<span class="fixed-overlay h-card">a</span>', '<span class="h-card">a</span>'),
        ("a<br>b<hr>", "a<br />b<hr />"),
        ("<o:p>a</o:p><![if !mso]>b<![endif]>", "ab"),
    ],
)
def test_examples(source: str, expected: str) -> None:
    assert clean_html(source) == expected
    padding = "<i>" + "x" * 5000 + "</i>"  # the same by the way of large documents
    assert clean_html(source + padding) == expected + padding


def test_a_picture_becomes_a_link_to_it_and_within_a_link_its_words() -> None:
    link = '" target="_blank" rel="nofollow noopener noreferrer">'
    assert (
        clean_html('<img src="https://i.ex/a/b.png?x=1">')
        == f'<a href="https://i.ex/a/b.png?x=1{link}b.png</a>'
    )
    logo = '<a href="https://a.ex"><img src="https://i.ex/b.png" alt="Logo"></a>'
    assert clean_html(logo) == f'<a href="https://a.ex{link}Logo</a>'


def test_a_note_has_no_headings_tables_or_pictures() -> None:
    assert clean_note('<h1>a</h1><table><tr><td>b</td></tr></table><img src="https://i.ex/x">') == "ab"


BOMBS = {
    "formats": "<p>" + "".join(f"<b a={i}>" for i in range(5000)) + "</p><p>x" * 110_000,
    "nested": "<div>" * 200_000,
    "tables": "<table><tr><td>" * 66_000,
    "attributes": "<p " + " ".join(f"x{i}=1" for i in range(110_000)) + ">x",
    "hidden attributes": '<p x="<" y=">" ' + " ".join(f"x{i}" for i in range(110_000)) + ">x",
    "comments": "<!-- --" * 125_000,
    "quotes": '<a x="' * 166_000,
    "misnested": "<b><p>" * 80_000 + "</b>" * 120_000,
    "links": "<a href=https://a.b>" * 50_000,
    "brackets": "<" * 5_000_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_input_is_a_bomb(name: str) -> None:
    start = time.process_time()
    html = clean_html(BOMBS[name])
    assert time.process_time() - start < 20  # some 0.5 s on an idle machine; a bomb takes minutes
    assert len(html) <= MAX_OUT + 2_000
    assert_balanced(html)


def test_long_text_is_cut_and_not_lost() -> None:
    assert clean_html("x" * 600_000) == "x" * MAX_OUT
    assert clean_html("<p>" + "x" * 600_000) == "<p>" + "x" * (MAX_OUT - 3) + "</p>"
    assert clean_html("ab" + "&" * 200_000) == "ab" + "&amp;" * ((MAX_OUT - 2) // 5)


def test_text_loses_what_cannot_be_stored() -> None:
    assert clean_text("a\x00b\r\nc\rd\te\ud800f\x1b\x85\ufffe") == "ab\nc\nd\tef"
    assert clean_text("zwj 👨‍👩‍👧 é") == "zwj 👨‍👩‍👧 é"


@given(text=st.text())
def test_escaping_turns_back(text: str) -> None:
    assert unescape(escape(text)) == text


@pytest.mark.parametrize(
    "url",
    ["javascript:x", "data:text/html,x", " vbscript:x", "//a.ex", "http:x", 'https://a"b', "https://a b", ""],
)
def test_unsafe_addresses_are_refused(url: str) -> None:
    assert safe_url(url) is None


def test_safe_addresses_are_taken() -> None:
    assert safe_url(" https://a.ex/x ") == "https://a.ex/x"
    assert safe_url("mailto:a@b.ex") is None
    assert safe_url("mailto:a@b.ex", mail=True) == "mailto:a@b.ex"


@pytest.mark.parametrize(
    "piece", ["·", "&", "\xa0 ", "&nbsp;", "a«", "<b>·</b>", "&amp;&", "<p>&", "<a href='http://a.b/&&'>·"]
)
def test_time_does_not_grow_with_the_square(piece: str) -> None:
    start = time.process_time()
    clean_html(piece * 1_000_000)
    assert time.process_time() - start < 20  # some 0.5 s on an idle machine; the square of it takes hours
