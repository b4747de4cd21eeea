"""What mail proves of where it comes from: looked at here or told by a server of ours, kept, and used by the group."""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.mailhouse import GROUP, MailHouse, letter, mail_house, with_mail
from tests.support.names import Names
from tests.support.postgres import Template
from tests.support.waiting import soon

from folkmoot.domain.access import Archive, Viewer
from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.groups import groups, holding
from folkmoot.domain.groups.groups import GroupChange
from folkmoot.domain.mail import mailing
from folkmoot.domain.paging import Page
from folkmoot.domain.reading.timelines import of_account
from folkmoot.doors.mail import proofs
from folkmoot.doors.mail.letters import letter_of, read_facts
from folkmoot.kit.mail import dmarc
from folkmoot.kit.mail.authentication import Origin, believed, check
from folkmoot.kit.mail.dns import Budget, DnsDown
from folkmoot.kit.mail.parse import parse
from folkmoot.kit.mail.proven import Proven, Signature, read_kept
from folkmoot.kit.mail.results import read_results
from folkmoot.kit.mail.signing import Prepared, Signer, make_key
from folkmoot.settings import Settings

DATA = Path(__file__).parents[4] / "shared/data/mail"
HERE = "8.8.8.8"
ELSEWHERE = "9.9.9.9"


class Cast:
    """alice owns the group, bob is a member; example.org says that its mail comes from HERE, and asks for p=reject."""

    def __init__(self, house: MailHouse) -> None:
        self.house = house
        self.alice, self.bob, self.dave = (house.person(name) for name in ("alice", "bob", "dave"))
        self.group = house.group(self.alice, archive=Archive.MEMBERS)
        house.join(self.group, self.bob)
        self.names = Names().txt("example.org", f"v=spf1 ip4:{HERE} -all")
        self.names.txt("_dmarc.example.org", "v=DMARC1; p=reject")
        house.house.kept[proofs.RESOLVER] = self.names

    def send(
        self, data: bytes, ip: str = HERE, sender: str = "bob@example.org", to: str = GROUP
    ) -> tuple[int, bytes]:
        with smtplib.SMTP("127.0.0.1", self.house.settings.smtp_port) as client:
            client.ehlo()
            assert client.docmd("XFORWARD", f"NAME=x ADDR={ip} HELO=mx.example.org")[0] == 250
            client.mail(sender)
            client.rcpt(to)
            return client.data(data)

    def live(self) -> list[int]:
        return self.house.read(lambda tx: of_account(tx, Viewer(self.alice), self.group, Page()))

    def held(self) -> list[int]:
        return self.house.read(lambda tx: holding.pending(tx, Viewer(self.alice), self.group))

    def set(self, how: str) -> None:
        change = GroupChange(settings={mailing.UNPROVEN_SETTING: how})
        self.house.write(lambda tx: groups.update(tx, Viewer(self.alice), self.group, change))

    def proven(self, post_id: int) -> Proven:
        kept = self.house.read(lambda tx: mailing.details(tx, Viewer(self.alice), post_id))
        assert kept is not None
        found = read_kept(kept.proven)
        assert found is not None
        return found


def cast_of(folder: Path, run_folder: Path, **changes: Any) -> Iterator[Cast]:
    Template(run_folder).copy_to(folder)
    with mail_house(with_mail(Settings(data=str(folder)), **changes), worker=False) as house:
        yield Cast(house)


@pytest.fixture
def cast(tmp_path: Path, run_folder: Path) -> Iterator[Cast]:
    yield from cast_of(tmp_path / "one", run_folder)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    file = tmp_path_factory.mktemp("key") / "k.pem"
    make_key(file)
    return Signer(file.read_bytes(), "example.org", "sel")


def bobs(mid: str, text: str = "hello", **headers: str) -> bytes:
    return letter(text, sender="Bob <bob@example.org>", mid=mid, **headers)


def signed(signer: Signer, mail: bytes) -> bytes:
    return Prepared(signer, mail, int(time.time())).dkim() + mail


