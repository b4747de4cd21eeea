"""What machines look for before they know the API: health, NodeInfo, WebFinger and host-meta."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

from folkmoot import __version__
from folkmoot.domain import views
from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import accounts as people
from folkmoot.domain.place import figures
from folkmoot.doors.frame import At, Response, redirect
from folkmoot.doors.frame.answers import json_bytes
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.instance import MINUTE_MS, VERSION, kept
from folkmoot.doors.mastodon.pages import known
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.wire.mastodon import nodeinfo as info

NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/2.0"
JRD = "application/jrd+json; charset=utf-8"
UPSTREAM = info.NodeInfoSoftware(name="mastodon", version=VERSION.split()[0])
"""By this, apps that choose their API by the software's name (megalodon) know that they may speak Mastodon's."""


@door.raw("GET", "/health", auth="none", tx="none")
def health(at: At) -> Response:
    return Response.text("OK")


@door.raw("GET", "/api/v1/streaming/health", auth="none", tx="none")
def streaming_health(at: At) -> Response:
    return Response.text("OK")


@door.raw("GET", "/.well-known/nodeinfo", auth="none", tx="none")
def nodeinfo_links(at: At) -> Response:
    link = info.NodeInfoLink(rel=NODEINFO, href=f"{at.house.settings.base_url}/nodeinfo/2.0")
    return Response.json(info.NodeInfoDiscovery(links=[link]))


@door.raw("GET", "/nodeinfo/2.0", auth="none")
def nodeinfo(at: At) -> Response:
    found = kept(at, "nodeinfo", MINUTE_MS) or kept(at, "nodeinfo", MINUTE_MS, _nodeinfo(at))
    return Response(200, found or b"")


def _nodeinfo(at: At) -> bytes:
    settings, found = at.house.settings, figures.now(at.tx)
    users = info.NodeInfoUsers(
        total=found.people, active_month=found.active_month, active_halfyear=found.active_half_year
    )
    return json_bytes(
        info.NodeInfo(
            version="2.0",
            software=info.NodeInfoSoftware(name="folkmoot", version=__version__),
            services=info.NodeInfoServices(),
            usage=info.NodeInfoUsage(users=users, local_posts=found.posts),
            open_registrations=settings.registration != "closed",
            metadata=info.NodeInfoMetadata(
                node_name=settings.title, node_description=settings.description, upstream=UPSTREAM
            ),
        )
    )


@door.raw("GET", "/.well-known/webfinger", auth="none")
def webfinger(at: At) -> Response:
    """The account behind acct:name@domain or its address (RFC 7033)."""
    account_id = _named(at, _resource(at))
    if account_id is None or not known(at, [account_id]):
        raise NotFound(what="account")
    view = views.account(at.tx, account_id)
    if view.domain:
        raise NotFound(what="account")
    links = [
        {"rel": "self", "type": "application/activity+json", "href": view.uri},
        {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": view.url},
        {"rel": "http://webfinger.net/rel/avatar", "href": at.house.links.avatar(view)},
    ]
    subject = f"acct:{view.name}@{at.house.settings.domain}"
    answer = Response.json({"subject": subject, "aliases": [view.url, view.uri], "links": links})
    return Response(200, answer.body, content_type=JRD)


def _resource(at: At) -> str:
    try:
        found = parse_qs(at.http.query.decode("latin-1"), max_num_fields=100).get("resource", [""])[0]
    except ValueError:
        found = ""
    if not found:
        raise Said(400, "param is missing or the value is empty: resource")
    return found[:2000]


def _named(at: At, resource: str) -> int | None:
    if resource.startswith(("https://", "http://")):
        base = at.house.settings.base_url
        path = urlsplit(resource).path if resource.startswith(base + "/") else ""
        for start in ("/@", "/users/"):
            if path.startswith(start):
                return people.find_by_name(at.tx, path.removeprefix(start).rstrip("/"))
        return None
    return people.find_by_handle(at.tx, resource.removeprefix("acct:"))


@door.raw("GET", "/.well-known/change-password", auth="none", tx="none")
def change_password(at: At) -> Response:
    """Where password managers send people (W3C, A Well-Known URL for Changing Passwords)."""
    return redirect("/settings#password", 302)


@door.raw("GET", "/.well-known/host-meta", auth="none", tx="none")
def host_meta(at: At) -> Response:
    """Where WebFinger is answered (RFC 6415)."""
    base = escape_text(quote(at.house.settings.base_url, safe=":/[]"))
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" template="{base}/.well-known/webfinger?resource={{uri}}"/>\n</XRD>\n'
    )
    return Response(200, body.encode(), content_type="application/xrd+xml; charset=utf-8")
