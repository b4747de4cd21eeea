"""Files that travel with a Groups.io draft are seen at every door, and go out with the mail."""

from __future__ import annotations

import io
from pathlib import Path

import httpx2
from mastodon import Mastodon
from PIL import Image
from tests.cast import PASSWORD, gathered
from tests.house.test_crossings import Mailboxes, mailboxes, wait_until
from tests.support.server import running_server

from folkmoot.domain.groups import members
from folkmoot.domain.people import logins

__all__ = ["mailboxes"]
TEXT = b"Two cups of rye"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (48, 32), (30, 90, 30)).save(out, "PNG")
    return out.getvalue()


def test_a_drafts_files_reach_every_door(tmp_path: Path, mailboxes: tuple[Mailboxes, int]) -> None:
    kept, port = mailboxes
    with running_server(tmp_path, smtp_relay=f"127.0.0.1:{port}") as server:
        cast = gathered(server.store)
        for name in ("ben", "dora"):
            who = cast.ids[name]
            server.store.write(lambda tx, who=who: members.put(tx, cast.open_group, who))
        client = httpx2.Client(base_url=server.url, timeout=20)
        form = {"email": "dora@cast.test", "password": PASSWORD, "token": "true"}
        token = client.post("/api/v1/login", data=form).json()["token"]
        own = httpx2.Client(base_url=server.url, timeout=20, auth=(token, ""))
        start = {"group_id": cast.open_group, "draft_type": "draft_type_post"}
        draft = own.post("/api/v1/newdraft", data=start).json()["id"]
        words = {"draft_id": draft, "subject": "A recipe", "body": "<p>See the files</p>"}
        assert own.post("/api/v1/updatedraft", data=words).status_code == 200
        files = [
            ("fileupload", ("recipe.txt", TEXT, "text/plain")),
            ("fileupload", ("loaf.png", picture(), "image/png")),
        ]
        sent = own.post("/api/v1/uploadattachments", data={"draft_id": draft}, files=files).json()
        fetched = [client.get(each["url"]) for each in sent["data"]]
        assert [answer.status_code for answer in fetched] == [200, 200]
        assert fetched[0].content == TEXT
        assert own.post("/api/v1/postdraft", data={"draft_id": draft}).json()["extra"] == ""
        message = own.get("/api/v1/getmessages", params={"group_id": cast.open_group, "limit": 1}).json()[
            "data"
        ][0]
        assert [a["filename"] for a in message["attachments"]] == ["recipe.txt", "loaf.png"]
        _, secret = server.store.write(
            lambda tx: logins.issue_token(tx, account_id=cast.ids["ben"], app_id=None, scopes="read")
        )
        api = Mastodon(access_token=secret, api_base_url=server.url, version_check_mode="none")
        status = api.status(message["id"])
        assert [media["type"] for media in status["media_attachments"]] == ["unknown", "image"]
        page = client.get(f"/t/{message['id']}").text
        assert "recipe.txt" in page
        assert "<img" in page.split('class="pictures"')[1]

        def mailed() -> None:
            mails = [mail for to, mail in kept.mails if to.startswith("ben@")]
            assert mails
            names = [part.get_filename() for part in mails[0].iter_attachments()]
            assert names == ["recipe.txt", "loaf.png"]

        wait_until(mailed, 10)
