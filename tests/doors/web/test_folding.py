"""Long quotes are folded, short ones are not, and nothing that is said can break the fold."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from folkmoot.doors.web.folding import LONG_LETTERS, folded

SHORT = "<p>Ben wrote:</p><blockquote><p>yes</p></blockquote><p>No.</p>"
LONG = "<blockquote><p>" + "word " * LONG_LETTERS + "</p></blockquote>"
MANY = "<blockquote><p>" + "line<br>" * 10 + "</p></blockquote>"


def test_only_long_quotes_are_folded() -> None:
    assert folded("<p>plain</p>") == "<p>plain</p>"
    assert folded(SHORT) == SHORT
    for quote in (LONG, MANY):
        page = LexborHTMLParser(folded(f"{SHORT}{quote}<p>end</p>{quote}"))
        assert len(page.css("details > blockquote")) == 2
        assert len(page.css("blockquote")) == 3
        assert page.css_first("details > summary") is not None
        assert page.css("body > p")[-1].text() == "end"


def test_a_long_mail_that_hangs_below_an_answer_is_folded_with_its_heading() -> None:
    head = (
        "<div><hr><b>From:</b> Emil<br><b>Sent:</b> Sunday<br><b>To:</b> moot<br><b>Subject:</b> Beans</div>"
    )
    long = "<p>" + "word " * LONG_LETTERS + "</p>"
    page = LexborHTMLParser(folded(f"<div><p>Yes.</p>{head}{long}</div>"))
    assert page.css_first("details").text().startswith("Quoted textFrom: Emil")
    assert page.css("div > p")[0].text() == "Yes."
    short = f"<div><p>Yes.</p>{head}<p>short</p></div>"
    assert folded(short) == short


def test_a_quote_in_a_quote_is_folded_once() -> None:
    page = LexborHTMLParser(folded(f"<blockquote><p>short</p>{LONG}</blockquote>"))
    assert len(page.css("details")) == 1
    assert len(page.css("details > blockquote > blockquote")) == 1


@pytest.mark.parametrize(
    "html",
    [
        f"{LONG}</blockquote>",
        f"<blockquote>{LONG}",
        '<a title="<blockquote>' + "x" * 2000 + '</blockquote>" href="/">x</a>',
        "<a title='</blockquote>'>x</a>",
    ],
)
def test_what_does_not_match_stays_as_it_is(html: str) -> None:
    assert folded(html) == html
