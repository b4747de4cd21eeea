"""Who may see (one relation, written once) and who may do (a table): the only file on permission."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import rights
from folkmoot.domain.errors import Forbidden, NotFound, Unauthenticated
from folkmoot.domain.people import blocking
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import circle_members, follows
from folkmoot.store.schema.groups import groups, members
from folkmoot.store.schema.posts import addressed, posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx


class Audience(IntEnum):
    """To whom a post is spoken."""

    PUBLIC = 0
    UNLISTED = 1
    FOLLOWERS = 2
    DIRECT = 3
    GROUP = 4
    CIRCLE = 5
    LOCAL = 6


class PostState(IntEnum):
    """Where a post stands with moderation and deletion."""

    LIVE = 0
    HELD = 1
    REJECTED = 2
    DELETED = 3


class Role(IntEnum):
    """What an account may do on this server."""

    USER = 0
    MODERATOR = 10
    ADMIN = 20
    OWNER = 30


class GroupRole(IntEnum):
    """What a member may do in a group."""

    MEMBER = 0
    MODERATOR = 10
    OWNER = 20


class Membership(IntEnum):
    """Where an account stands with a group."""

    NORMAL = 0
    PENDING = 1
    INVITED = 2
    BANNED = 3
    LEFT = 4


class Archive(IntEnum):
    """Who may read a group's archive."""

    PUBLIC = 0
    MEMBERS = 1
    PARENT = 2
    """Members, and those of the group above it."""


class Viewer(msgspec.Struct, frozen=True):
    """Who is looking or acting. `account_id` 0 is nobody: the rule of sight needs no case for it."""

    account_id: int = 0
    role: int = 0
    everything: bool = False
    filters_rev: int = 0
    """Revision of the account's filters; 0 means that there are none."""

    @classmethod
    def anonymous(cls) -> Viewer:
        """Nobody."""
        return _NOBODY

    @classmethod
    def system(cls) -> Viewer:
        """The server itself: the only way past the rule of sight."""
        return _SYSTEM

    @property
    def known(self) -> bool:
        return self.account_id != 0

    def required(self) -> int:
        """The account id. Raises Unauthenticated for nobody."""
        if self.account_id == 0:
            raise Unauthenticated("log in first", code="login_required")
        return self.account_id


_NOBODY = Viewer()
_SYSTEM = Viewer(everything=True)


# ── who may see: one relation between an account and a post ──────────────────────────────────────────────────────────


def may_see(viewer: Any, post: Any = posts, author: Any = None, named: Any = None) -> Any:
    """True where the account *viewer* (a parameter or a column; 0 is nobody) may see the row *post*.

    *author*: the row of accounts that the statement has joined to the post anyway, which saves the search for it.
    *named*: asks who could see a post that may be deleted by now; the condition says to whom it was addressed, as that
    is forgotten with the post.

    Bind the viewer and it filters a list; bind both and it is yes or no; let the viewer be a column of candidates and
    it is the audience for mail, streams and federation. A boost is seen by whom sees the boost and the boosted post.

    An author's block, of an account or a server, hides what they say at large, not what they say in a group: the group
    is the place, and a list with holes in its threads is no list.
    """
    original = posts.alias("original")
    return sa.and_(
        _one(viewer, post, author, named),
        sa.or_(
            post.c.boost_of_id.is_(None),
            _exists(original, original.c.id == post.c.boost_of_id, _one(viewer, original, None, named)),
        ),
    )


def _exists(table: Any, *where: Any) -> Any:
    return sa.exists(
        sa.select(sa.literal_column("1")).select_from(table).where(*where).correlate_except(table)
    )