def test_what_a_mail_proves_is_kept_and_shown_to_moderators(cast: Cast) -> None:
    assert cast.send(bobs("p@x"))[0] == 250
    (post,) = cast.live()
    found = cast.proven(post)
    assert (found.spf, found.spf_domain, found.dmarc, found.policy) == (
        "pass",
        "example.org",
        "pass",
        "reject",
    )
    with pytest.raises(Forbidden):
        cast.house.read(lambda tx: mailing.details(tx, Viewer(cast.bob), post))
    with pytest.raises(NotFound):
        cast.house.read(lambda tx: mailing.details(tx, Viewer(cast.dave), post))


def test_a_forged_mail_is_never_posted_as_the_other_member(cast: Cast) -> None:
    forged = bobs("f@x", "give me your money")
    assert cast.send(forged, ELSEWHERE, "intruder@evil.test")[1].endswith(b"waits for a moderator")
    assert cast.live() == []
    (post,) = cast.held()
    assert cast.proven(post).dmarc == "fail"
    letters = cast.house.read(lambda tx: _held_letter(tx, cast, post))
    assert b"DMARC fail (asks for reject)" in letters
    assert b"waits for a moderator: its author's domain disowns it (DMARC)." in letters
    cast.set("reject")
    code, text = cast.send(bobs("g@x"), ELSEWHERE, "intruder@evil.test")
    assert (code, b"disowns" in text) == (550, True)
    assert cast.send(bobs("h@x"))[1].endswith(b"accepted")
    cast.names.txt("_dmarc.example.org", "v=DMARC1; p=none")
    assert cast.send(bobs("i@x"), ELSEWHERE, "intruder@evil.test")[1].endswith(b"waits for a moderator")
    assert len(cast.live()) == 1


def _held_letter(tx: Any, cast: Cast, post: int) -> bytes:
    from folkmoot.domain.mail.outbox import Item

    payload = {"reason": "dmarc_failed", "approve": "a", "reject": "b"}
    item = Item(1, "held", cast.alice, cast.group, post, "alice@example.org", payload, 0, 0)
    return letter_of(cast.house.settings, cast.house.blobs, read_facts(tx, item))


def test_a_signature_speaks_for_mail_that_was_passed_on(cast: Cast, signer: Signer) -> None:
    cast.names.txt("sel._domainkey.example.org", signer.record)
    mail = signed(signer, bobs("d@x", "signed words"))
    assert cast.send(mail, ELSEWHERE, "list@elsewhere.test")[1].endswith(b"accepted")
    assert cast.proven(cast.live()[0]).dkim[0].result == "pass"
    changed = mail.replace(b"signed words", b"other words").replace(b"d@x", b"e@x")
    assert cast.send(changed, ELSEWHERE, "list@elsewhere.test")[1].endswith(b"waits for a moderator")


def test_a_dns_that_is_down_loses_nothing(cast: Cast) -> None:
    cast.names.down.add("")
    assert cast.send(bobs("t@x"))[1].endswith(b"accepted")
    found = cast.proven(cast.live()[0])
    assert (found.spf, found.dmarc) == ("temperror", "temperror")
    cast.set("strict")
    assert cast.send(bobs("u@x"))[1].endswith(b"waits for a moderator")
    assert cast.proven(cast.held()[0]).dmarc == "temperror"


def test_a_sender_with_a_slow_dns_of_its_own_gains_nothing(cast: Cast, signer: Signer) -> None:
    cast.names.down.add("evil.test")
    mail = signed(signer, bobs("e@x")).replace(b"d=example.org", b"d=evil.test")
    assert cast.send(mail, ELSEWHERE, "intruder@evil.test")[1].endswith(b"waits for a moderator")
    found = cast.proven(cast.held()[0])
    assert (found.spf, found.dkim[0].result, found.dmarc) == ("temperror", "temperror", "fail")


def test_a_key_that_cannot_be_fetched_leaves_it_open(cast: Cast, signer: Signer) -> None:
    cast.names.down.add("sel._domainkey.example.org")
    assert cast.send(signed(signer, bobs("k@x")), ELSEWHERE, "list@elsewhere.test")[1].endswith(b"accepted")
    assert cast.proven(cast.live()[0]).dmarc == "temperror"


def test_strict_groups_hold_what_nothing_speaks_for(cast: Cast) -> None:
    cast.names.records.clear()
    assert cast.send(bobs("n@x"))[1].endswith(b"accepted")
    cast.set("strict")
    assert cast.send(bobs("o@x"))[1].endswith(b"waits for a moderator")


