"""What is joined from kept bytes is what would be made whole, for every reader, before and after each change."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from tests.doors.friendica.node import Node, tree

from folkmoot.domain.groups import members
from folkmoot.domain.people import bonds, profiles
from folkmoot.domain.posts import boosts, edits, reactions
from folkmoot.domain.posts.drafts import Change
from folkmoot.domain.posts.reactions import Reaction

FULL = {"include_entities": "true"}


def plain(post: Any) -> Any:
    """A post without its entities, nested posts too."""
    if isinstance(post, dict):
        return {k: plain(v) for k, v in post.items() if k not in ("entities", "extended_entities")}
    return [plain(each) for each in post] if isinstance(post, list) else post


def shape(element: ElementTree.Element) -> Any:
    """An element with its children in no order but that of lists."""
    inner = [shape(e) for e in element if not e.tag.endswith("entities")]
    return (
        element.tag,
        element.text if not inner else "",
        sorted(element.attrib.items()),
        sorted(inner, key=repr),
    )


def agree(node: Node) -> None:
    for name, path in (
        ("bob", "home_timeline"),
        ("carol", "user_timeline/alice"),
        ("carol", "user_timeline/garden"),
    ):
        with node.client(name) as client:
            base = f"/api/statuses/{path}"
            whole = plain(client.get(f"{base}.json", params=FULL).json())
            assert client.get(f"{base}.json").json() == whole
            joined = shape(tree(client.get(f"{base}.xml")))
            assert joined == shape(tree(client.get(f"{base}.xml", params=FULL)))
            assert client.get(f"{base}.json").json() == whole


def test_joined_is_whole_through_all_changes(node: Node) -> None:
    write = node.house.store.write
    first = node.says("alice", "One <b> & two 'three' \x01 ]]> #tag @bob", title="Title & <more>")
    answer = node.says("bob", "two", parent_id=first)
    topic = node.says("alice", "in the garden", title="Roses", group_id=node.open_group)
    agree(node)
    alice, bob, carol = (node.viewer(name) for name in ("alice", "bob", "carol"))
    change = profiles.ProfileChange(display_name="Alice the second")
    steps = [
        lambda tx: reactions.react(tx, bob, first, Reaction.LIKE),
        lambda tx: reactions.react(tx, carol, topic, Reaction.ATTEND_YES),
        lambda tx: reactions.react(tx, carol, first, Reaction.BOOKMARK),
        lambda tx: boosts.boost(tx, bob, first),
        lambda tx: boosts.boost(tx, carol, topic),
        lambda tx: bonds.follow(tx, carol, node.ids["alice"]),
        lambda tx: bonds.follow(tx, alice, node.ids["carol"], notify=True),
        lambda tx: members.join(tx, carol, node.open_group),
        lambda tx: bonds.follow(tx, bob, node.ids["carol"]),
        lambda tx: edits.edit(tx, alice, first, Change(text="changed", title="")),
        lambda tx: profiles.update_profile(tx, alice, change),
        lambda tx: reactions.unreact(tx, bob, first, Reaction.LIKE),
        lambda tx: edits.delete(tx, bob, answer),
        lambda tx: bonds.unfollow(tx, carol, node.ids["alice"]),
        lambda tx: members.leave(tx, carol, node.open_group),
        lambda tx: bonds.block(tx, carol, node.ids["bob"]),
        lambda tx: edits.delete(tx, alice, first),
    ]
    for step in steps:
        write(step)
        agree(node)


def test_jsonp_of_a_timeline(node: Node) -> None:
    node.says("alice", "wrapped")
    with node.client() as alice:
        answer = alice.get("/api/statuses/user_timeline.json?callback=got")
        assert answer.text.startswith("got([{")
        assert answer.text.endswith("}])")
