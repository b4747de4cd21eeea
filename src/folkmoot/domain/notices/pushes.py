"""Pushes to apps that are not open: who subscribed to what, and the queue of what has yet to leave."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.people.accounts import LoginState
from folkmoot.store.schema.accounts import accounts, logins, tokens
from folkmoot.store.schema.bonds import follows
from folkmoot.store.schema.pushes import push_subscriptions, pushes
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

POLICIES: Final = ("all", "followed", "follower", "none")
"""Whose acts are pushed: everybody's, of accounts that one follows, of one's followers, nobody's."""
MAX_ENDPOINT: Final = 2048
PER_ACCOUNT: Final = 100
"""Subscriptions of one account that are pushed to; the newest count."""
TRIES: Final = 6
FIRST_GAP_MS: Final = 15_000
LONGEST_GAP_MS: Final = 3_600_000
KEPT_MS: Final = 172_800_000
"""A push that could not be delivered within two days is given up."""
LEASE_MS: Final = 60_000
LOOKED_AT: Final = 200

_FIELDS = (
    "id", "account_id", "token_id", "endpoint", "public_key", "auth", "standard", "kinds", "policy", "sealed_token"
)  # fmt: skip
_COLUMNS = [push_subscriptions.c[name] for name in _FIELDS]
_OF_TOKEN = Query(sa.select(*_COLUMNS).where(push_subscriptions.c.token_id == p("token_id")))
_OF_ACCOUNT = Query(
    sa.select(
        push_subscriptions.c.id,
        push_subscriptions.c.kinds,
        push_subscriptions.c.policy,
        push_subscriptions.c.endpoint,
    )
    .where(push_subscriptions.c.account_id == p("account_id"))
    .order_by(push_subscriptions.c.id.desc())
    .limit(PER_ACCOUNT)
)
_FOLLOWS = Query(
    sa.select(follows.c.account_id, follows.c.target_id).where(
        follows.c.state == 1,
        sa.or_(
            sa.and_(follows.c.account_id == p("one"), follows.c.target_id == p("two")),
            sa.and_(follows.c.account_id == p("two"), follows.c.target_id == p("one")),
        ),
    )
)
_END = Query(sa.delete(push_subscriptions).where(push_subscriptions.c.id == p("id")))
_END_PUSHES = Query(sa.delete(pushes).where(pushes.c.subscription_id == p("id")))
_NEXT = Query(sa.select(sa.func.min(pushes.c.run_at)))
_DUE = (
    sa.select(pushes.c.id, pushes.c.host)
    .where(
        pushes.c.run_at <= p("now"),
        sa.or_(pushes.c.leased_until.is_(None), pushes.c.leased_until < p("now")),
        sa.not_(in_list(pushes.c.host, "busy", text=True)),
    )
    .order_by(pushes.c.run_at, pushes.c.id)
    .limit(LOOKED_AT)
)
_CLAIM = {"sqlite": Query(_DUE), "postgresql": Query(_DUE.with_for_update(skip_locked=True))}
_LEASE = Query(
    sa.update(pushes)
    .where(in_list(pushes.c.id, "ids"))
    .values(leased_until=p("until"), attempts=pushes.c.attempts + 1)
)
_CLAIMED = Query(
    sa.select(
        pushes.c.id, pushes.c.notice_id, pushes.c.host, pushes.c.created_at, pushes.c.attempts,
        tokens.c.revoked_at, accounts.c.suspended_at, logins.c.state, logins.c.locale, *_COLUMNS,
    )
    .select_from(
        pushes.outerjoin(push_subscriptions, push_subscriptions.c.id == pushes.c.subscription_id)
        .outerjoin(tokens, tokens.c.id == push_subscriptions.c.token_id)
        .outerjoin(accounts, accounts.c.id == push_subscriptions.c.account_id)
        .outerjoin(logins, logins.c.account_id == push_subscriptions.c.account_id)
    )
    .where(in_list(pushes.c.id, "ids"))
    .order_by(pushes.c.id)
)  # fmt: skip
_DONE = Query(sa.delete(pushes).where(in_list(pushes.c.id, "ids")))


