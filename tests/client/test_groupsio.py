"""Groups.io: every call of the contract is a method, and every method works on our server, with typed answers."""

from __future__ import annotations

import inspect
import json
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.client.called import Called, methods
from tests.client.test_session import png
from tests.clients.conftest import PASSWORD
from tools.weave import endpoints, method_name

from folkmoot.client import AsyncGroupsIO, GroupsIO, GroupsIOError, TwoFactorRequired
from folkmoot.client.calls import Answer
from folkmoot.client.groupsio import DIALECT
from folkmoot.wire.groupsio import requests

TABLE = json.loads(Path(__file__).parents[1].joinpath("contracts", "groupsio.json").read_text())
CLASSES = [cls for classes in endpoints("groupsio").values() for cls in classes]
CALLED: set[str] = {"save_archives", "download_archives"}
FILLED_IN = {"csrf", "extended", "two_fa"}
#: Fields of the client's own making.
TEA = {"group_name": "teahouse"}


def test_every_call_of_the_contract_has_a_method() -> None:
    have = {name.replace("_", "") for name in methods(GroupsIO)}
    assert {call["name"] for call in TABLE["endpoints"]} - have == set()


def test_every_method_is_a_call_with_its_parameters() -> None:
    by_name = {
        {"log_in": "login", "log_out": "logout"}.get(n := method_name("groupsio", c), n): c for c in CLASSES
    }
    assert methods(GroupsIO) - {"save_archives"} == set(by_name)
    for name, cls in by_name.items():
        parameters = inspect.signature(getattr(GroupsIO, name)).parameters
        fields = {one.name for one in msgspec.structs.fields(cls)} - FILLED_IN
        assert set(parameters) - {"self"} == fields, name
        assert "`" in (inspect.getdoc(getattr(GroupsIO, name)) or ""), name


@pytest.fixture(scope="module")
def ada(told: dict[str, Any]) -> Any:
    """By cookie."""
    with GroupsIO(told["url"]) as client:
        called = Called(client, CALLED)
        assert called.login("ada@suite.test", PASSWORD).user.email == "ada@suite.test"
        yield called


@pytest.fixture(scope="module")
def ben(told: dict[str, Any]) -> Any:
    """By key."""
    with GroupsIO(told["url"], key="token-ben") as client:
        yield Called(client, CALLED)


def refusing(client: Any, method: str, *parts: Any, **parameters: Any) -> None:
    """A call that may be refused here, in the API's own form."""
    try:
        getattr(client, method)(*parts, **parameters)
    except GroupsIOError as error:
        CALLED.add(method)
        if not error.type:
            raise


@pytest.fixture(scope="module")
def tea(ada: Any) -> Any:
    """A group of Ada's, in which Ben is."""
    made = ada.create_group("teahouse", "Where tea is drunk", "group_privacy_archives")
    ada.direct_add("ben@suite.test\ncleo@suite.test", **TEA)
    return made


def test_groups(ada: Any, ben: Any, tea: Any) -> None:
    assert ada.get_group(**TEA).id == tea.id
    assert ada.update_group(**TEA, title="The teahouse").title == "The teahouse"
    assert ada.get_perms(**TEA).can_post
    assert "teahouse" in [one.group_name for one in ben.client.each(ben.get_subs, limit=1)]
    assert ben.get_sub(**TEA).group_name == "teahouse"
    sub = ada.create_subgroup("green", "Green tea only", privacy="sub_group_privacy_archives", **TEA)
    assert [one.id for one in ada.get_subgroups(**TEA).data] == [sub.id]
    ada.delete_group("I understand", group_id=sub.id)
    ada.new_group_alias("teapot", **TEA)
    alias = ada.get_group_aliases(**TEA).data[0]
    assert ada.delete_group_alias(alias_group_id=alias.id).id == tea.id
    notice = ada.new_member_notice("Hello", "member_notice_joining", "Welcome", "<p>Hello</p>", **TEA)
    ada.update_member_notice(notice.id, subject="Hello there")
    assert ada.get_member_notices(**TEA).data
    ada.delete_member_notice(notice.id)
    assert ada.get_activity_log(**TEA).data


