"""The ends of polls and the times of scheduled posts, where many wait, something fails, or a process is lost."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec
import pytest

from folkmoot.domain import views
from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import polls, posts, scheduled
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.posts.polls import NewPoll
from folkmoot.store.engine import Store
from folkmoot.store.schema.posting import poll_votes
from folkmoot.store.tx import Tx

POLL = NewPoll(options=["yes", "no"], seconds=600)


def person(store: Store, name: str) -> Viewer:
    return Viewer(store.write(lambda tx: accounts.add_person(tx, NewPerson(name=name, confirmed=True))))


def sql(store: Store, text: str) -> list[Any]:
    def run(tx: Tx) -> list[Any]:
        cursor = tx.text_sql(text, text)
        return list(cursor.fetchall()) if text.startswith("SELECT") else []

    return store.write(run)


def test_many_voters_hear_once_however_often_the_process_dies(store: Store) -> None:
    ada = person(store, "ada")
    voters = [person(store, f"v{n}") for n in range(polls.TOLD_AT_ONCE + 5)]
    post_id = store.write(lambda tx: posts.write(tx, ada, Draft(text="?", poll=POLL))).id
    poll = store.read(lambda tx: polls.of_posts(tx, ada, [post_id]))[post_id]

    def ballot(tx: Tx) -> None:
        for voter in voters:
            tx.insert(poll_votes, poll_id=poll.id, account_id=voter.account_id, position=0, created_at=tx.now)

    store.write(ballot)
    sql(store, f"UPDATE polls SET expires_at = 1 WHERE id = {poll.id}")

    def dies(tx: Tx) -> None:
        polls.tell_due(tx)
        raise ConnectionResetError

    told = 0
    while store.read(polls.any_due):
        with contextlib.suppress(ConnectionResetError):
            store.write(dies)
        told += store.write(polls.tell_due)
    assert told > len(voters)
    rows = sql(store, "SELECT account_id, count(*) FROM notices WHERE kind = 'poll' GROUP BY account_id")
    assert {row[0] for row in rows} == {ada.account_id, *(v.account_id for v in voters)}
    assert {row[1] for row in rows} == {1}
    assert store.write(polls.tell_due) == 0


def test_the_end_of_a_deleted_post_s_poll_is_nobody_s_notice(store: Store) -> None:
    ada = person(store, "ada")
    post_id = store.write(lambda tx: posts.write(tx, ada, Draft(text="?", poll=POLL))).id
    sql(store, "UPDATE polls SET expires_at = 1")
    sql(store, f"UPDATE posts SET state = 1 WHERE id = {post_id}")
    store.write(polls.tell_due)
    assert sql(store, "SELECT id FROM notices") == []
    assert not store.read(polls.any_due)


def fails(store: Store, how: type[Exception]) -> None:
    due = store.read(scheduled.next_due)
    assert due is not None
    with pytest.raises(how) as failure:
        store.write(lambda tx: scheduled.post_due(tx, due))
    store.write(lambda tx: scheduled.note_failure(tx, due, failure.value))


def test_a_draft_that_breaks_is_tried_again_and_then_kept(store: Store) -> None:
    ada = person(store, "ada")
    id_ = store.write(lambda tx: scheduled.schedule(tx, ada, Draft(text="x"), tx.now + 400_000, {}))
    sql(store, "UPDATE scheduled SET draft = '{'")
    for attempt in range(1, scheduled.TRIES + 1):
        sql(store, "UPDATE scheduled SET run_at = 1")
        fails(store, msgspec.DecodeError)
        ((state, attempts),) = sql(store, f"SELECT state, attempts FROM scheduled WHERE id = {id_}")
        wanted = scheduled.FAILED if attempt == scheduled.TRIES else scheduled.WAITING
        assert (state, attempts) == (wanted, attempt)
    assert store.read(scheduled.next_due) is None


DEADLOCK = (
    "CREATE SEQUENCE tries",
    "CREATE FUNCTION meet() RETURNS trigger AS $$ BEGIN IF nextval('tries') = 1 THEN "
    "RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER meets BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION meet()",
)


def test_who_met_somebody_else_posts_all_the_same(store: Store) -> None:
    if store.read(lambda tx: tx.dialect) != "postgresql":
        pytest.skip("one writer meets nobody")
    ada = person(store, "ada")
    store.write(lambda tx: scheduled.schedule(tx, ada, Draft(text="x"), tx.now + 400_000, {}))
    for text in ("UPDATE scheduled SET run_at = 1", *DEADLOCK):
        sql(store, text)
    due = store.read(scheduled.next_due)
    assert due is not None
    assert store.write(lambda tx: scheduled.post_due(tx, due)) == 1
    assert sql(store, "SELECT last_value FROM tries") == [(2,)]
    store.write(lambda tx: scheduled.note_failure(tx, due, Invalid("x", "late")))
    assert sql(store, "SELECT state, attempts FROM scheduled") == [(scheduled.DONE, 0)]


def test_who_was_suspended_meanwhile_does_not_post(store: Store) -> None:
    ada = person(store, "ada")
    store.write(lambda tx: scheduled.schedule(tx, ada, Draft(text="x"), tx.now + 400_000, {}))
    sql(store, "UPDATE scheduled SET run_at = 1")
    sql(store, f"UPDATE accounts SET suspended_at = 1 WHERE id = {ada.account_id}")
    fails(store, NotFound)
    assert sql(store, "SELECT state FROM scheduled") == [(scheduled.FAILED,)]
    assert sql(store, "SELECT id FROM posts") == []


def test_a_half_made_post_leaves_nothing(store: Store) -> None:
    """A refusal after the row was written (here: the file is taken meanwhile) undoes it all."""
    ada = person(store, "ada")
    draft = Draft(text="x", poll=POLL)
    store.write(lambda tx: scheduled.schedule(tx, ada, draft, tx.now + 400_000, {}))
    text = "UPDATE scheduled SET run_at = 1, draft = replace(draft, '\"media_ids\":[]', '\"media_ids\":[77]')"
    sql(store, text)
    fails(store, Invalid)
    for table in ("posts", "bodies", "polls", "poll_options"):
        assert sql(store, f"SELECT count(*) FROM {table}") == [(0,)]


def test_quoting_narrows_and_is_seen_by_whom_it_may(store: Store) -> None:
    ada, ben = person(store, "ada"), person(store, "ben")
    inner = store.write(
        lambda tx: posts.write(tx, ada, Draft(text="secret", audience=int(Audience.FOLLOWERS)))
    ).id
    outer = store.write(
        lambda tx: posts.write(
            tx, ada, Draft(text="look", quote_of=inner, audience=int(Audience.PUBLIC), to=[ben.account_id])
        )
    ).id
    view = store.read(lambda tx: views.post(tx, ada, outer))
    assert view.audience == Audience.FOLLOWERS
    assert (view.quoted and view.quoted.plain, view.quote and view.quote.state) == ("secret", "shown")
    view = store.read(lambda tx: views.post(tx, ben, outer))
    assert (view.quoted, view.quote and view.quote.state) == (None, "unseen")
