"""Private messages in all forms: the boxes, titles, threads, what was seen; and the same in the other doors."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.doors.friendica.node import NS, Node, name_of, tree

from folkmoot.domain import views
from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.notices import notice_lists
from folkmoot.domain.paging import Page
from folkmoot.domain.people import bonds
from folkmoot.domain.posts import edits, exchanges, posts
from folkmoot.domain.posts.drafts import Change, Draft

KEYS = [
    "id", "sender_id", "text", "recipient_id", "created_at", "sender_screen_name", "recipient_screen_name", "sender",
    "recipient", "title", "friendica_seen", "friendica_parent_uri",
]  # fmt: skip
NEW = "/api/direct_messages/new.json"


def send(who: httpx2.Client, to: str, text: str, **more: Any) -> Any:
    answer = who.post(NEW, data={"screen_name": to, "text": text, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def pair(node: Node) -> Any:
    """Two people of their own, so that their boxes are empty at first."""
    pair.n = getattr(pair, "n", 0) + 1
    names = [f"{name}{pair.n}x{node.house.settings.port}" for name in ("una", "viv")]
    for name in names:
        node.ids[name] = node.person(name)
    with node.client(names[0]) as una, node.client(names[1]) as viv:
        yield node, una, viv, names


def test_a_message_and_its_answer(pair: Any) -> None:
    node, una, viv, (una_name, viv_name) = pair
    sent = send(una, viv_name, "Hello [b]you[/b] there", title="Greeting")
    assert list(sent) == KEYS
    assert (sent["text"], sent["title"]) == ("Greeting\nHello you there", "")
    assert (sent["sender_screen_name"], sent["recipient_screen_name"]) == (una_name, viv_name)
    assert (sent["sender"]["id"], sent["recipient"]["id"]) == (node.ids[una_name], node.ids[viv_name])
    assert sent["friendica_parent_uri"].startswith(node.url)
    assert sent["friendica_seen"] == 1
    (got,) = viv.get("/api/direct_messages.json").json()
    assert (got["id"], got["friendica_seen"], got["text"]) == (sent["id"], 0, sent["text"])
    assert viv.get("/api/direct_messages/sent.json").json() == []
    answer = send(viv, una_name, "Hello back", replyto=sent["id"])
    assert (answer["text"], answer["friendica_parent_uri"]) == (
        "Greeting\nHello back",
        sent["friendica_parent_uri"],
    )
    for who, box, ids in (
        (una, "", [answer["id"]]),
        (una, "/sent", [sent["id"]]),
        (una, "/all", [answer["id"], sent["id"]]),
        (viv, "/all", [answer["id"], sent["id"]]),
    ):
        assert [each["id"] for each in who.get(f"/api/direct_messages{box}.json").json()] == ids
    params = {"uri": sent["friendica_parent_uri"]}
    for path in ("/api/direct_messages/conversation.json", "/api/1.1/direct_messages/conversation"):
        assert [each["id"] for each in una.get(path, params=params).json()] == [answer["id"], sent["id"]]
    by_its_own = una.get(
        "/api/direct_messages/conversation.json", params={"uri": f"{node.url}/users/x/{answer['id']}"}
    )
    assert len(by_its_own.json()) == 2
    assert una.get("/api/direct_messages/conversation.json", params={"uri": "https://x.test/1"}).json() == []


def test_the_three_states_of_get_text_and_default_titles(pair: Any) -> None:
    _, una, viv, (_, viv_name) = pair
    long = send(una, viv_name, "A rather long text\nin two lines")
    assert long["text"] == "A rather l...\nA rather long text\nin two lines"
    short = send(una, viv_name, "tiny [i]it[/i]", getText="plain")
    assert (short["title"], short["text"]) == ("tiny [i]it...", "tiny it")
    for given, title, text in (
        ("plain", "A rather l...", "A rather long text\nin two lines"),
        ("html", "A rather l...", "<p>A rather long text<br>in two lines</p>"),
        ("other", "", "A rather l...\nA rather long text\nin two lines"),
    ):
        found = viv.get("/api/direct_messages.json", params={"getText": given, "max_id": long["id"]}).json()[
            0
        ]
        assert (found["title"], found["text"].replace("<br />", "<br>")) == (title, text), given
    bare = viv.get("/api/direct_messages.json?getUserObjects=false&count=1").json()[0]
    assert list(bare) == [key for key in KEYS if key not in ("sender", "recipient")]


def test_forms(pair: Any) -> None:
    _, una, viv, (una_name, viv_name) = pair
    sent = tree(
        una.post(
            "/api/direct_messages/new.xml", data={"screen_name": viv_name, "text": "x <&> y", "title": "T"}
        )
    )
    assert sent.tag == f"{{{NS['']}}}direct_message"
    assert [name_of(e) for e in sent] == [key.removeprefix("friendica_") for key in KEYS]
    assert sent.find(f"{{{NS['friendica']}}}seen").text == "1"
    box = tree(viv.get("/api/direct_messages.xml"))
    assert (name_of(box), [name_of(e) for e in box]) == ("direct-messages", ["direct_message"])
    assert box[0].find(f"{{{NS['']}}}sender/{{{NS['']}}}screen_name").text == una_name
    for format, items in (("rss", "channel/item"), ("atom", "{http://www.w3.org/2005/Atom}entry")):
        for path in (
            "direct_messages",
            "direct_messages/all",
            "direct_messages/conversation",
            "direct_messages/sent",
        ):
            answer = viv.get(f"/api/{path}.{format}")
            assert answer.headers["content-type"].startswith(f"application/{format}+xml")
            assert len(tree(answer).findall(items)) == (
                1 if path in ("direct_messages", "direct_messages/all") else 0
            )
    empty = una.get("/api/direct_messages.rss?friendica_verbose=true")
    assert (empty.headers["content-type"].split(";")[0], name_of(tree(empty))) == (
        "application/rss+xml",
        "direct_messages_all",
    )


def test_verbose_errors_are_soft(pair: Any) -> None:
    _, una, viv, (_, viv_name) = pair
    none = {"result": "error", "message": "no mails available"}
    for box in ("", "/all", "/sent", "/conversation"):
        answer = una.get(f"/api/direct_messages{box}.json?friendica_verbose=true")
        assert (answer.status_code, answer.json()) == (200, none), box
        assert una.get(f"/api/direct_messages{box}.json").json() == []
    root = tree(una.get("/api/direct_messages.xml?friendica_verbose=true"))
    assert [(name_of(e), e.text) for e in root] == list(none.items())
    sent = send(una, viv_name, "to be gone")
    path = "/api/direct_messages/destroy.json"
    for params, message in (
        ({}, "message id or parenturi not specified"),
        ({"id": "7"}, "message id not in database"),
        ({"id": str(sent["id"]), "friendica_parenturi": "https://x.test/9"}, "message id not in database"),
    ):
        answer = viv.request("DELETE", path, params={**params, "friendica_verbose": "true"})
        assert (answer.status_code, answer.json()) == (200, {"result": "error", "message": message})
    for params, message in (({}, "Message id not specified"), ({"id": "7"}, "message id not in database")):
        answer = viv.post(path, params=params)
        assert (answer.status_code, answer.json()["error"]) == (400, message)
    query = {
        "id": sent["id"],
        "friendica_parenturi": sent["friendica_parent_uri"],
        "friendica_verbose": "true",
    }
    gone = viv.request("DELETE", path.replace("json", "xml"), params=query)
    assert name_of(tree(gone)) == "direct_messages_delete"
    assert [e.text for e in tree(gone)] == ["ok", "message deleted"]
    assert viv.get("/api/direct_messages.json").json() == []
    assert [each["id"] for each in una.get("/api/direct_messages/all.json").json()] == [sent["id"]]
    assert una.post(f"/api/direct_messages/destroy/{sent['id']}.json").json()["id"] == sent["id"]
    assert una.get("/api/direct_messages/all.json").json() == []


def test_seen(pair: Any) -> None:
    node, una, viv, (una_name, viv_name) = pair
    node.house.store.write(lambda tx: bonds.follow(tx, Viewer(node.ids[viv_name]), node.ids[una_name]))
    ids = [send(una, viv_name, text)["id"] for text in ("one", "two")]
    path = "/api/friendica/direct_messages_setseen.json"
    for params, result in (
        ({}, {"result": "error", "message": "message id not specified"}),
        ({"id": "7"}, {"result": "error", "message": "message id not in database"}),
        ({"id": str(ids[0])}, {"result": "ok", "message": "message set to seen"}),
    ):
        answer = viv.get(path, params=params)
        assert (answer.status_code, answer.json()) == (200, result)
    assert [each["friendica_seen"] for each in viv.get("/api/direct_messages.json").json()] == [0, 1]
    me = Viewer(node.ids[viv_name])
    first, second = node.house.store.read(lambda tx: exchanges.listing(tx, me, Page()))[::-1]
    assert (first.unread, second.unread) == (False, True)
    root = tree(viv.post(path.replace("json", "xml"), data={"id": str(ids[1])}))
    assert name_of(root) == "direct_message_setseen"
    assert not node.house.store.read(lambda tx: exchanges.see(tx, me, second.id)).unread
    node.house.store.write(lambda tx: exchanges.mark(tx, me, second.id, unread=True))
    assert [each["friendica_seen"] for each in viv.get("/api/direct_messages.json").json()] == [0, 1]
    node.house.store.write(lambda tx: exchanges.mark(tx, me, second.id, unread=False))
    assert [each["friendica_seen"] for each in viv.get("/api/direct_messages.json").json()] == [1, 1]


def test_search(pair: Any) -> None:
    _, una, viv, (_, viv_name) = pair
    path = "/api/friendica/direct_messages_search.json"
    sent = send(una, viv_name, "Über 100% of the_needle's hay", title="Hidden")
    for text, found in (("needle's", True), ("ÜBER"[0] + "ber 100%", True), ("NEEDLE", True), ("the%needle", False),
                        ("Hidden", False), ("\\", False)):  # fmt: skip
        answer = viv.get(path, params={"searchstring": text}).json()
        assert answer["success"] is found, text
        assert (
            ([each["id"] for each in answer["search_results"]] == [sent["id"]])
            if found
            else (answer["search_results"] == "nothing found")
        )
    assert viv.get(path).json() == {"result": "error", "message": "searchstring not specified"}
    root = tree(viv.get(path.replace("json", "xml"), params={"searchstring": "needle"}))
    assert name_of(root) == "direct_message_search"
    assert root[0].text == "true"


def test_whom_one_may_write_to(pair: Any) -> None:
    node, una, _, (una_name, viv_name) = pair
    host = node.url.partition("//")[2]
    for params in (
        {"screen_name": f"{viv_name}@{host}"},
        {"user_id": str(node.ids[viv_name])},
        {"user_id": f"{node.url}/profile/{viv_name}"},
        {"user_id": str(node.ids["carol"]), "screen_name": viv_name},
    ):
        answer = una.post("/api/direct_messages/new", params={**params, "text": "hi"})
        assert answer.json()["recipient_screen_name"] == viv_name, params
    unknown = una.post(NEW, data={"screen_name": "nobody_at_all", "text": "hi"})
    assert (unknown.status_code, unknown.json()["error"]) == (400, "User not found.")
    for params in ({"screen_name": "garden"}, {"screen_name": "cellar"}, {"user_id": "7"}, {}):
        answer = una.post(NEW, data={**params, "text": "hi"})
        assert (answer.status_code, answer.content) == (400, unknown.content), params
    assert una.post(NEW, data={"screen_name": viv_name}).status_code == 400
    assert una.post(NEW, data={"screen_name": viv_name, "text": "x" * 5001}).status_code == 400
    assert send(una, una_name, "a note to self")["recipient_screen_name"] == una_name
    assert una.get("/api/direct_messages/new.json").status_code == 405


def test_correspondents_and_pages(pair: Any) -> None:
    node, una, viv, (una_name, viv_name) = pair
    ids = [send(una, viv_name, f"m{n}")["id"] for n in range(4)]
    other = send(una, "bob", "for bob")["id"]
    box = "/api/direct_messages/sent.json"

    def asked(**params: Any) -> list[int]:
        return [each["id"] for each in una.get(box, params=params).json()]

    assert asked() == [other, *ids[::-1]]
    assert (
        asked(screen_name="bob")
        == asked(user_id=node.ids["bob"])
        == asked(profileurl=f"{node.url}/@bob")
        == [other]
    )
    assert asked(screen_name="nobody_at_all") == []
    assert asked(count=2, page=2) == [ids[2], ids[1]]
    assert asked(since_id=ids[1], max_id=ids[3]) == [ids[3], ids[2]]
    assert asked(count=0, page=0) == asked()
    assert [
        each["id"] for each in viv.get("/api/direct_messages.json", params={"screen_name": una_name}).json()
    ] == ids[::-1]


def test_who_is_named_in_a_message_hears_nothing_of_it(pair: Any) -> None:
    node, una, _, (una_name, viv_name) = pair
    sent = send(una, viv_name, "do not tell @carol or @bob")
    view = node.house.store.read(lambda tx: views.post(tx, Viewer(node.ids[una_name]), sent["id"]))
    assert [person.name for person in view.mentions] == [viv_name]
    change = Change(text="do never tell @carol")
    node.house.store.write(lambda tx: edits.edit(tx, Viewer(node.ids[una_name]), sent["id"], change))
    carol = Viewer(node.ids["carol"])
    assert sent["id"] not in node.house.store.read(lambda tx: views.posts_by_ids(tx, carol, [sent["id"]]))
    told = node.house.store.read(lambda tx: notice_lists.page_of(tx, carol, Page()))
    assert sent["id"] not in [notice.post_id for notice in told]
    assert una.get(f"/api/direct_messages/show/{sent['id']}.json").json()["recipient_screen_name"] == viv_name


def test_a_third_person_sees_what_is_not_there(pair: Any) -> None:
    node, una, viv, (_, viv_name) = pair
    secret = send(una, viv_name, "between us")["id"]
    public = node.says("alice", "at large")
    with node.client("carol") as carol:
        for method, path in (
            ("GET", "/api/direct_messages/show.json?id={}"),
            ("GET", "/api/direct_messages/show/{}.xml"),
            ("GET", "/api/direct_messages/events/show.json?id={}"),
            ("DELETE", "/api/direct_messages/events/destroy.json?id={}"),
            ("POST", "/api/direct_messages/destroy/{}.json"),
            ("POST", "/api/direct_messages/destroy.xml?friendica_verbose=true&id={}"),
            ("POST", "/api/friendica/direct_messages_setseen.json?id={}"),
            ("GET", "/api/direct_messages/conversation.json?uri=" + node.url + "/mail/{}"),
            ("GET", "/api/direct_messages/conversation.json?uri=" + node.url + "/users/x/statuses/{}"),
        ):
            unknown = carol.request(method, path.format(secret + 1))
            for hidden in (secret, public):
                answer = carol.request(method, path.format(hidden))
                assert answer.status_code == unknown.status_code
                same = answer.content.replace(str(hidden).encode(), b"ID")
                assert same == unknown.content.replace(str(secret + 1).encode(), b"ID"), path
        assert (
            carol.get("/api/friendica/direct_messages_search.json?searchstring=between").json()["success"]
            is False
        )
        answered = send(carol, "alice", "me too", replyto=secret)
        begun = send(carol, "alice", "me too", replyto=secret + 1)
        assert answered["friendica_parent_uri"].endswith(f"/{answered['id']}")
        assert begun["friendica_parent_uri"].endswith(f"/{begun['id']}")
    assert (
        viv.get("/api/direct_messages/show.json?id=7").json()["error"] == "Sorry, that page does not exist."
    )
    with node.client(None) as nobody:
        assert nobody.get("/api/direct_messages.json").status_code == 401


def test_messages_are_direct_posts(pair: Any) -> None:
    node, una, viv, (una_name, viv_name) = pair
    write, ids = node.house.store.write, node.ids
    draft = Draft(text=f"@{viv_name} from another door", audience=int(Audience.DIRECT))
    post_id = write(lambda tx: posts.write(tx, Viewer(ids[una_name]), draft)).id
    (got,) = viv.get("/api/direct_messages.json").json()
    assert (got["id"], got["text"], got["sender_screen_name"]) == (
        post_id,
        f"@{viv_name} from another door",
        una_name,
    )
    answer = send(viv, una_name, "seen", replyto=post_id)
    (exchange,) = node.house.store.read(lambda tx: exchanges.listing(tx, Viewer(ids[una_name]), Page()))
    assert (exchange.last_post_id, exchange.others, exchange.unread) == (answer["id"], [ids[viv_name]], True)
    view = node.house.store.read(lambda tx: views.post(tx, Viewer(ids[una_name]), answer["id"]))
    assert (view.parent_id, view.audience, view.title) == (post_id, Audience.DIRECT, "")
    write(lambda tx: edits.delete(tx, Viewer(ids[una_name]), post_id))
    assert [each["id"] for each in viv.get("/api/direct_messages/all.json").json()] == [answer["id"]]
    write(lambda tx: bonds.block(tx, Viewer(ids[una_name]), ids[viv_name]))
    lost = send(viv, una_name, "are you there?")
    assert lost["recipient_screen_name"] == una_name
    assert una.get("/api/direct_messages.json").json() == []


def test_events_of_twitter(pair: Any) -> None:
    node, una, viv, (una_name, viv_name) = pair
    event = {
        "type": "message_create",
        "message_create": {
            "target": {"recipient_id": str(node.ids[viv_name])},
            "message_data": {"text": "as an event: https://x.test/ #tag"},
        },
    }
    answer = una.post("/api/1.1/direct_messages/events/new.json", json={"event": event})
    assert answer.status_code == 200, answer.text
    made = answer.json()["event"]
    assert list(made) == ["type", "id", "created_timestamp", "message_create"]
    said = made["message_create"]
    assert (said["sender_id"], said["target"]) == (str(node.ids[una_name]), event["message_create"]["target"])
    assert said["message_data"]["text"] == "as an event: https://x.test/ #tag"
    assert [tag["text"] for tag in said["message_data"]["entities"]["hashtags"]] == ["tag"]
    more = [send(una, viv_name, str(n))["id"] for n in range(2)]
    page = viv.get("/api/direct_messages/events/list.json?count=2").json()
    assert [each["id"] for each in page["events"]] == [str(id_) for id_ in more[::-1]]
    rest = viv.get(
        "/api/direct_messages/events/list.json", params={"count": 2, "cursor": page["next_cursor"]}
    ).json()
    assert ([each["id"] for each in rest["events"]], "next_cursor" in rest) == ([made["id"]], False)
    assert (
        viv.get("/api/direct_messages/events/show.json", params={"id": made["id"]}).json()["event"]["id"]
        == made["id"]
    )
    gone = viv.request("DELETE", "/api/direct_messages/events/destroy.json", params={"id": made["id"]})
    assert (gone.status_code, gone.content) == (204, b"")
    assert viv.get("/api/direct_messages/events/show.json", params={"id": made["id"]}).status_code == 404
    for odd in (
        {},
        {"event": {}},
        {"event": []},
        {"event": {"message_create": "x"}},
        {"event": {"type": "typing"}},
    ):
        assert una.post("/api/direct_messages/events/new.json", json=odd).status_code == 400, odd