class Subscription(msgspec.Struct, frozen=True):
    """Where an app wants to be pushed, and of what: *kinds* of notices, the *policy* of POLICIES about whose.

    *public_key* and *auth* are what the message is encrypted for, in the door's own form, as is the *sealed_token*.
    """

    id: int
    account_id: int
    token_id: int
    endpoint: str
    public_key: str
    auth: str
    standard: bool
    kinds: frozenset[str]
    policy: str
    sealed_token: str


class NewSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """What an app asks for."""

    endpoint: str
    public_key: str
    auth: str
    standard: bool = False
    kinds: frozenset[str] = frozenset()
    policy: str = "all"
    sealed_token: str = ""


class Push(msgspec.Struct, frozen=True):
    """One notice on its way to one app. *attempts* counts this one."""

    id: int
    notice_id: int
    host: str
    created_at: int
    attempts: int
    locale: str
    to: Subscription


def _subscription(row: tuple[object, ...]) -> Subscription:
    values = dict(zip(_FIELDS, row, strict=True))
    values["kinds"] = frozenset(str(values["kinds"]).split())
    values["standard"] = bool(values["standard"])
    return Subscription(**values)  # type: ignore[arg-type]  # a driver's row


def host_of(endpoint: str) -> str:
    """Host and port that an endpoint is at. Raises Invalid("endpoint") for what is no web address."""
    try:
        parts = urlsplit(endpoint)
        named = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        named, parts = False, urlsplit("")
    if not named or parts.scheme not in ("https", "http") or len(endpoint) > MAX_ENDPOINT:
        raise Invalid("endpoint", "invalid")
    if parts.username is not None or any(c <= " " or c == "\x7f" for c in endpoint):
        raise Invalid("endpoint", "invalid")
    return parts.netloc.lower()


def _checked(policy: str) -> str:
    if policy not in POLICIES:
        raise Invalid("policy", "unknown")
    return policy


# ── subscriptions ────────────────────────────────────────────────────────────────────────────────────────────────────


def subscribe(tx: Tx, viewer: Viewer, token_id: int, new: NewSubscription) -> Subscription:
    """Push to that endpoint what concerns the viewer, for as long as the token lives; replaces the token's older one.

    Raises Invalid("endpoint" | "policy").
    """
    host_of(new.endpoint)
    _checked(new.policy)
    forget_token(tx, token_id)
    id_ = tx.ids.next()
    tx.insert(
        push_subscriptions,
        id=id_,
        account_id=viewer.required(),
        token_id=token_id,
        endpoint=new.endpoint,
        public_key=new.public_key,
        auth=new.auth,
        standard=int(new.standard),
        kinds=" ".join(sorted(new.kinds)),
        policy=new.policy,
        sealed_token=new.sealed_token,
        created_at=tx.now,
    )
    return of_token(tx, token_id)


def of_token(tx: Tx, token_id: int) -> Subscription:
    """The subscription of a token. Raises NotFound."""
    row = tx.one(_OF_TOKEN, token_id=token_id)
    if row is None:
        raise NotFound(what="subscription")
    return _subscription(row)


def change(tx: Tx, token_id: int, *, kinds: frozenset[str] | None, policy: str | None) -> Subscription:
    """Other kinds, or another policy; None leaves it. Raises NotFound, Invalid("policy")."""
    found = of_token(tx, token_id)
    wanted: dict[str, object] = {}
    if kinds is not None:
        wanted["kinds"] = " ".join(sorted(kinds))
    if policy is not None:
        wanted["policy"] = _checked(policy)
    if wanted:
        tx.update(push_subscriptions, {"id": found.id}, **wanted)
    return of_token(tx, token_id)


def end(tx: Tx, subscription_id: int) -> None:
    """Remove a subscription with what was on its way; none there is fine."""
    tx.run(_END_PUSHES, id=subscription_id)
    tx.run(_END, id=subscription_id)


