"""A real client, Mastodon.py, does what moderators do with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError
from tests.doors.mastodon.moot import Moot, Person
from tests.doors.mastodon.staff_for_tests import Staff

from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import LoginState, NewPerson


@pytest.fixture(scope="module")
def staff(moot: Moot) -> Staff:
    return Staff(moot)


def client(who: Person, scopes: str = "read write follow admin:read admin:write") -> Mastodon:
    token = who.moot.token(who.id, scopes)
    return Mastodon(access_token=token, api_base_url=who.moot.url, ratelimit_method="throw")


@pytest.fixture(scope="module")
def admin(staff: Staff) -> Mastodon:
    return client(staff.admin)


@pytest.fixture(scope="module")
def ann(moot: Moot) -> Person:
    return moot.person("ann")


def test_accounts(moot: Moot, admin: Mastodon, ann: Person) -> None:
    found = admin.admin_accounts_v2(origin="local", username="ann")
    assert [int(a.id) for a in found] == [ann.id]
    assert found[0].account.acct == "ann"
    assert isinstance(found[0].created_at, datetime)
    assert [a["username"] for a in admin.admin_accounts_v1(email="ann@")] == ["ann"]
    assert {a["username"] for a in admin.admin_accounts(staff_only=True)} == {
        "owner1",
        "admin1",
        "moderator1",
    }
    assert admin.admin_account(ann.id).role.id in ("-99", -99)
    for kind, undo, state in (
        ("disable", admin.admin_account_enable, "disabled"),
        ("silence", admin.admin_account_unsilence, "silenced"),
        ("suspend", admin.admin_account_unsuspend, "suspended"),
        ("sensitive", admin.admin_account_unsensitive, "sensitized"),
    ):
        admin.admin_account_moderate(ann.id, kind, text="because", send_email_notification=False)
        assert admin.admin_account(ann.id)[state] is True
        assert undo(ann.id)[state] is False
    with pytest.raises(MastodonAPIError, match="Type is not included"):
        admin.admin_account_moderate(ann.id, "nonsense")
    first = admin.admin_accounts_v2(limit=1)
    assert admin.admin_accounts_v2(limit=1, max_id=first[0].id)[0].id != first[0].id


def test_sign_ups(moot: Moot, admin: Mastodon) -> None:
    def waiting(name: str) -> int:
        new = NewPerson(name=name, address=f"{name}@example.org", state=LoginState.PENDING, confirmed=True)
        return moot.store.write(lambda tx: accounts.add_person(tx, new))

    yes, no, gone = waiting("yes"), waiting("no"), waiting("gone")
    assert {int(a["id"]) for a in admin.admin_accounts(status="pending")} == {yes, no, gone}
    assert admin.admin_account_approve(yes).approved
    assert int(admin.admin_account_reject(no).id) == no
    with pytest.raises(MastodonNotFoundError):
        admin.admin_account(no)
    with pytest.raises(MastodonAPIError, match="not allowed"):
        admin.admin_account_delete(yes)
    admin.admin_account_moderate(yes, "suspend")
    assert admin.admin_account_delete(yes).suspended


def test_reports(moot: Moot, admin: Mastodon, ann: Person) -> None:
    bob = client(moot.person("bob"), "read write")
    post = ann.say("rude words")
    filed = bob.report(ann.id, status_ids=[int(post["id"])], comment="rude", category="other")
    (found,) = admin.admin_reports(target_account_id=ann.id)
    assert (found.id, found.statuses[0].id, found.comment) == (filed.id, post["id"], "rude")
    assert admin.admin_report_assign(filed.id).assigned_account.username == "admin1"
    assert admin.admin_report_unassign(filed.id).assigned_account is None
    assert admin.admin_report_resolve(filed.id).action_taken
    assert [r.id for r in admin.admin_reports(resolved=True, target_account_id=ann.id)] == [filed.id]
    assert not admin.admin_report_reopen(filed.id).action_taken
    assert admin.admin_report(filed.id).account.username == "bob"


def test_servers(admin: Mastodon) -> None:
    block = admin.admin_create_domain_block("bad.example", severity="suspend", private_comment="spam")
    assert [b.domain for b in admin.admin_domain_blocks()] == ["bad.example"]
    assert admin.admin_domain_blocks(block.id).private_comment == "spam"
    assert admin.admin_update_domain_block(block.id, severity="silence").severity == "silence"
    admin.admin_delete_domain_block(block.id)
    assert admin.admin_domain_blocks() == []
    allow = admin.admin_create_domain_allow("good.example")
    assert (
        [a.id for a in admin.admin_domain_allows()] == [allow.id] == [admin.admin_domain_allow(allow.id).id]
    )
    admin.admin_delete_domain_allow(allow.id)
    assert admin.admin_domain_allows() == []


def test_barriers(admin: Mastodon) -> None:
    mail = admin.admin_create_email_domain_block("junk.example")
    assert [b.id for b in admin.admin_email_domain_blocks()] == [mail.id]
    assert len(admin.admin_email_domain_block(mail.id).history) == 7
    admin.admin_delete_email_domain_block(mail.id)
    address = admin.admin_create_canonical_email_block(email="a.b+c@example.org")
    assert [b.id for b in admin.admin_test_canonical_email_block("ab@example.org")] == [address.id]
    assert admin.admin_canonical_email_blocks()[0].id == address.id
    assert admin.admin_canonical_email_block(address.id).canonical_email_hash
    admin.admin_delete_canonical_email_block(address.id)
    network = admin.admin_create_ip_block("192.0.2.0/24", "sign_up_block", comment="x", expires_in=3600)
    assert admin.admin_update_ip_block(network.id, severity="sign_up_requires_approval").comment == "x"
    assert [b.ip for b in admin.admin_ip_blocks()] == ["192.0.2.0/24"]
    assert admin.admin_ip_block(network.id).severity == "sign_up_requires_approval"
    admin.admin_delete_ip_block(network.id)
    assert admin.admin_ip_blocks() == []


def test_figures(admin: Mastodon, ann: Person) -> None:
    end = datetime.now(UTC)
    start = end - timedelta(days=5)
    measures = admin.admin_measures(
        start, end, active_users=True, new_users=True, interactions=True, opened_reports=True,
        resolved_reports=True, instance_accounts="bad.example",
    )  # fmt: skip
    assert {m.key for m in measures} >= {"active_users", "new_users", "interactions", "instance_accounts"}
    assert all(len(m.data) == 6 for m in measures)
    dimensions = admin.admin_dimensions(
        start,
        end,
        limit=3,
        languages=True,
        sources=True,
        servers=True,
        space_usage=True,
        software_versions=True,
    )
    assert {d.key for d in dimensions} == {
        "languages",
        "sources",
        "servers",
        "space_usage",
        "software_versions",
    }
    cohorts = admin.admin_retention(start, end, "day")
    assert len(cohorts) == 6
    assert cohorts[-1].data[0].value >= 1
