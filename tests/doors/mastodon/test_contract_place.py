"""The place, tags, search and one's profile against the contract table: every field, every header, every refusal."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image
from tests.doors.mastodon.contract_shape import answer_faults
from tests.doors.mastodon.moot import Moot
from tests.wire.contract_tables import table

from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.media import cards, emoji
from folkmoot.domain.place import announcements, annual, place
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.reading import trending
from folkmoot.domain.staff import borders
from folkmoot.store.tx import Tx

TABLE = {e["id"]: e for e in table("mastodon")["endpoints"]}
YEAR = 2020
SYSTEM = Viewer.system()


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 32), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


class World:
    """One of everything that the place tells of."""

    def __init__(self, moot: Moot) -> None:
        self.moot = moot
        self.ann = moot.person("ann", discoverable=True, role=Role.OWNER)
        self.ann.token = moot.token(self.ann.id, "read write follow admin:read admin:write")
        self.bob = moot.person("bob", discoverable=True)
        self.cyd = moot.person("cyd", discoverable=True)
        self.ann.post(f"/api/v1/accounts/{self.bob.id}/follow")
        self.bob.post(f"/api/v1/accounts/{self.cyd.id}/follow")
        self.cyd.post(f"/api/v1/accounts/{self.bob.id}/follow")
        self.ann.post(f"/api/v1/accounts/{self.bob.id}/endorse")
        self.page = "https://news.example/tea"
        for who in (self.ann, self.bob, self.cyd):
            who.say(f"we like #Tea {self.page}")
        self.ann.say("and #milk")
        self.post = self.bob.say("a liked one")["id"]
        for who in (self.ann, self.cyd):
            who.post(f"/api/v1/statuses/{self.post}/favourite")
            who.post(f"/api/v1/statuses/{self.post}/reblog")
        moot.store.write(self._house)
        self.ann.post("/api/v1/tags/tea/follow")
        self.ann.post("/api/v1/featured_tags", name="Tea")
        self.collection = self.bob.post(
            "/api/v1/collections", name="Birds", tag_name="tea", account_ids=[str(self.cyd.id)]
        )["collection"]["id"]
        self.held()
        self.made = self._look_back()
        self.later = self.ann.say(
            "later", scheduled_at="2035-01-01T00:00:00Z", poll={"options": ["a", "b"], "expires_in": 300}
        )["id"]
        self._trend()

    def _house(self, tx: Tx) -> None:
        rule = place.add_rule(tx, SYSTEM, "Be kind", "always")
        place.translate_rule(tx, SYSTEM, rule, "de", "Sei freundlich")
        place.set_terms(tx, SYSTEM, "2020-01-01", "Be fair")
        place.set_text(tx, SYSTEM, "description", "# Hello")
        emoji.add(tx, "cup", emoji.prepare(self.moot.house.blobs, png()), category="things")
        text = f"Tea :cup: for @bob #tea {self.moot.url}/@bob/{self.post}"
        wish = announcements.Wish(text=text, published_at=tx.now - 1000)
        self.told = announcements.announce(tx, SYSTEM, wish)
        announcements.react(tx, self.cyd.viewer, self.told, "🎉")
        wanted = borders.BlockWish(severity=1, public_comment="spam")
        borders.block(tx, SYSTEM, "bad.example", wanted)

    def _look_back(self) -> int:
        start = int(datetime(YEAR, 2, 2, tzinfo=UTC).timestamp() * 1000)

        def work(tx: Tx) -> int:
            posts.write(tx, self.ann.viewer, Draft(text="long ago #tea", happened_at=start))
            made = annual.ask(tx, self.ann.viewer, YEAR)
            assert made is not None
            figures = annual.compute(tx, made)
            assert figures is not None
            annual.store(tx, made, figures)
            return made

        return self.moot.store.write(work)

    def _trend(self) -> None:
        def look(tx: Tx) -> None:
            while found := cards.claim(tx):
                for each in found:
                    author = cards.Author(name="Ed", url="https://news.example/ed")
                    cards.found(tx, each, cards.NewCard(page=each.url, title="Tea", authors=(author,)))

        self.moot.store.write(look)
        while self.moot.store.write(lambda tx: trending.gather(tx, 0)):
            pass
        ranking = self.moot.store.read(trending.rank)
        self.moot.store.write(lambda tx: trending.settle(tx, ranking))

    def own(self, **more: Any) -> str:
        """A collection of the caller's own."""
        return str(self.ann.post("/api/v1/collections", name="Own", **more)["collection"]["id"])

    def item(self) -> str:
        """The path of somebody in it."""
        made = self.own(account_ids=[str(self.cyd.id)])
        found = self.ann.get(f"/api/v1/collections/{made}")["collection"]["items"][0]["id"]
        return f"/api/v1/collections/{made}/items/{found}"

    def held(self) -> str:
        """The path of the caller in somebody else's."""
        data = {"name": "Held", "discoverable": True, "account_ids": [str(self.ann.id)]}
        made = self.bob.post("/api/v1/collections", **data)["collection"]
        return f"/api/v1/collections/{made['id']}/items/{made['items'][0]['id']}"

    def shown(self) -> str:
        return str(self.ann.post("/api/v1/featured_tags", name="brief")["id"])


