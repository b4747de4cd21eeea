"""Rules of a group's tags: who may use them, what waits, what is mailed, and how long threads with them live."""

from __future__ import annotations

import pytest
from tests.doors.groupsio.conftest import Town
from tests.doors.groupsio.test_postdraft import rule

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.groups import groupclock, tagrules
from folkmoot.domain.mail import groupmail, wishes
from folkmoot.doors.groupsio import tag_settings
from folkmoot.doors.mail.headings import reply_word
from folkmoot.doors.mail.render import read_sheet


def test_what_tags_do_to_mail_and_topics(any_town: Town) -> None:
    town = any_town
    rule(town, "quiet", unmailed=True)
    rule(town, "alarm", special=True)
    rule(town, "news", closed=True, description="Only read")
    ids = {
        tag: town.say("bob", text="x", title=f"About #{tag}", group_id=town.ids["open"])
        for tag in ("quiet", "alarm", "news")
    }
    facts = {
        tag: town.house.store.read(lambda tx, id_=id_: wishes.facts_of(tx, id_)) for tag, id_ in ids.items()
    }
    assert {tag: (each.unmailed, each.special) for tag, each in facts.items()} == {
        "quiet": (True, False), "alarm": (False, True), "news": (False, False),
    }  # fmt: skip
    for tag, mailed in (("quiet", False), ("alarm", True)):
        town.do(lambda tx, tag=tag: groupmail.send_post(tx, ids[tag]))
        count = f"SELECT count(*) FROM outbox WHERE post_id = {ids[tag]}"
        assert (town.house.store.read(lambda tx, c=count: tx.text_sql(c, c).fetchone()[0]) > 0) is mailed
    topics = {each["id"]: each for each in town.client("bob").ok("gettopics", group_name="open")["data"]}
    assert (topics[ids["news"]]["is_closed"], topics[ids["quiet"]]["is_closed"]) == (True, False)
    shown = topics[ids["news"]]["hashtags"][0]
    assert (shown["name"], shown["locked"], shown["description"]) == ("news", True, "Only read")
    rule(town, "news", reply_to="only_sender")
    answers = {
        tag: town.house.store.read(lambda tx, id_=id_: read_sheet(tx, id_)) for tag, id_ in ids.items()
    }
    assert reply_word(answers["news"].group) == "sender"
    assert reply_word(answers["quiet"].group) != "sender"
    answer = town.say("bob", text="y", parent_id=ids["quiet"])
    assert town.house.store.read(lambda tx: wishes.facts_of(tx, answer)).unmailed


def test_topics_outlive_their_tags_by_nothing(any_town: Town) -> None:
    town, bob = any_town, any_town.client("bob")
    rule(town, "offers", life_days=30)
    rule(town, "events", life_days=7, closes=True)
    ids = [
        town.say("bob", text="x", title=f"A #{tag}", group_id=town.ids["open"])
        for tag in ("offers", "events")
    ]
    town.say("alice", text="y", parent_id=ids[0])
    assert town.do(groupclock.tick) == 0
    told = "UPDATE threads SET created_at = 1000"
    town.do(lambda tx: tx.text_sql(told, told))
    assert town.do(groupclock.tick) == 3
    topics = {each["id"]: each for each in bob.ok("gettopics", group_name="open")["data"]}
    assert ids[0] not in topics
    assert topics[ids[1]]["is_closed"] is True
    assert topics[ids[1]]["hashtags"][0]["until"] == "hashtag_delete_week"
    assert town.do(groupclock.tick) == 0


def test_values_that_a_tags_rules_do_not_take(town: Town) -> None:
    for name, value in (("life_days", 2), ("reply_to", "x"), ("held", "yes"), ("nosuch", 1)):
        with pytest.raises(Invalid):
            rule(town, "offers", **{name: value})
    for bad in ("two words", "", "#"):
        with pytest.raises(Invalid):
            rule(town, bad)
    with pytest.raises(Forbidden):
        town.do(lambda tx: tagrules.put(tx, town.viewer("bob"), town.ids["open"], "offers", {}))
    with pytest.raises(NotFound):
        town.do(lambda tx: tagrules.remove(tx, Viewer.system(), town.ids["open"], "offers"))
    for word in tag_settings.UNTIL.values():
        assert tag_settings.translate({"until": word})["life_days"] in tag_settings.UNTIL
    with pytest.raises(Invalid):
        tag_settings.translate({"until": "for ever"})
