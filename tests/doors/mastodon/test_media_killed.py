"""A worker that is killed while it makes a film: the film is made by the next one, and nothing is half there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import sqlalchemy as sa
from tests.support.films import film
from tests.support.server import Running, running_server
from tests.support.visitor import person

from folkmoot.domain.access import Viewer
from folkmoot.domain.media import media
from folkmoot.domain.media.media import State
from folkmoot.domain.people import logins
from folkmoot.store.schema.posts import media as media_t
from folkmoot.store.sql import Query, p


def worker(server: Running) -> subprocess.Popen[bytes]:
    line = [Path(sys.executable).with_name("folkmoot"), "--data", server.settings.data, "work"]
    env = {**os.environ, "FOLKMOOT_URL": server.url}
    return subprocess.Popen(line, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


TRIED = Query(sa.select(media_t.c.attempts).where(media_t.c.id == p("id")))


def until(what: Any, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_killed_in_the_middle(tmp_path: Path) -> None:
    with running_server(tmp_path, worker=False) as server:
        store, who = server.store, person(server.store, "anna")
        _, secret = store.write(
            lambda tx: logins.issue_token(tx, account_id=who.account_id, app_id=None, scopes="read write")
        )
        client = httpx2.Client(base_url=server.url, headers={"authorization": f"Bearer {secret}"}, timeout=30)
        data = film("webm", frames=20)
        sent = client.post("/api/v2/media", files={"file": ("a.webm", data, "video/webm")})
        assert sent.status_code == 202
        id_ = int(sent.json()["id"])
        first = worker(server)
        try:
            until(lambda: store.read(lambda tx: tx.value(TRIED, id=id_)) == 1)
            first.send_signal(signal.SIGKILL)
            first.wait()
        finally:
            first.kill()
        half = store.read(lambda tx: media.see_own(tx, Viewer(who.account_id), id_))
        assert (half.state, half.blob) == (State.PROCESSING, "")
        assert client.get(f"/api/v1/media/{id_}").status_code == 206
        store.write(lambda tx: tx.update(media_t, {"id": id_}, due_at=0))  # the claim has run out
        second = worker(server)
        try:
            until(lambda: client.get(f"/api/v1/media/{id_}").status_code != 206)
        finally:
            second.terminate()
            second.wait(20)
        done = client.get(f"/api/v1/media/{id_}").json()
        assert done["meta"]["original"]["size"] == "160x120"
        assert httpx2.get(done["url"]).content[4:8] == b"ftyp"
        assert not list((tmp_path / "blobs" / "tmp").iterdir())