def forget_token(tx: Tx, token_id: int) -> None:
    """Nothing is pushed for that token any more."""
    row = tx.one(_OF_TOKEN, token_id=token_id)
    if row is not None:
        end(tx, int(row[0]))


# ── the queue ────────────────────────────────────────────────────────────────────────────────────────────────────────


def queue(tx: Tx, account_id: int, notice_id: int, kind: str, actor_id: int) -> None:
    """Let a new notice leave for those of the account's apps that want it; in the transaction that made the notice."""
    found = tx.all(_OF_ACCOUNT, account_id=account_id)
    wanted = [(id_, endpoint, policy) for id_, kinds, policy, endpoint in found if kind in kinds.split()]
    if not wanted:
        return
    stands = {"all"}
    if any(policy in ("followed", "follower") for _, _, policy in wanted):
        pairs = tx.all(_FOLLOWS, one=account_id, two=actor_id)
        stands |= {"followed" if row[0] == account_id else "follower" for row in pairs}
    going = [(id_, endpoint) for id_, endpoint, policy in wanted if policy in stands]
    for id_, endpoint in going:
        tx.insert_new(
            pushes,
            id=tx.ids.next(),
            subscription_id=id_,
            notice_id=notice_id,
            host=host_of(endpoint),
            created_at=tx.now,
            run_at=tx.now,
        )
    if going:
        journal.record(tx, journal.PUSH_QUEUED, actor_id, notice_id)


def next_due(tx: Tx) -> int | None:
    """When the next push is due, in ms; None where none waits."""
    found: int | None = tx.value(_NEXT)
    return found


def claim(tx: Tx, busy: dict[str, int], *, per_host: int, total: int) -> list[Push]:
    """Take due pushes for a minute, no more than leaves *per_host* under way to a host, of which *busy* counts those
    that are already, and *total* at all. What must not or need not leave any more is dropped here."""
    full = [host for host, count in busy.items() if count >= per_host]
    counts = dict(busy)
    ids: list[int] = []
    for id_, host in tx.all(_CLAIM[tx.dialect], now=tx.now, busy=full):
        if len(ids) < total and counts.get(host, 0) < per_host:
            counts[host] = counts.get(host, 0) + 1
            ids.append(id_)
    if not ids:
        return []
    tx.run(_LEASE, ids=ids, until=tx.now + LEASE_MS)
    rows = tx.all(_CLAIMED, ids=ids)
    dead = [row[0] for row in rows if not _may_leave(tx, row)]
    if dead:
        tx.run(_DONE, ids=dead)
    gone = set(dead)
    return [_push(row) for row in rows if row[0] not in gone]


def _push(row: tuple[Any, ...]) -> Push:
    id_, notice_id, host, created_at, attempts = row[:5]
    return Push(id_, notice_id, host, created_at, attempts, row[8], _subscription(row[9:]))


def _may_leave(tx: Tx, row: tuple[object, ...]) -> bool:
    """Subscription, token and login are alive, and it is not too late."""
    created_at, revoked, suspended, state, subscription = row[3], row[5], row[6], row[7], row[9]
    alive = subscription is not None and revoked is None and suspended is None and state == LoginState.ACTIVE
    return alive and tx.now - int(str(created_at)) < KEPT_MS


def done(tx: Tx, push_ids: list[int]) -> None:
    """These have arrived, or need not leave any more."""
    tx.run(_DONE, ids=push_ids)


def failed(tx: Tx, push: Push, wait_ms: int | None = None) -> bool:
    """Try again later: after *wait_ms* where the receiver said so. False where that was the last try."""
    gap = min(FIRST_GAP_MS * 4 ** (push.attempts - 1), LONGEST_GAP_MS)
    if wait_ms is not None:
        gap = min(max(gap, wait_ms), LONGEST_GAP_MS)
    if push.attempts >= TRIES or tx.now + gap - push.created_at > KEPT_MS:
        done(tx, [push.id])
        return False
    tx.update(pushes, {"id": push.id}, run_at=tx.now + gap, leased_until=None)
    return True
