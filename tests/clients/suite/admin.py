"""The staff's part."""

from __future__ import annotations

import datetime

from suite.world import call, check, eventually, needs, refused


@check
def accounts(w):
    assert refused(w.ben.admin_accounts)
    everybody = w.owner.admin_accounts()
    assert {"ada", "ben"} <= {a["username"] for a in everybody}
    fay = w.id("fay")
    assert w.owner.admin_account(fay).email == w.people["fay"]["email"]
    w.owner.admin_account_moderate(fay, "silence", send_email_notification=False)
    assert w.owner.admin_account(fay).silenced
    assert not w.owner.admin_account_unsilence(fay).silenced
    w.owner.admin_account_moderate(fay, "disable", send_email_notification=False)
    assert refused(w.fay.timeline_home)
    assert not w.owner.admin_account_enable(fay).disabled
    w.owner.admin_account_moderate(fay, "suspend", send_email_notification=False)
    assert w.owner.admin_account(fay).suspended
    assert not w.owner.admin_account_unsuspend(fay).suspended


@needs("admin_account_unsensitive")
def sensitive(w):
    w.owner.admin_account_moderate(w.id("fay"), "sensitive", send_email_notification=False)
    assert w.owner.admin_account(w.id("fay")).sensitized
    assert not w.owner.admin_account_unsensitive(w.id("fay")).sensitized


@needs("admin_accounts_v2")
def lists_of_people(w):
    assert {"gus", "hana"} == {a["username"] for a in w.owner.admin_accounts_v2(status="pending")}
    assert "ada" in {a["username"] for a in w.owner.admin_accounts_v1()}
    assert [a["username"] for a in w.owner.admin_accounts_v2(username="ada")] == ["ada"]


@check
def waiting(w):
    assert w.owner.admin_account_approve(w.id("gus")).approved
    assert refused(w.owner.admin_account_reject, w.id("ada"))
    rejected = w.owner.admin_account_reject(w.id("hana"))
    assert rejected.username == "hana"


@check
def reports(w):
    post = w.fay.status_post(w.fresh("Something very rude"))
    w.ben.report(w.id("fay"), [post.id], "very rude")
    (report,) = eventually(lambda: [r for r in w.owner.admin_reports() if r.comment == "very rude"])
    assert w.owner.admin_report(report.id).target_account.username == "fay"
    assert w.owner.admin_report_assign(report.id).assigned_account.username == "owner"
    assert w.owner.admin_report_unassign(report.id).assigned_account is None
    assert w.owner.admin_report_resolve(report.id).action_taken
    assert not w.owner.admin_report_reopen(report.id).action_taken


@needs("admin_create_domain_block")
def blocked_servers(w):
    made = w.owner.admin_create_domain_block("bad.example", severity="silence", public_comment="spam")
    assert made.id in [b.id for b in w.owner.admin_domain_blocks()]
    assert w.owner.admin_update_domain_block(made.id, severity="suspend").severity == "suspend"
    assert w.owner.admin_domain_blocks(made.id).domain == "bad.example"
    w.owner.admin_delete_domain_block(made.id)
    assert made.id not in [b.id for b in w.owner.admin_domain_blocks()]


@needs("admin_create_domain_allow")
def allowed_servers(w):
    made = w.owner.admin_create_domain_allow("good.example")
    assert made.id in [b.id for b in w.owner.admin_domain_allows()]
    assert w.owner.admin_domain_allow(made.id).domain == "good.example"
    w.owner.admin_delete_domain_allow(made.id)


@needs("admin_create_email_domain_block")
def addresses(w):
    made = w.owner.admin_create_email_domain_block("throwaway.example")
    assert made.id in [b.id for b in w.owner.admin_email_domain_blocks()]
    assert w.owner.admin_email_domain_block(made.id).domain == "throwaway.example"
    w.owner.admin_delete_email_domain_block(made.id)
    made = w.owner.admin_create_canonical_email_block(email="no.body+x@throwaway.example")
    assert w.owner.admin_test_canonical_email_block("nobody@throwaway.example")
    assert made.id in [b.id for b in w.owner.admin_canonical_email_blocks()]
    assert w.owner.admin_canonical_email_block(made.id).id == made.id
    w.owner.admin_delete_canonical_email_block(made.id)
    made = w.owner.admin_create_ip_block("192.0.2.0/24", "sign_up_block", comment="test", expires_in=3600)
    assert made.id in [b.id for b in w.owner.admin_ip_blocks()]
    assert w.owner.admin_update_ip_block(made.id, comment="again").comment == "again"
    assert w.owner.admin_ip_block(made.id).severity == "sign_up_block"
    w.owner.admin_delete_ip_block(made.id)


@needs("admin_measures")
def figures(w):
    end = datetime.datetime.now(datetime.timezone.utc)
    start = end - datetime.timedelta(days=7)
    measures = w.owner.admin_measures(start, end, active_users=True, new_users=True, interactions=True)
    assert {m.key for m in measures} == {"active_users", "new_users", "interactions"}
    assert len(measures[0].data) >= 7
    dimensions = w.owner.admin_dimensions(start, end, languages=True, sources=True, space_usage=True)
    assert {d.key for d in dimensions} == {"languages", "sources", "space_usage"}
    assert isinstance(w.owner.admin_retention(start, end), list)


@needs("admin_trending_tags")
def trends(w):
    for name in ("admin_trending_tags", "admin_trending_statuses", "admin_trending_links"):
        assert isinstance(call(w.owner, name), list), name
    if hasattr(w.owner, "admin_approve_trending_tag"):
        post = w.ada.status_post(w.fresh("a #judged thing"))
        w.owner.admin_approve_trending_status(post.id)
        w.owner.admin_reject_trending_status(post.id)
        tag = w.owner.tag("judged")
        w.owner.admin_approve_trending_tag(tag.id)
        w.owner.admin_reject_trending_tag(tag.id)
        for act in (w.owner.admin_approve_trending_link, w.owner.admin_reject_trending_link):
            assert "NotFound" in type(refused(act, 1)).__name__


@needs("admin_account_delete")
def deleting(w):
    assert refused(w.owner.admin_account_delete, w.id("ada"))
    w.owner.admin_account_moderate(w.id("ivan"), "suspend", send_email_notification=False)
    w.owner.admin_account_delete(w.id("ivan"))
