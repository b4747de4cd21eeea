"""Titles and warnings are kept as texts are, without what XML, mail or a database refuse; titles bear tags."""

from __future__ import annotations

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import edits, posts
from folkmoot.domain.posts.drafts import Change, Draft
from folkmoot.store.engine import Store
from folkmoot.store.tx import Tx


def test_titles_hold_no_control_characters(store: Store) -> None:
    def run(tx: Tx) -> None:
        ann = Viewer(accounts.add_person(tx, NewPerson(name="ann", address="ann@cast.test", confirmed=True)))
        odd = "\x00a\x02\x7f\x85  b\ud800\uffff\r\nc"
        id_ = posts.write(tx, ann, Draft(text="hm", title=odd, warning=odd)).id
        said = views.post(tx, ann, id_)
        assert (said.title, " ".join(said.warning.split())) == ("a b c", "a b c")
        edits.edit(tx, ann, id_, Change(text="hm two", title=odd + "d", warning=odd + "d"))
        said = views.post(tx, ann, id_)
        assert (said.title, " ".join(said.warning.split())) == ("a b cd", "a b cd")

    store.write(run)


def test_titles_bear_tags_of_either_sign(store: Store) -> None:
    def run(tx: Tx) -> None:
        ann = Viewer(accounts.add_person(tx, NewPerson(name="ann", address="ann@cast.test", confirmed=True)))
        group = groups.create(
            tx, ann, groups.NewGroup(name="moot", title="Moot", description="a group of words")
        )
        id_ = posts.write(tx, ann, Draft(text="hm", title="＃Tea or #Coffee", group_id=group)).id
        assert sorted(folded for folded, _ in views.post(tx, ann, id_).tags) == ["coffee", "tea"]

    store.write(run)
