"""Web push: subscriptions by token, and what a push service and the app behind it get."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import http_ece
import mastodon
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import jwt
from tests.doors.mastodon.moot import Moot, Person
from tests.doors.mastodon.push_service import PushService, Received, push_service
from tests.support.server import running_server

from folkmoot.domain.access import Audience
from folkmoot.domain.notices import pushes
from folkmoot.domain.people import bonds, logins
from folkmoot.domain.posts import edits, posts, reactions
from folkmoot.domain.posts.drafts import Draft
from folkmoot.kit import webpush

PATH = "/api/v1/push/subscription"


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


@pytest.fixture(scope="module")
def moot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moot]:
    """A whole server with its worker, which may call the loopback address."""
    with running_server(tmp_path_factory.mktemp("push"), private_networks="127.0.0.1") as up:
        place = Moot(up.house)
        yield place
        place.http.close()


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class App:
    """An app with its keys and one push path of its own."""

    def __init__(self, moot: Moot, who: Person, service: PushService, scopes: str = "read push") -> None:
        self.moot, self.who, self.service = moot, who, service
        self.token = moot.token(who.id, scopes)
        self.client = mastodon.Mastodon(
            access_token=self.token, api_base_url=moot.url, version_check_mode="none"
        )
        self.private, self.public = self.client.push_subscription_generate_keys()
        self.path = f"/push/{who.name}/{self.token[:8]}"

    def subscribe(self, *alerts: str, **more: Any) -> Any:
        keys = {"p256dh": text(self.public["pubkey"]), "auth": text(self.public["auth"])}
        target = {"endpoint": self.service.url + self.path, "keys": keys, **more.pop("subscription", {})}
        data = {"alerts": dict.fromkeys(alerts, True), **more}
        found = self.moot.call("POST", PATH, self.token, json={"subscription": target, "data": data})
        assert found.status == 200, found.body
        return found.json

    def read(self, received: Received) -> Any:
        """The message as the old encoding's client reads it."""
        return self.client.push_subscription_decrypt_push(
            received.body, self.private, received.headers["encryption"], received.headers["crypto-key"]
        )

    def waiting(self) -> int:
        """Pushes that have not left yet."""
        text_ = "SELECT count(*) FROM pushes"
        return int(self.moot.store.read(lambda tx: tx.text_sql(text_, text_).fetchone()[0]))


def say(who: Person, words: str, **draft: Any) -> int:
    return int(who.moot.store.write(lambda tx: posts.write(tx, who.viewer, Draft(text=words, **draft))).id)


def like(who: Person, post_id: int) -> None:
    who.moot.store.write(lambda tx: reactions.react(tx, who.viewer, post_id, reactions.Reaction.LIKE))


def settled(app: App) -> None:
    """Wait until nothing is on its way."""
    deadline = time.monotonic() + 20
    while app.waiting():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# ── subscriptions ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_subscription_by_the_python_client(moot: Moot, service: PushService) -> None:
    app = App(moot, moot.person("una"), service)
    with pytest.raises(mastodon.MastodonNotFoundError):
        app.client.push_subscription()
    made = app.client.push_subscription_set(
        "https://push.example/una", app.public, mention_events=True, follow_events=False, policy="followed"
    )
    assert made.endpoint == "https://push.example/una"
    assert made.alerts.mention is True
    assert made.alerts.follow is False
    assert made.policy == "followed"
    key = app.client.push_subscription().server_key
    assert len(webpush.decode(key)) == 65
    assert key == app.client.instance_v2().configuration.vapid.public_key
    assert key == app.client.app_verify_credentials().vapid_key
    changed = app.client.push_subscription_update(poll_events=True, policy="none")
    assert (changed.alerts.poll, changed.alerts.mention, changed.policy) == (True, False, "none")
    assert changed.id == made.id
    again = app.client.push_subscription_set("https://push.example/two", app.public)
    assert (again.endpoint, again.standard, again.alerts.poll) == ("https://push.example/two", False, False)
    app.client.push_subscription_delete()
    assert moot.call("GET", PATH, app.token).json == {"error": "Record not found"}
    assert moot.call("DELETE", PATH, app.token).json == {}


