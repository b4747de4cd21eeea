"""Logging in by other places: Google, Facebook and Apple, each in two calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from folkmoot.domain.people import entering
from folkmoot.domain.people.entering import Identity
from folkmoot.doors.frame import outside
from folkmoot.doors.frame.at import Answered, At
from folkmoot.doors.groupsio.calls import METHODS
from folkmoot.doors.groupsio.door import Refused, door
from folkmoot.doors.groupsio.session import entered
from folkmoot.kit.oidc import NotProven
from folkmoot.wire.groupsio.entering_requests import (
    AppleLoginFinal,
    AppleLoginStart,
    FacebookLoginFinal,
    FacebookLoginStart,
    GoogleLoginFinal,
    GoogleLoginStart,
)
from folkmoot.wire.groupsio.user import Login, OAuthLogin

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

WRONG_CODE: Final = {"facebook": "invalid code or access_token"}
EXPIRED: Final = {"facebook": "expired code"}
SCOPES: Final = {
    "google": ["openid", "email", "profile"],
    "facebook": ["openid", "email"],
    "apple": ["email"],
}
EXTRAS: Final = {"unproven": "invalid email address", "second_factor": "two factor enabled"}
"""What the contract says of identities that do not log in; of accounts that may not act: inactive user."""
Ask = GoogleLoginFinal | FacebookLoginFinal | AppleLoginFinal


def _start(way: str) -> Callable[[At, Any], Answered[OAuthLogin]]:
    def start(at: At, ask: Any) -> Answered[OAuthLogin]:
        """A state that is bound to the caller by a cookie; where the place is not set up it has no client id."""
        state, cookie = outside.begin(at, way, "call")
        us = outside.client_id(at.house.settings, way)
        told = OAuthLogin(
            state=state, web_client_id=us, ios_client_id=us, android_client_id=us, scopes=SCOPES[way]
        )
        return Answered(told, headers=[cookie, (b"cache-control", b"no-store")])

    return start


def _final(way: str) -> Callable[[At, Any], Any]:
    async def final(at: At, ask: Ask) -> Answered[Login]:
        if not outside.is_ours(at, way, "call", ask.state):
            raise Refused("invalid state")
        wrong = WRONG_CODE.get(way, "invalid code")
        if outside.party(at.house, way) is None or not (ask.code or ask.access_token):
            raise Refused(wrong)
        who = await _vouched(at, way, ask, wrong)
        found = await at.write(lambda tx: _enter(tx, at, who))
        if isinstance(found, str):
            raise Refused(found)
        return found

    return final


async def _vouched(at: At, way: str, ask: Ask, wrong: str) -> Identity:
    try:
        return await outside.identify(
            at, way, "call", state=ask.state, code=ask.code[:4096], token=ask.access_token[:8192]
        )
    except NotProven as error:
        if error.why == "down":
            raise Refused(f"{way} does not answer", "server") from None
        raise Refused(EXPIRED.get(way, wrong) if error.why == "expired" else wrong) from None


def _enter(tx: Tx, at: At, who: Identity) -> Answered[Login] | str:
    """The login, or why there is none: what was mailed because of it stays."""
    found = entering.by_identity(tx, who, at.http.ip)
    if isinstance(found, entering.Refused):
        if found.why == "way_closed":
            return f"{who.provider} login prevented"
        return EXTRAS.get(found.why, "inactive user")
    login = entered(tx, at, found)
    login.headers = [*login.headers, outside.forget(at)]
    return login


for _way, _begin, _end in (
    ("google", GoogleLoginStart, GoogleLoginFinal),
    ("facebook", FacebookLoginStart, FacebookLoginFinal),
    ("apple", AppleLoginStart, AppleLoginFinal),
):
    door.on(_begin, tx="none", methods=METHODS)(_start(_way))
    door.on(_end, tx="none", methods=METHODS)(_final(_way))
