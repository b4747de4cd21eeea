"""What the place says of itself, for everybody: privacy, terms; its announcements, and collections that people made."""

from __future__ import annotations

from folkmoot.domain import views
from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import collections
from folkmoot.domain.place import announcements, place
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Form
from folkmoot.doors.web.show import go, number, page

_MAX = (1 << 62) - 1


@door.raw("GET", "/privacy")
def privacy(at: At) -> Response:
    """What becomes of people's data."""
    found = place.text_of(at.tx, "privacy")
    return page(at, at.tx, "text.html", title="Privacy", text=found, terms=None, others=[])


@door.raw("GET", "/terms")
def terms(at: At) -> Response:
    """The terms that hold now."""
    return _terms(at, place.terms_now(at.tx))


@door.raw("GET", "/terms/{day}")
def terms_of(at: At) -> Response:
    """The terms that hold from a day on."""
    return _terms(at, place.terms_of(at.tx, at.path["day"]))


def _terms(at: At, found: place.Terms | None) -> Response:
    if found is None:
        raise NotFound(what="terms")
    others = [t for t in place.all_terms(at.tx) if t.effective_on != found.effective_on]
    return page(at, at.tx, "text.html", title="Terms of service", text=found, terms=found, others=others)


@door.raw("GET", "/collections/{id}")
def collection(at: At) -> Response:
    """Accounts that somebody recommends."""
    found = collections.see(at.tx, at.viewer, number(at.path["id"], 0, _MAX, 0))
    people = views.account_list(at.tx, [item.account_id for item in found.items])
    maker = views.account(at.tx, found.account_id)
    return page(at, at.tx, "collection.html", title=found.name, collection=found, people=people, maker=maker)


@door.raw("POST", "/announcements/{id}/dismiss", ask=Form, tx="write")
def dismiss(at: At, ask: Form) -> Response:
    """Put an announcement away."""
    at.viewer.required()
    check_form(at, ask.csrf)
    announcements.dismiss(at.tx, at.viewer, number(at.path["id"], 0, _MAX, 0))
    return go("/")
