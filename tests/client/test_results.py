"""Results: dictionaries and attributes at once, whatever server they came from."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from folkmoot.client import Mastodon
from folkmoot.client.mastodon import blurhash
from folkmoot.client.mastodon.entities.people import Account
from folkmoot.client.mastodon.entities.place import Instance
from folkmoot.client.mastodon.entities.statuses import (
    MediaAttachmentVideoMetadata,
    Quote,
    ShallowQuote,
    Status,
)
from folkmoot.client.mastodon.ids import MaybeSnowflakeIdType, unpack_id
from folkmoot.client.mastodon.length import graphemes
from folkmoot.client.mastodon.links import links
from folkmoot.client.mastodon.versions import normalize_version, parse_version_string
from folkmoot.client.types_base import Entity, NonPaginatableList, PaginatableList, try_cast_recurse

RAW: dict[str, Any] = {
    "id": "109404970108594430",
    "created_at": "2022-11-25T10:00:00.000Z",
    "account": {
        "id": 7,
        "acct": "ada@far.example",
        "emojis": [],
        "last_status_at": "2022-11-25",
        "from_later": {"a": 1},
    },
    "media_attachments": [{"id": "1", "type": "video", "meta": {"original": {"frame_rate": "25/1"}}}],
    "sensitive": "True",
    "replies_count": "3",
    "quote": {"state": "accepted", "quoted_status_id": "5"},
    "pleroma": {"parts": [{"x": [1, {"y": 2}]}]},
}


@pytest.fixture
def status() -> Status:
    found: Status = try_cast_recurse(Status, copy.deepcopy(RAW))
    return found


def test_keys_are_attributes(status: Status) -> None:
    assert isinstance(status, dict)
    assert status.id == status["id"] == "109404970108594430"
    assert status.account.acct == status["account"]["acct"]
    assert status.pleroma.parts[0].x[1].y == 2
    assert status.account.from_later.a == 1
    with pytest.raises(AttributeError):
        status.never_heard_of  # noqa: B018 - reading it is the test


def test_values_have_their_types(status: Status) -> None:
    assert status.created_at == datetime(2022, 11, 25, 10, tzinfo=UTC)
    assert status.account.last_status_at == datetime(2022, 11, 25)
    assert status.account.id == "7"
    assert status.sensitive is True
    assert status.replies_count == 3
    assert isinstance(status.quote, ShallowQuote)
    assert isinstance(status.media_attachments[0].meta.original, MediaAttachmentVideoMetadata)
    assert isinstance(try_cast_recurse(Status, {"quote": {"quoted_status": {}}}).quote, Quote)


def test_what_was_not_sent_is_none(status: Status) -> None:
    assert "edited_at" in status
    assert status.edited_at is None
    assert status == RAW


@pytest.mark.parametrize(
    "odd", [[], "text", 5, {"account": "gone"}, {"created_at": ""}, {"media_attachments": {}}]
)
def test_nothing_that_a_server_says_is_refused(odd: Any) -> None:
    made = try_cast_recurse(Status, odd)
    assert made is not None
    if isinstance(odd, dict):
        assert isinstance(made, Status)


def test_entries_can_be_set_and_new_names_can_not(status: Status) -> None:
    status.id = 420  # type: ignore[assignment]  # as scripts do
    assert status["id"] == "420"
    with pytest.raises(AttributeError):
        status.brand_new = 1
    status["brand_new"] = 1
    assert status.brand_new == 1


def test_copies_pickles_and_json(status: Status) -> None:
    for made in (
        copy.deepcopy(status),
        pickle.loads(pickle.dumps(status)),
        Entity.from_json(status.to_json()),
    ):
        assert type(made) is Status
        assert made == status
        assert made.created_at == status.created_at
    assert json.loads(status.to_json(pretty=False))["_mastopy_type"] == "Status"
    page: PaginatableList[Status] = PaginatableList([status])
    page._pagination_next = None
    again = Entity.from_json(NonPaginatableList([status]).to_json())
    assert type(again) is NonPaginatableList
    assert again == [status]
    for bad in ("{}", "[]", '{"_mastopy_version": "2", "_mastopy_type": "Nonsense"}'):
        with pytest.raises(ValueError):
            Entity.from_json(bad)


def test_a_newer_name_serves_an_older_one() -> None:
    instance = Instance({"domain": "m.example", "configuration": {"urls": {"streaming": "wss://s"}}})
    assert (instance.uri, instance.urls.streaming) == ("m.example", "wss://s")


def test_ids_compare_by_number_and_tell_their_time() -> None:
    assert MaybeSnowflakeIdType("9") < MaybeSnowflakeIdType("80") <= 80
    made = MaybeSnowflakeIdType(datetime(2023, 6, 15, 12))
    assert made.to_datetime() == datetime(2023, 6, 15, 12)
    assert pickle.loads(pickle.dumps(made)) == made
    assert MaybeSnowflakeIdType("opaque").to_datetime() is None
    assert unpack_id([Account({"id": 5}), {"id": "6"}, "7"]) == ["5", "6", "7"]


def test_links() -> None:
    header = '<https://m/a?max_id=1&b=c,d>; rel="next", <https://m/a?min_id=2>; title="x, y"; rel=prev'
    assert links(header) == {"next": "https://m/a?max_id=1&b=c,d", "prev": "https://m/a?min_id=2"}


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("4.6.0", (4, 6, 0)),
        ("4.6.0rc1", (4, 6, 0)),
        ("4.6.0+glitch", (4, 6, 0)),
        ("1.0.7+3.5.5rc2", (3, 5, 5)),
        ("3.5.3+0.17.3+git-6f4cb2f", (3, 5, 3)),
        ("3.5.3 (compatible; Name 1.2.3+x)", (3, 5, 3)),
    ],
)
def test_versions(said: str, version: tuple[int, int, int]) -> None:
    assert parse_version_string(normalize_version(said)) == version


LETTERS = st.text(
    st.sampled_from("ae\u0301\u200d\n\r 👩🏽💻🇪🇩✊👨👧한ㄱ\u1112\u1161\u11ab\ufe0f\u0ba8\u0bbf"), max_size=12
)


@given(LETTERS)
@example("👧\u200d\u200d✊")
@example("👧\u0bbf\u200d✊")
def test_letters_are_counted_as_unicode_says(text: str) -> None:
    assert graphemes(text) == len(regex.findall(r"\X", text))


def test_a_blurhash_as_the_reference_decodes_it() -> None:
    import blurhash as reference

    text = "=~NdOWof1PbIPUXSvgbI$f"
    assert blurhash.components(text) == reference.components(text)
    ours, theirs = blurhash.decode(text, 20, 12), reference.decode(text, 20, 12, linear=True)
    assert all(
        one == pytest.approx(other)
        for ours_row, theirs_row in zip(ours, theirs, strict=True)
        for one, other in zip(ours_row, theirs_row, strict=True)
    )
    shown = blurhash.decode(text, 20, 12, linear=False)
    assert max(abs(a - b) for r, s in zip(shown, reference.decode(text, 20, 12), strict=True)
               for p, q in zip(r, s, strict=True) for a, b in zip(p, q, strict=True)) <= 1  # fmt: skip
    for bad in ("", "short", "=~NdOWof1PbIPUXSvgbI$", "\u00e4" * 22):
        with pytest.raises(ValueError):
            blurhash.components(bad)


def test_lengths() -> None:
    assert (
        Mastodon.get_status_length("hi @dora@example.social https://example.com/a?b=c", "cw")
        == 3 + 5 + 1 + 23 + 2
    )
