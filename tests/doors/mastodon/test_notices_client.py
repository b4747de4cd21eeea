"""Mastodon.py on notifications, groups, requests, conversations, reports and markers."""

from __future__ import annotations

from typing import Any

from mastodon import Mastodon
from tests.doors.mastodon.moot import Moot, Person


def client(moot: Moot, who: Person) -> Any:
    return Mastodon(access_token=who.token, api_base_url=moot.url, version_check_mode="none")


def test_a_day_of_notices(moot: Moot) -> None:
    anna, bert, carl, dora = (moot.person(name) for name in ("anna", "bert", "carl", "dora"))
    a, b, c, d = (client(moot, who) for who in (anna, bert, carl, dora))
    post = a.status_post("hello")
    b.status_favourite(post)
    c.status_favourite(post)
    b.account_follow(anna.id)
    b.status_post("@anna hi")
    whisper = c.status_post("@anna psst", visibility="direct")
    assert [n.type for n in a.notifications()] == ["mention", "follow", "favourite", "favourite"]
    assert [n.type for n in a.notifications(types=["follow"])] == ["follow"]
    assert [n.type for n in a.notifications(exclude_types=["favourite"], account_id=bert.id)] == [
        "mention",
        "follow",
    ]
    found = a.grouped_notifications(grouped_types=["favourite", "follow"])
    assert [(g.type, g.notifications_count) for g in found.notification_groups] == [
        ("mention", 1),
        ("follow", 1),
        ("favourite", 2),
    ]
    key = found.notification_groups[-1].group_key
    assert a.grouped_notification(key).notification_groups[0].group_key == key
    assert [account.acct for account in a.grouped_notification_accounts(key)] == ["carl", "bert"]
    assert a.notifications_unread_count().count == 4

    assert a.notifications_policy().for_private_mentions == "filter"
    assert a.update_notifications_policy(for_not_following="filter").for_not_following == "filter"
    (request,) = a.notification_requests()
    assert request.last_status.id == whisper.id
    assert a.notification_request(request).account.acct == "carl"
    a.accept_notification_request(request)
    assert a.notifications_merged()
    d.status_post("@anna yo")
    a.dismiss_multiple_notification_requests([r.id for r in a.notification_requests()])
    assert a.notification_requests() == []

    (talk,) = a.conversations()
    assert (talk.unread, talk.accounts[0].acct, talk.last_status.id) == (True, "carl", whisper.id)
    assert a.conversations_read(talk).unread is False

    report = a.report(bert.id, comment="too loud", category="spam", forward=False)
    assert (report.category, report.comment, report.target_account.acct) == ("spam", "too loud", "bert")
    assert a.markers_set("notifications", a.notifications()[0].id).notifications.version == 1
    assert a.notifications_unread_count().count == 0
    a.dismiss_grouped_notification(key)
    a.notifications_dismiss(a.notifications()[0])
    assert [n.type for n in a.notifications()] == ["mention", "follow"]
    a.notifications_clear()
    assert a.notifications() == []
