"""Friendica: every call of the contract is a method, and every method works on our server, with typed answers."""

from __future__ import annotations

import http.server
import inspect
import io
import json
import re
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.client.called import Called, methods
from tests.client.test_session import png
from tests.clients.conftest import PASSWORD
from tools.weave import endpoints, method_name

from folkmoot.client import AsyncFriendica, BadAnswer, ConnectionFailed, Friendica, FriendicaError
from folkmoot.client.calls import Answer
from folkmoot.client.friendica import DIALECT
from folkmoot.wire.friendica import requests
from folkmoot.wire.request import Upload

TABLE = json.loads(Path(__file__).parents[1].joinpath("contracts", "friendica.json").read_text())
CLASSES = [cls for classes in endpoints("friendica").values() for cls in classes]
OAUTH = {"oauth/request_token", "oauth/access_token", "oauth/authorize"}
CALLED: set[str] = set()


def paths() -> set[str]:
    """The paths that methods lead to, without parameters."""
    return {
        re.sub(r"/\{\w+\}", "", path).removeprefix("/api/")
        for cls in CLASSES
        for path in (cls.endpoint.path, *cls.endpoint.aliases)
    }


def test_every_call_of_the_contract_has_a_method() -> None:
    wanted = {re.sub(r"/(:\w+|<verb>)| \(.*\)", "", call["path"]) for call in TABLE["endpoints"]} - OAUTH
    assert wanted - paths() - {"friendica/notification"} == set()


def test_every_method_is_a_call_with_its_parameters() -> None:
    by_name = {method_name("friendica", cls): cls for cls in CLASSES}
    assert methods(Friendica) == set(by_name)
    for name, cls in by_name.items():
        parameters = inspect.signature(getattr(Friendica, name)).parameters
        fields = {one.name for one in msgspec.structs.fields(cls)}
        if name != "users_profile_image":
            assert set(parameters) - {"self"} == fields, name
        assert "`" in (inspect.getdoc(getattr(Friendica, name)) or ""), name


@pytest.fixture(scope="module")
def ada(told: dict[str, Any]) -> Any:
    with Friendica(told["url"], user="ada", password=PASSWORD) as client:
        yield Called(client, CALLED)


@pytest.fixture(scope="module")
def ben(told: dict[str, Any]) -> Any:
    with Friendica(told["url"], token="token-ben") as client:
        yield Called(client, CALLED)


def test_posts(ada: Any, ben: Any, told: dict[str, Any]) -> None:
    said = ada.statuses_update(status="Tea by [b]Friendica[/b] #friendicatea", title="Tea", media=[png()])
    assert said.friendica_title == "Tea"
    assert ada.statuses_show(said.id).id == said.id
    reply = ben.statuses_update(status="@ada With milk", in_reply_to_status_id=said.id)
    assert [one.id for one in ada.statuses_show(said.id, conversation="true")] == [said.id, reply.id]
    assert {one.id for one in ada.conversation_show(said.id)} == {said.id, reply.id}
    for timeline in ("home", "friends", "public", "networkpublic", "user", "mentions"):
        call = getattr(ada, f"statuses_{timeline}" + ("_timeline" if timeline != "mentions" else ""))
        assert all(isinstance(one.id, int) for one in call(count=5)), timeline
    assert ada.statuses_user_timeline("ada", count=1)[0].id == said.id
    assert reply.id in [one.id for one in ada.statuses_mentions_timeline()]
    assert ben.favorites_create(said.id).favorited
    assert next(one.id for one in ben.favorites()) == ben.favorites_list()[0].id == said.id
    assert not ben.favorites_destroy(said.id).favorited
    shared = ben.statuses_retweet(said.id)
    assert said.id in [one.id for one in ada.statuses_retweets_of_me()]
    assert ada.statuses_retweets(said.id)
    assert int(told["people"]["ben"]["id"]) in ada.statuses_retweeters_ids(id=said.id).ids
    assert ben.statuses_retweeted_by_me()
    assert ada.statuses_retweeted_to_me() == []
    assert ben.statuses_unretweet(said.id) is not None
    assert shared.id
    assert [one.id for one in ada.statuses_lookup(id=[said.id, reply.id])]
    assert "Tea" in ada.statuses_oembed(id=said.id).html
    assert said.id in [one.id for one in ada.search(q="#friendicatea")]
    assert ada.search_tweets(q="#friendicatea").statuses[0].id == said.id
    assert ada.statusnet_tags_timeline("friendicatea")[0].id == said.id
    assert ben.friendica_activity("like", said.id) is not None
    ben.friendica_statuses_dislike(said.id)
    assert len(ben.friendica_statuses_disliked_by(said.id)) == 1
    ben.friendica_statuses_undislike(said.id)
    assert ben.statuses_destroy(reply.id).id == reply.id


