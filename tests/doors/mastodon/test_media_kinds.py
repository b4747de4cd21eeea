"""Videos, sounds and animations by the Mastodon API: processed, waited for, attached, served, free of places."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from typing import Any

import av
import httpx2
import pillow_heif
import pytest
from PIL import Image
from tests.support.films import GPS, film, gif, song
from tests.support.server import Running, running_server
from tests.support.visitor import person, picture

from folkmoot.domain.access import Viewer
from folkmoot.domain.media import media, processing
from folkmoot.domain.media.media import State
from folkmoot.domain.people import logins


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(
        tmp_path_factory.mktemp("kinds"), media_max_bytes=300_000, video_max_bytes=900_000
    ) as up:
        yield up


def client_of(server: Running, who: Viewer, scopes: str = "read write") -> httpx2.Client:
    _, secret = server.store.write(
        lambda tx: logins.issue_token(tx, account_id=who.account_id, app_id=None, scopes=scopes)
    )
    return httpx2.Client(base_url=server.url, headers={"authorization": f"Bearer {secret}"}, timeout=30)


@pytest.fixture(scope="module")
def anna(server: Running) -> httpx2.Client:
    return client_of(server, person(server.store, "anna"))


def send(client: httpx2.Client, data: bytes, version: str = "v2", **fields: str) -> httpx2.Response:
    return client.post(f"/api/{version}/media", files={"file": ("x.bin", data, "text/plain")}, data=fields)


def ready(client: httpx2.Client, media_id: str, seconds: float = 20) -> dict[str, Any]:
    """Ask as clients do: 206 until it is done."""
    deadline = time.monotonic() + seconds
    while (answer := client.get(f"/api/v1/media/{media_id}")).status_code == 206:
        assert answer.json()["url"] is None
        assert time.monotonic() < deadline, "it is never ready"
        time.sleep(0.1)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_video_is_made_and_shown(anna: httpx2.Client) -> None:
    answer = send(anna, film("mov", frames=20), description="A box", focus="0.1,0.2")
    sent = answer.json()
    assert answer.status_code == 202
    assert (sent["type"], sent["url"], sent["remote_url"]) == ("video", None, None)
    assert httpx2.get(sent["preview_url"]).status_code == 200
    too_early = anna.post("/api/v1/statuses", json={"status": "x", "media_ids": [sent["id"]]})
    done = ready(anna, sent["id"])
    assert too_early.status_code in (200, 422)
    assert done["description"] == "A box"
    assert done["blurhash"]
    meta = done["meta"]
    assert meta["focus"] == {"x": 0.1, "y": 0.2}
    assert meta["original"] == {
        "width": 160, "height": 120, "size": "160x120", "aspect": 160 / 120, "frame_rate": "10/1", "duration": 2.0,
        "bitrate": meta["original"]["bitrate"],
    }  # fmt: skip
    assert meta["small"]["size"] == "160x120"
    assert (meta["length"], meta["fps"], meta["audio_encode"]) == ("0:00:02.00", 10, "aac")
    assert anna.put(f"/api/v1/media/{sent['id']}", data={"description": "Box"}).json()["description"] == "Box"
    part = httpx2.get(done["url"], headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["content-range"].startswith("bytes 4-7/")
    whole = httpx2.get(done["url"])
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert "immutable" in whole.headers["cache-control"]
    if too_early.status_code == 422:
        post = anna.post("/api/v1/statuses", json={"status": "look", "media_ids": [sent["id"]]}).json()
        assert post["media_attachments"][0]["type"] == "video"
        assert "<video " in httpx2.get(post["url"], follow_redirects=True).text
    assert anna.get(f"/api/v1/media/{sent['id']}").status_code == 404


@pytest.mark.parametrize(
    ("make", "kind", "mime"),
    [
        (lambda: film("webm"), "video", "video/mp4"),
        (lambda: film("mp4", sound=False), "video", "video/mp4"),
        (lambda: film("mp4", codec="mpeg4"), "video", "video/mp4"),
        (lambda: gif(), "gifv", "video/mp4"),
        (lambda: song("mp3", "libmp3lame"), "audio", "audio/mpeg"),
        (lambda: song("ogg", "libopus"), "audio", "audio/mpeg"),
        (lambda: song("wav", "pcm_s16le"), "audio", "audio/mpeg"),
        (lambda: song("flac", "flac"), "audio", "audio/mpeg"),
        (lambda: song("ipod", "aac"), "audio", "audio/mp4"),
        (lambda: song("adts", "aac"), "audio", "audio/mp4"),
    ],
    ids=["webm", "silent", "mpeg4", "gif", "mp3", "opus", "wav", "flac", "m4a", "aac"],
)
def test_every_kind_plays_and_tells_no_place(
    anna: httpx2.Client, make: Callable[[], bytes], kind: str, mime: str
) -> None:
    answer = send(anna, make(), "v1")
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert made["type"] == kind
    kept = httpx2.get(made["url"])
    assert kept.headers["content-type"] == mime
    assert GPS.encode() not in kept.content
    assert b"Song" not in kept.content
    with av.open(io.BytesIO(kept.content)) as file:
        assert not {"location", "comment", "title"} & set(file.metadata)
        assert bool(file.streams.video) == (kind != "audio")
        assert next(file.decode(file.streams[0])) is not None
        if kind == "gifv":
            assert not file.streams.audio
    if kind == "audio":
        assert set(made["meta"]["original"]) == {"duration", "bitrate"}
        assert made["meta"]["original"]["duration"] == pytest.approx(1, abs=0.1)
        assert made["preview_url"] is None


def test_a_turned_video_stands_upright_without_being_told(anna: httpx2.Client) -> None:
    made = send(anna, film(turned=-90), "v1").json()
    assert made["meta"]["original"]["size"] == "120x160"
    with av.open(io.BytesIO(httpx2.get(made["url"]).content)) as file:
        frame = next(file.decode(video=0))
        assert (frame.width, frame.height, frame.rotation) == (120, 160, 0)
        # the yellow corner was at the upper left; a quarter turn clockwise brings it to the upper right
        shown = frame.to_image()
        assert shown.getpixel((110, 10))[2] < 90 < 120 < shown.getpixel((10, 150))[2]


def heic() -> bytes:
    """As a telephone writes it: lying on its side with a note to turn it, and the place in its EXIF."""
    pillow_heif.register_heif_opener()
    lying = Image.new("RGB", (160, 120), "blue")
    lying.paste("yellow", (0, 0, 40, 40))
    exif = lying.getexif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0)})
    out = io.BytesIO()
    lying.save(out, "HEIF", exif=exif.tobytes())
    return out.getvalue()


def test_a_telephones_picture_is_shown_as_one_that_everybody_can_read(anna: httpx2.Client) -> None:
    assert b"heic" in heic()[:32]
    made = send(anna, heic()).json()
    assert (made["type"], made["meta"]["original"]["size"]) == ("image", "120x160")
    answer = httpx2.get(made["url"])
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert not shown.getexif()
        assert shown.convert("RGB").getpixel((110, 10))[2] < 90  # the yellow corner came to the upper right


def test_a_thumbnail_of_one_s_own_and_a_song_s_cover(anna: httpx2.Client) -> None:
    files = {
        "file": ("a.mp3", song("mp3", "libmp3lame"), "audio/mpeg"),
        "thumbnail": ("t.png", picture(), "image/png"),
    }
    made = anna.post("/api/v2/media", files=files).json()
    assert made["preview_url"]
    assert ready(anna, made["id"])["preview_url"] == made["preview_url"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"#EXTM3U\nfile:///etc/passwd\n", "File content type is invalid, File is invalid"),
        (lambda: b"push graphic-context\nimage over 0,0 0,0 'https://x/'", "File content type is invalid"),
        (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 40, "File content type is invalid"),
        (lambda: b"\x1aE\xdf\xa3" + b"\xff" * 500, "File content type is invalid"),
        (lambda: film()[:300], "File content type is invalid"),
        (lambda: film(size=(4096, 2160), frames=1, sound=False), "File has too many pixels"),
        (lambda: film(frames=30, rate=240, sound=False), "File has too many frames a second"),
        (lambda: song("wav", "pcm_s16le", 6), "File is too large"),
        (lambda: gif(1000, (60, 60)) + b"\0" * 10, ""),
    ],
)  # fmt: skip
def test_what_can_t_be_taken(anna: httpx2.Client, make: Callable[[], bytes], words: str) -> None:
    for version in ("v1", "v2"):
        answer = send(anna, make(), version)
        assert answer.status_code in (413, 422), answer.text
        assert answer.json()["error"].startswith(f"Validation failed: {words}")


def test_what_is_larger_than_all_limits_is_not_read(anna: httpx2.Client, server: Running) -> None:
    assert send(anna, b"\0" * 2_500_000).status_code == 413
    assert send(httpx2.Client(base_url=server.url), b"\0" * 1_700_000).status_code == 401


def test_only_one_s_own(server: Running, anna: httpx2.Client) -> None:
    bruno = client_of(server, person(server.store, "bruno"))
    made = send(anna, gif()).json()
    for method in ("get", "put", "delete"):
        assert getattr(bruno, method)(f"/api/v1/media/{made['id']}").status_code == 404
    reader = client_of(server, person(server.store, "carla"), "read")
    assert send(reader, gif()).status_code == 403
    ready(anna, made["id"])
    assert anna.delete(f"/api/v1/media/{made['id']}").json() == {}


def test_the_limits_are_told(server: Running) -> None:
    said = httpx2.get(f"{server.url}/api/v2/instance").json()["configuration"]["media_attachments"]
    assert {"video/mp4", "audio/mpeg", "image/gif", "image/heic", "video/webm"} <= set(
        said["supported_mime_types"]
    )
    assert (said["image_size_limit"], said["video_size_limit"]) == (300_000, 900_000)
    assert (said["image_matrix_limit"], said["video_matrix_limit"]) == (33_177_600, 8_294_400)
    assert said["video_frame_rate_limit"] == 120


def test_what_a_dead_worker_left_is_taken_up_and_given_up_at_last(server: Running) -> None:
    """Nobody renews the claim: another worker gets the file; after some deaths it has failed."""
    store, who = server.store, person(server.store, "dora")
    new = media.NewMedia(kind="video", mime="video/mp4", blob="", raw="0" * 64, state=State.PROCESSING)
    id_ = store.write(lambda tx: media.add(tx, who, new))
    store.write(lambda tx: tx.update(_media(), {"id": id_}, due_at=tx.now + 3_600_000))
    for turn in range(1, processing.TRIES + 1):
        store.write(lambda tx: tx.update(_media(), {"id": id_}, due_at=0))
        job = store.write(processing.claim)
        assert job is not None
        assert (job.id, job.attempts) == (id_, turn)
        assert store.write(processing.claim) is None
        assert store.write(lambda tx, job=job: processing.renew(tx, job))
    store.write(lambda tx: tx.update(_media(), {"id": id_}, due_at=0))
    assert store.write(processing.claim) is None
    assert store.read(lambda tx: media.see_own(tx, who, id_)).state == State.FAILED
    client = client_of(server, who)
    assert client.get(f"/api/v1/media/{id_}").status_code == 422
    assert client.post("/api/v1/statuses", json={"status": "x", "media_ids": [str(id_)]}).status_code == 422


def _media() -> Any:
    from folkmoot.store.schema.posts import media as table

    return table
