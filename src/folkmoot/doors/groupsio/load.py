"""What answers need from the domain, loaded once for a whole page, so that presenters ask nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Membership, Standing, may_in_group
from folkmoot.domain.groups import (
    archives,
    groupnames,
    grouprights,
    groups,
    memberlists,
    members,
    tagrules,
)
from folkmoot.domain.groups.archives import TagFacts
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Member
from folkmoot.domain.people import accounts, entering, factors, logins, tastes
from folkmoot.domain.posts.conversations import ThreadView
from folkmoot.domain.views import AccountView, PostView
from folkmoot.doors.frame import outside
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import perms, present, present_archive
from folkmoot.doors.groupsio.bodies import split
from folkmoot.doors.groupsio.door import COOKIE
from folkmoot.doors.groupsio.settings import word
from folkmoot.wire.groupsio.archive import Hashtag, Message, MessageSearchResult, Topic
from folkmoot.wire.groupsio.group import Group
from folkmoot.wire.groupsio.member import MemberInfo
from folkmoot.wire.groupsio.perms import Perms
from folkmoot.wire.groupsio.user import User

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


DAY_MS = 86_400_000
TASTES = "groupsio"
"""Under this name the fields of User are kept that nothing else means anything to."""


def own_user(tx: Tx, at: At, csrf: str | None = None, account_id: int | None = None) -> User:
    """The caller's user object; at login, before there is a caller, *account_id* and *csrf* are given."""
    me = account_id if account_id is not None else at.viewer.required()
    if csrf is None:
        session = (
            logins.session(tx, at.http.cookies.get(COOKIE, ""))
            if at.caller and at.caller.session_id
            else None
        )
        csrf = session.csrf if session else ""
    login = present.Login(
        address=accounts.main_address(tx, me),
        state=accounts.preferences(tx, me).state,
        confirmed=entering.is_proven(tx, me),
        second_factor=factors.is_on(tx, me),
        ways=frozenset(outside.offered(at.house.settings)) - entering.closed(tx, me),
    )
    return present.user(
        account=views.account(tx, me),
        login=login,
        csrf=csrf,
        tastes=tastes.of(tx, me, TASTES),
        links=at.house.links,
    )


def own_zone(tx: Tx, at: At) -> str:
    """The caller's time zone."""
    if not at.viewer.known:
        return "UTC"
    return str(tastes.of(tx, at.viewer.account_id, TASTES).get("timezone", "UTC"))


def own_membership(tx: Tx, at: At, group_id: int) -> Member | None:
    """The caller's membership row, whatever its status."""
    return members.get(tx, group_id, at.viewer.account_id) if at.viewer.known else None


def own_perms(tx: Tx, at: At, view: GroupView, stands: Standing) -> Perms:
    """The caller's permissions in a group."""
    return perms.own(tx, stands)


def group(tx: Tx, at: At, view: GroupView, stands: Standing) -> Group:
    """A group as the caller sees it."""
    return present.group(
        view,
        perms=own_perms(tx, at, view, stands),
        waiting=groups.waiting(tx, stands),
        posts_n=views.account(tx, view.id).posts_n,
        moderator=stands.is_moderator,
        links=at.house.links,
        alias=groupnames.first_alias(tx, view.id),
    )


def member_infos(
    tx: Tx, at: At, view: GroupView, stands: Standing, people: list[AccountView]
) -> list[MemberInfo]:
    """The memberships of posters, for members: their own whole, others' without what only moderators see."""
    if not stands.is_member and not stands.is_moderator:
        return []
    found = members.of_people(tx, view.id, [person.id for person in people])
    told = [a for a in found if stands.is_moderator or a == at.viewer.account_id]
    addresses = members.addresses_in(tx, view.id, told)
    allowed = perms.of_members(tx, view, [found[account_id] for account_id in told])
    return [
        present.member_info(
            found[person.id],
            view,
            person,
            perms=allowed.get(person.id, Perms()),
            address=addresses.get(person.id, ""),
            whole=person.id in told,
            links=at.house.links,
        )
        for person in people
        if person.id in found and found[person.id].status == Membership.NORMAL
    ]


class Archive(msgspec.Struct):
    """Everything beside a page of posts of one group: threads by id, tags by folded name."""

    group: GroupView
    threads: dict[int, ThreadView]
    tags: dict[str, Hashtag]


def archive(
    tx: Tx, at: At, view: GroupView, posts: list[PostView], threads: dict[int, ThreadView] | None = None
) -> Archive:
    """What stands beside these posts, in a handful of queries."""
    if threads is None:
        threads = archives.threads_by_ids(tx, list({post.thread_id for post in posts}))
    names = list(dict.fromkeys(folded for post in posts for folded, _ in post.tags))
    return Archive(view, threads, hashtags(tx, at, view, names))


