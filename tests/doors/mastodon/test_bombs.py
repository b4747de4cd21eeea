"""Files made to hurt: refused before they are decoded, or ended in the decoder's own process; the server goes on."""

from __future__ import annotations

import io
import os
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pillow_heif
import pytest
from PIL import Image
from tests.support.films import film, gif
from tests.support.server import Running, running_server
from tests.support.visitor import person, picture

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import logins
from folkmoot.kit.media.bad import Bad
from folkmoot.kit.media.decoder import Decoding, decode


def client_of(server: Running, who: Viewer) -> httpx2.Client:
    _, secret = server.store.write(
        lambda tx: logins.issue_token(tx, account_id=who.account_id, app_id=None, scopes="read write")
    )
    return httpx2.Client(base_url=server.url, headers={"authorization": f"Bearer {secret}"}, timeout=30)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("bombs"), media_max_bytes=4_000_000) as up:
        yield up


@pytest.fixture(scope="module")
def anna(server: Running) -> httpx2.Client:
    return client_of(server, person(server.store, "anna"))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 5_000_000))
        + chunk(b"IEND", b"")
    )


def many_frames() -> bytes:
    data = gif(2, (8, 8))
    at = data.rindex(b"\x21\xf9\x04")
    return data[:-1] + data[at:-1] * 10_000 + b"\x3b"


def wide_webp() -> bytes:
    """An animation that says it is 16,384 wide and high."""
    out = io.BytesIO()
    parts = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    parts[0].save(out, "WEBP", save_all=True, append_images=parts[1:])
    data = bytearray(out.getvalue())
    at = data.index(b"VP8X") + 12
    data[at : at + 6] = b"\xff\x3f\x00\xff\x3f\x00"
    return bytes(data)


def wide(kind: str) -> bytes:
    """A picture that says it is 60,000 wide and high; *kind* "AVIF" or "HEIF"."""
    pillow_heif.register_heif_opener()
    data = bytearray(picture((64, 64), kind))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 60_000, 60_000)
    return bytes(data)


def long_exif() -> bytes:
    data = picture((20, 20), "JPEG")
    segment = b"\xff\xe1\xff\xff" + b"Exif\0\0" + b"\0" * 65_527
    return data[:2] + segment * 55 + data[2:]


def wide_film() -> bytes:
    """The track's header lies: the pictures are as large as they are."""
    data = film("webm", frames=2, sound=False)
    return data.replace(b"\xb0\x81\xa0", b"\xb0\x82\xff\xff"[:3], 1)


def slow_gif() -> bytes:
    return gif(400, (64, 64))


@pytest.mark.parametrize(
    "make",
    [lambda: png(50_000, 50_000), lambda: png(30_000, 2_000), many_frames, wide_webp, lambda: wide("AVIF"),
     lambda: wide("HEIF"), lambda: gif()[:200],
     lambda: b"GIF89a" + b"\xff" * 100_000, lambda: b"RIFF" + b"\xff" * 100_000, lambda: film()[:2000],
     lambda: b"OggS" + os.urandom(50_000), lambda: b"fLaC" + b"\xff" * 50_000, lambda: b"\x1aE\xdf\xa3" * 20_000],
)  # fmt: skip
def test_it_is_refused_at_once(anna: httpx2.Client, make: Callable[[], bytes]) -> None:
    """U01."""
    began = time.monotonic()
    answer = anna.post("/api/v1/media", files={"file": ("a.png", make(), "image/png")})
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"].startswith("Validation failed: File")
    assert time.monotonic() - began < 8
    assert anna.get("/health").text == "OK"


