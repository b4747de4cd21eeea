"""Logging in by other places, for every door that offers it: which there are, the state of a try, and who comes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final, Literal

from folkmoot import __version__
from folkmoot.domain.people.entering import WAYS, Identity
from folkmoot.doors.frame.answers import Header
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import read_short, short_cookie
from folkmoot.doors.frame.house import House
from folkmoot.kit import outward
from folkmoot.kit.oidc import Party, Provider
from folkmoot.settings import Settings

COOKIE: Final = "moot_outside"
LIFE_S: Final = 900
_KEPT: Final = "frame.outside"
_TOKEN_ENDPOINTS: Final = {"https://www.facebook.com": "https://graph.facebook.com/oauth/access_token"}
"""Facebook's description names none (its guide "Manually Build a Login Flow" does)."""
_TOKEN_INFOS: Final = {"https://accounts.google.com": "https://oauth2.googleapis.com/tokeninfo"}
"""Google looks into access tokens there (its guide "Validating an ID token" and the description of OAuth 2.0)."""
_PUBLIC: Final = frozenset(
    {"https://accounts.google.com", "https://www.facebook.com", "https://appleid.apple.com"}
)
"""Places whose clients are anybody's."""
_SCOPES: Final = {"facebook": ("openid", "email", "public_profile"), "apple": ("openid", "email")}
Kind = Literal["page", "call"]
"""Who builds the question: a page of ours, or an app that got the state by a call."""


def offered(settings: Settings) -> list[str]:
    """The places that the operator has set up, in the order of WAYS."""
    return [way for way in WAYS if client_id(settings, way)]


def client_id(settings: Settings, way: str) -> str:
    """What this server is called at the place, empty where it is not set up."""
    return str(getattr(settings, f"{way}_client_id"))


def party(house: House, way: str) -> Party | None:
    """This server at the place, None where it is not set up."""
    settings = house.settings
    if way not in WAYS or not client_id(settings, way):
        return None
    parties: dict[str, Party] = house.kept.setdefault(_KEPT, {})
    if way not in parties:
        issuer = str(getattr(settings, f"{way}_issuer"))
        place = issuer.rstrip("/")
        provider = Provider(
            issuer=issuer,
            client_id=client_id(settings, way),
            client_secret=str(getattr(settings, f"{way}_client_secret")),
            scopes=_SCOPES.get(way, ("openid", "email", "profile")),
            token_endpoint=_TOKEN_ENDPOINTS.get(place, ""),
            tells_proven=place not in _TOKEN_ENDPOINTS,
            token_info=_TOKEN_INFOS.get(place, ""),
            all_ours=place not in _PUBLIC,
        )
        agent = f"Folkmoot/{__version__} (+{settings.base_url}/)"
        parties[way] = Party(provider, agent, outward.networks(settings.private_networks))
    return parties[way]


def redirect_uri(house: House, way: str) -> str:
    """Where the place sends browsers back to; registered there by the operator."""
    return f"{house.settings.base_url}/login/from/{way}"


def begin(at: At, way: str, kind: Kind) -> tuple[str, Header]:
    """(the state of a new try, the cookie that binds it to this browser). Nothing is kept: the state is signed."""
    seed, made = secrets.token_urlsafe(18), secrets.token_urlsafe(18)
    until = at.house.clock() // 1000 + LIFE_S
    state = f"{made}.{until}.{_sign(at.house, f'state:{way}:{kind}:{made}:{until}:{seed}')}"
    return state, short_cookie(at.http, COOKIE, seed, LIFE_S)


def is_ours(at: At, way: str, kind: Kind, state: str) -> bool:
    """Whether this browser began a try with that state, not too long ago."""
    made, _, rest = state[:300].partition(".")
    until, _, mac = rest.partition(".")
    seed = read_short(at.http, COOKIE)
    if not seed or not until.isascii() or not until.isdigit() or int(until) < at.house.clock() // 1000:
        return False
    wanted = _sign(at.house, f"state:{way}:{kind}:{made}:{until}:{seed}")
    return hmac.compare_digest(mac.encode(), wanted.encode())


def forget(at: At) -> Header:
    """The header that ends a try."""
    return short_cookie(at.http, COOKIE, "", 0)


def nonce_of(house: House, state: str) -> str:
    """What the ID token of a try must hold."""
    return _sign(house, f"nonce:{state}")


def verifier_of(house: House, state: str) -> str:
    """The secret that proves to the place that the same client asks on (RFC 7636, 4.1)."""
    return _sign(house, f"verifier:{state}")


async def identify(at: At, way: str, kind: Kind, *, state: str, code: str = "", token: str = "") -> Identity:
    """Who the place vouches for; the caller has asked is_ours. Raises NotProven.

    An app that built the question itself has neither our nonce nor our challenge; it may have sent the state as its
    nonce.
    """
    us = party(at.house, way)
    assert us is not None
    if code:
        page = kind == "page"
        claims = await us.by_code(
            code,
            redirect_uri=redirect_uri(at.house, way),
            verifier=verifier_of(at.house, state) if page else "",
            nonces=frozenset({nonce_of(at.house, state)} if page else {"", state}),
        )
    else:
        claims = await us.by_token(token)
    return Identity(
        provider=way, subject=claims.subject, address=claims.address, proven=claims.proven, name=claims.name
    )


def _sign(house: House, text: str) -> str:
    return hmac.new(house.secret, f"outside:{text}".encode(), hashlib.sha256).hexdigest()