def test_people(ada: Any, ben: Any, told: dict[str, Any]) -> None:
    assert ada.account_verify_credentials().screen_name == "ada"
    assert ada.users_show("ben").screen_name == "ben"
    assert [one.screen_name for one in ada.users_search(q="ben")] == ["ben"]
    assert {one.screen_name for one in ada.users_lookup(screen_name=["ben", "cleo"])} == {"ben", "cleo"}
    ada.externalprofile_show(profileurl=ada.users_show("ben").statusnet_profile_url)
    kinds = ada.users_suggestions()
    slug = kinds[0].slug if kinds else "people"
    ada.users_suggestions_show(slug)
    ada.users_suggestions_members(slug)
    assert ada.account_update_profile(description="Drinks tea").description == "Drinks tea"
    ada.friendica_profile_show()
    assert ada.friendships_create(screen_name="cleo").screen_name == "cleo"
    assert ada.friendships_exists(screen_name_a="ada", screen_name_b="cleo") is not None
    assert ada.friendships_show(target_screen_name="cleo").relationship.source["following"]
    ada.friendships_update(screen_name="cleo", retweets="false")
    assert int(told["people"]["cleo"]["id"]) in ada.friendships_no_retweets_ids()
    assert ada.friendships_lookup(screen_name=["cleo"])[0].screen_name == "cleo"
    assert int(told["people"]["cleo"]["id"]) in ada.friends_ids()
    for call in (ada.friends_list, ada.followers_list):
        assert call().users
    assert ada.followers_ids(cursor=-1).ids
    assert ada.statuses_friends()
    assert ada.statuses_followers()
    ada.friendships_create(screen_name="dora")
    assert ada.friendships_outgoing().ids == [int(told["people"]["dora"]["id"])]
    assert ada.friendships_incoming().ids == []
    assert ada.friendships_destroy(screen_name="cleo").screen_name == "cleo"
    assert ada.blocks_create("fay").screen_name == "fay"
    assert [one.screen_name for one in ada.blocks_list().users] == ["fay"]
    assert ada.blocks_ids().ids
    ada.blocks_destroy("fay")
    ada.mutes_users_create(screen_name="fay")
    assert [one.screen_name for one in ada.mutes_users_list().users] == ["fay"]
    assert ada.mutes_users_ids().ids
    ada.mutes_users_destroy(screen_name="fay")
    ada.users_report_spam(screen_name="ivan", perform_block=False)
    assert ada.friendica_notifications()
    assert ada.friendica_notifications_seen(id=ada.friendica_notifications()[0].id) is not None


def test_circles_and_lists(ada: Any) -> None:
    people = {"user": [{"cid": str(ada.users_show("ben").cid or ada.users_show("ben").id)}]}
    for kind in ("group", "circle"):
        made = getattr(ada, f"friendica_{kind}_create")(name=f"By {kind}", json={"user": []})
        assert made.success
        getattr(ada, f"friendica_{kind}_update")(gid=made.gid, name=f"By {kind}", json={"user": []})
        assert f"By {kind}" in [one.name for one in getattr(ada, f"friendica_{kind}_show")()]
        assert getattr(ada, f"friendica_{kind}_delete")(gid=made.gid, name=f"By {kind}").success
    assert people
    assert ada.lists() == []
    made = ada.lists_create(name="Tea people")
    one = {"list_id": made.id}
    ada.lists_update(**one, name="Tea drinkers")
    assert ada.lists_show(**one).name == "Tea drinkers"
    for name in ("ben", "cleo"):
        refusing(ada, "friendships_create", screen_name=name)
    ada.lists_members_create(**one, screen_name="ben")
    ada.lists_members_create_all(**one, screen_name=["cleo"])
    assert {who.screen_name for who in ada.lists_members(**one).users} == {"ben", "cleo"}
    assert ada.lists_members_show(**one, screen_name="ben").screen_name == "ben"
    ada.lists_members_destroy(**one, screen_name="ben")
    ada.lists_members_destroy_all(**one, screen_name=["cleo"])
    assert ada.lists_statuses(**one) == []
    assert made.id in [each.id for each in ada.lists_list()]
    assert made.id in [each.id for each in ada.lists_ownerships().lists]
    ada.lists_memberships(screen_name="ben")
    ada.lists_subscriptions()
    ada.lists_subscribers(**one)
    for name, more in (("create", {}), ("show", {"screen_name": "ben"}), ("destroy", {})):
        refusing(ada, f"lists_subscribers_{name}", **one, **more)
    ada.lists_destroy(**one)