def hashtags(tx: Tx, at: At, view: GroupView, names: list[str]) -> dict[str, Hashtag]:
    """The tags of these folded names, with what the group says of them."""
    facts, rules = _tag_facts(tx, at, view, names), tagrules.named(tx, view.id, names)
    return {name: present_archive.hashtag(fact, view.id, rules.get(name)) for name, fact in facts.items()}


def _tag_facts(tx: Tx, at: At, view: GroupView, names: list[str]) -> dict[str, TagFacts]:
    """As archives.tag_facts. Counting takes longer the more a tag was used, so the counts are kept for a minute, or
    until another message is there."""
    if not names:
        return {}
    cache = at.house.cache("groupsio.tags", 4 * 1024 * 1024)
    posts_n, minute = views.account(tx, view.id).posts_n, tx.now // 60_000
    keys = {name: (view.id, name, posts_n, minute) for name in names}
    kept = {name: raw for name in names if (raw := cache.get(keys[name]))}
    found = archives.tag_facts(tx, view.id, [name for name in names if name not in kept])
    for name, facts in found.items():
        cache.put(keys[name], msgspec.msgpack.encode(facts))
    return found | {name: msgspec.msgpack.decode(raw, type=TagFacts) for name, raw in kept.items()}


def may_repost(at: At, view: GroupView, post: PostView) -> bool:
    """Whether the caller may post it once more: their own first message of a topic, in a group that allows that, days
    after it was said."""
    if not word(view, "allow_reposts") or post.author.id != at.viewer.account_id or post.id != post.thread_id:
        return False
    days: int = word(view, "min_days_between_reposts")
    return at.house.clock() - post.created_at >= days * DAY_MS


def messages(at: At, beside: Archive, posts: list[PostView]) -> list[Message]:
    """Posts as messages."""
    return [
        present_archive.message(
            post,
            thread=beside.threads.get(post.thread_id),
            tags=(tags := present_archive.tags_of(post, beside.tags)),
            text=split(at.house, post),
            policy=present_archive.reply_policy(beside.group, tags),
            polls=grouprights.polls_on(beside.group.settings),
            again=may_repost(at, beside.group, post),
            links=at.house.links,
        )
        for post in posts
    ]


def topics(tx: Tx, at: At, view: GroupView, threads: list[ThreadView]) -> list[Topic]:
    """Threads as topics: each shows its first post's author, beginning and tags."""
    first = views.posts_by_ids(tx, at.viewer, [thread.id for thread in threads])
    lost = views.accounts_by_ids(tx, [thread.author_id for thread in threads if thread.id not in first])
    beside = archive(tx, at, view, list(first.values()), {})
    files = archives.with_files(tx, [thread.id for thread in threads])
    return [
        present_archive.topic(
            thread,
            first=first.get(thread.id),
            author=first[thread.id].author if thread.id in first else lost.get(thread.author_id),
            tags=present_archive.tags_of(first[thread.id], beside.tags) if thread.id in first else [],
            text=split(at.house, first[thread.id]) if thread.id in first else None,
            subject_tag=view.subject_tag,
            has_files=thread.id in files,
            links=at.house.links,
        )
        for thread in threads
    ]


def hits(tx: Tx, at: At, view: GroupView, posts: list[PostView]) -> list[MessageSearchResult]:
    """Posts as hits of a search."""
    beside = archive(tx, at, view, posts)
    return [
        present_archive.hit(
            post,
            thread=beside.threads.get(post.thread_id),
            tags=present_archive.tags_of(post, beside.tags),
            text=split(at.house, post),
            links=at.house.links,
        )
        for post in posts
    ]


def memberships(tx: Tx, at: At, view: GroupView, stands: Standing, rows: list[Member]) -> list[MemberInfo]:
    """Memberships in this order, whatever their status: whole for those who work with members and for oneself, with
    the address for all who may see the list (the caller has asked)."""
    ids = [row.account_id for row in rows]
    people, addresses = views.accounts_by_ids(tx, ids), members.addresses_in(tx, view.id, ids)
    health = memberlists.health_of(tx, ids)
    handles = may_in_group(stands, "manage_members")
    allowed = perms.of_members(tx, view, rows)
    states = memberlists.states_of(tx, ids)
    out = []
    for row in rows:
        whole = handles or row.account_id == at.viewer.account_id
        info = present.member_info(
            row,
            view,
            people[row.account_id],
            perms=allowed[row.account_id] if whole else Perms(),
            address=addresses.get(row.account_id, "") if whole or stands.is_member else "",
            whole=whole,
            links=at.house.links,
        )
        info.user_status = present.user_status(states.get(row.account_id), health.get(row.account_id))
        out.append(info)
    return out


def membership(tx: Tx, at: At, view: GroupView, stands: Standing, row: Member) -> MemberInfo:
    """One of them."""
    return memberships(tx, at, view, stands, [row])[0]
