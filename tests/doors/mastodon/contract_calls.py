"""A call that succeeds for every endpoint of the table about posts and people, with all that it needs made before."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec
from tests.doors.mastodon.moot import Answer, Moot, Person
from tests.support.visitor import picture
from tests.wire.contract_tables import table

from folkmoot.domain.media import cards

TABLE: dict[str, dict[str, Any]] = {e["id"]: e for e in table("mastodon")["endpoints"]}
POINT = "BI5TO2-gv3tGJbswZnwB-2B--fi4qA_vWzAGKHAxh7Kjc-sdveAzGDZtBp-DpvWQAFPHNjPLBBshxV4ahsH0ALQ"
POLL = {"options": ["yes", "no"], "expires_in": 300}
_fresh = itertools.count()


class Call(msgspec.Struct, kw_only=True):
    """What to send: path parameters, parameters, files, and the token where it is not that of the person asking."""

    path: dict[str, Any] = {}
    data: dict[str, Any] = {}
    files: dict[str, Any] = {}
    token: str = ""


class World:
    """Two people who follow each other, and others as needed."""

    def __init__(self, moot: Moot) -> None:
        self.moot = moot
        self.ann, self.bob = moot.person("ann"), moot.person("bob")
        self.ann.post(f"/api/v1/accounts/{self.bob.id}/follow")
        self.bob.post(f"/api/v1/accounts/{self.ann.id}/follow")

    def new(self, **options: Any) -> Person:
        return self.moot.person(f"someone{next(_fresh)}", **options)

    def mine(self, **more: Any) -> str:
        return str(self.ann.say(f"one #word {next(_fresh)}", **more)["id"])

    def theirs(self, **more: Any) -> str:
        return str(self.bob.say(f"two #word {next(_fresh)}", **more)["id"])

    def listed(self) -> str:
        self.few_lists()
        made = self.ann.post("/api/v1/lists", title="mine")["id"]
        self.ann.post(f"/api/v1/lists/{made}/accounts", account_ids=[str(self.bob.id)])
        return str(made)

    def few_lists(self) -> None:
        """Room for another list."""
        for old in self.ann.get("/api/v1/lists")[20:]:
            self.moot.call("DELETE", f"/api/v1/lists/{old['id']}", self.ann.token)

    def filter(self) -> dict[str, Any]:
        """A filter with a keyword and a post."""
        made = self.ann.post(
            "/api/v2/filters",
            title="no",
            context=["home"],
            keywords_attributes=[{"keyword": f"x{next(_fresh)}"}],
        )
        self.ann.post(f"/api/v2/filters/{made['id']}/statuses", status_id=self.mine())
        found: dict[str, Any] = self.ann.get(f"/api/v2/filters/{made['id']}")
        return found

    def notice(self) -> dict[str, Any]:
        self.bob.post(f"/api/v1/statuses/{self.mine()}/favourite")
        found: dict[str, Any] = self.ann.get("/api/v1/notifications", limit=1)[0]
        return found

    def group_key(self) -> str:
        return str(self.notice()["group_key"])

    def request(self) -> str:
        who = self.new()
        who.say("@ann psst", visibility="direct")
        return str(self.ann.get("/api/v1/notifications/requests")[0]["id"])

    def conversation(self) -> str:
        self.bob.say("@ann psst", visibility="direct")
        return str(self.ann.get("/api/v1/conversations")[0]["id"])

    def asker(self) -> str:
        """Somebody who asks to follow."""
        if not self.ann.get("/api/v1/accounts/verify_credentials")["locked"]:
            self.moot.call(
                "PATCH", "/api/v1/accounts/update_credentials", self.ann.token, json={"locked": True}
            )
        who = self.new()
        who.post(f"/api/v1/accounts/{self.ann.id}/follow")
        return str(who.id)

    def upload(self) -> str:
        files = {"file": ("a.png", picture(), "image/png")}
        return str(self.moot.call("POST", "/api/v2/media", self.ann.token, files=files).json["id"])

    def asked(self) -> str:
        return str(self.bob.say("which?", poll=POLL)["poll"]["id"])

    def scheduled(self) -> str:
        return str(self.ann.say("later", scheduled_at="2030-01-01T00:00:00Z", poll=POLL)["id"])

    def quoted(self) -> dict[str, str]:
        post = self.mine()
        quoting = self.bob.say("look", quoted_status_id=post)["id"]
        return {"id": post, "quoting_status_id": quoting}

    def subscribed(self) -> None:
        self.moot.call("POST", "/api/v1/push/subscription", self.ann.token, json=SUBSCRIPTION)

    def card(self) -> str:
        url = "https://news.example/story"
        post = int(self.mine())
        self.moot.store.write(lambda tx: cards.link(tx, self.ann.id, post, [url]))
        for look in self.moot.store.write(cards.claim):
            card = cards.NewCard(title="Story")
            self.moot.store.write(lambda tx, look=look, card=card: cards.found(tx, look, card))  # type: ignore[misc]
        return url


SUBSCRIPTION = {
    "subscription": {
        "endpoint": "https://push.example/ann",
        "keys": {"p256dh": POINT, "auth": "AAAAAAAAAAAAAAAAAAAAAA"},
    },
    "data": {"alerts": {"mention": True, "admin.sign_up": False}, "policy": "all"},
}
Maker = Callable[[World], Call]


def _of(name: str, make: Callable[[World], Any]) -> Maker:
    return lambda w: Call(path={name: make(w)})


def _nothing(w: World) -> Call:
    return Call()


def _said(**data: Any) -> Maker:
    return lambda w: Call(data=data)


def _file(w: World) -> Call:
    return Call(
        files={"file": ("a.png", picture(), "image/png")}, data={"description": "a", "focus": "0.1,-0.2"}
    )


def _sign_up(w: World) -> Call:
    name = f"nova{next(_fresh)}"
    data = {"username": name, "email": f"{name}@example.org", "password": "long enough", "agreement": True}
    return Call(data={**data, "locale": "en", "reason": "why not"}, token=w.moot.token(None, "read write"))


def _edit(w: World) -> Call:
    data = {"status": "anew", "spoiler_text": "hm", "sensitive": True, "language": "de", "poll": POLL}
    return Call(path={"id": w.mine()}, data={**data, "quote_approval_policy": "followers"})


def _post(w: World) -> Call:
    data = {
        "status": "all of it",
        "poll": {**POLL, "multiple": True, "hide_totals": False},
        "sensitive": True,
    }
    more = {"spoiler_text": "hm", "visibility": "unlisted", "language": "en", "in_reply_to_id": w.theirs()}
    return Call(data={**data, **more, "quoted_status_id": w.theirs(), "quote_approval_policy": "nobody"})


def _profile(w: World) -> Call:
    data: dict[str, Any] = {"display_name": "Ann", "note": "hello", "locked": True, "bot": False}
    data |= {"discoverable": True, "hide_collections": False, "indexable": True, "avatar_description": "me"}
    data |= {"source": {"privacy": "public", "sensitive": False, "language": "en", "quote_policy": "public"}}
    data |= {"fields_attributes": {"0": {"name": "a", "value": "b"}}, "attribution_domains": ["a.example"]}
    return Call(data=data)


ACCOUNT = _of("id", lambda w: w.bob.id)
STRANGER = _of("id", lambda w: w.new().id)
MINE = _of("id", lambda w: w.mine())
THEIRS = _of("id", lambda w: w.theirs())
V2 = {"title": "no", "context": ["home", "public"], "filter_action": "hide", "expires_in": 3600}
V1 = {"phrase": "no", "context": ["home"], "irreversible": True, "whole_word": True, "expires_in": 3600}
PAGE = {"limit": 3, "max_id": "9999999999999999", "since_id": "1"}

HAPPY: dict[str, Maker] = {
    "accounts.create": _sign_up,
    "accounts.verify_credentials": _nothing,
    "accounts.update_credentials": _profile,
    "accounts.get": ACCOUNT,
    "accounts.index": lambda w: Call(data={"id": [str(w.ann.id), str(w.bob.id)]}),
    "accounts.statuses": lambda w: Call(path={"id": w.bob.id}, data={"exclude_replies": True, "tagged": "word"}),
    "accounts.followers": ACCOUNT,
    "accounts.following": ACCOUNT,
    "accounts.featured_tags": ACCOUNT,
    "accounts.lists": lambda w: Call(path={"id": (w.listed(), w.bob.id)[1]}),
    "accounts.follow": lambda w: Call(
        path={"id": w.new().id}, data={"reblogs": False, "notify": True, "languages": ["en"]}
    ),
    "accounts.mute": lambda w: Call(path={"id": w.new().id}, data={"notifications": False, "duration": 60}),
    "accounts.note": lambda w: Call(path={"id": w.bob.id}, data={"comment": "kind"}),
    "accounts.endorsements": ACCOUNT,
    "accounts.relationships": lambda w: Call(data={"id": [str(w.bob.id)], "with_suspended": True}),
    "accounts.familiar_followers": lambda w: Call(data={"id": [str(w.bob.id)]}),
    "accounts.search": _said(q="bob", limit=3, offset=0, resolve=False, following=True),
    "accounts.lookup": _said(acct="bob"),
    "accounts.identity_proofs": ACCOUNT,
    **dict.fromkeys(
        [f"accounts.{n}" for n in ("unfollow", "remove_from_followers", "block", "unblock", "unmute")], STRANGER
    ),
    **dict.fromkeys([f"accounts.{n}" for n in ("pin", "unpin", "endorse", "unendorse")], ACCOUNT),
    "apps.create": _said(client_name="A", redirect_uris="urn:ietf:wg:oauth:2.0:oob", scopes="read", website=""),
    "apps.verify_credentials": lambda w: Call(token=w.moot.token(None, "read")),
    "blocks.get": _said(limit=3),
    "bookmarks.get": lambda w: (w.ann.post(f"/api/v1/statuses/{w.theirs()}/bookmark"), Call())[1],
    "favourites.get": lambda w: (w.ann.post(f"/api/v1/statuses/{w.theirs()}/favourite"), Call())[1],
    "conversations.get": lambda w: (w.conversation(), Call())[1],
    "conversations.delete": _of("id", World.conversation),
    "conversations.read": _of("id", World.conversation),
    "domain_blocks.get": lambda w: (w.ann.post("/api/v1/domain_blocks", domain="far.example"), Call())[1],
    "domain_blocks.block": _said(domain="far.example"),
    "domain_blocks.unblock": _said(domain="far.example"),
    "filters.get": lambda w: (w.filter(), Call())[1],
    "filters.get-one": _of("id", lambda w: w.filter()["id"]),
    "filters.create": lambda w: Call(
        data={**V2, "keywords_attributes": [{"keyword": "a", "whole_word": True}, {"keyword": "b"}]}
    ),
    "filters.update": lambda w: Call(path={"id": w.filter()["id"]}, data=V2),
    "filters.delete": _of("id", lambda w: w.filter()["id"]),
    "filters.keywords-get": _of("filter_id", lambda w: w.filter()["id"]),
    "filters.keywords-create": lambda w: Call(
        path={"filter_id": w.filter()["id"]}, data={"keyword": "word", "whole_word": False}
    ),
    "filters.keywords-get-one": _of("id", lambda w: w.filter()["keywords"][0]["id"]),
    "filters.keywords-update": lambda w: Call(
        path={"id": w.filter()["keywords"][0]["id"]}, data={"keyword": "y", "whole_word": True}
    ),
    "filters.keywords-delete": _of("id", lambda w: w.filter()["keywords"][0]["id"]),
    "filters.statuses-get": _of("filter_id", lambda w: w.filter()["id"]),
    "filters.statuses-add": lambda w: Call(path={"filter_id": w.filter()["id"]}, data={"status_id": w.theirs()}),
    "filters.statuses-get-one": _of("id", lambda w: w.filter()["statuses"][0]["id"]),
    "filters.statuses-remove": _of("id", lambda w: w.filter()["statuses"][0]["id"]),
    "filters.get-v1": lambda w: (w.filter(), Call())[1],
    "filters.get-one-v1": _of("id", lambda w: w.filter()["keywords"][0]["id"]),
    "filters.create-v1": _said(**V1),
    "filters.update-v1": lambda w: Call(path={"id": w.filter()["keywords"][0]["id"]}, data=V1),
    "filters.delete-v1": _of("id", lambda w: w.filter()["keywords"][0]["id"]),
    "follow_requests.get": lambda w: (w.asker(), Call())[1],
    "follow_requests.accept": _of("account_id", World.asker),
    "follow_requests.reject": _of("account_id", World.asker),
    **{
        f"{name}.{call}": make
        for name in ("grouped_notifications", "notifications_alpha")
        for call, make in (
            ("get-grouped", lambda w: (w.notice(), Call(data={**PAGE, "expand_accounts": "partial_avatars"}))[1]),
            ("get-notification-group", _of("group_key", World.group_key)),
            ("dismiss-group", _of("group_key", World.group_key)),
            ("get-group-accounts", _of("group_key", World.group_key)),
            ("unread-group-count", _said(limit=5, types=["favourite"], grouped_types=["favourite"])),
        )
        if f"{name}.{call}" in TABLE
    },
    "lists.get": lambda w: (w.listed(), Call())[1],
    "lists.get-one": _of("id", World.listed),
    "lists.create": lambda w: (
        w.few_lists(), Call(data={"title": "friends", "replies_policy": "none", "exclusive": True})
    )[1],
    "lists.update": lambda w: Call(
        path={"id": w.listed()}, data={"title": "pals", "replies_policy": "followed", "exclusive": False}
    ),
    "lists.delete": _of("id", World.listed),
    "lists.accounts": _of("id", World.listed),
    "lists.accounts-add": lambda w: Call(
        path={"id": w.ann.post("/api/v1/lists", title="t")["id"]}, data={"account_ids": [str(w.bob.id)]}
    ),
    "lists.accounts-remove": lambda w: Call(path={"id": w.listed()}, data={"account_ids": [str(w.bob.id)]}),
    "markers.get": lambda w: (
        w.ann.post("/api/v1/markers", home={"last_read_id": "5"}), Call(data={"timeline": ["home"]})
    )[1],
    "markers.create": _said(home={"last_read_id": "5"}, notifications={"last_read_id": "6"}),
    "media.v1": _file,
    "media.v2": _file,
    "media.get": _of("id", World.upload),
    "media.delete": _of("id", World.upload),
    "media.update": lambda w: Call(path={"id": w.upload()}, data={"description": "b", "focus": "0,0"}),
    "mutes.get": lambda w: (w.ann.post(f"/api/v1/accounts/{w.new().id}/mute", duration=60), Call())[1],
    "notifications.get": lambda w: (w.notice(), Call(data={**PAGE, "types": ["favourite"]}))[1],
    "notifications.get-one": _of("id", lambda w: w.notice()["id"]),
    "notifications.clear": _nothing,
    "notifications.dismiss": _of("id", lambda w: w.notice()["id"]),
    "notifications.dismiss-deprecated": lambda w: Call(data={"id": w.notice()["id"]}),
    "notifications.unread-count": _said(limit=5, types=["favourite"], account_id="1"),
    "notifications.get-policy": _nothing,
    "notifications.update-policy": _said(for_not_following="filter", for_new_accounts="accept"),
    "notifications.get-requests": lambda w: (w.request(), Call())[1],
    "notifications.get-one-request": _of("id", World.request),
    "notifications.accept-request": _of("id", World.request),
    "notifications.dismiss-request": _of("id", World.request),
    "notifications.accept-multiple-requests": lambda w: Call(data={"id": [w.request()]}),
    "notifications.dismiss-multiple-requests": lambda w: Call(data={"id": [w.request()]}),
    "notifications.requests-merged": _nothing,
    "polls.get": _of("id", World.asked),
    "polls.vote": lambda w: Call(path={"id": w.asked()}, data={"choices": [1]}),
    "preferences.get": _nothing,
    "push.create": lambda w: Call(data=SUBSCRIPTION),
    "push.get": lambda w: (w.subscribed(), Call())[1],
    "push.update": lambda w: (w.subscribed(), Call(data={"data": {"alerts": {"poll": True}}, "policy": "none"}))[1],
    "push.delete": _nothing,
    "scheduled_statuses.get": lambda w: (w.scheduled(), Call())[1],
    "scheduled_statuses.get-one": _of("id", World.scheduled),
    "scheduled_statuses.update": lambda w: Call(
        path={"id": w.scheduled()}, data={"scheduled_at": "2030-01-02T00:00:00Z"}
    ),
    "scheduled_statuses.cancel": _of("id", World.scheduled),
    "statuses.create": _post,
    "statuses.get": THEIRS,
    "statuses.index": lambda w: Call(data={"id": [w.mine(), w.theirs()]}),
    "statuses.delete": lambda w: Call(path={"id": w.mine(poll=POLL)}, data={"delete_media": True}),
    "statuses.reblogged_by": THEIRS,
    "statuses.boost": lambda w: Call(path={"id": w.theirs()}, data={"visibility": "unlisted"}),
    "statuses.quotes": _of("id", lambda w: w.quoted()["id"]),
    "statuses.revoke_quote": lambda w: Call(path=w.quoted()),
    "statuses.edit": _edit,
    "statuses.edit_interaction_policy": lambda w: Call(
        path={"id": w.mine()}, data={"quote_approval_policy": "nobody"}
    ),
    "statuses.history": lambda w: Call(path={"id": w.mine(poll=POLL)}),
    **dict.fromkeys([f"statuses.{n}" for n in ("pin", "unpin", "source")], MINE),
    **dict.fromkeys(
        [
            f"statuses.{n}"
            for n in (
                "context", "favourited_by", "favourite", "unfavourite", "unreblog", "bookmark", "unbookmark",
                "mute", "unmute", "card",
            )
        ],
        THEIRS,
    ),
    "timelines.public": _said(**PAGE, local=True, only_media=False),
    "timelines.tag": lambda w: Call(path={"hashtag": "word"}, data={**PAGE, "any": ["a"], "none": ["b"]}),
    "timelines.home": _said(**PAGE),
    "timelines.link": lambda w: Call(data={**PAGE, "url": w.card()}),
    "timelines.list": lambda w: Call(path={"list_id": w.listed()}, data=PAGE),
    "timelines.direct": lambda w: (w.conversation(), Call(data=PAGE))[1],
}  # fmt: skip
"""By the table's own name of the endpoint; parameters are the table's."""
OTHERWISE = {
    "statuses.translate": "no translations are offered: 404 and 403 only",
    "proofs.get": "removed: 404",
    "oauth.authorize": "a page: tests/doors/oauth",
    "oauth.token": "tests/doors/oauth",
    "oauth.revoke": "tests/doors/oauth",
    "oauth.userinfo": "tests/doors/oauth",
    "oauth.authorization-server-metadata": "tests/doors/oauth",
}
"""Endpoints of this part that are asked for elsewhere, and why."""


def flat(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Parameters as forms write them: `a[b]`, `a[]`, and `a[][b]` for hashes in arrays."""
    return [pair for key, value in data.items() for pair in _pairs(key, value)]


def _pairs(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from _pairs(f"{key}[{inner}]", one)
    elif isinstance(value, list):
        for one in value:
            yield from _pairs(f"{key}[]", one)
    elif isinstance(value, bool):
        yield key, "true" if value else "false"
    else:
        yield key, "" if value is None else str(value)


def path_of(name: str, call: Call) -> str:
    path: str = TABLE[name]["path"]
    for part, value in call.path.items():
        path = path.replace(f":{part}", str(value))
    return path


def send(w: World, name: str, call: Call, form: str = "", slash: str = "") -> Answer:
    """Send a call as JSON, `form`, `multipart` or `query`; GET always by query."""
    method, pairs = TABLE[name]["method"], flat(call.data)
    if call.files or form == "multipart":
        kinds: dict[str, Any] = {"files": [*call.files.items(), *((k, (None, v)) for k, v in pairs)]}
    elif method == "GET" or form == "query":
        kinds = {"params": pairs}
    elif form == "form":
        headers = {"content-type": "application/x-www-form-urlencoded"}
        kinds = {"content": urlencode(pairs), "headers": headers}
    else:
        kinds = {"json": call.data} if call.data else {}
    return w.moot.call(method, path_of(name, call) + slash, call.token or w.ann.token, **kinds)
