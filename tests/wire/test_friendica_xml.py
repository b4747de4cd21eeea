"""The XML of Friendica's answers is well-formed whatever people write, with the names that clients know."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.wire.contract_tables import table
from tests.wire.friendica_samples import NOON, status, timeline, user

from folkmoot.wire.friendica import xml
from folkmoot.wire.friendica.circle import Group, GroupResult
from folkmoot.wire.friendica.node import Config, ConfigSite, Error, RateLimit
from folkmoot.wire.friendica.notification import Notification
from folkmoot.wire.friendica.photo import Photo, PhotoListItem
from folkmoot.wire.friendica.status import Activities, Entities, EntityUrl, Status

T = "{http://api.twitter.com}"
S = "{http://status.net/schema/api/1/}"
F = "{http://friendi.ca/schema/api/1/}"
GEO = "{http://www.georss.org/georss}"
HOSTILE = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("<>&\"'\x00\x01\x0b\x1f\x7f\ud800\udfff\ufffe\uffff]\r\n \u2028;#"),
    ),
    max_size=60,
)


def kept(text: str) -> str:
    """What a reader gets of *text*: XML's own characters, line ends as XML reads them, trimmed."""
    legal = "".join(
        c
        for c in text.strip()
        if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
    )
    return legal.replace("\r\n", "\n").replace("\r", "\n")


@given(HOSTILE, HOSTILE)
def test_any_text_stays_well_formed_and_readable(text: str, name: str) -> None:
    root = ET.fromstring(xml.write("statuses", [status(1, user(2, name), text)]))
    found = root.find(f"{T}status")
    assert found is not None
    assert (found.findtext(f"{T}text") or "") == kept(text)
    assert (found.findtext(f"{T}user/{T}name") or "") == kept(name)


@given(HOSTILE)
def test_any_text_stays_well_formed_in_attributes(text: str) -> None:
    note = Notification(id=1, type=8, name=text, msg=text, otype="item")
    ET.fromstring(xml.write("notes", [note]))
    row = PhotoListItem(id="0" * 32, album=text, filename=text, type="image/png", thumb=text)
    ET.fromstring(xml.write("photos", [row]))


trees = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), HOSTILE),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(HOSTILE, inner, max_size=4)),
    max_leaves=12,
)


@given(HOSTILE, trees)
def test_any_tree_under_any_name_is_well_formed(name: str, tree: Any) -> None:
    ET.fromstring(xml.write(name, tree))


@pytest.mark.parametrize("payload", ["]]>", "&#x1;", "\ud800", "<![CDATA[x", "<!--", "<?php", "\x08a\x0c"])
def test_f03_payloads_are_escaped_once(payload: str) -> None:
    root = ET.fromstring(xml.write("status", status(1, user(1), payload)))
    assert (root.findtext(f"{T}text") or "") == kept(payload)


def test_root_namespaces_and_prefixes() -> None:
    root = ET.fromstring(xml.write("statuses", [status(7, user(3))]))
    assert root.tag == f"{T}statuses"
    post = root[0]
    assert post.tag == f"{T}status"
    assert post.findtext(f"{S}conversation_id") == "7"
    assert post.findtext(f"{F}owner/{T}screen_name") == "ann3"
    assert post.findtext(f"{T}user/{S}blocking") == "false"
    assert post.findtext(f"{F}activities/{F}like/{T}user/{T}id") == "3"
    assert post.findtext(f"{GEO}point") == "48.5 9.25"
    assert post.find(f"{T}retweeted_status") is None
    declared = table("friendica")["conventions"]["xml"]["namespaces"]
    assert all(f'"{address}"' in xml.NAMESPACES for address in declared.values())
    assert set(table("friendica")["conventions"]["xml"]["no_namespace_roots"]) == xml.BARE_ROOTS


@pytest.mark.parametrize(
    ("root", "item"),
    [
        ("statuses", "status"),
        ("users", "user"),
        ("direct-messages", "direct_message"),
        ("ids", "id"),
        ("groups", "group"),
        ("notes", "note"),
        ("photos", "photo"),
    ],
)
def test_entries_have_the_singular_name(root: str, item: str) -> None:
    written = ET.fromstring(xml.write(root, [1, 2]))
    names = [entry.tag.removeprefix(T) for entry in written]
    assert names == [item, item]


def test_empty_values_and_booleans() -> None:
    text = xml.write("status", status(1, user(1), "  ", in_reply_to_status_id=None)).decode()
    assert "<text/>" in text
    assert "<in_reply_to_status_id/>" in text
    assert "<truncated>false</truncated>" in text
    assert "<friendica:dislike/>" in text
    assert xml.write("ids", []) == b'<?xml version="1.0"?>\n<ids></ids>'


