"""What answers need from the domain, loaded once for a whole page, so that presenters ask nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Membership, Standing, may_in_group
from folkmoot.domain.groups import (
    archives,
    groupnames,
    grouprights,
    groups,
    grouptexts,
    memberlists,
    members,
    reposts,
    tagrules,
)
from folkmoot.domain.groups.archives import TagFacts
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Member
from folkmoot.domain.people import accounts, entering, factors, logins, tastes
from folkmoot.domain.people.showing import is_shown
from folkmoot.domain.posts.conversations import ThreadView
from folkmoot.domain.sections import chats
from folkmoot.domain.views import AccountView, PostView
from folkmoot.doors.frame import outside
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import perms, present, present_archive
from folkmoot.doors.groupsio.bodies import split
from folkmoot.doors.groupsio.door import COOKIE
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


def group(tx: Tx, at: At, view: GroupView, stands: Standing) -> Group:
    """A group as the caller sees it."""
    return groups_of(tx, at, [(view, stands)])[view.id]


def groups_of(tx: Tx, at: At, seen: list[tuple[GroupView, Standing]]) -> dict[int, Group]:
    """Groups as the caller sees them, by id, in a handful of queries."""
    ids = [view.id for view, _ in seen]
    rules, accounts_ = grouptexts.guidelines_of(tx, ids), views.accounts_by_ids(tx, ids)
    waiting, aliases = groups.waiting(tx, [stands for _, stands in seen]), groupnames.first_aliases(tx, ids)
    allowed = {
        view.id: perms.compute(grouprights.Case(stands, view.settings, rules.get(view.id)))
        for view, stands in seen
    }
    chats_n = chats.open_in(tx, [id_ for id_ in ids if allowed[id_].chat_visible])
    return {
        view.id: present.group(
            view,
            perms=allowed[view.id],
            waiting=waiting.get(view.id, groups.Waiting()),
            posts_n=accounts_[view.id].posts_n,
            moderator=stands.is_moderator,
            links=at.house.links,
            alias=aliases.get(view.id, ""),
            chats_n=chats_n.get(view.id, 0),
        )
        for view, stands in seen
    }


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
    taste = tastes.of_people(tx, told, TASTES)
    return [
        present.member_info(
            found[person.id],
            view,
            person,
            perms=allowed.get(person.id, Perms()),
            address=addresses.get(person.id, ""),
            whole=person.id in told,
            profile=person.id in told or is_shown(stands, at.viewer, person),
            links=at.house.links,
            taste=taste.get(person.id),
        )
        for person in people
        if person.id in found and found[person.id].status == Membership.NORMAL
    ]


class Archive(msgspec.Struct):
    """Everything beside a page of posts of one group: threads by id, tags by folded name."""

    group: GroupView
    threads: dict[int, ThreadView]
    tags: dict[str, Hashtag]
    again: set[int] = set()
    """Which of the posts the caller may post once more."""


def archive(
    tx: Tx, at: At, view: GroupView, posts: list[PostView], threads: dict[int, ThreadView] | None = None
) -> Archive:
    """What stands beside these posts, in a handful of queries."""
    if threads is None:
        threads = archives.threads_by_ids(tx, list({post.thread_id for post in posts}))
    names = list(dict.fromkeys(folded for post in posts for folded, _ in post.tags))
    me = at.viewer.account_id
    own = {post.id: post.created_at for post in posts if post.author.id == me and post.id == post.thread_id}
    again = reposts.allowed(tx, view.settings, own)
    return Archive(view, threads, hashtags(tx, at, view, names), again)


def hashtags(tx: Tx, at: At, view: GroupView, names: list[str]) -> dict[str, Hashtag]:
    """The tags of these folded names, with what the group says of them."""
    return hashtags_in(tx, at, {view.id: names}).get(view.id, {})


def hashtags_in(tx: Tx, at: At, wanted: Mapping[int, list[str]]) -> dict[int, dict[str, Hashtag]]:
    """The same of several groups, by group."""
    asked = {group_id: names for group_id, names in wanted.items() if names}
    every = list({name for names in asked.values() for name in names})
    facts, rules = _tag_facts(tx, at, asked), tagrules.named_in(tx, list(asked), every)
    found: dict[int, dict[str, Hashtag]] = {}
    for (group_id, name), fact in facts.items():
        tag = present_archive.hashtag(fact, group_id, rules.get((group_id, name)))
        found.setdefault(group_id, {})[name] = tag
    return found


def _tag_facts(tx: Tx, at: At, wanted: Mapping[int, list[str]]) -> dict[tuple[int, str], TagFacts]:
    """As archives.tag_facts. Counting takes longer the more a tag was used, so the counts are kept for a minute, or
    until another message is there."""
    cache, minute = at.house.cache("groupsio.tags", 4 * 1024 * 1024), tx.now // 60_000
    places = views.accounts_by_ids(tx, list(wanted))
    keys = {
        (id_, name): (id_, name, places[id_].posts_n, minute)
        for id_, names in wanted.items()
        for name in names
    }
    kept = {at_: raw for at_, key in keys.items() if (raw := cache.get(key))}
    missing: dict[int, list[str]] = {}
    for group_id, name in keys.keys() - kept.keys():
        missing.setdefault(group_id, []).append(name)
    found = archives.tag_facts(tx, missing)
    for at_, facts in found.items():
        cache.put(keys[at_], msgspec.msgpack.encode(facts))
    return found | {at_: msgspec.msgpack.decode(raw, type=TagFacts) for at_, raw in kept.items()}


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
            again=post.id in beside.again,
            links=at.house.links,
        )
        for post in posts
    ]


def topics(tx: Tx, at: At, view: GroupView, threads: list[ThreadView]) -> list[Topic]:
    """Threads as topics: each shows its first post's author, beginning and tags."""
    return topics_in(tx, at, [(view, threads)])[view.id]


