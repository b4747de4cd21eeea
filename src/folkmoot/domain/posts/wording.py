"""What becomes of a text: the people it names, its HTML and plain text, its tags, its place in the search index."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer, hidden_groups
from folkmoot.domain.people import accounts as people
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.text import Markup, Person, Rendered, render, scan
from folkmoot.kit.mail.addresses import masked
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.posts import post_tags, tags
from folkmoot.store.sql import Query, in_list
from folkmoot.store.tx import Tx

MAX_MENTIONS = 100
MAX_TAGS = 60
NO_GROUP: Final[Mapping[str, Any]] = MappingProxyType({})

_TAGS = Query(sa.select(tags.c.folded, tags.c.id).where(in_list(tags.c.folded, "names", text=True)))
_MENTIONED = Query(
    sa.select(
        accounts.c.folded, accounts.c.domain, accounts.c.id, accounts.c.name, accounts.c.url, accounts.c.kind
    ).where(in_list(accounts.c.folded, "names", text=True))
)


class Named(msgspec.Struct):
    """Whom and what a text names: people to link, their ids, and the groups among them."""

    people: dict[tuple[str, str | None], Person] = {}
    ids: dict[tuple[str, str | None], int] = {}
    groups: list[int] = []

    def without(self, account_ids: set[int]) -> None:
        """Take these out: their names stay plain text."""
        for key in [key for key, id_ in self.ids.items() if id_ in account_ids]:
            del self.people[key], self.ids[key]
        self.groups = [id_ for id_ in self.groups if id_ not in account_ids]


def look_up(tx: Tx, viewer: Viewer, draft: Draft) -> Named:
    """Whom the text names, found in one query; mail names nobody (an address is not a mention), and a group that the
    viewer may not know of is nobody."""
    named = Named(people={}, ids={}, groups=[])
    if draft.markup == Markup.MAIL or draft.door == "mail" or "@" not in draft.text:
        return named
    wanted = scan(draft.text, Markup(draft.markup)).mentions[:MAX_MENTIONS]
    if not wanted:
        return named
    here = {
        "",
        tx.settings.domain.lower(),
        tx.settings.domain.lower().partition(":")[0],
        tx.settings.list_domain.lower(),
    }
    rows = {(r[0], r[1]): r for r in tx.all(_MENTIONED, names=[name.lower() for name, _ in wanted])}
    for name, domain in wanted:
        home = "" if (domain or "").lower() in here else (domain or "").lower()
        row = rows.get((name.lower(), home))
        if row is not None:
            url = row[4] if home else f"{tx.settings.base_url}/@{row[3]}"
            named.people[name, domain] = Person(row[3], home or None, url)
            named.ids[name, domain] = row[2]
            if row[5] == people.Kind.GROUP:
                named.groups.append(row[2])
    named.without(hidden_groups(tx, viewer, named.groups))
    return named


def keep_quiet(tx: Tx, named: Named, group_id: int | None) -> None:
    """Leave hidden groups unnamed in what is said elsewhere than in them: what a text links is the same for all."""
    elsewhere = [id_ for id_ in named.groups if id_ != group_id]
    named.without(hidden_groups(tx, Viewer.anonymous(), elsewhere))


def rendered(tx: Tx, draft: Draft, named: Named, group: Mapping[str, Any] = NO_GROUP) -> Rendered:
    """The draft's text as HTML, plain text and facts, as the archive of a *group* with these settings shows it."""
    settings = tx.settings
    out = render(
        draft.text,
        Markup(draft.markup),
        base_url=settings.base_url,
        local_domain=settings.domain,
        people=named.people,
    )
    if draft.html:
        rich = render(
            draft.html, Markup.HTML, base_url=settings.base_url, local_domain=settings.domain, people={}
        )
        out = Rendered(rich.html, out.plain or rich.plain, out.tags, out.mentions, out.urls)
    if group.get("address_mask") == "mask":
        return Rendered(masked(out.html), masked(out.plain), out.tags, out.mentions, out.urls)
    return out


def index(tx: Tx, post_id: int, title: str, plain: str) -> None:
    """Put a post into the full-text index (PostgreSQL keeps its own column)."""
    if tx.dialect == "sqlite":
        text = "INSERT INTO post_search (rowid, title, plain) VALUES (:id, :title, :plain)"
        tx.text_sql(text, text, id=post_id, title=title, plain=plain)


def unindex(tx: Tx, post_id: int, title: str, plain: str) -> None:
    """Take a post out of the full-text index; title and plain must be those it was put in with."""
    if tx.dialect == "sqlite":
        text = "INSERT INTO post_search (post_search, rowid, title, plain) VALUES ('delete', :id, :title, :plain)"
        tx.text_sql(text, text, id=post_id, title=title, plain=plain)


def may_bear_tags(title: str) -> bool:
    """Whether it is worth looking for tags in a title."""
    return "#" in title or "＃" in title


def set_tags(
    tx: Tx, post_id: int, rendered: Rendered, *, title: str = "", without: frozenset[str] = frozenset()
) -> None:
    """Hang the tags of a text on its post, and those of its *title* where that is said; *without*: folded tags that
    it is not to bear."""
    subject = scan(title, Markup.PLAIN).tags if may_bear_tags(title) else []
    found = {**dict(subject), **dict(rendered.tags)}
    wanted = dict([(folded, shown) for folded, shown in found.items() if folded not in without][:MAX_TAGS])
    if not wanted:
        return
    known = {row[0]: row[1] for row in tx.all(_TAGS, names=list(wanted))}
    for folded, display in wanted.items():
        if folded not in known:
            id_ = tx.ids.next()
            if tx.insert_new(tags, id=id_, folded=folded, display=display, created_at=tx.now):
                known[folded] = id_
            else:
                known.update((row[0], row[1]) for row in tx.all(_TAGS, names=[folded]))
        tx.insert_new(post_tags, tag_id=known[folded], post_id=post_id)
