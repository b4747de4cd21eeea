"""Filters: the matcher against a naive oracle, and revisions, bounds and news of what people keep in them."""

from __future__ import annotations

import json
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.errors import Conflict, Faults, Invalid, NotFound
from folkmoot.domain.media import media
from folkmoot.domain.media.media import NewMedia
from folkmoot.domain.people import accounts, logins
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import edits, posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.reading import filterbook, filters
from folkmoot.domain.reading.filterbook import Filter, Keyword, Named
from folkmoot.domain.reading.filtering import NEVER, Matcher, texts
from folkmoot.domain.reading.filters import FilterChange, KeywordChange
from folkmoot.store.engine import Store


def one(*keywords: str, whole_word: bool = False, expires_at: int | None = None, id_: int = 1) -> Filter:
    words = tuple(Keyword(n, text, whole_word) for n, text in enumerate(keywords))
    return Filter(id=id_, title="t", contexts=("home",), action="warn", expires_at=expires_at, keywords=words)


def hits(text: str, *keywords: str, whole_word: bool = False) -> list[str]:
    found = Matcher([one(*keywords, whole_word=whole_word)], 0).match(7, text)
    return list(found[0].keywords) if found else []


# ── the matcher ──────────────────────────────────────────────────────────────────────────────────────────────────────


def naive(text: str, keyword: Keyword) -> bool:
    """Every place of the text is tried."""

    def folded(what: str) -> str:
        return unicodedata.normalize("NFC", unicodedata.normalize("NFC", what).casefold())

    def word(char: str) -> bool:
        return unicodedata.category(char)[0] in "LNM" or unicodedata.category(char) == "Pc"

    here, needle = folded(text), folded(keyword.keyword)
    for at in range(len(here) - len(needle) + 1):
        end = at + len(needle)
        if here[at:end] != needle:
            continue
        before = at > 0 and word(here[at - 1]) and word(needle[0])
        after = end < len(here) and word(here[end]) and word(needle[-1])
        if not keyword.whole_word or not (before or after):
            return True
    return False


LETTERS = "aAb_ß1 .-#\n(é́हिन्猫🎉ЖжΣςσİ"
words = st.text(LETTERS, min_size=1, max_size=4).filter(lambda text: bool(text.strip())).map(str.strip)
keywords = st.lists(st.tuples(words, st.booleans()), min_size=1, max_size=6)


@settings(max_examples=400, deadline=None)
@given(st.text(LETTERS, max_size=24), st.lists(keywords, min_size=1, max_size=3))
def test_as_the_naive_oracle(text: str, groups: list[list[tuple[str, bool]]]) -> None:
    kept = [
        Filter(
            id=n,
            title="",
            contexts=("home",),
            action="warn",
            expires_at=None,
            keywords=tuple(Keyword(i, word, whole) for i, (word, whole) in enumerate(group)),
        )
        for n, group in enumerate(groups)
    ]
    wanted = {}
    for found in kept:
        if matching := {k.keyword for k in found.keywords if naive(text, k)}:
            wanted[found.id] = matching
    matches = Matcher(kept, 0).match(1, text)
    assert {match.filter.id: set(match.keywords) for match in matches} == wanted
    assert [match.filter.id for match in matches] == sorted(wanted)
    assert all(len(match.keywords) == len(set(match.keywords)) for match in matches)


@pytest.mark.parametrize(
    ("text", "keyword", "matches"),
    [
        ("I like Bananas", "banana", False),
        ("I like BANANA!", "banana", True),
        ("banana", "banana", True),
        ("ripe_banana", "banana", False),
        ("#banana split", "banana", True),
        ("x#banana", "#banana", True),
        ("#bananas", "#banana", False),
        ("C++11 is out", "c++", True),
        ("ABC++", "c++", False),
        ("two ripe bananas.", "ripe bananas", True),
        ("overripe bananas", "ripe bananas", False),
        ("overripe bananas, ripe bananas", "ripe bananas", True),
        ("пИво и вино", "ПИВО", True),
        ("пивоварня", "пиво", False),
        ("Straße", "STRASSE", True),
        ("हिन्दी में", "हिन्दी", True),
        ("हिन्दीवादी", "हिन्दी", False),
        ("cafe\u0301 noir", "café", True),
        ("私の 猫 です", "猫", True),
        ("私の猫です", "猫", False),
        ("party🎉time", "🎉", True),
        ("1.5 million", "1.5", True),
    ],
)
def test_whole_words(text: str, keyword: str, matches: bool) -> None:
    assert bool(hits(text, keyword, whole_word=True)) is matches