@pytest.fixture(scope="module")
def world(moot: Moot) -> World:
    return World(moot)


READS: dict[str, Callable[[World], str]] = {
    "accounts.familiar_followers": lambda w: f"/api/v1/accounts/familiar_followers?id[]={w.cyd.id}",
    "accounts.featured_tags": lambda w: f"/api/v1/accounts/{w.ann.id}/featured_tags",
    "accounts.endorsements": lambda w: f"/api/v1/accounts/{w.ann.id}/endorsements",
    "announcements.get": lambda w: "/api/v1/announcements",
    "annual_reports.index": lambda w: "/api/v1/annual_reports",
    "annual_reports.get": lambda w: f"/api/v1/annual_reports/{YEAR}",
    "annual_reports.get-state": lambda w: f"/api/v1/annual_reports/{YEAR}/state",
    "async_refreshes.show": lambda w: f"/api/v1_alpha/async_refreshes/{w.made}",
    "collections.get_collection": lambda w: f"/api/v1/collections/{w.collection}",
    "collections.get_collections": lambda w: f"/api/v1/{w.bob.id}/collections",
    "collections.in_collections": lambda w: f"/api/v1/accounts/{w.ann.id}/in_collections",
    "custom_emojis.get": lambda w: "/api/v1/custom_emojis",
    "directory.get": lambda w: "/api/v1/directory",
    "endorsements.get": lambda w: "/api/v1/endorsements",
    "featured_tags.get": lambda w: "/api/v1/featured_tags",
    "featured_tags.suggestions": lambda w: "/api/v1/featured_tags/suggestions",
    "followed_tags.get": lambda w: "/api/v1/followed_tags",
    "instance.v2": lambda w: "/api/v2/instance/",
    "instance.activity": lambda w: "/api/v1/instance/activity",
    "instance.rules": lambda w: "/api/v1/instance/rules",
    "instance.domain_blocks": lambda w: "/api/v1/instance/domain_blocks",
    "instance.extended_description": lambda w: "/api/v1/instance/extended_description",
    "instance.privacy_policy": lambda w: "/api/v1/instance/privacy_policy",
    "instance.terms_of_service": lambda w: "/api/v1/instance/terms_of_service",
    "instance.terms_of_service_date": lambda w: "/api/v1/instance/terms_of_service/2020-01-01",
    "instance.v1": lambda w: "/api/v1/instance/",
    "oembed.get": lambda w: f"/api/oembed?url={w.moot.url}/@bob/{w.post}",
    "preferences.get": lambda w: "/api/v1/preferences",
    "profile.get": lambda w: "/api/v1/profile",
    "scheduled_statuses.get": lambda w: "/api/v1/scheduled_statuses",
    "scheduled_statuses.get-one": lambda w: f"/api/v1/scheduled_statuses/{w.later}",
    "search.v2": lambda w: "/api/v2/search?q=tea",
    "suggestions.v2": lambda w: "/api/v2/suggestions",
    "suggestions.v1": lambda w: "/api/v1/suggestions",
    "tags.get": lambda w: "/api/v1/tags/tea",
    "trends.tags": lambda w: "/api/v1/trends/tags",
    "trends.statuses": lambda w: "/api/v1/trends/statuses",
    "trends.links": lambda w: "/api/v1/trends/links",
    "admin.trends.tags": lambda w: "/api/v1/admin/trends/tags",
    "admin.trends.statuses": lambda w: "/api/v1/admin/trends/statuses",
    "admin.trends.links": lambda w: "/api/v1/admin/trends/links",
}
WRITES: dict[str, Callable[[World], tuple[str, dict[str, Any]]]] = {
    "accounts.pin": lambda w: (f"/api/v1/accounts/{w.bob.id}/pin", {}),
    "accounts.unpin": lambda w: (f"/api/v1/accounts/{w.bob.id}/unpin", {}),
    "accounts.endorse": lambda w: (f"/api/v1/accounts/{w.bob.id}/endorse", {}),
    "announcements.put-reactions": lambda w: (f"/api/v1/announcements/{w.told}/reactions/cup", {}),
    "announcements.delete-reactions": lambda w: (f"/api/v1/announcements/{w.told}/reactions/cup", {}),
    "announcements.dismiss": lambda w: (f"/api/v1/announcements/{w.told}/dismiss", {}),
    "annual_reports.read": lambda w: (f"/api/v1/annual_reports/{YEAR}/read", {}),
    "annual_reports.generate": lambda w: (f"/api/v1/annual_reports/{YEAR}/generate", {}),
    "collections.create": lambda w: ("/api/v1/collections", {"name": "Mine"}),
    "collections.update_collection": lambda w: (f"/api/v1/collections/{w.own()}", {"name": "Fish"}),
    "collections.delete_collection": lambda w: (f"/api/v1/collections/{w.own()}", {}),
    "collections.add_account": lambda w: (
        f"/api/v1/collections/{w.own()}/items",
        {"account_id": str(w.cyd.id)},
    ),
    "collections.remove_account": lambda w: (w.item(), {}),
    "collections.revoke_item": lambda w: (w.held() + "/revoke", {}),
    "featured_tags.feature": lambda w: ("/api/v1/featured_tags", {"name": "Other"}),
    "featured_tags.unfeature": lambda w: (f"/api/v1/featured_tags/{w.shown()}", {}),
    "tags.follow": lambda w: ("/api/v1/tags/tea/follow", {}),
    "tags.unfollow": lambda w: ("/api/v1/tags/tea/unfollow", {}),
    "tags.feature": lambda w: ("/api/v1/tags/milk/feature", {}),
    "tags.unfeature": lambda w: ("/api/v1/tags/milk/unfeature", {}),
    "profile.update": lambda w: ("/api/v1/profile", {"display_name": "Ann", "fields_attributes": [FIELD]}),
    "profile.delete-avatar": lambda w: ("/api/v1/profile/avatar", {}),
    "profile.delete-header": lambda w: ("/api/v1/profile/header", {}),
    "reports.post": lambda w: ("/api/v1/reports/", {"account_id": str(w.cyd.id), "status_ids": []}),
    "scheduled_statuses.update": lambda w: (
        f"/api/v1/scheduled_statuses/{w.later}",
        {"scheduled_at": "2036-01-01T00:00:00Z"},
    ),
    "scheduled_statuses.cancel": lambda w: (f"/api/v1/scheduled_statuses/{w.later}", {}),
    "suggestions.remove": lambda w: (f"/api/v1/suggestions/{w.cyd.id}", {}),
}
FIELD = {"name": "Home", "value": "https://ann.example"}
PART = (
    "announcements", "annual_reports", "async_refreshes", "collections", "custom_emojis", "directory", "endorsements",
    "featured_tags", "followed_tags", "instance", "oembed", "profile", "reports", "scheduled_statuses",
    "suggestions", "tags", "trends",
)  # fmt: skip
NO_ENTITY = {"instance.peers", "instance.translation_languages"}