def _one(viewer: Any, post: Any, author: Any = None, named: Any = None) -> Any:
    a, f, m, g = accounts.alias(), follows.alias(), members.alias(), groups.alias()
    to, c, local, mod = addressed.alias(), circle_members.alias(), accounts.alias(), members.alias()
    mine = post.c.author_id == viewer
    in_group = sa.or_(
        _exists(g, g.c.account_id == post.c.group_id, g.c.archive == int(Archive.PUBLIC)),
        _exists(m, m.c.group_id == post.c.group_id, m.c.account_id == viewer, m.c.status == int(Membership.NORMAL)),
        _exists(g, g.c.account_id == post.c.group_id, g.c.archive == int(Archive.PARENT),
        _exists(m, m.c.group_id == g.c.parent_id, m.c.account_id == viewer, m.c.status == int(Membership.NORMAL))),
    )  # fmt: skip
    addressee = _exists(to, to.c.post_id == post.c.id, to.c.account_id == viewer) if named is None else named
    spoken_to = sa.or_(
        post.c.audience <= int(Audience.UNLISTED),
        sa.and_(post.c.audience == int(Audience.FOLLOWERS),
        _exists(f, f.c.account_id == viewer, f.c.target_id == post.c.author_id, f.c.state == 1)),
        sa.and_(post.c.audience == int(Audience.CIRCLE),
        _exists(c, c.c.circle_id == post.c.circle_id, c.c.account_id == viewer)),
        sa.and_(post.c.audience == int(Audience.LOCAL), _exists(local, local.c.id == viewer, local.c.domain == "")),
        sa.and_(post.c.audience != int(Audience.GROUP), addressee),
    )  # fmt: skip
    suspended = _exists(a, a.c.id == post.c.author_id, a.c.suspended_at.is_not(None))
    live = post.c.state == int(PostState.LIVE)
    if named is None:
        live = sa.and_(live, ~suspended if author is None else author.c.suspended_at.is_(None))
    else:
        live = sa.or_(live, post.c.state == int(PostState.DELETED))
    moderates = _exists(
        mod, mod.c.group_id == post.c.group_id, mod.c.account_id == viewer,
        mod.c.status == int(Membership.NORMAL), mod.c.role >= int(GroupRole.MODERATOR),
    )  # fmt: skip
    return sa.or_(
        sa.and_(live, sa.or_(
            mine,
            sa.and_(post.c.audience == int(Audience.GROUP), in_group),
            sa.and_(post.c.audience != int(Audience.GROUP), spoken_to, ~blocking.blocks(post.c.author_id, viewer)),
        )),
        sa.and_(post.c.state == int(PostState.HELD), sa.or_(mine, moderates)),
    )  # fmt: skip


_SEEN = [posts.c[n] for n in ("id", "boost_of_id", "author_id", "audience", "state", "group_id")]
_VISIBLE = Query(lambda: sa.select(*_SEEN).where(posts.c.id == p("id"), may_see(p("viewer"))))
_ANY = Query(sa.select(*_SEEN).where(posts.c.id == p("id"), posts.c.state != int(PostState.DELETED)))
_AMONG = Query(lambda: sa.select(posts.c.id).where(in_list(posts.c.id, "ids"), may_see(p("viewer"))))
_WHO = Query(
    lambda: sa.select(accounts.c.id).select_from(accounts.join(posts, posts.c.id == p("id")))
    .where(in_list(accounts.c.id, "candidates"), may_see(accounts.c.id))
)  # fmt: skip


class Seen(msgspec.Struct, frozen=True):
    """A post that went through the gate: what a verb needs to know about it before it acts."""

    id: int
    boost_of_id: int | None
    author_id: int
    audience: int
    state: int
    group_id: int | None


def see_post(tx: Tx, viewer: Viewer, post_id: int) -> Seen:
    """The gate: a post that the viewer may see. Raises NotFound for all others, whether they exist or not."""
    if not 0 < post_id < 1 << 63:
        raise NotFound(what="post")
    query = _ANY if viewer.everything else _VISIBLE
    row = tx.one(query, id=post_id, viewer=viewer.account_id)
    if row is None:
        raise NotFound(what="post")
    return Seen(*row)


