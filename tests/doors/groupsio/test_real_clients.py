"""What other people's clients of Groups.io ask, and what they read of the answer."""

from __future__ import annotations

import io
import mailbox
import zipfile
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
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


def test_older_clients_find_their_groups_in_the_login(town: Town) -> None:
    """A connector in Go and a downloader in Ruby log in by query and look for their group there; the Java client and
    a shell script send a key of their own as Basic and read a token."""
    login = {"email": "alice@example.org", "password": PASSWORD}
    told = httpx2.get(f"{town.url}/api/v1/login", params=login).json()
    found = {entry["group_name"]: entry for entry in told["user"]["subscriptions"]}
    assert found["open"]["group_id"] == town.ids["open"]
    assert found["open"]["perms"]["download_archives"] is True
    assert told["token"] == ""
    keyed = httpx2.post(f"{town.url}/v1/login", data=login, auth=("123456", "")).json()
    assert "subscriptions" not in keyed["user"]
    subs = httpx2.get(f"{town.url}/v1/getsubs", auth=(keyed["token"], ""), params={"limit": 1})
    assert subs.json()["has_more"] is True


def test_a_digest_sorts_by_activity_and_a_plugin_describes_nothing(town: Town) -> None:
    """Words of two clients that no reference has: a sort field, and a group below made without a description."""
    alice = town.client("alice")
    topics = alice.ok("gettopics", group_name="open", limit=100, sort_field="activity")
    assert topics["data"][0]["id"]
    below = {"group_name": "open", "sub_group_name": "rye", "accept_policies": "true"}
    assert alice.post("createsubgroup", **below, desc="").json()["name"] == "open+rye"
    assert alice.refused("createsubgroup", **{**below, "sub_group_name": "oats"}, desc="few")[1] == (
        "description too short"
    )


def test_a_platform_reads_when_the_cookie_ends(town: Town) -> None:
    """POST with all in the query and a JSON content type; of the cookie it takes the first part and the fourth."""
    login = {"email": "alice@example.org", "password": PASSWORD}
    answer = httpx2.post(
        f"{town.url}/api/v1/login", params=login, headers={"content-type": "application/json"}
    )
    parts = answer.headers["set-cookie"].split(";")
    ends = parsedate_to_datetime(parts[3].split("=")[1])
    assert 50 < (ends - datetime.now(UTC)).days < 70
    headers = {"cookie": parts[0], "content-type": "application/json"}
    topics = httpx2.post(f"{town.url}/api/v1/gettopics", params={"group_name": "open"}, headers=headers)
    assert topics.json()["data"][0]["id"]


def test_a_crawler_asks_for_the_messages_of_a_topic(town: Town) -> None:
    """By getmessages with a topic_id, page by page."""
    bob = town.client("bob")
    topic = bob.ok("gettopics", group_name="open")["data"][-1]["id"]
    other = {"group_name": "open", "topic_id": topic}
    wanted = [message["id"] for message in bob.ok("gettopic", topic_id=topic)["data"]]
    assert wanted
    assert len(wanted) < len(bob.ok("getmessages", group_name="open")["data"])
    found, page = [], bob.ok("getmessages", **other, limit=1)
    while True:
        found += [message["id"] for message in page["data"]]
        if not page["has_more"]:
            break
        page = bob.ok("getmessages", **other, limit=1, page_token=page["next_page_token"])
    assert found == wanted
    assert bob.refused("getmessages", group_name="open", topic_id=1) == ("bad_request", "invalid topic_id")


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
