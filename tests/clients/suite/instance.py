"""What the server says of itself."""

from __future__ import annotations

import datetime

from suite.world import call, check, needs, refused


@check
def instance(w):
    found = w.ada.instance()
    assert found.version.split(".")[0].isdigit()
    assert w.ada.retrieve_mastodon_version()
    assert w.ada.verify_minimum_version("2.0.0")
    host = w.url.split("//")[1]
    assert host.startswith(found.get("uri") or found.get("domain"))
    assert w.ada.stream_healthy() is not False


@check
def lists_of_the_place(w):
    activity = w.ada.instance_activity()
    assert len(activity) == 12 and isinstance(activity[0].week, datetime.datetime)
    assert isinstance(w.ada.instance_peers(), list)
    assert isinstance(w.ada.custom_emojis(), list)
    assert call(w.ada, "preferences")["posting:default:visibility"] == "public"


@needs("me")
def myself(w):
    assert w.ada.me().username == "ada"


@needs("instance_v1", "instance_v2")
def both_versions(w):
    one, two = w.ada.instance_v1(), w.ada.instance_v2()
    assert one.uri == two.domain
    assert two.configuration.statuses.max_characters > 0
    assert two.api_versions.mastodon >= 1
    assert one.urls.streaming_api.startswith("ws")


@needs("instance_health")
def health(w):
    # The oldest library takes no other word than that of the servers of its time.
    assert w.ada.instance_health() or not hasattr(w.ada, "instance_v2")


@needs("instance_nodeinfo")
def nodeinfo(w):
    found = w.ada.instance_nodeinfo()
    assert found.usage.users.total >= 3 and found.software.name == "folkmoot"


@needs("instance_rules")
def rules(w):
    assert [rule.text for rule in w.ada.instance_rules()] == ["Be kind"]


@needs("instance_extended_description", "instance_terms_of_service", "instance_translation_languages")
def documents(w):
    assert w.ada.instance_extended_description().content is not None
    w.ada.instance_translation_languages()
    try:
        assert w.ada.instance_terms_of_service().content
    except Exception as error:
        assert "NotFound" in type(error).__name__


@needs("instance_languages")
def languages(w):
    assert "en" in {each.code for each in w.ada.instance_languages()}


@needs("instance_domain_blocks")
def blocked_servers(w):
    assert isinstance(w.ada.instance_domain_blocks(), list)


@needs("announcements")
def announcements(w):
    (found,) = [each for each in w.ben.announcements() if "Tea at four" in each.content]
    w.ben.announcement_reaction_create(found.id, "👍")
    (found,) = [each for each in w.ben.announcements() if each.id == found.id]
    assert [(r.name, r.count, r.me) for r in found.reactions] == [("👍", 1, True)]
    w.ben.announcement_reaction_delete(found.id, "👍")
    w.ben.announcement_dismiss(found.id)
    assert all(each.read or each.id != found.id for each in w.ben.announcements())


@needs("directory")
def directory(w):
    assert "ada" in {each.username for each in call(w.ben, "directory", order="new")}


@needs("trending_tags")
def trends(w):
    for name in ("trending_tags", "trending_statuses", "trending_links"):
        assert isinstance(call(w.ben, name, limit=5), list), name


@needs("trends")
def trends_of_old(w):
    assert isinstance(w.ben.trends(), list)


@needs("get_approx_server_time")
def clock(w):
    now = w.ada.get_approx_server_time()
    assert abs((now - datetime.datetime.now(now.tzinfo)).total_seconds()) < 60


@needs("get_supported_version")
def ages(w):
    assert w.ada.get_supported_version()
    if hasattr(w.ada, "clear_caches"):
        w.ada.clear_caches()


@needs("set_language")
def language(w):
    client = w.client(access_token=w.people["ada"]["token"])
    client.set_language("de")
    assert client.account_verify_credentials().username == "ada"


@needs("annual_reports", "annual_report_generate")
def annual_reports(w):
    year = datetime.datetime.now().year - 1
    assert "NotFound" in type(refused(w.ada.annual_report, year)).__name__
    assert w.ada.annual_report_state(year).state == "eligible"
    made = w.ada.annual_report_generate(year)
    assert w.ada.get_async_refresh_info(made)
    assert w.ada.get_async_refresh_status(made).status in ("running", "finished")
    w.ada.await_async_refresh(made, timeout=10)
    assert w.ada.annual_report_state(year).state == "available"
    shown = w.ada.annual_report(year)
    (report,) = shown.annual_reports
    assert report.year == year and report.data.archetype
    assert w.id("ada") in [int(a.id) for a in shown.accounts]
    assert [r.year for r in w.ada.annual_reports().annual_reports] == [year]
    w.ada.annual_report_read(year)
    assert w.ada.annual_reports().annual_reports == []
    assert w.ben.annual_report_state(year).state == "ineligible"


@needs("annual_reports")
def no_annual_report(w):
    assert w.ben.annual_reports().annual_reports == []


@needs("timeline_is_available")
def open_places(w):
    assert w.ada.timeline_is_available("public", with_auth=True)


@check
def nothing_there(w):
    assert "NotFound" in type(refused(w.ada.status, 1)).__name__
