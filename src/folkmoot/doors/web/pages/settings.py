"""The viewer's own profile, portrait and password."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from folkmoot.domain.access import Audience
from folkmoot.domain.errors import Invalid
from folkmoot.domain.groups import groups
from folkmoot.domain.mail import mailhealth
from folkmoot.domain.media import pictures
from folkmoot.domain.people import logins, ownaddresses, passwords
from folkmoot.domain.people.profiles import ProfileChange, update_profile
from folkmoot.domain.people.selves import own_account
from folkmoot.domain.people.showing import ProfileSight
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form, session_cookie
from folkmoot.doors.frame.passwords import check_own
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Choice, NewPassword, Profile
from folkmoot.doors.web.show import go, number, page, submit
from folkmoot.store.blobs import Keeper
from folkmoot.wire.request import Upload

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


@door.raw("GET", "/settings")
def show(at: At) -> Response:
    """Profile, password, groups."""
    at.viewer.required()
    return settings_page(at, at.tx, None)


def settings_page(
    at: At, tx: Tx, form: Profile | None = None, why: str = "", wrong: str = "", unfit: str = ""
) -> Response:
    """The page of one's settings; why the profile (*why*), the password (*wrong*) or an address (*unfit*) was
    refused."""
    own = own_account(tx, at.viewer)
    now = Profile(
        display_name=own.account.display_name,
        note=own.account.note_source,
        locked=own.account.locked,
        discoverable=own.account.discoverable,
        sight=str(int(own.account.profile_sight)),
        audience=str(own.default_audience),
    )
    return page(
        at,
        tx,
        "settings.html",
        title="Settings",
        form=form or now,
        why=why,
        wrong=wrong,
        unfit=unfit,
        has_password=logins.has_password(tx, at.viewer.account_id),
        addresses=ownaddresses.of(tx, at.viewer),
        groups=groups.mine(tx, at.viewer),
        paused=mailhealth.pauses_of(tx, at.viewer.account_id),
    )


async def _portrait(
    at: At, file: Upload | None, shape: Literal["avatar", "header"], blobs: Keeper
) -> str | None:
    if file is None or not file.data:
        return None
    data, claimed, limit = file.data, file.content_type, at.house.settings.media_max_bytes

    def make() -> str:
        return blobs.put(pictures.portrait(data, claimed, max_bytes=limit, shape=shape))

    return await asyncio.to_thread(make)


def _sight(said: str) -> ProfileSight | None:
    return next((sight for sight in ProfileSight if str(int(sight)) == said), None)


@door.raw("POST", "/settings", ask=Profile)
async def change(at: At, ask: Profile) -> Response:
    """Change the profile."""
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        async with sweeping(at) as blobs:
            wanted = ProfileChange(
                display_name=ask.display_name,
                note=ask.note,
                avatar=await _portrait(at, ask.avatar, "avatar", blobs),
                header=await _portrait(at, ask.header, "header", blobs),
                locked=ask.locked,
                discoverable=ask.discoverable,
                profile_sight=_sight(ask.sight),
                default_audience=number(ask.audience, 0, int(Audience.FOLLOWERS), 0),
            )
            await at.write(lambda tx: update_profile(tx, at.viewer, wanted))
        return go("/settings", "saved")

    def again(tx: Tx, why: str) -> Response:
        return settings_page(at, tx, ask, why)

    return await submit(at, work, again)


@door.raw("POST", "/settings/password", ask=NewPassword)
async def change_password(at: At, ask: NewPassword) -> Response:
    """Change the password; all other sessions and all tokens end, this browser gets a new session."""
    me = at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        if ask.password != ask.repeat:
            raise Invalid("password", "repeat")
        await check_own(at, ask.old)
        hashed = await asyncio.to_thread(passwords.hash_password, ask.password)

        def run(tx: Tx) -> str:
            logins.set_password(tx, me, hashed)
            return logins.open_session(tx, me)[0]

        return go("/settings", "password", [session_cookie(at.http, await at.write(run))])

    def again(tx: Tx, why: str) -> Response:
        return settings_page(at, tx, None, wrong=why)

    return await submit(at, work, again)


@door.raw("POST", "/settings/mail", ask=Choice, tx="write")
def resume_mail(at: At, ask: Choice) -> Response:
    """Let the groups' mail go to one's own address again."""
    at.viewer.required()
    check_form(at, ask.csrf)
    mailhealth.resume(at.tx, at.viewer, ask.value)
    return go("/settings", "saved")