@pytest.mark.parametrize("keyword", [".*", "(", "[a-z]+", "\\w", "a|b", "^$", "?", "{2}"])
def test_signs_of_regular_expressions_mean_themselves(keyword: str) -> None:
    assert hits(f"look: {keyword} there", keyword) == [keyword]
    assert hits("an ordinary line of abc 123", keyword) == []


def test_parts_of_words_match_where_no_whole_word_is_wanted() -> None:
    assert hits("私の猫です, Bananarama", "猫", "nana") == ["nana", "猫"]


def test_what_ran_out_matches_nothing() -> None:
    kept = [one("a", expires_at=100, id_=1), one("a", expires_at=200, id_=2), one("a", id_=3)]
    assert [m.filter.id for m in Matcher(kept, 99).match(1, "a")] == [1, 2, 3]
    assert Matcher(kept, 99).until == 100
    assert [m.filter.id for m in Matcher(kept, 100).match(1, "a")] == [2, 3]
    assert Matcher(kept, 100).until == 200
    assert Matcher(kept, 200).until == NEVER


def test_named_posts_and_what_needs_no_text() -> None:
    named = Filter(
        id=1, title="", contexts=("home",), action="hide", expires_at=None, posts=(Named(1, 7), Named(2, 8))
    )
    matcher = Matcher([named], 0)
    assert not matcher.reads
    (match,) = matcher.match(7, "")
    assert (match.keywords, match.named) == ((), True)
    assert matcher.match(9, "") == []
    assert Matcher([], 0).bare
    (both,) = Matcher([named, one("x", id_=2)], 0).match(1, "x")
    assert (both.filter.id, both.keywords, both.named) == (2, ("x",), False)


@pytest.mark.parametrize("whole_word", [True, False])
def test_a_thousand_keywords_cost_little(whole_word: bool) -> None:
    matcher = Matcher([one(*(f"word{n} x" for n in range(1000)), whole_word=whole_word)], 0)
    page = ["the quick brown fox jumps over the lazy dog " * 10] * 20
    begun = time.process_time()
    assert not any(matcher.match(n, text) for n, text in enumerate(page))
    assert time.process_time() - begun < 10


def test_nasty_keywords_and_texts_stay_bounded() -> None:
    kept = [one(*("a" * n for n in range(1, 500)), *("a-" * n + "b" for n in range(1, 250)), whole_word=True)]
    matcher = Matcher(kept, 0)
    begun = time.process_time()
    assert matcher.match(1, "a" * 100_000) == []
    assert matcher.match(1, "ca-" * 33_000) == []
    assert time.process_time() - begun < 20


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────────────────


TOLD = "SELECT actor_id, data FROM journal WHERE kind = 'filters_changed' ORDER BY id"


def person(store: Store, name: str) -> Viewer:
    return Viewer(store.write(lambda tx: accounts.add_person(tx, NewPerson(name=name))))


def make(store: Store, who: Viewer, *words: str, **more: object) -> Filter:
    wanted = FilterChange(
        title="Fruit", contexts=["home"], keywords=[KeywordChange(keyword=word) for word in words]
    )
    for key, value in more.items():
        setattr(wanted, key, value)
    return store.write(lambda tx: filters.create(tx, who, wanted))


def revision(store: Store, who: Viewer) -> int:
    secret = store.write(
        lambda tx: logins.issue_token(tx, account_id=who.account_id, app_id=None, scopes="read")
    )
    return store.read(lambda tx: logins.token(tx, secret[1])).viewer.filters_rev


def test_each_change_is_a_revision_and_is_told(store: Store) -> None:
    ann, bob = person(store, "ann"), person(store, "bob")
    assert revision(store, ann) == 0
    made = make(store, ann, "banana")
    post = store.write(lambda tx: posts.write(tx, bob, Draft(text="hello"))).id
    word = store.write(lambda tx: filters.add_keyword(tx, ann, made.id, " apple ", whole_word=True))
    assert word.keyword == "apple"
    store.write(lambda tx: filters.change_keyword(tx, ann, word.id, "pear"))
    named = store.write(lambda tx: filters.add_post(tx, ann, made.id, post))
    store.write(lambda tx: filters.change(tx, ann, made.id, FilterChange(title="Food")))
    now = store.read(lambda tx: filterbook.get(tx, ann, made.id))
    assert [(k.keyword, k.whole_word) for k in now.keywords] == [("banana", False), ("pear", True)]
    assert (now.title, now.posts) == ("Food", (named,))
    assert store.read(lambda tx: filterbook.listing(tx, ann)) == [now]
    store.write(lambda tx: filters.drop_post(tx, ann, named.id))
    store.write(lambda tx: filters.drop_keyword(tx, ann, word.id))
    store.write(lambda tx: filters.delete(tx, ann, made.id))
    assert store.read(lambda tx: filterbook.listing(tx, ann)) == []
    assert revision(store, ann) == 8
    assert revision(store, bob) == 0
    told = store.read(lambda tx: tx.text_sql(TOLD, TOLD).fetchall())
    assert [(actor, json.loads(data)["rev"]) for actor, data in told] == [
        (ann.account_id, rev) for rev in range(1, 9)
    ]