def test_mail_from_a_server_in_front_is_not_looked_at(cast: Cast) -> None:
    assert cast.house.send(bobs("l@x"), "bob@example.org")[1].endswith(b"accepted")
    (post,) = cast.live()
    details = cast.house.read(lambda tx: mailing.details(tx, Viewer(cast.alice), post))
    assert details is not None
    assert details.proven == ""
    assert cast.names.asked == []


def test_looking_keeps_nobody_else_waiting(cast: Cast) -> None:
    cast.names.delay = 0.7
    slow = threading.Thread(target=cast.send, args=(bobs("s@x"),))
    slow.start()
    soon(lambda: cast.names.asked)
    start = time.monotonic()
    assert cast.house.send(bobs("q@x"), "bob@example.org")[0] == 250
    assert time.monotonic() - start < 0.7
    slow.join(20)
    assert len(cast.live()) == 2


def test_only_the_named_server_is_believed(tmp_path: Path, run_folder: Path) -> None:
    for cast in cast_of(tmp_path / "two", run_folder, mail_authserv="mx.lists.test", mail_checks="never"):
        ours = (
            "mx.lists.test; spf=fail; dkim=pass header.d=example.org;"
            " dmarc=fail (p=REJECT dis=NONE) header.from=example.org"
        )
        foreign = "mx.elsewhere.test; dmarc=fail (p=reject)"
        assert cast.send(bobs("1@x", Authentication_Results=foreign))[1].endswith(b"accepted")
        assert cast.send(bobs("2@x", Authentication_Results=ours))[1].endswith(b"waits for a moderator")
        found = cast.proven(cast.held()[0])
        assert (found.by, found.dmarc, found.policy) == ("mx.lists.test", "fail", "reject")
        assert [(s.result, s.domain) for s in found.dkim] == [("pass", "example.org")]
        good = "mx.lists.test; dmarc=pass (p=reject) header.from=example.org"
        both = f"{good}\r\nAuthentication-Results: {ours}"
        assert cast.send(bobs("3@x", Authentication_Results=both))[1].endswith(b"accepted"), (
            "the topmost counts"
        )
        parsed = parse(bobs("4@x", Authentication_Results=good))
        outside = Origin(ELSEWHERE, "x", "a@evil.test")
        looked = cast.house.await_(proofs.prove(cast.house.house, outside, parsed, b"", by_ours=False))
        assert looked is None, "straight from outside anybody could have written it"


def test_a_forwarder_that_is_trusted_is_believed(tmp_path: Path, run_folder: Path, signer: Signer) -> None:
    forwarder = Signer.__new__(Signer)
    forwarder.__dict__.update(signer.__dict__, domain="forward.test", selector="fw")
    mail = bobs("fw@x")
    passed = "spf=pass smtp.mailfrom=example.org; dmarc=pass (p=reject) header.from=example.org"
    sealed = Prepared(forwarder, mail, int(time.time())).seal("mx.forward.test", passed) + mail
    failed = Prepared(forwarder, mail, int(time.time())).seal("mx.forward.test", "dmarc=fail") + mail
    for sealers, answer in (("", b"waits for a moderator"), ("a.test, forward.test", b"accepted")):
        for cast in cast_of(tmp_path / f"x{len(sealers)}", run_folder, mail_arc_sealers=sealers):
            cast.names.txt("fw._domainkey.forward.test", signer.record)
            assert cast.send(failed, ELSEWHERE, "a@forward.test")[1].endswith(b"waits for a moderator")
            again = sealed.replace(b"fw@x", b"fw2@x")  # the signature covers the id
            assert cast.send(again, ELSEWHERE, "a@forward.test")[1].endswith(b"waits for a moderator")
            unlike = bobs("fw3@x")
            unlike = Prepared(forwarder, unlike, int(time.time())).seal("mx.forward.test", passed) + unlike
            assert cast.send(unlike, ELSEWHERE, "a@forward.test")[1].endswith(answer)


ALIGNED = [
    ("example.org", "v=DMARC1; p=reject", "example.org", "pass"),
    ("example.org", "v=DMARC1; p=reject", "mail.example.org", "pass"),
    ("example.org", "v=DMARC1; p=reject; aspf=s; adkim=s", "mail.example.org", "fail"),
    ("example.org", "v=DMARC1; p=reject", "badexample.org", "fail"),
    ("example.org", "v=DMARC1; p=reject", "org", "fail"),
    ("example.org", "v=DMARC1; p=reject", "", "fail"),
    ("example.org", "v=DMARC2; p=reject", "example.org", "none"),
    ("example.org", "p=reject; v=DMARC1", "example.org", "none"),
]


