"""Where pushes may go, and the one key of all processes."""

from __future__ import annotations

from pathlib import Path

import httpx2
from tests.doors.mastodon.moot import Moot
from tests.doors.mastodon.push_service import push_service
from tests.doors.mastodon.test_push import App, like, say, settled
from tests.support.server import running_server

from folkmoot.kit import outward, webpush

# ── where it may go ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_private_addresses_are_not_called(tmp_path: Path) -> None:
    with push_service() as service, running_server(tmp_path, url="https://moot.example") as up:
        moot = Moot(up.house)
        moot.url = f"http://127.0.0.1:{up.settings.port}"
        moot.http = httpx2.Client(base_url=moot.url, timeout=20)
        who, by = moot.person("ann"), moot.person("bob")
        apps = [App(moot, who, service) for _ in range(3)]
        port = service.url.rpartition(":")[2]
        for app, host in zip(apps, ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"), strict=True):
            app.subscribe("favourite", subscription={"endpoint": f"http://{host}:{port}{app.path}"})
        like(by, say(who, "mine"))
        settled(apps[0])
        assert service.received == []
        moot.http.close()


def test_a_trial_on_this_machine_calls_this_machine(tmp_path: Path) -> None:
    with push_service() as service, running_server(tmp_path) as up:
        moot = Moot(up.house)
        who, by = moot.person("ann"), moot.person("bob")
        app = App(moot, who, service)
        app.subscribe("favourite")
        like(by, say(who, "mine"))
        settled(app)
        assert len(service.received) == 1
        moot.http.close()


def test_which_addresses_are_public() -> None:
    closed = (
        "127.0.0.1 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.1 "
        "198.18.0.1 240.0.0.1 255.255.255.255 224.0.0.1 :: ::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 ff02::1 "
        "::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001::1 2001:db8::1 ::127.0.0.1 no.address 1.2.3"
    )
    assert [a for a in closed.split() if outward.is_public(a)] == []
    opened = "1.1.1.1 8.8.8.8 172.32.0.1 100.128.0.1 ::ffff:8.8.8.8 2606:4700::1111 2a00:1450::5"
    assert [a for a in opened.split() if not outward.is_public(a)] == []
    allowed = outward.networks("127.0.0.1, 10.0.0.0/8,fd00::/8")
    assert all(outward.may_call(a, allowed) for a in ("127.0.0.1", "::ffff:10.2.3.4", "fd00::5", "8.8.8.8"))
    assert not any(outward.may_call(a, allowed) for a in ("127.0.0.2", "192.168.0.1", "::1"))


def test_all_processes_have_one_key_and_only_they_read_what_they_hid() -> None:
    one, two, else_ = (webpush.Signer(s) for s in (b"s" * 32, b"s" * 32, b"t" * 32))
    assert one.public_key == two.public_key != else_.public_key
    hidden = one.hide("a token")
    assert two.reveal(hidden) == "a token"
    assert else_.reveal(hidden) == ""
    assert two.reveal("") == ""
    assert "token" not in hidden
