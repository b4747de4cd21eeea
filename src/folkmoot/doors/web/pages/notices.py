"""What was brought to the viewer's notice, and the requests to follow that wait for an answer."""

from __future__ import annotations

from folkmoot.domain import views
from folkmoot.domain.notices import notice_lists, notices
from folkmoot.domain.people import bonds
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Choice, Form, Listed
from folkmoot.doors.web.show import PER_PAGE, cursor, go, number, page


@door.raw("GET", "/notices", ask=Listed)
def listing(at: At, ask: Listed) -> Response:
    """Notices, newest first."""
    me = at.viewer.required()
    found = notice_lists.page_of(at.tx, at.viewer, cursor(ask.before))
    shown = found[:PER_PAGE]
    people = views.accounts_by_ids(at.tx, [notice.actor_id for notice in shown])
    posts = views.posts_by_ids(at.tx, at.viewer, [n.post_id for n in shown if n.post_id is not None])
    asking = bonds.listing(at.tx, at.viewer, "requests", me, limit=20, before=1 << 62, after=0)
    return page(
        at,
        at.tx,
        "notices.html",
        title="Notices",
        notices=[(n, people[n.actor_id], posts.get(n.post_id or 0)) for n in shown if n.actor_id in people],
        asking=views.account_list(at.tx, [account_id for _, account_id in asking]),
        older=f"?before={shown[-1].id}" if len(found) > PER_PAGE else "",
    )


@door.raw("POST", "/notices/clear", ask=Form, tx="write")
def clear(at: At, ask: Form) -> Response:
    """Forget all notices."""
    at.viewer.required()
    check_form(at, ask.csrf)
    notices.clear(at.tx, at.viewer)
    return go("/notices", "cleared")


@door.raw("POST", "/notices/request", ask=Choice, tx="write")
def answer(at: At, ask: Choice) -> Response:
    """Let a follower in, or not."""
    at.viewer.required()
    check_form(at, ask.csrf)
    verb = bonds.accept if ask.value == "release" else bonds.reject
    verb(at.tx, at.viewer, number(ask.account, 0, (1 << 62) - 1, 0))
    return go("/notices", "saved")
