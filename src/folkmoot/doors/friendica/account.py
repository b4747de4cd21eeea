"""The caller's own account."""

from __future__ import annotations

from folkmoot.doors.frame import At
from folkmoot.doors.friendica import show
from folkmoot.doors.friendica.base import door
from folkmoot.wire.friendica.requests import VerifyCredentials
from folkmoot.wire.friendica.status import User


@door.on(VerifyCredentials, tx="read")
def verify_credentials(at: At, ask: VerifyCredentials) -> User:
    return show.caller(
        at.house, at.tx, at.viewer, with_status=not ask.skip_status, with_entities=ask.include_entities
    )
