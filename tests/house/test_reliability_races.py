"""Acts of several at once, over HTTP: whatever the order, what is left is what some order of them one by one leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.house.test_sight import Stage
from tests.support.postgres import Cluster
from tests.support.server import running_server

ROUNDS = 6
AT_ONCE = 6


@pytest.fixture
def stage(dialect: str, tmp_path: Path, cluster: Cluster) -> Iterator[Stage]:
    if dialect == "sqlite":
        with running_server(tmp_path, worker=False) as server:
            yield Stage(server)
    else:
        with cluster.database() as url, running_server(tmp_path, database=url, worker=False) as server:
            yield Stage(server)


def call(stage: Stage, who: str, method: str, path: str, **body: Any) -> httpx2.Response:
    answer = stage.http.request(method, path, headers=stage.bearer(who), **({"json": body} if body else {}))
    assert answer.status_code < 500, (method, path, answer.text[:300])
    return answer


def at_once(*acts: Callable[[], httpx2.Response]) -> list[httpx2.Response]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return [job.result() for job in [pool.submit(act) for act in acts]]


def account(stage: Stage, name: str) -> dict[str, Any]:
    found: dict[str, Any] = stage.get(name, "/api/v1/accounts/verify_credentials").json()
    return found


def relation(stage: Stage, who: str, other: str) -> dict[str, Any]:
    found: dict[str, Any] = stage.get(
        who, "/api/v1/accounts/relationships", **{"id[]": stage.cast.ids[other]}
    ).json()[0]
    return found


def test_following_and_blocking(stage: Stage) -> None:
    """Nobody follows across a block, and the counts tell no other story than the lists."""
    cleo, dora = stage.cast.ids["cleo"], stage.cast.ids["dora"]
    for _ in range(ROUNDS):
        at_once(
            lambda: call(stage, "cleo", "POST", f"/api/v1/accounts/{dora}/follow"),
            lambda: call(stage, "dora", "POST", f"/api/v1/accounts/{cleo}/block"),
            lambda: call(stage, "cleo", "POST", f"/api/v1/accounts/{dora}/follow"),
            lambda: call(stage, "dora", "POST", f"/api/v1/accounts/{cleo}/follow"),
        )
        assert relation(stage, "dora", "cleo")["blocking"]
        assert not relation(stage, "dora", "cleo")["followed_by"]
        assert not relation(stage, "dora", "cleo")["following"]
        assert (account(stage, "cleo")["following_count"], account(stage, "dora")["followers_count"]) == (
            0,
            0,
        )
        call(stage, "dora", "POST", f"/api/v1/accounts/{cleo}/unblock")


def test_following_unfollowing_and_dropping(stage: Stage) -> None:
    cleo, dora = stage.cast.ids["cleo"], stage.cast.ids["dora"]
    for _ in range(ROUNDS):
        at_once(*[lambda: call(stage, "cleo", "POST", f"/api/v1/accounts/{dora}/follow")] * AT_ONCE)
        assert (account(stage, "cleo")["following_count"], account(stage, "dora")["followers_count"]) == (
            1,
            1,
        )
        at_once(
            *[lambda: call(stage, "cleo", "POST", f"/api/v1/accounts/{dora}/unfollow")] * 3,
            *[lambda: call(stage, "dora", "POST", f"/api/v1/accounts/{cleo}/remove_from_followers")] * 3,
        )
        assert (account(stage, "cleo")["following_count"], account(stage, "dora")["followers_count"]) == (
            0,
            0,
        )


def test_a_request_is_accepted_once(stage: Stage) -> None:
    cleo, dora = stage.cast.ids["cleo"], stage.cast.ids["dora"]
    call(stage, "dora", "PATCH", "/api/v1/accounts/update_credentials", locked=True)
    for _ in range(ROUNDS):
        call(stage, "cleo", "POST", f"/api/v1/accounts/{dora}/follow")
        answers = at_once(
            *[lambda: call(stage, "dora", "POST", f"/api/v1/follow_requests/{cleo}/authorize")] * AT_ONCE
        )
        assert sorted(a.status_code for a in answers) == [200] + [404] * (AT_ONCE - 1)
        assert account(stage, "dora")["followers_count"] == account(stage, "cleo")["following_count"] == 1
        told = stage.get("dora", "/api/v1/notifications", **{"types[]": "follow"}).json()
        assert len([n for n in told if n["account"]["id"] == str(cleo)]) == 1
        call(stage, "cleo", "POST", f"/api/v1/accounts/{dora}/unfollow")
        call(stage, "cleo", "POST", f"/api/v1/accounts/{dora}/follow")
        at_once(
            lambda: call(stage, "dora", "POST", f"/api/v1/follow_requests/{cleo}/authorize"),
            lambda: call(stage, "dora", "POST", f"/api/v1/follow_requests/{cleo}/reject"),
            lambda: call(stage, "cleo", "POST", f"/api/v1/accounts/{dora}/unfollow"),
        )
        assert not relation(stage, "cleo", "dora")["following"]
        assert not relation(stage, "cleo", "dora")["requested"]
        assert account(stage, "dora")["followers_count"] == account(stage, "cleo")["following_count"] == 0


def test_many_who_wait_are_let_in_at_once(stage: Stage) -> None:
    """Unlocking lets everybody in, and counts nobody twice who is let in at the same time."""
    dora = stage.cast.ids["dora"]
    call(stage, "dora", "PATCH", "/api/v1/accounts/update_credentials", locked=True)
    asking = ("ben", "cleo", "emil", "fay", "gus")
    for who in asking:
        call(stage, who, "POST", f"/api/v1/accounts/{dora}/follow")
    at_once(
        lambda: call(stage, "dora", "PATCH", "/api/v1/accounts/update_credentials", locked=False),
        *[
            lambda who=who: call(
                stage, "dora", "POST", f"/api/v1/follow_requests/{stage.cast.ids[who]}/authorize"
            )
            for who in asking
        ],
    )
    assert account(stage, "dora")["followers_count"] == len(asking)
    assert [account(stage, who)["following_count"] for who in asking[1:]] == [1] * 4


def test_votes_likes_boosts_and_pins(stage: Stage) -> None:
    poll = {"options": ["a", "b"], "expires_in": 3600}
    status = call(stage, "ada", "POST", "/api/v1/statuses", status="which", poll=poll).json()
    votes = at_once(
        *[
            lambda n=n: call(
                stage, "cleo", "POST", f"/api/v1/polls/{status['poll']['id']}/votes", choices=[n % 2]
            )
            for n in range(AT_ONCE)
        ]
    )
    assert sorted(a.status_code for a in votes) == [200] + [422] * (AT_ONCE - 1)
    for act, count in (("favourite", "favourites_count"), ("reblog", "reblogs_count"), ("bookmark", "")):
        path = f"/api/v1/statuses/{status['id']}"
        at_once(*[lambda path=path, act=act: call(stage, "cleo", "POST", f"{path}/{act}")] * AT_ONCE)
        now = stage.get("cleo", path).json()
        assert not count or now[count] == 1
        at_once(*[lambda path=path, act=act: call(stage, "cleo", "POST", f"{path}/un{act}")] * AT_ONCE)
        assert not count or stage.get("cleo", path).json()[count] == 0
    now = stage.get("cleo", f"/api/v1/statuses/{status['id']}").json()
    assert now["poll"]["votes_count"] == now["poll"]["voters_count"] == 1
    said = [call(stage, "ben", "POST", "/api/v1/statuses", status=f"p{n}").json()["id"] for n in range(8)]
    answers = at_once(*[lambda i=i: call(stage, "ben", "POST", f"/api/v1/statuses/{i}/pin") for i in said])
    assert sorted(a.status_code for a in answers) == [200] * 5 + [422] * 3


def test_joining_and_leaving_a_group(stage: Stage) -> None:
    group = stage.cast.open_group
    before = stage.get("ada", f"/api/v1/accounts/{group}").json()["followers_count"]
    for _ in range(ROUNDS):
        at_once(*[lambda: call(stage, "cleo", "POST", f"/api/v1/accounts/{group}/follow")] * AT_ONCE)
        assert stage.get("ada", f"/api/v1/accounts/{group}").json()["followers_count"] == before + 1
        at_once(*[lambda: call(stage, "cleo", "POST", f"/api/v1/accounts/{group}/unfollow")] * AT_ONCE)
        assert stage.get("ada", f"/api/v1/accounts/{group}").json()["followers_count"] == before


def test_a_post_deleted_while_others_act_on_it(stage: Stage) -> None:
    for _ in range(ROUNDS):
        id_ = call(stage, "ada", "POST", "/api/v1/statuses", status="soon gone").json()["id"]
        at_once(
            lambda id_=id_: call(stage, "ada", "DELETE", f"/api/v1/statuses/{id_}"),
            lambda id_=id_: call(stage, "ben", "POST", f"/api/v1/statuses/{id_}/reblog"),
            lambda id_=id_: call(stage, "ben", "POST", f"/api/v1/statuses/{id_}/favourite"),
            lambda id_=id_: call(stage, "cleo", "POST", "/api/v1/statuses", status="re", in_reply_to_id=id_),
            lambda id_=id_: call(stage, "cleo", "POST", "/api/v1/statuses", status="q", quoted_status_id=id_),
            lambda id_=id_: call(stage, "ada", "PUT", f"/api/v1/statuses/{id_}", status="edited"),
        )
        assert stage.get("ben", f"/api/v1/statuses/{id_}").status_code == 404
        for path in (
            "/api/v1/favourites",
            "/api/v1/timelines/home",
            f"/api/v1/accounts/{stage.cast.ids['ben']}/statuses",
        ):
            shown = stage.get("ben", path)
            assert shown.status_code == 200
            assert all((s["reblog"] or s)["id"] != id_ for s in shown.json()), path