def topics_in(tx: Tx, at: At, wanted: list[tuple[GroupView, list[ThreadView]]]) -> dict[int, list[Topic]]:
    """The same of several groups, by group."""
    every = [thread for _, threads in wanted for thread in threads]
    first = views.posts_by_ids(tx, at.viewer, [thread.id for thread in every])
    lost = views.accounts_by_ids(tx, [thread.author_id for thread in every if thread.id not in first])
    named = {
        view.id: list(dict.fromkeys(name for t in threads if t.id in first for name, _ in first[t.id].tags))
        for view, threads in wanted
    }
    tags, files = hashtags_in(tx, at, named), archives.with_files(tx, [thread.id for thread in every])

    def shown(view: GroupView, thread: ThreadView) -> Topic:
        post = first.get(thread.id)
        return present_archive.topic(
            thread,
            first=post,
            author=post.author if post else lost.get(thread.author_id),
            tags=present_archive.tags_of(post, tags.get(view.id, {})) if post else [],
            text=split(at.house, post) if post else None,
            subject_tag=view.subject_tag,
            has_files=thread.id in files,
            links=at.house.links,
        )

    return {view.id: [shown(view, thread) for thread in threads] for view, threads in wanted}


def hits(
    tx: Tx, at: At, view: GroupView, stands: Standing, posts: list[PostView]
) -> list[MessageSearchResult]:
    """Posts as hits of a search."""
    beside = archive(tx, at, view, posts)
    return [
        present_archive.hit(
            post,
            thread=beside.threads.get(post.thread_id),
            tags=present_archive.tags_of(post, beside.tags),
            text=split(at.house, post),
            profile=is_shown(stands, at.viewer, post.author),
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
    taste = tastes.of_people(tx, ids if handles else [at.viewer.account_id], TASTES)
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
            taste=taste.get(row.account_id),
        )
        info.user_status = present.user_status(states.get(row.account_id), health.get(row.account_id))
        out.append(info)
    return out


def membership(tx: Tx, at: At, view: GroupView, stands: Standing, row: Member) -> MemberInfo:
    """One of them."""
    return memberships(tx, at, view, stands, [row])[0]


def own_memberships(
    tx: Tx, at: At, seen: list[tuple[GroupView, Standing, Member]], allowed: Mapping[int, Perms]
) -> dict[int, MemberInfo]:
    """The caller's own memberships of these groups, by group; *allowed* are the caller's permissions there."""
    me = at.viewer.required()
    person, addresses = (
        views.account(tx, me),
        members.own_addresses(tx, at.viewer, [v.id for v, _, _ in seen]),
    )
    status = present.user_status(
        memberlists.states_of(tx, [me]).get(me), memberlists.health_of(tx, [me]).get(me)
    )
    taste = tastes.of(tx, me, TASTES)
    found: dict[int, MemberInfo] = {}
    for view, _, row in seen:
        found[view.id] = present.member_info(
            row,
            view,
            person,
            perms=allowed[view.id],
            address=addresses.get(view.id, ""),
            whole=True,
            links=at.house.links,
            taste=taste,
        )
        found[view.id].user_status = status
    return found
