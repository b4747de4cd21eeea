"""Groups: the list, a group's page with its threads, joining and leaving, and making or changing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain import views
from folkmoot.domain.access import Membership, require_in_group
from folkmoot.domain.groups import grouprights, members
from folkmoot.domain.groups import groups as groups_
from folkmoot.domain.groups.groups import GroupChange, NewGroup
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail.mailing import UNPROVEN, UNPROVEN_SETTING
from folkmoot.domain.posts import conversations
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web import rooms
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Form, GroupForm, Listed
from folkmoot.doors.web.pages.membership import DELIVERIES
from folkmoot.doors.web.show import MAX_PAGE, PER_PAGE, go, number, page, submit, turning

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


@door.raw("GET", "/groups", ask=Listed)
def listing(at: At, ask: Listed) -> Response:
    """Groups that the viewer may know of, the own ones apart."""
    after = number(ask.before, 0, (1 << 62) - 1, 0)
    shown = groups_.listed(at.tx, at.viewer, after)
    mine = {group.id for group in groups_.mine(at.tx, at.viewer)} if at.viewer.known else set()
    on = f"?before={shown[-1].id}" if len(shown) == 200 else ""
    return page(at, at.tx, "groups.html", title="Groups", groups=shown, mine=mine, older=on)


def show(at: At, account: views.AccountView, ask: Listed) -> Response:
    """A group's page: what it is, how the viewer stands to it, and its threads where they may be read."""
    group, stands = groups_.find(at.tx, at.viewer, account.name)
    at_page = number(ask.page, 1, MAX_PAGE, 1)
    threads = []
    if stands.may_read:
        offset = (at_page - 1) * PER_PAGE
        threads = conversations.of_group(at.tx, at.viewer, group.id, limit=PER_PAGE + 1, offset=offset)
    authors = views.accounts_by_ids(at.tx, [thread.author_id for thread in threads])
    newer, on = turning(at_page, len(threads) > PER_PAGE)
    me = members.get(at.tx, group.id, at.viewer.account_id) if at.viewer.known else None
    return page(
        at,
        at.tx,
        "group.html",
        title=group.title,
        group=group,
        account=account,
        stands=stands,
        waiting=stands.status == Membership.PENDING,
        sections=rooms.open_to(group, stands),
        sees_members=grouprights.may(grouprights.case_of(at.tx, stands), "see_members"),
        delivery=DELIVERIES[Delivery(me.delivery)] if me and stands.is_member else "",
        threads=[(thread, authors.get(thread.author_id)) for thread in threads[:PER_PAGE]],
        newer=newer,
        older=on,
    )


@door.raw("POST", "/@{name}/join", ask=Form, tx="write")
def join(at: At, ask: Form) -> Response:
    """Join, or ask to."""
    at.viewer.required()
    check_form(at, ask.csrf)
    group, _ = groups_.find(at.tx, at.viewer, at.path["name"])
    member = members.join(at.tx, at.viewer, group.id)
    return go(f"/@{group.name}", "joined" if member.status == Membership.NORMAL else "asked")


@door.raw("POST", "/@{name}/leave", ask=Form, tx="write")
def leave(at: At, ask: Form) -> Response:
    """Leave, or take the question back."""
    at.viewer.required()
    check_form(at, ask.csrf)
    group, _ = groups_.find(at.tx, at.viewer, at.path["name"])
    members.leave(at.tx, at.viewer, group.id)
    return go(f"/@{group.name}" if group.listed or group.archive == 0 else "/groups", "left")


@door.raw("GET", "/groups/new")
def show_new(at: At) -> Response:
    """The form for a new group."""
    at.viewer.required()
    return _form(at, at.tx, GroupForm(listed=True))


def _form(at: At, tx: Tx, ask: GroupForm, why: str = "", name: str = "") -> Response:
    title = f"Settings of {name}" if name else "New group"
    return page(at, tx, "group-form.html", title=title, form=ask, why=why, name=name)


@door.raw("POST", "/groups/new", ask=GroupForm)
async def make(at: At, ask: GroupForm) -> Response:
    """Make a group whose owner is the viewer."""
    at.viewer.required()
    check_form(at, ask.csrf)
    new = NewGroup(
        name=ask.name,
        title=ask.title,
        description=ask.description,
        archive=number(ask.archive, 0, 1, 1),
        listed=ask.listed,
        joining=number(ask.joining, 0, 2, 1),
        posting=number(ask.posting, 0, 1, 0),
        moderation=number(ask.moderation, 0, 2, 2),
    )

    async def work() -> Response:
        await at.write(lambda tx: groups_.create(tx, at.viewer, new))
        return go(f"/@{ask.name}", "made")

    def again(tx: Tx, why: str) -> Response:
        return _form(at, tx, ask, why)

    return await submit(at, work, again)


@door.raw("GET", "/@{name}/settings")
def show_settings(at: At) -> Response:
    """A group's settings, for its owners."""
    at.viewer.required()
    return _settings(at, at.tx, None)


def _settings(at: At, tx: Tx, ask: GroupForm | None, why: str = "") -> Response:
    group, stands = groups_.find(tx, at.viewer, at.path["name"])
    require_in_group(stands, "change_settings")
    now = GroupForm(
        name=group.name,
        title=group.title,
        description=group.description,
        archive=str(group.archive),
        listed=group.listed,
        joining=str(group.joining),
        posting=str(group.posting),
        moderation=str(group.moderation),
        unproven=str(group.settings.get(UNPROVEN_SETTING, "hold")),
    )
    return _form(at, tx, ask or now, why, group.name)


@door.raw("POST", "/@{name}/settings", ask=GroupForm)
async def change(at: At, ask: GroupForm) -> Response:
    """Change a group."""
    at.viewer.required()
    check_form(at, ask.csrf)
    wanted = GroupChange(
        title=ask.title,
        description=ask.description,
        archive=number(ask.archive, 0, 1, 1),
        listed=ask.listed,
        joining=number(ask.joining, 0, 2, 1),
        posting=number(ask.posting, 0, 2, 0),
        moderation=number(ask.moderation, 0, 2, 2),
        settings={UNPROVEN_SETTING: ask.unproven} if ask.unproven in UNPROVEN else None,
    )

    async def work() -> Response:
        def run(tx: Tx) -> str:
            group, _ = groups_.find(tx, at.viewer, at.path["name"])
            groups_.update(tx, at.viewer, group.id, wanted)
            return group.name

        return go(f"/@{await at.write(run)}", "saved")

    def again(tx: Tx, why: str) -> Response:
        return _settings(at, tx, ask, why)

    return await submit(at, work, again)
