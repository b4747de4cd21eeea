"""The text views of a post: plain text with title and links spelled out, HTML, entities that fit, and BBCode that is
bounded and safe whoever writes it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.doors.friendica.node import NS, Node, tree
from tests.support.markup_safety import assert_safe
from tests.wire.contract_tables import table

from folkmoot.domain.text import Markup

OBJECTS = table("friendica")["objects"]
BB = {"markup": Markup.BBCODE}
LISTS = (
    "statuses/user_timeline", "statuses/home_timeline", "statuses/networkpublic_timeline", "statuses/mentions",
    "favorites", "search?q=contract", "statuses/retweeted_by_me",
)  # fmt: skip
KINDS: dict[str, Any] = {"bool": bool, "int": int, "string": str, "string(HTML)": str, "string(URL)": str}


@pytest.fixture(scope="module")
def node(plain_node: Node) -> Node:
    return plain_node


def shown(node: Node, post: int, **query: str) -> dict[str, Any]:
    with node.client() as alice:
        found: dict[str, Any] = alice.get(f"/api/statuses/show/{post}.json", params=query).json()
        return found


def test_the_title_stands_first_and_once(node: Node) -> None:
    plain = shown(node, node.says("alice", "body", title="Title"))
    assert (plain["text"], plain["friendica_title"]) == ("Title\n\nbody", "Title")
    assert (plain["statusnet_html"], plain["friendica_html"]) == ("<h4>Title</h4><p>body</p>", "<p>body</p>")
    held = shown(node, node.says("alice", "Once upon a Title", title="Title"))
    assert held["text"] == "Once upon a Title"
    hostile = shown(node, node.says("alice", "x", title="<script>&"))
    assert hostile["statusnet_html"] == "<h4>&lt;script&gt;&amp;</h4><p>x</p>"


def test_links_are_spelled_out_or_stand_alone(node: Node) -> None:
    source = "See [url=https://a.example/x]the page[/url] of @bob [img]https://a.example/cat.png[/img] #here"
    post = node.says("alice", source, **BB)
    assert shown(node, post)["text"] == (
        "See the page <https://a.example/x> of @bob cat.png <https://a.example/cat.png> #here"
    )
    found = shown(node, post, include_entities="true")
    assert found["text"] == "See https://a.example/x of @bob https://a.example/cat.png #here"
    marks = found["entities"]
    for link in marks["urls"]:
        assert found["text"][slice(*link["indices"])] == link["url"] == link["expanded_url"]
        assert link["display_url"] == link["url"].removeprefix("https://")
    assert [link["url"] for link in marks["urls"]] == ["https://a.example/x", "https://a.example/cat.png"]
    (name,), (tag,) = marks["user_mentions"], marks["hashtags"]
    assert found["text"][slice(*name["indices"])] == "@bob"
    assert (name["id"], name["id_str"]) == (node.ids["bob"], str(node.ids["bob"]))
    assert (found["text"][slice(*tag["indices"])], tag["text"], marks["symbols"]) == ("#here", "here", [])


def test_positions_count_code_points(node: Node) -> None:
    found = shown(node, node.says("alice", "😀👩‍👩‍👧 é #tag"), include_entities="true")
    (tag,) = found["entities"]["hashtags"]
    assert found["text"][slice(*tag["indices"])] == "#tag"


HOSTILE = (
    "[url=javascript:alert(1)]x[/url]",
    "[img]http://169.254.169.254/latest/meta-data[/img]",
    "[quote]" * 10_000 + "x",
    "[b][i][u][url=http://a",
    '[url=https://a.example/" onmouseover="alert(1)]x[/url]',
    "[code]</script><script>alert(1)</script>[/code]",
    "[share author='<b>' link='javascript:x']]]>[/share]",
    "[size=99999][color=red;background:url(x)]x[/color][/size]",
    "[table][tr][td][noparse][/td]",
)


@pytest.mark.parametrize("source", HOSTILE)
def test_f04_hostile_bbcode_is_safe_html_everywhere(node: Node, source: str) -> None:
    begun = time.process_time()
    with node.client() as alice:
        made = alice.post("/api/statuses/update.json", data={"status": source[:5000]})
        assert made.status_code == 200, made.text
        post = made.json()
        for key in ("statusnet_html", "friendica_html"):
            assert_safe(post[key])
        for format in ("xml", "atom"):
            tree(alice.get(f"/api/statuses/show/{post['id']}.{format}"))
        tree(alice.get("/api/statuses/user_timeline.rss?count=1"))
    assert time.process_time() - begun < 10


def legal(text: str) -> str:
    """What XML can hold of a text."""
    return "".join(c for c in text if c in "\n\t" or c >= " ")


@pytest.mark.parametrize("payload", ["]]>", "&#x1;", "\\ud800", "\x08a\x0c", "<!--", "&amp;amp;"])
def test_f03_and_f05_payloads_are_escaped_alike(node: Node, payload: str) -> None:
    said = f"payload {payload} end"
    with node.client() as alice:
        data = {"status": said, "title": payload, "source": payload}
        made = alice.post("/api/statuses/update.json", data=data).json()
        clean = {key: value.strip() for key, value in made.items() if isinstance(value, str)}
        root = tree(alice.get(f"/api/statuses/show/{made['id']}.xml"))
        for key in ("text", "source", "friendica_title", "statusnet_html"):
            name = key.replace("friendica_", "friendica:").replace("statusnet_", "statusnet:")
            assert (root.findtext(name, namespaces=NS) or "") == legal(clean[key]), key
        tree(alice.get(f"/api/statuses/show/{made['id']}.atom"))


@pytest.fixture(scope="module")
def talk(node: Node) -> None:
    from folkmoot.domain.posts import boosts, reactions
    from folkmoot.domain.posts.reactions import Reaction

    first = node.says("bob", "contract of #things https://a.example/", title="T", extra={"place": [1.5, 2.5]})
    node.says("carol", "contract @alice", parent_id=first)
    node.says("alice", "contract mine", group_id=node.open_group, title="G")
    write = node.house.store.write
    write(lambda tx: reactions.react(tx, node.viewer("alice"), first, Reaction.LIKE))
    write(lambda tx: reactions.react(tx, node.viewer("carol"), first, Reaction.ATTEND_YES))
    write(lambda tx: boosts.boost(tx, node.viewer("alice"), first))


@pytest.mark.parametrize("call", LISTS)
@pytest.mark.usefixtures("talk")
def test_json_and_xml_hold_the_contracts_fields(node: Node, call: str) -> None:
    path, _, query = call.partition("?")
    with node.client() as alice:
        posts = alice.get(f"/api/{path}.json?{query}").json()
        root = tree(alice.get(f"/api/{path}.xml?{query}"))
    assert posts
    assert root.tag == "{http://api.twitter.com}statuses"
    assert len(root) == len(posts)
    for post, element in zip(posts, root, strict=True):
        agree("status", post, element)


def agree(name: str, value: dict[str, Any], element: Any) -> None:
    """JSON and XML of an object: keys and kinds of the contract, and the same said in both."""
    fields = {field["name"]: field for field in OBJECTS[name]["fields"]}
    assert set(value) <= set(fields)
    for key, said in value.items():
        kind = fields[key]["json_type"]
        if said is None:
            assert fields[key]["nullable"] or "null" in kind, key
        elif kind in KINDS:
            assert type(said) is KINDS[kind], key
        tag = "georss:point" if key == "geo" and said else key
        for prefix in ("statusnet", "friendica"):
            tag = tag.replace(f"{prefix}_", f"{prefix}:") if tag.startswith(f"{prefix}_") else tag
        found = element.find(tag, NS)
        assert found is not None, key
        if kind in ("user", "status"):
            agree(kind, said, found)
        elif kind == "activities":
            for verb, people in said.items():
                assert len(found.findall(f"friendica:{verb}/user", NS)) == len(people)
        elif isinstance(said, bool):
            assert found.text == ("true" if said else "false"), key
        elif isinstance(said, (str, int)):
            assert (found.text or "") == legal(str(said).strip()), key