def test_every_endpoint_of_the_part_is_called() -> None:
    part = {name for name in TABLE if name.partition(".")[0] in PART}
    assert part - NO_ENTITY <= set(READS) | set(WRITES)


def answered(w: World, name: str, path: str, data: dict[str, Any]) -> None:
    found = w.moot.call(TABLE[name]["method"], path, w.ann.token, **({"json": data} if data else {}))
    assert found.status == 200, (name, found.status, found.body[:300])
    assert answer_faults(TABLE[name]["returns"], found.json) == []


@pytest.mark.parametrize("name", READS)
def test_what_is_read_has_the_shape_of_the_table(world: World, name: str) -> None:
    path = READS[name](world)
    answered(world, name, path, {})
    found = world.moot.call("GET", path, world.ann.token)
    assert found.json, f"{name} is empty and shows nothing"


@pytest.mark.parametrize("name", WRITES)
def test_what_is_written_has_the_shape_of_the_table(world: World, name: str) -> None:
    answered(world, name, *WRITES[name](world))


@pytest.mark.parametrize("name", sorted(n for n, e in TABLE.items() if e.get("deprecated")))
def test_what_is_old_says_so(world: World, name: str) -> None:
    path = TABLE[name]["path"]
    for part in ("id", "group_key"):
        path = path.replace(f":{part}", "12345")
    found = world.moot.call(TABLE[name]["method"], path, world.ann.token)
    assert found.headers["deprecation"].startswith("@1")


