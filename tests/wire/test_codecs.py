"""Dates and ids have each API's form."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.wire import codecs

MOMENT = 1_700_000_000_123
ANY_TIME = st.integers(min_value=0, max_value=4_102_444_800_000)


def test_the_forms_of_one_moment() -> None:
    assert codecs.time(MOMENT) == "2023-11-14T22:13:20.123Z"
    assert codecs.midnight(MOMENT) == "2023-11-14T00:00:00.000Z"
    assert codecs.day(MOMENT) == "2023-11-14"
    assert codecs.twitter_time(MOMENT) == "Tue Nov 14 22:13:20 +0000 2023"
    assert codecs.plain_time(MOMENT) == "2023-11-14 22:13:20"
    assert codecs.rfc3339(MOMENT) == "2023-11-14T22:13:20Z"
    assert (codecs.rfc3339(None), codecs.plain_time(None)) == (codecs.NEVER, codecs.NO_TIME)


@given(ANY_TIME)
def test_written_times_read_back(ms: int) -> None:
    assert codecs.parse_time(codecs.time(ms)) == ms
    assert codecs.parse_time(codecs.rfc3339(ms)) == ms - ms % 1000
    read = datetime.strptime(codecs.twitter_time(ms), "%a %b %d %H:%M:%S %z %Y")
    assert read == datetime.fromtimestamp(ms // 1000, UTC)


def test_milliseconds_are_exact_and_zones_count() -> None:
    assert codecs.parse_time("1970-01-01T00:00:01.001Z") == 1001
    assert codecs.parse_time("1970-01-01T01:00:00+01:00") == 0
    assert codecs.parse_time("0001-01-01T00:00:00+14:00") is not None


@pytest.mark.parametrize(
    "text", ["2027-01-01 10:00:00 UTC", "2027-01-01 11:00:00 +0100", "Fri, 01 Jan 2027 05:00:00 -0500"]
)
def test_times_as_other_languages_write_them(text: str) -> None:
    assert codecs.parse_time(text) == codecs.parse_time("2027-01-01T10:00:00Z")


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2024-13-01", "9" * 40, "Fri, 99 Jan 2027 10:00:00 GMT", "Fri, 1 Jan 99999999999 1:1:1 GMT"],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert codecs.parse_time(text) is None


@pytest.mark.parametrize("value", ["-1", "1.0", "٣", "", "1" * 19, True, -1, 1 << 63, None, [1]])
def test_what_is_no_id_is_none(value: object) -> None:
    assert codecs.read_id(value) is None


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_ids_read_back(number: int) -> None:
    assert codecs.read_id(str(number)) == number
    assert codecs.read_id(number) == number
