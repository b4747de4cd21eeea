"""What doors show: the only makers of views, loaded in batches, never per row; sight is asked of access each time."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from folkmoot.domain.access import Viewer, may_see, open_to_all
from folkmoot.domain.errors import NotFound
from folkmoot.domain.media import cards, emoji
from folkmoot.domain.media.cards import CardView
from folkmoot.domain.media.emoji import Emoji
from folkmoot.domain.media.media import FIELDS as MEDIA_FIELDS
from folkmoot.domain.media.media import OF_POSTS, MediaView
from folkmoot.domain.people.accounts import Field
from folkmoot.domain.posts import polls, quotes
from folkmoot.domain.posts.polls import PollView
from folkmoot.domain.posts.quotes import QuoteSeen
from folkmoot.domain.posts.reactions import THREAD_MUTED
from folkmoot.domain.posts.threads import fold_subject, message_id_of
from folkmoot.store.schema.accounts import accounts, apps
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.posts import addressed, bodies, marks, post_tags, posts, tags, threads
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """An account as others may see it. Times in ms; `domain` is empty for local ones; pictures are blob keys."""

    id: int
    rev: int
    kind: int
    name: str
    domain: str
    uri: str
    url: str
    display_name: str
    note_source: str
    note_html: str
    fields: tuple[Field, ...]
    avatar: str
    header: str
    locked: bool
    bot: bool
    discoverable: bool
    indexable: bool
    hide_collections: bool
    role: int
    suspended: bool
    silenced: bool
    created_at: int
    followers_n: int
    following_n: int
    posts_n: int
    last_post_at: int | None
    avatar_description: str = ""
    header_description: str = ""
    show_media: bool = True
    show_media_replies: bool = True
    show_featured: bool = True
    attribution_domains: tuple[str, ...] = ()
    sensitized: bool = False
    profile_sight: int = 0
    emojis: tuple[Emoji, ...] = ()
    """Those of the house that display name, note and fields name."""
    moved_to: AccountView | None = None
    """Where the person is now; that account as if it had not moved on itself."""
    memorial: bool = False

    @property
    def handle(self) -> str:
        return f"{self.name}@{self.domain}" if self.domain else self.name

    @property
    def is_group(self) -> bool:
        return self.kind == 1


class PostView(msgspec.Struct, frozen=True, kw_only=True):
    """A post as its viewer may see it, with all that doors show beside it.

    `audience` is access.Audience; `open` tells whether a group post's archive is public. `mine` holds the viewer's
    marks (bits of reactions); `thread_muted` is theirs too. A deleted parent leaves `parent_id` None.
    """

    id: int
    rev: int
    author: AccountView
    group: AccountView | None
    audience: int
    open: bool
    state: int
    number: int | None
    thread_id: int
    parent_id: int | None
    parent_author: AccountView | None
    boost_of: PostView | None
    sensitive: bool
    language: str
    replies_n: int
    boosts_n: int
    likes_n: int
    created_at: int
    edited_at: int | None
    message_id: str
    uri: str
    url: str
    door: str
    app: tuple[str, str] | None
    title: str
    warning: str
    source: str
    markup: int
    html: str
    plain: str
    extra: dict[str, Any]
    media: tuple[MediaView, ...] = ()
    mentions: tuple[AccountView, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    repeats: bool = False
    """An answer whose title only repeats that of its thread."""
    mine: int = 0
    thread_muted: bool = False
    parts: int = 0
    poll: PollView | None = None
    quote: QuoteSeen | None = None
    quoted: PostView | None = None
    """The post that is quoted, where this viewer sees it; it shows no further one inside it."""
    quotes_n: int = 0
    card: CardView | None = None
    emojis: tuple[Emoji, ...] = ()
    """Those of the house that title, warning, text and poll name."""


_ACCOUNT_COLUMNS = (
    "id", "rev", "kind", "name", "domain", "uri", "url", "display_name", "note_source", "note_html", "fields",
    "avatar", "header", "locked", "bot", "discoverable",
    "indexable", "hide_collections", "role", "suspended_at", "silenced_at", "created_at", "followers_n",
    "following_n", "posts_n", "last_post_at", "avatar_description", "header_description", "show_media",
    "show_media_replies", "show_featured", "attribution_domains", "sensitized_at", "profile_sight",
    "memorial_at", "moved_to_id",
)  # fmt: skip
_ACCOUNTS = Query(sa.select(*(accounts.c[c] for c in _ACCOUNT_COLUMNS)).where(in_list(accounts.c.id, "ids")))


def _account(row: tuple[Any, ...], base: str, emojis: tuple[Emoji, ...] = ()) -> AccountView:
    """*base*: where this server is; addresses of its own accounts follow it, as those of posts do."""
    (id_, rev, kind, name, domain, uri, url, display, note, note_html, fields, avatar, header, locked, bot, disc,
    indexable, hide, role, susp, sil, created, followers, following, n, last,
    avatar_says, header_says, show_media, show_replies, show_featured, attributed, sensitized, profile_sight,
    memorial, _) = row  # fmt: skip
    return AccountView(
        id=id_,
        rev=rev,
        kind=kind,
        name=name,
        domain=domain,
        uri=uri if domain else f"{base}/users/{name}",
        url=url if domain else f"{base}/@{name}",
        display_name=display,
        note_source=note,
        note_html=note_html,
        fields=() if fields == "[]" else tuple(msgspec.json.decode(fields, type=list[Field])),
        avatar=avatar,
        header=header,
        locked=bool(locked),
        bot=bool(bot),
        discoverable=bool(disc),
        indexable=bool(indexable),
        hide_collections=bool(hide),
        role=role,
        suspended=susp is not None,
        silenced=sil is not None,
        created_at=created,
        followers_n=followers,
        following_n=following,
        posts_n=n,
        last_post_at=last,
        avatar_description=avatar_says,
        header_description=header_says,
        show_media=bool(show_media),
        show_media_replies=bool(show_replies),
        show_featured=bool(show_featured),
        attribution_domains=tuple(msgspec.json.decode(attributed, type=list[str])),
        sensitized=sensitized is not None,
        profile_sight=profile_sight,
        memorial=memorial is not None,
        emojis=emojis,
    )


def accounts_by_ids(tx: Tx, ids: list[int]) -> dict[int, AccountView]:
    """Accounts by id; unknown ids are left out. Everybody may know of an account."""
    rows = tx.all(_ACCOUNTS, ids=list(ids)) if ids else []
    found = _views(tx, rows)
    if moved := {row[0]: row[-1] for row in rows if row[-1] is not None}:
        there = _views(tx, tx.all(_ACCOUNTS, ids=list(set(moved.values()))))
        found |= {id_: replace(found[id_], moved_to=there.get(to)) for id_, to in moved.items()}
    return found


def _views(tx: Tx, rows: list[tuple[Any, ...]]) -> dict[int, AccountView]:
    shown = emoji.of_each(tx, {row[0]: emoji.codes_in(row[7], row[8], row[10]) for row in rows})
    return {row[0]: _account(row, tx.settings.base_url, shown.get(row[0], ())) for row in rows}


def account(tx: Tx, account_id: int) -> AccountView:
    """One account. Raises NotFound."""
    found = accounts_by_ids(tx, [account_id]) if 0 < account_id < 1 << 63 else {}
    if account_id not in found:
        raise NotFound(what="account")
    return found[account_id]


def account_list(tx: Tx, ids: list[int]) -> list[AccountView]:
    """Accounts in the order of *ids*; unknown ids are left out."""
    found = accounts_by_ids(tx, ids)
    return [found[i] for i in ids if i in found]


_POST_COLUMNS = (
    posts.c.id, posts.c.rev, posts.c.author_id, posts.c.group_id, posts.c.audience, groups.c.archive,
    posts.c.state, posts.c.number, posts.c.thread_id,
    posts.c.parent_id, posts.c.parent_author_id, posts.c.boost_of_id, posts.c.sensitive, posts.c.language,
    posts.c.replies_n, posts.c.boosts_n, posts.c.likes_n,
    posts.c.created_at, posts.c.edited_at, posts.c.message_id, posts.c.uri, posts.c.door, posts.c.app_id,
    posts.c.media_n, bodies.c.title, bodies.c.warning, bodies.c.source,
    bodies.c.markup, bodies.c.html, bodies.c.plain, bodies.c.extra, threads.c.folded_subject, groups.c.subject_tag,
    posts.c.parts, posts.c.quotes_n,
)  # fmt: skip
_JOINED = (
    posts.outerjoin(bodies, bodies.c.post_id == posts.c.id)
    .outerjoin(groups, groups.c.account_id == posts.c.group_id)
    .outerjoin(threads, threads.c.id == posts.c.thread_id)
)
_POSTS = Query(
    lambda: (
        sa.select(*_POST_COLUMNS).select_from(_JOINED).where(in_list(posts.c.id, "ids"), may_see(p("viewer")))
    )
)
_ALL_POSTS = Query(sa.select(*_POST_COLUMNS).select_from(_JOINED).where(in_list(posts.c.id, "ids")))
_MENTIONS = Query(
    sa.select(addressed.c.post_id, addressed.c.account_id)
    .where(in_list(addressed.c.post_id, "ids"), addressed.c.silent == 0)
    .order_by(addressed.c.post_id, addressed.c.account_id)
)
_TAGS = Query(
    sa.select(post_tags.c.post_id, tags.c.folded, tags.c.display)
    .select_from(post_tags.join(tags, tags.c.id == post_tags.c.tag_id))
    .where(in_list(post_tags.c.post_id, "ids"))
    .order_by(post_tags.c.post_id, tags.c.id)
)
_MARKS = Query(
    sa.select(marks.c.post_id, marks.c.bits).where(
        marks.c.account_id == p("viewer"), in_list(marks.c.post_id, "ids")
    )
)
_APPS = Query(sa.select(apps.c.id, apps.c.name, apps.c.website).where(in_list(apps.c.id, "ids")))
_PARENTS = Query(sa.select(posts.c.id).where(in_list(posts.c.id, "ids"), posts.c.state == 3))


def posts_by_ids(tx: Tx, viewer: Viewer, ids: list[int], *, quoted: bool = True) -> dict[int, PostView]:
    """Posts that the viewer may see, by id; boosts carry the boosted post, quoting ones the quoted post unless *quoted*
    is false. A handful of queries however many ids."""
    if not ids:
        return {}
    rows = _rows(tx, viewer, ids)
    inner = [row[11] for row in rows if row[11] is not None and row[11] not in ids]
    if inner:
        rows += _rows(tx, viewer, inner)
    post_ids = [row[0] for row in rows]
    beside = _Beside(tx, viewer, rows, post_ids)
    inside = [q.quoted_id for q in beside.quotes.values() if q.quoted_id] if quoted else []
    beside.quoted = posts_by_ids(tx, viewer, inside, quoted=False) if inside and not viewer.everything else {}
    found: dict[int, PostView] = {}
    for row in rows:
        if row[11] is None:
            found[row[0]] = beside.view(tx, row, None)
    for row in rows:
        if row[11] is not None and row[11] in found:
            found[row[0]] = beside.view(tx, row, found[row[11]])
    wanted = set(ids)
    return {id_: view for id_, view in found.items() if id_ in wanted}


def _rows(tx: Tx, viewer: Viewer, ids: list[int]) -> list[tuple[Any, ...]]:
    if viewer.everything:
        return tx.all(_ALL_POSTS, ids=ids)
    return tx.all(_POSTS, ids=ids, viewer=viewer.account_id)


class _Beside:
    """What is shown beside posts, loaded for all of them at once."""

    def __init__(self, tx: Tx, viewer: Viewer, rows: list[tuple[Any, ...]], ids: list[int]) -> None:
        self.mentions: dict[int, list[int]] = {}
        for post_id, account_id in tx.all(_MENTIONS, ids=ids):
            self.mentions.setdefault(post_id, []).append(account_id)
        people = {row[2] for row in rows} | {row[3] for row in rows} | {row[10] for row in rows}
        people |= {a for group in self.mentions.values() for a in group}
        people.discard(None)
        self.accounts = accounts_by_ids(tx, list(people))
        self.media: dict[int, list[MediaView]] = {}
        with_media = [row[0] for row in rows if row[23]]
        if with_media:
            for row in tx.all(OF_POSTS, ids=with_media):
                view = MediaView(**dict(zip(MEDIA_FIELDS, row, strict=True)))
                self.media.setdefault(row[2], []).append(view)
        self.tags: dict[int, list[tuple[str, str]]] = {}
        for post_id, folded, display in tx.all(_TAGS, ids=ids):
            self.tags.setdefault(post_id, []).append((folded, display))
        self.marks: dict[int, int] = {}
        if viewer.known:
            asked = list(set(ids) | {row[8] for row in rows})
            self.marks = {r[0]: r[1] for r in tx.all(_MARKS, viewer=viewer.account_id, ids=asked)}
        app_ids = [row[22] for row in rows if row[22]]
        self.apps = {r[0]: (r[1], r[2]) for r in tx.all(_APPS, ids=app_ids)} if app_ids else {}
        self.polls = polls.of_posts(tx, viewer, [row[0] for row in rows if row[33] & polls.PART])
        self.quotes = quotes.of_posts(tx, viewer, [row[0] for row in rows if row[33] & quotes.PART])
        self.quoted: dict[int, PostView] = {}
        self.cards = cards.of_posts(tx, ids)
        named = {r[0]: emoji.codes_in(r[24] or "", r[25] or "", r[29] or "") for r in rows}
        for post_id, poll in self.polls.items():
            named[post_id] += emoji.codes_in(*poll.titles)
        self.emojis = emoji.of_each(tx, named)
        parents = [row[9] for row in rows if row[9]]
        self.lost = set(tx.column(_PARENTS, ids=parents)) if parents else set()

    def view(self, tx: Tx, row: tuple[Any, ...], boosted: PostView | None) -> PostView:
        (id_, rev, author_id, group_id, audience, archive, state, number, thread_id, parent_id, parent_author_id,
        _, sensitive, language, replies, boosts, likes, created, edited, mid, uri, door, app_id, _, title,
        warning, source, markup, html, plain, extra, subject, tag, parts, quotes_n) = row  # fmt: skip
        quote = self.quotes.get(id_)
        author = self.accounts[author_id]
        parent_id = None if parent_id in self.lost else parent_id
        return PostView(
            id=id_,
            rev=rev,
            author=author,
            group=self.accounts.get(group_id) if group_id else None,
            audience=audience,
            open=open_to_all(audience, archive),
            state=state,
            number=number,
            thread_id=thread_id,
            parent_id=parent_id,
            parent_author=self.accounts.get(parent_author_id) if parent_id else None,
            boost_of=boosted,
            sensitive=bool(sensitive) or author.sensitized,
            language=language,
            replies_n=replies,
            boosts_n=boosts,
            likes_n=likes,
            created_at=created,
            edited_at=edited,
            message_id=message_id_of(tx, id_, mid),
            uri=uri or f"{tx.settings.base_url}/users/{author.name}/statuses/{id_}",
            url=f"{tx.settings.base_url}/@{author.name}/{id_}",
            door=door,
            app=self.apps.get(app_id),
            title=title or "",
            warning=warning or "",
            source=source or "",
            markup=markup or 0,
            html=html or "",
            plain=plain or "",
            extra=msgspec.json.decode(extra) if extra and extra != "{}" else {},
            media=tuple(self.media.get(id_, ())),
            mentions=tuple(self.accounts[a] for a in self.mentions.get(id_, ()) if a in self.accounts),
            tags=tuple(self.tags.get(id_, ())),
            repeats=bool(title) and parent_id is not None and fold_subject(title, tag or "") == subject,
            mine=self.marks.get(id_, 0),
            thread_muted=bool(self.marks.get(thread_id, 0) & THREAD_MUTED),
            parts=parts,
            poll=self.polls.get(id_),
            quote=quote,
            quoted=self.quoted.get(quote.quoted_id or 0) if quote else None,
            quotes_n=quotes_n,
            card=self.cards.get(id_),
            emojis=self.emojis.get(id_, ()),
        )


def post_list(tx: Tx, viewer: Viewer, ids: list[int]) -> list[PostView]:
    """Posts in the order of *ids*; those that the viewer may not see are left out."""
    found = posts_by_ids(tx, viewer, ids)
    return [found[i] for i in ids if i in found]


def post(tx: Tx, viewer: Viewer, post_id: int) -> PostView:
    """One post. Raises NotFound where it is not there or may not be seen."""
    found = posts_by_ids(tx, viewer, [post_id]) if 0 < post_id < 1 << 63 else {}
    if post_id not in found:
        raise NotFound(what="post")
    return found[post_id]
