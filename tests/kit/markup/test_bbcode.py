"""BBCode in and out: the accepted tags, bounds, unsafe addresses."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.markup_safety import assert_balanced, assert_safe

from folkmoot.kit.markup.bbcode import MAX_DEPTH, TAGS, shared, to_html
from folkmoot.kit.markup.plain import html_to_text
from folkmoot.kit.markup.tobbcode import html_to_bbcode

LINK = '" target="_blank" rel="nofollow noopener noreferrer">'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "[b]a[/b] [i]b[/i] [u]c[/u] [s]d[/s] [o]e[/o]",
            "<p><strong>a</strong> <em>b</em> <u>c</u> <s>d</s> e</p>",
        ),
        ("a\nb\n\nc", "<p>a<br />b</p><p>c</p>"),
        ("[h2]T[/h2]x", "<h2>T</h2><p>x</p>"),
        ("[url=https://a.ex/?x=1&y=2]a[/url]", f'<p><a href="https://a.ex/?x=1&amp;y=2{LINK}a</a></p>'),
        ("[url]https://a.ex[/url]", f'<p><a href="https://a.ex{LINK}https://a.ex</a></p>'),
        ("[img=10x20]https://i.ex/a.png[/img]", f'<p><a href="https://i.ex/a.png{LINK}a.png</a></p>'),
        ("[img=https://i.ex/a.png]words[/img]", f'<p><a href="https://i.ex/a.png{LINK}words</a></p>'),
        ("[quote=Ann]a[/quote]", "<blockquote><p><strong>Ann</strong></p><p>a</p></blockquote>"),
        ("[code][b]x[/b][/code]", "<p><code>[b]x[/b]</code></p>"),
        ("[code]a\n b[/code]", "<pre><code>a\n b</code></pre>"),
        ("[list][*]a\n[*]b[/list]", "<ul><li>a</li><li>b</li></ul>"),
        ("[list=1][li]a[/li][/list]", "<ol><li>a</li></ol>"),
        ("[size=9][color=red][font=x]a[/font][/color][/size]", "<p>a</p>"),
        ("[center]a[/center][hr]", "<div><p>a</p></div><hr />"),
        ("[spoiler]a[/spoiler]", "<details><summary>Spoiler</summary><p>a</p></details>"),
        ("[mail]a@b.ex[/mail]", f'<p><a href="mailto:a@b.ex{LINK}a@b.ex</a></p>'),
        (
            "[youtube]abc_1[/youtube]",
            f'<p><a href="https://www.youtube.com/watch?v=abc_1{LINK}https://www.youtube.com/watch?v=abc_1</a></p>',
        ),
        (
            "[table][tr][th]a[/th][td]b[/td][/tr][/table]",
            "<table><tbody><tr><th>a</th><td>b</td></tr></tbody></table>",
        ),
        ("[noparse][b]a[/b][/noparse]", "<p>[b]a[/b]</p>"),
        ("#[url=https://a.ex]tag[/url]", "<p>#tag</p>"),
        ("[b]a [i]b[/b] c", "<p><strong>a <em>b</em></strong> c</p>"),
        ("[/b] [unknown] [b", "<p>[/b] [unknown] [b</p>"),
        (
            "[share author='Ann' link='https://a.ex/1']a[/share]",
            f'<blockquote><p><strong><a href="https://a.ex/1{LINK}Ann</a></strong></p><p>a</p></blockquote>',
        ),
        ("[url=javascript:alert(1)]a[/url]", "<p>a</p>"),
        ("[img]javascript:alert(1)[/img]", "<p>javascript:alert(1)</p>"),
        ("[url=data:text/html,x]a[/url] <b>", "<p>a &lt;b&gt;</p>"),
    ],
)
def test_tags(source: str, expected: str) -> None:
    assert to_html(source) == expected


def test_a_mention_keeps_its_profile() -> None:
    html = to_html("@[url=https://r.ex/profile/bob]bob[/url]")
    assert 'href="https://r.ex/profile/bob"' in html
    assert "@<span>bob</span></a>" in html
    assert "mention" in html


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("[share author='Ann' link='https://a.ex/1']a [b]c[/b][/share]", "https://a.ex/1"),
        ("  [share link='https://a.ex/1'][/share]\n", "https://a.ex/1"),
        ("[share link='https://a.ex/1']a[/share] and more", ""),
        ("[share link='https://a.ex/1']a[/share][share link='https://a.ex/2']b[/share]", ""),
        ("[share author='Ann']a[/share]", ""),
        ("[share link='https://a.ex/1']never closed", "https://a.ex/1"),
        ("words", ""),
    ],
)
def test_a_share_alone_passes_on(source: str, link: str) -> None:
    assert shared(source) == link


def test_depth_is_bounded() -> None:
    html = to_html("[quote]" * 10_000 + "x")
    assert html.count("<blockquote>") == MAX_DEPTH
    assert "[quote][quote]" in html
    assert_balanced(html)


BOMBS = (
    "[quote]",
    "[b]",
    "[code]",
    "[",
    "[b=",
    "[url=http://a]",
    "[*]",
    "[list][*]",
    "[/b]",
    "[share author='",
)


@pytest.mark.parametrize(
    "piece", [*BOMBS, "@[url=http://a/b]c[/url]", "[noparse]", "[b][i]x", "[table][tr][td]"]
)
def test_hard_texts_take_linear_time(piece: str) -> None:
    start = time.process_time()
    assert_balanced(to_html((piece * 200_000)[:5_000_000]))
    assert time.process_time() - start < 20  # under 0.5 s on an idle machine


tags = st.sampled_from(sorted(TAGS))
pieces = st.one_of(
    tags.map("[{}]".format),
    tags.map("[/{}]".format),
    tags.map("[{}=https://a.ex/x]".format),
    tags.map("[{}=javascript:x]".format),
    st.sampled_from(["@", "#", "\n\n", "\n", "<b>", "javascript:alert(1)", "https://a.ex/", "a"]),
    st.text(max_size=4),
)


@given(source=st.lists(pieces, max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_soup_is_safe_html(source: str) -> None:
    html = to_html(source)
    assert_safe(html)
    assert_balanced(html)
    assert_safe(to_html(html_to_bbcode(html)))


@pytest.mark.parametrize(
    "html",
    [
        "<p>a <strong>b</strong><br />c</p><p>d</p>",
        "<p>x</p><ul><li>a</li><li>b</li></ul>",
        "<blockquote><p>a</p></blockquote><p>b</p>",
        "<p>[b]not bold[/b]</p>",
        "<details><summary>The end</summary><p>a</p></details>",
        "<details><summary>Spoiler</summary><p>a</p></details>",
        "<table><tbody><tr><th>a</th><td>b</td></tr></tbody></table>",
        "<ol><li>a</li><li><strong>b</strong></li></ol><hr /><h3>c</h3>",
        "<pre><code>a\n [i]b</code></pre>",
        f'<p><a href="https://a.ex/{LINK}a</a></p>',
    ],
)
def test_html_comes_back_from_bbcode(html: str) -> None:
    assert to_html(html_to_bbcode(html)) == html


words = st.text("abcäß&<>\"'😀", min_size=1, max_size=6)
inline = st.recursive(
    words,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("bius"), inner).map(lambda pair: f"[{pair[0]}]{pair[1]}[/{pair[0]}]"),
        st.tuples(inner, inner).map(" ".join),
    ),
    max_leaves=5,
) | words.map("[url=https://a.ex/x]{}[/url]".format)
block = st.one_of(
    inline,
    inline.map("[quote]{}[/quote]".format),
    inline.map("[quote]a\n\n{}[/quote]".format),
    inline.map("[list][li]a[/li][li]{}[/li][/list]".format),
    inline.map("[spoiler=the end]{}[/spoiler]".format),
    inline.map("[table][tr][td]{}[/td][td]b[/td][/tr][/table]".format),
    words.map("[h2]{}[/h2]".format),
    words.map("[code]{}\n  x[/code]".format),
)


@given(source=st.lists(block, min_size=1, max_size=5).map("\n\n".join))
@settings(max_examples=150, deadline=None)
def test_what_people_write_comes_back_as_it_was(source: str) -> None:
    html = to_html(source)
    assert html_to_text(to_html(html_to_bbcode(html))) == html_to_text(html)


def test_mentions_and_tags_become_friendica_s() -> None:
    assert html_to_bbcode('<a href="https://a.ex/@b" class="u-url mention">@<span>b</span></a>') == (
        "@[url=https://a.ex/@b]b[/url]"
    )
    assert html_to_bbcode('<a href="https://a.ex/tags/t" class="mention hashtag">#<span>t</span></a>') == (
        "#[url=https://a.ex/tags/t]t[/url]"
    )


def test_plain_text_is_readable() -> None:
    source = (
        "<h1>T</h1><p>a <b>b</b><br>c</p><blockquote><p>q</p><blockquote>r</blockquote></blockquote>"
        "<ol><li>x</li><li>y<ul><li>z</li></ul></li></ol><p><a href='https://a.ex'>link</a>"
        " <a href='https://b.ex'>https://b.ex</a></p><pre>  k\n  l</pre>"
    )
    assert html_to_text(source) == (
        "T\n\na b\nc\n\n> q\n>\n> > r\n\n1. x\n2. y\n  * z\n\nlink <https://a.ex> https://b.ex\n\n  k\n  l"
    )
