"""Every route of the Friendica and the Groups.io door, generated: each parameter that names something is given what may
not be seen, and is answered as for what is not there."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from PIL import Image
from tests.house.test_sight import UNKNOWN, WORD, Stage
from tests.house.test_sight_more import SECRET, shape
from tests.support.server import running_server

from folkmoot import doors
from folkmoot.domain.access import Archive, Audience, GroupRole, MemberPosting
from folkmoot.domain.groups import callbacks, groups, members
from folkmoot.domain.media import photos
from folkmoot.domain.people import circles
from folkmoot.domain.posts import draftbox, edits, posts, reactions
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.domain.sections import chats, events, lines, ownevents, wiki
from folkmoot.store.tx import Tx

DAY = 86_400_000
NOWHERE = "f" * 32
UNASKED = re.compile(r"/oauth|/login|login(start|final|link)|/logout|stream|registeruser|creategroup")
NO_NAMES = {
    "full_name",
    "start_msg_num",
    "alias_name",
    "alias_group_name",
    "slug",
    "name",
    "nickname",
    "since_id",
    "max_id",
    "min_id",
    "member_id",
    "place_id",
    "stringify_ids",
    "include_entities",
    "hide_media",
}
"""Bounds of pages, constants, switches, and names of what is to be made: they name nothing."""
FILLED = {
    "status": "hm", "text": "hm", "message": "hm", "body": "hm", "title": "hm", "subject": "hm", "desc": "hm",
    "name": "hm", "album": "Wall", "verb": "like", "start_time": "2031-01-01T10:00:00Z",
    "end_time": "2031-01-01T11:00:00Z", "emails": "x@cast.test", "draft_type": "draft_type_reply",
    "response": "rsvp_yes",
    "query": "hm", "q": WORD, "alt_text": "hm", "list_id": "LIST", "user_a": "ada",
    "source_id": "ADA", "understand": "true",
    "url": "https://page.test/", "link_type": "link", "file_name": "hm", "type": "guidelines", "gid": "LIST",
}  # fmt: skip
"""What else a call needs before it looks at what it is given."""


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (20, 90, 30)).save(out, "PNG")
    return out.getvalue()


def hidden_things(tx: Tx, stage: Stage, taken: photos.Taken) -> dict[str, Any]:
    """What no stranger knows of, by what it is."""
    ada, dora, group = stage.cast.viewer("ada"), stage.cast.viewer("dora"), stage.cast.closed_group
    members.put(tx, stage.cast.open_group, stage.cast.ids["cleo"], role=GroupRole.OWNER)
    circle = circles.create(tx, ada, "close ones")
    rights = photos.Rights(allow_people=f"<{stage.cast.ids['ben']}>")
    photo = photos.create(tx, ada, taken, album="Wall", description=SECRET, rights=rights, door="friendica")
    told = Draft(text=SECRET, audience=int(Audience.DIRECT), to=[dora.account_id], closed=True)
    message = posts.write(tx, ada, told).id
    chat = chats.add(tx, ada, group, chats.NewChat(subject=SECRET, description=f"<p>{SECRET}</p>"))
    seat = chats.join(tx, dora, chat.id)
    lines.say(tx, dora, chat.id, SECRET)
    page, _ = wiki.add(tx, ada, group, wiki.Text(title=SECRET, source=f"<p>{SECRET}</p>"))
    when = {"starts_at": tx.now + DAY, "ends_at": tx.now + 2 * DAY}
    event = events.add(tx, ada, group, events.NewEvent(name=SECRET, **when))
    own = ownevents.add(tx, ada, events.NewEvent(name=SECRET, **when))
    draft = draftbox.new(tx, dora, group, "draft_type_post", subject=SECRET)
    reactions.react(tx, dora, stage.said["closed_group"], Reaction.LIKE)
    hook = callbacks.add(tx, ada, group, "https://page.test/hook")
    commons = stage.cast.open_group
    said = Draft(text="soon gone", audience=int(Audience.GROUP), group_id=commons, title="Gone")
    gone = posts.write(tx, ada, said).id
    edits.delete(tx, ada, gone)
    members.put(tx, commons, dora.account_id, posting=int(MemberPosting.MODERATED))
    waits = posts.write(
        tx, dora, Draft(text="may I", audience=int(Audience.GROUP), group_id=commons, title="A wish")
    )
    assert waits.held
    member = members.get(tx, group, dora.account_id)
    assert member is not None
    return {
        "group": group, "closed_group": stage.said["closed_group"], "direct": message, "held": stage.said["held"],
        "photo": photo.resource, "photo_id": photo.id, "chat": chat.id, "seat": seat.id,
        "page": page.id, "event": event.id, "own_event": own.id, "circle": circle.id, "hook": hook.id,
        "member": member.id, "draft": draft.id,
        "gone": gone, "deleted": stage.said["deleted"], "waits": waits.id,
    }  # fmt: skip


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """On SQLite alone: that the rule itself holds on both databases is asked in test_sight."""
    with running_server(tmp_path_factory.mktemp("house"), worker=False, rate_limits=False) as server:
        stage = Stage(server)
        taken = photos.take(server.house.blobs, server.settings, picture(), "image/png", "a.png")
        stage.besides = server.store.write(lambda tx: hidden_things(tx, stage, taken))
        yield stage


def calls() -> list[tuple[str, str, list[str]]]:
    """(method, path, parameters) of each call once: no aliases, other formats nor old addresses."""
    found: dict[tuple[str, str], tuple[str, str, list[str]]] = {}
    for part in doors.load():
        for route in part.door.table if part.door.name in ("friendica", "groupsio") else ():
            if route.ask is None or UNASKED.search(route.path) or route.method == "WEBSOCKET":
                continue
            method = "POST" if route.method == "*" else route.method
            fields = [field.encode_name for field in msgspec.structs.fields(route.ask)]
            found.setdefault((part.door.name, route.ask.__name__), (method, route.path, fields))
    assert len(found) > 200, "the table of routes is not what it was"
    return list(found.values())


def names_something(field: str) -> bool:
    last = r"(^|_)(ids?|uid|gid|cids?|num|ur[il]|user|allow|deny|to|a|b|screen_name|group_name|json|folder|path)$"
    others = ("profileurl", "groupid", "subgroupids", "subgroupnames", "replyto", "friendica_parenturi")
    return field not in NO_NAMES and bool(re.search(last, field) or field in others)


def hide(value: object, field: str, base: str) -> str:
    """A thing as the parameter has it."""
    if field in ("url", "profileurl", "uri", "friendica_parenturi"):
        return f"{base}/mail/{value}" if "uri" in field else f"{base}/@ada/{value}"
    return f'{{"user": [{{"cid": {value}}}]}}' if field == "json" else str(value)


class Asking:
    """One stranger, with a list and ids of their own where a call needs one."""

    def __init__(self, stage: Stage, viewer: str) -> None:
        self.stage, self.viewer, self.n = stage, viewer, 0
        form = {"name": f"of {viewer} {secrets.token_hex(3)}"}
        made = stage.http.post("/api/lists/create.json", headers=stage.bearer(viewer), data=form)
        self.words = {"LIST": str(made.json()["id_str"]), "ADA": str(stage.cast.ids["ada"])}

    def ask(
        self, method: str, path: str, fields: list[str], several: list[str], thing: object
    ) -> tuple[Any, ...]:
        """The answer where *several* of the fields of a call are given this thing, without what moves."""
        self.n += 1
        values = {field: FILLED[field] for field in fields if field in FILLED}
        values = {field: self.words.get(value, value) for field, value in values.items()}
        if path.endswith("destroy"):
            values.pop("list_id", None)
        values |= {field: f"hm{self.n}x" for field in ("name", "nickname") if field in fields}
        if path.startswith("/api/v1/") and "group_id" in fields:
            values["group_id"] = str(self.stage.cast.open_group)
        values |= {field: hide(thing, field, self.stage.server.url) for field in several}
        path = re.sub(r"\{(\w+)\}", lambda found: values.pop(found[1], "1"), path)
        how = {"data": values} if method in ("POST", "PUT") else {"params": values}
        answer = self.stage.http.request(method, path, headers=self.stage.bearer(self.viewer), **how)
        assert answer.status_code < 500 or answer.status_code == 501, (
            method,
            path,
            values,
            answer.text[:300],
        )
        status, body, headers = shape(answer, thing, f"hm{self.n}x")
        return status, MOVING.sub("", body), [(k, MOVING.sub("", v)) for k, v in headers]


MOVING = re.compile(
    r'"(id|id_str|created_at|updated_at|created|updated|edited|timestamp|time|modified|gid|uri|url|external_url|key|'
    r'conversation_id|statusnet_conversation_id|completed_in|event_id)":("[^"]*"|[\d.]+)'
)
"""What a call made, which goes on from one call to the next."""


def test_hidden_things_are_in_no_list(stage: Stage) -> None:
    """No list of either door, asked by a stranger, holds a word of what is hidden. First of all, as the others say and
    make things that hold the ids."""
    wrong, asked = [], 0
    for viewer in ("cleo", "fay"):
        for method, path, fields in calls():
            if method != "GET" and "list" not in path and not path.endswith(("timeline", "search")):
                continue
            ada = stage.cast.ids["ada"]
            given = {
                "group_id": stage.cast.open_group, "user_id": ada, "q": SECRET[:5], "count": 80,
                "searchstring": SECRET[:4], "screen_name": "ada", "id": ada, "limit": 40,
            }  # fmt: skip
            named = {field: value for field, value in given.items() if field in fields}
            filled = re.sub(r"\{\w+\}", "ada", path)
            answer = stage.http.request(method, filled, headers=stage.bearer(viewer), params=named)
            asked += 1
            text = answer.text.replace(filled, "")
            leaks = [k for k, v in stage.besides.items() if str(v) in text]
            if viewer == "cleo":
                leaks = [k for k in leaks if k != "waits"]  # she owns that group
            leaks += [word for word in (SECRET, "parlour") if word in text]
            if leaks:
                wrong.append((viewer, filled, leaks, text[:200]))
    assert asked > 200
    assert not wrong, "\n".join(str(w)[:400] for w in wrong)


@pytest.mark.parametrize("viewer", ["cleo", "fay"])
def test_every_parameter_of_every_call(stage: Stage, viewer: str) -> None:
    """Given a thing that is hidden, each parameter alone and all that name something together are answered alike."""
    hidden = {k: v for k, v in stage.besides.items() if k != "photo"}
    if viewer == "fay":
        hidden = {k: hidden[k] for k in ("group", "closed_group", "chat", "page", "waits")}
    else:
        del hidden["waits"]  # she owns that group
    asking, wrong = Asking(stage, viewer), []
    for method, path, fields in calls():
        named = [field for field in fields if names_something(field)]
        for several in [[field] for field in named] + (
            [named] if len(named) > 1 and viewer == "cleo" else []
        ):
            wanted = asking.ask(method, path, fields, several, UNKNOWN)
            for what, thing in hidden.items():
                answer = asking.ask(method, path, fields, several, thing)
                if answer != wanted:
                    wrong.append((f"{method} {path} {several}", what, answer[:2], wanted[:2]))
    assert asking.n > 1000
    assert not wrong, "\n".join(str(w)[:700] for w in wrong[:20])


def test_what_is_hidden_takes_no_longer(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many statements as for what is not there: each field once among the calls of a kind."""
    heard, execute = [0], Tx._execute

    def overheard(tx: Tx, text: str, values: Any) -> Any:
        heard[0] += 1
        return execute(tx, text, values)

    def dearest(asking: Asking, path: str, fields: list[str], field: str) -> tuple[int, int]:
        counts = []
        things = (
            v for k, v in stage.besides.items() if k not in ("photo", "waits")
        )  # no number; a group of hers
        for thing in (UNKNOWN, UNKNOWN + 1, *things):  # the first wakes caches
            heard[0] = 0
            asking.ask("GET", path, fields, [field], thing)
            counts.append(heard[0])
        return max(counts[2:]), counts[1]

    monkeypatch.setattr(Tx, "_execute", overheard)
    asking, kinds = Asking(stage, "cleo"), {}  # which writes, so that no answer stands from before
    for path, fields in (call[1:] for call in calls() if call[0] == "GET"):
        kinds |= {(path.split("/")[2:4][-1][:4], f): (path, fields) for f in fields if names_something(f)}
    for (_, field), call in kinds.items():
        most, nothing = dearest(asking, *call, field)
        if most != nothing:  # the server wrote down who was there meanwhile, or ran a slow read again
            most, nothing = dearest(Asking(stage, "cleo"), *call, field)
        assert most == nothing, (call[0], field)