@pytest.mark.parametrize(("author", "record", "proven", "result"), ALIGNED)
def test_dmarc_agrees(author: str, record: str, proven: str, result: str) -> None:
    names = Names().txt(f"_dmarc.{author}", record)
    assert dmarc.judge(names, author, proven, []).result == result
    assert dmarc.judge(names, author, "", [proven]).result == result


def test_dmarc_walks_up_to_the_organisation() -> None:
    names = Names().txt("_dmarc.example.org", "v=DMARC1; p=reject; sp=quarantine")
    verdict = dmarc.judge(names, "a.b.example.org", "example.org", [])
    assert (verdict.result, verdict.policy) == ("pass", "quarantine")
    names.txt("_dmarc.org", "v=DMARC1; p=none; psd=y")
    assert dmarc.judge(names, "a.b.example.org", "other.org", []).result == "fail"
    assert dmarc.judge(names, "a.b.example.org", "c.example.org", []).result == "pass"
    two = Names().txt("_dmarc.example.org", "v=DMARC1; p=reject", "v=DMARC1; p=none")
    assert dmarc.judge(two, "example.org", "", []).result == "none", "two records are none"
    long = ".".join("abcdefghijkl") + ".example.org"
    names.asked.clear()
    dmarc.judge(names, long, "", [])
    assert len(names.asked) <= 9
    assert dmarc.judge(names, "x y", "", []).result == "permerror"


SPF = [
    ("v=spf1 ip4:8.8.8.8 -all", "pass"),
    ("v=spf1 -all", "fail"),
    ("v=spf1 ~all", "softfail"),
    ("v=spf1 mx -all", "pass"),
    ("v=spf1 a:a.example.org -all", "pass"),
    ("v=spf1 include:_spf.example.org -all", "pass"),
    ("v=spf1 include:loop.example.org -all", "permerror"),
    ("v=spf1 nonsense -all", "permerror"),
    ("", "none"),
]


@pytest.mark.parametrize(("record", "result"), SPF)
def test_spf(record: str, result: str) -> None:
    names = Names({("example.org", "MX"): ["10 a.example.org"], ("a.example.org", "A"): [HERE]})
    names.txt("example.org", *([record] if record else [])).txt("_spf.example.org", f"v=spf1 ip4:{HERE} -all")
    names.txt("loop.example.org", "v=spf1 include:loop.example.org -all")
    found = check(letter(), Origin(HERE, "mx", "alice@example.org"), "example.org", names)
    assert (found.spf, found.spf_domain) == (result, "example.org")


def test_without_an_address_to_look_at_nothing_is_disowned() -> None:
    names = Names().txt("_dmarc.example.org", "v=DMARC1; p=reject")
    found = check(bobs("a@x"), None, "example.org", names)
    assert (found.spf, found.dmarc, found.fails) == ("none", "neutral", False)


def test_signatures_in_all_forms_are_checked(signer: Signer) -> None:
    import dkim

    pem = signer._key.private_bytes(*_traditional())
    names = Names().txt("sel._domainkey.example.org", signer.record)
    mail = bobs("c@x", "a  b \r\n\r\n c\t\r\n\r\n\r\n")
    for head in (b"relaxed", b"simple"):
        for body in (b"relaxed", b"simple"):
            signature = dkim.sign(mail, b"sel", b"example.org", pem, canonicalize=(head, body))
            assert [s.result for s in check(signature + mail, None, "example.org", names).dkim] == ["pass"]
            worse = signature + mail.replace(b"a  b", b"a  c")
            assert [s.result for s in check(worse, None, "example.org", names).dkim] == ["fail"]
    old = dkim.sign(mail, b"sel", b"example.org", pem, signature_algorithm=b"rsa-sha1")
    assert [s.result for s in check(old + mail, None, "example.org", names).dkim] == ["permerror"]
    late = dkim.sign(mail, b"sel", b"example.org", pem).replace(b"; t=", b"; x=100; t=")
    assert [s.result for s in check(late + mail, None, "example.org", names).dkim] != ["pass"]


