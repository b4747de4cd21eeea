"""The strict address parser: one author or none, whatever the header tries."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from folkmoot.kit.mail.addresses import (
    BadAddress,
    Mailbox,
    decode_header,
    fold_address,
    format_mailbox,
    is_valid_address,
    parse_address_list,
    parse_from,
    parse_mailbox,
)


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("bob@example.org", "", "bob@example.org"),
        ("<bob@example.org>", "", "bob@example.org"),
        ("Bob <bob@example.org>", "Bob", "bob@example.org"),
        ('"Bob, the \\"B\\"" <bob@example.org>', 'Bob, the "B"', "bob@example.org"),
        ("bob@example.org (Bob (the) B)", "Bob (the) B", "bob@example.org"),
        ("=?utf-8?q?Zo=C3=AB?= =?utf-8?q?_X?= <z@example.org>", "Zoë X", "z@example.org"),
        ("=?utf-8?q?a=2Cb=40c=2Ede?= <z@example.org>", "a,b@c.de", "z@example.org"),
        ("Zoë <zoë@exämple.org>", "Zoë", "zoë@exämple.org"),
        ('"john doe"@example.org', "", '"john doe"@example.org'),
        ("Bob <@relay.org:bob@example.org>", "Bob", "bob@example.org"),
    ],
)
def test_one_mailbox(text: str, name: str, address: str) -> None:
    found = parse_mailbox(text)
    assert (found.name, found.address) == (name, address)


def test_the_parseaddr_trap_never_gives_the_name_as_sender() -> None:
    """S10: on common Python builds parseaddr answers alice here."""
    found = parse_from(["alice@example.org <bob@evil.test>"])
    assert found == Mailbox("alice@example.org", "bob@evil.test", True)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], "no From header"),
        ([""], "empty From header"),
        (["a@x.org", "b@x.org"], "more than one From header"),
        (["a@x.org, b@x.org"], "more than one mailbox"),
        (["Friends: a@x.org;"], "group syntax"),
        (["undisclosed-recipients:;"], "group syntax"),
        (["<>"], "empty address"),
        (["Bob"], "not a valid address"),
        (["a@x.org b@y.org"], "words beside the address without angle brackets"),
        (["<a@x.org> <b@y.org>"], "more than one address in angle brackets"),
        (["<a@x.org> b@y.org"], "text behind the address"),
        (["=?utf-8?q?x=0D=0ABcc=3A_v?= <a@x.org>"], "control character hidden in the name"),
        (["=?utf-8?b?AGE=?= <a@x.org>"], "control character hidden in the name"),
        (["Bob\r\nBcc: v@x.org <a@x.org>"], "control character in the address"),
        (["a\x00@x.org"], "control character in the address"),
        (["(never closed a@x.org"], "comment never closed"),
        (['"open a@x.org'], "stray character in the address"),
    ],
)
def test_no_author_where_there_is_doubt(values: list[str], reason: str) -> None:
    """S09."""
    with pytest.raises(BadAddress) as caught:
        parse_from(values)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "suspicious"),
    [
        ('"Bob@Example.ORG" <bob@example.org>', False),
        ('"ceo@bank.example" <x@evil.test>', True),
        ('"ceo＠bank.example" <x@evil.test>', True),
        ('"(ceo@bank.example) via me" <x@evil.test>', True),
        ("=?utf-8?q?ceo=40bank=2Eexample?= <x@evil.test>", True),
        ('"Bob \u202egro.elpmaxe" <x@evil.test>', True),
        ("Bob @ work <bob@example.org>", True),
        ("Bob <bob@example.org>", False),
    ],
)
def test_names_that_pose_as_addresses_are_flagged(text: str, suspicious: bool) -> None:
    assert parse_mailbox(text).suspicious is suspicious


def test_lists_are_read_tolerantly_and_bounded() -> None:
    text = 'a@x.org, "B, b" <b@x.org>, broken <>, Team: c@x.org, d@x.org;'
    assert [m.address for m in parse_address_list(text)] == [
        "a@x.org", "b@x.org", "c@x.org", "d@x.org",
    ]  # fmt: skip
    assert len(parse_address_list("a@x.org," * 5_000)) == 1_000
    assert parse_address_list(b"\xff\xfe<,>\x00((((") == []


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        ("a@b.org", True), ("a+tag@b.org", True), ("ü@b.org", True), ("a@xn--bcher-kva.example", True),
        ("a@bücher.example", True), ("a@localhost", True), ("a..b@c.org", False), (".a@b.org", False),
        ("a@", False),
        ("@b.org", False), ("a@b..org", False), ("a@-b.org", False), ("a@[127.0.0.1]", False),
        ("a b@c.org", False),
        ("a@b.org\n", False), ("a@b\u200b.org", False), ("a" * 65 + "@b.org", False),
        ("a@" + "b" * 64 + ".org", False),
        ("a@b@c.org", False), ("a@b.org, c@d.org", False),
    ],
)  # fmt: skip
def test_validity(address: str, valid: bool) -> None:
    assert is_valid_address(address) is valid


def test_comparison_key() -> None:
    assert fold_address("Bob.B+x@Example.ORG") == "bob.b+x@example.org"
    assert fold_address("a@BÜCHER.example") == fold_address("a@xn--bcher-kva.example")
    assert fold_address("a@faß.example") != fold_address("a@fass.example")
    assert fold_address("a@ｅxample.org") == "a@example.org"


def test_decoding_is_tolerant() -> None:
    assert decode_header("=?utf-8?q?=E2=82?= =?utf-8?q?=AC?=") == "€"
    assert decode_header(b"caf\xe9") == "café"
    assert decode_header("café".encode()) == "café"
    assert decode_header("=?X-UNKNOWN?q?caf=C3=A9?=") == "café"
    assert decode_header("=?utf-7?q?+2AA-?=") == "\ufffd"
    assert decode_header("a\x00b\x1b[31m\r\n c") == "ab[31m c"
    assert decode_header("=?utf-8?b?w6?= ok").endswith("ok")
    assert decode_header("=?idna?q?a?= =?rot13?q?a?= =?zip?b?AAAA?=")


@given(st.text(max_size=200), st.sampled_from(["a@example.org", "x.y+z@bücher.example"]))
@example("alice@example.org", "b@evil.test")
def test_a_formatted_mailbox_is_one_ascii_line_and_reads_back(name: str, address: str) -> None:
    written = format_mailbox(name, address)
    assert written.isascii()
    assert not re.search("[\x00-\x1f\x7f]", written)
    back = parse_from([written])
    assert fold_address(back.address) == fold_address(address)
    assert back.name == decode_header(name.replace("=?", "= ?"))[:300] or "=?" in name or len(name) > 100


@settings(max_examples=300)
@given(st.text(alphabet=st.sampled_from('ab@.<>(),:;"\\ =?utf-8q\r\n\x00é'), max_size=60))
def test_a_parsed_author_is_always_valid_and_clean(text: str) -> None:
    try:
        found = parse_from([text])
    except BadAddress:
        return
    assert is_valid_address(found.address)
    assert not re.search("[\x00-\x1f]", found.name + found.address)
    assert parse_address_list(text)[:1] in ([found], [])
