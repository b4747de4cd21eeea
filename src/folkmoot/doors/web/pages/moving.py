"""Moving to another account: which accounts are one's own too, where this one leads, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain import views
from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import moves
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.passwords import check_own
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Moving
from folkmoot.doors.web.show import go, number, page, submit

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

HERE = "/settings/moving"


@door.raw("GET", HERE)
def show(at: At) -> Response:
    """Aliases, and the move."""
    at.viewer.required()
    return _page(at, at.tx, "")


def _page(at: At, tx: Tx, why: str) -> Response:
    own = views.account_list(tx, moves.aliases(tx, at.viewer))
    return page(at, tx, "moving.html", title="Moving to another account", aliases=own, why=why)


@door.raw("POST", HERE, ask=Moving)
async def change(at: At, ask: Moving) -> Response:
    """Name another account, or no longer; move to one, which takes the password, or take that back."""
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        if ask.act == "move":
            await check_own(at, ask.password)
        await at.write(lambda tx: _act(at, tx, ask))
        return go(HERE, "moved" if ask.act == "move" else "saved")

    return await submit(at, work, lambda tx, why: _page(at, tx, why))


def _act(at: At, tx: Tx, ask: Moving) -> None:
    if ask.act == "name":
        moves.add_alias(tx, at.viewer, ask.account)
    elif ask.act == "forget":
        moves.remove_alias(tx, at.viewer, number(ask.account, 0, (1 << 62) - 1, 0))
    elif ask.act == "move":
        moves.move(tx, at.viewer, ask.account)
    elif ask.act == "stay":
        moves.stay(tx, at.viewer)
    else:
        raise NotFound(what="act")
