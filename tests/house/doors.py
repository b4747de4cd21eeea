"""Each door as its users know it: the real client, saying something and reading a thread."""

from __future__ import annotations

import re
import smtplib
import subprocess
import time
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Protocol
from xml.etree import ElementTree

import httpx2
from mastodon import Mastodon
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from tests.cast import PASSWORD
from tests.support.server import Running

from folkmoot.domain.people import logins


@dataclass(frozen=True)
class Line:
    """A post as a door shows it: its id, and the words of it."""

    id: int
    text: str


class DoorUser(Protocol):
    """Somebody who comes in by one door."""

    def say(self, text: str, *, title: str = "", answer_to: int | None = None) -> None:
        """Say something to the group, or in answer to a post."""

    def thread(self, post_id: int) -> list[Line]:
        """The thread that the post is in, oldest first."""


class ByMastodon:
    """The real Mastodon.py with a token."""

    def __init__(self, server: Running, name: str, account_id: int, group: str) -> None:
        _, token = server.store.write(
            lambda tx: logins.issue_token(
                tx, account_id=account_id, app_id=None, scopes="read write follow push"
            )
        )
        self.token = token
        self.group = group
        self.api = Mastodon(access_token=token, api_base_url=server.url, version_check_mode="none")

    def say(self, text: str, *, title: str = "", answer_to: int | None = None) -> None:
        self.api.status_post(text if answer_to else f"@{self.group} {text}", in_reply_to_id=answer_to)

    def thread(self, post_id: int) -> list[Line]:
        context = self.api.status_context(post_id)
        found = [*context["ancestors"], self.api.status(post_id), *context["descendants"]]
        lines = [Line(int(s["id"]), HTMLParser(s["content"]).text(separator=" ")) for s in found]
        return sorted(lines, key=lambda line: line.id)


