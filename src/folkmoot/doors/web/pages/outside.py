"""Logging in by another place: there, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlencode

from folkmoot.domain.errors import Invalid, NotFound, Refusal
from folkmoot.domain.people import entering
from folkmoot.doors.frame import Response, outside, redirect
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import read_short, short_cookie
from folkmoot.doors.frame.pages import safe_next
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Form, Login, Outside
from folkmoot.doors.web.pages.entering import open_session
from folkmoot.doors.web.show import page
from folkmoot.doors.web.texts import sentence
from folkmoot.kit.oidc import NotProven

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

NEXT = "moot_next"
"""The cookie that remembers where somebody wanted to go."""


@door.raw("GET", "/login/with/{way}", ask=Form)
async def leave(at: At, ask: Form) -> Response:
    """To the other place, with a state that only this browser can come back with."""
    way = at.path["way"]
    us = outside.party(at.house, way)
    if us is None:
        raise NotFound(what="way")
    state, cookie = outside.begin(at, way, "page")
    try:
        where = await us.address(
            state=state,
            nonce=outside.nonce_of(at.house, state),
            verifier=outside.verifier_of(at.house, state),
            redirect_uri=outside.redirect_uri(at.house, way),
        )
    except NotProven:
        return await _again(at, "down")
    kept = short_cookie(at.http, NEXT, quote(safe_next(ask.next), safe="/"), outside.LIFE_S)
    return redirect(where, 303, [cookie, kept, (b"cache-control", b"no-store")])


@door.raw("POST", "/login/from/{way}", ask=Outside, auth="none", tx="none")
def turn(at: At, ask: Outside) -> Response:
    """Apple answers by a form from its own page, with which browsers send no cookies: once more, as a link."""
    given = {k: v for k, v in (("state", ask.state), ("code", ask.code), ("error", ask.error)) if v}
    return redirect(f"{at.http.path}?{urlencode(given)}", 303)


@door.raw("GET", "/login/from/{way}", ask=Outside)
async def come_back(at: At, ask: Outside) -> Response:
    """Back with a code: whoever the place vouches for is logged in."""
    way = at.path["way"]
    if outside.party(at.house, way) is None:
        raise NotFound(what="way")
    if not outside.is_ours(at, way, "page", ask.state):
        return await _again(at, "state")
    if ask.error or not ask.code:
        return await _again(at, "code")
    try:
        who = await outside.identify(at, way, "page", state=ask.state, code=ask.code[:4096])
        found = await at.write(lambda tx: entering.by_identity(tx, who, at.http.ip))
    except NotProven as error:
        return await _again(at, "down" if error.why == "down" else "code")
    except Refusal as refusal:
        return await _refused(at, sentence(refusal))
    if isinstance(found, entering.Refused):
        return await _again(at, found.why)
    path = safe_next(unquote(read_short(at.http, NEXT)) or "/")
    answer = await open_session(at, found, path)
    gone = [outside.forget(at), short_cookie(at.http, NEXT, "", 0)]
    return Response(answer.status, answer.body, [*answer.headers, *gone], answer.content_type)


async def _again(at: At, why: str) -> Response:
    """The log-in page, with the reason; reasons that hold for every login are worded as there."""
    known = sentence(Invalid("outside", why))
    return await _refused(at, known if not known.endswith(": outside.") else sentence(Refusal("", code=why)))


async def _refused(at: At, text: str) -> Response:
    def show(tx: Tx) -> Response:
        ways = outside.offered(at.house.settings)
        return page(at, tx, "login.html", title="Log in", form=Login(), next="/", why=text, ways=ways)

    answer = await at.read(show)
    return Response(422, answer.body, [*answer.headers, outside.forget(at)], answer.content_type)
