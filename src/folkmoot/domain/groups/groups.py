"""Groups: made, found, configured; a group is an account, a mailing list and a place with rules."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import (
    Archive,
    GroupRole,
    Membership,
    Posting,
    PostState,
    Standing,
    Viewer,
    require_in_group,
    standing,
)
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.groups import groupnames, groupsettings, members
from folkmoot.domain.people import accounts as people
from folkmoot.domain.text import Markup, render
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.groups import members as members_t
from folkmoot.store.schema.posts import posts as posts_t
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

MIN_DESCRIPTION = 10


class Moderation(IntEnum):
    """Whose posts wait for a moderator."""

    NOBODY = 0
    ALL = 1
    NEW_MEMBERS = 2


class Joining(IntEnum):
    """How one becomes a member."""

    OPEN = 0
    APPROVAL = 1
    INVITED = 2


class NewGroup(msgspec.Struct, kw_only=True):
    """What it takes to make a group. *settings* are the further ones, kept as they come (see GroupView.settings)."""

    name: str
    description: str
    title: str = ""
    archive: int = Archive.PUBLIC
    listed: bool = True
    joining: int = 0
    posting: int = Posting.MEMBERS
    moderation: int = 0
    subject_tag: str = ""
    settings: dict[str, Any] = {}
    terse: bool = False
    """It may be described in fewer words than MIN_DESCRIPTION asks for."""


class GroupChange(msgspec.Struct, kw_only=True):
    """Changes of a group; what is None stays. *settings* are merged into the further settings."""

    title: str | None = None
    description: str | None = None
    archive: int | None = None
    listed: bool | None = None
    joining: int | None = None
    posting: int | None = None
    moderation: int | None = None
    subject_tag: str | None = None
    settings: dict[str, Any] | None = None
    locked: bool | None = None
    parent_posts: bool | None = None


class GroupView(msgspec.Struct, kw_only=True, frozen=True):
    """A group as its settings are."""

    id: int
    name: str
    title: str
    description: str
    description_html: str
    address: str
    parent_id: int | None
    archive: int
    listed: bool
    joining: int
    posting: int
    moderation: int
    subject_tag: str
    next_number: int
    topics_n: int
    members_n: int
    settings: dict[str, Any]
    created_at: int
    last_post_at: int | None
    avatar: str
    url: str
    updated_at: int
    locked: bool = False
    parent_posts: bool = False


_COLUMNS = (
    groups.c.account_id, accounts.c.name, groups.c.title, accounts.c.note_source, accounts.c.note_html,
    groups.c.parent_id, groups.c.archive, groups.c.listed,
    groups.c.joining, groups.c.posting, groups.c.moderation, groups.c.subject_tag, groups.c.next_number,
    groups.c.topics_n, groups.c.members_n,
    groups.c.settings, groups.c.created_at, accounts.c.last_post_at, accounts.c.avatar,
    groups.c.locked, groups.c.parent_posts, sa.func.coalesce(groups.c.updated_at, groups.c.created_at),
)  # fmt: skip
_JOINED = groups.join(accounts, accounts.c.id == groups.c.account_id)
_ONE = Query(sa.select(*_COLUMNS).select_from(_JOINED).where(groups.c.account_id == p("id")))
_SOME = Query(sa.select(*_COLUMNS).select_from(_JOINED).where(in_list(groups.c.account_id, "ids")))
_BY_NAME = Query(
    sa.select(groups.c.account_id)
    .select_from(_JOINED)
    .where(accounts.c.folded == p("name", sa.Text), accounts.c.domain == "")
)
_LISTED = Query(
    sa.select(*_COLUMNS)
    .select_from(_JOINED)
    .where(
        sa.or_(
            groups.c.listed == 1,
            sa.exists().where(
                members_t.c.group_id == groups.c.account_id,
                members_t.c.account_id == p("viewer"),
                members_t.c.status == 0,
            ),
            p("everything") == 1,
        ),
        groups.c.account_id > p("after"),
    )
    .order_by(groups.c.account_id)
    .limit(200)
)
_MINE = Query(
    sa.select(*_COLUMNS)
    .select_from(_JOINED.join(members_t, members_t.c.group_id == groups.c.account_id))
    .where(members_t.c.account_id == p("viewer"), members_t.c.status == 0)
    .order_by(accounts.c.folded)
    .limit(1000)
)


def _view(tx: Tx, row: tuple[Any, ...]) -> GroupView:
    return GroupView(
        id=row[0],
        name=row[1],
        title=row[2],
        description=row[3],
        description_html=row[4],
        address=f"{row[1]}@{tx.settings.list_domain}",
        parent_id=row[5],
        archive=row[6],
        listed=bool(row[7]),
        joining=row[8],
        posting=row[9],
        moderation=row[10],
        subject_tag=row[11],
        next_number=row[12],
        topics_n=row[13],
        members_n=row[14],
        settings=msgspec.json.decode(row[15]),
        created_at=row[16],
        last_post_at=row[17],
        avatar=row[18],
        url=f"{tx.settings.base_url}/@{row[1]}",
        locked=bool(row[19]),
        parent_posts=bool(row[20]),
        updated_at=row[21],
    )


def create(tx: Tx, viewer: Viewer, new: NewGroup, parent: GroupView | None = None, **membership: Any) -> int:
    """Make a group whose owner is the viewer; *membership* are the owner's own options (delivery …). Below a *parent*
    (whose rights the caller has asked) it is called Parent+Name.

    Raises Invalid("name" | "description"), Conflict("name.taken"). The operator's own may be described in few words.
    """
    owner = viewer.required()
    name = groupnames.check_name(new.name, below=parent is not None)
    if parent is not None:
        name = f"{parent.name}+{name}"
    elif new.archive == Archive.PARENT:
        raise Invalid("archive", "no_parent")
    groupnames.check_free(tx, name)
    if len(new.description.strip()) < MIN_DESCRIPTION and not (viewer.everything or new.terse):
        raise Invalid("description", "too_short")
    id_ = people.new_account(
        tx,
        name=name,
        kind=people.Kind.GROUP,
        display_name=people.clean_display_name(new.title, name),
        note_source=new.description,
        note_html=_html(tx, new.description),
        discoverable=int(new.listed),
        locked=int(new.joining != Joining.OPEN),
    )
    tx.insert(
        groups,
        account_id=id_,
        title=people.clean_display_name(new.title, name),
        archive=int(new.archive),
        listed=int(new.listed),
        joining=new.joining,
        posting=int(new.posting),
        moderation=new.moderation,
        subject_tag=new.subject_tag if new.subject_tag else f"[{name}]",
        settings=msgspec.json.encode(new.settings).decode(),
        parent_id=parent.id if parent is not None else None,
        created_at=tx.now,
    )
    journal.record(tx, journal.ACCOUNT_ADDED, owner, id_)
    members.put(tx, id_, owner, role=GroupRole.OWNER, **membership)
    return id_


def _html(tx: Tx, text: str) -> str:
    settings = tx.settings
    return render(
        text, Markup.PLAIN, base_url=settings.base_url, local_domain=settings.domain, people={}
    ).html


def update(tx: Tx, viewer: Viewer, group_id: int, change: GroupChange) -> None:
    """Change a group's settings, and what follows for its members. Raises NotFound, Forbidden, and what
    groupsettings.check raises."""
    stands = standing(tx, viewer, group_id)
    require_in_group(stands, "change_settings")
    now = see(tx, viewer, group_id)
    groupsettings.check(tx, now, change)
    values: dict[str, Any] = {}
    for name in (
        "archive",
        "listed",
        "joining",
        "posting",
        "moderation",
        "subject_tag",
        "locked",
        "parent_posts",
    ):
        if (value := getattr(change, name)) is not None:
            values[name] = int(value) if isinstance(value, bool) else value
    looks: dict[str, Any] = {}
    if change.title is not None:
        values["title"] = looks["display_name"] = people.clean_display_name(change.title, now.name)
    if change.description is not None:
        looks.update(note_source=change.description, note_html=_html(tx, change.description))
    if change.joining is not None:
        looks["locked"] = int(change.joining != Joining.OPEN)
    if change.settings is not None:
        merged = groupsettings.spread(tx, now, {**now.settings, **change.settings})
        values["settings"] = msgspec.json.encode(merged).decode()
    tx.update(groups, {"account_id": group_id}, **values, updated_at=tx.now)
    if looks:
        tx.update(accounts, {"id": group_id}, **looks)
    people.changed(tx, group_id)
    journal.record(tx, journal.GROUP_CHANGED, viewer.account_id, group_id)


def see(tx: Tx, viewer: Viewer, group_id: int) -> GroupView:
    """A group that the viewer may know of. Raises NotFound."""
    standing(tx, viewer, group_id)
    row = tx.one(_ONE, id=group_id)
    if row is None:
        raise NotFound(what="group")
    return _view(tx, row)


def by_ids(tx: Tx, ids: list[int]) -> dict[int, GroupView]:
    """Groups by id; the caller has asked who may know of them."""
    return {row[0]: _view(tx, row) for row in tx.all(_SOME, ids=ids)} if ids else {}


def find(tx: Tx, viewer: Viewer, name: str) -> tuple[GroupView, Standing]:
    """The group of that name and how the viewer stands to it. Raises NotFound."""
    id_ = id_of_address(tx, name.strip())
    if id_ is None:
        raise NotFound(what="group")
    return see(tx, viewer, id_), standing(tx, viewer, id_)


def id_of_address(tx: Tx, local_part: str) -> int | None:
    """The group with that name or alias; for mail, which learns only that the address exists."""
    found: int | None = tx.value(_BY_NAME, name=local_part.lower())
    return groupnames.leads_to(tx, local_part) if found is None else found


def listed(tx: Tx, viewer: Viewer, after: int = 0) -> list[GroupView]:
    """Groups that the viewer may know of, oldest first, up to 200 beyond the id *after*."""
    rows = tx.all(_LISTED, viewer=viewer.account_id, everything=int(viewer.everything), after=after)
    return [_view(tx, row) for row in rows]


def mine(tx: Tx, viewer: Viewer) -> list[GroupView]:
    """The groups that the viewer is a member of, by name."""
    return [_view(tx, row) for row in tx.all(_MINE, viewer=viewer.required())]


def stands(view: GroupView, member: members.Member | None, above: members.Member | None = None) -> Standing:
    """How the account of a membership stands to a group, without asking again; for lists of groups or members.
    *above* is its membership of the parent."""
    return Standing(
        group_id=view.id,
        archive=view.archive,
        listed=int(view.listed),
        posting=view.posting,
        moderation=view.moderation,
        joining=view.joining,
        member_id=member.id if member else None,
        role=member.role if member else None,
        status=member.status if member else None,
        member_posting=member.posting if member else None,
        approved_n=member.approved_n if member else None,
        chosen=member.mod_permissions if member else None,
        locked=int(view.locked),
        parent_posts=int(view.parent_posts),
        parent_status=above.status if above else None,
    )


class Waiting(msgspec.Struct, frozen=True):
    """How much waits for a group's moderators."""

    members: int = 0
    posts: int = 0


_WAITING_MEMBERS = Query(
    sa.select(members_t.c.group_id, sa.func.count())
    .where(in_list(members_t.c.group_id, "ids"), members_t.c.status == int(Membership.PENDING))
    .group_by(members_t.c.group_id)
)
_WAITING_POSTS = Query(
    sa.select(posts_t.c.group_id, sa.func.count())
    .where(in_list(posts_t.c.group_id, "ids"), posts_t.c.state == int(PostState.HELD))
    .group_by(posts_t.c.group_id)
)


def waiting(tx: Tx, standings: Iterable[Standing]) -> dict[int, Waiting]:
    """What waits in these groups, by group; those that the viewer does not moderate are left out."""
    ids = [stands.group_id for stands in standings if stands.is_moderator]
    if not ids:
        return {}
    members_n, posts_n = (
        {row[0]: row[1] for row in tx.all(q, ids=ids)} for q in (_WAITING_MEMBERS, _WAITING_POSTS)
    )
    return {id_: Waiting(members_n.get(id_, 0), posts_n.get(id_, 0)) for id_ in ids}