class ByFriendica:
    """curl with Basic authentication, XML for writing and JSON for reading."""

    def __init__(self, server: Running, name: str, account_id: int, group: str) -> None:
        self.base = f"{server.url}/api"
        self.user = f"{name}:{PASSWORD}"
        self.group = group

    def _curl(self, *arguments: str) -> bytes:
        done = subprocess.run(
            ["curl", "-sS", "--fail-with-body", "-u", self.user, *arguments], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def say(self, text: str, *, title: str = "", answer_to: int | None = None) -> None:
        fields = ["--data-urlencode", f"status={text if answer_to else f'@{self.group} {text}'}"]
        if answer_to:
            fields += ["-d", f"in_reply_to_status_id={answer_to}"]
        root = ElementTree.fromstring(self._curl(f"{self.base}/statuses/update.xml", *fields))
        assert root.tag.endswith("status")

    def thread(self, post_id: int) -> list[Line]:
        import json

        found = json.loads(self._curl(f"{self.base}/conversation/show.json?id={post_id}&count=100"))
        return [Line(s["id"], s["text"]) for s in reversed(found)]


class ByGroupsIo:
    """A Groups.io script: token login, then drafts."""

    def __init__(self, server: Running, name: str, account_id: int, group: str) -> None:
        self.group = group
        self.http = httpx2.Client(base_url=f"{server.url}/api/v1", verify=False)
        answer = self.http.post(
            "/login", data={"email": f"{name}@cast.test", "password": PASSWORD, "token": "true"}
        )
        assert answer.status_code == 200, answer.text
        self.http.auth = (answer.json()["token"], "")

    def _call(self, call: str, **values: Any) -> Any:
        answer = self.http.post(f"/{call}", data=values)
        assert answer.status_code == 200, (call, answer.text)
        return answer.json()

    def say(self, text: str, *, title: str = "", answer_to: int | None = None) -> None:
        kind = (
            {"draft_type": "draft_type_reply", "message_id": answer_to}
            if answer_to
            else {"draft_type": "draft_type_post"}
        )
        draft = self._call("newdraft", group_name=self.group, **kind)
        subject = {} if answer_to else {"subject": title or "A subject"}
        self._call("updatedraft", draft_id=draft["id"], body=f"<p>{text}</p>", **subject)
        done = self._call("postdraft", draft_id=draft["id"])
        assert done == {"object": "success", "extra": ""} or done["object"] == "success"

    def thread(self, post_id: int) -> list[Line]:
        group = self._call("getgroup", group_name=self.group)
        token, topic = 0, None
        while topic is None:
            page = self._call("getmessages", group_id=group["id"], limit=100, page_token=token)
            topic = next((m["topic_id"] for m in page["data"] if m["id"] == post_id), None)
            token = page["next_page_token"]
            assert topic is not None or token, "the message is in no page"
        found = self._call("gettopic", topic_id=topic, limit=100)["data"]
        lines = [
            Line(m["id"], HTMLParser(m["body"] + m.get("quoted", "")).text(separator=" ")) for m in found
        ]
        return sorted(lines, key=lambda line: line.id)


class ByMail:
    """A mail program: LMTP in; the thread is what arrived in the mailbox."""

    def __init__(self, server: Running, name: str, account_id: int, group: str, mailbox: list[Any]) -> None:
        self.server = server
        self.address = f"{name}@cast.test"
        self.to = f"{group}@{server.settings.list_domain}"
        self.mailbox = mailbox

    def mine(self) -> list[EmailMessage]:
        """Mail that came to this person."""
        return [mail for to, mail in self.mailbox if to == self.address]

    def say(self, text: str, *, title: str = "", answer_to: int | None = None) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = self.address, self.to
        mail["Message-ID"] = f"<{time.time_ns()}@cast.test>"
        if answer_to:
            original = next(m for m in self.mine() if str(answer_to) in str(m["Archived-At"]))
            mail["Subject"] = "Re: " + str(original["Subject"]).removeprefix("Re: ")
            mail["In-Reply-To"] = original["Message-ID"]
            mail["References"] = f"{original.get('References', '')} {original['Message-ID']}".strip()
        else:
            mail["Subject"] = title or "A subject"
        mail.set_content(text + "\n")
        with smtplib.LMTP("127.0.0.1", self.server.lmtp_port) as lmtp:
            lmtp.sendmail(self.address, [self.to], mail.as_bytes())

    def thread(self, post_id: int) -> list[Line]:
        lines = []
        for mail in self.mine():
            body = mail.get_body(("plain",))
            found = re.search(r"(\d{10,})", str(mail["Archived-At"]).rsplit("/", 1)[-1])
            assert body is not None
            assert found is not None
            lines.append(Line(int(found.group(1)), body.get_content()))
        return sorted(lines, key=lambda line: line.id)


class ByWeb:
    """A browser without JavaScript: cookies, forms, pages."""

    def __init__(self, server: Running, name: str, account_id: int, group: str) -> None:
        self.http = httpx2.Client(base_url=server.url, follow_redirects=True, verify=False)
        self.group = group
        page = self.http.get("/login")
        answer = self._submit(page, "/login", {"who": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        assert "log out" in answer.text.lower()

    def _submit(self, page: httpx2.Response, action: str, values: dict[str, str]) -> httpx2.Response:
        for form in HTMLParser(page.text).css("form"):
            if (form.attributes.get("action") or "").partition("?")[0].endswith(action):
                fields = {
                    str(i.attributes["name"]): i.attributes.get("value") or ""
                    for i in form.css("input[name]")
                    if i.attributes.get("type") not in ("checkbox", "radio", "file")
                }
                fields |= {str(t.attributes["name"]): t.text() for t in form.css("textarea[name]")}
                for select in form.css("select[name]"):
                    chosen = select.css_first("option[selected]") or select.css_first("option")
                    if chosen is not None:
                        fields[str(select.attributes["name"])] = chosen.attributes.get("value") or ""
                unknown = {k: v for k, v in values.items() if k in fields}
                return self.http.post(str(form.attributes["action"]), data={**fields, **unknown})
        raise AssertionError(f"no form for {action} on {page.url}")

    def _thread_with(self, post_id: int) -> httpx2.Response:
        """The thread of the group's page that shows the post."""
        group = self.http.get(f"/@{self.group}")
        assert group.status_code == 200
        for path in dict.fromkeys(re.findall(r'href="(/t/\d+)', group.text)):
            page = self.http.get(path)
            if any(str(post_id) in str(a.attributes["id"]) for a in HTMLParser(page.text).css("article[id]")):
                return page
        raise AssertionError("no thread of the group shows the post")

    def say(self, text: str, *, title: str = "", answer_to: int | None = None) -> None:
        if answer_to:
            page = self.http.get(self._thread_with(answer_to).url.path, params={"to": answer_to})
            forms = [f for f in HTMLParser(page.text).css("form") if f.css_first("textarea[name]")]
            action = next(
                str(f.attributes["action"]) for f in forms if "reply" in str(f.attributes["action"])
            )
            values = {"text": text, "parent": str(answer_to), "parent_id": str(answer_to)}
        else:
            page, action = self.http.get(f"/compose?group={self.group}"), "/compose"
            values = {"text": text, "title": title or "A subject"}
        answer = self._submit(page, action.partition("?")[0], values)
        assert answer.status_code == 200, answer.text

    def thread(self, post_id: int) -> list[Line]:
        page = self._thread_with(post_id)
        lines = []
        for article in HTMLParser(page.text).css("article[id]"):
            found = re.search(r"(\d+)$", str(article.attributes["id"]))
            assert found is not None
            lines.append(Line(int(found.group(1)), article.text(separator=" ")))
        return sorted(lines, key=lambda line: line.id)
