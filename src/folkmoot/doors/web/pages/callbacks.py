"""A group's webhooks, for those of its moderators who may add integrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import callbacks, groups
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import CallbackForm
from folkmoot.doors.web.show import go, number, page, submit

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


@door.raw("GET", "/@{name}/webhooks")
def show(at: At) -> Response:
    """Those that there are, and a form for one more."""
    at.viewer.required()
    return _page(at, at.tx, CallbackForm())


def _page(at: At, tx: Tx, form: CallbackForm, why: str = "") -> Response:
    group, _ = groups.find(tx, at.viewer, at.path["name"])
    hooks = callbacks.of_group(tx, at.viewer, group.id)
    return page(at, tx, "callbacks.html", title="Webhooks", group=group, hooks=hooks, form=form, why=why)


@door.raw("POST", "/@{name}/webhooks", ask=CallbackForm)
async def change(at: At, ask: CallbackForm) -> Response:
    """Add one, take one away, or switch one on again."""
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        name = await at.write(lambda tx: _do(at, tx, ask))
        return go(f"/@{name}/webhooks", "saved")

    def again(tx: Tx, why: str) -> Response:
        return _page(at, tx, ask, why)

    return await submit(at, work, again)


def _do(at: At, tx: Tx, ask: CallbackForm) -> str:
    group, _ = groups.find(tx, at.viewer, at.path["name"])
    if ask.act == "add":
        callbacks.add(tx, at.viewer, group.id, ask.url, ask.secret)
        return group.name
    found = number(ask.hook, 0, (1 << 62) - 1, 0)
    if found not in {each.id for each in callbacks.of_group(tx, at.viewer, group.id)}:
        raise NotFound(what="callback")
    if ask.act == "remove":
        callbacks.remove(tx, at.viewer, found)
    else:
        callbacks.switch_on(tx, at.viewer, found)
    return group.name
