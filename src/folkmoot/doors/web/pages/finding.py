"""Finding things: by words, by tag."""

from __future__ import annotations

from folkmoot.domain import views
from folkmoot.domain.access import standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groups
from folkmoot.domain.paging import Page
from folkmoot.domain.reading import search, timelines
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Listed, Search
from folkmoot.doors.web.show import PER_PAGE, cursor, number, older, page, turning
from folkmoot.kit.markup.links import fold

DEEPEST = 50
"""The search goes so many pages down."""


@door.raw("GET", "/search", ask=Search)
def find(at: At, ask: Search) -> Response:
    """Posts that hold all the words, and accounts and tags that begin so."""
    query = ask.q.strip()[:200]
    at_page = number(ask.page, 1, DEEPEST, 1)
    group = groups.find(at.tx, at.viewer, ask.group)[0] if ask.group else None
    ids: list[int] = []
    if query:
        part = Page(limit=PER_PAGE + 1, offset=(at_page - 1) * PER_PAGE)
        ids = search.posts_matching(at.tx, at.viewer, query, part, group_id=group.id if group else None)
    kept = {"q": query, **({"group": group.name} if group else {})}
    newer, on = turning(at_page, len(ids) > PER_PAGE and at_page < DEEPEST, **kept)
    people = search.accounts_matching(at.tx, query, limit=8) if at_page == 1 and not group else []
    return page(
        at,
        at.tx,
        "search.html",
        title=f"Search: {query}" if query else "Search",
        query=query,
        group=group,
        posts=views.post_list(at.tx, at.viewer, ids[:PER_PAGE]),
        people=_known(at, people),
        tags=search.tags_matching(at.tx, query, limit=8) if at_page == 1 and not group else [],
        newer=newer,
        older=on,
    )


def _known(at: At, ids: list[int]) -> list[views.AccountView]:
    """Accounts without the groups that the viewer may not know of."""
    return [a for a in views.account_list(at.tx, ids) if not a.is_group or _may_know(at, a.id)]


def _may_know(at: At, group_id: int) -> bool:
    try:
        return standing(at.tx, at.viewer, group_id).may_know
    except NotFound:
        return False


@door.raw("GET", "/tags/{tag}", ask=Listed)
def tagged(at: At, ask: Listed) -> Response:
    """Public posts with a tag."""
    name = at.path["tag"][:200]
    ids, on = older(timelines.tag(at.tx, at.viewer, fold(name), cursor(ask.before)))
    posts = views.post_list(at.tx, at.viewer, ids)
    return page(at, at.tx, "list.html", title=f"#{name}", posts=posts, older=on)
