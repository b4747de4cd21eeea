"""searcharchives word by word, and page tokens as clients use them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.doors.groupsio.conftest import Client, Town, running_town
from tests.support.postgres import Template

from folkmoot.domain.text import Markup

DAY = 86_400_000
NOON = int(datetime(2021, 3, 10, 12, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, run_folder: Any) -> Iterator[Town]:
    """An archive with posts of chosen days beside those of today."""
    folder = tmp_path_factory.mktemp("library") / "data"
    Template(run_folder).copy_to(folder)
    with running_town(folder) as town:
        here = town.ids["open"]
        for n in range(3):
            at = NOON + n * DAY
            key = f"day{n}"
            town.ids[key] = town.say(
                "bob", text=f"Loaf number {n}", title=f"Baking {n} #loaf", group_id=here, happened_at=at
            )
        late = int(datetime(2021, 3, 10, 23, 30, tzinfo=UTC).timestamp() * 1000)
        town.ids["late"] = town.say("bob", text="A late loaf", title="Late", group_id=here, happened_at=late)
        told = "The oven is warm.\n\n-- \nAlice, Quincegrower of Kent\n"
        town.ids["signed"] = town.say(
            "alice", text=told, markup=Markup.MAIL, title="Oven", parent_id=town.ids["day0"]
        )
        town.ids["quince"] = town.say("bob", text="Quincegrower wanted", title="Fruit", group_id=here)
        town.ids["again"] = town.say("alice", text="Another loaf & <b>", parent_id=town.ids["day0"])
        yield town


def hits(client: Client, q: str, **more: Any) -> list[int]:
    return [
        each["id"] for each in client.ok("searcharchives", group_name="open", q=q, limit=100, **more)["data"]
    ]


def named(town: Town, ids: list[int]) -> set[str]:
    back = {id_: name for name, id_ in town.ids.items()}
    return {back[id_] for id_ in ids}


def test_words_tags_and_posters(library: Town) -> None:
    bob = library.client("bob")
    me, her = library.ids["bob"], library.ids["alice"]

    def found(q: str, **more: Any) -> set[str]:
        return named(library, hits(bob, q, **more))

    assert found("loaf") == {"day0", "day1", "day2", "late", "again"}
    assert found("LOAF number") == {"day0", "day1", "day2"}
    assert found("#loaf") == {"day0", "day1", "day2", "signed", "again"}, "all of the tagged topics"
    assert found("#LOAF") == found("#loaf")
    assert found("#loaf oven") == {"signed"}
    assert found("#nothing") == set()
    assert found(f"posterid:{her} #loaf") == {"signed", "again"}
    assert found(f"loaf posterid:{me}") == {"day0", "day1", "day2", "late"}
    assert found("posterid:999 loaf") == set()
    assert found("-#loaf loaf") >= {"late"}
    assert found("xyzzy") == set()


def test_one_a_topic_and_signatures_aside(library: Town) -> None:
    bob = library.client("bob")
    assert named(library, hits(bob, "#loaf", collapse_topics="true")) == {"again", "day1", "day2"}
    assert named(library, hits(bob, "quincegrower")) == {"signed", "quince"}
    assert named(library, hits(bob, "quincegrower", exclude_sigs="true")) == {"quince"}
    assert named(library, hits(bob, "oven", exclude_sigs="true")) == {"signed"}
    answer = bob.ok(
        "searcharchives", group_name="open", q="quincegrower", exclude_sigs="true", collapse_topics="1"
    )
    assert (answer["exclude_sigs"], answer["collapse_topics"], answer["total_count"]) == (True, True, 1)
    assert answer["query"] == "quincegrower"


def test_days_are_the_callers(library: Town) -> None:
    bob, carol = library.client("bob"), library.client("carol")
    assert carol.post("updateuser", timezone="Pacific/Auckland").status_code == 200

    def found(client: Client, **dates: Any) -> set[str]:
        return named(library, hits(client, "loaf", **dates)) - {"again"}

    day = {"start_date": "2021-03-10", "end_date": "2021-03-10"}
    assert found(bob, **day) == {"day0", "late"}
    assert found(carol, **day) == set(), "at noon in London it is the eleventh there"
    assert found(carol, start_date="2021-03-11", end_date="2021-03-11") == {"day0", "late"}
    assert found(bob, start_date="2021-03-11") == {"day1", "day2"}
    assert found(bob, end_date="2021-03-11") == {"day0", "late", "day1"}
    assert found(bob, start_date="03/11/2021", end_date="3/11/2021") == {"day1"}
    assert found(bob, start_date="2021-03-10T23:00:00Z", end_date="2021-03-11T00:00:00Z") == {"late"}
    assert found(carol, start_date="2021-03-10T23:00:00Z", end_date="2021-03-11T00:00:00Z") == {"late"}
    for name in ("start_date", "end_date"):
        answer = bob.get("searcharchives", group_name="open", q="loaf", **{name: "whenever"})
        assert (answer.status_code, answer.json()["extra"]) == (400, f"invalid {name}")


def test_ranges_by_name(library: Town) -> None:
    bob = library.client("bob")
    for word in ("hour", "day", "week", "month", "year"):
        found = named(library, hits(bob, "loaf", preset_date_range=word, start_date="1999-01-01"))
        assert "again" in found, word
        assert "day0" not in found, word
    asked = {"preset_date_range": "custom", "start_date": "2021-03-12", "end_date": "2021-03-12"}
    assert named(library, hits(bob, "loaf", **asked)) == {"day2"}
    answer = bob.ok("searcharchives", group_name="open", q="loaf", preset_date_range="week")
    assert answer["preset_date_range"] == "week"
    since = datetime.fromisoformat(answer["start_date"].replace("Z", "+00:00"))
    assert abs(datetime.now(UTC) - timedelta(days=7) - since) < timedelta(minutes=5)
    refused = bob.get("searcharchives", group_name="open", q="loaf", preset_date_range="aeon").json()
    assert refused == {"object": "error", "type": "invalid_value", "extra": "preset_date_range"}


def test_hits_say_what_they_are(library: Town) -> None:
    answer = library.client("bob").ok("searcharchives", group_name="open", q="#loaf another")
    (hit,) = answer["data"]
    assert (hit["id"], hit["topic_id"], hit["num_msgs_in_topic"]) == (
        library.ids["again"],
        library.ids["day0"],
        3,
    )
    assert "&amp;" in hit["summary"], "the summary is HTML"
    assert answer["hashtag"]["name"] == "loaf"
    by = library.client("bob").ok("searcharchives", group_name="open", q=f"posterid:{library.ids['alice']}")
    assert (by["poster_user_id"], by["name"]) == (library.ids["alice"], "Alice")


def test_orders_and_empty_questions(library: Town) -> None:
    bob = library.client("bob")
    newest = hits(bob, "loaf")
    assert newest == sorted(newest, reverse=True)
    assert hits(bob, "loaf", sort_dir="asc") == sorted(newest)
    for word in ("updated", "relevance", "created"):
        assert hits(bob, "loaf", sort_field=word) == newest
    everything = bob.ok("searcharchives", group_name="open", limit=100)
    assert everything["total_count"] == len(everything["data"]) >= 10


def test_tokens_carry_their_question(library: Town) -> None:
    """A client that goes on with the token alone, as one does that drops group_id, gets the rest of just that list."""
    bob = library.client("bob")
    whole = hits(bob, "loaf", sort_dir="asc")
    page = bob.ok("searcharchives", group_name="open", q="loaf", sort_dir="asc", limit=2)
    seen, place = [], 1
    while True:
        seen += [each["id"] for each in page["data"]]
        assert (page["start_item"], page["end_item"]) == (place, place + len(page["data"]) - 1)
        assert page["total_count"] == len(whole)
        token = page["next_page_token"]
        assert isinstance(token, int)
        assert 0 <= token < 1 << 31
        assert page["has_more"] is (token != 0)
        if not token:
            break
        place = page["end_item"] + 1
        page = bob.ok("searcharchives", page_token=token, limit=2)
    assert seen == whole
    first = bob.ok("searcharchives", group_name="open", q="loaf", limit=2)
    stolen = library.client("carol").get("searcharchives", page_token=first["next_page_token"]).json()
    assert stolen == {"object": "error", "type": "bad_request", "extra": "invalid page_token"}
    other = bob.get("gettopics", page_token=first["next_page_token"]).json()
    assert other["extra"] == "invalid page_token"


@pytest.mark.parametrize("call", ["gettopics", "getmessages", "getmembers", "searcharchives"])
def test_limits_are_brought_into_range(library: Town, call: str) -> None:
    bob, alice = library.client("bob"), library.client("alice")
    client = alice if call == "getmembers" else bob
    for limit, most in ((0, 1), (-3, 1), (1, 1), (1000, 100)):
        page = client.ok(call, group_name="open", limit=limit)
        assert 1 <= len(page["data"]) <= most
    assert len(client.ok(call, group_name="open")["data"]) <= 10
