"""Every endpoint that is served keeps what the contract table promises: refusals, texts, keys and types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.doors.mastodon.contract_calls import SUBSCRIPTION
from tests.doors.mastodon.moot import Moot, Person
from tests.wire.contract_tables import endpoints, table

from folkmoot.domain.access import Viewer
from folkmoot.domain.media import cards
from folkmoot.domain.place import annual, place
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.doors.mastodon import door
from folkmoot.store.tx import Tx
from folkmoot.wire.request import Request

TABLE = {(e["method"], e["path"]): e for e in table("mastodon")["endpoints"]}
ROUTES = {route.name: route for route in door.table if route.endpoint is not None}
ASKS = [ask for ask in endpoints("folkmoot.wire.mastodon.requests") if ask.__name__ in ROUTES]
NAMES = {ask.__name__: ask for ask in ASKS}
INVALID = {"error": "The access token is invalid"}
SCOPE = {"error": "This action is outside the authorized scopes"}
USER = {"error": "This method requires an authenticated user"}
MISSING = {"error": "Record not found"}


def colons(path: str) -> str:
    return path.replace("{", ":").replace("}", "")


def path_of(ask: type[Request[Any]], value: object = 12345) -> str:
    path = ask.endpoint.path
    for name in ask.endpoint.path_parameters:
        path = path.replace(f"{{{name}}}", str(value))
    return path


@pytest.fixture(scope="module")
def cast(moot: Moot) -> tuple[Person, Person]:
    return moot.person("agnes"), moot.person("bela")


def test_what_is_served_is_in_the_contract() -> None:
    known = {ask.__name__ for ask in ASKS if (ask.endpoint.methods[0], colons(ask.endpoint.path)) in TABLE}
    assert known == set(NAMES)


def test_all_endpoint_classes_of_this_slice_are_served() -> None:
    elsewhere = {"ObtainToken", "RevokeToken", "GetUserInfo", "GetServerMetadata"}
    media = {"UploadMedia", "UploadMediaV1", "GetMedia", "UpdateMedia", "DeleteMedia"}
    declared = {ask.__name__ for ask in endpoints("folkmoot.wire.mastodon.requests")}
    assert declared - elsewhere - media <= set(NAMES)


@pytest.mark.parametrize("name", sorted(n for n in NAMES if NAMES[n].endpoint.auth in ("user", "app")))
def test_without_a_token(moot: Moot, name: str) -> None:
    ask = NAMES[name]
    found = moot.call(ask.endpoint.methods[0], path_of(ask))
    assert (found.status, found.json) == (401, INVALID)
    found = moot.call(ask.endpoint.methods[0], path_of(ask), "no such token")
    assert (found.status, found.json) == (401, INVALID)


@pytest.mark.parametrize("name", sorted(n for n in NAMES if NAMES[n].endpoint.auth == "user"))
def test_an_application_alone_is_no_person(moot: Moot, name: str) -> None:
    found = moot.call(NAMES[name].endpoint.methods[0], path_of(NAMES[name]), moot.token(None))
    assert (found.status, found.json) == (422, USER)


@pytest.mark.parametrize("name", sorted(n for n in NAMES if NAMES[n].endpoint.scope))
def test_a_wrong_scope(moot: Moot, cast: tuple[Person, Person], name: str) -> None:
    ask = NAMES[name]
    other = "write:lists" if ask.endpoint.scope == "push" else "push"
    found = moot.call(ask.endpoint.methods[0], path_of(ask), moot.token(cast[0].id, other))
    assert (found.status, found.json) == (403, SCOPE)


TAG_CALLS = ("GetTag", "FollowTag", "UnfollowTag", "FeatureTag", "UnfeatureTag")
"""Calls whose path names a tag: any word is one."""


@pytest.mark.parametrize(
    "name",
    sorted(n for n in NAMES if NAMES[n].endpoint.path_parameters and not NAMES[n].endpoint.permission),
)
@pytest.mark.parametrize("value", ["999999999999", "x", "-1", "9" * 40, "%00", "1.5"])
def test_an_unknown_id(moot: Moot, cast: tuple[Person, Person], name: str, value: str) -> None:
    ask = NAMES[name]
    found = moot.call(ask.endpoint.methods[0], path_of(ask, value), cast[0].token)
    if name == "TagTimeline":
        assert (found.status, found.json) == (200, [])
    elif name in TAG_CALLS and value == "x":
        assert (found.status, found.json["name"]) == (200, "x")
    elif name == "DismissGroup":
        assert (found.status, found.json) == (200, {})
    else:
        assert (found.status, found.json) == (404, MISSING)


@pytest.mark.parametrize("name", sorted(n for n in NAMES if "/statuses/{id}" in NAMES[n].endpoint.path))
def test_what_may_not_be_seen_is_not_there(moot: Moot, cast: tuple[Person, Person], name: str) -> None:
    agnes, bela = cast
    ask, secret = NAMES[name], agnes.say("between us", visibility="private")["id"]
    unseen = moot.call(ask.endpoint.methods[0], path_of(ask, secret), bela.token)
    unknown = moot.call(ask.endpoint.methods[0], path_of(ask, 999999999999), bela.token)
    assert (unseen.status, unseen.body) == (unknown.status, unknown.body) == (404, unseen.body)


JUNK: list[Any] = [
    None,
    True,
    -1,
    1e300,
    "",
    "x\x00y",
    [],
    [[]],
    {},
    {"a": {"b": []}},
    "9" * 50,
    ["1", {"x": 2}],
]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_junk_is_never_our_failure(moot: Moot, cast: tuple[Person, Person], name: str) -> None:
    ask = NAMES[name]
    token = moot.token(cast[1].id) if name != "CreateAccount" else moot.token(None)
    fields = [f for f in ask.__struct_encode_fields__ if f not in ask.endpoint.path_parameters]
    post = cast[1].say("something")["id"]
    for junk in JUNK:
        body = dict.fromkeys(fields, junk)
        found = moot.call(ask.endpoint.methods[0], path_of(ask, post), token, json=body)
        assert found.status < 500, (name, junk, found.body[:300])
        query = {field: str(junk) for field in fields}
        found = moot.call(ask.endpoint.methods[0], path_of(ask, post), token, params=query)
        assert found.status < 500, (name, junk, found.body[:300])
        if found.status >= 400:
            assert set(found.json) >= {"error"}


def filled(moot: Moot) -> tuple[Person, dict[str, Any]]:
    """Somebody for whom every list has an entry, and ids to ask for."""
    cleo, dora = moot.person("cleo"), moot.person("dora", locked=True)
    post = cleo.say("a #word for @dora", spoiler_text="look")["id"]
    dora.say("@cleo yes", in_reply_to_id=post)
    for act in ("favourite", "reblog", "bookmark", "pin"):
        cleo.post(f"/api/v1/statuses/{post}/{act}")
    dora.post(f"/api/v1/accounts/{cleo.id}/follow")
    cleo.post(f"/api/v1/accounts/{dora.id}/follow")
    cleo.post("/api/v1/markers", home={"last_read_id": post})
    return dora, {"post": post, "account": cleo.id, "me": dora.id}


@pytest.fixture(scope="module")
def full(moot: Moot) -> tuple[Person, dict[str, Any]]:
    return filled(moot)


GETS = sorted(
    n
    for n, a in NAMES.items()
    if a.endpoint.methods == ("GET",) and not a.endpoint.permission and n not in ("ListTimeline", "GetMedia")
)
MORE = {"SearchAll": {"q": "word"}, "SearchAccounts": {"q": "cleo"}, "LookupAccount": {"acct": "cleo"}}
MORE["LinkTimeline"] = {"url": "https://news.example/story"}


def whispered(to: Person) -> str:
    """The request of a stranger who wrote a direct post."""
    to.moot.person("gerda").say(f"@{to.name} psst", visibility="direct")
    return str(to.get("/api/v1/notifications/requests")[0]["id"])


def with_terms(who: Person) -> str:
    """A day from which terms hold."""
    who.moot.store.write(lambda tx: place.set_terms(tx, Viewer.system(), "2020-02-02", "Be fair"))
    return "2020-02-02"


def looked_back(who: Person) -> tuple[str, int]:
    """(year, id) of a report on a year."""
    start = int(datetime(2020, 2, 2, tzinfo=UTC).timestamp() * 1000)

    def ask(tx: Tx) -> int:
        posts.write(tx, who.viewer, Draft(text="long ago", happened_at=start))
        made = annual.ask(tx, who.viewer, 2020)
        assert made is not None
        figures = annual.compute(tx, made)
        assert figures is not None
        annual.store(tx, made, figures)
        return made

    now = who.moot.store.read(lambda tx: annual.state(tx, who.viewer, 2020))
    if now == "available":
        return "2020", who.moot.store.read(lambda tx: annual.report(tx, who.viewer, 2020).id)
    return "2020", who.moot.store.write(ask)


def filtering(who: Person) -> dict[str, Any]:
    """A filter with a keyword and a post."""
    word = [{"keyword": "no"}]
    made = who.post("/api/v2/filters", title="no", context=["home"], keywords_attributes=word)
    who.post(f"/api/v2/filters/{made['id']}/statuses", status_id=who.say("this")["id"])
    return dict(who.get(f"/api/v2/filters/{made['id']}"))


def subscribed(who: Person) -> None:
    who.post("/api/v1/push/subscription", **SUBSCRIPTION)


def linked(who: Person) -> None:
    """A page that is known because somebody linked to it."""

    def look(tx: Tx) -> None:
        cards.link(tx, who.id, posts.write(tx, who.viewer, Draft(text=LINK)).id, [LINK])
        for found in cards.claim(tx):
            cards.found(tx, found, cards.NewCard(title="Story"))

    who.moot.store.write(look)


LINK = "https://news.example/story"
POLL = {"options": ["yes", "no"], "expires_in": 300}
MADE: dict[str, Callable[[Person], Any]] = {
    "GetList": lambda who: who.post("/api/v1/lists", title="mine")["id"],
    "ListMembers": lambda who: who.post("/api/v1/lists", title="mine")["id"],
    "GetTag": lambda who: "tea",
    "GetSource": lambda who: who.say("mine")["id"],
    "GetNotification": lambda who: who.get("/api/v1/notifications")[0]["id"],
    "GetGroup": lambda who: who.get("/api/v2/notifications")["notification_groups"][0]["group_key"],
    "ListGroupAccounts": lambda who: who.get("/api/v2/notifications")["notification_groups"][0]["group_key"],
    "GetRequest": lambda who: whispered(who),
    "GetPoll": lambda who: who.say("which?", poll=POLL)["poll"]["id"],
    "GetCollection": lambda who: who.post("/api/v1/collections", name="mine")["collection"]["id"],
    "ListCollections": lambda who: who.id,
    "ListInCollections": lambda who: who.id,
    "GetTerms": with_terms,
    "GetTermsOf": with_terms,
    "GetAnnualReport": lambda who: looked_back(who)[0],
    "GetAnnualReportState": lambda who: "2020",
    "GetAsyncRefresh": lambda who: looked_back(who)[1],
    "GetFilter": lambda who: filtering(who)["id"],
    "GetFilterKeyword": lambda who: filtering(who)["keywords"][0]["id"],
    "GetFilterStatus": lambda who: filtering(who)["statuses"][0]["id"],
    "GetFilterV1": lambda who: filtering(who)["keywords"][0]["id"],
    "ListFilterKeywords": lambda who: filtering(who)["id"],
    "ListFilterStatuses": lambda who: filtering(who)["id"],
    "GetSubscription": subscribed,
    "LinkTimeline": linked,
    "GetScheduled": lambda who: who.say("later", scheduled_at="2030-01-01T00:00:00Z", poll=POLL)["id"],
}
"""What is asked for where neither post nor account is meant."""
MAY_BE_EMPTY = {"GetCard"}


@pytest.mark.parametrize("name", GETS)
def test_answers_are_the_entities(moot: Moot, full: tuple[Person, dict[str, Any]], name: str) -> None:
    """Each answer reads back as the declared type, strictly: no key misses and no type differs."""
    dora, ids = full
    ask = NAMES[name]
    account = "/accounts/" in ask.endpoint.path
    value: Any = ids["account"] if account else ids["post"]
    if name in MADE:
        value = MADE[name](dora)
    if name == "GetOEmbed":
        more = {"url": moot.get(f"/api/v1/statuses/{ids['post']}")["url"]}
    else:
        more = MORE.get(name, {})
    params = {"id[]": value, "timeline[]": "home", **more}
    found = moot.call("GET", path_of(ask, value), dora.token, params=params)
    assert found.status == 200, found.body
    if name in MAY_BE_EMPTY and found.json == {}:
        return
    read = msgspec.json.decode(found.body, type=ask.endpoint.answer)
    assert read is not None
    entity = TABLE["GET", colons(ask.endpoint.path)]["returns"]
    one = found.json[0] if isinstance(found.json, list) and found.json else found.json
    wanted = entity.get("entity") or entity.get("of")
    fields = [e for e in table("mastodon")["entities"] if e["name"] == wanted]
    if fields and isinstance(one, dict) and entity["kind"] in ("entity", "array"):
        needed = {f["name"] for f in fields[0]["fields"] if not f.get("optional") and "[" not in f["name"]}
        assert not {key for key in needed if "." not in key} - set(one), name


def test_unknown_paths_are_json(moot: Moot) -> None:
    for path in ("/api/v1/nothing", "/api/v2/no/such", "/.well-known/nothing"):
        found = moot.call("GET", path)
        assert (found.status, found.json) == (404, MISSING)
    assert moot.call("PATCH", "/api/v1/statuses").status == 405


def test_state_of_the_login(moot: Moot) -> None:
    texts = {
        1: "Your login is missing a confirmed e-mail address",
        2: "Your login is currently pending approval",
        3: "Your login is currently disabled",
    }
    for state, text in texts.items():
        somebody = moot.person(f"state{state}", state=state)
        found = moot.call("GET", "/api/v1/timelines/home", somebody.token)
        assert (found.status, found.json) == (403, {"error": text})
        assert moot.call("GET", "/api/v1/apps/verify_credentials", somebody.token).status == 200


def test_browsers_may_call(moot: Moot) -> None:
    found = moot.call("GET", "/api/v2/instance", headers={"origin": "https://elk.example"})
    assert found.headers["access-control-allow-origin"] == "*"
    assert "Link" in found.headers["access-control-expose-headers"]
    asked = {"origin": "https://elk.example", "access-control-request-method": "POST"}
    assert moot.call("OPTIONS", "/api/v1/statuses", headers=asked).status == 204
