"""Cards, emoji, files in the making and proofs of links, on each database."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.support.visitor import picture

from folkmoot.domain import views
from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.media import cards, emoji, media, processing
from folkmoot.domain.media.cards import NewCard
from folkmoot.domain.media.media import NewMedia, State
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts, profiles, verifying
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.people.profiles import ProfileChange
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.reading import timelines
from folkmoot.store.blobs import FolderBlobs
from folkmoot.store.engine import Store
from folkmoot.store.schema.media import cards as cards_t
from folkmoot.store.schema.posts import media as media_t

LINK = "https://pages.test/a?b=c"
PAGE = Page(limit=20)


def person(store: Store, name: str) -> Viewer:
    return Viewer(store.write(lambda tx: accounts.add_person(tx, NewPerson(name=name))))


def say(store: Store, who: Viewer, text: str, **more: Any) -> int:
    return store.write(lambda tx: posts.write(tx, who, Draft(text=text, audience=Audience.PUBLIC, **more))).id


def look(store: Store, who: Viewer, post_id: int) -> views.PostView:
    return store.read(lambda tx: views.post(tx, who, post_id))


def test_a_card_is_claimed_by_one_and_shown_to_all(store: Store) -> None:
    anna = person(store, "anna")
    first, second = (say(store, anna, f"{n} {LINK}#{n}") for n in range(2))
    assert store.read(cards.waits)
    (job,) = store.write(cards.claim)
    assert (job.url, job.attempts) == (LINK, 1)
    assert store.write(cards.claim) == []
    before = look(store, anna, first)
    new = NewCard(title="T", page="https://pages.test/canonical", blob="ab", published_at=5)
    store.write(lambda tx: cards.found(tx, job, new))
    for post_id in (first, second):
        shown = look(store, anna, post_id).card
        assert shown is not None
        assert (shown.title, shown.page, shown.url) == ("T", "https://pages.test/canonical", LINK)
    assert look(store, anna, first).rev > before.rev
    for url in (LINK, f"{LINK}#x", "https://pages.test/canonical"):
        assert store.read(lambda tx, url=url: cards.find(tx, url)) == job.id
    found = store.read(lambda tx: timelines.linking(tx, Viewer.anonymous(), job.id, PAGE))
    assert found == [second, first]
    assert store.read(lambda tx: media.see_blob(tx, Viewer.anonymous(), "ab")).kind == "image"


def test_a_page_that_is_away_is_asked_for_again_and_given_up(store: Store) -> None:
    anna = person(store, "anna")
    post_id = say(store, anna, LINK)
    for turn in range(1, cards.TRIES + 1):
        (job,) = store.write(cards.claim)
        assert job.attempts == turn
        store.write(lambda tx, job=job: cards.missed(tx, job))
        assert not store.read(cards.waits)
        store.write(lambda tx, job=job: tx.update(cards_t, {"id": job.id}, due_at=0))
    assert store.write(cards.claim) == []
    assert look(store, anna, post_id).card is None
    say(store, anna, LINK)
    assert not store.read(cards.waits)
    store.write(lambda tx: tx.update(cards_t, {"id": job.id}, fetched_at=tx.now - cards.FRESH_MS - 1))
    say(store, anna, LINK)
    assert store.read(cards.waits)


def test_history_that_is_brought_in_asks_nobody(store: Store) -> None:
    anna = person(store, "anna")
    say(store, anna, LINK, happened_at=1_000_000_000_000)
    assert not store.read(cards.waits)


def test_emoji_of_many_are_found_at_once(store: Store, tmp_path: Any) -> None:
    anna = person(store, "anna")
    new = emoji.prepare(FolderBlobs(tmp_path), picture())
    for code in ("one", "two"):
        store.write(lambda tx, code=code: emoji.add(tx, code, new))
    store.write(lambda tx: profiles.update_profile(tx, anna, ProfileChange(display_name=":two:")))
    shown = look(store, anna, say(store, anna, ":one: :two: :one: :three:"))
    assert [e.code for e in shown.emojis] == ["one", "two"]
    assert [e.code for e in shown.author.emojis] == ["two"]
    for key in (new.blob, new.static):
        assert store.read(lambda tx, key=key: media.see_blob(tx, Viewer.anonymous(), key)).kind == "image"


def test_a_file_in_the_making_belongs_to_one_worker(store: Store) -> None:
    anna = person(store, "anna")
    new = NewMedia(kind="video", mime="video/mp4", blob="", raw="cd", state=State.PROCESSING)
    id_ = store.write(lambda tx: media.add(tx, anna, new))
    job = store.write(processing.claim)
    assert job is not None
    assert store.write(processing.claim) is None
    store.write(lambda tx: tx.update(media_t, {"id": id_}, due_at=0))
    other = store.write(processing.claim)
    assert other is not None
    values = {
        "kind": "video",
        "mime": "video/mp4",
        "size": 3,
        "blob": "ef",
        "state": 0,
        "raw": "",
        "meta": "{}",
    }
    assert not store.write(lambda tx: processing.renew(tx, job))
    assert not store.write(lambda tx: processing.finish(tx, job, {**values, "blob": "late"}))
    assert store.write(lambda tx: processing.finish(tx, other, values))
    seen = store.read(lambda tx: media.see_own(tx, anna, id_))
    assert (seen.state, seen.blob, seen.raw) == (State.READY, "ef", "")


def test_a_link_is_proven_only_while_it_stands(store: Store) -> None:
    anna, bruno = person(store, "anna"), person(store, "bruno")
    mine, theirs = (store.read(lambda tx, w=w: views.account(tx, w.account_id)).url for w in (anna, bruno))

    def fields(who: Viewer, *values: str) -> None:
        change = ProfileChange(fields=[("x", value) for value in values])
        store.write(lambda tx: profiles.update_profile(tx, who, change))

    def proven(who: Viewer) -> list[bool]:
        view = store.read(lambda tx: views.account(tx, who.account_id))
        return [field.verified_at is not None for field in view.fields]

    fields(anna, LINK, mine, theirs)
    assert proven(anna) == [False, True, False]
    fields(bruno, mine)
    assert proven(bruno) == [True]
    check = store.write(verifying.claim)
    assert check is not None
    assert (check.url, check.mine) == (LINK, frozenset({mine, mine.replace("@", "users/")}))
    fields(anna, "https://pages.test/other")
    store.write(lambda tx: verifying.judged(tx, check, names_me=True))
    assert proven(anna) == [False]
    fields(anna, LINK)
    again = store.write(verifying.claim)
    assert again is not None
    store.write(lambda tx: verifying.missed(tx, again, again=True))
    assert store.write(verifying.claim) is None
    store.write(lambda tx: verifying.judged(tx, msgspec.structs.replace(again), names_me=True))
    assert proven(anna) == [True]
    fields(anna, LINK, "more")
    assert proven(anna) == [True, False]
