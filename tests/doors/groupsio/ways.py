"""Every call of the contract with parameters that its owner may send, made anew for each try."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.doors.groupsio.conftest import Client, Town
from tests.doors.groupsio.test_sections_databases import make, put

from folkmoot.domain.access import Membership
from folkmoot.domain.groups import members
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson

CONTRACT: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "contracts" / "groupsio.json").read_text(encoding="utf-8")
)
CALLS: dict[str, dict[str, Any]] = {each["name"]: each for each in CONTRACT["endpoints"]}
ELSEWHERE = frozenset(
    {
        *("login", "logout", "sendloginlink", "authenticateloginlink", "registeruser"),
        *(f"{who}login{when}" for who in ("facebook", "google", "apple") for when in ("start", "final")),
    }
)
"""Ways in and out, which have tests of their own."""
FILES = frozenset({"uploadattachments", "addfiles"})
_numbers = itertools.count(1)


class Ways:
    """Parameters for calls about a group of alice's, sent by her; *topic* is one of its threads."""

    def __init__(self, town: Town, group: str = "open", topic: str = "first") -> None:
        self.town = town
        self.group, self.topic = group, topic
        self.alice: Client = town.client("alice")
        self.here = {"group_id": town.ids[group]}
        self.table = make(town, group=group, name=f"Table {next(_numbers)}")
        put(town, self.table, "alice")

    def json(self, name: str, /, **form: Any) -> Any:
        answer = self.alice.post(name, **form)
        assert answer.status_code == 200, (name, answer.text)
        return answer.json()

    def newcomer(self, status: Membership = Membership.NORMAL) -> int:
        """The membership of somebody who was never here."""
        name = f"guest{next(_numbers)}"
        new = NewPerson(name=name, address=f"{name}@example.org", password_hash="x", confirmed=True)
        account = self.town.do(lambda tx: accounts.add_person(tx, new))
        found: int = self.town.do(
            lambda tx: members.put(tx, self.town.ids[self.group], account, status=status)
        )
        return found

    def draft(self) -> int:
        made = self.json("newdraft", **self.here, draft_type="draft_type_post")
        self.json("updatedraft", draft_id=made["id"], subject="Rye", body="<p>Bread</p>")
        found: int = made["id"]
        return found

    def chat(self) -> Any:
        return self.json("newchat", **self.here, subject="Rye", desc="<p>x</p>", announce="false")

    def event(self) -> int:
        told = {"start_time": "2031-01-01T10:00:00Z", "end_time": "2031-01-01T11:00:00Z", "rsvp": "true"}
        found: int = self.json("addevent", **self.here, name="Baking", **told)["id"]
        return found

    def page(self) -> int:
        title = f"Page {next(_numbers)}"
        found: int = self.json("newwikipage", **self.here, title=title, body="<p>x</p>")["page"]["id"]
        return found

    def notice(self) -> int:
        told = {"name": "R", "type": "member_notice_removed", "subject": "S", "message": "<p>M</p>"}
        found: int = self.json("newmembernotice", **self.here, **told)["id"]
        return found

    def link(self) -> int:
        name = f"link{next(_numbers)}"
        told = {"link_type": "generic", "url": "https://example.org/", "parent_folder_id": 0}
        found: int = self.json("addfilelink", **self.here, file_name=name, **told)["id"]
        return found

    def alias(self) -> str:
        name = f"also-{next(_numbers)}"
        self.json("newgroupalias", **self.here, alias_name=name)
        return name

    def attachment(self) -> dict[str, int]:
        draft = self.draft()
        sent = self.alice.http.post(
            "/api/v1/uploadattachments",
            data={"draft_id": draft, "csrf": self.alice.csrf},
            files=[("fileupload", ("a.txt", b"Rye", "text/plain"))],
        ).json()
        return {"draft_id": draft, "attachment_id": sent["data"][0]["id"]}

    def made(self) -> str:
        name = f"made-{next(_numbers)}"
        self.json("creategroup", group_name=name, desc="A group to be ended.", privacy="group_privacy_none")
        return name

    def of(self, name: str) -> dict[str, Any]:
        """Parameters of one try of the call."""
        own: dict[str, Callable[[], dict[str, Any]]] = {
            "gettopic": lambda: {"topic_id": self.town.ids[self.topic]},
            "getmessage": lambda: {**self.here, "msg_num": 1},
            "searcharchives": lambda: {**self.here, "q": "bread"},
            "newchat": lambda: {**self.here, "subject": "Rye", "desc": "x", "announce": "0"},
            "updatechat": lambda: {"chat_id": self.chat()["id"], "subject": "Oats"},
            "deletechat": lambda: {"chat_id": self.chat()["id"]},
            "joinchat": self._left_chat,
            "chatmembers": lambda: {"chatsub_id": self.chat()["chat_sub"]["id"]},
            "leavechat": lambda: {"chatsub_id": self.chat()["chat_sub"]["id"]},
            "getchathistory": lambda: {"chat_id": self.chat()["id"]},
            "getdatabaserows": lambda: {"database_id": self.table.id},
            "newdraft": lambda: {**self.here, "draft_type": "draft_type_post"},
            "updatedraft": lambda: {"draft_id": self.draft(), "subject": "Oats"},
            "deletedraft": lambda: {"draft_id": self.draft()},
            "uploadattachments": lambda: {"draft_id": self.draft()},
            "getattachments": lambda: {"draft_id": self.draft()},
            "deleteattachment": self.attachment,
            "postdraft": lambda: {"draft_id": self.draft()},
            "getevent": lambda: {"event_id": self.event()},
            "getevents": lambda: {"start": "2020-01-01"},
            "rsvp": lambda: {"event_id": self.event(), "response": "rsvp_yes"},
            "addfiles": lambda: {**self.here, "parent_folder_id": 0},
            "addfilelink": self._new_link,
            "getfile": self._file,
            "searchfiles": lambda: {**self.here, "q": "link"},
            "deletefile": lambda: {**self.here, "file_id": self.link()},
            "creategroup": lambda: {
                "group_name": f"made-{next(_numbers)}", "desc": "A new group.", "privacy": "group_privacy_none",
            },
            "createsubgroup": lambda: {
                **self.here, "sub_group_name": f"sub-{next(_numbers)}", "desc": "A group within.",
                "privacy": "sub_group_privacy_none",
            },
            "updategroup": lambda: {**self.here, "footer": f"Bye {next(_numbers)}"},
            "deletegroup": lambda: {"group_name": self.made(), "understand": "I understand"},
            "newgroupalias": lambda: {**self.here, "alias_name": f"also-{next(_numbers)}"},
            "deletegroupalias": lambda: {"alias_group_name": self.alias()},
            "enterpriseinfo": lambda: {"domain": self.town.house.settings.domain},
            "newmembernotice": lambda: {
                **self.here, "name": "R", "type": "member_notice_removed", "subject": "S", "message": "<p>M</p>",
            },
            "updatemembernotice": lambda: {"member_notice_id": self.notice(), "name": "Other"},
            "deletemembernotice": lambda: {"member_notice_id": self.notice()},
            "getmember": lambda: {**self.here, "member_info_id": self.newcomer()},
            "searchmembers": lambda: {**self.here, "q": "bob"},
            "updatemember": lambda: {**self.here, "member_info_id": self.newcomer(), "full_name": "G"},
            "approvemember": lambda: {**self.here, "member_info_id": self.newcomer(Membership.PENDING)},
            "banmember": lambda: {**self.here, "member_info_id": self.newcomer()},
            "unbanmember": lambda: {**self.here, "member_info_id": self.newcomer(Membership.BANNED)},
            "removemember": lambda: {**self.here, "member_info_id": self.newcomer()},
            "bulkremovemembers": lambda: {**self.here, "emails": "nobody@example.org"},
            "directadd": lambda: {**self.here, "emails": f"new{next(_numbers)}@example.org"},
            "invite": lambda: {**self.here, "emails": f"new{next(_numbers)}@example.org"},
            "sendbounceprobe": lambda: {**self.here, "member_info_id": self.newcomer()},
            "sendconfirmation": lambda: {**self.here, "member_info_id": self.newcomer()},
            "updateuser": lambda: {"full_name": "Alice"},
            "updateprofile": lambda: {"full_name": "Alice"},
            "addevent": lambda: {
                **self.here, "name": "Baking", "start_time": "2031-01-01T10:00:00Z",
                "end_time": "2031-01-01T11:00:00Z",
            },
            "updateevent": lambda: {**self.here, "event_id": self.event(), "name": "Milling"},
            "deleteevent": lambda: {**self.here, "event_id": self.event()},
            "getwikipageset": lambda: {**self.here, "id": self.page()},
            "newwikipage": lambda: {**self.here, "title": f"Page {next(_numbers)}", "body": "<p>x</p>"},
            "updatewikipage": lambda: {**self.here, "id": self.page(), "body": "<p>y</p>"},
            "deletewikipage": lambda: {**self.here, "id": self.page()},
        }  # fmt: skip
        if name in own:
            return own[name]()
        known = {each["name"] for each in CALLS[name]["params"]}
        return dict(self.here) if "group_id" in known else {}

    def _left_chat(self) -> dict[str, Any]:
        chat = self.chat()
        self.alice.post("leavechat", chatsub_id=chat["chat_sub"]["id"])
        return {"chat_id": chat["id"]}

    def _new_link(self) -> dict[str, Any]:
        told = {"link_type": "generic", "url": "https://example.org/", "parent_folder_id": 0}
        return {**self.here, "file_name": f"link{next(_numbers)}", **told}

    def _file(self) -> dict[str, Any]:
        file = self.link()
        listed = self.alice.ok("getfiledirectory", **self.here, limit=100)["data"]
        return {
            **self.here,
            "path": next(f"{each['path']}/{each['name']}" for each in listed if each["id"] == file),
        }


HINDERED = {"sendbounceprobe": "user not bouncing", "sendconfirmation": "user already confirmed"}
"""Calls that a healthy confirmed address refuses, and the extra."""


def files_of(name: str) -> list[tuple[str, tuple[str, bytes, str]]] | None:
    """What a call that takes a file is sent."""
    if name not in FILES:
        return None
    return [("fileupload", (f"f{next(_numbers)}.txt", b"Rye", "text/plain"))]