def test_scalars_stand_alone() -> None:
    assert xml.write("ok", True) == b'<?xml version="1.0"?>\n<ok>true</ok>'
    assert xml.write("version", "0.9.7") == b'<?xml version="1.0"?>\n<version>0.9.7</version>'


def test_attachments_and_nested_lists() -> None:
    link = EntityUrl(url="https://a.example/", expanded_url="https://a.example/", indices=(3, 9))
    root = ET.fromstring(xml.write("status", status(1, user(1), entities=Entities(urls=[link]))))
    files = root.find(f"{T}attachments")
    assert files is not None
    assert files.attrib == {"type": "array"}
    assert files[0].tag == f"{T}enclosure"
    assert files[0].attrib == {
        "url": "https://node.example/a.png?x=1&y=2",
        "mimetype": "image/png",
        "size": "7",
    }
    found = root.find(f"{T}entities/{T}urls/{T}url/{T}indices")
    assert found is not None
    assert [entry.text for entry in found] == ["3", "9"]


def test_config_and_errors() -> None:
    site = ConfigSite(name="A & B", textlimit="500", closed="false")
    root = ET.fromstring(xml.write("config", Config(site=site)))
    assert root.tag == "config"
    assert root.findtext("site/name") == "A & B"
    assert root.findtext("site/fancy") == "false"
    error = Error(error="Not Implemented", request="api/nope.xml", code="501 Not Implemented")
    refused = ET.fromstring(xml.write("status", error))
    assert refused.findtext(f"{T}code") == "501 Not Implemented"


def test_names_with_blanks_and_circles() -> None:
    changed = msgspec.convert(
        {"success": True, "gid": 3, "name": "x", "status": "missing user", "wrong users": [8, 9]}, GroupResult
    )
    root = ET.fromstring(xml.write("group_create", changed))
    assert [entry.text for entry in root.findall(f"{T}wrong_users/{T}id")] == ["8", "9"]
    circles = ET.fromstring(xml.write("groups", [Group(name="Friends", gid=4, user=[user(1), user(2)])]))
    assert len(circles.findall(f"{T}group/{T}users/{T}user")) == 2


def test_notes_and_photos_are_attributes() -> None:
    note = Notification(id=4, type=8, name="Ann", seen=1, msg="a < b", otype="item")
    (found,) = ET.fromstring(xml.write("notes", [note]))
    assert (found.tag, found.text) == ("note", None)
    assert (found.attrib["id"], found.attrib["msg"], found.attrib["seen"]) == ("4", "a < b", "1")
    row = PhotoListItem(id="ab" * 16, album="Bees", type="image/png", thumb="https://node.example/t.png")
    (photo,) = ET.fromstring(xml.write("photos", [row]))
    assert (photo.text, photo.attrib["album"]) == ("https://node.example/t.png", "Bees")
    assert "thumb" not in photo.attrib


def test_one_photo_lists_its_links() -> None:
    comment: Status = status(5, user(1))
    photo = Photo(
        id="ab" * 16,
        title="<link>",
        type="image/png",
        link=["https://node.example/0.png", "https://node.example/1.png"],
        friendica_activities=Activities(),
        friendica_comments=[comment],
    )
    root = ET.fromstring(xml.write("photo", photo))
    links = root.findall(f"{T}links/{T}link")
    assert [(entry.attrib["scale"], entry.attrib["href"][-5:]) for entry in links] == [
        ("0", "0.png"),
        ("1", "1.png"),
    ]
    assert root.findtext(f"{T}title") == "<link>"
    assert root.findtext(f"{F}comments/{T}comment/{T}id") == "5"


def test_rate_limit_names() -> None:
    limit = RateLimit(
        remaining_hits=150, hourly_limit=150, reset_time_in_seconds=1_700_000_000, reset_time=NOON
    )
    root = ET.fromstring(xml.write("hash", limit))
    assert root.findtext("remaining-hits") == "150"
    found = root.find("reset-time")
    assert found is not None
    assert (found.text, found.attrib) == ("2023-11-14T22:13:20Z", {"type": "datetime"})


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError):
        xml.write("ok", object())


def test_a_timeline_is_written_in_time() -> None:
    page = timeline()
    best = min(_seconds(page) for _ in range(30))
    assert best < 0.003  # five times what it takes, so that a busy machine passes and a slow writer does not


def _seconds(page: list[Status]) -> float:
    start = time.perf_counter()
    xml.write("statuses", page)
    return time.perf_counter() - start