def see_original(tx: Tx, viewer: Viewer, post_id: int) -> Seen:
    """As see_post, a boost leading to the post that it boosts: acting on a boost acts on the original."""
    seen = see_post(tx, viewer, post_id)
    return see_post(tx, viewer, seen.boost_of_id) if seen.boost_of_id else seen


def open_to_all(audience: int, archive: int | None) -> bool:
    """Whether a live post with that audience, in a group with that *archive*, is for everybody who comes by."""
    return audience <= Audience.UNLISTED or (audience == Audience.GROUP and archive == Archive.PUBLIC)


def is_open_to_all(post: Any, group: Any) -> Any:
    """open_to_all in a statement: *post* a row of posts, *group* the row of groups that was joined to it."""
    return sa.or_(
        post.c.audience <= int(Audience.UNLISTED),
        sa.and_(post.c.audience == int(Audience.GROUP), group.c.archive == int(Archive.PUBLIC)),
    )


def require_live(seen: Seen) -> None:
    """Raises Forbidden("held") for a post that waits for a moderator: it may yet be turned down."""
    if seen.state != PostState.LIVE:
        raise Forbidden("this post waits for a moderator", code="held")


def visible_among(tx: Tx, viewer: Viewer, ids: list[int]) -> set[int]:
    """Those of *ids* that the viewer may see."""
    return set(ids) if viewer.everything else set(tx.column(_AMONG, ids=ids, viewer=viewer.account_id))


def who_may_see(tx: Tx, post_id: int, candidates: list[int]) -> set[int]:
    """Those of the *candidates* (account ids) who may see the post: the audience, asked with the same relation."""
    return set(tx.column(_WHO, id=post_id, candidates=candidates)) if candidates else set()


# ── who may see a group, and do what in it ───────────────────────────────────────────────────────────────────────────

_above = members.alias()
_GROUP = Query(
    sa.select(groups.c.account_id, groups.c.archive, groups.c.listed, groups.c.posting, groups.c.moderation,
    groups.c.joining, members.c.id, members.c.role, members.c.status, members.c.posting, members.c.approved_n,
    members.c.mod_permissions, groups.c.locked, groups.c.parent_posts, sa.select(_above.c.status)
    .where(_above.c.group_id == groups.c.parent_id, _above.c.account_id == p("viewer")).scalar_subquery())
    .select_from(groups.outerjoin(members, sa.and_(members.c.group_id == groups.c.account_id,
    members.c.account_id == p("viewer"))))
    .where(groups.c.account_id == p("group_id"))
)  # fmt: skip


class Posting(IntEnum):
    """Who may post to a group."""

    MEMBERS = 0
    MODERATORS = 1
    ANYONE = 2


class MemberPosting(IntEnum):
    """A member's own exception from the group's rules of posting."""

    DEFAULT = 0
    FREE = 1
    MODERATED = 2
    FORBIDDEN = 3
    FIRST_MODERATED, STARTED_MODERATED = 4, 5