def test_a_long_exif_is_read_past_and_not_kept(anna: httpx2.Client) -> None:
    answer = anna.post("/api/v2/media", files={"file": ("a.jpg", long_exif(), "image/jpeg")}).json()
    kept = httpx2.get(answer["url"]).content
    assert len(kept) < 5000
    assert b"Exif" not in kept


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.html", b"<html><script>alert(1)</script></html>"),
        ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("x.m3u8", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"),
        ("x.ffconcat", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("x.mvg", b"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'url(http://127.0.0.1/)'\n"),
        ("x.pdf", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"),
        ("x.sdp", b"v=0\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n"),
    ],
)
def test_what_other_programs_would_run_is_no_file_here(anna: httpx2.Client, name: str, body: bytes) -> None:
    """U02, U03: whatever name and type are claimed."""
    for kind in ("image/png", "video/mp4", "audio/mpeg"):
        assert anna.post("/api/v2/media", files={"file": (name, body, kind)}).status_code == 422


def test_a_picture_with_a_page_behind_it_is_a_picture(anna: httpx2.Client) -> None:
    """U02: what stands behind the picture's end is not kept."""
    page = b"<html><script>alert(1)</script>"
    for data in (picture() + page, picture(kind="JPEG") + page, gif(1) + page):
        url = anna.post("/api/v2/media", files={"file": ("x.html", data, "text/html")}).json()["url"]
        kept = httpx2.get(url)
        assert page not in kept.content
        assert kept.headers["content-type"].startswith("image/")
        assert kept.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in kept.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"wall": 0}, "too_slow"),
        ({"memory": 60_000_000}, "broken"),
        ({"output": 1000}, "too_large"),
        ({"cpu": 0}, ""),
    ],
)
def test_the_decoder_s_process_is_held(limits: dict[str, int], why: str) -> None:
    with pytest.raises(Bad) as caught:
        Decoding("picture", picture((3000, 3000)), limits=limits).run()
    assert caught.value.why == why or not why


def test_a_long_work_can_be_ended_from_outside() -> None:
    from threading import Timer

    work = Decoding("convert", slow_gif(), mime="image/gif")
    Timer(0.15, work.stop).start()
    began = time.monotonic()
    with pytest.raises(Bad):
        work.run()
    assert time.monotonic() - began < 5
    stopped = Decoding("convert", slow_gif(), mime="image/gif")
    stopped.stop()
    with pytest.raises(Bad):
        stopped.run()


def test_the_decoder_reaches_nothing_else(tmp_path: Path) -> None:
    """No reader of playlists or other references is there: a film that names another file has no pictures."""
    (tmp_path / "other.mp4").write_bytes(film())
    playlist = f"#EXTM3U\n#EXTINF:1,\n{tmp_path}/other.mp4\n".encode()
    for mime in ("video/mp4", "video/webm", "audio/mpeg", "audio/ogg", "audio/wav", "video/x-ms-asf"):
        with pytest.raises(Bad):
            decode("probe", playlist, mime=mime)


def test_what_waits_survives_the_process(tmp_path: Path) -> None:
    """The work is a row: a server without a worker keeps it, the next one does it."""
    with running_server(tmp_path, worker=False) as up:
        who = person(up.store, "bruno")
        client = client_of(up, who)
        sent = client.post("/api/v2/media", files={"file": ("a.gif", gif(), "image/gif")})
        assert sent.status_code == 202
        id_ = sent.json()["id"]
        again = client.get(f"/api/v1/media/{id_}")
        assert (again.status_code, again.json()["url"], again.json()["type"]) == (206, None, "gifv")
        assert client.put(f"/api/v1/media/{id_}", data={"description": "moves"}).status_code == 206
        early = client.post("/api/v1/statuses", json={"status": "x", "media_ids": [id_]})
        assert early.status_code == 422
        assert "not finished processing" in early.json()["error"]
    with running_server(tmp_path) as up:
        client = client_of(up, who)
        deadline = time.monotonic() + 15
        while (
            answer := client.get(f"/api/v1/media/{id_}")
        ).status_code == 206 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert (answer.status_code, answer.json()["description"]) == (200, "moves")
        assert httpx2.get(f"{up.url}{answer.json()['url'].partition('/media/')[1]}"
                          f"{answer.json()['url'].partition('/media/')[2]}").status_code == 200  # fmt: skip
