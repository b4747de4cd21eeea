"""What somebody, or a group, says to everybody, as a feed (Atom, RFC 4287) for programs that follow feeds."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.reading import timelines
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.web.door import door
from folkmoot.doors.web.pages.people import person
from folkmoot.doors.web.pages.threads import subject
from folkmoot.doors.web.show import cursor, older
from folkmoot.doors.web.templating import PAGES

TYPE: Final = "application/atom+xml; charset=utf-8"
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@door.raw("GET", "/@{name}/feed.atom", auth="none")
def feed(at: At) -> Response:
    """The newest posts as nobody in particular sees them. Raises NotFound."""
    nobody = Viewer.anonymous()
    who = person(at.tx, nobody, at.path["name"])
    ids, _ = older(timelines.of_account(at.tx, nobody, who.id, cursor(""), no_boosts=True))
    posts = views.post_list(at.tx, nobody, ids)
    xml = PAGES.render(
        "feed.atom",
        who=who,
        posts=[(post, subject(post)) for post in posts],
        updated=max([post.edited_at or post.created_at for post in posts], default=who.created_at),
        base=at.house.settings.base_url,
        links=at.house.links,
        community=at.house.settings,
    )
    body = _NO_XML.sub("", xml).encode()
    tag = b'"%b"' % hashlib.blake2b(body, digest_size=16).hexdigest().encode()
    headers = [(b"etag", tag), (b"cache-control", b"public, max-age=300")]
    if (at.http.header("if-none-match") or "").strip().removeprefix("W/").encode() == tag:
        return Response(304, b"", headers)
    return Response(200, body, headers, TYPE)
