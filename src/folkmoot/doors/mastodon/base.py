"""The door itself: who calls by which token, what its scopes allow, and how answers and refusals look."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, Invalid, Unauthenticated
from folkmoot.domain.people import logins
from folkmoot.domain.people.accounts import LoginState
from folkmoot.doors.frame import At, BindRules, Caller, Door, Http, Response
from folkmoot.doors.frame.bind import gather
from folkmoot.doors.frame.scopes import covers
from folkmoot.doors.mastodon import deprecated, roles
from folkmoot.doors.mastodon.limits import RULES
from folkmoot.doors.mastodon.refusals import refuse
from folkmoot.wire.request import Endpoint

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

_NOBODY = Viewer.anonymous()
_SMALL = 65_536
"""A token is looked for in no larger body."""
CONFIRMING = "/api/v1/emails/"
"""What whoever has yet to prove their address may call, and nothing else."""


def secret_of(http: Http) -> str:
    """The access token: from the header, from the query as browsers' event streams need, or from the body as a
    parameter (RFC 6750 2.2); empty without one."""
    header = http.headers.get(b"authorization", b"")
    if header:
        scheme, _, secret = header.partition(b" ")
        return secret.strip().decode("latin-1") if scheme.lower() == b"bearer" else ""
    if b"_token=" in http.query:
        try:
            pairs = parse_qs(http.query.decode("latin-1"), max_num_fields=200)
        except ValueError:
            return ""
        for name in ("access_token", "bearer_token"):
            if name in pairs:
                return pairs[name][-1]
    return _in_body(http) if b"_token" in http.body_so_far[:_SMALL] else ""


def _in_body(http: Http) -> str:
    body = http.body_so_far
    if len(body) > _SMALL:
        return ""
    try:
        found = gather(b"", http.content_type, body, {}, BindRules())
    except Invalid:
        return ""
    for name in ("access_token", "bearer_token"):
        if isinstance(value := found.get(name), str):
            return value
    return ""


def authenticate(tx: Tx, http: Http, endpoint: Endpoint | None) -> tuple[Viewer, Caller | None]:
    """Who calls. Raises Unauthenticated without the token that the endpoint wants; Forbidden for logins that may not
    act and for tokens of an application alone where a person is wanted."""
    wanted = endpoint.auth if endpoint is not None else "optional"
    secret = secret_of(http)
    if not secret:
        if wanted in ("app", "user"):
            raise Unauthenticated("no token", code="no_token")
        return _NOBODY, None
    token = logins.token(tx, secret)
    if token.viewer.known:
        if wanted != "app" and not (
            token.state == LoginState.UNCONFIRMED and http.path.startswith(CONFIRMING)
        ):
            logins.check_state(token.state, False)
    elif wanted == "user":
        raise Forbidden("a person's token is needed", code="app_only")
    return token.viewer, Caller(token_id=token.id, app_id=token.app_id, scopes=token.scopes)


@lru_cache(maxsize=4096)
def _reaches(scopes: frozenset[str], wanted: str) -> bool:
    return any(covers(scopes, scope) for scope in wanted.split())


def check(at: At, endpoint: Endpoint) -> None:
    """Whether the token's scopes reach, and the person's role. Raises Forbidden("scope" | "role")."""
    if at.caller is not None and endpoint.scope and not _reaches(at.caller.scopes, endpoint.scope):
        raise Forbidden("outside the scopes", code="scope")
    if endpoint.permission:
        roles.require(at.viewer, endpoint.permission)


def encode(body: Any, at: At) -> Response:
    """An entity as JSON."""
    return Response.json(body)


door = Door(
    "mastodon",
    authenticate=authenticate,
    check=check,
    refuse=refuse,
    encode=encode,
    prefixes=(
        "/api/v1/",
        "/api/v2/",
        "/api/v3/",
        "/api/v1_alpha/",
        "/api/v2_alpha/",
        "/api/web/",
        "/api/oembed",
        "/api/proofs",
        "/nodeinfo/",
        "/.well-known/",
    ),
    rules=BindRules(lenient_numbers=frozenset({"limit"}), loose_booleans=True, rows_only=True),
    limits=RULES,
    headers=((b"vary", b"Authorization"),),
    cors=True,
    path_headers=deprecated.HEADERS,
    secret=secret_of,
)