def test_a_signature_over_a_part_of_the_body_proves_nothing(signer: Signer) -> None:
    import dkim

    pem = signer._key.private_bytes(*_traditional())
    mail = bobs("l@x")
    head = dkim.sign(mail, b"sel", b"example.org", pem, length=True, include_headers=[b"from"])
    names = Names().txt("sel._domainkey.example.org", signer.record)
    names.txt("_dmarc.example.org", "v=DMARC1; p=reject")
    found = check(head + mail + b"and more\r\n", Origin(ELSEWHERE, "x", "x@y.test"), "example.org", names)
    assert found.dkim == [Signature("policy", "example.org")]
    assert found.dmarc == "fail"


def _traditional() -> Any:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()


def test_headers_are_read_with_tolerance() -> None:
    name, claims = read_results(
        '"mx.a" 1; (a comment; with=this) dmarc=pass (p=none) header.from=A.org; spf = "fail"; x'
    )
    assert name == "mx.a"
    assert [(c.method, c.result) for c in claims][-1] == ("spf", "fail")
    for nonsense in ("", ";;;;", "=" * 9000, "(" * 5000, "a;" * 5000, "mx; \x00=\xff"):
        assert isinstance(read_results(nonsense)[1], list)
        assert believed([("authentication-results", nonsense)], "mx.a") is None


def test_a_budget_ends() -> None:
    budget = Budget(Names(), 10, questions=3)
    for _ in range(3):
        assert budget.ask("a.test", "A") == []
    with pytest.raises(DnsDown):
        budget.ask("a.test", "A")
    with pytest.raises(DnsDown):
        Budget(Names(), -1).ask("a.test", "A")


def test_no_mail_makes_the_checks_fail() -> None:
    if not DATA.exists():
        pytest.skip("the shared data sets are not here")
    files = [
        f
        for folder in ("stalwart-mail-parser", "ruby-mail", "james-mime4j")
        for f in DATA.glob(f"{folder}/**/*")
    ]
    mails = [f for f in files if f.suffix in (".eml", ".msg", ".txt") and f.stat().st_size < 200_000]
    assert len(mails) > 300
    names = Names().txt("_dmarc.example.org", "v=DMARC1; p=reject")
    for file in mails:
        found = check(file.read_bytes(), Origin(HERE, "x", "a@example.org"), "example.org", names)
        assert msgspec.json.decode(msgspec.json.encode(found), type=Proven) == found


def test_who_gave_a_mail_to_whom_is_told_by_servers_of_ours_only() -> None:
    from folkmoot.doors.mail.smtp import _is_ours

    assert _is_ours("127.0.0.1", "")
    assert _is_ours("::1", "")
    assert _is_ours("10.1.2.3", "10.0.0.0/8")
    assert not _is_ours("10.1.2.3", "")
    assert not _is_ours("8.8.8.8", "10.0.0.0/8")
    assert not _is_ours("", "")


def test_the_doctor_looks_for_records(tmp_path: Path) -> None:
    from folkmoot.cli.doctor_dns import look

    settings = Settings(data=str(tmp_path), url="https://moot.example.org")
    names = Names()
    bare = [text for _, text in look(settings, names)]
    assert [text.partition(":")[0] for text in bare] == ["MX", "SPF", "DKIM", "DMARC"]
    assert any("v=DMARC1" in text for text in bare)
    names.records["moot.example.org", "MX"] = ["10 mx.example.org"]
    names.records["mx.example.org", "A"] = [HERE]
    names.records["8.8.8.8.in-addr.arpa", "PTR"] = ["mx.example.org"]
    names.txt("moot.example.org", "v=spf1 mx -all").txt("_dmarc.example.org", "v=DMARC1; p=reject")
    make_key(tmp_path / "dkim" / "moot.pem")
    made = Signer((tmp_path / "dkim" / "moot.pem").read_bytes(), "moot.example.org", "moot")
    names.txt("moot._domainkey.moot.example.org", made.record)
    assert [grade for grade, _ in look(settings, names)] == ["ok"] * 5
    names.down.add("")
    ((grade, text),) = look(settings, names)
    assert (grade, "can't be asked" in text) == ("warn", True)
    ((grade, text),) = look(Settings(data=str(tmp_path), url="http://moot.test"), names)
    assert (grade, "no public name" in text) == ("ok", True)
