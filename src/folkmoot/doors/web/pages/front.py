"""The front page: a welcome and what is public, or the home of who is logged in; and the page about this place."""

from __future__ import annotations

from folkmoot.domain import views
from folkmoot.domain.groups import groups
from folkmoot.domain.mail import mailhealth
from folkmoot.domain.people import demo
from folkmoot.domain.place import announcements, place
from folkmoot.domain.reading import timelines
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Listed
from folkmoot.doors.web.show import cursor, older, page


@door.raw("GET", "/", ask=Listed)
def front(at: At, ask: Listed) -> Response:
    """Home, or the welcome."""
    return _home(at, ask) if at.viewer.known else _welcome(at, ask)


def _home(at: At, ask: Listed) -> Response:
    ids, on = older(at.house.feeds.home(at.tx, at.viewer, cursor(ask.before)))
    return page(
        at,
        at.tx,
        "home.html",
        title="Home",
        posts=views.post_list(at.tx, at.viewer, ids),
        groups=groups.mine(at.tx, at.viewer)[:12],
        announcements=announcements.shown(at.tx, at.viewer, dismissed=False)[-3:],
        paused=mailhealth.pauses_of(at.tx, at.viewer.account_id),
        older=on,
    )


def _welcome(at: At, ask: Listed) -> Response:
    ids, on = older(timelines.public(at.tx, at.viewer, cursor(ask.before)))
    shown = sorted(groups.listed(at.tx, at.viewer), key=lambda group: -(group.last_post_at or 0))
    return page(
        at,
        at.tx,
        "welcome.html",
        title=at.house.settings.title,
        posts=views.post_list(at.tx, at.viewer, ids),
        groups=shown[:8],
        older=on,
        demo=demo if at.house.settings.demo else None,
    )


@door.raw("GET", "/public", ask=Listed)
def public(at: At, ask: Listed) -> Response:
    """What everybody says to everybody."""
    ids, on = older(timelines.public(at.tx, at.viewer, cursor(ask.before)))
    posts = views.post_list(at.tx, at.viewer, ids)
    return page(at, at.tx, "list.html", title="Public posts", posts=posts, older=on)


@door.raw("GET", "/about")
def about(at: At) -> Response:
    """What this place is, and by which ways one gets in."""
    return page(
        at,
        at.tx,
        "about.html",
        title="About",
        groups_n=len(groups.listed(at.tx, at.viewer)),
        text=place.text_of(at.tx, "description"),
        rules=place.rules(at.tx),
    )