NAMED = (
    ("GET", "/api/v1/getgroup?group_name=NAME"),
    ("GET", "/api/v1/getchats?group_name=NAME"),
    ("GET", "/api/v1/getwikipages?group_name=NAME"),
    ("GET", "/api/v1/getsinglefeed?group_name=NAME"),
    ("GET", "/api/v1/getmessagehistory?group_name=NAME"),
    ("GET", "/api/v1/downloadarchives?group_name=NAME"),
    ("GET", "/api/v1/getdeliveryinfo?group_name=NAME"),
    ("POST", "/api/v1/newchat?group_name=NAME&subject=hm&desc=hm"),
    ("POST", "/api/v1/newwikipage?group_name=NAME&title=hm&body=hm"),
    ("POST", "/api/v1/joingroup?group_name=NAME"),
    ("GET", "/api/statusnet/groups/timeline/NAME.json"),
    ("GET", "/api/statusnet/groups/timeline/NAME.atom"),
    ("GET", "/api/statusnet/groups/show/NAME.xml"),
    ("POST", "/api/statusnet/groups/join/NAME.json"),
    ("GET", "/api/statusnet/groups/is_member.json?id=NAME&user_id=ADA"),
    ("GET", "/api/users/show/NAME.json"),
    ("GET", "/api/users/show.json?profileurl=BASE/@NAME"),
    ("GET", "/api/users/lookup.json?screen_name=NAME"),
    ("GET", "/api/users/search.json?q=NAME"),
    ("GET", "/api/users/profile_image/NAME"),
    ("GET", "/api/users/profile_banner.json?screen_name=NAME"),
    ("GET", "/api/friends/ids/NAME.json"),
    ("GET", "/api/friendships/show.json?source_screen_name=ada&target_screen_name=NAME"),
    ("GET", "/api/friendships/exists.json?screen_name_a=ada&screen_name_b=NAME"),
    ("POST", "/api/friendships/create/NAME.json"),
    ("POST", "/api/blocks/create.json?screen_name=NAME"),
    ("POST", "/api/users/report_spam.json?screen_name=NAME"),
    ("GET", "/api/search.json?q=from:NAME"),
    ("GET", "/api/direct_messages.json?screen_name=NAME"),
    ("POST", "/api/direct_messages/new.json?screen_name=NAME&text=hm"),
    ("GET", "/api/favorites.json?screen_name=NAME"),
    ("GET", "/api/statuses/user_timeline.xml?screen_name=NAME"),
    ("GET", "/@NAME/chats"),
    ("GET", "/@NAME/wiki"),
    ("GET", "/@NAME/wiki/new"),
    ("GET", "/@NAME/webhooks"),
)
"""Where a group is named; the hidden one is called as long as that which nobody has."""


