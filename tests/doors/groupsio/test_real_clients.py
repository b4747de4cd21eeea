"""What other people's clients of Groups.io ask, and what they read of the answer."""

from __future__ import annotations

import io
import mailbox
import zipfile
from pathlib import Path

import httpx2
from tests.doors.groupsio.conftest import PASSWORD, Town

from folkmoot.domain.access import Viewer
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.text import Markup
from folkmoot.doors.groupsio import door
from folkmoot.store.schema.entering import archive_takes


def test_a_downloader_in_ruby_logs_in_by_its_query(town: Town) -> None:
    """POST with all in the query, a JSON content type and no body; the cookies then go back as it reads them."""
    login = {"email": "alice@example.org", "password": PASSWORD, "api_key": "nonce"}
    answer = httpx2.post(
        f"{town.url}/api/v1/login", params=login, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 200, answer.text
    cookies = "; ".join(line.split("; ")[0] for line in answer.headers.get_list("set-cookie"))
    user = httpx2.get(f"{town.url}/api/v1/getuser", headers={"cookie": cookies}).json()
    assert user["email"] == "alice@example.org"


def test_scripts_may_log_in_often() -> None:
    """Clients log in anew for every script that they run; wrong passwords are counted elsewhere."""
    limits = {rule.path: rule.limit for rule in door.limits}
    assert min(limits["/api/v1/login"], limits["/v1/login"]) >= 100


def test_perceval_walks_the_archive(town: Town, tmp_path: Path) -> None:
    """login by POST with a query; getsubs page by page; downloadarchives as the raw bytes of a zip."""
    client = httpx2.Client(base_url=f"{town.url}/api/v1", headers={"accept-encoding": "gzip, deflate"})
    client.post("/login", params={"email": "alice@example.org", "password": PASSWORD})
    params, group = {"limit": "1"}, 0
    while True:
        page = client.get("/getsubs", params=params).json()
        group = next((entry["group_id"] for entry in page["data"] if entry["group_name"] == "open"), group)
        if not page["has_more"]:
            break
        params["page_token"] = page["next_page_token"]
    assert group == town.ids["open"]
    answer_to = Draft(text="From another door", markup=Markup.PLAIN, parent_id=town.ids["first"])
    said = town.do(lambda tx: posts.write(tx, Viewer(town.ids["alice"]), answer_to)).id
    town.do(lambda tx: tx.update(archive_takes, {"group_id": group}, taken_at=tx.now - 86_400_001))
    since = "1970-01-01T00:00:00+00:00"
    answer = client.get("/downloadarchives", params={"group_id": group, "start_time": since})
    assert answer.status_code == 200, answer.text
    assert "content-encoding" not in answer.headers
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    (tmp_path / "all.mbox").write_bytes(bundle.read(bundle.namelist()[0]))
    mails = {str(mail["Message-ID"]): mail for mail in mailbox.mbox(tmp_path / "all.mbox")}
    mine = next(mail for key, mail in mails.items() if str(said) in key)
    first = mails[str(mine["In-Reply-To"])]
    assert mine["Subject"] == f"Re: {first['Subject']}", "a topic has one subject at every door"
