"""What mail programs hang below an answer in HTML is told from what its writer says, and nothing is lost."""

from __future__ import annotations

import pytest

from folkmoot.kit.markup.hung import MAX_SPLIT, split
from folkmoot.kit.markup.plain import html_to_text

GMAIL = (
    "<div>After the <b>frost</b>.</div><br /><div><div>On Sun, Nov 22, 2026 at 1:00 PM Bruno &lt;"
    '<a href="mailto:b@x.org">b@x.org</a>&gt; wrote:<br /></div><blockquote>When do you sow?<br /></blockquote></div>'
)
OUTLOOK = (
    "<div><p>I start on the sill.</p><p>&nbsp;</p><div><hr /><b>Von:</b> Emil &lt;e@x.org&gt;<br /><b>Gesendet:</b>"
    " Sonntag, 22. November 2026 13:05<br /><b>An:</b> moot@x.org<br /><b>Betreff:</b> Re: Beans</div>"
    "<p>After the frost.</p></div>"
)
NEW_OUTLOOK = (
    "<div>Yes.</div><div><br /></div><hr /><div><b>From:</b> Emil &lt;e@x.org&gt;<br /><b>Sent:</b> Sunday, November"
    " 22, 2026 1:05 PM<br /><b>To:</b> moot@x.org<br /><b>Subject:</b> Re: Beans<div>&nbsp;</div></div>"
    "<div>After the frost.</div>"
)
APPLE = (
    "Thanks, Anna!<br /><div><br /><blockquote><div>On 22 Nov 2026, at 13:10, Anna &lt;a@x.org&gt; wrote:</div><br />"
    "<div>I start on the sill.</div></blockquote></div><br />"
)
THUNDERBIRD = (
    "<p>Mine are up.</p><div>Am 22.11.26 um 13:05 schrieb Emil:<br /></div>"
    "<blockquote><p>After the frost.</p></blockquote>"
)
ORIGINAL = (
    "<p>Fine.</p><p>-----Original Message-----<br />From: Emil<br />Sent: Sunday</p><p>After the frost.</p>"
)


@pytest.mark.parametrize(
    ("html", "said", "first"),
    [
        (GMAIL, "After the frost.", "On Sun"),
        (OUTLOOK, "I start on the sill.", "Von: Emil"),
        (NEW_OUTLOOK, "Yes.", "From: Emil"),
        (APPLE, "Thanks, Anna!", "On 22 Nov"),
        (THUNDERBIRD, "Mine are up.", "Am 22.11.26"),
        (ORIGINAL, "Fine.", "-----Original"),
    ],
)
def test_what_hangs_below_is_told_apart(html: str, said: str, first: str) -> None:
    above, below = split(html)
    assert html_to_text(above).strip() == said
    assert first in html_to_text(below)[:30]
    assert above.count("<div>") == above.count("</div>")
    assert below.count("<div>") == below.count("</div>")


@pytest.mark.parametrize(
    "html",
    [
        "<p>Just words, with <b>bold:</b> ones.</p>",
        "<blockquote><p>nothing but a quote</p></blockquote>",
        "<blockquote><p>first?</p></blockquote><p>Yes.</p><blockquote><p>second?</p></blockquote><p>No.</p>",
        "<p>said</p><hr /><p>below a rule</p>",
        "<p>unmatched <blockquote>x</p></blockquote></div>",
        "<p>a</p><blockquote>" + "b" * MAX_SPLIT + "</blockquote>",
        "",
    ],
)
def test_what_is_said_stays_whole(html: str) -> None:
    assert split(html) == (html, "")


def test_an_answer_between_quotes_stays_above_the_last_one() -> None:
    above, below = split(
        "<p>Hi</p><blockquote><p>one?</p></blockquote><p>Yes.</p><blockquote><p>two</p></blockquote>"
    )
    assert html_to_text(above).endswith("Yes.")
    assert "two" in below
