"""What a mail proves, in the corners: what can not be told, what counts as a header, whom a forwarder vouches for."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.doors.mail.test_authentication import ELSEWHERE, Cast, bobs, cast_of, signed
from tests.support.mailhouse import DOMAIN, MailHouse
from tests.support.names import Names

from folkmoot.doors.mail.receive import Envelope, deliver
from folkmoot.doors.mail.recipients import Recipient
from folkmoot.kit.mail.authentication import MAX_SIGNATURES, check
from folkmoot.kit.mail.signing import Prepared, Signer, make_key

SERVER = "mx.lists.test"


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    file = tmp_path_factory.mktemp("key") / "k.pem"
    make_key(file)
    return Signer(file.read_bytes(), "example.org", "sel")


def of(signer: Signer, domain: str, selector: str) -> Signer:
    other = Signer.__new__(Signer)
    other.__dict__.update(signer.__dict__, domain=domain, selector=selector)
    return other


@pytest.fixture
def cast(tmp_path: Path, run_folder: Path) -> Iterator[Cast]:
    yield from cast_of(tmp_path / "one", run_folder)


def hand_in(house: MailHouse, data: bytes, group: int) -> bytes:
    """By a mail server that tells nothing of where the mail came from."""
    to = Recipient(f"moot@{DOMAIN}", group, "moot")
    (answer,) = house.await_(deliver(house.house, Envelope("bob@example.org", [to], data)))
    return bytes(answer.line())


def test_only_reject_is_refused_and_quarantine_waits(cast: Cast) -> None:
    for how in ("hold", "reject", "strict"):
        cast.set(how)
        cast.names.txt("_dmarc.example.org", "v=DMARC1; p=quarantine")
        mail = bobs(f"q{how}@x")
        assert cast.send(mail, ELSEWHERE, "a@evil.test")[1].endswith(b"waits for a moderator"), how
        cast.names.txt("_dmarc.example.org", "v=DMARC1; p=reject")
        code, _ = cast.send(bobs(f"r{how}@x"), ELSEWHERE, "a@evil.test")
        assert code == (250 if how == "hold" else 550), how


def test_where_nothing_can_be_told_a_forger_gains_nothing_by_not_signing(
    tmp_path: Path, run_folder: Path, signer: Signer
) -> None:
    for cast in cast_of(tmp_path / "always", run_folder, mail_checks="always"):
        cast.names.txt("evil._domainkey.evil.test", signer.record)
        cast.names.txt("sel._domainkey.example.org", signer.record)
        plain = bobs("plain@x")
        strange = signed(of(signer, "evil.test", "evil"), bobs("strange@x"))
        for mail in (plain, strange):
            assert hand_in(cast.house, mail, cast.group).rstrip().endswith(b"waits for a moderator")
        cast.set("reject")
        assert hand_in(cast.house, bobs("again@x"), cast.group).startswith(b"250"), "not surely forged"
        assert cast.live() == []
        own = signed(signer, bobs("own@x"))
        assert hand_in(cast.house, own, cast.group).rstrip().endswith(b"accepted")
        cast.names.txt("_dmarc.example.org", "v=DMARC1; p=none")
        cast.set("hold")
        assert hand_in(cast.house, bobs("calm@x"), cast.group).rstrip().endswith(b"accepted")


def test_what_stands_in_the_body_is_no_header(signer: Signer) -> None:
    names = Names().txt("sel._domainkey.example.org", signer.record)
    text = "\r\n".join(["DKIM-Signature: v=1; d=evil.test; s=x", "ARC-Seal: i=1; d=evil.test"] * 30)
    mail = bobs("b@x", text)
    found = check(mail, None, "example.org", names)
    assert (found.dkim, found.arc) == ([], "none")
    found = check(signed(signer, mail), None, "example.org", names)
    assert [(s.result, s.domain) for s in found.dkim] == [("pass", "example.org")]
    assert found.arc == "none", "so many seals in a body break no chain"
    many = b"".join(b"DKIM-Signature: v=1; d=evil.test; s=x%d\r\n" % n for n in range(40)) + mail
    assert len(check(many, None, "example.org", names).dkim) == MAX_SIGNATURES


def test_a_trusted_forwarder_counts_where_a_server_in_front_looked(
    tmp_path: Path, run_folder: Path, signer: Signer
) -> None:
    forwarder = of(signer, "forward.test", "fw")
    good = "spf=pass smtp.mailfrom=example.org; dmarc=pass (p=reject) header.from=example.org"

    def forwarded(mid: str, seen: str, arc: str = "pass", inner: str = "") -> bytes:
        mail = bobs(mid)
        sealed = Prepared(forwarder, mail, int(time.time())).seal("mx.forward.test", seen) + mail
        said = (
            f"Authentication-Results: {SERVER}; dmarc=fail (p=reject) header.from=example.org; arc={arc}\r\n"
        )
        return said.encode() + inner.encode() + sealed

    for sealers, waits in (("", True), ("forward.test", False)):
        folder = tmp_path / f"x{len(sealers)}"
        for cast in cast_of(folder, run_folder, mail_authserv=SERVER, mail_arc_sealers=sealers):
            answer = hand_in(cast.house, forwarded("1@x", good), cast.group)
            assert answer.rstrip().endswith(b"waits for a moderator") == waits, answer
            failed = forwarded("2@x", good.replace("dmarc=pass", "dmarc=fail"))
            broken = forwarded("3@x", good, arc="fail")
            last = "ARC-Seal: i=2; d=evil.test; b=x\r\nARC-Authentication-Results: i=2; x; dmarc=pass\r\n"
            passed_on = forwarded("4@x", good, inner=last)
            for mail in (failed, broken, passed_on):
                assert hand_in(cast.house, mail, cast.group).rstrip().endswith(b"waits for a moderator")


def test_large_mails_do_not_wait_for_the_names_of_another(tmp_path: Path, run_folder: Path) -> None:
    for cast in cast_of(tmp_path / "large", run_folder):
        cast.names.delay = 1.0
        large = "x" * 60 + "\r\n"
        slow = threading.Thread(target=cast.send, args=(bobs("s@x", large * 5_000),))
        slow.start()
        time.sleep(0.5)
        start = time.monotonic()
        assert cast.house.send(bobs("q@x", large * 5_001), "bob@example.org")[0] == 250
        assert slow.is_alive()
        assert time.monotonic() - start < 5
        slow.join(20)
        assert len(cast.live()) == 2