def test_the_whole_entity_and_forms(moot: Moot, service: PushService) -> None:
    app = App(moot, moot.person("ugo"), service)
    form = {
        "subscription[endpoint]": "https://push.example:8443/x?y=1",
        "subscription[keys][p256dh]": text(app.public["pubkey"]) + "=",
        "subscription[keys][auth]": text(app.public["auth"]),
        "data[alerts][admin.sign_up]": "true",
        "data[alerts][quote]": "1",
        "data[policy]": "follower",
    }
    found = moot.call("POST", PATH, app.token, data=form).json
    names = "mention quote status reblog follow follow_request favourite poll update quoted_update"
    alerts = dict.fromkeys([*names.split(), "admin.sign_up", "admin.report"], False)
    assert found == {
        "id": found["id"],
        "endpoint": "https://push.example:8443/x?y=1",
        "standard": False,
        "server_key": found["server_key"],
        "alerts": {**alerts, "admin.sign_up": True, "quote": True},
        "policy": "follower",
    }
    assert found["id"].isdigit()
    kept = moot.call("PUT", PATH, app.token, json={"data": {"policy": "all"}}).json
    assert (kept["policy"], kept["alerts"]) == ("all", found["alerts"])


def test_refusals(moot: Moot, service: PushService) -> None:
    app = App(moot, moot.person("ulf"), service)
    good = {"p256dh": text(app.public["pubkey"]), "auth": text(app.public["auth"])}
    cases: list[tuple[Any, str]] = [
        ({"endpoint": "", "keys": good}, "Endpoint can't be blank"),
        ({"endpoint": "no address", "keys": good}, "Endpoint is not a valid URL"),
        ({"endpoint": "ftp://x.example/", "keys": good}, "Endpoint is not a valid URL"),
        ({"endpoint": "https://me:word@x.example/", "keys": good}, "Endpoint is not a valid URL"),
        ({"endpoint": "https://x.example/" + "a" * 2100, "keys": good}, "Endpoint is not a valid URL"),
        ({"endpoint": "https://x.example:99999/", "keys": good}, "Endpoint is not a valid URL"),
        ({"endpoint": "https://x.example/"}, "Key p256dh can't be blank"),
        ({"endpoint": "https://x.example/", "keys": {**good, "p256dh": "AAAA"}}, "valid encryption keys"),
        ({"endpoint": "https://x.example/", "keys": {**good, "p256dh": "é"}}, "valid encryption keys"),
        ({"endpoint": "https://x.example/", "keys": {**good, "p256dh": text(b"\4" + b"1" * 64)}}, "valid encryption"),
        ({"endpoint": "https://x.example/", "keys": {**good, "auth": text(b"short")}}, "valid encryption keys"),
    ]  # fmt: skip
    for target, words in cases:
        found = moot.call("POST", PATH, app.token, json={"subscription": target})
        assert (found.status, words in found.json["error"]) == (422, True), found.body
    target = {"endpoint": "https://x.example/", "keys": good}
    found = moot.call("POST", PATH, app.token, json={"subscription": target, "data": {"policy": "some"}})
    assert found.status == 422
    assert moot.call("POST", PATH, app.token, json={}).status == 400
    as_text = {"content": json.dumps({"subscription": target}), "headers": {"content-type": "text/plain"}}
    assert moot.call("POST", PATH, app.token, **as_text).status == 400  # no form of a web page can say it
    for method in ("GET", "POST", "PUT", "DELETE"):
        body = {} if method in ("GET", "DELETE") else {"json": {"subscription": target}}
        assert moot.call(method, PATH, **body).status == 401
        assert moot.call(method, PATH, moot.token(app.who.id, "read write"), **body).status == 403
        assert moot.call(method, PATH, moot.token(None, "push"), **body).status == 422
    assert moot.call("GET", PATH, app.token).status == 404
    assert moot.call("PUT", PATH, app.token, json={"policy": "all"}).status == 404


