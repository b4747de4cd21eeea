"""Notifications, their grouped form, policy and requests; reports; web push."""

from __future__ import annotations

from suite.world import call, check, eventually, needs, refused


@check
def notifications(w):
    post = w.ada.status_post(w.fresh("Notice me"))
    w.ben.status_favourite(post.id)
    w.ben.status_reply(post, w.fresh("I do"))
    found = eventually(
        lambda: [n for n in w.ada.notifications() if n.type == "favourite" and n.status.id == post.id]
    )
    assert found[0].account.username == "ben"
    assert "mention" in [n.type for n in w.ada.notifications()]
    assert "favourite" not in [n.type for n in call(w.ada, "notifications", exclude_types=["favourite"])]
    one = call(w.ada, "notifications", id=found[0].id)
    assert (one if isinstance(one, dict) else one[0])["id"] == found[0].id
    w.ada.notifications_dismiss(found[0].id)
    assert found[0].id not in [n.id for n in w.ada.notifications()]
    w.ada.notifications_clear()
    assert w.ada.notifications() == []


@needs("grouped_notifications")
def grouped(w):
    post = w.ada.status_post(w.fresh("Like me, all of you"))
    for who in (w.ben, w.cleo):
        who.status_favourite(post.id)

    def mine():
        return [g for g in w.ada.grouped_notifications().notification_groups if g.get("status_id") == post.id]

    group = eventually(lambda: [g for g in mine() if g.notifications_count == 2])[0]
    assert w.ada.grouped_notification(group.group_key).notification_groups
    people = w.ada.grouped_notification_accounts(group.group_key)
    assert {a.username for a in people} == {"ben", "cleo"}
    assert w.ada.unread_grouped_notifications_count() >= 1
    assert w.ada.notifications_unread_count()["count"] >= 1
    w.ada.dismiss_grouped_notification(group.group_key)
    assert not mine()


@needs("notifications_policy")
def policy(w):
    assert w.ada.update_notifications_policy(for_not_following="filter").for_not_following == "filter"
    w.ada.account_unfollow(w.id("cleo"))
    w.cleo.status_post(w.fresh("@ada do you know me?"))
    (asked,) = eventually(lambda: w.ada.notification_requests())
    assert asked.account.username == "cleo"
    assert w.ada.notification_request(asked.id).id == asked.id
    w.ada.accept_notification_request(asked.id)
    eventually(lambda: [n for n in w.ada.notifications() if n.account.username == "cleo"])
    w.dora.status_post(w.fresh("@ada and me?"))
    (asked,) = eventually(lambda: w.ada.notification_requests())
    w.ada.dismiss_notification_request(asked.id)
    w.ada.accept_multiple_notification_requests([asked.id])
    w.ada.dismiss_multiple_notification_requests([asked.id])
    assert w.ada.notifications_merged() is not None
    assert w.ada.update_notifications_policy(for_not_following="accept").for_not_following == "accept"
    assert w.ada.notifications_policy().for_not_following == "accept"


@check
def reporting(w):
    post = w.cleo.status_post(w.fresh("Something rude"))
    report = call(w.ben, "report", w.id("cleo"), status_ids=[post.id], comment="rude", forward=False)
    assert report.id and not report.action_taken
    try:
        assert isinstance(w.ben.reports(), list)
    except Exception as error:
        assert "Version" in type(error).__name__


@check
def push(w):
    private, public = w.ada.push_subscription_generate_keys()
    made = w.ada.push_subscription_set(
        w.people["push"]["url"], public, follow_events=True, favourite_events=True, mention_events=True
    )
    assert made.endpoint == w.people["push"]["url"] and made.alerts.follow and made.server_key
    changed = w.ada.push_subscription_update(mention_events=True)
    assert changed.alerts.mention and not changed.alerts.follow
    assert w.ada.push_subscription().id == made.id
    w.ben.status_post(w.fresh("@ada wake up"))
    sent = eventually(lambda: w.people["push"]["url"] and _last(w), 20)
    told = w.ada.push_subscription_decrypt_push(
        bytes.fromhex(sent["body"]), private, sent["encryption"], sent["crypto-key"]
    )
    assert told.notification_type == "mention" and told.title
    if hasattr(w.ada, "push_subscription_delete"):
        w.ada.push_subscription_delete()
        assert "NotFound" in type(refused(w.ada.push_subscription)).__name__


def _last(w):
    import json
    import urllib.request

    with urllib.request.urlopen(w.people["push"]["url"]) as answer:
        return json.load(answer)