def test_what_is_others_is_not_there(store: Store) -> None:
    ann, bob = person(store, "ann"), person(store, "bob")
    made = make(store, ann, "banana")
    mine = make(store, bob, "apple")
    post = store.write(lambda tx: posts.write(tx, ann, Draft(text="for me", audience=Audience.DIRECT))).id
    named = store.write(lambda tx: filters.add_post(tx, ann, made.id, post))
    word = made.keywords[0].id
    steal = FilterChange(keywords=[KeywordChange(id=word, drop=True)])
    for verb in (
        lambda tx: filterbook.get(tx, bob, made.id),
        lambda tx: filterbook.of_keyword(tx, bob, word),
        lambda tx: filterbook.named_post(tx, bob, named.id),
        lambda tx: filters.change(tx, bob, made.id, FilterChange(title="x")),
        lambda tx: filters.change(tx, bob, mine.id, steal),
        lambda tx: filters.change_keyword(tx, bob, word, "x"),
        lambda tx: filters.add_keyword(tx, bob, made.id, "x", whole_word=False),
        lambda tx: filters.add_post(tx, bob, mine.id, post),
        lambda tx: filters.drop_keyword(tx, bob, word),
        lambda tx: filters.drop_post(tx, bob, named.id),
        lambda tx: filters.delete(tx, bob, made.id),
    ):
        with pytest.raises(NotFound):
            store.write(verb)
    assert revision(store, bob) == 1
    with pytest.raises(Conflict):
        store.write(lambda tx: filters.add_post(tx, ann, made.id, post))


def test_values_and_numbers_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = person(store, "ann")
    with pytest.raises(Faults) as caught:
        make(store, ann, title=" \n", contexts=[])
    assert [f.code for f in caught.value.faults] == ["title.blank", "contexts.blank", "contexts.unknown"]
    for wrong in ({"title": "x" * 257}, {"contexts": ["home", "nowhere"]}):
        with pytest.raises(Faults):
            make(store, ann, **wrong)
    for word in (" ", "x" * 513):
        with pytest.raises(Invalid):
            make(store, ann, word)
    with pytest.raises(Invalid):
        make(store, ann, seconds=1 << 60)
    assert revision(store, ann) == 0
    monkeypatch.setattr(filters, "MAX_FILTERS", 2)
    monkeypatch.setattr(filters, "MAX_KEYWORDS", 3)
    first = make(store, ann, "a", "b", "x" * 512, title="t" * 256)
    make(store, ann)
    with pytest.raises(Invalid, match="filters"):
        make(store, ann)
    with pytest.raises(Invalid, match="keywords"):
        store.write(lambda tx: filters.add_keyword(tx, ann, first.id, "c", whole_word=False))
    with pytest.raises(Invalid, match="keywords"):
        store.write(
            lambda tx: filters.change(tx, ann, first.id, FilterChange(keywords=[KeywordChange(keyword="c")]))
        )


def test_a_deleted_post_is_named_no_longer(store: Store) -> None:
    ann = person(store, "ann")
    made = make(store, ann)
    post = store.write(lambda tx: posts.write(tx, ann, Draft(text="hello"))).id
    named = store.write(lambda tx: filters.add_post(tx, ann, made.id, post))
    store.write(lambda tx: edits.delete(tx, ann, post))
    assert store.read(lambda tx: filterbook.get(tx, ann, made.id)).posts == ()
    with pytest.raises(NotFound):
        store.read(lambda tx: filterbook.named_post(tx, ann, named.id))


def test_text_of_a_post_has_all_its_words(store: Store) -> None:
    ann = person(store, "ann")
    new = NewMedia(kind="image", mime="image/png", blob="ab" * 32, description="a green parrot")
    file_id = store.write(lambda tx: media.add(tx, ann, new))
    draft = Draft(text="look <b>here</b>", warning="birds", media_ids=[file_id])
    post = store.write(lambda tx: posts.write(tx, ann, draft)).id
    bare = store.write(lambda tx: posts.write(tx, ann, Draft(text="nothing"))).id
    found = store.read(lambda tx: texts(tx, [post, bare, 1]))
    assert found == {post: "birds\nlook <b>here</b>\na green parrot", bare: "nothing"}
