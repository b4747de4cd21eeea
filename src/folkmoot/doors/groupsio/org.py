"""The domain that the server speaks for: to those who are logged in, and, in fewer words, to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain.place import place
from folkmoot.doors.frame import outside
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio.calls import METHODS, call
from folkmoot.doors.groupsio.door import Refused, door
from folkmoot.wire.codecs import rfc3339
from folkmoot.wire.groupsio.entering_requests import EnterpriseInfoCall
from folkmoot.wire.groupsio.user import EnterpriseInfo, Org
from folkmoot.wire.groupsio.user_requests import GetOrg

if TYPE_CHECKING:
    from folkmoot.settings import Settings

ORG_ID = 1


@call(GetOrg)
def get_org(at: At, ask: GetOrg) -> Org:
    """The house itself, without any secret; one server is one domain, which no group stands for."""
    at.viewer.required()
    settings = at.house.settings
    since = rfc3339(place.since(at.tx))
    sso = next(iter(outside.offered(settings)), "")
    return Org(
        id=ORG_ID,
        created=since,
        updated=since,
        title=settings.title,
        domain=settings.domain,
        default_timezone="UTC",
        disable_signup=settings.registration == "closed",
        login_page_text=settings.description,
        sso_provider=sso,
        sso_client_id=outside.client_id(settings, sso) if sso else "",
        sso_domain=settings.domain if sso else "",
    )


@door.on(EnterpriseInfoCall, tx="none", methods=METHODS)
def enterprise_info(at: At, ask: EnterpriseInfoCall) -> EnterpriseInfo:
    settings = at.house.settings
    if ask.domain.strip().lower().rstrip(".") not in _names(settings):
        raise Refused("invalid domain")
    return EnterpriseInfo(
        domain=settings.domain,
        title=settings.title,
        sso_provider=next(iter(outside.offered(settings)), ""),
        disable_signup=settings.registration == "closed",
        login_page_text=settings.description,
    )


def _names(settings: Settings) -> set[str]:
    """The domains that the server answers for: with and without a port, and that of the groups' addresses."""
    domain = settings.domain.lower()
    return {domain, domain.rpartition(":")[0] or domain, settings.list_domain.lower()}
