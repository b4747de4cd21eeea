"""A public post alone on a page that other sites may show in a frame."""

from __future__ import annotations

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cors import html_headers
from folkmoot.doors.frame.pages import CSP
from folkmoot.doors.web.door import door
from folkmoot.doors.web.pages.threads import subject
from folkmoot.doors.web.show import local_links, number
from folkmoot.doors.web.templating import PAGES

HEADERS = (
    *html_headers(f"{CSP}; form-action 'none'", frames=True),
    (b"x-frame-options", b"ALLOWALL"),  # the pages of this door say DENY; browsers go by frame-ancestors here
    (b"cache-control", b"public, max-age=300"),
)


@door.raw("GET", "/@{name}/{id}/embed", auth="none")
def embed(at: At) -> Response:
    """A post as nobody in particular sees it. Raises NotFound for what is not for everybody."""
    post = views.post(at.tx, Viewer.anonymous(), number(at.path["id"], 0, (1 << 62) - 1, 0))
    if at.path["name"].lower() not in (post.author.name.lower(), post.author.handle.lower()):
        raise NotFound(what="post")
    if post.boost_of is not None or not post.open:
        raise NotFound(what="post")
    html = PAGES.render(
        "embed.html",
        title=subject(post),
        post=post,
        community=at.house.settings,
        links=local_links(at),
        now=at.house.clock(),
        me=None,
        csrf="",
        here="",
    )
    return Response.html(html, 200, HEADERS)
