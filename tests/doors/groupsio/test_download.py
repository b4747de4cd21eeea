"""The archive as a zip with one mbox: what is in it, for whom, how often, and that it is streamed."""

from __future__ import annotations

import email
import io
import mailbox
import zipfile
from email.message import Message
from pathlib import Path
from typing import Any

import httpx2
from tests.doors.groupsio.conftest import Client, Town

from folkmoot.domain.mail import mailing
from folkmoot.domain.posts import edits
from folkmoot.domain.posts.drafts import Change
from folkmoot.store.schema.entering import archive_takes

RAW = b"From: Bob <bob@example.org>\nSubject: By mail\nMessage-ID: <raw@example.org>\n\nFrom here\n"


def messages(answer: httpx2.Response, folder: Path) -> list[Message]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    assert bundle.testzip() is None
    names = bundle.namelist()
    assert len(names) == 1
    assert names[0].endswith(".mbox")
    file = folder / f"{len(list(folder.iterdir()))}.mbox"
    file.write_bytes(bundle.read(names[0]))
    return list(mailbox.mbox(file))


def fresh(town: Town) -> None:
    """A day goes by."""
    town.do(lambda tx: tx.update(archive_takes, {"group_id": town.ids["open"]}, taken_at=tx.now - 86_400_001))


def download(town: Town, client: Client, folder: Path, **params: Any) -> list[Message]:
    fresh(town)
    return messages(client.get("downloadarchives", group_name="open", **params), folder)


def test_everything_is_in_it(any_town: Town, tmp_path: Path) -> None:
    town, client = any_town, any_town.client("alice")
    blob = town.house.blobs.put(RAW)
    new = mailing.NewMail(
        group_id=town.ids["open"], blob=str(blob), message_id="raw@example.org", post_id=town.ids["other"]
    )
    town.do(lambda tx: mailing.keep(tx, new))
    found = download(town, client, tmp_path)
    assert [str(m["Subject"]) for m in found][::3] == ["A meeting", "By mail"]
    assert "Re: " in str(found[1]["Subject"])
    assert found[1]["In-Reply-To"] == found[0]["Message-ID"]
    assert found[3].get_payload() == ">From here\n"
    assert "Shall we meet" in str(email.message_from_bytes(found[0].as_bytes()))


def test_only_what_is_new(town: Town, tmp_path: Path) -> None:
    client = town.client("alice")
    assert len(download(town, client, tmp_path, start_msg_num=2)) == 2
    assert len(download(town, client, tmp_path, start_msg_num=4)) == 0
    assert len(download(town, client, tmp_path, start_time="2020-01-25T15:30:15Z")) == 4
    assert len(download(town, client, tmp_path, start_time="2120-01-25T15:30:15Z")) == 0
    for wrong in ("yesterday", "2020-01-25", "1579966215", "2020-13-25T15:30:15Z"):
        refused = client.refused("downloadarchives", group_name="open", start_time=wrong)
        assert refused == ("bad_request", "invalid start_time format")


def test_once_a_day(any_town: Town, tmp_path: Path) -> None:
    client = any_town.client("alice")
    messages(client.get("downloadarchives", group_name="open"), tmp_path)
    again = client.get("downloadarchives", group_name="open")
    assert (again.status_code, again.json()["type"]) == (429, "rate_limit")
    assert 86_000 < int(again.headers["retry-after"]) <= 86_401
    messages(client.get("downloadarchives", group_name="closed"), tmp_path)
    fresh(any_town)
    messages(client.get("downloadarchives", group_name="open"), tmp_path)


def test_who_may(town: Town) -> None:
    denied = ("inadequate_permissions", "download_archives")
    assert town.client("carol").refused("downloadarchives", group_name="open") == denied
    assert town.client().refused("downloadarchives", group_name="open") == ("authentication", "")
    assert town.client("bob").refused("downloadarchives", group_name="hidden") == ("group_not_found", "")


def test_what_was_changed_is_told_as_it_is_now(town: Town, tmp_path: Path) -> None:
    blob = town.house.blobs.put(RAW)
    new = mailing.NewMail(
        group_id=town.ids["open"], blob=str(blob), message_id="raw@example.org", post_id=town.ids["other"]
    )
    town.do(lambda tx: mailing.keep(tx, new))
    town.do(lambda tx: edits.edit(tx, town.viewer("alice"), town.ids["other"], Change(text="Only water")))
    town.do(lambda tx: edits.delete(tx, town.viewer("bob"), town.ids["third"]))
    found = download(town, town.client("alice"), tmp_path)
    assert len(found) == 3
    assert "Only water" in found[2].as_string()
    assert "From here" not in found[2].as_string()


def test_a_lost_file_does_not_hinder(town: Town, tmp_path: Path) -> None:
    new = mailing.NewMail(
        group_id=town.ids["open"], blob="0" * 64, message_id="gone@example.org", post_id=town.ids["other"]
    )
    town.do(lambda tx: mailing.keep(tx, new))
    found = download(town, town.client("alice"), tmp_path)
    assert "Bread" in found[3].as_string()
