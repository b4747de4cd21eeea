"""Who is told what: the rules of notices as a table, and what their own rules hold back."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from tests.domain.three import DAY, ME, THIRD, YOU, House

from folkmoot.domain import jobs
from folkmoot.domain.access import Audience, Role, Viewer
from folkmoot.domain.notices import notice_requests, notice_rules, notices
from folkmoot.domain.notices.notice_kinds import KINDS
from folkmoot.domain.notices.notice_rules import Choice
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import bonds, mailtokens, signups
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import boosts, edits, posts, reactions, tidings
from folkmoot.domain.posts.drafts import Change, Draft
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.doors.frame.house import House as FrameHouse
from folkmoot.store.engine import Store
from folkmoot.store.schema import accounts as account_tables
from folkmoot.store.schema import bonds as bond_tables
from folkmoot.store.schema.people import server_blocks
from folkmoot.store.tx import JournalRow, Tx
from folkmoot.work import telling


def like(h: House) -> None:
    reactions.react(h.tx, h.viewer(YOU), h.say(ME, "hello"), Reaction.LIKE)


def mention(h: House) -> None:
    h.say(YOU, "@me hi")


def whisper(h: House) -> None:
    h.say(YOU, "@me psst", audience=Audience.DIRECT)


def in_muted_thread(h: House) -> None:
    first = h.say(ME, "hello")
    reactions.mute_thread(h.tx, h.viewer(ME), first, on=True)
    h.say(YOU, "@me hi", parent=first)
    reactions.react(h.tx, h.viewer(YOU), first, Reaction.LIKE)


def expired_mute(h: House) -> None:
    h.mute(YOU, notices_too=True)
    h.tx.update(bond_tables.mutes, {"account_id": h.ids[ME]}, expires_at=h.tx.now - 1)
    mention(h)


def names_blocked(h: House) -> None:
    h.block(ME, THIRD)
    h.say(YOU, "@me and @third")


def names_muted(h: House) -> None:
    h.mute(THIRD, notices_too=True)
    h.say(YOU, "@me and @third")


def names_half_muted(h: House) -> None:
    h.mute(THIRD, notices_too=False)
    h.say(YOU, "@me and @third")


def answers_blocked(h: House) -> None:
    first = h.say(THIRD, "hello")
    h.block(ME, THIRD)
    h.say(YOU, "@me look at this", parent=first)


def far_server(h: House) -> None:
    h.set_account(YOU, domain="far.example")
    h.tx.insert(server_blocks, id=1, account_id=h.ids[ME], domain="far.example", created_at=0)
    mention(h)


def far_server_followed(h: House) -> None:
    h.follow(ME, YOU)
    far_server(h)


def own_like(h: House) -> None:
    reactions.react(h.tx, h.viewer(ME), h.say(ME, "@me hello"), Reaction.LIKE)


def after_block(h: House) -> None:
    mention(h)
    h.block(ME, YOU)


def liked_twice(h: House) -> None:
    post = h.say(ME, "hello")
    for _ in range(2):
        reactions.react(h.tx, h.viewer(YOU), post, Reaction.LIKE)
        reactions.unreact(h.tx, h.viewer(YOU), post, Reaction.LIKE)
        reactions.react(h.tx, h.viewer(YOU), post, Reaction.LIKE)


def locked(h: House) -> None:
    h.set_account(ME, locked=1)
    h.follow(YOU, ME)


def locked_accepted(h: House) -> None:
    locked(h)
    bonds.accept(h.tx, h.viewer(ME), h.ids[YOU])


def edited_in(h: House) -> None:
    post = h.say(YOU, "hello")
    for text in ("hello @me", "hello", "hello again @me"):
        edits.edit(h.tx, h.viewer(YOU), post, Change(text=text))


def unseen(h: House) -> None:
    post = h.say(YOU, "@me hi", audience=Audience.DIRECT)
    h.tx.update(account_tables.accounts, {"id": h.ids[YOU]}, suspended_at=h.tx.now)
    assert post


WHO_GETS_WHAT: list[tuple[Callable[[House], None], list[str]]] = [
    (like, ["like"]),
    (mention, ["mention"]),
    (own_like, []),
    (liked_twice, ["like"]),
    (in_muted_thread, []),
    (expired_mute, ["mention"]),
    (names_blocked, []),
    (names_muted, []),
    (names_half_muted, ["mention"]),
    (answers_blocked, []),
    (far_server, []),
    (far_server_followed, ["mention"]),
    (after_block, []),
    (locked, ["follow_request"]),
    (locked_accepted, ["follow"]),
    (edited_in, ["mention"]),
    (unseen, []),
]


@pytest.mark.parametrize(("act", "told"), WHO_GETS_WHAT, ids=lambda value: getattr(value, "__name__", ""))
def test_who_gets_what(store: Store, act: Callable[[House], None], told: list[str]) -> None:
    def play(tx: Tx) -> list[str]:
        h = House(tx)
        act(h)
        return h.told()

    assert store.write(play) == told


@pytest.mark.parametrize("notices_too", [True, False])
def test_a_mute_says_itself_whether_it_is_of_notices(store: Store, notices_too: bool) -> None:
    def play(tx: Tx) -> list[str]:
        h = House(tx)
        h.mute(YOU, notices_too=notices_too)
        mention(h)
        like(h)
        return h.told()

    assert store.write(play) == ([] if notices_too else ["mention", "like"])


def stranger(h: House) -> None:
    pass


def followed(h: House) -> None:
    h.follow(ME, YOU)


def follower(h: House) -> None:
    h.follow(YOU, ME)
    h.tx.text_sql(*[f"UPDATE follows SET created_at = {h.tx.now - 4 * DAY}"] * 2)


def new_follower(h: House) -> None:
    h.follow(YOU, ME)


def old_account(h: House) -> None:
    h.set_account(YOU, created_at=h.tx.now - 31 * DAY)


def limited(h: House) -> None:
    h.set_account(YOU, silenced_at=h.tx.now)


def limited_followed(h: House) -> None:
    limited(h)
    followed(h)


def bot(h: House) -> None:
    h.set_account(YOU, bot=1)


def let_in(h: House) -> None:
    notice_rules.let_pass(h.tx, h.ids[ME], h.ids[YOU])


def asked(h: House) -> None:
    h.say(ME, "@you psst", audience=Audience.DIRECT)


RULES = [
    ("not_followed", stranger, mention, True),
    ("not_followed", followed, mention, False),
    ("not_followed", follower, mention, True),
    ("not_followed", let_in, mention, False),
    ("not_followed", stranger, like, True),
    ("no_followers", stranger, mention, True),
    ("no_followers", new_follower, mention, True),
    ("no_followers", follower, mention, False),
    ("new_accounts", stranger, mention, True),
    ("new_accounts", old_account, mention, False),
    ("new_accounts", followed, mention, False),
    ("limited_accounts", stranger, mention, False),
    ("limited_accounts", limited, mention, True),
    ("limited_accounts", limited_followed, mention, False),
    ("direct_mentions", stranger, mention, False),
    ("direct_mentions", stranger, whisper, True),
    ("direct_mentions", followed, whisper, False),
    ("direct_mentions", let_in, whisper, False),
    ("direct_mentions", asked, whisper, True),
    ("bots", stranger, mention, False),
    ("bots", bot, mention, True),
]
"""A rule, who the sender is, what they do, and whether the rule holds it back."""


@pytest.mark.parametrize(
    ("rule", "who", "act", "held"), RULES, ids=lambda value: getattr(value, "__name__", str(value))
)
def test_rules(
    store: Store, rule: str, who: Callable[[House], None], act: Callable[[House], None], held: bool
) -> None:
    everything = dict.fromkeys(notice_rules.FIELDS, Choice.ACCEPT)

    def play(tx: Tx) -> tuple[int, int, int]:
        h = House(tx)
        who(h)
        h.rule(**{**everything, rule: Choice.ASIDE})
        shown, all_ = len(h.told()), len(h.told(aside=True))
        act(h)
        requests = len(notice_requests.listing(tx, h.viewer(ME), Page(limit=10)))
        return len(h.told()) - shown, len(h.told(aside=True)) - all_, requests

    talks = act is not like
    assert store.write(play) == ((0, 1, int(talks)) if held else (1, 1, 0))


def test_dropping_leaves_nothing(store: Store) -> None:
    def play(tx: Tx) -> tuple[list[str], int]:
        h = House(tx)
        h.rule(not_followed=Choice.DROP, new_accounts=Choice.ASIDE)
        mention(h)
        like(h)
        return h.told(aside=True), len(notice_requests.listing(tx, h.viewer(ME), Page()))

    assert store.write(play) == ([], 0)


def test_answering_a_whisper_needs_no_leave(store: Store) -> None:
    def play(tx: Tx) -> list[str]:
        h = House(tx)
        mine = h.say(ME, "@you psst", audience=Audience.DIRECT)
        theirs = h.say(YOU, "@me what?", parent=mine, audience=Audience.DIRECT)
        h.say(YOU, "@me well?", parent=theirs, audience=Audience.DIRECT)
        h.say(THIRD, "@me psst", audience=Audience.DIRECT)
        return h.told()

    assert store.write(play) == ["mention", "mention"]


def test_only_what_the_table_of_kinds_knows_is_told_of_oneself(store: Store) -> None:
    def play(tx: Tx) -> list[str]:
        h = House(tx)
        for number, kind in enumerate(KINDS):
            notices.add(tx, h.ids[ME], kind, h.ids[ME], about_id=number)
        return sorted(h.told())

    assert store.write(play) == sorted(name for name, kind in KINDS.items() if kind.own)


@pytest.mark.parametrize("must_confirm", [True, False])
def test_the_staff_hears_of_whoever_came(store: Store, must_confirm: bool) -> None:
    def play(tx: Tx) -> list[list[str]]:
        h = House(tx)
        tx.settings = msgspec.structs.replace(tx.settings, confirm_email=must_confirm)
        h.set_account(ME, role=int(Role.MODERATOR))
        wish = signups.SignUp(name="newcomer", address="new@example.org", password_hash="x")
        came = signups.sign_up(tx, wish).account_id
        assert came is not None
        told = [h.told()]
        secret = mailtokens.make(tx, came, "confirm", "new@example.org")
        assert secret is not None
        signups.confirm(tx, secret)
        return [*told, h.told(), h.told(YOU)]

    first = [] if must_confirm else ["sign_up"]
    assert store.write(play) == [first, ["sign_up"], []]


async def test_many_are_told_by_the_worker_and_nobody_twice(store: Store) -> None:
    """More than one page of those who asked to hear of all posts, and of those who boosted one that is edited."""
    many = 2 * tidings.PAGE + 5

    def prepare(tx: Tx) -> tuple[int, list[int]]:
        author = people.add_person(tx, NewPerson(name="author"))
        ids = [people.add_person(tx, NewPerson(name=f"n{n}")) for n in range(many)]
        for id_ in ids:
            bonds.follow(tx, Viewer(id_), author, notify=True)
        return author, ids

    def told(kind: str) -> dict[int, int]:
        ways = [f"SELECT account_id, id FROM notices WHERE kind = {mark}" for mark in (":kind", "%(kind)s")]
        rows = store.read(lambda tx: tx.text_sql(*ways, kind=kind).fetchall())
        assert len(rows) == len({row[0] for row in rows})
        return dict(rows)

    async def work() -> list[JournalRow]:
        claimed = [job.row for job in store.write(jobs.claim)]
        for row in claimed:
            await telling.HANDLERS[row.kind](FrameHouse(settings=store.settings, store=store), [row])
        store.write(lambda tx: jobs.finish(tx, [row.id for row in claimed]))
        return claimed

    author, ids = store.write(prepare)
    draft = Draft(text="hear, hear", audience=Audience.PUBLIC)
    post = store.write(lambda tx: posts.write(tx, Viewer(author), draft)).id
    assert len(told("post")) == tidings.PAGE
    again = await work()
    assert len(told("post")) == 2 * tidings.PAGE, "a page an event: what else waits has its turn between"
    again += await work()
    assert told("post").keys() == set(ids)
    store.write(lambda tx: [boosts.boost(tx, Viewer(id_), post) for id_ in ids])
    assert store.write(lambda tx: edits.edit(tx, Viewer(author), post, Change(text="hear")))
    assert len(told("edit")) == tidings.PAGE
    again += [*await work(), *await work()]
    first = told("edit")
    assert first.keys() == set(ids)
    for row in again:
        await telling.HANDLERS[row.kind](FrameHouse(settings=store.settings, store=store), [row])
    assert told("edit") == first, "a worker that died and went on tells nobody again"
