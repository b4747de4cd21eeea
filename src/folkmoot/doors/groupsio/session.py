"""Logging in and out, and the caller's own account and memberships."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

from msgspec import structs

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups, grouptexts, members
from folkmoot.domain.people import logins, tastes
from folkmoot.domain.people.logins import SESSION_MS
from folkmoot.doors.frame.answers import Header
from folkmoot.doors.frame.at import Answered, At
from folkmoot.doors.frame.passwords import check_password
from folkmoot.doors.groupsio import perms, present
from folkmoot.doors.groupsio.calls import METHODS, Listed, Walk, call, cut, direction, listing, sorted_by
from folkmoot.doors.groupsio.door import COOKIE, SCOPE, door
from folkmoot.doors.groupsio.load import TASTES, own_user
from folkmoot.wire.groupsio.member import MemberInfo
from folkmoot.wire.groupsio.requests import GetSubs, GetUser, LogIn, LogOut
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.groupsio.user import FullUser, Login, User

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


DAY_MS = 86_400_000


def cookie(at: At, secret: str) -> Header:
    """The session's cookie; an empty *secret* takes it away. Clients read when it ends from the fourth of its parts."""
    age = SESSION_MS // 1000 if secret else 0
    ends = formatdate(at.house.clock() // 1000 + age if secret else 0, usegmt=True)
    secure = "; Secure" if at.http.is_https else ""
    text = f"{COOKIE}={secret}; Path=/; Max-Age={age}; Expires={ends}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", text.encode()


@door.on(LogIn, tx="none", methods=METHODS)
async def log_in(at: At, ask: LogIn) -> Answered[Login]:
    """The password is checked in a thread, outside any transaction. Two habits of older clients: those that send a
    key of their own read a token, and those that log in by query look for their groups in the answer."""
    code = ask.twofactor or ask.two_fa or ""
    account_id = await check_password(at, ask.email, ask.password, code=code)
    token = ask.token or bool(at.http.header("authorization"))
    answered = await at.write(lambda tx: entered(tx, at, account_id, token=token))
    if b"password=" in at.http.query:
        mine = await at.read(lambda tx: _memberships(tx, at, account_id))
        answered.body.user = FullUser(**structs.asdict(answered.body.user), subscriptions=mine)
    return answered


def entered(tx: Tx, at: At, account_id: int, *, token: bool = False) -> Answered[Login]:
    """A new session, as every way of logging in answers it; with *token* also one for HTTP Basic."""
    secret, csrf = logins.open_session(tx, account_id)
    key = ""
    if token:
        lasts = at.house.settings.token_days * DAY_MS
        _, key = logins.issue_token(
            tx, account_id=account_id, app_id=None, scopes=SCOPE, name="Login by API", lasts_ms=lasts
        )
    login = Login(user=own_user(tx, at, csrf, account_id), token=key)
    return Answered(login, headers=[cookie(at, secret), (b"cache-control", b"no-store")])


@door.on(LogOut, tx="write", methods=METHODS)
def log_out(at: At, ask: LogOut) -> Answered[None]:
    logins.close_session(at.tx, at.http.cookies.get(COOKIE, ""))
    return Answered(None, headers=[cookie(at, "")])


@call(GetUser)
def get_user(at: At, ask: GetUser) -> User:
    return own_user(at.tx, at)


@listing(GetSubs)
def get_subs(tx: Tx, at: At, ask: GetSubs, walk: Walk) -> Listed[GetSubs]:
    field, ascending = sorted_by(ask, {"group": None, "created": None}, "group", "asc")
    mine = _memberships(tx, at, at.viewer.required())
    keyed = [(_key(info, field), info) for info in mine]
    keyed.sort(key=lambda pair: pair[0], reverse=not ascending)
    if walk.key is not None:
        keyed = [pair for pair in keyed if (pair[0] > walk.key if ascending else pair[0] < walk.key)]
    page, more = cut(keyed, ask.limit)
    envelope = ListEnvelope[MemberInfo](data=[info for _, info in page])
    return Listed(envelope, len(mine), page[-1][0] if more else None, field, direction(ascending))


def _key(info: MemberInfo, field: str) -> list[int | str]:
    """Where a membership stands in the order by *field*; of one kind of values, so that keys compare."""
    return [info.group_name.lower() if field == "group" else info.created, info.id]


def _memberships(tx: Tx, at: At, me: int) -> list[MemberInfo]:
    """All memberships of the account, in six queries."""
    of = {member.group_id: member for member in members.of_account(tx, me)}
    rules = grouptexts.guidelines_of(tx, list(of))
    account, address = views.account(tx, me), members.addresses_of(tx, [me]).get(me, "")
    taste = tastes.of(tx, me, TASTES)
    return [
        present.member_info(
            of[view.id],
            view,
            account,
            perms=perms.of_one(view, of[view.id], of.get(view.parent_id or 0), guidelines=rules.get(view.id)),
            address=address,
            whole=True,
            links=at.house.links,
            taste=taste,
        )
        for view in groups.mine(tx, Viewer(me))
        if view.id in of
    ]
