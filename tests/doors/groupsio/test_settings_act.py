"""Every setting of updategroup: kept, refused where it is nonsense, shown again, and doing something."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from PIL import Image
from tests.doors.groupsio.conftest import Town
from tests.doors.groupsio.test_attachments import TEXT, send
from tests.doors.groupsio.test_groupsio_drafts import change, draft, newest
from tests.doors.groupsio.test_postdraft import say
from tests.doors.groupsio.ways import CALLS

from folkmoot.domain import views
from folkmoot.domain.access import MemberPosting, Membership
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import groupclock, holding, members, membership
from folkmoot.domain.groups.groups import Moderation
from folkmoot.domain.groups.membership import MemberChange
from folkmoot.domain.mail import eventsummary, groupmail, readers, runs, wishes
from folkmoot.domain.posts import draftfiles, edits, posts, reactions
from folkmoot.domain.posts.drafts import Change, Draft
from folkmoot.wire.groupsio.group import Group

HERE = Path(__file__)
PERMISSIONS = "test_permissions.py::test_permissions_are_what_the_contract_makes_of_role_and_settings"
FOOTERS = "../mail/test_footers.py"
SETTINGS = "test_groupsio_settings.py"
ACTS: dict[str, str] = {
    "title": f"{SETTINGS}::test_an_update_answers_with_the_group",
    "name": f"{SETTINGS}::test_another_name",
    "alias": f"{SETTINGS}::test_aliases_share_the_names_of_groups",
    "desc": f"{SETTINGS}::test_bad_values_change_nothing",
    "subject_tag": f"{FOOTERS}::test_tags_stand_in_the_subject_once",
    "footer": f"{FOOTERS}::test_the_footer_is_under_both_parts",
    "website": "test_settings_act.py::test_every_setting_is_shown_as_it_was_set",
    "announce": "test_postdraft.py::test_refusals_one_after_the_other",
    "moderated": "test_settings_act.py::test_moderation_says_and_does_the_same",
    "new_users_moderated": "test_settings_act.py::test_moderation_says_and_does_the_same",
    "unmoderate_users_after": "test_settings_act.py::test_newcomers_post_freely_after_so_many",
    "restricted": "test_settings_act.py::test_who_joins",
    "allow_non_subs_to_post": "test_settings_act.py::test_strangers_post_where_they_may",
    "force_html_emails": f"{FOOTERS}::test_text_only_and_html_always",
    "normalize_html_emails": "test_settings_act.py::test_html_is_always_made_plain_and_safe",
    "reply_to": "test_postdraft.py::test_where_answers_go",
    "remove_other_reply_options": "test_postdraft.py::test_where_answers_go",
    "privacy": f"{SETTINGS}::test_what_was_closed_stays_closed",
    "members_visible": "test_settings_act.py::test_lists_of_members_need_a_restricted_group",
    "sub_group_access": PERMISSIONS,
    "calendar_access": PERMISSIONS,
    "files_access": PERMISSIONS,
    "database_access": PERMISSIONS,
    "wiki_access": PERMISSIONS,
    "photos_access": PERMISSIONS,
    "member_directory_access": PERMISSIONS,
    "polls_access": PERMISSIONS,
    "chat_access": PERMISSIONS,
    "handle_attachments": "test_attachments.py::test_what_the_group_does_with_files",
    "handle_virus": "../mail/test_receive.py::test_what_a_scanner_found",
    "plain_text_only": f"{FOOTERS}::test_text_only_and_html_always",
    "fig_leaf": "test_settings_act.py::test_addresses_are_hidden_in_the_archive",
    "max_photo_size_email": "test_settings_act.py::test_pictures_are_brought_to_size",
    "max_photo_size_photos": "test_settings_act.py::test_what_nothing_here_could_follow",
    "max_photo_size_databases": "../web/test_sections.py::test_pictures_in_a_table",
    "max_photo_size_wiki_images": "test_settings_act.py::test_what_nothing_here_could_follow",
    "hash_tags_required": "test_postdraft.py::test_refusals_one_after_the_other",
    "hash_tag_permissions": "test_settings_act.py::test_new_tags_are_taken_away_or_refused",
    "bounce_attachments": "test_settings_act.py::test_files_by_every_door",
    "allow_photos_in_files": "test_sections_files.py::test_files_that_are_refused",
    "email_delivery_default": f"{SETTINGS}::test_mail_rules_reach_every_member",
    "message_selection_default": "test_settings_act.py::test_what_new_members_begin_with",
    "auto_follow_replies_default": "test_settings_act.py::test_what_new_members_begin_with",
    "max_attachment_size_default": "test_settings_act.py::test_what_new_members_begin_with",
    "default_color": "test_settings_act.py::test_what_new_members_begin_with",
    "default_timezone": "test_settings_act.py::test_events_are_told_of_on_their_day",
    "disable_edits": "test_settings_act.py::test_nobody_edits_where_that_is_off",
    "disable_no_email": f"{SETTINGS}::test_mail_rules_reach_every_member",
    "auto_close_threads": f"{SETTINGS}::test_time_closes_threads_and_sends_the_guidelines",
    "close_threads_after": f"{SETTINGS}::test_time_closes_threads_and_sends_the_guidelines",
    "auto_moderate_threads": "test_settings_act.py::test_old_topics_are_read_first",
    "moderate_threads_after": "test_settings_act.py::test_old_topics_are_read_first",
    "allow_reposts": "test_settings_act.py::test_what_may_be_posted_again",
    "min_days_between_reposts": "test_settings_act.py::test_what_may_be_posted_again",
    "max_number_of_reposts": "test_settings_act.py::test_what_may_be_posted_again",
    "allow_parent_subs_to_post": f"{SETTINGS}::test_subgroups_and_the_sight_of_their_parents_members",
    "send_event_summaries": "test_settings_act.py::test_events_are_told_of_on_their_day",
    "event_summary_schedule": "test_settings_act.py::test_events_are_told_of_on_their_day",
    "send_invites_on_join": "../mail/test_invitations.py::test_newcomers_are_invited_where_the_group_wants_it",
    "lock_group": f"{SETTINGS}::test_a_locked_group_takes_nothing",
}
"""Where each setting is seen to act, or to be refused where there is nothing that it could act on."""
NAMING = {"group_id", "group_name", "csrf", "extended"}
VALUES: dict[str, Any] = {
    "title": "Bakers", "subject_tag": "[rye]", "footer": "Bye", "website": "https://example.org/", "restricted": True,
    "default_timezone": "Europe/Paris", "unmoderate_users_after": 3, "desc": "People who bake bread.",
}  # fmt: skip


def test_the_table_names_every_setting() -> None:
    assert set(ACTS) == {each["name"] for each in CALLS["updategroup"]["params"]} - NAMING
    for place in set(ACTS.values()):
        file, _, test = place.partition("::")
        assert f"def {test}(" in (HERE.parent / file).read_text(encoding="utf-8"), place


def update(town: Town, **values: Any) -> Any:
    answer = town.client("alice").post("updategroup", group_name="open", **values)
    assert answer.status_code == 200, answer.text
    return answer.json()


APART = {
    "name",
    "alias",
    "desc",
    "privacy",
    "members_visible",
    "moderation",
    "allow_parent_subs_to_post",
    "email_delivery_default",
}
"""Settings that are bound to others, or change which group it is."""


def _words(name: str, kind: Any) -> list[Any]:
    """Values to try: every word of an enumeration, both truths, some numbers."""
    if name in VALUES:
        return [VALUES[name]]
    words: list[Any] = {bool: [True, False], int: [0, 7]}.get(kind, list(get_args(kind)))
    return [word for word in words if word != "group_reply_to_other_group"] or ["color_grape"]


def test_every_setting_is_shown_as_it_was_set(town: Town) -> None:
    """All words of all enumerations, both truths, numbers; nonsense is an invalid_value that changes nothing."""
    kinds = {field.name: field.type for field in msgspec.structs.fields(Group)}
    alice = town.client("alice")
    words = {name: _words(name, kinds[name]) for name in sorted(set(ACTS) & set(kinds) - APART)}
    for turn in range(max(len(each) for each in words.values())):
        asked = {name: each[turn % len(each)] for name, each in words.items()}
        sent = {name: str(word).lower() if isinstance(word, bool) else word for name, word in asked.items()}
        shown = update(town, **sent)
        wanted = {
            **asked,
            "new_users_moderated": shown["new_users_moderated"],
        }  # the unguarded group is guarded
        assert {name: shown[name] for name in asked} == wanted
    for name in words:
        if kinds[name] in (str, bool) or name in VALUES:
            continue
        assert alice.refused("updategroup", group_name="open", **{name: "no such"}) in (
            ("invalid_value", name), ("bad_request", f"invalid {name}"),
        ), name  # fmt: skip
    assert alice.post("updategroup", group_name="open", fig_leaf="fig_leaf_mask").status_code == 200
    assert alice.post("updategroup", group_name="open", nosuch="x").status_code == 200, (
        "unknown names are ignored"
    )


def test_moderation_says_and_does_the_same(town: Town) -> None:
    """Whether new members wait is remembered while everybody does."""
    bob = town.client("bob")

    def posted(**more: Any) -> str:
        extra: str = bob.post("postdraft", draft_id=draft(bob, **more)).json()["extra"]
        return extra

    now = update(town, new_users_moderated="true")
    assert (now["moderation"], now["new_users_moderated"], posted()) == (
        "not_moderated",
        True,
        "pending post",
    )
    now = update(town, moderated="true")
    assert (now["moderation"], now["new_users_moderated"], posted()) == ("moderated", True, "pending post")
    now = update(town, moderated="false")
    assert (now["moderation"], now["new_users_moderated"], posted()) == (
        "not_moderated",
        True,
        "pending post",
    )
    now = update(town, new_users_moderated="false", restricted="true")
    assert (now["moderation"], now["new_users_moderated"], posted()) == ("not_moderated", False, "")
    now = update(town, restricted="false")
    assert now["new_users_moderated"] is True, (
        "announce, restricted, moderated, new_users_moderated: one is on"
    )
    change(town, moderation=int(Moderation.ALL), settings={"first_posts_only": True, "newcomers": False})
    group = town.client("alice").ok("getgroup", group_name="open")
    assert (group["moderation"], group["new_users_moderated"]) == ("first_message_moderated", False)
    assert posted() == "pending post"
    assert posted(kind="reply", message_id=town.ids["other"]) == ""
    change(town, settings={"newcomers": True})
    assert posted(kind="reply", message_id=town.ids["other"]) == "pending post"


def test_newcomers_post_freely_after_so_many(town: Town) -> None:
    update(town, new_users_moderated="true", unmoderate_users_after=2)
    alice, bob, here = town.client("alice"), town.client("bob"), town.ids["open"]
    for _ in range(2):
        assert bob.post("postdraft", draft_id=draft(bob)).json()["extra"] == "pending post"
        (waiting,) = alice.ok("getpendingmessages", group_name="open")["data"]
        town.do(lambda tx, id_=waiting["id"]: holding.release(tx, town.viewer("alice"), id_))
    assert bob.post("postdraft", draft_id=draft(bob)).json()["extra"] == ""
    assert bob.ok("getsub", group_name="open")["approved_posts"] == 2
    alone = town.viewer("alice"), here, town.ids["bob"], MemberChange(posting=MemberPosting.STARTED_MODERATED)
    town.do(lambda tx: membership.update(tx, *alone))
    assert bob.ok("getsub", group_name="open")["post_status"] == "sub_poststatus_startedmoderated"
    assert bob.post("postdraft", draft_id=draft(bob)).json()["extra"] == "pending post"


def test_who_joins(town: Town) -> None:
    carol = town.viewer("carol")
    update(town, restricted="true")
    assert town.do(lambda tx: members.join(tx, carol, town.ids["open"])).status == Membership.PENDING


def test_strangers_post_where_they_may(town: Town) -> None:
    carol = town.client("carol")
    kind = {"group_name": "open", "draft_type": "draft_type_post"}
    assert carol.refused("newdraft", **kind) == ("inadequate_permissions", "can_post")
    assert update(town, allow_non_subs_to_post="true")["allow_non_subs_to_post"] is True
    assert carol.post("postdraft", draft_id=draft(carol)).json()["extra"] == "pending post", (
        "strangers are read first"
    )
    assert update(town, announce="true")["announce"] is True
    assert carol.refused("newdraft", **kind) == ("inadequate_permissions", "can_post")


def test_html_is_always_made_plain_and_safe(town: Town) -> None:
    """Foreign styles and fonts go whatever the setting says."""
    bob = town.client("bob")
    id_ = draft(bob)
    say(bob, id_, body='<p style="color:red"><font face="x">Bread</font></p><script>x()</script>')
    bob.post("postdraft", draft_id=id_)
    body = newest(town)["body"]
    assert "Bread" in body
    assert not any(word in body for word in ("style", "font", "script"))


def test_lists_of_members_need_a_restricted_group(town: Town) -> None:
    alice = town.client("alice")
    asked = {"group_name": "open", "members_visible": "group_view_members_subs"}
    assert alice.refused("updategroup", **asked) == ("invalid_value", "members_visible")
    assert alice.post("updategroup", **asked, restricted="true").status_code == 200
    assert alice.refused("updategroup", group_name="open", restricted="false") == (
        "invalid_value",
        "members_visible",
    )
    below = {"sub_group_name": "in", "desc": "A group within.", "privacy": "sub_group_privacy_none"}
    assert alice.post("createsubgroup", group_name="open", **below).status_code == 200
    assert alice.post("updategroup", **{**asked, "group_name": "open+in"}).status_code == 200


def test_files_by_every_door(town: Town) -> None:
    """Unwanted files are refused or left out whoever brings them, and where there is no room left."""
    bob, here = town.viewer("bob"), town.ids["open"]
    client = town.client("bob")

    def brought() -> int:
        id_ = draft(client)
        assert send(client, id_, TEXT).status_code == 200
        file = town.do(lambda tx: draftfiles.hand_over(tx, id_))
        said = Draft(text="Bread", title="T", group_id=here, files=file, door="mail")
        written = town.do(lambda tx: posts.write(tx, bob, said))
        assert not written.held
        return len(newest(town)["attachments"])

    assert brought() == 1
    change(town, settings={"attachments": "bounced"})
    with pytest.raises(Forbidden, match="no files"):
        brought()
    change(town, settings={"attachments": "normal", "files_quota": 0})
    assert brought() == 0
    change(town, settings={"bounce_attachments": True})
    with pytest.raises(Forbidden, match="no space"):
        brought()


def test_pictures_are_brought_to_size(town: Town) -> None:
    bob, out = town.client("bob"), BytesIO()
    Image.new("RGB", (900, 300), "red").save(out, "PNG")
    for word, wanted in (("none", (900, 300)), ("ex_small", (512, 171))):
        update(town, max_photo_size_email=f"max_photo_size_{word}", moderated="false", restricted="true")
        id_ = draft(bob)
        assert send(bob, id_, ("p.png", out.getvalue(), "image/png")).status_code == 200
        assert bob.post("postdraft", draft_id=id_).status_code == 200
        (shown,) = newest(town)["attachments"]
        kept = bob.http.get(shown["download_url"].replace(town.house.settings.base_url, town.url))
        if kept.status_code == 200:  # where this door's site serves media
            assert Image.open(BytesIO(kept.content)).size == wanted
        (row,) = town.house.store.read(
            lambda tx, id_=shown["id"]: tx.text_sql(
                "SELECT width, height FROM media WHERE id = :id", "", id=id_
            ).fetchall()
        )
        assert tuple(row) == wanted


def test_new_tags_are_taken_away_or_refused(town: Town) -> None:
    bob, here = town.client("bob"), town.ids["open"]
    update(
        town,
        hash_tag_permissions="hash_tag_create_mods_strip",
        restricted="true",
        new_users_moderated="false",
    )
    id_ = draft(bob)
    say(bob, id_, subject="Rye #meeting #unheard", body="<p>Bread #unsaid</p>")
    assert bob.post("postdraft", draft_id=id_).status_code == 200
    assert newest(town)["subject"] == "Rye #meeting"
    assert [tag["name"] for tag in newest(town)["hashtags"]] == ["Meeting"]
    update(town, hash_tag_permissions="hash_tag_create_mods_bounce")
    said = Draft(text="Bread #unsaid", title="T", group_id=here, door="mail")
    with pytest.raises(Forbidden, match="new tags"):
        town.do(lambda tx: posts.write(tx, town.viewer("bob"), said))
    town.do(lambda tx: posts.write(tx, town.viewer("alice"), said))
    town.do(lambda tx: posts.write(tx, town.viewer("bob"), said))


def test_what_new_members_begin_with(town: Town) -> None:
    told = {
        "message_selection_default": "message_selection_follow_only", "auto_follow_replies_default": "true",
        "max_attachment_size_default": "max_attachment_size_small", "default_color": "color_grape",
    }  # fmt: skip
    update(town, **told)
    town.do(lambda tx: members.join(tx, town.viewer("carol"), town.ids["open"]))
    mine = town.client("carol").ok("getsub", group_name="open")
    have = (
        mine["message_selection"],
        mine["auto_follow_replies"],
        mine["max_attachment_size"],
        mine["color"],
    )
    assert have == ("message_selection_follow_only", True, "max_attachment_size_small", "color_grape")


def test_nobody_edits_where_that_is_off(town: Town) -> None:
    update(town, disable_edits="true", restricted="true", new_users_moderated="false")
    bob, alice = town.viewer("bob"), town.viewer("alice")
    with pytest.raises(Forbidden, match="edited"):
        town.do(lambda tx: edits.edit(tx, bob, town.ids["third"], Change(text="Other")))
    assert town.do(lambda tx: edits.edit(tx, alice, town.ids["other"], Change(text="Other")))
    update(town, disable_edits="false")
    assert town.do(lambda tx: edits.edit(tx, bob, town.ids["third"], Change(text="Other")))


def test_old_topics_are_read_first(town: Town) -> None:
    bob = town.client("bob")
    update(town, auto_moderate_threads="true", moderate_threads_after=3, restricted="true")
    told = "UPDATE threads SET created_at = 1000"
    town.do(lambda tx: tx.text_sql(told, told))
    assert town.do(groupclock.tick) == 2
    assert newest(town)["is_moderated"] is True
    id_ = draft(bob, kind="reply", message_id=town.ids["other"])
    assert bob.post("postdraft", draft_id=id_).json()["extra"] == "pending post"
    assert bob.post("postdraft", draft_id=draft(bob)).json()["extra"] == ""


def test_what_may_be_posted_again(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")

    def again(client: Any) -> list[bool]:
        found = client.ok("getmessages", group_name="open", limit=100)["data"]
        return [each["can_repost"] for each in found if each["id"] in (town.ids["other"], town.ids["first"])]

    assert again(alice) == [False, False]
    update(town, allow_reposts="true")
    assert again(alice) == [True, False]
    assert again(bob) == [False, True]
    update(town, max_number_of_reposts=1)
    assert again(alice) == [True, False]
    town.say("alice", text="Once more", title="Food & drink", group_id=town.ids["open"])
    assert again(alice) == [False, False], "once at most"
    update(town, max_number_of_reposts=2)
    assert again(alice) == [True, False]
    update(town, min_days_between_reposts=2)
    assert again(alice) == [False, False]


def test_addresses_are_hidden_in_the_archive(town: Town) -> None:
    update(town, fig_leaf="fig_leaf_mask", restricted="true", new_users_moderated="false")
    bob, here = town.viewer("bob"), town.ids["open"]
    said = "Write to joe.baker+x@mill.example, or ask @alice. See https://mill.example/@joe"
    town.say("bob", text=said, title="Flour", group_id=here)
    body = newest(town)["body"]
    assert "joe.baker+x@..." in body
    assert "mill.example," not in body
    assert all(word in body for word in ("@<span>alice", "https://mill.example/@joe"))
    first = town.ids["first"]
    town.do(lambda tx: edits.edit(tx, bob, first, Change(text="Ask joe@mill.example")))
    assert town.do(lambda tx: views.post(tx, bob, first)).plain == "Ask joe@..."


def test_answers_may_go_to_followers_alone(any_town: Town) -> None:
    """By single mails and in digests; the archive has them all."""
    town = any_town
    here, first = town.ids["open"], town.ids["first"]
    town.do(lambda tx: members.join(tx, town.viewer("carol"), here))
    update(town, reply_to="group_reply_to_followers", restricted="true", new_users_moderated="false")

    def mailed(post_id: int) -> list[set[str]]:
        def ask(tx: Any) -> list[set[int]]:
            facts = wishes.facts_of(tx, post_id)
            page = readers.page(tx, here, readers.SINGLES)
            daily = {each.account_id for each in page if wishes.wanted_of(tx, each, [post_id])}
            return [wishes.who_wants(tx, facts, page), daily]

        names = {town.ids[name]: name for name in ("alice", "bob", "carol")}
        return [{names[id_] for id_ in found} for found in town.do(ask)]

    everybody = {"alice", "bob", "carol"}
    assert mailed(town.say("alice", text="New", title="New", group_id=here)) == [everybody] * 2
    assert mailed(town.say("alice", text="Yes", parent_id=first)) == [{"alice", "bob"}] * 2
    town.do(lambda tx: reactions.follow_thread(tx, town.viewer("carol"), first, on=True))
    assert mailed(town.say("alice", text="No", parent_id=first)) == [everybody] * 2
    client = town.client("alice")
    other = town.say("alice", text="Rye", title="Rye", group_id=here)
    for reply, wanted in (("", {"alice"}), ("group", everybody)):
        assert (
            client.post(
                "postdraft", draft_id=draft(client, kind="reply", message_id=other), reply=reply
            ).status_code
            == 200
        )
        assert mailed(newest(town)["id"]) == [wanted] * 2


def test_what_nothing_here_could_follow(town: Town) -> None:
    """No call brings pictures into these sections, so that their sizes are only kept; answers can't go to a group that
    nothing names."""
    sizes = {
        "max_photo_size_photos": "max_photo_size_small",
        "max_photo_size_wiki_images": "max_photo_size_large",
    }
    assert sizes.items() <= update(town, **sizes).items()
    refused = town.client("alice").refused(
        "updategroup", group_name="open", reply_to="group_reply_to_other_group"
    )
    assert refused == ("invalid_value", "reply_to")


def test_events_are_told_of_on_their_day(town: Town, monkeypatch: Any) -> None:
    days = [datetime(2031, 1, day, 9, tzinfo=UTC) for day in range(1, 32)]

    def on(word: str) -> list[tuple[int, int]]:
        found = [(day.day, eventsummary.span_of(word, day)) for day in days]
        return [each for each in found if each[1]]

    assert on("weekly_friday") == [(3, 7), (10, 7), (17, 7), (24, 7), (31, 7)]
    assert on("biweekly_friday") == [(10, 14), (24, 14)]
    assert on("monthly") == [(1, 31)]
    today = datetime.now(UTC).astimezone(eventsummary._clock("Pacific/Kiritimati"))
    update(
        town, send_event_summaries="true", default_timezone="Pacific/Kiritimati",
        event_summary_schedule=f"event_summary_weekly_{eventsummary.WEEK[today.weekday()]}",
    )  # fmt: skip
    monkeypatch.setattr(eventsummary, "HOUR", 0)
    assert town.do(eventsummary.send) == 0, "nothing is to come"
    assert town.do(eventsummary.send) == 0
    alice = town.client("alice")
    soon = datetime.fromtimestamp(datetime.now(UTC).timestamp() + 86_400, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    late = datetime.fromtimestamp(datetime.now(UTC).timestamp() + 90_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    alice.post("addevent", group_name="open", name="Baking", start_time=soon, end_time=late, location="Mill")
    forget = "UPDATE groups SET summarised_at = NULL"
    town.do(lambda tx: tx.text_sql(forget, forget))
    assert town.do(groupclock.tick) == 1
    assert town.do(groupclock.tick) == 0, "once a day"
    run_id = town.house.store.read(lambda tx: runs.find(tx, eventsummary.SUMMARY, town.ids["open"]))
    assert town.do(lambda tx: groupmail.step(tx, run_id)) is False
    asked = "SELECT payload FROM outbox WHERE kind = 'group_text'"
    sent = town.house.store.read(lambda tx: [row[0] for row in tx.text_sql(asked, asked).fetchall()])
    assert len(sent) == 2
    assert all("Baking · Mill" in payload and "Upcoming events of open" in payload for payload in sent)
    update(town, calendar_access="group_access_none")
    town.do(lambda tx: tx.text_sql(forget, forget))
    assert town.do(eventsummary.send) == 0