def test_collections_are_linked_where_another_page_is(world: World) -> None:
    for who in (world.moot.person("gatherer"),):
        for n in range(3):
            who.post("/api/v1/collections", name=f"No {n}")
        path, found = f"/api/v1/accounts/{who.id}/collections", {}
        for offset in range(4):
            answer = who.moot.call("GET", path, who.token, params={"limit": 1, "offset": offset})
            link = answer.headers.get("link", "")
            found[offset] = [rel for rel in ("next", "prev") if f'rel="{rel}"' in link]
        assert found == {0: ["next"], 1: ["next", "prev"], 2: ["prev"], 3: ["prev"]}


def test_trends_are_linked_by_offset(world: World) -> None:
    links = {}
    for offset in (0, 1, 2, 5):
        found = world.moot.call("GET", f"/api/v1/trends/statuses?limit=1&offset={offset}")
        link = found.headers.get("link", "")
        links[offset] = [rel for rel in ("next", "prev") if f'rel="{rel}"' in link] if found.json else []
    assert links[0] == ["next"]
    assert "prev" not in links[1]


PASSABLE = {
    "username": "newbie",
    "email": "newbie@example.org",
    "password": "long enough for all",
    "agreement": True,
    "locale": "en",
}
ASKED = [
    ({"username": ""}, {"username": "ERR_BLANK"}),
    ({"username": "ann"}, {"username": "ERR_TAKEN"}),
    ({"username": "a b"}, {"username": "ERR_INVALID"}),
    ({"username": "x" * 31}, {"username": "ERR_TOO_LONG"}),
    ({"username": "admin"}, {"username": "ERR_RESERVED"}),
    ({"email": "nonsense"}, {"email": "ERR_INVALID"}),
    ({"email": "ann@example.org"}, {"email": "ERR_TAKEN"}),
    ({"password": "short"}, {"password": "ERR_TOO_SHORT"}),
    ({"agreement": False}, {"agreement": "ERR_ACCEPTED"}),
    ({"locale": ""}, {"locale": "ERR_BLANK"}),
    ({"email": "", "password": ""}, {"email": "ERR_BLANK", "password": "ERR_BLANK"}),
]


