"""How one logs in: the second factor, keys for programs, and other places that vouch."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import entering, factors, keys
from folkmoot.doors.frame import Response, outside
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.passwords import check_own
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Security
from folkmoot.doors.web.show import go, number, page, submit
from folkmoot.kit.lazy import lazy

if TYPE_CHECKING:
    import segno

    from folkmoot.store.tx import Tx
else:
    segno = lazy("segno")

_PRIVATE = ((b"cache-control", b"no-store"),)


@door.raw("GET", "/settings/security")
def show(at: At) -> Response:
    """What there is."""
    at.viewer.required()
    return _page(at, at.tx)


def _page(at: At, tx: Tx, why: str = "", *, codes: list[str] | None = None, made: str = "") -> Response:
    me = at.viewer.account_id
    enrolment = factors.begun(tx, at.viewer)
    closed = entering.closed(tx, me)
    return page(
        at,
        tx,
        "security.html",
        title="Logging in",
        headers=_PRIVATE,
        why=why,
        guarded=factors.is_on(tx, me),
        codes_left=factors.codes_left(tx, me),
        enrolment=enrolment,
        qr=_drawn(enrolment.uri) if enrolment else "",
        codes=codes or [],
        keys=keys.of(tx, at.viewer),
        made=made,
        ways=[(way, way not in closed) for way in outside.offered(at.house.settings)],
    )


def _drawn(uri: str) -> Markup:
    """The address as a QR code; black on white whatever the page looks like, since cameras want that."""
    out = io.BytesIO()
    code = segno.make(uri, error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, svgns=True, scale=5, border=4, dark="#000", light="#fff")
    return Markup(out.getvalue().decode())  # noqa: S704 - made of squares only


@door.raw("POST", "/settings/security/factor", ask=Security)
async def change_factor(at: At, ask: Security) -> Response:
    """Set the second factor up, confirm it, renew its recovery codes, or switch it off."""
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        if ask.act == "confirm":
            codes = await at.write(
                lambda tx: factors.confirm(tx, at.viewer, ask.code, session_id=_session(at))
            )
            return await at.read(lambda tx: _page(at, tx, codes=codes))
        await check_own(at, ask.password)
        return await _change(at, ask.act)

    def again(tx: Tx, why: str) -> Response:
        return _page(at, tx, why)

    return await submit(at, work, again)


def _session(at: At) -> int | None:
    return at.caller.session_id if at.caller else None


async def _change(at: At, act: str) -> Response:
    if act == "codes":
        codes = await at.write(lambda tx: factors.renew_codes(tx, at.viewer))
        return await at.read(lambda tx: _page(at, tx, codes=codes))

    def run(tx: Tx) -> Any:
        if act == "begin":
            return factors.begin(tx, at.viewer)
        if act == "off":
            return factors.switch_off(tx, at.viewer.account_id, session_id=_session(at))
        raise NotFound(what="act")

    await at.write(run)
    return go("/settings/security", "saved" if act == "off" else "")


@door.raw("POST", "/settings/security/keys", ask=Security)
async def change_keys(at: At, ask: Security) -> Response:
    """Make a key, which takes the password, or end one."""
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        if ask.act == "end":
            key_id = number(ask.key, 0, (1 << 62) - 1, 0)
            await at.write(lambda tx: keys.end(tx, at.viewer, key_id))
            return go("/settings/security", "removed")
        await check_own(at, ask.password)
        made = await at.write(lambda tx: keys.make(tx, at.viewer, ask.name))
        return await at.read(lambda tx: _page(at, tx, made=made))

    def again(tx: Tx, why: str) -> Response:
        return _page(at, tx, why)

    return await submit(at, work, again)


@door.raw("POST", "/settings/security/ways", ask=Security, tx="write")
def change_ways(at: At, ask: Security) -> Response:
    """Let another place vouch, or not."""
    me = at.viewer.required()
    check_form(at, ask.csrf)
    entering.set_open(at.tx, me, ask.value, is_open=ask.act == "open")
    return go("/settings/security", "saved")