def test_members(ada: Any, tea: Any) -> None:
    members = {one.email: one for one in ada.client.each(ada.get_members, **TEA)}
    ben = members["ben@suite.test"]
    assert ada.get_member(**TEA, member_info_id=ben.id).id == ben.id
    assert ada.search_members("ben", **TEA).data
    ada.update_member(ben.id, **TEA, mod_status="sub_modstatus_moderator")
    ada.update_member(ben.id, **TEA, mod_status="sub_modstatus_none")
    cleo = members["cleo@suite.test"].id
    ada.ban_member(**TEA, member_info_id=cleo)
    ada.unban_member(cleo, **TEA)
    refusing(ada, "remove_member", **TEA, member_info_id=cleo)
    ada.bulk_remove_members("cleo@suite.test", **TEA)
    ada.get_past_members(**TEA)
    ada.invite("fay@suite.test", **TEA)
    for call in ("approve_member", "send_bounce_probe", "send_confirmation"):
        refusing(ada, call, **TEA, member_info_id=ben.id)


def test_messages(ada: Any, ben: Any, tea: Any, tmp_path: Path) -> None:
    draft = ada.new_draft("draft_type_post", **TEA)
    ada.update_draft(draft.id, subject="Kettles #kettles", body="<p>Which one?</p>")
    files = ada.upload_attachments(draft.id, [png(), png()])
    assert len(files.data) == 2
    ada.delete_attachment(draft.id, files.data[0].id)
    assert len(ada.get_attachments(draft.id).data) == 1
    assert draft.id in [one.id for one in ada.get_drafts(**TEA).data]
    assert ada.post_draft(draft.id).object == "success"
    ada.delete_draft(ada.new_draft("draft_type_post", **TEA).id)
    topic = next(iter(ben.client.each(ben.get_topics, limit=1, **TEA)))
    message = ben.get_topic(topic.id).data[0]
    assert "Which one?" in message.body
    target = tmp_path / "picture.png"
    assert ben.client.save(message.attachments[0].download_url, target) == len(target.read_bytes())
    assert ben.get_message(message.msg_num, **TEA).id == message.id
    assert [one.id for one in ben.get_messages(**TEA).data] == [message.id]
    assert ben.search_archives(q="kettles", **TEA).data
    assert ben.get_message_history(**TEA).month_counts
    assert ada.get_pending_messages(**TEA).data == []
    assert ada.get_feed().data
    assert ada.get_single_feed(**TEA)
    heard: list[int] = []
    archive = tmp_path / "tea.zip"
    ada.save_archives(archive, **TEA, progress=lambda done, total: heard.append(done))
    with zipfile.ZipFile(archive) as zipped:
        assert b"Which one?" in zipped.read(zipped.namelist()[0])
    assert heard[-1] == archive.stat().st_size
    with pytest.raises(GroupsIOError, match="once in 24 hours"):
        ada.download_archives(**TEA)


def test_sections(ada: Any, ben: Any, tea: Any, tmp_path: Path) -> None:
    event = ada.add_event("Tasting", "2030-01-02T10:00:00Z", "2030-01-02T11:00:00Z", **TEA, rsvp=True)
    ada.update_event(event.id, **TEA, location="Here")
    assert ben.get_event(event.id).location == "Here"
    assert [one.id for one in ben.get_events("2030-01-01", **TEA).data] == [event.id]
    assert ben.rsvp(event.id, "rsvp_yes").type == "rsvp_yes"
    ada.delete_event(event.id, **TEA)
    paper = tmp_path / "pot.txt"
    paper.write_bytes(b"A pot")
    ada.update_group(**TEA, files_access="group_access_subscribers")
    root = ada.get_file_directory(**TEA).data
    folder = root[0].parent_folder_id if root else 0
    put = ada.add_files([paper], **TEA, parent_folder_id=folder, desc="A pot")
    link = ada.add_file_link("generic", "More", "https://example.org/", folder, **TEA)
    found = ben.get_file(put.data[0].name, **TEA)
    assert ben.client.save(found.download_url, tmp_path / "back.txt") == 5
    assert [one.name for one in ben.search_files("pot", **TEA).data] == ["pot.txt"]
    for one in (found, link):
        ada.delete_file(one.id, **TEA)
    assert ada.get_databases(**TEA).data == []
    refusing(ada, "get_database_rows", 1)
    page = ada.new_wiki_page("Leaves", "<p>Green</p>", **TEA)
    number = ada.get_wiki_pages(**TEA).data[0].id
    ada.update_wiki_page(number, **TEA, body="<p>Black</p>", edit_msg="Colour")
    assert "Black" in str(msgspec.to_builtins(ada.get_wiki_page_set(number, **TEA)))
    ada.delete_wiki_page(number, **TEA)
    assert page is not None