@pytest.mark.parametrize("viewer", ["nobody", "cleo", "fay"])
def test_every_name_of_a_hidden_group(stage: Stage, viewer: str) -> None:
    wrong = []
    for method, path in NAMED:
        answers = []
        for name in ("parlour", "nosuchx"):
            filled = path.replace("NAME", name).replace("BASE", stage.server.url)
            filled = filled.replace("ADA", str(stage.cast.ids["ada"]))
            headers = stage.cookies[viewer] if path.startswith("/@") else stage.bearer(viewer)
            answer = stage.http.request(method, filled, headers=headers)
            assert answer.status_code < 500 or answer.status_code == 501, (filled, answer.text[:200])
            answers.append(shape(answer, name))
        if answers[0] != answers[1]:
            wrong.append((method, path, answers[0][:2], answers[1][:2]))
    assert not wrong, "\n".join(str(w)[:500] for w in wrong)


PAGES = (
    "/photo/{photo}-0.png", "/photo/{photo}-1.png", "/photo/{photo}-6.png", "/@commons/chats/{chat}",
    "/@parlour/chats/{chat}", "/@commons/wiki/{page}", "/@parlour/wiki/{page}", "/@parlour/wiki/{page}/history",
    "/@parlour/wiki/{page}/edit", "/events/{event}", "/events/{own_event}", "/mail/{direct}", "/display/{direct}",
    "/api/v1/chatstream?chat_id={chat}", "/v1/chatstream?chat_id={chat}",
)  # fmt: skip
"""Pages and files under addresses of their own."""