def refusing(client: Any, method: str, **parameters: Any) -> None:
    """A call that may be refused here, in the API's own form."""
    try:
        getattr(client, method)(**parameters)
    except FriendicaError as error:
        CALLED.add(method)
        if not error.message:
            raise


def test_messages(ada: Any, ben: Any, told: dict[str, Any]) -> None:
    sent = ada.direct_messages_new(screen_name="ben", text="Psst", title="Hush")
    assert sent.text
    got = ben.direct_messages()[0]
    assert got.sender_screen_name == "ada"
    assert ben.direct_messages_show(id=got.id).id == got.id
    assert ada.direct_messages_sent()[0].id == sent.id
    assert ada.direct_messages_all()
    ada.direct_messages_conversation(uri=sent.friendica_parent_uri)
    assert ben.friendica_direct_messages_search(searchstring="Psst")
    ben.friendica_direct_messages_setseen(id=got.id)
    event = {
        "type": "message_create",
        "message_create": {"target": {"recipient_id": told["people"]["ben"]["id"]},
                           "message_data": {"text": "Psst again"}},
    }  # fmt: skip
    made = ada.direct_messages_events_new(event=event)
    listed = ada.direct_messages_events_list()
    number = made["event"]["id"]
    assert number in [one["id"] for one in listed["events"]]
    assert number in [one["id"] for one in ada.client.each(ada.client.direct_messages_events_list, count=1)]
    ada.direct_messages_events_show(id=number)
    ada.direct_messages_events_destroy(id=number)
    ada.direct_messages_destroy(id=sent.id)


def test_files(ada: Any, tmp_path: Path) -> None:
    picture = tmp_path / "dots.png"
    picture.write_bytes(png())
    uploaded = ada.media_upload(media=picture)
    ada.media_metadata_create(media_id=uploaded.media_id, alt_text={"text": "Four dots"})
    begun = ada.media_upload(command="INIT", total_bytes=len(png()), media_type="image/png")
    ada.media_upload(command="APPEND", media_id=begun.media_id, segment_index=0, media=io.BytesIO(png()))
    done = ada.media_upload(command="FINALIZE", media_id=begun.media_id)
    assert ada.media_upload_status(command="STATUS", media_id=begun.media_id).media_id == done.media_id
    assert ada.statuses_update(status="Dots", media_ids=[uploaded.media_id]).attachments
    made = ada.friendica_photo_create(media=picture, album="Dots", desc="Four")
    assert made.album == "Dots"
    ada.friendica_photo_update(photo_id=made.id, desc="Two and two", album="Dots")
    assert ada.friendica_photo(photo_id=made.id).desc == "Two and two"
    assert made.id in [one.id for one in ada.friendica_photos_list()]
    assert "Dots" in [one.name for one in ada.friendica_photoalbums()]
    assert ada.friendica_photoalbum(album="Dots")[0].id == made.id
    assert [one.id for one in ada.client.each(ada.friendica_photoalbum, album="Dots", limit=1)] == [made.id]
    ada.friendica_photoalbum_update(album="Dots", album_new="Points")
    second = ada.friendica_photo_create(media=picture, album="Points")
    ada.friendica_photo_delete(photo_id=second.id)
    ada.friendica_photoalbum_delete(album="Points")
    ada.account_update_profile_image(image=picture)
    target = tmp_path / "portrait"
    assert ada.users_profile_image("ada", target) == target.stat().st_size > 0
    ada.account_update_profile_banner(banner=picture)
    ada.users_profile_banner(screen_name="ada")
    ada.account_remove_profile_banner()
    ada.account_update_profile_background_image(image=picture)


def test_groups_and_events(ada: Any, ben: Any) -> None:
    made = ada.statusnet_groups_create(nickname="readers", full_name="Readers", description="We read books")
    assert ben.statusnet_groups_join(made.id).id == made.id
    assert ben.statusnet_groups_is_member(group_id=made.id).is_member
    assert {one.screen_name for one in ada.statusnet_groups_membership(made.id)} == {"ada", "ben"}
    assert [one.screen_name for one in ada.statusnet_groups_admins(made.id)] == ["ada"]
    assert ada.statusnet_groups_show("readers").id == made.id
    assert ada.statusnet_groups_timeline("readers") == []
    assert made.id in [one.id for one in ben.statusnet_groups_list()]
    assert made.id in [one.id for one in ben.statusnet_groups_list_all()]
    assert len(list(ada.client.each(ada.statusnet_groups_membership, "readers", count=1))) == 2
    ben.statusnet_groups_leave("readers")
    event = ada.friendica_event_create(
        name="Reading", start_time="2030-01-02 10:00:00", end_time="2030-01-02 11:00:00", desc="A book"
    )
    assert event.event_id in [one.id for one in ada.friendica_events()]
    ada.friendica_event_delete(id=event.event_id)


