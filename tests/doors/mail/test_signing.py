"""Mail that is signed: DKIM and ARC that others can verify, over what is personal too, from a key made once."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import dkim
import msgspec
import pytest
from dkim.canonicalization import CanonicalizationPolicy
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.support.command import Command
from tests.support.mailhouse import DOMAIN, MailHouse, Sink, letter, mail_house, with_mail
from tests.support.names import Names
from tests.support.postgres import Template

from folkmoot.domain.access import Archive
from folkmoot.domain.mail import outbox
from folkmoot.domain.people import accounts
from folkmoot.doors.mail import outbox as delivery
from folkmoot.doors.mail import proofs, send
from folkmoot.doors.mail.signing import key_file, record_name, signer_of
from folkmoot.kit.mail.authentication import Origin, check
from folkmoot.kit.mail.signing import BadKey, BodyHashes, Prepared, Signer, make_key, relaxed_header
from folkmoot.settings import Settings

RECORD = f"moot._domainkey.{DOMAIN}"


@pytest.fixture
def sink() -> Iterator[Sink]:
    running = Sink()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def house(tmp_path: Path, run_folder: Path, sink: Sink) -> Iterator[MailHouse]:
    Template(run_folder).copy_to(tmp_path / "one")
    settings = with_mail(Settings(data=str(tmp_path / "one")), smtp_relay=f"127.0.0.1:{sink.port}")
    with mail_house(settings, worker=False) as running:
        alice, bob, carol = (running.person(name) for name in ("alice", "bob", "carol"))
        running.join(running.group(alice, archive=Archive.MEMBERS), bob, carol)
        yield running


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    file = tmp_path_factory.mktemp("key") / "moot.pem"
    make_key(file)
    return Signer(file.read_bytes(), DOMAIN, "moot")


def work(house: MailHouse) -> None:
    from folkmoot.domain import jobs

    while claimed := house.write(jobs.claim):
        for job in claimed:
            house.await_(send.handle(house.house, [job.row]))
    house.await_(delivery.deliver_due(house.house))


def names_of(house: MailHouse) -> Names:
    made = signer_of(house.settings)
    assert made is not None
    return Names().txt(record_name(house.settings), made.record)


def test_every_copy_is_signed_over_its_own_way_to_leave(house: MailHouse, sink: Sink) -> None:
    make_key(key_file(house.settings))
    assert house.send(letter("hello\r\n\r\n  spaces   here \r\n.dot\r\n\r\n\r\n", mid="s@x"))[0] == 250
    work(house)
    assert len(sink.mails) == 3
    names = names_of(house)
    hashes = set()
    for _, _, data in sink.mails:
        found = check(data, None, DOMAIN, names)
        assert [(s.result, s.domain) for s in found.dkim] == [("pass", DOMAIN)]
        head = data.partition(b"\r\n\r\n")[0]
        signature = re.sub(r"\s+", "", head.decode().partition("DKIM-Signature:")[2].partition("\r\nList")[0])
        listed = signature.partition("h=")[2].partition(";")[0].split(":")
        assert {"list-unsubscribe", "list-unsubscribe-post", "from", "subject", "list-id"} <= set(listed)
        assert listed.count("from") == 2
        hashes.add(signature.partition("bh=")[2].partition(";")[0])
        broken = data.replace(b"/mail/unsubscribe/", b"/mail/unsubscribe/x")
        assert check(broken, None, DOMAIN, names).dkim[0].result == "fail"
        assert check(b"From: evil@x.test\r\n" + data, None, DOMAIN, names).dkim[0].result == "fail"
    assert len(hashes) == 1, "the body is the same for all"


def test_without_a_key_nothing_is_signed(house: MailHouse, sink: Sink) -> None:
    assert house.send(letter(mid="n@x"))[0] == 250
    work(house)
    assert len(sink.mails) == 3
    assert not any(b"DKIM-Signature" in data or b"ARC-" in data for _, _, data in sink.mails)


def test_a_broken_key_stops_no_mail(house: MailHouse, sink: Sink) -> None:
    key_file(house.settings).parent.mkdir()
    key_file(house.settings).write_text("no key")
    assert house.send(letter(mid="n@x"))[0] == 250
    work(house)
    assert len(sink.mails) == 3
    with pytest.raises(BadKey, match="can't be read"):
        Signer(b"no key", DOMAIN, "moot")


def test_letters_are_signed(house: MailHouse, sink: Sink) -> None:
    make_key(key_file(house.settings))
    alice = house.read(lambda tx: accounts.find_by_name(tx, "alice")) or 0
    house.write(lambda tx: outbox.queue(tx, "welcome", alice, "alice@example.org", group_id=_group(house)))
    house.await_(delivery.deliver_due(house.house))
    (data,) = sink.to("alice@example.org")
    assert check(data, None, DOMAIN, names_of(house)).dkim[0].result == "pass"


def _group(house: MailHouse) -> int:
    from folkmoot.domain.groups import groups

    found = house.read(lambda tx: groups.id_of_address(tx, "moot"))
    assert found is not None
    return found


def test_what_was_proven_on_the_way_in_is_sealed(house: MailHouse, sink: Sink) -> None:
    make_key(key_file(house.settings))
    outside = Names().txt("example.org", "v=spf1 ip4:8.8.8.0/24 -all")
    outside.txt("_dmarc.example.org", "v=DMARC1; p=reject")
    house.house.kept[proofs.RESOLVER] = outside
    with house.lmtp() as client:
        client.ehlo_or_helo_if_needed()
        assert client.docmd("XFORWARD", "ADDR=8.8.8.8 HELO=mx.example.org")[0] == 250
        client.mail("alice@example.org")
        client.rcpt(f"moot@{DOMAIN}")
        assert client.data(letter(mid="a@x"))[0] == 250
    work(house)
    data = sink.to("bob@example.org")[0]
    state, sets, why = dkim.ARC(data).verify(
        dnsfunc=lambda name, timeout=5: names_of(house).ask(name.decode(), "TXT")[0].encode()
    )
    assert (state, why) == (b"pass", "success")
    seen = b" ".join(sets[0]["aar-value"].split())
    assert (
        b"lists.test; spf=pass smtp.mailfrom=example.org; dmarc=pass (p=reject) header.from=example.org"
        in seen
    )
    found = check(data, None, DOMAIN, names_of(house))
    assert (found.arc, found.arc_domain, found.dkim[0].result) == ("pass", DOMAIN, "pass")


def test_mail_that_nobody_looked_at_bears_no_seal(house: MailHouse, sink: Sink) -> None:
    make_key(key_file(house.settings))
    assert house.send(letter(mid="n@x"))[0] == 250
    work(house)
    assert b"ARC-Seal" not in sink.mails[0][2]
    assert b"DKIM-Signature" in sink.mails[0][2]


def test_the_key_is_made_once_and_its_record_printed(tmp_path: Path) -> None:
    folkmoot = Command(Settings(data=str(tmp_path / "data")), url="https://moot.example.org")
    made = folkmoot.json("mail", "key")
    again = folkmoot.json("mail", "key")
    assert (made["made"], again["made"]) == (True, False)
    assert made["value"] == again["value"]
    assert made["name"] == "moot._domainkey.moot.example.org"
    assert Path(made["file"]).stat().st_mode & 0o777 == 0o600
    shown = folkmoot.ok("mail", "key")
    pieces = re.findall(r'"([^"]*)"', shown)
    assert "".join(pieces) == made["value"]
    assert all(len(piece) <= 255 for piece in pieces), "a string of a TXT record holds 255 octets"


lines = st.lists(st.text(alphabet=" \t.ab\u00e9", max_size=8), max_size=8)


@given(lines)
@hypothesis_settings(deadline=None, max_examples=150)
def test_bodies_become_canonical_as_others_make_them(texts: list[str]) -> None:
    body = "\r\n".join(texts).encode() + b"\r\n"
    for way in (b"relaxed", b"simple"):
        made = CanonicalizationPolicy.from_c_value(b"relaxed/" + way).canonicalize_body(body)
        wanted = base64.b64encode(hashlib.sha256(made).digest())
        assert BodyHashes(body).of(relaxed=way == b"relaxed") == wanted
        assert BodyHashes(body.replace(b"\r\n", b"\n")).of(relaxed=way == b"relaxed") == wanted


@given(st.text(alphabet=" \tab:;", max_size=20))
@hypothesis_settings(deadline=None, max_examples=100)
def test_headers_become_canonical_as_others_make_them(text: str) -> None:
    value = f" {text}\r\n {text}x".encode()
    policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    ((name, made),) = policy.canonicalize_headers([(b"Sub-Ject", value + b"\r\n")])
    assert relaxed_header((b"Sub-Ject", value)) == name + b":" + made.strip()


def test_a_thousand_signatures_cost_little(signer: Signer) -> None:
    mail = letter("x" * 20_000, mid="a@x", Date="Sun, 22 Nov 2026 04:00:00 +0000")
    prepared = Prepared(signer, mail, 1_700_000_000)
    start = time.process_time()
    for number in range(200):
        prepared.dkim(b"List-Unsubscribe: <https://x/%d>\r\n" % number)
    assert time.process_time() - start < 1.5


def test_the_origin_is_kept_out_of_the_struct_of_results() -> None:
    found = check(letter(), Origin("8.8.8.8", "x", "a@example.org"), "example.org", Names())
    assert msgspec.json.decode(msgspec.json.encode(found)) == {
        "domain": "example.org",
        "spf_domain": "example.org",
    }