# ── what arrives ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_old_encoding_as_the_python_client_reads_it(moot: Moot, service: PushService) -> None:
    ann, bob = moot.person("ann", locale="de"), moot.person("bob", display_name="Bob B.")
    app = App(moot, ann, service)
    key = app.subscribe("favourite", "mention")["server_key"]
    post = say(ann, "a post of mine")
    start = time.monotonic()
    like(bob, post)
    (received,) = service.wait(app.path)
    assert received.at - start < 2
    headers = received.headers
    assert headers["content-encoding"] == "aesgcm"
    assert headers["ttl"] == "172800"
    assert headers["urgency"] == "normal"
    assert headers["crypto-key"].endswith(f";p256ecdsa={key}")
    kind, _, token = headers["authorization"].partition(" ")
    assert kind == "WebPush"
    claims = jwt.decode(token, key)
    assert claims["aud"] == service.url
    assert claims["sub"].startswith("mailto:")
    assert 0 < claims["exp"] - time.time() <= 86_400
    told = app.read(received)
    notice = moot.get("/api/v1/notifications", ann.token)[0]
    assert told == {
        "access_token": app.token,
        "preferred_locale": "de",
        "notification_id": int(notice["id"]),
        "notification_type": "favourite",
        "icon": notice["account"]["avatar_static"],
        "title": "Bob B. favourited your post",
        "body": "a post of mine",
    }
    say(bob, "@ann " + "word " * 60)
    told = app.read(service.wait(app.path, 2)[1])
    assert told["notification_type"] == "mention"
    assert len(told["body"]) <= 140
    assert told["body"].endswith("…")
    settled(app)


def test_the_standard_encoding(moot: Moot, service: PushService) -> None:
    cat, dan = moot.person("cat"), moot.person("dan", note="I am <b>Dan</b>")
    app = App(moot, cat, service)
    key = app.subscribe("follow", subscription={"standard": True})["server_key"]
    moot.store.write(lambda tx: bonds.follow(tx, dan.viewer, cat.id))
    (received,) = service.wait(app.path)
    assert received.headers["content-encoding"] == "aes128gcm"
    assert "encryption" not in received.headers
    scheme, _, rest = received.headers["authorization"].partition(" ")
    fields = dict(part.split("=", 1) for part in rest.split(","))
    assert (scheme, fields["k"]) == ("vapid", key)
    assert jwt.decode(fields["t"], key)["aud"] == service.url
    private = ec.derive_private_key(app.private["privkey"], ec.SECP256R1())
    told = json.loads(
        http_ece.decrypt(
            received.body, private_key=private, auth_secret=app.private["auth"], version="aes128gcm"
        )
    )
    assert (told["notification_type"], told["access_token"]) == ("follow", app.token)
    assert told["title"] == "dan follows you now"


def test_alerts_and_policies(moot: Moot, service: PushService) -> None:
    eve, friend, fan, other = (moot.person(n) for n in ("eve", "friend", "fan", "other"))
    moot.store.write(lambda tx: bonds.follow(tx, eve.viewer, friend.id))
    moot.store.write(lambda tx: bonds.follow(tx, fan.viewer, eve.id))
    apps = {policy: App(moot, eve, service) for policy in pushes.POLICIES}
    for policy, app in apps.items():
        app.subscribe("favourite", policy=policy)
    post = say(eve, "mine")
    for who in (friend, fan, other):
        like(who, post)
    say(other, "@eve this alert is off")
    service.wait(apps["all"].path, 3)
    settled(apps["all"])
    counts = {policy: len(service.of(app.path)) for policy, app in apps.items()}
    assert counts == {"all": 3, "followed": 1, "follower": 1, "none": 0}
    assert apps["followed"].read(service.of(apps["followed"].path)[0])["title"].startswith("friend ")
    assert apps["follower"].read(service.of(apps["follower"].path)[0])["title"].startswith("fan ")


def test_nobody_is_pushed_what_they_may_not_know(moot: Moot, service: PushService) -> None:
    gus, hal = moot.person("gus"), moot.person("hal")
    app = App(moot, gus, service)
    app.subscribe("favourite", "mention")
    moot.store.write(lambda tx: bonds.block(tx, gus.viewer, hal.id))
    say(hal, "@gus can you hear me")
    moot.store.write(lambda tx: bonds.unblock(tx, gus.viewer, hal.id))

    def gone_at_once(tx: Any) -> None:
        """Said and taken back before anything could leave."""
        post = posts.write(tx, hal.viewer, Draft(text="@gus never mind", audience=Audience.DIRECT)).id
        edits.delete(tx, hal.viewer, post)

    moot.store.write(gone_at_once)
    settled(app)
    assert service.of(app.path) == []


