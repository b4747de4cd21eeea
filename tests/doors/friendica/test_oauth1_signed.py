"""What is signed (OAuth 1.0a): texts, places of parameters, bodies, hosts; and everything that must not work."""

from __future__ import annotations

import base64
import time
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest
from tests.doors.friendica.signer import ME, Signer, counter, escape

TEXTS = ["plain", "grün ☃ 😀", "a+b c%20d ~tilde*", "100% & more = yes", "", "line\nbreak", "!'()"]


@pytest.mark.parametrize("place", ["header", "query", "body"])
def test_what_is_said_arrives(signer: Signer, place: str) -> None:
    for text in TEXTS:
        said = f"{text} [{place} {next(counter)}]"
        form = [("status", said), ("title", ""), ("source", "a b+c")]
        answer = signer.call("POST", "/api/statuses/update.json", form=form, place=place)
        assert answer.status_code == 200, (text, answer.text)
        assert " ".join(answer.json()["text"].split()) == " ".join(said.split())


def test_parameters_in_the_query_repeated_and_empty(signer: Signer) -> None:
    pairs = [("count", "1"), ("a", "2"), ("a", "1"), ("a", ""), ("b", ""), ("ä ö", "~ +%"), ("z[]", "1")]
    for place in ("header", "query"):
        assert (
            signer.call("GET", "/api/statuses/home_timeline.json", query=pairs, place=place).status_code
            == 200
        )
    raw = "count=1&empty&x=a+b&y=a%20b&%7Etilde=%7e&caf%C3%A9=%E2%98%83&&q="
    assert signer.call("GET", "/api/statuses/home_timeline.json", raw_query=raw).status_code == 200
    posted = signer.call("POST", "/api/statuses/update.json", query=[("status", "all in the query + more")])
    assert posted.json()["text"] == "all in the query + more"
    id_ = str(posted.json()["id"])
    assert signer.call("DELETE", "/api/statuses/destroy.json", query=[("id", id_)]).status_code == 200


def test_an_oauth_parameter_may_be_repeated_exactly(signer: Signer) -> None:
    oauth = signer.oauth()
    signature = signer.sign("GET", signer.server.url + ME, list(oauth.items()))
    inner = ", ".join(f'{n}="{escape(v)}"' for n, v in {**oauth, "oauth_signature": signature}.items())
    address = f"{signer.server.url}{ME}?{urlencode({**oauth, 'oauth_signature': signature})}"
    answer = httpx2.get(address, headers={"authorization": f"OAuth {inner}"})
    assert answer.status_code == 200
    other = address.replace("oauth_version=1.0", "oauth_version=1.1")
    assert httpx2.get(other, headers={"authorization": f"OAuth {inner}"}).status_code == 401


def test_multipart_fields_are_not_signed(signer: Signer) -> None:
    form = [("status", "with a file's form"), ("lat", "1")]
    answer = signer.call("POST", "/api/statuses/update.xml", form=form, files={"x": ("x.txt", b"")})
    assert answer.status_code == 200, answer.text
    assert "with a file&apos;s form" in answer.text


def test_json_bodies_are_not_signed(signer: Signer) -> None:
    oauth = signer.oauth()
    path = "/api/statuses/update.json"
    signature = signer.sign("POST", signer.server.url + path, list(oauth.items()))
    inner = ", ".join(f'{n}="{escape(v)}"' for n, v in {**oauth, "oauth_signature": signature}.items())
    answer = httpx2.post(
        signer.server.url + path, headers={"authorization": f"oauth {inner}"}, json={"status": "as JSON"}
    )
    assert answer.json()["text"] == "as JSON"


def test_plaintext(signer: Signer) -> None:
    oauth = signer.oauth(oauth_signature_method="PLAINTEXT")
    for place in ("header", "query"):
        oauth["oauth_nonce"] = f"p{next(counter)}"
        assert signer.call("GET", ME, oauth=oauth, place=place).status_code == 200
    bare = {k: v for k, v in oauth.items() if k not in ("oauth_nonce", "oauth_timestamp", "oauth_version")}
    assert signer.call("GET", ME, oauth=bare).status_code == 200
    assert signer.call("GET", ME, oauth={**bare, "signature": "wrong&wrong"}).status_code == 401