def test_chats(ada: Any, ben: Any, tea: Any) -> None:
    chat = ada.new_chat("Now", "<p>What is on</p>", announce=False, **TEA)
    ada.update_chat(chat.id, subject="Just now")
    assert [one.id for one in ben.get_chats(**TEA).data] == [chat.id]
    sub = ben.join_chat(chat.id)
    assert len(ben.chat_members(sub.id).data) == 2
    said = ben.new_chat_message(chat.id, "Hello")
    ben.update_chat_message(chat.id, said.msg_num, "Hello!")
    assert len(ada.get_chat_history(chat.id).data) >= 1
    ada.seen_chat(chat.id, said.msg_num)
    ben.delete_chat_message(chat.id, said.msg_num)
    ben.leave_chat(sub.id)
    ada.delete_chat(chat.id)


def test_oneself(ada: Any, ben: Any, told: dict[str, Any]) -> None:
    assert ada.get_user().email == "ada@suite.test"
    assert ada.update_user(full_name="Ada").full_name == "Ada"
    assert ada.update_profile(about_me="Tea").about_me == "<p>Tea</p>"
    for call in ("get_org", "get_delivery_info", "get_bounce_info"):
        refusing(ada, call)
    refusing(ada, "enterprise_info", "suite.test")
    for place in ("google", "facebook", "apple"):
        refusing(ada, f"{place}_login_start")
        refusing(ada, f"{place}_login_final", "state", code="x")
    with GroupsIO(told["url"]) as other:
        nobody = Called(other, CALLED)
        nobody.send_login_link("ada@suite.test")
        refusing(nobody, "authenticate_login_link", "1")
        made = nobody.register_user("jo@suite.test", "a long enough password", full_name="Jo")
        assert made.user.email == "jo@suite.test"
        nobody.logout()
        with pytest.raises(GroupsIOError) as refused:
            nobody.get_user()
        assert refused.value.type == "authentication"


def test_a_stale_csrf_is_asked_for_anew(ada: Any) -> None:
    ada.client.csrf = "stale"
    assert ada.client.update_user(full_name="Ada").full_name == "Ada"
    assert ada.client.csrf != "stale"


def test_a_token_to_keep(told: dict[str, Any]) -> None:
    with GroupsIO(told["url"]) as first:
        token = first.login("ben@suite.test", PASSWORD, token=True).token
    with GroupsIO(told["url"], token=token) as second:
        assert second.get_user().email == "ben@suite.test"


def test_every_method_was_called(ada: Any, tea: Any) -> None:
    ada.delete_group("I understand", group_id=tea.id)
    assert methods(GroupsIO) - CALLED == set()


def test_errors_say_what_the_server_says(ada: Any, told: dict[str, Any]) -> None:
    with pytest.raises(GroupsIOError) as refused:
        ada.get_group(group_name="nowhere")
    assert (refused.value.status, refused.value.type) == (400, "group_not_found")
    with pytest.raises(GroupsIOError, match="unauthorized"), GroupsIO(told["url"]) as nobody:
        nobody.login("ada@suite.test", "wrong")
    body = b'{"object":"error","type":"two_factor_required","extra":""}'
    assert isinstance(DIALECT.refusal(Answer(400, "", {}, body)), TwoFactorRequired)
    assert DIALECT.refusal(Answer(502, "Bad Gateway", {}, b"")).args == ("502: Bad Gateway",)


async def test_awaited(told: dict[str, Any]) -> None:
    async with AsyncGroupsIO(told["url"], key="token-ada") as client:
        assert (await client.send(requests.GetUser())).email == "ada@suite.test"
        with pytest.raises(GroupsIOError):
            await client.send(requests.GetGroup(group_name="nowhere"))


def test_lists_that_are_null_elsewhere() -> None:
    body = b'{"object":"list","total_count":0,"data":null,"sort_dir":null}'
    assert DIALECT.read(requests.GetTopics(), Answer(200, "", {}, body)).data == []
