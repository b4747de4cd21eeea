"""What the staff decides about one person: what they say against a warning, and whether they are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain import views
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.people import accounts
from folkmoot.domain.staff import appeals, memorials
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Choice
from folkmoot.doors.web.pages.staff import may, staff_page
from folkmoot.doors.web.show import go, number, submit
from folkmoot.doors.web.texts import DONE

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

_APPEALS, _ERASE = "manage_appeals", "erase_people"


@door.raw("GET", "/staff/appeals")
def show_appeals(at: At) -> Response:
    """Appeals that wait for an answer."""
    may(at, _APPEALS)
    return _appeals(at, at.tx, "")


def _appeals(at: At, tx: Tx, why: str) -> Response:
    found = appeals.waiting(tx, at.viewer)
    return staff_page(at, tx, "appeals", "Appeals", appeals=found, acts=DONE, why=why)


@door.raw("POST", "/staff/appeals", ask=Choice)
async def settle(at: At, ask: Choice) -> Response:
    """Take back what was done, or leave it."""
    may(at, _APPEALS)
    check_form(at, ask.csrf)
    if ask.value not in ("grant", "reject"):
        raise NotFound(what="act")
    warning_id, grant = number(ask.account, 0, (1 << 62) - 1, 0), ask.value == "grant"

    async def work() -> Response:
        await at.write(lambda tx: appeals.settle(tx, at.viewer, warning_id, grant=grant))
        return go("/staff/appeals", "settled")

    return await submit(at, work, lambda tx, why: _appeals(at, tx, why))


@door.raw("GET", "/staff/memorials")
def show_memorials(at: At) -> Response:
    """Whose accounts are memorials, and the form for one more."""
    may(at, _ERASE)
    return _memorials(at, at.tx, "")


def _memorials(at: At, tx: Tx, why: str) -> Response:
    found = views.account_list(tx, memorials.listing(tx, at.viewer))
    return staff_page(at, tx, "memorials", "Memorials", memorials=found, why=why)


@door.raw("POST", "/staff/memorials", ask=Choice)
async def remember(at: At, ask: Choice) -> Response:
    """Let an account be a memorial, or take that back."""
    may(at, _ERASE)
    check_form(at, ask.csrf)
    back = ask.value == "back"

    def run(tx: Tx) -> None:
        found = accounts.find_by_handle(tx, ask.account)
        if found is None:
            raise Invalid("account", "unknown")
        (memorials.live if back else memorials.remember)(tx, at.viewer, found)

    async def work() -> Response:
        await at.write(run)
        return go("/staff/memorials", "saved" if back else "remembered")

    return await submit(at, work, lambda tx, why: _memorials(at, tx, why))
