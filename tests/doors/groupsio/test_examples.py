"""The reference's example answers: every call answers with the same keys and kinds, in lists that are not empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.doors.groupsio.conftest import EXAMPLES, Client, Town, assert_like, example
from tests.doors.groupsio.test_attachments import TEXT, draft, send
from tests.doors.groupsio.test_feeds import furnish
from tests.doors.groupsio.test_sections_calendar import add
from tests.doors.groupsio.test_sections_databases import FULL, make, put
from tests.doors.groupsio.test_sections_files import send as send_file

ELSEWHERE = {
    "INDEX",
    "appleloginfinal",
    "appleloginstart",
    "authenticateloginlink",
    "facebookloginfinal",
    "facebookloginstart",
    "getbounceinfo",
    "getdeliveryinfo",
    "googleloginfinal",
    "googleloginstart",
}
"""Logins by others and the health of mail have tests of their own, which make what these calls tell of."""
CONTRADICTED = {"deletefile": None, "addfilelink": "getfile"}
"""Examples that show a list where the text promises something else: what is compared instead."""
SHORT = ("second_order", "query", "sort_field", "sort_dir")


def _calls(town: Town, alice: Client) -> dict[str, Callable[[], Any]]:
    here = {"group_name": "open"}

    def post(name: str, **form: Any) -> Callable[[], Any]:
        return lambda: _json(alice.post(name, **form))

    def get(name: str, **form: Any) -> Callable[[], Any]:
        return lambda: alice.ok(name, **form)

    def chat() -> Any:
        told = {**here, "subject": "Rye", "desc": "<p>x</p>", "announce": "0"}
        return alice.post("newchat", **told).json()

    def said() -> Any:
        found = chat()
        alice.post("newchatmessage", chat_id=found["id"], message="Hi")
        return alice.ok("getchathistory", chat_id=found["id"])

    def joined() -> Any:
        found = chat()
        alice.post("leavechat", chatsub_id=found["chat_sub"]["id"])
        return _json(alice.post("joinchat", chat_id=found["id"]))

    def answered() -> Any:
        event = add(alice, rsvp="true")
        return _json(alice.post("rsvp", event_id=event["id"], response="rsvp_yes"))

    def sent() -> Any:
        return _json(send(alice, draft(alice)["id"], TEXT))

    def attached() -> Any:
        found = draft(alice)["id"]
        send(alice, found, TEXT)
        return alice.ok("getattachments", draft_id=found)

    def rows() -> Any:
        table = make(town, name="Everything")
        put(town, table, "alice", **FULL)
        return alice.ok("getdatabaserows", database_id=table.id)

    def alias(then: str) -> Any:
        made = _json(alice.post("newgroupalias", **here, alias_name=f"{then}-too"))
        if then == "list":
            return alice.ok("getgroupaliases", **here)
        return (
            made if then == "made" else _json(alice.post("deletegroupalias", alias_group_name=f"{then}-too"))
        )

    def notice(change: bool) -> Any:
        form = {"name": "R", "type": "member_notice_removed", "subject": "S", "message": "<p>M</p>"}
        made = _json(alice.post("newmembernotice", **here, **form))
        return _json(alice.post("updatemembernotice", member_notice_id=made["id"])) if change else made

    file = {"link_type": "generic", "url": "https://example.org/", "parent_folder_id": 0}
    below = {"desc": "Those who bake with rye.", "privacy": "sub_group_privacy_none"}
    return {
        "_error": lambda: alice.get("getgroup", group_name="nowhere").json(),
        "_list_of_subscription": get("getsubs"),
        "_success": lambda: _json(alice.post("postdraft", draft_id=draft(alice)["id"])),
        "addfilelink": post("addfilelink", **here, file_name="link", **file),
        "addfiles": lambda: _json(send_file(alice, ("b.txt", b"Bread", "text/plain"))),
        "chatmembers": lambda: _json(alice.post("chatmembers", chatsub_id=chat()["chat_sub"]["id"])),
        "creategroup": post(
            "creategroup", group_name="new", desc="A new group.", privacy="group_privacy_none"
        ),
        "createsubgroup": post("createsubgroup", **here, sub_group_name="oats", **below),
        "deletefile": post("deletefile", **here, file_id=town.ids["file"]),
        "deletegroupalias": lambda: alias("gone"),
        "getactivitylog": get("getactivitylog", **here),
        "getattachments": attached,
        "getchathistory": said,
        "getchats": lambda: chat() and alice.ok("getchats", **here),
        "getdatabaserows": rows,
        "getdatabases": get("getdatabases", **here),
        "getdrafts": lambda: draft(alice) and alice.ok("getdrafts"),
        "getevent": lambda: alice.ok("getevent", event_id=add(alice)["id"]),
        "getevents": get("getevents", start="2020-01-01"),
        "getfeed": get("getfeed"),
        "getfile": get("getfile", **here, path="a.txt"),
        "getfiledirectory": get("getfiledirectory", **here),
        "getgroup": get("getgroup", **here),
        "getgroupaliases": lambda: alias("list"),
        "getmessagehistory": get("getmessagehistory", **here),
        "getmessages": get("getmessages", **here),
        "getperms": get("getperms", **here),
        "getsinglefeed": get("getsinglefeed", **here),
        "getsubgroups": get("getsubgroups", **here),
        "gettopic": get("gettopic", topic_id=town.ids["first"]),
        "gettopics": get("gettopics", **here),
        "joinchat": joined,
        "login": lambda: alice.log_in("alice", token="true"),
        "newchat": chat,
        "newdraft": post("newdraft", **here, draft_type="draft_type_post"),
        "newgroupalias": lambda: alias("made"),
        "newmembernotice": lambda: notice(False),
        "rsvp": answered,
        "searcharchives": get("searcharchives", **here, q="bread"),
        "searchfiles": get("searchfiles", **here, q="a"),
        "updatechat": lambda: _json(alice.post("updatechat", chat_id=chat()["id"], subject="Oats")),
        "updatedraft": lambda: draft(alice),
        "updategroup": post("updategroup", **here, footer="Bye"),
        "updatemembernotice": lambda: notice(True),
        "uploadattachments": sent,
    }


def _json(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json() if answer.content else None


def _full(answer: Any, wanted: Any, at: str) -> None:
    """Where the example's list has something, so has ours: an empty one says nothing of its entries."""
    for key in ("data", "topics", "chats", "photos", "wikis"):
        if isinstance(wanted, dict) and isinstance(answer, dict) and wanted.get(key):
            assert answer[key], f"{at}.{key} is empty"


def test_every_example_is_answered_alike(town: Town) -> None:
    alice = town.client("alice")
    furnish(town, alice)
    kept = send_file(alice, ("gone.txt", b"Gone", "text/plain")).json()["data"][0]
    town.ids["file"] = kept["id"]
    calls = _calls(town, alice)
    names = {path.stem for path in EXAMPLES.glob("*.json")}
    assert set(calls) == names - ELSEWHERE
    for name in sorted(calls):
        answer, wanted = calls[name](), example(name)
        if name in CONTRADICTED:
            other = CONTRADICTED[name]
            assert other is not None or answer is None, name
            wanted = example(other) if other else None
        if name == "_list_of_subscription":
            answer = {key: value for key, value in answer.items() if key not in SHORT}
            wanted["data"] = answer["data"]
        _full(answer, wanted, name)
        assert_like(answer, wanted, name)