class Standing(msgspec.Struct, frozen=True):
    """How a viewer stands to a group: everything that the questions below are answered from."""

    group_id: int
    archive: int
    listed: int
    posting: int
    moderation: int
    joining: int
    member_id: int | None
    role: int | None
    status: int | None
    member_posting: int | None
    approved_n: int | None
    chosen: str | None = None
    """A moderator's rights as they were chosen (see rights.held)."""
    locked: int = 0
    parent_posts: int = 0
    """Whether members of the group above may post."""
    parent_status: int | None = None
    """One's membership of the group above."""
    everything: bool = False
    itself: bool = False
    """The viewer is the group, in whose name somebody speaks (posts.inthename)."""

    @property
    def rights(self) -> frozenset[str]:
        """What one may do to the group's affairs: words of rights.RIGHTS."""
        return rights.held(self.chosen or "", moderator=self.is_moderator, owner=self.is_owner)

    @property
    def is_parent_member(self) -> bool:
        return self.parent_status == Membership.NORMAL

    @property
    def is_member(self) -> bool:
        return self.status == Membership.NORMAL

    @property
    def is_moderator(self) -> bool:
        return self.everything or self.itself or (self.is_member and (self.role or 0) >= GroupRole.MODERATOR)

    @property
    def is_owner(self) -> bool:
        return self.everything or (self.is_member and (self.role or 0) >= GroupRole.OWNER)

    @property
    def may_know(self) -> bool:
        """Whether the viewer may know that the group exists."""
        return self.may_read or bool(self.listed) or self.status in (Membership.INVITED, Membership.PENDING)

    @property
    def may_read(self) -> bool:
        """Whether the viewer may read the archive: the group's half of may_see, for the archive as a whole."""
        open_ = self.archive == Archive.PUBLIC or (self.archive == Archive.PARENT and self.is_parent_member)
        return self.everything or self.itself or open_ or self.is_member

    @property
    def may_post(self) -> bool:
        """Whether a post of the viewer may enter the chain of moderation at all."""
        if self.locked:
            return False
        if self.is_moderator:
            return True
        if self.status == Membership.BANNED or self.member_posting == MemberPosting.FORBIDDEN:
            return False
        if self.posting == Posting.MODERATORS:
            return False
        from_above = self.parent_posts and self.is_parent_member
        return bool(self.is_member or self.posting == Posting.ANYONE or from_above)


def standing(tx: Tx, viewer: Viewer, group_id: int) -> Standing:
    """How the viewer stands to the group. Raises NotFound where there is none, or none that the viewer may know of."""
    row = tx.one(_GROUP, group_id=group_id, viewer=viewer.account_id)
    found = None if row is None else Standing(*(*row, viewer.everything, viewer.account_id == group_id))
    if found is None or not found.may_know:
        raise NotFound(what="group")
    return found


_KNOWING = (int(Membership.NORMAL), int(Membership.PENDING), int(Membership.INVITED))
_HIDDEN = Query(
    lambda: sa.select(groups.c.account_id).where(
        in_list(groups.c.account_id, "ids"), groups.c.listed == 0, groups.c.archive != int(Archive.PUBLIC),
        ~_exists(members, members.c.group_id == groups.c.account_id, members.c.account_id == p("viewer"),
        members.c.status.in_([sa.literal_column(str(int(status))) for status in _KNOWING])),
        ~sa.and_(groups.c.archive == int(Archive.PARENT), _exists(_above, _above.c.group_id == groups.c.parent_id,
        _above.c.account_id == p("viewer"), _above.c.status == int(Membership.NORMAL))),
    )
)  # fmt: skip


def hidden_groups(tx: Tx, viewer: Viewer, ids: list[int]) -> set[int]:
    """Those of the accounts that are groups of which the viewer may not know: Standing.may_know for many at once."""
    if viewer.everything or not ids:
        return set()
    return set(tx.column(_HIDDEN, ids=ids, viewer=viewer.account_id))


def may_in_group(stands: Standing, act: str) -> bool:
    """Whether the act of rights.GROUP_ACTS is allowed."""
    needs = rights.GROUP_ACTS[act]
    return bool(getattr(stands, needs) if isinstance(needs, str) else needs & stands.rights)


def require_in_group(stands: Standing, act: str) -> None:
    """Raises Forbidden where the act is not allowed (the viewer knows the group)."""
    if not may_in_group(stands, act):
        raise Forbidden(f"you may not {act.replace('_', ' ')} in this group", code=act)


def require_role(viewer: Viewer, role: Role) -> None:
    """Raises Forbidden where the viewer's role on this server is lower than *role*."""
    viewer.everything or viewer.required()
    if not viewer.everything and viewer.role < role:
        raise Forbidden("this needs a higher role", code="role")
