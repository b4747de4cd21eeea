"""The visibility matrix: viewers by audiences by doors against one oracle; "may not see" equals "is not there"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx2
import pytest
from tests.cast import NAMES, Cast, gathered
from tests.conftest import DATABASES
from tests.support.postgres import Cluster
from tests.support.server import Running, running_server

from folkmoot.domain.access import Audience, GroupRole, MemberPosting, Viewer
from folkmoot.domain.groups import holding, members
from folkmoot.domain.people import logins
from folkmoot.domain.posts import edits, posts, reactions
from folkmoot.domain.posts.drafts import Draft
from folkmoot.store.schema.bonds import circle_members, circles
from folkmoot.store.tx import Tx

VIEWERS = ("nobody", *NAMES)
UNKNOWN = 1234567890123456
WORD = "xylophone"

SEES = {
    "public": {"nobody", "ada", "ben", "cleo", "dora", "emil", "fay", "gus"},
    "unlisted": {"nobody", "ada", "ben", "cleo", "dora", "emil", "fay", "gus"},
    "followers": {"ada", "ben"},
    "direct": {"ada", "cleo"},
    "circle": {"ada", "emil"},
    "local": {"ada", "ben", "cleo", "dora", "emil", "fay", "gus"},
    "open_group": {*VIEWERS},
    "closed_group": {"ada", "dora", "gus"},
    "closed_group_by_dora": {"ada", "dora", "gus"},
    "closed_group_once_by_emil": {"ada", "dora", "gus", "emil"},
    "held": {"ada", "dora", "gus"},
    "deleted": set[str](),
}
"""The oracle: who sees what, written down by hand from the vision's rules; see tests/cast.py for who is who."""


def say_everything(tx: Tx, cast: Cast) -> dict[str, int]:
    """One post for each row of the oracle."""
    ada, dora, emil = cast.viewer("ada"), cast.viewer("dora"), cast.viewer("emil")
    circle = tx.ids.next()
    tx.insert(circles, id=circle, account_id=ada.account_id, title="friends", created_at=tx.now)
    tx.insert(circle_members, circle_id=circle, account_id=emil.account_id, id=tx.ids.next())

    def say(viewer: Viewer, audience: Audience, **more: object) -> int:
        draft = Draft(text=f"{WORD} {audience.name}", audience=int(audience), **more)  # type: ignore[arg-type]  # fields
        return posts.write(tx, viewer, draft).id

    said = {
        "public": say(ada, Audience.PUBLIC),
        "unlisted": say(ada, Audience.UNLISTED),
        "followers": say(ada, Audience.FOLLOWERS),
        "direct": say(ada, Audience.DIRECT, to=[cast.ids["cleo"]]),
        "circle": say(ada, Audience.CIRCLE, circle_id=circle),
        "local": say(ada, Audience.LOCAL),
        "open_group": say(ada, Audience.GROUP, group_id=cast.open_group, title="Open"),
        "closed_group": say(ada, Audience.GROUP, group_id=cast.closed_group, title="Closed"),
        "closed_group_by_dora": say(dora, Audience.GROUP, group_id=cast.closed_group, title="Closed too"),
        "deleted": say(ada, Audience.PUBLIC),
    }
    edits.delete(tx, ada, said["deleted"])
    members.put(tx, cast.closed_group, emil.account_id)
    said["closed_group_once_by_emil"] = say(emil, Audience.GROUP, group_id=cast.closed_group, title="Emil's")
    members.leave(tx, emil, cast.closed_group)
    members.put(tx, cast.closed_group, dora.account_id, posting=int(MemberPosting.MODERATED))
    said["held"] = say(dora, Audience.GROUP, group_id=cast.closed_group, title="Held")
    assert holding.pending(tx, cast.viewer("gus"), cast.closed_group) == [said["held"]]
    members.put(tx, cast.closed_group, dora.account_id, role=GroupRole.MEMBER, posting=0)
    return said