def test_the_host_that_the_client_called_and_the_public_address(signer: Signer) -> None:
    port = urlsplit(signer.server.url).port
    for host in (f"localhost:{port}", f"LOCALHOST:{port}", f"moot.example:{port}"):
        url = f"http://{host.lower()}{ME}"
        assert signer.call("GET", ME, url=url, headers={"host": host}).status_code == 200, host
    assert signer.call("GET", ME, headers={"host": "inside:3000"}).status_code == 200
    secure = "https://moot.example" + ME
    assert signer.call("GET", ME, url=secure, headers={"host": "moot.example:443"}).status_code == 200
    assert signer.call("GET", ME, url="http://other.example" + ME).status_code == 401


def test_what_does_not_let_in(signer: Signer) -> None:
    now = int(time.time())
    for what, change in (
        ("signature", {"signature": "AAAA"}),
        ("stale", {"oauth_timestamp": str(now - 400)}),
        ("early", {"oauth_timestamp": str(now + 400)}),
        ("no time", {"oauth_timestamp": "soon"}),
        ("long time", {"oauth_timestamp": "9" * 40}),
        ("no nonce", {"oauth_nonce": ""}),
        ("odd nonce", {"oauth_nonce": "a b\x00"}),
        ("method", {"oauth_signature_method": "HMAC-MD5"}),
        ("version", {"oauth_version": "2.0"}),
        ("token", {"oauth_token": "nonsense"}),
        ("no token", {"oauth_token": ""}),
        ("key", {"oauth_consumer_key": "nonsense"}),
    ):
        answer = signer.call("GET", ME, oauth={**signer.oauth(), **change})
        assert (answer.status_code, answer.json()["error"]) == (401, "This API requires login"), what
        assert answer.headers["www-authenticate"] == 'Basic realm="Friendica"'
    for header in (
        "OAuth",
        "OAuth x",
        'OAuth oauth_token="%ff%00"',
        "OAuth " + 'a="b",' * 3000,
        'OAuth "=,=,"',
    ):
        answer = httpx2.get(signer.server.url + ME, headers={"authorization": header})
        assert answer.status_code == 401, header[:30]
    # The tail of a query that was not signed is no part of what was signed.
    oauth = signer.oauth()
    signature = signer.sign("GET", signer.server.url + ME, list(oauth.items()))
    query = urlencode({**oauth, "oauth_signature": signature, "skip_status": "1"})
    assert httpx2.get(f"{signer.server.url}{ME}?{query}").status_code == 401


def test_a_request_is_good_once(signer: Signer) -> None:
    oauth = signer.oauth()
    assert signer.call("GET", ME, oauth=oauth).status_code == 200
    assert signer.call("GET", ME, oauth=oauth).status_code == 401
    assert (
        signer.call("GET", ME, oauth={**oauth, "signature": "AAAA", "oauth_nonce": "mine"}).status_code == 401
    )
    assert signer.call("GET", ME, oauth={**oauth, "oauth_nonce": "mine"}).status_code == 200, (
        "not burnt by a guess"
    )


def test_the_token_alone_is_worth_nothing(signer: Signer) -> None:
    for headers in (
        {"authorization": f"Bearer {signer.token}"},
        {"authorization": "Basic " + base64.b64encode(f"anna:{signer.token}".encode()).decode()},
        {"authorization": f"Bearer signed:{signer.token}"},
    ):
        assert httpx2.get(signer.server.url + ME, headers=headers).status_code == 401
    home = httpx2.get(
        f"{signer.server.url}/api/v1/timelines/home", headers={"authorization": f"Bearer {signer.token}"}
    )
    assert home.status_code == 401


def test_a_large_form_is_signed_too(signer: Signer) -> None:
    form = [("status", "with ballast"), ("ballast", "ü+% " * 50_000)]
    assert signer.call("POST", "/api/statuses/update.json", form=form).json()["text"] == "with ballast"
    oauth = {**signer.oauth(), "signature": "AAAA"}
    assert signer.call("POST", "/api/statuses/update.json", form=form, oauth=oauth).status_code == 401
