"""Letting a program in by OAuth 1.0a (RFC 5849): ask for leave, send the person there, take the token."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qs, quote

from folkmoot.client.auth import OAuth1
from folkmoot.client.calls import Call
from folkmoot.client.errors import BadAnswer
from folkmoot.client.friendica.errors import refusal
from folkmoot.client.session import Session


class Asked(NamedTuple):
    """A leave that was asked for: the person opens *url*, and brings a code (the verifier) back."""

    url: str
    token: str
    secret: str


def ask(base_url: str, key: str, secret: str, *, callback: str = "oob") -> Asked:
    """Ask for leave with an application's consumer *key* and *secret*.

    *callback* is where the person is sent afterwards, with `oauth_verifier` in the address; "oob" shows a code
    instead. Raises FriendicaError, ConnectionFailed.
    """
    form = [("oauth_callback", callback)]
    said = _post(base_url, "request_token", OAuth1(key, secret), form)
    url = f"{base_url.rstrip('/')}/api/oauth/authorize?oauth_token={quote(said['oauth_token'])}"
    return Asked(url, said["oauth_token"], said["oauth_token_secret"])


def take(base_url: str, key: str, secret: str, asked: Asked, verifier: str) -> OAuth1:
    """The signer of somebody who said yes and brought *verifier*: `Friendica(url, oauth=take(…))`.

    Its `token` and `token_secret` are what to keep. Raises FriendicaError, ConnectionFailed.
    """
    signer = OAuth1(key, secret, asked.token, asked.secret)
    said = _post(base_url, "access_token", signer, [("oauth_verifier", verifier.strip())])
    return OAuth1(key, secret, said["oauth_token"], said["oauth_token_secret"])


def _post(base_url: str, step: str, signer: OAuth1, form: list[tuple[str, str]]) -> dict[str, str]:
    with Session(base_url, auth=signer) as session:
        answer = session.exchange(Call("POST", f"/api/oauth/{step}", form=list(form)))
    if not answer.ok:
        raise refusal(answer)
    said = {name: values[0] for name, values in parse_qs(answer.body.decode("utf-8", "replace")).items()}
    if not {"oauth_token", "oauth_token_secret"} <= said.keys():
        raise BadAnswer(f"{step}: no token in {answer.body[:100]!r}")
    return said
