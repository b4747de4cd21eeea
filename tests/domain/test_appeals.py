"""Those who are remembered, and appeals: what the domain does, on each database."""

from __future__ import annotations

import pytest
from tests.domain.test_moves import DAY_MS, person, refused

from folkmoot.domain import views
from folkmoot.domain.access import GroupRole, Membership, Role, Viewer
from folkmoot.domain.errors import Forbidden, Invalid, NotFound, Unauthenticated
from folkmoot.domain.groups import groups, members, membership
from folkmoot.domain.mail import outbox, readers
from folkmoot.domain.notices import notice_lists, notices
from folkmoot.domain.people import logins, mailtokens, suggestions
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.staff import appeals, erasure, memorials, sanctions
from folkmoot.domain.staff.sanctions import Sanction
from folkmoot.store.engine import Store
from folkmoot.store.schema.staff import warnings
from folkmoot.store.tx import Tx


def test_who_is_remembered_says_and_gets_nothing(store: Store) -> None:
    def run(tx: Tx) -> None:
        ann, fan = person(tx, "ann", discoverable=True), person(tx, "fan")
        admin, mod = person(tx, "boss", role=Role.ADMIN), person(tx, "mod", role=Role.MODERATOR)
        group = groups.create(tx, fan, groups.NewGroup(name="garden", description="All that grows here."))
        members.put(tx, group, ann.account_id, role=GroupRole.MEMBER)
        hers = groups.create(tx, ann, groups.NewGroup(name="hers", description="What ann began."))
        members.put(tx, hers, fan.account_id, role=GroupRole.MODERATOR)
        secret, _ = logins.open_session(tx, ann.account_id)
        _, token = logins.issue_token(tx, account_id=ann.account_id, app_id=None, scopes="read")
        row = members.get(tx, group, ann.account_id)
        assert row is not None
        assert readers.among(tx, group, [row.id])
        for who in (mod, ann):
            refused(Forbidden, "role", memorials.remember, tx, who, ann.account_id)
        refused(Forbidden, "role", memorials.remember, tx, admin, admin.account_id)
        refused(Forbidden, "group", memorials.remember, tx, admin, group)
        memorials.remember(tx, admin, ann.account_id)
        memorials.remember(tx, admin, ann.account_id)
        assert views.account(tx, ann.account_id).memorial
        heir = members.get(tx, hers, fan.account_id)
        assert heir is not None
        assert heir.role == GroupRole.OWNER
        assert memorials.listing(tx, admin) == [ann.account_id]
        login = logins.login_of(tx, ann.account_id)
        assert login is not None
        assert login.state == LoginState.DISABLED
        assert logins.session(tx, secret) is None
        with pytest.raises(Unauthenticated):
            logins.token(tx, token)
        notices.add(tx, ann.account_id, "follow", fan.account_id)
        assert notice_lists.count_after(tx, ann, 0) == 0
        assert readers.among(tx, group, [row.id]) == {}
        assert ann.account_id not in {s.id for s in suggestions.suggest(tx, fan, 40)}
        refused(Forbidden, "memorial", sanctions.lift, tx, admin, ann.account_id, "disable")
        memorials.live(tx, admin, ann.account_id)
        login = logins.login_of(tx, ann.account_id)
        assert login is not None
        assert (login.state, views.account(tx, ann.account_id).memorial) == (LoginState.ACTIVE, False)

    store.write(run)


@pytest.mark.parametrize("act", sanctions.KINDS)
def test_an_appeal_that_is_granted_takes_back_what_was_done(store: Store, act: str) -> None:
    def run(tx: Tx) -> None:
        ann, mod = person(tx, "ann"), person(tx, "mod", role=Role.ADMIN)
        sanctions.impose(tx, mod, ann.account_id, Sanction(kind=act, text="Be kind"))
        (strike,) = appeals.mine(tx, ann)
        appeals.appeal(tx, ann, strike.id, "  I was.  ")
        (waits,) = appeals.waiting(tx, mod)
        assert (waits.warning.appeal, waits.account.id) == ("I was.", ann.account_id)
        refused(Forbidden, "appeal.over", appeals.appeal, tx, ann, strike.id, "And again")
        refused(Forbidden, "role", appeals.settle, tx, ann, strike.id, grant=True)
        appeals.settle(tx, mod, strike.id, grant=True)
        refused(NotFound, "not_found", appeals.settle, tx, mod, strike.id, grant=False)
        assert appeals.waiting(tx, mod) == []
        (after,) = appeals.mine(tx, ann)
        assert after.appeal_granted
        login, shown = logins.login_of(tx, ann.account_id), views.account(tx, ann.account_id)
        assert login is not None
        assert (login.state, shown.suspended, shown.silenced, shown.sensitized) == (0, False, False, False)

    store.write(run)


