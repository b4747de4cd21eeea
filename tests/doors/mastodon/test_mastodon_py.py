"""A real client, Mastodon.py, does what people do with it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from mastodon import Mastodon, MastodonNotFoundError, MastodonUnauthorizedError
from PIL import Image
from tests.doors.mastodon.moot import ALL, Moot, running

from folkmoot.domain.people import passwords
from folkmoot.doors.mastodon import door
from folkmoot.doors.oauth import door as oauth


@pytest.fixture(scope="module")
def moot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moot]:
    with running(tmp_path_factory.mktemp("client"), (oauth, door)) as up:
        yield up


def client(moot: Moot, name: str) -> Mastodon:
    token = moot.person(name).token
    return Mastodon(access_token=token, api_base_url=moot.url, ratelimit_method="throw")


def test_an_app_and_a_login(moot: Moot) -> None:
    moot.person("olga", password_hash=passwords.hash_password("a long password"))
    client_id, secret = Mastodon.create_app(
        "probe", api_base_url=moot.url, scopes=ALL.split(), website="https://x.example"
    )
    app = Mastodon(
        client_id=client_id, client_secret=secret, api_base_url=moot.url, version_check_mode="none"
    )
    address = app.auth_request_url(scopes=["read"])
    assert client_id in address
    app.log_in(username="olga@example.org", password="a long password", scopes=["read", "write"])
    assert app.me().acct == "olga"
    assert app.app_verify_credentials().name == "probe"


def test_talking(moot: Moot) -> None:
    una, vic = client(moot, "una"), client(moot, "vic")
    post = una.status_post("hello @vic #greeting", spoiler_text="hi", language="en")
    answer = vic.status_reply(post, "hello back")
    assert answer.in_reply_to_id == post.id
    around = una.status_context(post)
    assert [s.id for s in around.descendants] == [answer.id]
    assert [s.id for s in una.status_context(answer).ancestors] == [post.id]
    assert vic.status_favourite(post).favourites_count == 1
    assert vic.status_reblog(post).reblog.id == post.id
    assert vic.status_bookmark(post).bookmarked
    assert [s.id for s in vic.favourites()] == [post.id]
    assert [s.id for s in vic.bookmarks()] == [post.id]
    assert [a.acct for a in una.status_favourited_by(post)] == ["vic"]
    assert [a.acct for a in una.status_reblogged_by(post)] == ["vic"]
    assert vic.status_unreblog(post).reblogs_count == 0
    assert vic.status_reblog(post, visibility="private").reblog.reblogs_count == 1
    assert una.status_reblogged_by(post) == vic.status_reblogged_by(post) == []  # told to followers alone
    assert vic.status_unreblog(post).reblogs_count == 0
    assert vic.status_unfavourite(post).favourites_count == 0
    assert not vic.status_unbookmark(post).bookmarked
    changed = una.status_update(post, "hello again @vic")
    assert changed.edited_at is not None
    assert [len(una.status_history(post)), una.status_source(post).text] == [2, "hello again @vic"]
    deleted = una.status_delete(post)
    assert deleted.text == "hello again @vic"
    with pytest.raises(MastodonNotFoundError):
        vic.status(post)
    with pytest.raises(MastodonUnauthorizedError):
        Mastodon(access_token="wrong", api_base_url=moot.url, version_check_mode="none").timeline_home()


def test_pages(moot: Moot) -> None:
    wim, xia = client(moot, "wim"), client(moot, "xia")
    xia.account_follow(wim.me())
    ids = [wim.status_post(f"number {n}").id for n in range(7)][::-1]
    first = xia.timeline_home(limit=3)
    second = xia.fetch_next(first)
    third = xia.fetch_next(second)
    assert [s.id for s in [*first, *second, *third]] == ids
    assert [s.id for s in xia.fetch_previous(second)] == ids[:3]
    assert [s.id for s in xia.fetch_remaining(xia.timeline_public(limit=2))][:7] == ids
    assert [s.id for s in xia.account_statuses(wim.me(), limit=4)] == ids[:4]
    wim_id = wim.me().id
    assert [a.id for a in xia.account_following(xia.me())] == [wim_id]
    assert [a.acct for a in xia.account_followers(wim_id)] == ["xia"]


def test_people(moot: Moot) -> None:
    yan, zoe = client(moot, "yan"), client(moot, "zoe")
    zoe_id = zoe.me().id
    assert yan.account_follow(zoe_id, reblogs=False).showing_reblogs is False
    assert yan.account_relationships([zoe_id])[0].following
    assert yan.account_mute(zoe_id, duration=60).muting
    assert not yan.account_unmute(zoe_id).muting
    assert yan.account_block(zoe_id).blocking
    assert not yan.account_relationships(zoe_id)[0].following
    assert not yan.account_unblock(zoe_id).blocking
    assert not yan.account_unfollow(zoe_id).following
    zoe.account_update_credentials(locked=True)
    assert yan.account_follow(zoe_id).requested
    assert [a.acct for a in zoe.follow_requests()] == ["yan"]
    zoe.follow_request_authorize(yan.me())
    assert yan.account_relationships(zoe_id)[0].following
    assert [n.type for n in zoe.notifications()] == ["follow"]
    assert yan.account_search("zo")[0].id == zoe_id
    assert yan.account_lookup("zoe").id == zoe_id
    assert yan.search("zoe").accounts[0].id == zoe_id
    zoe.notifications_clear()
    assert zoe.notifications() == []


def test_a_profile_with_a_picture(moot: Moot) -> None:
    amy = client(moot, "amy")
    picture = io.BytesIO()
    Image.new("RGB", (600, 300), "teal").save(picture, "PNG")
    me = amy.account_update_credentials(
        display_name="Amy",
        note="likes #tea",
        avatar=picture.getvalue(),
        avatar_mime_type="image/png",
        fields=[("site", "https://example.org")],
        bot=False,
    )
    assert (me.display_name, me.source.note) == ("Amy", "likes #tea")
    assert me.fields[0].name == "site"
    assert "/media/" in me.avatar
    assert "/media/" not in me.header
    again = amy.account_update_credentials(note="")
    assert (again.display_name, again.source.note, again.avatar) == ("Amy", "", me.avatar)


def test_the_instance(moot: Moot) -> None:
    ben = client(moot, "ben")
    found = ben.instance()
    assert str(found.version).startswith("4.6.0")
    assert ben.instance_v1().urls.streaming_api.startswith("ws://")
    assert ben.stream_healthy()
    assert len(ben.instance_activity()) == 12
    assert ben.instance_nodeinfo().software.name == "folkmoot"
    assert ben.custom_emojis() == []
    assert ben.preferences()["posting:default:visibility"] == "public"
    marked = ben.markers_set("home", 5)
    assert marked["home"].last_read_id == "5"
    assert ben.markers_get("home")["home"].version == 1


def test_people_lists_and_tags(moot: Moot) -> None:
    """What the client asks about people, with its own paging and its own types."""
    hal, ida, jon = client(moot, "hal"), client(moot, "ida"), client(moot, "jon")
    me, other, third = hal.me(), ida.me(), jon.me()
    assert hal.account_follow(other, reblogs=False, notify=True).notifying
    assert hal.account_follow(third).following
    ida.account_follow(third)
    assert [a.acct for a in hal.account_familiar_followers(third)[0].accounts] == ["ida"]
    assert hal.account_note_set(other, "from the choir").note == "from the choir"
    assert hal.account_endorse(other).endorsed
    assert [a.acct for a in hal.endorsements()] == ["ida"]
    assert not hal.account_unpin(other).endorsed
    assert hal.account_mute(third, duration=600).muting_expires_at is not None
    assert hal.mutes()[0].mute_expires_at is not None
    assert not hal.account_unmute(third).muting
    assert hal.account_block(third).blocking
    assert [a.acct for a in hal.blocks()] == ["jon"]
    hal.account_unblock(third)
    hal.account_follow(third)
    hal.domain_block("far.example")
    assert hal.domain_blocks() == ["far.example"]
    hal.domain_unblock("far.example")
    kept = hal.list_create("Choir", replies_policy="followed", exclusive=True)
    hal.list_accounts_add(kept, [other, third])
    assert [a.acct for a in hal.fetch_remaining(hal.list_accounts(kept, limit=1))] == ["jon", "ida"]
    assert [found.title for found in hal.account_lists(other)] == ["Choir"]
    post = ida.status_post("we sing #Alto")
    assert [s.id for s in hal.timeline_list(kept)] == [post.id]
    assert hal.timeline_home() == []
    hal.list_accounts_delete(kept, [third])
    assert hal.list_update(kept, "Singers").title == "Singers"
    hal.list_delete(kept)
    assert hal.lists() == []
    assert hal.tag_follow("alto").following
    assert [t.name for t in hal.followed_tags()] == ["alto"]
    assert not hal.tag_unfollow("alto").following
    shown = ida.featured_tag_create("Alto")
    assert (shown.name, int(shown.statuses_count)) == ("Alto", 1)
    assert [t.name for t in hal.account_featured_tags(other)] == ["Alto"]
    ida.featured_tag_delete(shown)
    assert ida.featured_tags() == []
    assert hal.account_remove_from_followers(other).followed_by is False
    assert [a.id for a in ida.account_followers(other)] == [me.id]
