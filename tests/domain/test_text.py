"""From source to HTML, plain text and facts: Mastodon's markup to the letter, safe whatever comes in."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.markup_safety import assert_balanced, assert_safe

from folkmoot.domain.text import Found, Markup, Person, Rendered, length, positions, render, scan

FUZZ = Path(__file__).parents[3] / "shared/data/fuzz"
PEOPLE = {
    ("bob", None): Person("bob", None, "https://h.ex/@bob"),
    ("bob", "r.ex"): Person("bob", "r.ex", "https://r.ex/@bob"),
    ("ann", "r.ex"): Person("Ann", "r.ex", "https://r.ex/@Ann"),
}
ANN = (
    '<span class="h-card" translate="no"><a href="https://r.ex/@Ann" class="u-url mention">'
    "@<span>Ann</span></a></span>"
)
TAG = '<a href="https://h.ex/tags/moot" class="mention hashtag" rel="tag">#<span>Moot</span></a>'
LINK = (
    '<a href="https://a.ex" target="_blank" rel="nofollow noopener" translate="no">'
    '<span class="invisible">https://</span><span class="">a.ex</span><span class="invisible"></span></a>'
)


def rendered(source: str, markup: Markup = Markup.PLAIN) -> Rendered:
    return render(source, markup, base_url="https://h.ex/", local_domain="h.ex", people=PEOPLE)


@pytest.mark.parametrize(
    ("markup", "source", "html"),
    [
        (Markup.PLAIN, "a\nb\n\n\nc <b>\n", "<p>a<br />b</p><p>c &lt;b&gt;</p>"),
        (Markup.PLAIN, "Hi @Ann@r.ex #Moot https://a.ex.", f"<p>Hi {ANN} {TAG} {LINK}.</p>"),
        (Markup.PLAIN, "@nobody foo@r.ex", "<p>@nobody foo@r.ex</p>"),
        (Markup.PLAIN, "", ""),
        (
            Markup.MARKDOWN,
            "**@ann@r.ex** `#Moot`\nx",
            f"<p><strong>{ANN}</strong> <code>#Moot</code><br />x</p>",
        ),
        (Markup.MARKDOWN, "[a](javascript:x) <b>", "<p>[a](javascript:x) &lt;b&gt;</p>"),
        (Markup.HTML, "<p>@ann@r.ex &amp; #Moot</p>", f"<p>{ANN} &amp; {TAG}</p>"),
        (
            Markup.BBCODE,
            "[b]@ann@r.ex[/b] #[url=//x]Moot[/url]",
            f"<p><strong>{ANN}</strong> {TAG}</p>",
        ),
        (Markup.BBCODE, "@[url=https://r.ex/profile/ann]ann[/url]", f"<p>{ANN}</p>"),
        (
            Markup.MAIL,
            "Hi @ann@r.ex a#Moot\n\n> > #x\n> @ann@r.ex\n\nb\n-- \nAnn <ann@r.ex>\n#Moot",
            f"<p>Hi {ANN} a#Moot</p>"
            "<blockquote><blockquote><p>#x</p></blockquote><p>@ann@r.ex</p></blockquote>"
            '<p>b</p><p class="signature">-- <br />Ann &lt;ann@r.ex&gt;<br />#Moot</p>',
        ),
    ],
)
def test_html_is_written_as_clients_expect_it(markup: Markup, source: str, html: str) -> None:
    assert rendered(source, markup).html == html


def test_the_domain_is_shown_where_two_have_one_name() -> None:
    html = rendered("@bob @bob@r.ex @bob@H.ex").html
    assert re.findall(r"<span>([^<]*)</span>", html) == ["bob", "bob@r.ex", "bob"]


def test_facts() -> None:
    source = "@Bob @bob@h.ex @x@y.ex #A #a #b https://a.ex https://a.ex"
    assert scan(source, Markup.PLAIN) == Found(
        [("bob", None), ("bob", "h.ex"), ("x", "y.ex")], [("a", "A"), ("b", "b")], ["https://a.ex"]
    )
    result = rendered(source)
    assert result.mentions == (("bob", None),)
    assert result.tags == (("a", "A"), ("b", "b"))
    assert result.urls == ("https://a.ex",)
    assert result.plain == source
    assert scan("@[url=https://r.ex/u/z]z[/url]", Markup.BBCODE).mentions == [("z", "r.ex")]


def test_plain_text_of_markup() -> None:
    assert rendered("# T\n\n**a** [b](https://b.ex)", Markup.MARKDOWN).plain == "T\n\na b <https://b.ex>"
    assert rendered("[b]a[/b]\n@bob #x https://a.ex/y", Markup.BBCODE).plain == "a\n@bob #x https://a.ex/y"


def test_positions() -> None:
    assert [(m.name, m.domain, m.start, m.end) for m in positions("é @a @b@c.ex")] == [
        ("a", None, 2, 4),
        ("b", "c.ex", 5, 12),
    ]


@pytest.mark.parametrize(
    ("warning", "source", "expected"),
    [
        ("", "", 0),
        ("cw", "👨‍👩‍👧é", 4),
        ("", "https://" + "a" * 500 + ".ex/x.", 24),
        ("", "@bob@a.very.long.domain.ex hi #tag", 12),
    ],
)
def test_length(warning: str, source: str, expected: int) -> None:
    assert length(warning, source) == expected


def payloads() -> list[str]:
    source = (FUZZ / "dompurify/test/fixtures/expect.mjs").read_text("utf-8")
    literals = re.findall(r'"payload"\s*:\s*("(?:[^"\\]|\\.)*")', source)
    found = []
    for literal in literals:
        plain = re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", literal).replace("\\'", "'")
        found.append(json.loads(plain, strict=False))
    return found


@pytest.mark.skipif(not FUZZ.is_dir(), reason="needs the data in ../shared/data/fuzz")
@pytest.mark.parametrize("markup", list(Markup))
def test_no_payload_survives(markup: Markup) -> None:
    cases = payloads()
    assert len(cases) >= 140
    naughty = json.loads((FUZZ / "blns/resources/blns.json").read_text("utf-8"))
    assert len(naughty) >= 485
    for case in [*cases, *naughty]:
        for source in (
            case,
            f'[url="{case}"]{case}[/url][img]{case}[/img]',
            f"[a]({case}) ![{case}]({case})",
        ):
            html = rendered(source, markup).html
            assert_safe(html)
            assert_balanced(html)


fragments = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "<b>",
            "</p>",
            "<a href=javascript:x>",
            "[url=javascript:x]",
            "[/url]",
            "](javascript:x)",
            "@bob",
            " #Tag",
            "https://a.ex/(x)",
            "\n\n",
            "\n> ",
            "\n-- \n",
            "`",
            "**",
            "@bob@r.ex",
            "\x00",
            "�",
            "&lt;",
            "|",
            "- ",
        ]
    ),
)


@given(source=st.lists(fragments, max_size=20).map("".join), markup=st.sampled_from(Markup))
@settings(max_examples=500, deadline=None)
def test_anything_renders_safely(source: str, markup: Markup) -> None:
    result = rendered(source, markup)
    assert_safe(result.html)
    assert_balanced(result.html)
    result.plain.encode("utf-8")
    assert length(source, source) >= 0
    assert set(result.mentions) <= set(PEOPLE)
    assert list(result.tags) == scan(source, markup).tags


@given(words=st.lists(st.sampled_from(["a", "b c", "@bob", "#t", "&"]), min_size=1, max_size=8))
def test_plain_text_has_no_tags_of_the_markup(words: list[str]) -> None:
    wrapped = " ".join(f"[b]{word}[/b]" for word in words)
    html = " ".join(f"<p><em>{word.replace('&', '&amp;')}</em></p>" for word in words)
    for plain in (rendered(wrapped, Markup.BBCODE).plain, rendered(html, Markup.HTML).plain):
        assert not re.search(r"[<>\[\]]", plain)
        assert plain.split() == " ".join(words).split()


@pytest.mark.parametrize("markup", list(Markup))
def test_five_megabytes_are_bounded(markup: Markup) -> None:
    start = time.process_time()
    result = rendered("a <b> @bob #t https://a.ex/ [i] *x*\n" * 140_000, markup)
    assert time.process_time() - start < 20
    assert len(result.html) < 3_000_000
    assert len(result.plain) <= 500_000


def test_a_quote_below_the_signature_is_a_quote() -> None:
    from folkmoot.kit.markup.mail import blocks

    found = blocks("I agree.\n\n-- \nIgor\n\nMichael wrote:\n> the words\n> of Michael\n")
    assert [(block.level, block.signature) for block in found if block.text.strip()] == [
        (0, False),
        (1, False),
    ]
    signed = blocks("> said\n\nI agree.\n\n-- \nIgor")
    assert [(block.level, block.signature) for block in signed] == [(1, False), (0, False), (0, True)]
