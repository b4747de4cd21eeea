"""A real Postfix in front and behind, wired as docs/mail.md says, with swaks as a stranger's mail program."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.mailhouse import DOMAIN, GROUP, MailHouse, Sink, free_port, mail_house, with_mail
from tests.support.postgres import Template

from folkmoot.domain.access import Archive, Membership
from folkmoot.domain.groups import members
from folkmoot.domain.mail import mailhealth
from folkmoot.domain.people import accounts
from folkmoot.settings import Settings

pytestmark = pytest.mark.soak
POSTFIX = shutil.which("postfix") or "/usr/sbin/postfix"
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
myhostname = mx.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = {folder}/log
maillog_file_prefixes = /tmp
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{sink}
smtp_host_lookup = native
default_destination_recipient_limit = 50

relay_domains = lists.test
relay_recipient_maps =
transport_maps = inline:{{lists.test=lmtp:[127.0.0.1]:{lmtp}}}
recipient_delimiter = +
lmtp_send_xforward_command = yes
smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient
unverified_recipient_reject_code = 550
address_verify_map =
address_verify_poll_count = 5
message_size_limit = 26214400
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{out} inet n - n - - smtpd -o smtpd_recipient_restrictions=permit_mynetworks,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


class Post:
    """A running Postfix of its own, beside any that the machine has: a port for strangers, and *out* for us."""

    def __init__(self, folder: Path, out: int, sink: int, lmtp: int) -> None:
        self.folder, self.port = folder, free_port()
        (folder / "conf").mkdir()
        (folder / "queue").mkdir()
        (folder / "data").mkdir()
        shutil.chown(folder / "data", "postfix")
        (folder / "conf/main.cf").write_text(MAIN.format(folder=folder, sink=sink, lmtp=lmtp))
        (folder / "conf/master.cf").write_text(MASTER.format(port=self.port, out=out))

    def run(self, word: str) -> None:
        done = subprocess.run(
            [POSTFIX, "-c", self.folder / "conf", word],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr + self.log()

    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text()[-3_000:] if file.exists() else ""

    def swaks(self, sender: str, to: str, *more: str) -> tuple[int, str]:
        """Send a mail as a stranger's program does: (exit code, what was said)."""
        line = [
            "swaks",
            "--server",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--from",
            sender,
            "--to",
            to,
            *more,
        ]
        done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout


class Neighbours:
    def __init__(self, house: MailHouse, sink: Sink, post: Post) -> None:
        self.house, self.sink, self.post = house, sink, post
        self.alice, self.bob = house.person("alice"), house.person("bob")
        self.group = house.group(self.alice, archive=Archive.MEMBERS, joining=0)
        house.join(self.group, self.bob)

    def until(self, what: Callable[[], bool], seconds: float = 40.0) -> None:
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, self.post.log()
            time.sleep(0.1)


@pytest.fixture
def neighbours(tmp_path: Path, run_folder: Path) -> Iterator[Neighbours]:
    if not Path(POSTFIX).exists():
        pytest.skip("Postfix is not installed: apt install postfix")
    if os.geteuid() != 0:
        pytest.skip("Postfix is started by root only")
    if shutil.which("swaks") is None:
        pytest.skip("swaks is not installed: apt install swaks")
    Template(run_folder).copy_to(tmp_path / "one")
    # Not below the folder of the test: Postfix drops its rights, and that folder is root's alone.
    folder = Path(tempfile.mkdtemp(prefix="moot-postfix-", dir="/tmp"))
    folder.chmod(0o755)
    (sink := Sink()).start()
    out, data = free_port(), Settings(data=str(tmp_path / "one"))
    settings = with_mail(data, smtp_relay=f"127.0.0.1:{out}", smtp_relay_tls="never")
    post = Post(folder, out, sink.port, settings.lmtp_port)
    try:
        with mail_house(settings) as house:
            post.run("start")
            yield Neighbours(house, sink, post)
    finally:
        post.run("stop")
        sink.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_mail_comes_in_and_goes_out_through_postfix(neighbours: Neighbours) -> None:
    post, sink = neighbours.post, neighbours.sink
    code, said = post.swaks("bob@example.org", GROUP, "--header", "Subject: by post", "--body", "hello all")
    assert code == 0, said
    neighbours.until(lambda: len(sink.mails) >= 2)
    assert {to for _, to, _ in sink.mails} == {"alice@example.org", "bob@example.org"}
    assert all(path.startswith("moot+bounce-") for path, _, _ in sink.mails)
    assert all(b"by post" in data and b"hello all" in data for _, _, data in sink.mails)


def test_a_group_that_is_not_there_is_refused_at_the_door(neighbours: Neighbours) -> None:
    code, said = neighbours.post.swaks("bob@example.org", f"nobody@{DOMAIN}")
    assert code != 0
    assert "550" in said
    assert neighbours.sink.mails == []


def test_who_joins_by_mail_does_so_through_postfix(neighbours: Neighbours) -> None:
    post, sink, house = neighbours.post, neighbours.sink, neighbours.house
    assert post.swaks("eve@example.org", f"moot+subscribe@{DOMAIN}")[0] == 0
    neighbours.until(lambda: len(sink.to("eve@example.org")) == 1)
    (mail,) = sink.to("eve@example.org")
    word = mail.split(b"moot+confirm-", 1)[1].split(b"@", 1)[0].decode()
    assert post.swaks("eve@example.org", f"moot+confirm-{word}@{DOMAIN}")[0] == 0

    def joined() -> bool:
        eve = house.read(lambda tx: accounts.find_by_address(tx, "eve@example.org"))
        found = house.read(lambda tx: members.get(tx, neighbours.group, eve)) if eve else None
        return found is not None and found.status == Membership.NORMAL

    neighbours.until(joined)


def test_what_can_not_be_delivered_comes_back_and_counts(neighbours: Neighbours) -> None:
    post, sink, house = neighbours.post, neighbours.sink, neighbours.house
    sink.refuse = lambda to: "550 5.1.1 no such mailbox" if to == "bob@example.org" else None
    assert post.swaks("alice@example.org", GROUP, "--body", "to a mailbox that is gone")[0] == 0
    neighbours.until(lambda: bool(house.read(lambda tx: mailhealth.history(tx, neighbours.bob))))
    (kept,) = house.read(lambda tx: mailhealth.history(tx, neighbours.bob))
    assert (kept.source, kept.hard) == ("report", 1)
    assert "5.1.1" in kept.response
    found = house.read(lambda tx: members.get(tx, neighbours.group, neighbours.bob))
    assert found is not None
    assert found.status == Membership.NORMAL
