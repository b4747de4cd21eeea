"""Changes of a group's settings that are refused, and those that reach further than the group itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from folkmoot.domain.access import Archive
from folkmoot.domain.errors import Invalid
from folkmoot.domain.groups.members import Delivery
from folkmoot.store.schema.groups import groups, members
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

if TYPE_CHECKING:
    from folkmoot.domain.groups.groups import GroupChange, GroupView

_DELIVERY = Query(
    sa.update(members)
    .where(members.c.group_id == p("id"), members.c.delivery == p("old"))
    .values(delivery=p("new"), updated_at=p("now"))
)
_JOINING = Query(sa.select(groups.c.joining).where(groups.c.account_id == p("id")))


def check(tx: Tx, now: GroupView, change: GroupChange) -> None:
    """Raises Invalid("archive", "private": what was closed stays so), Invalid("parent_posts" | "subgroup_access" |
    "timezone" | "members_visible", why)."""
    if change.archive is not None:
        _check_archive(now, change.archive)
    below = now.parent_id is not None
    if change.parent_posts and not below:
        raise Invalid("parent_posts", "no_parent")
    told = change.settings or {}
    for name in ("subgroup_access", "timezone"):
        if below and name in told and told[name] != now.settings.get(name):
            raise Invalid(name, "parent_only")
    merged = {**now.settings, **told}
    joining = now.joining if change.joining is None else change.joining
    seen = merged.get("members_visible") == "members"
    said = "members_visible" in told or change.joining is not None
    if seen and said and not joining and not (below and tx.value(_JOINING, id=now.parent_id)):
        raise Invalid("members_visible", "open")


def _check_archive(now: GroupView, wanted: int) -> None:
    if now.parent_id is None and wanted == Archive.PARENT:
        raise Invalid("archive", "no_parent")
    closed = now.archive == Archive.MEMBERS or (now.parent_id is None and now.archive != Archive.PUBLIC)
    if closed and wanted != now.archive:
        raise Invalid("archive", "private")


def spread(tx: Tx, now: GroupView, merged: dict[str, Any]) -> dict[str, Any]:
    """The settings as they are kept, after what they change for every member was changed: where mail is needed
    nobody gets none, and where it is HTML digests are."""
    for key, old, new in (
        ("mail_needed", Delivery.NONE, Delivery.SPECIAL),
        ("force_html", Delivery.DIGEST, Delivery.HTML_DIGEST),
    ):
        if not merged.get(key):
            continue
        if not now.settings.get(key):
            tx.run(_DELIVERY, id=now.id, old=int(old), new=int(new), now=tx.now)
        if merged.get("delivery") == old.name.lower():
            merged = {**merged, "delivery": new.name.lower()}
    return merged