@pytest.mark.parametrize("viewer", ["nobody", "cleo", "fay"])
def test_every_page_of_what_is_hidden(stage: Stage, viewer: str) -> None:
    wrong, nowhere = [], dict.fromkeys(stage.besides, UNKNOWN) | {"photo": NOWHERE}
    for path in PAGES:
        answers = []
        for things in (stage.besides, nowhere):
            headers = stage.bearer(viewer) | (stage.cookies[viewer] if not path.startswith("/api") else {})
            answer = stage.http.get(path.format(**things), headers=headers)
            assert answer.status_code in (303, 400, 401, 403, 404), (path, answer.status_code)
            answers.append(shape(answer, *things.values()))
        if answers[0] != answers[1]:
            wrong.append((path, answers[0][:2], answers[1][:2]))
    assert not wrong, "\n".join(str(w)[:500] for w in wrong)


def test_who_may_see_does_see(stage: Stage) -> None:
    """The same things are there for those whom they are for: the addresses of this file are right."""
    for path in PAGES[:2] + PAGES[4:5] + PAGES[6:8]:
        if "-1.png" in path:
            continue
        viewer = "ben" if "photo" in path else "dora"
        headers = stage.bearer(viewer) if "photo" in path else stage.cookies[viewer]
        answer = stage.http.get(path.format(**stage.besides), headers=headers)
        assert answer.status_code == 200, (path, answer.status_code)


