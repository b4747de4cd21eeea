"""Addresses and networks as text that sorts like the numbers."""

from __future__ import annotations

import pytest

from folkmoot.kit.networks import place, plain, span


def test_places_sort_like_the_numbers() -> None:
    in_order = [
        "::",
        "::1",
        "0.0.0.0",
        "9.255.255.255",
        "10.0.0.0",
        "255.255.255.255",
        "2001:db8::",
        "ffff::",
    ]
    places = [place(ip) for ip in in_order]
    assert None not in places
    assert places == sorted(str(p) for p in places)
    assert place("::ffff:10.0.0.0") == place("10.0.0.0")
    assert place("") is place("10.0.0") is place("unix:") is None


def test_an_address_is_plain() -> None:
    assert plain("::ffff:10.0.0.1") == plain(" 10.0.0.1") == "10.0.0.1"
    assert plain("2001:0DB8:0::1") == "2001:db8::1"
    assert plain("nobody") == "nobody"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("10.1.2.3/8", "10.0.0.0/8"), ("10.1.2.3", "10.1.2.3/32"), ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
        ("2001:db8::1/32", "2001:db8::/32"), ("::/0", "::/0"),
    ],
)  # fmt: skip
def test_a_network_spans_its_addresses(text: str, name: str) -> None:
    found = span(text)
    assert found is not None
    network, low, high = found
    assert network == name
    assert low <= high
    assert low == place(name.partition("/")[0])


def test_what_is_no_network_has_no_span() -> None:
    assert [span(text) for text in ("", "10.0.0.0/33", "x/8", "1.2.3")] == [None] * 4