def test_the_node(ada: Any) -> None:
    assert ada.help_test() == "ok"
    assert ada.statusnet_version() == "0.9.7"
    assert ada.statusnet_config().site.name
    assert ada.account_rate_limit_status()
    ada.application_rate_limit_status(resources="statuses")
    ada.account_settings(lang="en")
    ada.account_update_delivery_device(device="none")
    for call in (ada.help_configuration, ada.help_languages, ada.help_privacy, ada.help_tos):
        call()
    refusing(ada, "friendica_remoteauth", c_url="http://127.0.0.1/profile/x", url="http://127.0.0.1/")
    where = {"lat": 52.5, "long": 13.4}
    ada.geo_reverse_geocode(**where)
    ada.geo_search(**where)
    refusing(ada, "geo_id", place_id="df51dec6f4ee2b2c")
    refusing(ada, "geo_place", name="Here", **where)
    ada.trends_available()
    ada.trends_closest(**where)
    ada.trends_place(id=1)
    made = ada.saved_searches_create(query="tea")
    assert made.id in [one.id for one in ada.saved_searches_list()]
    assert ada.saved_searches_show(made.id).query == "tea"
    ada.saved_searches_destroy(made.id)


def test_every_method_was_called() -> None:
    assert methods(Friendica) - CALLED == set()


def test_pages_as_one(ada: Any) -> None:
    made = [ada.statuses_update(status=f"Number {n}").id for n in range(5)]
    found = [one.id for one in ada.client.each(ada.client.statuses_user_timeline, "ada", count=2)]
    assert found[:5] == made[::-1]
    assert len(found) == len(set(found))
    assert {type(one) for one in ada.client.each(ada.client.followers_ids, count=1)} == {int}


def test_errors_say_what_the_server_says(ada: Any, told: dict[str, Any]) -> None:
    with pytest.raises(FriendicaError) as refused:
        ada.statuses_show(1)
    assert refused.value.status >= 400
    assert refused.value.message
    assert refused.value.request.startswith("api/statuses/show")
    with Friendica(told["url"], user="ada", password="wrong") as nobody, pytest.raises(FriendicaError) as out:
        nobody.account_verify_credentials()
    assert (out.value.status, out.value.message) == (401, "This API requires login")
    with Friendica("http://127.0.0.1:9", retries=0) as away, pytest.raises(ConnectionFailed):
        away.help_test()
    with pytest.raises(TypeError, match="one of"):
        Friendica(told["url"], user="a", password="b", token="c")
    assert DIALECT.refusal(Answer(502, "Bad Gateway", {}, b"<html>")).args == ("502: <html>",)
    with pytest.raises(BadAnswer):
        DIALECT.read(requests.HomeTimeline(), Answer(200, "OK", {}, b'{"no": "list"}'))


def test_credentials_go_to_their_own_server_alone(tmp_path: Path) -> None:
    """What a stranger's server hears when a file of its is saved."""
    heard: list[str | None] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers.get("authorization"))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"picture")

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    with Friendica("http://127.0.0.1:9", token="secret") as client:
        assert client.save(f"{url}/x.png", tmp_path / "x.png") == 7
    with Friendica(url, token="secret") as client:
        assert client.save("/x.png", tmp_path / "x.png") == 7
    server.shutdown()
    server.server_close()
    assert heard == [None, "Bearer secret"]


def test_a_file_that_breaks_off_is_not_there(ada: Any, tmp_path: Path) -> None:
    with pytest.raises(FriendicaError):
        ada.client.save("/media/none", tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_uploads_tell_how_far_they_are(told: dict[str, Any]) -> None:
    heard: list[tuple[int, int]] = []
    with Friendica(told["url"], token="token-ada") as client:
        client.progress = lambda done, total: heard.append((done, total))
        client.media_upload(media=Upload("p.png", "image/png", png()))
    assert heard[-1][0] == heard[-1][1] > len(png())


async def test_awaited(told: dict[str, Any]) -> None:
    async with AsyncFriendica(told["url"], user="ada", password=PASSWORD) as client:
        said = await client.send(requests.UpdateStatus(status="Awaited"))
        assert (await client.send(requests.ShowStatus(id=said.id))).text == "Awaited"
        with pytest.raises(FriendicaError):
            await client.send(requests.ShowStatus(id=1))


def test_unknown_and_missing_fields_of_other_servers() -> None:
    body = json.dumps({"ids": None, "next_cursor": 0, "more": [1]}).encode()
    from folkmoot.wire.friendica.requests_people import FriendsIds

    assert DIALECT.read(FriendsIds(), Answer(200, "OK", {}, body)).ids == []