@pytest.mark.parametrize(("change", "wanted"), ASKED)
def test_a_sign_up_tells_all_that_is_wrong(
    world: World, change: dict[str, Any], wanted: dict[str, str]
) -> None:
    token = world.moot.token(None, "read write")
    found = world.moot.call("POST", "/api/v1/accounts", token, json={**PASSABLE, **change})
    assert found.status == 422
    assert found.json["error"].startswith("Validation failed: ")
    assert {field: errors[0]["error"] for field, errors in found.json["details"].items()} == wanted
    for errors in found.json["details"].values():
        assert errors[0]["description"] in found.json["error"]


def test_a_sign_up_without_anything(world: World) -> None:
    token = world.moot.token(None, "read write")
    found = world.moot.call("POST", "/api/v1/accounts", token)
    assert found.status == 422
    assert set(found.json["details"]) == {"username", "email", "password", "agreement", "locale"}
    assert [each["error"] for each in found.json["details"]["email"]] == ["ERR_BLANK", "ERR_INVALID"]
    scoped = world.moot.call("POST", "/api/v1/accounts", world.moot.token(None, "read"), json=PASSABLE)
    assert (scoped.status, scoped.json) == (403, {"error": "This action is outside the authorized scopes"})
    assert world.moot.call("POST", "/api/v1/accounts", json=PASSABLE).status == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=tea&limit=-1", 400),
        ("q=tea&type=accounts&offset=-1", 400),
        ("q=", 400),
        ("", 400),
        ("q=tea&limit=0", 200),
        ("q=tea&limit=text", 200),
        ("q=tea&limit=4000", 200),
        ("q=tea&offset=1", 200),
    ],
)
def test_what_a_search_is_asked(world: World, query: str, status: int) -> None:
    found = world.moot.call("GET", f"/api/v2/search?{query}", world.ann.token)
    assert found.status == status
    if status == 200:
        assert set(found.json) == {"accounts", "statuses", "hashtags"}


def test_offset_counts_only_with_a_type(world: World) -> None:
    every = world.ann.get("/api/v2/search", q="tea", offset=1)
    assert [t["name"] for t in every["hashtags"]] == ["tea"]
    assert world.ann.get("/api/v2/search", q="tea", offset=1, type="hashtags")["hashtags"] == []


def test_unlisted_calls_have_their_shape(world: World) -> None:
    ann = world.ann
    assert answer_faults({"kind": "array", "of": "Language"}, ann.get("/api/v1/instance/languages")) == []
    assert answer_faults({"kind": "array", "of": "Tag"}, ann.get("/api/v1/trends")) == []
    assert answer_faults({"kind": "array", "of": "Admin::Tag"}, ann.get("/api/v1/admin/tags")) == []
    tag = ann.get("/api/v1/admin/tags")[0]
    assert ann.get(f"/api/v1/admin/tags/{tag['id']}") == tag
    link = ann.get("/api/v1/admin/trends/links")[0]
    assert link["url"] == world.page
    entities = {"/.well-known/nodeinfo": "NodeInfoDiscovery", "/nodeinfo/2.0": "NodeInfo"}
    for path, entity in entities.items():
        assert answer_faults({"kind": "entity", "entity": entity}, world.moot.get(path)) == []
    for path in ("/health", "/api/v1/streaming/health"):
        assert world.moot.call("GET", path).body == b"OK"
    found = world.moot.get("/.well-known/webfinger", resource="acct:ann@" + world.moot.house.settings.domain)
    assert {each["rel"] for each in found["links"]} >= {"self", "http://webfinger.net/rel/profile-page"}
