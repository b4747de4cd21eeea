"""What the moderators did to somebody, and what they say against it: also for those whose login is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain.access import Viewer
from folkmoot.domain.staff import appeals
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Strike
from folkmoot.doors.web.show import go, number, page, submit
from folkmoot.doors.web.texts import DONE

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

_PRIVATE = ((b"cache-control", b"no-store"), (b"referrer-policy", b"no-referrer"))


def _who(at: At, tx: Tx, token: str) -> Viewer:
    """Whose warnings they are: the link's, which opens nothing else, or the viewer's. Raises NotFound."""
    return appeals.of_link(tx, token) if token else at.viewer


@door.raw("GET", "/strikes", ask=Strike)
def show(at: At, ask: Strike) -> Response:
    """All of them, each with its form as long as something may be said against it."""
    return _page(at, at.tx, ask, "")


def _page(at: At, tx: Tx, ask: Strike, why: str) -> Response:
    now = at.house.clock()
    strikes = [(one, appeals.is_open(one, now)) for one in appeals.mine(tx, _who(at, tx, ask.token))]
    return page(
        at,
        tx,
        "strikes.html",
        title="What the moderators did",
        headers=_PRIVATE,
        strikes=strikes,
        acts=DONE,
        form=ask,
        why=why,
    )


@door.raw("POST", "/strikes", ask=Strike)
async def appeal(at: At, ask: Strike) -> Response:
    """Say something against one."""
    check_form(at, ask.csrf)
    strike = number(ask.strike, 0, (1 << 62) - 1, 0)

    async def work() -> Response:
        await at.write(lambda tx: appeals.appeal(tx, _who(at, tx, ask.token), strike, ask.text))
        return go(f"/strikes?token={ask.token}" if ask.token else "/strikes", "appealed")

    return await submit(at, work, lambda tx, why: _page(at, tx, ask, why))
