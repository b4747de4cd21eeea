"""Telling other programs what happens in a group: POSTs signed with the group's secret, sent by the worker."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from folkmoot import __version__
from folkmoot.domain import views
from folkmoot.domain.access import Membership, Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import callbacks, callouts, groups, members
from folkmoot.domain.groups.callbacks import Call
from folkmoot.domain.groups.groups import GroupView, Waiting
from folkmoot.doors.frame.house import House
from folkmoot.doors.groupsio import present
from folkmoot.doors.groupsio.activity import VIAS
from folkmoot.kit import outward
from folkmoot.kit.lazy import lazy
from folkmoot.store.tx import JournalRow
from folkmoot.wire.codecs import rfc3339
from folkmoot.wire.groupsio.enums import ActivityAction
from folkmoot.wire.groupsio.feed import WebhookEvent
from folkmoot.wire.groupsio.member import MemberInfo
from folkmoot.wire.groupsio.perms import Perms

if TYPE_CHECKING:
    import aiohttp

    from folkmoot.store.tx import Tx
else:
    aiohttp = lazy("aiohttp")

log = logging.getLogger("folkmoot.webhooks")
ACTIONS: Final[dict[str, ActivityAction]] = {
    "join": "joined",
    "approve": "joined",
    "leave": "left",
    "post": "sent_message_accepted",
    "make_subgroup": "created_subgroup",
    "delete_subgroup": "deleted_subgroup",
    "add": "added_member",
    "remove": "removed_member",
    "ban": "ban_members",
}
ABOUT_GROUPS: Final = frozenset({"make_subgroup", "delete_subgroup"})
SECONDS: Final = 10.0
_NOBODY: Final = members.Member(
    id=0, group_id=0, account_id=0, status=int(Membership.LEFT), role=0, posting=0, delivery=0, approved_n=0,
    mod_permissions="", settings="{}", created_at=0, updated_at=0,
)  # fmt: skip
DOORS: Final = {"mail": "mail", "web": "web"}
"""Doors that have a word of their own; posts from all others came by an API."""


async def hear(house: House, events: Sequence[JournalRow]) -> None:
    """Posts of a group are there: its callbacks are told. Boosts are no messages of the group."""
    group_id = events[0].data.get("group_id")
    said = {event.id: event.subject_id for event in events if not event.data.get("boost_of_id")}
    if group_id and said and await house.store.aread(lambda tx: callouts.anybody(tx, group_id)):
        await house.store.awrite(lambda tx: _posts_added(tx, group_id, said))


def _posts_added(tx: Tx, group_id: int, said: dict[int, int]) -> None:
    """Let the callbacks know of posts (by their events' ids), each once, however often its event comes."""
    ids = [post_id for event_id, post_id in said.items() if callouts.first_time(tx, event_id)]
    found = views.posts_by_ids(tx, Viewer.system(), ids, quoted=False)
    for post in [found[id_] for id_ in ids if id_ in found]:
        via = DOORS.get(post.door, "api")
        callouts.happened(tx, group_id, "post", post.id, actor_id=post.author.id, via=via, extra=post.title)


async def call_out(house: House) -> int:
    """The worker's chore: make the calls that are due; how many."""
    due = await house.store.aread(callbacks.next_due)
    if due is None or due > house.clock():
        return 0
    calls = await house.store.awrite(callbacks.claim)
    if not calls:
        return 0
    rows: dict[int, list[Call]] = {}
    for each in calls:
        rows.setdefault(each.callback.id, []).append(each)
    networks = outward.networks(house.settings.private_networks)
    async with outward.session(networks, seconds=SECONDS) as session:
        await asyncio.gather(*(_in_order(house, session, row) for row in rows.values()))
    return len(calls)


async def _in_order(house: House, session: aiohttp.ClientSession, calls: list[Call]) -> None:
    """The calls of one callback, one after the other; where one fails, the rest waits as it does. What was not begun
    when the lease is half over is left to the next turn."""
    until = house.clock() + callbacks.LEASE_MS // 2
    error = ""
    for call in calls:
        if house.clock() > until:
            return
        error = error or await _tell(house, session, call)
        if error:
            await house.store.awrite(lambda tx, call=call, error=error: callbacks.failed(tx, call, error))  # type: ignore[misc]  # defaults bind the values
        else:
            await house.store.awrite(lambda tx, call=call: callbacks.done(tx, call))  # type: ignore[misc]  # as above


async def _tell(house: House, session: aiohttp.ClientSession, call: Call) -> str:
    """What went wrong, empty where it was told, or there is nothing to tell any more."""
    event = await house.store.aread(lambda tx: event_of(tx, house, call))
    error = "" if event is None else await _post(session, call, event, house.settings.base_url)
    if error:
        log.info("webhook %d of group %d failed: %s", call.callback.id, call.callback.group_id, error)
    return error


async def _post(session: aiohttp.ClientSession, call: Call, event: WebhookEvent, base_url: str) -> str:
    """What went wrong, empty where it was told."""
    body = msgspec.json.encode(event)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Folkmoot/{__version__} (+{base_url}/)",
        "x-groupsio-action": event.action,
        "x-groupsio-signature": signature(call.callback.secret, body),
    }
    try:
        async with session.post(
            call.callback.url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            status = answer.status
            answer.close()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        cause = getattr(error, "os_error", None)
        return str(cause if isinstance(cause, outward.NotPublic) else error) or type(error).__name__
    return "" if 200 <= status < 300 else f"status {status}"


def signature(secret: str, body: bytes) -> str:
    """Base64 of the HMAC-SHA1 of the body, as the receivers of Groups.io check it."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha1).digest()).decode()


def event_of(tx: Tx, house: House, call: Call) -> WebhookEvent | None:
    """What is told; None where the group is gone."""
    try:
        view = groups.see(tx, Viewer.system(), call.callback.group_id)
    except NotFound:
        return None
    person = call.subject_id if call.act not in ABOUT_GROUPS and call.act != "post" else call.actor_id
    about = call.subject_id if call.act in ABOUT_GROUPS or call.act == "post" else 0
    return WebhookEvent(
        id=call.id,
        created=rfc3339(call.created_at),
        webhook_id=call.callback.id,
        action=ACTIONS[call.act],
        via=VIAS.get(call.via, "via_robot"),
        group=present.group(
            view,
            perms=Perms(),
            waiting=Waiting(),
            posts_n=views.account(tx, view.id).posts_n,
            moderator=False,
            links=house.links,
        ),
        member_info=_member(tx, house, view, person),
        extra=call.extra or _name_of_group(tx, call, about),
        extra_id=about,
    )


def _name_of_group(tx: Tx, call: Call, about: int) -> str:
    if call.act not in ABOUT_GROUPS:
        return ""
    found = views.accounts_by_ids(tx, [about]).get(about)
    return found.name if found is not None else ""


def _member(tx: Tx, house: House, view: GroupView, account_id: int) -> MemberInfo:
    """The membership that it is about; of the server and of who never was a member all is empty."""
    known = {account_id, view.id} - {0}
    people = views.accounts_by_ids(tx, list(known))
    row = members.get(tx, view.id, account_id) if account_id in people else None
    address = members.addresses_of(tx, [account_id]).get(account_id, "") if row else ""
    info = present.member_info(
        row or _NOBODY,
        view,
        people.get(account_id, people[view.id]),
        perms=Perms(),
        address=address,
        whole=row is not None,
        links=house.links,
    )
    if row is None and account_id not in people:
        return msgspec.structs.replace(info, user_id=0, user_name="", full_name="", about_me="", website="")
    return info
