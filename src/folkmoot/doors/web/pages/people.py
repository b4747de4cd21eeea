"""A person's profile and what one may do to the bond with them; the same address shows a group where it is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from folkmoot.domain import views
from folkmoot.domain.access import Viewer, hidden_groups
from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import accounts, bonds
from folkmoot.domain.reading import timelines
from folkmoot.doors.frame import Response, redirect
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Form, Listed
from folkmoot.doors.web.pages.groups import show as show_group
from folkmoot.doors.web.show import cursor, go, older, page

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


def person(tx: Tx, viewer: Viewer, name: str) -> views.AccountView:
    """The account of that name (or name@host) that is not suspended, nor a group that the viewer may not know of.
    Raises NotFound."""
    account_id = accounts.find_by_handle(tx, name)
    # Asked for nobody too: what is hidden takes as long.
    hidden = hidden_groups(tx, viewer, [account_id or 0])
    if account_id is None or hidden:
        raise NotFound(what="account")
    view = views.account(tx, account_id)
    if view.suspended:
        raise NotFound(what="account")
    return view


@door.raw("GET", "/@{name}", ask=Listed)
def profile(at: At, ask: Listed) -> Response:
    """A person's or a group's page."""
    who = person(at.tx, at.viewer, at.path["name"])
    if who.is_group:
        return show_group(at, who, ask)
    ids, on = older(timelines.of_account(at.tx, at.viewer, who.id, cursor(ask.before)))
    other = at.viewer.known and at.viewer.account_id != who.id
    return page(
        at,
        at.tx,
        "profile.html",
        title=who.display_name or who.name,
        who=who,
        bond=bonds.relations(at.tx, at.viewer, [who.id])[0] if other else None,
        posts=views.post_list(at.tx, at.viewer, ids),
        older=on,
    )


@door.raw("GET", "/profile/{name}")
@door.raw("GET", "/users/{name}")
def actor(at: At) -> Response:
    """The address that names an account among servers leads people to its page, as the one does that clients of
    Friendica make."""
    return redirect(f"/@{person(at.tx, at.viewer, at.path['name']).name}")


def _follow(tx: Tx, viewer: Viewer, other: int) -> str:
    bonds.follow(tx, viewer, other)
    return "followed" if bonds.relations(tx, viewer, [other])[0].following else "follow-asked"


def _plain(verb: Callable[[Tx, Viewer, int], None], said: str) -> Callable[[Tx, Viewer, int], str]:
    def act(tx: Tx, viewer: Viewer, other: int) -> str:
        verb(tx, viewer, other)
        return said

    return act


ACTS: dict[str, Callable[[Tx, Viewer, int], str]] = {
    "follow": _follow,
    "unfollow": _plain(bonds.unfollow, "unfollowed"),
    "block": _plain(bonds.block, "blocked"),
    "unblock": _plain(bonds.unblock, "unblocked"),
    "mute": _plain(bonds.mute, "muted"),
    "unmute": _plain(bonds.unmute, "unmuted"),
}


@door.raw("POST", "/@{name}/{act}", ask=Form, tx="write")
def bond(at: At, ask: Form) -> Response:
    """Follow, block, mute, and their ends."""
    at.viewer.required()
    check_form(at, ask.csrf)
    who = person(at.tx, at.viewer, at.path["name"])
    act = ACTS.get(at.path["act"])
    if act is None or who.is_group:
        raise NotFound(what="page")
    return go(f"/@{who.name}", act(at.tx, at.viewer, who.id))