def test_appeals_have_their_time_and_form(store: Store) -> None:
    def run(tx: Tx) -> None:
        ann, ben = person(tx, "ann"), person(tx, "ben")
        mod, other = person(tx, "mod", role=Role.MODERATOR), person(tx, "boss", role=Role.ADMIN)
        for _ in range(2):
            sanctions.impose(tx, mod, ann.account_id, Sanction(kind="silence"))
        late, strike = sorted(appeals.mine(tx, ann), key=lambda one: one.id)
        tx.update(warnings, {"id": late.id}, created_at=tx.now - 21 * DAY_MS)
        refused(Forbidden, "appeal.over", appeals.appeal, tx, ann, late.id, "Late")
        refused(Invalid, "appeal.blank", appeals.appeal, tx, ann, strike.id, " ")
        refused(Invalid, "appeal.too_long", appeals.appeal, tx, ann, strike.id, "x" * 2001)
        for who, id_ in ((ben, strike.id), (ann, 7)):
            refused(NotFound, "not_found", appeals.appeal, tx, who, id_, "Mine?")
        refused(NotFound, "not_found", appeals.settle, tx, other, strike.id, grant=False)
        appeals.appeal(tx, ann, strike.id, "x" * 2000)
        refused(Forbidden, "role", appeals.settle, tx, mod, strike.id, grant=False)
        refused(Forbidden, "role", appeals.waiting, tx, ann)
        appeals.settle(tx, other, strike.id, grant=False)
        assert views.account(tx, ann.account_id).silenced
        kinds = [item.kind for item in outbox.claim(tx)]
        assert sorted(k for k in kinds if k != "warning") == ["appeal", "appeal_settled"]
        erasure.finish(tx, ann.account_id)
        assert {(one.appeal, one.appealed_at) for one in appeals.mine(tx, ann)} == {("", None)}

    store.write(run)


def test_who_is_remembered_owns_no_group_for_others(store: Store) -> None:
    def run(tx: Tx) -> None:
        ann, fan, boss = person(tx, "ann"), person(tx, "fan"), person(tx, "boss", role=Role.ADMIN)
        group = groups.create(tx, ann, groups.NewGroup(name="garden", description="All that grows here."))
        members.put(tx, group, fan.account_id, role=GroupRole.OWNER)
        memorials.remember(tx, boss, ann.account_id)
        refused(Forbidden, "last_owner", members.leave, tx, fan, group)
        role = GroupRole.MEMBER
        refused(Forbidden, "last_owner", membership.set_role, tx, fan, group, fan.account_id, role)
        membership.set_status(tx, fan, group, ann.account_id, Membership.LEFT)

    store.write(run)


@pytest.mark.parametrize("later", [False, True])
def test_a_login_that_was_closed_stays_so_where_nobody_died(store: Store, later: bool) -> None:
    def run(tx: Tx) -> None:
        ann, boss = person(tx, "ann"), person(tx, "boss", role=Role.ADMIN)

        def state() -> int:
            login = logins.login_of(tx, ann.account_id)
            assert login is not None
            return login.state

        def close() -> None:
            sanctions.impose(tx, boss, ann.account_id, Sanction(kind="disable"))

        if not later:
            close()
        memorials.remember(tx, boss, ann.account_id)
        if later:
            close()
        memorials.live(tx, boss, ann.account_id)
        assert state() == LoginState.DISABLED
        assert not views.account(tx, ann.account_id).memorial
        sanctions.lift(tx, boss, ann.account_id, "disable")
        assert state() == LoginState.ACTIVE
        memorials.remember(tx, boss, ann.account_id)
        memorials.live(tx, boss, ann.account_id)
        assert state() == LoginState.ACTIVE

    store.write(run)


def test_a_later_sanction_stands_until_it_is_appealed_too(store: Store) -> None:
    def run(tx: Tx) -> None:
        ann, boss = person(tx, "ann"), person(tx, "boss", role=Role.ADMIN)
        for kind in ("silence", "silence", "sensitive"):
            sanctions.impose(tx, boss, ann.account_id, Sanction(kind=kind))
        _, second, first = appeals.mine(tx, ann)
        for strike, silenced in ((first, True), (second, False)):
            appeals.appeal(tx, ann, strike.id, "It was not me")
            appeals.settle(tx, boss, strike.id, grant=True)
            assert views.account(tx, ann.account_id).silenced is silenced
        assert [one.appeal_granted for one in appeals.mine(tx, ann)] == [0, 1, 1]

    store.write(run)


def test_a_mailed_way_to_an_appeal_ends_with_the_password(store: Store) -> None:
    def run(tx: Tx) -> None:
        boss = person(tx, "boss", role=Role.ADMIN)
        for name, kind in (("ann", "none"), ("ben", "disable"), ("cid", "suspend")):
            who = person(tx, name)
            sanctions.impose(tx, boss, who.account_id, Sanction(kind=kind, mail=False))
            secret = mailtokens.make(tx, who.account_id, "appeal", "")
            assert secret is not None
            if name == "ann":
                logins.set_password(tx, who.account_id, "y")
            elif name == "ben":
                memorials.remember(tx, boss, who.account_id)
            else:
                erasure.order(tx, boss, who.account_id)
                assert appeals.of_link(tx, secret) == Viewer(who.account_id)
                continue
            with pytest.raises(NotFound):
                appeals.of_link(tx, secret)

    store.write(run)


def test_logging_in_takes_no_warning_its_link(store: Store) -> None:
    def run(tx: Tx) -> None:
        ann, boss = person(tx, "ann"), person(tx, "boss", role=Role.ADMIN)
        sanctions.impose(tx, boss, ann.account_id, Sanction(kind="disable"))
        ways = [appeals.way_in(tx, ann.account_id) for _ in range(mailtokens.MAX_PER_HOUR + 1)]
        assert ways[-1] is None
        assert None not in ways[:-1]
        assert appeals.of_link(tx, str(ways[0])) == Viewer(ann.account_id)
        assert mailtokens.make(tx, ann.account_id, "appeal", "") is not None

    store.write(run)
