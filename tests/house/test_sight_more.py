"""Every route of the Mastodon door and of the pages, generated: what may not be seen answers like what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.cast import NAMES
from tests.house.test_sight import SEES, UNKNOWN, Stage
from tests.support.postgres import Cluster
from tests.support.server import running_server

from folkmoot import doors
from folkmoot.domain.access import Audience
from folkmoot.domain.people import collections, logins, regards
from folkmoot.domain.people.collections import Wish
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.posts.polls import NewPoll
from folkmoot.domain.reading import owntags
from folkmoot.store.tx import Tx

STRANGERS = ("nobody", "cleo", "fay", "hana")
"""Who knows neither the closed group nor what is said in it; "hana" is blocked by ada besides."""
SECRET = "zanzibarplan"
UNSEEN = ("closed_group", "direct", "circle", "held", "deleted")
HEADERS = {
    "date",
    "content-length",
    "x-request-id",
    "x-ratelimit-reset",
    "server-timing",
    "set-cookie",
    "etag",
}
"""What differs between any two answers, or is made from the body that is compared anyhow."""


def told_besides(tx: Tx, stage: Stage) -> dict[str, int]:
    """Things that hang on what strangers may not see: polls, endorsements, collections, tags, mentions."""
    ada, dora, group = stage.cast.viewer("ada"), stage.cast.viewer("dora"), stage.cast.closed_group
    poll = NewPoll(options=[f"{SECRET} yes", "no"], seconds=3600)
    asked = posts.write(
        tx,
        dora,
        Draft(
            text=f"{SECRET} #{SECRET}", audience=int(Audience.GROUP), group_id=group, title=SECRET, poll=poll
        ),
    )
    posts.write(
        tx, ada, Draft(text=f"{SECRET} #{SECRET}sub", audience=int(Audience.DIRECT), to=[dora.account_id])
    )
    posts.write(
        tx, dora, Draft(text="we are many in @parlour, come", audience=int(Audience.PUBLIC), group_id=None)
    )
    regards.endorse(tx, dora, group)
    regards.endorse(tx, stage.cast.viewer("ben"), ada.account_id)
    owntags.feature(tx, dora, "gardening")
    wish = Wish(name="People", description="Good ones", discoverable=True, sensitive=False)
    made = collections.create(tx, ada, wish, [])

    return {"asked": asked.id, "collection": made.id}


@pytest.fixture
def stage(dialect: str, tmp_path: Path, cluster: Cluster) -> Iterator[Stage]:
    if dialect == "sqlite":
        with running_server(tmp_path) as server:
            yield set_up(Stage(server))
    else:
        with cluster.database() as url, running_server(tmp_path, database=url) as server:
            yield set_up(Stage(server))


def set_up(stage: Stage) -> Stage:
    """A token for everything, and what hangs on the unseen."""
    scopes = "read write follow push profile admin:read admin:write"
    for name in NAMES:
        stage.tokens[name] = stage.server.store.write(
            lambda tx, name=name: logins.issue_token(
                tx, account_id=stage.cast.ids[name], app_id=None, scopes=scopes
            )
        )[1]
    stage.besides = stage.server.store.write(lambda tx: told_besides(tx, stage))
    seen = stage.get("dora", f"/api/v1/statuses/{stage.besides['asked']}").json()
    stage.besides["poll"] = int(seen["poll"]["id"])
    return stage


def routes(*names: str) -> list[tuple[str, str]]:
    """(method, path) of all routes of these doors."""
    found = [
        (route.method, route.path)
        for part in doors.load()
        if part.door.name in names
        for route in part.door.table
    ]
    assert len(found) > 40, "the table of routes is not what it was"
    return [(m, path) for m, path in found if m != "WEBSOCKET" and "/streaming" not in path]


def shape(answer: httpx2.Response, *words: object) -> tuple[int, str, list[tuple[str, str]]]:
    """An answer as it is compared: status, body and headers without the words that were asked for."""

    def bare(text: str) -> str:
        for word in sorted(map(str, words), key=len, reverse=True):
            text = text.replace(word, "WORD")
        return re.sub(r'name="csrf[^"]*" value="[^"]*"', "", text)

    headers = sorted((k.lower(), bare(v)) for k, v in answer.headers.items() if k.lower() not in HEADERS)
    return answer.status_code, bare(answer.text), headers


def fill(path: str, word: object) -> str:
    return re.sub(r"\{[^}]*\}", str(word), path)


def test_every_route_with_an_id(stage: Stage, dialect: str) -> None:
    """What is hidden, put into the path in place of the id, is answered as an id that nobody has."""
    strangers = STRANGERS if dialect == "sqlite" else STRANGERS[:2]
    hidden = {name: stage.said[name] for name in UNSEEN} | stage.besides
    hidden["group"] = stage.cast.closed_group
    del hidden["collection"]
    wrong = []
    for method, path in routes("mastodon"):
        if "{" not in path or re.search(r"/tags/|\{(name|year|date|hashtag|group_key)\}", path):
            continue
        for viewer in strangers:
            unknown = shape(ask(stage, viewer, method, fill(path, UNKNOWN)), UNKNOWN)
            for what, id_ in hidden.items():
                if viewer in SEES.get(what, ()):
                    continue
                answer = shape(ask(stage, viewer, method, fill(path, id_)), id_)
                if answer != unknown:
                    wrong.append((method, path, viewer, what, answer[:2], unknown[:2]))
    assert not wrong, "\n".join(str(w)[:300] for w in wrong)


def ask(stage: Stage, viewer: str, method: str, path: str, **more: Any) -> httpx2.Response:
    answer = stage.http.request(method, path, headers=stage.bearer(viewer), **more)
    assert answer.status_code < 500, (method, path, more, answer.text[:300])
    return answer


GIVEN: list[tuple[str, str, str]] = [
    ("POST", "/api/v1/statuses", '{"status": "hm", "in_reply_to_id": "ID"}'),
    ("POST", "/api/v1/statuses", '{"status": "hm", "quoted_status_id": "ID"}'),
    (
        "POST",
        "/api/v1/statuses",
        '{"status": "hm", "in_reply_to_id": "ID", "scheduled_at": "2031-01-01T00:00:00Z"}',
    ),
    (
        "POST",
        "/api/v1/statuses",
        '{"status": "hm", "quoted_status_id": "ID", "scheduled_at": "2031-01-01T00:00:00Z"}',
    ),
    ("POST", "/api/v1/statuses", '{"status": "hm", "media_ids": ["ID"]}'),
    ("POST", "/api/v1/reports", '{"account_id": "ID", "comment": "bad"}'),
    ("POST", "/api/v1/reports", '{"account_id": "ADA", "status_ids": ["ID"]}'),
    ("POST", "/api/v1/reports", '{"account_id": "ADA", "collection_ids": ["ID"]}'),
    ("GET", "/api/v1/accounts/relationships?id[]=ID", ""),
    ("GET", "/api/v1/accounts/familiar_followers?id[]=ID", ""),
    ("GET", "/api/v1/accounts?id[]=ID", ""),
    ("GET", "/api/v1/statuses?id[]=ID", ""),
    ("GET", "/api/v1/notifications?account_id=ID", ""),
    ("GET", "/api/v2/search?q=xylophone&account_id=ID", ""),
    ("GET", "/api/v2/search?q=BASE/@ada/ID", ""),
    ("GET", "/api/oembed?url=BASE/@ada/ID", ""),
    ("GET", "/@ada/ID", ""),
    ("GET", "/@ada/ID/embed", ""),
    ("GET", "/t/ID", ""),
    ("GET", "/p/ID/edit", ""),
    ("GET", "/p/ID/delete", ""),
    ("GET", "/collections/ID", ""),
    ("POST", "/api/v1/lists/LIST/accounts", '{"account_ids": ["ID"]}'),
    ("POST", "/api/v1/collections", '{"name": "c", "description": "d", "account_ids": ["ID"]}'),
    ("POST", "/api/v1/collections/MINE/items", '{"account_id": "ID"}'),
    ("POST", "/api/v2/filters/FILTER/statuses", '{"status_id": "ID"}'),
    ("POST", "/api/v1/markers", '{"home": {"last_read_id": "ID"}}'),
]
"""Ids given in the query or the body."""


def test_every_parameter_with_an_id(stage: Stage) -> None:
    hidden = {name: stage.said[name] for name in UNSEEN} | stage.besides
    hidden["group"] = stage.cast.closed_group
    del hidden["collection"]
    wrong = []
    for viewer in STRANGERS:
        own = {} if viewer == "nobody" else things_of(stage, viewer)
        words = {"ADA": stage.cast.ids["ada"], "BASE": stage.server.url, **own}
        for method, path, body in GIVEN:
            seen = []
            for what, id_ in {"unknown": UNKNOWN, **hidden}.items():
                if viewer in SEES.get(what, ()):
                    continue
                seen.append((what, shape(send(stage, viewer, method, path, body, {"ID": id_, **words}), id_)))
            wrong += [
                (method, path, body, viewer, what, answer[:2], seen[0][1][:2])
                for what, answer in seen[1:]
                if unmoving(answer) != unmoving(seen[0][1])
            ]
    assert not wrong, "\n".join(str(w)[:300] for w in wrong)


def unmoving(answer: tuple[int, str, list[tuple[str, str]]]) -> tuple[int, str, list[tuple[str, str]]]:
    """Without ids, times and counters of what the call made, which go on from one call to the next."""
    text = re.sub(r'^\{"id":"\d+"|"(updated_at|created_at)":"[^"]*"|"version":\d+', "", answer[1])
    return answer[0], text, answer[2]


def things_of(stage: Stage, viewer: str) -> dict[str, str]:
    """A list, a filter and a collection of somebody."""
    made = {}
    for word, path, body in (
        ("LIST", "/api/v1/lists", {"title": "mine"}),
        ("FILTER", "/api/v2/filters", {"title": "mine", "context": ["home"]}),
        ("MINE", "/api/v1/collections", {"name": "mine", "description": "d"}),
    ):
        answer = ask(stage, viewer, "POST", path, json=body)
        assert answer.status_code == 200, answer.text
        made[word] = answer.json().get("collection", answer.json())["id"]
    return made


def send(
    stage: Stage, viewer: str, method: str, path: str, body: str, words: dict[str, object]
) -> httpx2.Response:
    for word, value in words.items():
        path, body = path.replace(word, str(value)), body.replace(f'"{word}"', f'"{value}"')
    more: dict[str, Any] = {"content": body, "headers": {"content-type": "application/json"}} if body else {}
    if path.startswith("/api"):
        headers = {**more.pop("headers", {}), **stage.bearer(viewer)}
    else:
        headers = stage.cookies[viewer]
    answer = stage.http.request(method, path, headers=headers, **more)
    assert answer.status_code < 500 or answer.status_code == 501, (method, path, body, answer.text[:300])
    return answer


NAMED: list[tuple[str, str, str]] = [
    ("GET", "/api/v1/accounts/lookup?acct=NAME", ""),
    ("GET", "/api/v1/accounts/lookup?acct=NAME@127.0.0.1", ""),
    ("POST", "/api/v1/follows", '{"uri": "NAME"}'),
    ("GET", "/api/v1/accounts/search?q=NAME", ""),
    ("GET", "/api/v2/search?q=NAME", ""),
    ("GET", "/api/v2/search?q=@NAME", ""),
    ("GET", "/api/v2/search?q=BASE/@NAME&resolve=true", ""),
    ("GET", "/api/v2/search?q=from:NAME", ""),
    ("GET", "/.well-known/webfinger?resource=acct:NAME@127.0.0.1", ""),
    ("GET", "/.well-known/webfinger?resource=BASE/@NAME", ""),
    ("GET", "/.well-known/webfinger?resource=BASE/users/NAME", ""),
    ("GET", "/@NAME", ""),
    ("GET", "/users/NAME", ""),
    ("GET", "/@NAME/settings", ""),
    ("GET", "/@NAME/moderate", ""),
    ("GET", "/search?q=NAME", ""),
    ("GET", "/search?q=xylophone&group=NAME", ""),
    ("GET", "/compose?group=NAME", ""),
    ("GET", "/api/statuses/user_timeline.json?screen_name=NAME", ""),
    ("GET", "/api/users/show.json?screen_name=NAME", ""),
    ("GET", "/api/v1/getgroup?group_name=NAME", ""),
    ("GET", "/api/v1/getmessages?group_name=NAME", ""),
]


def test_every_name_of_a_hidden_group(stage: Stage) -> None:
    wrong = []
    for viewer in STRANGERS:
        for method, path, body in NAMED:
            answers = [
                unmoving(
                    shape(send(stage, viewer, method, path, body, {"NAME": n, "BASE": stage.server.url}), n)
                )
                for n in ("parlour", "nosuchx")
            ]
            if answers[0] != answers[1]:
                wrong.append((method, path, viewer, answers[0][:2], answers[1][:2]))
    assert not wrong, "\n".join(str(w)[:300] for w in wrong)


def test_a_mention_of_a_hidden_group_by_a_stranger(stage: Stage) -> None:
    """Who does not know a group can't find it out by naming it: the name stays plain text."""
    for viewer in ("cleo", "fay"):
        shown = [
            ask(stage, viewer, "POST", "/api/v1/statuses", json={"status": f"hello @{name}"}).json()
            for name in ("parlour", "nosuchx")
        ]
        assert shown[0]["mentions"] == shown[1]["mentions"] == []
        assert shown[0]["content"].replace("parlour", "nosuchx") == shown[1]["content"], viewer
        assert shown[0]["visibility"] == shown[1]["visibility"]


