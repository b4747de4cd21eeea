"""What safe HTML means, checked on the parsed output by a second parser."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

ALLOWED_TAGS = frozenset(
    (
        *(
            "html",
            "head",
            "body",
            "a",
            "p",
            "br",
            "b",
            "strong",
            "i",
            "em",
            "u",
            "s",
            "del",
            "blockquote",
            "code",
        ),
        *("pre", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "span", "div", "table", "thead"),
        *("tbody", "tr", "th", "td", "details", "summary"),
    )
)
ALLOWED_ATTRIBUTES = frozenset(("href", "target", "rel", "class", "translate", "start", "colspan", "rowspan"))
ALLOWED_CLASSES = frozenset(
    ("mention", "hashtag", "u-url", "h-card", "invisible", "ellipsis", "quote-inline", "signature")
)


def assert_safe(html: str) -> None:
    """Fail unless every element, attribute, class and address of the HTML is on the short lists."""
    html.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", html)
    body = LexborHTMLParser(html).body
    assert body is not None
    for node in body.traverse(include_text=False):
        assert node.tag in ALLOWED_TAGS, (node.tag, html)
        for name, value in node.attributes.items():
            assert name in ALLOWED_ATTRIBUTES, (name, html)
            if name == "class":
                assert ALLOWED_CLASSES.issuperset((value or "").split()), html
            if name == "href":
                assert (value or "").startswith(("https://", "http://", "mailto:", "gemini://", "gemini:")), (
                    html
                )


def assert_balanced(html: str) -> None:
    """Fail unless every tag that opens closes, in order."""
    stack: list[str] = []
    for match in re.finditer(r"<(/?)([a-z0-9]+)([^<>]*)>", html):
        if match[3].endswith("/"):
            continue
        if match[1]:
            assert stack, html
            assert stack.pop() == match[2], html
        else:
            stack.append(match[2])
    assert not stack, html
    assert not re.sub(r"</?[a-z0-9]+[^<>]*>", "", html).count("<"), html
