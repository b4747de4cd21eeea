"""A store with a large archive, written straight into the tables: to see what pages cost, not what verbs do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from folkmoot.domain.access import Role
from folkmoot.domain.people import accounts, logins
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.kit.ids import first_id_at
from folkmoot.store.engine import Store
from folkmoot.store.schema.base import metadata
from folkmoot.store.tx import Tx

MINE = 60
"""So much the reader has of everything that is theirs: more than any page holds."""
WORDS = ("harbour", "lantern", "meadow", "orchard", "kettle", "violin", "granite", "ferry")
NOTICES = ("like", "boost", "mention", "follow", "post")
MINUTE_MS, DAY_MS = 60_000, 86_400_000
SCOPES = "read write follow push profile admin:read admin:write"
Cell = Callable[[int, Any], Any]


@dataclass
class Crowd:
    """What pages are asked of: the reader and their token, somebody else, a post of the reader's, a notice."""

    me: int
    token: str
    other: int
    post: int
    notice: int
    group: int
    chat: int
    page: int
    topic: int


def fill(store: Store, n_posts: int, n_people: int, n_notices: int) -> Crowd:
    """One reader (of the staff, so that every page is open to them) among many, and what these said and did."""
    maker = _Maker(n_posts, n_people, n_notices)
    me = store.write(_reader)
    token = store.write(lambda tx: logins.issue_token(tx, account_id=me, app_id=None, scopes=SCOPES)[1])
    store.write(lambda tx: maker.everything(tx, me))
    if store.dialect == "postgresql":
        store.write(
            lambda tx: tx.text_sql("", "ANALYZE")
        )  # as autovacuum does; SQLite is left to its guesses
    topic = maker.posts[-7]
    return Crowd(me, token, maker.people[0], maker.posts[-6], maker.notice, maker.group, 1, 1, topic)


def _reader(tx: Tx) -> int:
    id_ = accounts.add_person(tx, NewPerson(name="reader", address="reader@crowd.test", confirmed=True))
    tx.update(metadata.tables["accounts"], {"id": id_}, role=int(Role.OWNER))
    return id_


def put(tx: Tx, table: str, items: Iterable[Any], **cells: Any) -> None:
    """A row for each item: a cell is a value, or a function of the item's number and the item."""
    rows = [
        {name: cell(n, item) if callable(cell) else cell for name, cell in cells.items()}
        for n, item in enumerate(items)
    ]
    tx.insert_rows(metadata.tables[table], rows, "ON CONFLICT DO NOTHING")


def nth(n: int, item: Any) -> int:
    """The cell that numbers rows from 1."""
    return n + 1


def itself(n: int, item: Any) -> Any:
    """The cell that is the item."""
    return item