def test_no_answer_names_what_may_not_be_seen(stage: Stage) -> None:
    """Every GET of the Mastodon door and the pages, with ids that are seen: nothing hidden is in any answer."""
    group = stage.cast.closed_group
    ids = [stage.cast.ids["ada"], stage.cast.ids["dora"], stage.said["public"], stage.besides["collection"]]
    names = ["ada", "dora", "commons", SECRET, SECRET[:4], "2026"]
    wrong, asked = [], 0
    for viewer in STRANGERS:
        hidden = {str(stage.said[w]) for w in UNSEEN if viewer not in SEES[w]}
        hidden |= {str(group), str(stage.besides["asked"]), str(stage.besides["poll"])}
        for method, path in routes("mastodon", "web"):
            if method != "GET":
                continue
            words = [""] if "{" not in path else names if "{name" in path or "tag" in path else ids
            for word in words:
                filled = fill(path.replace("{name}/{id}", f"ada/{stage.said['public']}"), word)
                answer = stage.http.get(filled, headers={**stage.bearer(viewer), **stage.cookies[viewer]})
                asked += 1
                assert answer.status_code < 500, (filled, answer.text[:300])
                text = answer.text.replace(filled, "")
                leaks = [h for h in hidden if h in text]
                leaks += [SECRET] if SECRET in text and SECRET not in filled else []
                leaks += ["parlour"] if "/@parlour" in text or '"parlour"' in text else []
                if leaks:
                    wrong.append((viewer, filled, leaks))
        for q in (SECRET[:5], "par", "Parl"):
            for path in (f"/api/v2/search?q={q}", f"/api/v1/accounts/search?q={q}", f"/search?q={q}"):
                text = stage.http.get(path, headers={**stage.bearer(viewer), **stage.cookies[viewer]}).text
                if SECRET in text or "/@parlour" in text:
                    wrong.append((viewer, path, text[:200]))
    assert asked > 300
    assert not wrong, "\n".join(str(w)[:300] for w in wrong)
