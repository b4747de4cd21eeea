"""Finding posts by whole words before begun ones, and accounts by any word of their shown name."""

from __future__ import annotations

import pytest

from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts, profiles
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.reading import search
from folkmoot.store.engine import Store
from folkmoot.store.tx import Tx


def person(tx: Tx, name: str, shown: str = "") -> int:
    return accounts.add_person(tx, NewPerson(name=name, display_name=shown, address=f"{name}@find.test"))


def test_whole_words_come_before_begun_ones_on_every_page(store: Store) -> None:
    me = store.write(lambda tx: person(tx, "ada"))

    def say(text: str) -> int:
        draft = Draft(text=text, audience=int(Audience.PUBLIC))
        return store.write(lambda tx: posts.write(tx, Viewer(me), draft).id)

    said = [say(text) for text in ("a lantern", "two lanterns", "three lanterns", "old lanternfish")]

    def find(query: str, **page: int) -> list[int]:
        return store.read(lambda tx: search.posts_matching(tx, Viewer(me), query, Page(**page)))

    assert find("lantern") == [said[0]]
    assert find("lantern", offset=1) == [], "what begins so does not follow the whole words"
    assert find("lantern", before=said[0]) == []
    assert find("lante") == said[::-1]
    assert find("lante", limit=2) == said[:1:-1]
    assert find("lante", limit=2, offset=2) == said[1::-1]
    assert find("lante", before=said[2]) == said[1::-1]
    assert find('"old lante"') == [], "a phrase is taken as it is"


@pytest.mark.parametrize("few", [2, search.FEW])
def test_what_only_some_may_see_is_found_by_them_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(search, "FEW", few)

    def write(tx: Tx) -> tuple[int, int, list[int]]:
        ada, ben = person(tx, "ada"), person(tx, "ben")
        kinds = (Audience.PUBLIC, Audience.DIRECT, Audience.FOLLOWERS, Audience.PUBLIC)
        drafts = [Draft(text="a heron, seen", audience=int(kind)) for kind in kinds]
        return ada, ben, [posts.write(tx, Viewer(ada), draft).id for draft in drafts]

    ada, ben, said = store.write(write)

    def find(who: int, **page: int) -> list[int]:
        return store.read(lambda tx: search.posts_matching(tx, Viewer(who), "heron seen", Page(**page)))

    assert find(ada) == said[::-1]
    assert find(ben) == [said[3], said[0]]
    assert find(ben, limit=1, offset=1) == find(ben, before=said[2]) == [said[0]]
    assert find(ben, limit=1, nearest=True, after=said[0]) == [said[3]]
    assert find(ada, limit=2, offset=3) == [said[0]]


def test_accounts_by_any_word_of_their_shown_name(store: Store) -> None:
    def make(tx: Tx) -> list[int]:
        return [
            person(tx, "ada", "Ada King Lovelace"),
            person(tx, "lovely"),
            person(tx, "elise", "Élise Ärger"),
        ]

    ada, lovely, elise = store.write(make)

    def find(text: str) -> list[int]:
        return store.read(lambda tx: search.accounts_matching(tx, text))

    assert set(find("love")) == {ada, lovely}
    assert find("king love") == [ada]
    assert find("ärg") == find("ÉLISE") == [elise]
    assert find("ovelace") == [], "words are found from their beginning on"
    change = profiles.ProfileChange(display_name="Countess")
    store.write(lambda tx: profiles.update_profile(tx, Viewer(ada), change))
    assert find("lovelace") == []
    assert find("count") == [ada]
