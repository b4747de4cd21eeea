"""Applications: those that the viewer made, with key and secret, and those that may act for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain.people import ownapps
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Form
from folkmoot.doors.web.show import go, number, page, submit

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

HERE = "/settings/apps"


class AppForm(Form, kw_only=True):
    """A new application; redirect may hold several addresses, one a line."""

    name: str = ""
    redirect: str = ""
    website: str = ""


class Ending(Form, kw_only=True):
    """The application that is to end."""

    app: str = ""


@door.raw("GET", HERE)
def show(at: At) -> Response:
    """The viewer's own applications, and those that are let in."""
    at.viewer.required()
    return _apps(at, at.tx, AppForm())


def _apps(at: At, tx: Tx, form: AppForm, why: str = "") -> Response:
    return page(
        at,
        tx,
        "apps.html",
        title="Applications",
        form=form,
        why=why,
        own=[(app, _shown(app.redirects)) for app in ownapps.mine(tx, at.viewer)],
        let_in=ownapps.let_in(tx, at.viewer),
    )


def _shown(redirects: list[str]) -> str:
    return ", ".join("none: a code is shown" if uri == ownapps.BY_HAND else uri for uri in redirects)


@door.raw("POST", HERE, ask=AppForm)
async def make(at: At, ask: AppForm) -> Response:
    """Make an application."""
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        uris = ask.redirect.split()
        await at.write(lambda tx: ownapps.make(tx, at.viewer, ask.name, uris, ask.website.strip()))
        return go(HERE, "app-made")

    return await submit(at, work, lambda tx, why: _apps(at, tx, msgspec.structs.replace(ask), why))


@door.raw("POST", f"{HERE}/remove", ask=Ending, tx="write")
def remove(at: At, ask: Ending) -> Response:
    """End one of the viewer's own applications, with all that it was let into."""
    at.viewer.required()
    check_form(at, ask.csrf)
    ownapps.remove(at.tx, at.viewer, _id(ask))
    return go(HERE, "removed")


@door.raw("POST", f"{HERE}/shut-out", ask=Ending, tx="write")
def shut_out(at: At, ask: Ending) -> Response:
    """Let an application act for the viewer no longer."""
    at.viewer.required()
    check_form(at, ask.csrf)
    ownapps.shut_out(at.tx, at.viewer, _id(ask))
    return go(HERE, "shut-out")


def _id(ask: Ending) -> int:
    return number(ask.app, 0, (1 << 62) - 1, 0)
