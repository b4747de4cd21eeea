"""True feeds: RSS 2.0 and Atom 1.0 with all that readers of both ask for, kept by revision and asked for again."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.doors.friendica.node import Node, tree

from folkmoot.domain.people import profiles
from folkmoot.domain.posts import boosts, edits
from folkmoot.domain.posts.drafts import Change

A = "{http://www.w3.org/2005/Atom}"
GEO = "{http://www.georss.org/georss}point"
SN = "{http://status.net/schema/api/1/}"
ACTIVITY = "{http://activitystrea.ms/spec/1.0/}"
FED = (
    "statuses/home_timeline", "statuses/friends_timeline", "statuses/public_timeline",
    "statuses/networkpublic_timeline", "statuses/user_timeline", "statuses/mentions", "statuses/replies",
    "statuses/mentions_timeline", "favorites", "favorites/list", "conversation/show/{first}",
    "statusnet/conversation/{first}", "search?q=feedword", "search/tweets?q=feedword",
    "statusnet/tags/timeline/feedword",
)  # fmt: skip
HOSTILE = "feedword <b>&amp; ]]> \x01\x0b '\" </item><script>alert(1)</script> #feedword \U0001f600"


@pytest.fixture(scope="module")
def node(plain_node: Node) -> Node:
    return plain_node


@pytest.fixture(scope="module", autouse=True)
def said(node: Node) -> dict[str, int]:
    place = {"place": [48.5, 9.25], "source": '<i>"src&'}
    first = node.says("bob", HOSTILE, title="<Title> & more", extra=place)
    node.says("alice", "feedword answered", parent_id=first)
    third = node.says("carol", "c feedword")
    boost = node.house.store.write(lambda tx: boosts.boost(tx, node.viewer("bob"), third))
    return {"first": first, "boost": boost}


def split(call: str, format: str) -> str:
    path, mark, query = call.partition("?")
    return f"/api/{path}.{format}{mark}{query}"


@pytest.mark.parametrize("call", FED)
def test_each_list_is_a_true_feed(node: Node, said: dict[str, int], call: str) -> None:
    with node.client("alice") as alice:
        rss = alice.get(split(call.format(**said), "rss"))
        assert rss.headers["content-type"] == "application/rss+xml; charset=utf-8"
        assert_rss(tree(rss), node)
        atom = alice.get(split(call.format(**said), "atom"))
        assert atom.headers["content-type"] == "application/atom+xml; charset=utf-8"
        assert_atom(tree(atom), node)


def assert_rss(root: ElementTree.Element, node: Node) -> None:
    """What RSS 2.0 asks for, and what the contract adds."""
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    for name in ("title", "link", "description", "language", "ttl", "image/title", "image/link", "image/url"):
        assert channel.findtext(name), name
    itself = channel.find(f"{A}link")
    assert itself is not None
    assert (itself.get("rel"), (itself.get("href") or "").startswith(node.url)) == ("self", True)
    guids = [item.findtext("guid") for item in channel.findall("item")]
    assert len(set(guids)) == len(guids)
    for item in channel.findall("item"):
        assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo is not None
        assert ": " in (item.findtext("title") or "")
        assert (item.findtext("link") or "").startswith(node.url)
        assert "<script" not in (item.findtext("description") or "")


def assert_atom(root: ElementTree.Element, node: Node) -> None:
    """What RFC 4287 asks for, and what the contract adds."""
    assert root.tag == f"{A}feed"
    for name in ("id", "title", "updated", "subtitle", "logo", "author/name"):
        assert root.findtext("/".join(A + part for part in name.split("/"))), name
    assert {link.get("rel") for link in root.findall(f"{A}link")} == {"self", "alternate"}
    seen = [entry.findtext(f"{A}id") for entry in root.findall(f"{A}entry")]
    assert len(set(seen)) == len(seen)
    for entry in root.findall(f"{A}entry"):
        for name in ("published", "updated"):
            assert datetime.fromisoformat(entry.findtext(A + name) or "").tzinfo is not None
        assert entry.findtext(f"{A}author/{A}name")
        assert (entry.findtext(f"{A}author/{A}uri") or "").startswith(node.url)
        content = entry.find(f"{A}content")
        assert content is not None
        assert (content.get("type"), "<script" in (content.text or "")) == ("html", False)
        assert entry.findtext(f"{ACTIVITY}verb", "").startswith("http://activitystrea.ms/schema/1.0/")
        assert {"alternate", "ostatus:conversation"} <= {
            link.get("rel") for link in entry.findall(f"{A}link")
        }


def test_an_entry_whole(node: Node, said: dict[str, int]) -> None:
    with node.client("alice") as alice:
        root = tree(alice.get(f"/api/statuses/show/{said['first']}.atom"))
        (entry,) = root.findall(f"{A}entry")
        title = entry.findtext(f"{A}title") or ""
        assert title.startswith("Bob <b>&: <Title> & more feedword <b>&amp; ]]>")
        assert entry.findtext(GEO) == "48.5 9.25"
        notice = entry.find(f"{SN}notice_info")
        assert notice is not None
        assert (notice.get("local_id"), notice.get("source")) == (str(said["first"]), '<i>"src&')
        assert [tag.get("term") for tag in entry.findall(f"{A}category")] == ["feedword"]
        item = tree(alice.get("/api/statuses/user_timeline.rss?screen_name=bob")).findall("./channel/item")[
            -1
        ]
        assert (item.findtext("category"), item.findtext(GEO)) == ("feedword", "48.5 9.25")
        shared = tree(alice.get("/api/statuses/user_timeline.rss?screen_name=bob")).findall("./channel/item")[
            0
        ]
        guid = shared.find("guid")
        assert guid is not None
        assert (guid.get("isPermaLink"), (guid.text or "").endswith(f"#{said['boost']}")) == ("false", True)


def test_a_picture_is_an_enclosure(node: Node) -> None:
    import base64

    dot = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    with node.client("carol") as carol:
        made = carol.post(
            "/api/statuses/update.json",
            data={"status": "pictured"},
            files={"media": ("a.png", dot, "image/png")},
        )
        assert made.status_code == 200, made.text
        item = tree(carol.get("/api/statuses/user_timeline.rss?count=1")).find("./channel/item/enclosure")
        entry = tree(carol.get("/api/statuses/user_timeline.atom?count=1")).find(
            f"{A}entry/{A}link[@rel='enclosure']"
        )
        assert item is not None
        assert entry is not None
        assert item.get("url") == entry.get("href") == made.json()["attachments"][0]["url"]
        assert int(item.get("length") or 0) > 0
        assert item.get("type") == entry.get("type") == "image/png"


@pytest.mark.parametrize("format", ["rss", "atom"])
def test_readers_ask_whether_it_changed(node: Node, format: str) -> None:
    post = node.says("carol", "as it was")
    path = f"/api/statuses/user_timeline.{format}?screen_name=carol"
    with node.client("alice") as alice:

        def ask(**headers: str) -> Any:
            return alice.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})

        first = ask()
        tag, when = first.headers["etag"], first.headers["last-modified"]
        assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
        assert first.headers["cache-control"] == "private, no-cache"
        for same in (ask(if_none_match=tag), ask(if_none_match=f'"x", W/{tag}'), ask(if_modified_since=when)):
            assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        assert ask(if_none_match='"x"', if_modified_since=when).status_code == 200
        assert ask(if_modified_since="Wed, 23 May 2007 06:01:13 GMT").status_code == 200
        assert ask(if_modified_since="yesterday").status_code == 200
        node.house.store.write(lambda tx: edits.edit(tx, node.viewer("carol"), post, Change(text="as it is")))
        changed = ask(if_none_match=tag)
        assert changed.status_code == 200
        assert b"as it is" in changed.content
        assert parsedate_to_datetime(changed.headers["last-modified"]) >= parsedate_to_datetime(when)
        rename = profiles.ProfileChange(display_name=f"Carol in {format}")
        node.house.store.write(lambda tx: profiles.update_profile(tx, node.viewer("carol"), rename))
        assert f"Carol in {format}: ".encode() in ask(if_none_match=changed.headers["etag"]).content


def test_an_empty_feed_is_one_too(node: Node) -> None:
    with node.client("carol") as carol:
        nothing = carol.get("/api/favorites.atom")
        assert tree(nothing).findtext(f"{A}updated")
        assert "last-modified" not in nothing.headers
        assert carol.head("/api/favorites.rss").status_code == 200