class Stage:
    """The server, the people, what they said, and a token and cookies for each."""

    besides: dict[str, int]
    """What test_sight_more hangs on what was said."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.cast = gathered(server.store)
        self.said = server.store.write(lambda tx: say_everything(tx, self.cast))
        self.tokens = {
            name: server.store.write(
                lambda tx, name=name: logins.issue_token(
                    tx, account_id=self.cast.ids[name], app_id=None, scopes="read write follow"
                )
            )[1]
            for name in NAMES
        }
        self.http = httpx2.Client(base_url=server.url, timeout=20, verify=False)
        self.cookies: dict[str, dict[str, str]] = {"nobody": {}}
        for name in NAMES:
            secret, _ = server.store.write(lambda tx, name=name: logins.open_session(tx, self.cast.ids[name]))
            self.cookies[name] = {"Cookie": f"moot_session={secret}"}

    def bearer(self, viewer: str) -> dict[str, str]:
        return {} if viewer == "nobody" else {"Authorization": f"Bearer {self.tokens[viewer]}"}

    def get(self, viewer: str, path: str, **values: object) -> httpx2.Response:
        return self.http.get(path, headers=self.bearer(viewer), params=values or None)

    def name_of(self, account_id: int) -> str:
        """The name of a person or group of the cast."""
        known = {v: k for k, v in self.cast.ids.items()}
        return {**known, self.cast.open_group: "commons", self.cast.closed_group: "parlour"}[account_id]

    def author_of(self, post_id: int) -> str:
        """Who said it; of what nobody said, somebody who is there."""
        by = {"closed_group_by_dora": "dora", "held": "dora", "closed_group_once_by_emil": "emil"}
        names = {id_: by.get(what, "ada") for what, id_ in self.said.items()}
        return names.get(post_id, "ada")

    def page(self, viewer: str, path: str) -> httpx2.Response:
        return self.http.get(path, headers=self.cookies[viewer])


@pytest.fixture(scope="module", params=DATABASES)
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cluster: Cluster
) -> Iterator[Stage]:
    """One for all tests here, on each database: they look, and what they try to do is refused."""
    with ExitStack() as stack:
        url = "" if request.param == "sqlite" else stack.enter_context(cluster.database())
        folder = tmp_path_factory.mktemp("sight")
        yield Stage(stack.enter_context(running_server(folder, database=url, worker=False)))


def cell(stage: Stage, what: str, viewer: str) -> bool:
    return viewer in SEES[what]


Ask = Callable[[Stage, str, int], httpx2.Response]

ONE_POST: dict[str, Ask] = {
    "mastodon status": lambda s, v, i: s.get(v, f"/api/v1/statuses/{i}"),
    "mastodon context": lambda s, v, i: s.get(v, f"/api/v1/statuses/{i}/context"),
    "mastodon history": lambda s, v, i: s.get(v, f"/api/v1/statuses/{i}/history"),
    "mastodon favourited_by": lambda s, v, i: s.get(v, f"/api/v1/statuses/{i}/favourited_by"),
    "mastodon reblogged_by": lambda s, v, i: s.get(v, f"/api/v1/statuses/{i}/reblogged_by"),
    "friendica show": lambda s, v, i: s.get(v, "/api/statuses/show.json", id=i),
    "friendica show xml": lambda s, v, i: s.get(v, "/api/statuses/show.xml", id=i),
    "friendica conversation": lambda s, v, i: s.get(v, "/api/conversation/show.json", id=i),
    "friendica thread feed": lambda s, v, i: s.get(v, f"/api/statusnet/conversation/{i}.rss"),
    "friendica retweets": lambda s, v, i: s.get(v, f"/api/statuses/retweets/{i}.json"),
    "web permalink": lambda s, v, i: s.page(v, f"/@{s.author_of(i)}/{i}"),
    "web thread": lambda s, v, i: s.page(v, f"/t/{i}"),
}
NEEDS_LOGIN = ("friendica",)


@pytest.mark.parametrize("door", ONE_POST)
def test_one_post(stage: Stage, door: str) -> None:
    ask = ONE_POST[door]
    for viewer in VIEWERS:
        if viewer == "nobody" and door.startswith(NEEDS_LOGIN):
            assert ask(stage, viewer, stage.said["public"]).status_code == 401
            continue
        unknown = ask(stage, viewer, UNKNOWN)
        assert unknown.status_code in (400, 404), (door, viewer, unknown.text)
        for what, id_ in stage.said.items():
            answer = ask(stage, viewer, id_)
            if what == "held" and door == "web thread":
                continue
            if cell(stage, what, viewer):
                assert answer.status_code in (200, 302, 303), (
                    door,
                    viewer,
                    what,
                    answer.status_code,
                    answer.text[:200],
                )
            else:
                assert answer.status_code == unknown.status_code, (door, viewer, what)
                assert neutral(answer, id_) == neutral(unknown, UNKNOWN), (door, viewer, what)


def neutral(answer: httpx2.Response, id_: int) -> str:
    """An answer without the id that was asked for and what differs from one moment to the next."""
    import re

    text = answer.text.replace(str(id_), "ID")
    return re.sub(r'name="csrf[^"]*" value="[^"]*"', "", text)


def listed(stage: Stage, viewer: str, account_id: int) -> httpx2.Response:
    """The posts of a list in which there is this account alone, if the viewer may put it there."""
    form = {"name": f"of {account_id}", "list_id": "", "user_id": str(account_id)}
    made = stage.http.post("/api/lists/create.json", headers=stage.bearer(viewer), data=form)
    if made.status_code != 200:
        return made
    form["list_id"] = made.json()["id_str"]
    stage.http.post("/api/lists/members/create.json", headers=stage.bearer(viewer), data=form)
    return stage.get(viewer, "/api/lists/statuses.json", list_id=form["list_id"], count=40)


LISTS: dict[str, Ask] = {
    "mastodon public": lambda s, v, _: s.get(v, "/api/v1/timelines/public", limit=40),
    "mastodon account": lambda s, v, i: s.get(v, f"/api/v1/accounts/{i}/statuses", limit=40),
    "mastodon home": lambda s, v, _: s.get(v, "/api/v1/timelines/home", limit=40),
    "mastodon search": lambda s, v, _: s.get(v, "/api/v2/search", q=WORD, type="statuses", limit=40),
    "friendica user": lambda s, v, i: s.get(v, "/api/statuses/user_timeline.json", user_id=i, count=40),
    "friendica home": lambda s, v, _: s.get(v, "/api/statuses/home_timeline.json", count=40),
    "friendica public": lambda s, v, _: s.get(v, "/api/statuses/public_timeline.json", count=40),
    "friendica network": lambda s, v, _: s.get(v, "/api/statuses/networkpublic_timeline.atom", count=40),
    "friendica mentions": lambda s, v, _: s.get(v, "/api/statuses/mentions.json", count=40),
    "friendica search": lambda s, v, _: s.get(v, "/api/search.json", q=WORD, count=40),
    "friendica lookup": lambda s, v, _: s.http.post(
        "/api/statuses/lookup.json", headers=s.bearer(v), data={"id": ",".join(map(str, s.said.values()))}
    ),
    "friendica people": lambda s, v, i: s.get(v, "/api/users/lookup.json", user_id=i),
    "friendica group": lambda s, v, i: s.get(v, f"/api/statusnet/groups/timeline/{i}.json", count=40),
    "friendica list": lambda s, v, i: listed(s, v, i),
    "groupsio messages": lambda s, v, i: s.get(v, "/api/v1/getmessages", group_id=i, limit=40),
    "groupsio search": lambda s, v, i: s.get(v, "/api/v1/searcharchives", group_id=i, q=WORD, limit=40),
    "groupsio topics": lambda s, v, i: s.get(v, "/api/v1/gettopics", group_id=i, limit=40),
    "web account": lambda s, v, i: s.page(v, f"/@{s.name_of(i)}"),
    "web search": lambda s, v, _: s.page(v, f"/search?q={WORD}"),
    "web front": lambda s, v, _: s.page(v, "/"),
}


@pytest.mark.parametrize("door", LISTS)
def test_no_list_shows_what_may_not_be_seen(stage: Stage, door: str) -> None:
    people = [stage.cast.ids[name] for name in ("ada", "dora", "emil")]
    ids = [*people, stage.cast.open_group, stage.cast.closed_group]
    shown_to_somebody = set[str]()
    for viewer in VIEWERS:
        for account_id in ids:
            answer = LISTS[door](stage, viewer, account_id)
            assert answer.status_code < 500, (door, viewer, answer.text[:300])
            for what, id_ in stage.said.items():
                if str(id_) in answer.text:
                    assert cell(stage, what, viewer), (door, viewer, what)
                    shown_to_somebody.add(what)
    assert shown_to_somebody, f"{door} shows nothing to anybody"


ACTS: dict[str, str] = {
    "favourite": "/api/v1/statuses/{id}/favourite",
    "reblog": "/api/v1/statuses/{id}/reblog",
    "bookmark": "/api/v1/statuses/{id}/bookmark",
    "mute": "/api/v1/statuses/{id}/mute",
    "pin": "/api/v1/statuses/{id}/pin",
}


@pytest.mark.parametrize("act", ACTS)
def test_no_act_on_what_may_not_be_seen(stage: Stage, act: str) -> None:
    for viewer in NAMES:
        unknown = stage.http.post(ACTS[act].format(id=UNKNOWN), headers=stage.bearer(viewer))
        assert unknown.status_code == 404
        for what, id_ in stage.said.items():
            if cell(stage, what, viewer):
                continue
            answer = stage.http.post(ACTS[act].format(id=id_), headers=stage.bearer(viewer))
            assert (answer.status_code, answer.content) == (404, unknown.content), (act, viewer, what)
            reply = stage.http.post(
                "/api/v1/statuses",
                headers=stage.bearer(viewer),
                json={"status": "hm", "in_reply_to_id": str(id_)},
            )
            assert reply.status_code == 404, (viewer, what, reply.text)
    likes = stage.server.store.read(
        lambda tx: reactions.who(
            tx,
            Viewer.system(),
            stage.said["closed_group"],
            reactions.Reaction.LIKE,
            limit=9,
            before=1 << 62,
            after=0,
        )
    )
    assert likes == []


def test_a_hidden_group_is_no_group(stage: Stage) -> None:
    for viewer in ("cleo", "emil", "fay"):
        hidden = stage.get(viewer, "/api/v1/getgroup", group_name="parlour")
        unknown = stage.get(viewer, "/api/v1/getgroup", group_name="nosuch")
        assert hidden.status_code == unknown.status_code == 400
        assert hidden.text.replace("parlour", "") == unknown.text.replace("nosuch", "")
        pages = [stage.page(viewer, path) for path in ("/@parlour", "/@nosuch")]
        assert [page.status_code for page in pages] == [404, 404]