def test_who_is_in_a_group_is_told_as_the_group_tells_it(stage: Stage) -> None:
    """A group that all may know, its members for its owners alone: no call tells a stranger that dora is in it."""

    def found(tx: Tx) -> int:
        new = groups.NewGroup(
            name="lodge", description="Known, but closed to all.", archive=int(Archive.MEMBERS)
        )
        id_ = groups.create(tx, stage.cast.viewer("ada"), new)
        members.put(tx, id_, stage.cast.ids["dora"])
        return id_

    group = stage.server.store.write(found)
    wrong = []
    for path in (
        "/api/friendships/show.json?source_screen_name=NAME&target_screen_name=lodge",
        "/api/friendships/show.json?source_screen_name=lodge&target_screen_name=NAME",
        "/api/friendships/exists.json?screen_name_a=NAME&screen_name_b=lodge",
        "/api/statusnet/groups/is_member.json?id=lodge&screen_name=NAME",
        "/api/statusnet/groups/list/NAME.json",
        "/api/statusnet/groups/membership/lodge.json",
        "/api/friends/ids/NAME.json",
        "/api/followers/ids.json?screen_name=lodge",
        "/api/statuses/friends/NAME.json",
        "/api/statuses/followers.json?screen_name=lodge",
    ):
        told = [stage.get("cleo", path.replace("NAME", name)) for name in ("dora", "hana")]
        bare = [
            answer.text.replace(str(stage.cast.ids[name]), "ID")
            .replace(name, "NAME")
            .replace(name.title(), "NAME")
            for answer, name in zip(told, ("dora", "hana"), strict=True)
        ]
        listed = f'"id":{group}' in told[0].text or f"[{group}" in told[0].text
        if path.startswith(("/api/friendships", "/api/statusnet/groups/is_member")):
            listed = bare[0] != bare[1]
        elif "lodge" in path:
            listed = str(stage.cast.ids["dora"]) in told[0].text
        if listed or told[0].status_code >= 500:
            wrong.append((path, bare[0][:300], bare[1][:300]))
    assert not wrong, "\n".join(map(str, wrong))