def test_the_end_of_a_token_is_the_end_of_its_pushes(moot: Moot, service: PushService) -> None:
    ida, jon = moot.person("ida"), moot.person("jon")
    app, other = App(moot, ida, service), App(moot, ida, service)
    for one in (app, other):
        one.subscribe("favourite")
    found = moot.store.read(lambda tx: logins.token(tx, app.token))
    moot.store.write(lambda tx: logins.revoke_token(tx, found.id, ida.id))
    like(jon, say(ida, "still here"))
    service.wait(other.path)
    settled(other)
    assert service.of(app.path) == []
    count = "SELECT count(*) FROM push_subscriptions WHERE token_id = " + str(found.id)
    assert moot.store.read(lambda tx: tx.text_sql(count, count).fetchone()[0]) == 0


# ── when the push service does not want it ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [400, 403, 404, 410, 413])
def test_a_refusal_ends_the_subscription(moot: Moot, service: PushService, status: int) -> None:
    who = moot.person(f"kim{status}")
    app = App(moot, who, service)
    app.subscribe("favourite")
    service.answers[app.path] = [status]
    like(moot.person(f"leo{status}"), say(who, "mine"))
    service.wait(app.path)
    settled(app)
    assert moot.call("GET", PATH, app.token).status == 404


@pytest.mark.parametrize("status", [302, 408, 429, 500, 503])
def test_a_failure_is_tried_again(
    moot: Moot, service: PushService, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushes, "FIRST_GAP_MS", 200)
    who = moot.person(f"mia{status}")
    app = App(moot, who, service)
    app.subscribe("favourite")
    service.answers[app.path] = [status, 201]
    like(moot.person(f"ned{status}"), say(who, "mine"))
    first, second = service.wait(app.path, 2)
    assert app.read(first)["notification_id"] == app.read(second)["notification_id"]
    settled(app)
    assert service.of("/redirected") == []
    assert moot.call("GET", PATH, app.token).status == 200


def test_it_is_given_up_after_some_tries(
    moot: Moot, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushes, "FIRST_GAP_MS", 1)
    monkeypatch.setattr(pushes, "LONGEST_GAP_MS", 20)
    who = moot.person("ona")
    app = App(moot, who, service)
    app.subscribe("favourite")
    service.answers[app.path] = [500] * 20
    like(moot.person("pia"), say(who, "mine"))
    service.wait(app.path, pushes.TRIES)
    settled(app)
    assert len(service.of(app.path)) == pushes.TRIES
    assert moot.call("GET", PATH, app.token).status == 200


def test_a_slow_push_service_holds_up_nobody_else(moot: Moot, service: PushService) -> None:
    slow, quick = App(moot, moot.person("sam"), service), App(moot, moot.person("tim"), service)
    slow.subscribe("favourite")
    with push_service() as other:
        quick.service = other
        quick.subscribe("favourite")
        service.hold[slow.path] = 3
        by = moot.person("val")
        for n in range(10):
            like(by, say(slow.who, f"post {n}"))
        service.wait(slow.path)
        start = time.monotonic()
        like(by, say(quick.who, "mine"))
        other.wait(quick.path)
        assert time.monotonic() - start < 2
        service.hold[slow.path] = 0
        service.wait(slow.path, 10)
        settled(slow)


def test_a_push_of_a_disabled_login_stays(moot: Moot, service: PushService) -> None:
    who, by = moot.person("xia"), moot.person("yan")
    app = App(moot, who, service)
    app.subscribe("favourite")
    post = say(who, "mine")

    def liked_and_disabled(tx: Any) -> None:
        reactions.react(tx, by.viewer, post, reactions.Reaction.LIKE)
        tx.text_sql(*[f"UPDATE logins SET state = 3 WHERE account_id = {who.id}"] * 2)

    moot.store.write(liked_and_disabled)
    settled(app)
    assert service.of(app.path) == []


def test_messages_are_plain_json(moot: Moot, service: PushService) -> None:
    who = moot.person("zoe")
    app = App(moot, who, service)
    app.subscribe("mention")
    say(moot.person("abe"), "@zoe <script>alert(1)</script> & 'quotes' \u202e \U0001f600")
    told = app.read(service.wait(app.path)[0])
    assert told["body"].startswith("@zoe <script>alert(1)</script> & 'quotes'")
    assert msgspec.json.decode(msgspec.json.encode(told)) == told
