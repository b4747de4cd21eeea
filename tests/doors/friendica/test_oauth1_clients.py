"""Other people's clients of OAuth 1.0a: requests-oauthlib, Tweepy, and a signature made by JavaScript."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.doors.friendica.signer import BACK, IDS, Signer, let_in
from tests.support.server import Running
from tests.support.visitor import Visitor

from folkmoot.domain.people.apps import App


def test_requests_oauthlib(server: Running, app: App, anna: Visitor) -> None:
    library = pytest.importorskip("requests_oauthlib")
    session = library.OAuth1Session(app.client_id, app.client_secret, callback_uri=BACK)
    session.fetch_request_token(f"{server.url}/api/oauth/request_token")
    page = anna.get(session.authorization_url("/api/oauth/authorize"))
    assert page.status_code == 200
    session.parse_authorization_response(anna.send("/oauth/authorize", oauth_yes="allow").headers["location"])
    got = session.fetch_access_token(f"{server.url}/api/oauth/access_token")
    assert got["screen_name"] == "anna"
    for kind in ("AUTH_HEADER", "BODY", "QUERY"):
        client = library.OAuth1Session(
            app.client_id,
            app.client_secret,
            got["oauth_token"],
            got["oauth_token_secret"],
            signature_type=kind,
        )
        text = f"by {kind}: ü + % ~ ☃ & ="
        answer = client.post(f"{server.url}/api/statuses/update.json", data={"status": text})
        assert answer.json()["text"] == text
        if kind != "BODY":
            one = client.get(f"{server.url}/api/statuses/show/{answer.json()['id']}.json?x=a%20b+c")
            assert one.status_code == 200


def test_tweepy(server: Running, app: App, anna: Visitor) -> None:
    tweepy = pytest.importorskip("tweepy")
    signer = let_in(server, app, anna)
    auth = tweepy.OAuth1UserHandler(app.client_id, app.client_secret, signer.token, signer.secret)

    class Here(tweepy.API):
        """Tweepy with this server's address: it speaks https to a host alone."""

        def request(self, method: str, endpoint: str, **kwargs: Any) -> Any:
            get = self.session.request
            self.session.request = lambda how, url, **more: get(
                how, url.replace(f"https://{self.host}/1.1", f"{server.url}/api/1.1"), **more
            )
            try:
                return super().request(method, endpoint, **kwargs)
            finally:
                self.session.request = get

    api = Here(auth)
    assert api.verify_credentials().screen_name == "anna"
    said = api.update_status("by tweepy: ü + % ~ ☃")
    assert said.text == "by tweepy: ü + % ~ ☃"
    assert api.get_status(said.id).id == said.id
    assert said.id in [status.id for status in api.home_timeline(count=5)]
    bruno = IDS["bruno"]
    event = api.send_direct_message(bruno, "psst, ünder us")
    assert event.message_create["message_data"]["text"] == "psst, ünder us"
    assert [each.id for each in api.get_direct_messages(count=1)] == [event.id]
    assert api.get_direct_message(event.id).message_create["target"]["recipient_id"] == str(bruno)
    api.delete_direct_message(event.id)
    with pytest.raises(tweepy.errors.NotFound):
        api.get_direct_message(event.id)
    assert "statuses" in api.rate_limit_status()["resources"]


SCRIPT = r"""
const crypto = require("crypto");
const {key, secret, token, tokenSecret, url} = JSON.parse(require("fs").readFileSync(0));
const hex = (letter) => "%" + letter.charCodeAt(0).toString(16).toUpperCase();
const escape = (text) => encodeURIComponent(text).replace(/[!'()*]/g, hex);
const status = "von node: ü+ %20 ~ * ' ☃";
const params = {status, oauth_consumer_key: key, oauth_token: token, oauth_signature_method: "HMAC-SHA1",
  oauth_timestamp: String(Math.floor(Date.now() / 1000)), oauth_nonce: crypto.randomBytes(16).toString("hex"),
  oauth_version: "1.0"};
const sorted = Object.keys(params).sort().map((name) => escape(name) + "=" + escape(params[name])).join("&");
const base = ["POST", escape(url), escape(sorted)].join("&");
const signature = crypto.createHmac("sha1", escape(secret) + "&" + escape(tokenSecret)).update(base).digest("base64");
const signed = Object.entries({...params, oauth_signature: signature});
const head = "OAuth " + signed.filter(([name]) => name.startsWith("oauth_"))
  .map(([name, value]) => `${name}="${escape(value)}"`).join(", ");
fetch(url, {method: "POST", headers: {authorization: head}, body: new URLSearchParams({status})})
  .then((answer) => answer.json()).then((said) => console.log(JSON.stringify([said.text === status, said.error])));
"""


def test_a_client_in_javascript(signer: Signer, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    told = {
        "key": signer.app.client_id, "secret": signer.app.client_secret, "token": signer.token,
        "tokenSecret": signer.secret, "url": f"{signer.server.url}/api/1.1/statuses/update.json",
    }  # fmt: skip
    done = subprocess.run(
        [node, "-e", SCRIPT], input=json.dumps(told), capture_output=True, text=True, timeout=30
    )
    assert json.loads(done.stdout)[0] is True, done.stdout + done.stderr