class _Maker:
    def __init__(self, n_posts: int, n_people: int, n_notices: int) -> None:
        self.n_posts, self.n_people, self.n_notices = n_posts, n_people, n_notices
        self.posts: list[int] = []
        self.people: list[int] = []
        self.group = self.notice = self.now = 0

    def id(self, n: int, of: int) -> int:
        """The id of the nth of so many things that came a minute after each other, the last of them just now."""
        return first_id_at(self.now - (of - n) * MINUTE_MS)

    def everything(self, tx: Tx, me: int) -> None:
        self.now = tx.now - 1
        for part in (
            self.peopled, self.said, self.carried, self.reacted, self.spoken, self.noticed, self.kept,
            self.bonded, self.staffed, self.placed, self.met,
        ):  # fmt: skip
            part(tx, me)

    def peopled(self, tx: Tx, me: int) -> None:
        n, base = self.n_people, first_id_at(self.now - 300 * DAY_MS)
        people = self.people = [base + i for i in range(n)]
        self.group = base + n
        far = ("", "", "far.test", *(f"server{i}.test" for i in range(n // 8)))
        put(
            tx, "accounts", people, id=itself, name=lambda i, _: f"person{i}", folded=lambda i, _: f"person{i}",
            domain=lambda i, _: far[i % len(far)], display_name=lambda i, _: f"{WORDS[i % 8]} person",
            discoverable=1, indexable=lambda i, _: i % 2, created_at=self.now, followers_n=lambda i, _: i % 97,
            posts_n=12, last_post_at=lambda i, _: self.now - i, note_html="<p>about</p>",
        )  # fmt: skip
        put(tx, "account_words", people, account_id=itself, word=lambda i, _: WORDS[i % 8])
        here = [id_ for i, id_ in enumerate(people) if not far[i % len(far)]]
        put(tx, "logins", here, account_id=itself, created_at=self.now, last_seen_at=self.now)
        address = {name: lambda _, a: f"a{a}@crowd.test" for name in ("address", "folded")}
        put(tx, "addresses", here, id=itself, account_id=itself, **address)
        put(tx, "accounts", [self.group], id=itself, kind=1, name="archive", folded="archive", created_at=1)
        put(tx, "groups", [self.group], account_id=itself, title="archive", created_at=1)
        put(
            tx, "members", [me, *people], id=nth, group_id=self.group, account_id=itself, created_at=1,
            role=lambda i, _: 0 if i else 20,
        )  # fmt: skip
        pairs = [(me, other) for other in people[: n // 2]] + [(other, me) for other in people]
        pairs += [(people[i], people[(i * 7 + k) % n]) for i in range(n) for k in (1, 2, 3)]
        pairs += [(a, people[0]) for a in people[1:]] + [(people[0], a) for a in people[1:]]
        several = list(dict.fromkeys(pairs))
        put(
            tx, "follows", several, id=lambda i, _: self.id(i, len(several)), account_id=lambda _, b: b[0],
            target_id=lambda _, b: b[1], state=1, created_at=self.now,
        )  # fmt: skip
        put(
            tx,
            "follows",
            people[-MINE:],
            id=nth,
            account_id=itself,
            target_id=me,
            state=0,
            created_at=self.now,
        )

    def said(self, tx: Tx, me: int) -> None:
        """In each ten posts one of each sort; a tenth is the reader's own and a tenth that of one other, so that their
        lists grow with the archive, too."""
        n, people = self.n_posts, self.people
        posts = self.posts = [self.id(i, n) for i in range(n)]
        of = {4: lambda i: me, 7: lambda i: people[0]}
        answers = {6: 2}

        def author(i: int, _: int) -> int:
            return of.get(i % 10, lambda i: people[i * 31 % len(people)])(i)

        def above(i: int, id_: int) -> int | None:
            return posts[i - answers[i % 10]] if i % 10 in answers else None

        put(
            tx, "posts", posts, id=itself, author_id=author, audience=lambda i, _: {3: 4, 8: 3}.get(i % 10, 0),
            group_id=lambda i, _: self.group if i % 10 == 3 else None,
            thread_id=lambda i, id_: above(i, id_) or id_, parent_id=above,
            parent_author_id=lambda i, id_: me if above(i, id_) else None,
            boost_of_id=lambda i, _: posts[i - 5] if i % 10 == 5 and i > 10 else None,
            language="en", media_n=lambda i, _: int(i % 10 == 9), likes_n=3, created_at=self.now,
            parts=lambda i, _: {0: 1, 1: 2}.get(i % 10, 0),
        )  # fmt: skip
        first = [(i, id_) for i, id_ in enumerate(posts) if i % 10 not in (5, 6)]
        put(
            tx, "threads", first, id=lambda _, x: x[1], author_id=lambda _, x: author(*x),
            last_post_id=lambda _, x: x[1], last_at=self.now, created_at=self.now,
            group_id=lambda _, x: self.group if x[0] % 10 == 3 else None,
        )  # fmt: skip
        said = [(id_, f"{WORDS[i % 8]} {WORDS[i // 8 % 8]} n{i} mark{i % 50}") for i, id_ in enumerate(posts)]
        text = {name: lambda _, x: x[1] for name in ("source", "html", "plain")}
        put(tx, "bodies", [x for i, x in enumerate(said) if i % 10 != 5], post_id=lambda _, x: x[0], **text)
        if tx.dialect == "sqlite":
            tx.text_sql("INSERT INTO post_search (post_search) VALUES ('rebuild')", "")
        put(tx, "tags", WORDS, id=nth, folded=itself, display=itself, created_at=1)
        more = {name: lambda i, _: f"{WORDS[i % 8]}{i}" for name in ("folded", "display")}
        put(tx, "tags", range(n // 10), id=lambda i, _: 100 + i, created_at=1, **more)
        tagged = [(i, id_) for i, id_ in enumerate(posts) if i % 10 not in (5, 8)]
        for tag in (lambda _, x: x[0] % 7 + 2, 1, lambda _, x: 100 + x[0] % (n // 10)):
            put(tx, "post_tags", tagged, tag_id=tag, post_id=lambda _, x: x[1])

    def carried(self, tx: Tx, me: int) -> None:
        posts, n, stamp = self.posts, self.n_posts, {"created_at": self.now}
        blob = {name: lambda _, id_: f"b{id_}" for name in ("blob", "preview")}
        put(
            tx, "media", posts[9::10], id=itself, account_id=me, post_id=itself, kind="image", mime="image/png",
            state=2, **blob, **stamp,
        )  # fmt: skip
        put(
            tx, "quotes", posts[1::10], id=itself, post_id=itself, account_id=me, quoted_id=posts[-6],
            quoted_author_id=me, state=0, **stamp,
        )  # fmt: skip
        put(
            tx,
            "polls",
            posts[::10],
            id=itself,
            post_id=itself,
            author_id=me,
            expires_at=self.now * 2,
            **stamp,
        )
        for position in (0, 1):
            put(tx, "poll_options", posts[::10], poll_id=itself, position=position, title=str(position))
        page = {"url": lambda i, _: f"https://page.test/{i}", "hash": lambda i, _: f"h{i}"}
        put(tx, "cards", range(n // 10), id=nth, state=1, title="a page", **page, **stamp)
        put(tx, "post_cards", posts[2::10], post_id=itself, card_id=lambda i, _: 1 if i % 2 else i + 1)
        put(tx, "edits", range(5), id=nth, post_id=posts[-6], html="<p>x</p>", **stamp)

    def reacted(self, tx: Tx, me: int) -> None:
        n, posts, people, stamp = self.n_posts, self.posts, self.people, {"created_at": self.now}
        for kind in (0, 1):
            put(
                tx, "reactions", posts, id=lambda i, _, k=kind: self.id(i, n) + k, account_id=me, post_id=itself,
                kind=kind, **stamp,
            )  # fmt: skip
        put(tx, "marks", posts, account_id=me, post_id=itself, bits=5)
        end, post = self.id(n, n), posts[-6]
        put(
            tx, "reactions", people, id=lambda i, _: end + i, account_id=itself, post_id=post, kind=0, **stamp
        )
        ids = {name: lambda i, _: first_id_at(self.now - 200 * DAY_MS) + i for name in ("id", "thread_id")}
        put(tx, "posts", people, author_id=itself, boost_of_id=post, **ids, **stamp)

    def spoken(self, tx: Tx, me: int) -> None:
        people, direct = self.people, self.posts[8::10]

        def other(i: int, _: int) -> int:
            return people[i % len(people)]

        put(tx, "addressed", direct, post_id=itself, account_id=me)
        put(
            tx, "exchanges", direct, id=itself, account_id=me, thread_id=itself, unread=1, last_post_id=itself,
            others=lambda i, x: str(other(i, x)),
        )  # fmt: skip
        put(
            tx, "mailbox", direct, account_id=me, post_id=itself, thread_id=itself, own=lambda i, _: i % 2,
            others=lambda i, x: str(other(i, x)),
        )  # fmt: skip
        put(tx, "exchange_posts", direct, exchange_id=itself, post_id=itself)
        put(tx, "exchange_people", direct, account_id=me, other_id=other, exchange_id=itself)

    def noticed(self, tx: Tx, me: int) -> None:
        n, many = self.n_notices, range(self.n_notices)
        ids = [self.id(i, n) for i in many]
        self.notice = ids[-1]
        about = self.posts[-6 - 10 * (MINE - 1) :: 10]

        def post(i: int, _: int) -> int | None:
            return None if i % 5 == 3 else about[i // 5 % MINE]

        def bundled(i: int) -> bool:
            return i % 5 < 2

        def actor(i: int, _: int) -> int:
            return self.people[i * 7 % len(self.people)]

        put(
            tx, "notices", many, id=lambda i, _: ids[i], account_id=me, kind=lambda i, _: NOTICES[i % 5],
            actor_id=actor, post_id=post, created_at=self.now, filtered=lambda i, _: int(i % 20 == 2),
            bundle=lambda i, x: f"{NOTICES[i % 5]}-{post(i, x)}-{i // 600}" if bundled(i) else "",
            head=lambda i, _: int(not bundled(i) or i % 600 >= 300), told_n=2,
            first_id=lambda i, _: ids[i] if bundled(i) else None, sample=lambda i, x: str(actor(i, x)),
        )  # fmt: skip
        put(
            tx, "notice_requests", self.people, id=nth, account_id=me, actor_id=itself, notices_n=2,
            last_post_id=self.posts[-6], created_at=1, updated_at=self.now,
        )  # fmt: skip

    def kept(self, tx: Tx, me: int) -> None:
        mine: dict[str, Any] = {"id": nth, "account_id": me, "created_at": self.now}
        some = range(MINE)
        put(tx, "filters", some, title="f", contexts="home", **mine)
        put(tx, "filter_keywords", some, id=nth, filter_id=nth, keyword=lambda i, _: f"word{i}")
        put(tx, "filter_posts", self.posts[:MINE], id=nth, filter_id=1, post_id=itself)
        put(tx, "circles", some, title=lambda i, _: f"list {i}", **mine)
        put(tx, "circle_members", self.people[: self.n_people // 2], circle_id=1, account_id=itself, id=nth)
        other = {"account_id": self.people[0], "id": lambda i, _: 10**6 + i}
        put(tx, "circle_members", some, circle_id=lambda i, _: i + 2, **other)
        put(tx, "tag_follows", range(5), tag_id=lambda i, _: 100 + i, **mine)
        put(tx, "featured_tags", WORDS, tag_id=nth, name=itself, **mine)
        put(tx, "collections", range(10), name="c", discoverable=1, **mine)
        put(
            tx,
            "collection_items",
            self.people[-25:],
            id=nth,
            collection_id=1,
            account_id=itself,
            created_at=1,
        )
        asked = '{"text": "later", "visibility": "public"}'
        put(
            tx,
            "scheduled",
            some,
            due_at=self.now * 2,
            draft='{"text": "later"}',
            asked=asked,
            state=0,
            **mine,
        )

    def bonded(self, tx: Tx, me: int) -> None:
        mine: dict[str, Any] = {"id": nth, "account_id": me, "created_at": self.now}
        n = self.n_people
        put(tx, "mutes", self.people[n // 2 : n // 2 + n // 4], target_id=itself, **mine)
        put(tx, "blocks", self.people[-n // 8 :], target_id=itself, **mine)
        put(tx, "server_blocks", range(n), domain=lambda i, _: f"blocked{i}.test", **mine)
        put(tx, "endorsements", self.people[n // 2 :], target_id=itself, **mine)

    def staffed(self, tx: Tx, me: int) -> None:
        many, stamp = range(max(MINE, self.n_people // 4)), {"id": nth, "created_at": self.now}
        put(tx, "reports", many, account_id=me, target_id=lambda i, _: self.people[i % 20], **stamp)
        for table in ("email_domain_blocks", "domain_allows", "domain_blocks", "publishers"):
            put(tx, table, many, domain=lambda i, _: f"d{i}.test", **stamp)
        put(tx, "canonical_email_blocks", many, hash=lambda i, _: f"h{i}", **stamp)
        network = {"network": lambda i, _: f"10.0.{i // 250}.{i % 250}/32", "severity": "no_access"}
        put(tx, "ip_blocks", many, **network, **stamp)

    def placed(self, tx: Tx, me: int) -> None:
        stamp = {"id": nth, "created_at": self.now}
        put(tx, "announcements", range(5), html="<p>news</p>", published_at=1, **stamp)
        blob = {name: lambda i, _: f"e{i}" for name in ("code", "blob", "static")}
        put(tx, "emojis", range(MINE), mime="image/png", **blob, **stamp)
        told = {"score": lambda i, _: 5 + i, "updated_at": self.now}
        put(tx, "trends", self.posts[-10 * MINE :: 10], kind=1, subject_id=itself, **told)
        put(tx, "trends", range(8), kind=0, subject_id=nth, **told)
        put(tx, "trends", range(MINE), kind=2, subject_id=nth, **told)

    def met(self, tx: Tx, me: int) -> None:
        """What is in the rooms of the group, and in the reader's albums."""
        here: dict[str, Any] = {"id": nth, "group_id": self.group, "created_at": self.now}
        some, many = range(self.n_people // 4), range(self.n_notices)
        seats: dict[str, Any] = {"id": nth, "created_at": self.now}
        put(tx, "chats", some, author_id=me, subject="s", last_number=len(many), updated_at=nth, **here)
        put(tx, "chat_members", [me, *self.people[:20]], chat_id=1, account_id=itself, **seats)
        put(tx, "chat_lines", many, chat_id=1, author_id=me, number=nth, html="hm", source="hm", **seats)
        title = {name: lambda i, _: f"page{i:05}" for name in ("title", "path", "folded")}
        put(tx, "wiki_pages", some, author_id=me, revisions_n=1, updated_at=nth, **title, **here)
        put(tx, "wiki_revisions", some, page_id=nth, author_id=me, number=1, html="<p>x</p>", **seats)
        soon = {name: lambda i, _: self.now + i * MINUTE_MS for name in ("starts_at", "ends_at")}
        put(tx, "events", some, author_id=me, name="e", zone="UTC", **soon, **here)
        put(tx, "drafts", some, account_id=me, kind="draft_type_post", options="{}", updated_at=1, **here)
        pictures = {
            "account_id": me,
            "resource": lambda i, _: f"{i:032x}",
            "album": lambda i, _: f"album{i % 30}",
        }
        put(tx, "photos", range(MINE * 4), mime="image/png", **pictures, **seats)
        put(tx, "photo_scales", range(MINE * 4), photo_id=nth, scale=0, blob="b", mime="image/png")
