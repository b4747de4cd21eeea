"""The staff's pages: who waits, rules, texts, announcements, emoji; and that there is nothing there for others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.doors.web.conftest import Moot
from tests.support.visitor import Visitor, person, picture

from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.media import emoji
from folkmoot.domain.people import accounts, collections
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.place import announcements, place
from folkmoot.store.schema.accounts import logins

STAFF = Viewer.system()
PAGES = (
    "/staff",
    "/staff/appeals",
    "/staff/memorials",
    "/staff/rules",
    "/staff/texts",
    "/staff/announcements",
    "/staff/emoji",
)


@pytest.fixture(scope="module")
def admin(moot: Moot) -> Visitor:
    person(moot.server.store, "boss", role=Role.ADMIN)
    return moot.visitor("boss")


@pytest.fixture(autouse=True)
def clean(moot: Moot) -> Iterator[None]:
    """What these tests write is not left to the others."""
    yield
    store = moot.server.store
    for found in store.read(lambda tx: announcements.listing(tx, STAFF)):
        store.write(lambda tx, id_=found.id: announcements.remove(tx, STAFF, id_))
    for rule in store.read(place.rules):
        store.write(lambda tx, id_=rule.id: place.remove_rule(tx, STAFF, id_))
    for name in place.TEXTS:
        store.write(lambda tx, name=name: place.set_text(tx, STAFF, name, ""))


@pytest.mark.parametrize("path", PAGES)
def test_there_is_nothing_for_others(moot: Moot, path: str) -> None:
    for name in ("", "anna"):
        visitor = moot.visitor(name)
        found = visitor.client.get(path)
        assert found.status_code == 404
        assert found.text == visitor.client.get("/staff/nothing/like/this").text
        visitor.get("/login" if not name else "/")
        posted = visitor.client.post(path.replace("/staff", "/staff/people") if path == "/staff" else path)
        assert posted.status_code == 404


def test_moderators_see_people_only(moot: Moot) -> None:
    person(moot.server.store, "mod", role=Role.MODERATOR)
    visitor = moot.visitor("mod")
    assert visitor.get("/staff").status_code == 200
    assert not visitor.page.css('a[href="/staff/rules"]')
    for path in PAGES[1:]:
        assert visitor.client.get(path).status_code == 404


def test_letting_in_and_turning_down(moot: Moot, admin: Visitor) -> None:
    store = moot.server.store
    waiting = [person(store, name, state=LoginState.PENDING) for name in ("hopeful", "hopeless")]
    for one in waiting:
        store.write(lambda tx, id_=one.account_id: tx.update(logins, {"account_id": id_}, approval=1))
    assert "@hopeful" in admin.get("/staff").text
    form = admin.fields("/staff/people")
    admin.answer = admin.client.post(
        "/staff/people", data={**form, "account": str(waiting[0].account_id), "value": "approve"}
    )
    assert admin.answer.status_code == 303
    admin.get("/staff")
    assert "@hopeful" not in admin.text()
    admin.client.post(
        "/staff/people", data={**form, "account": str(waiting[1].account_id), "value": "reject"}
    )
    assert "Nobody waits." in admin.get("/staff").text
    states = [store.read(lambda tx, v=v: accounts.preferences(tx, v.account_id).state) for v in waiting[:1]]
    assert states == [LoginState.ACTIVE]
    assert store.read(lambda tx: accounts.find_by_name(tx, "hopeless")) is None
    again = admin.client.post(
        "/staff/people", data={**form, "account": str(waiting[0].account_id), "value": "reject"}
    )
    assert again.status_code == 404


def test_rules(moot: Moot, admin: Visitor) -> None:
    admin.get("/staff/rules")
    admin.send("/staff/rules", text="Be <kind>", hint="Always", act="add")
    admin.get("/staff/rules")
    csrf = admin.fields("/staff/rules")["csrf"]
    admin.client.post("/staff/rules", data={"csrf": csrf, "act": "add", "text": "Second"})
    first, second = moot.server.store.read(place.rules)
    admin.client.post("/staff/rules", data={"csrf": csrf, "act": "up", "rule": str(second.id)})
    admin.client.post(
        "/staff/rules",
        data={"csrf": csrf, "act": "change", "rule": str(first.id), "text": "Be good", "hint": ""},
    )
    about = Visitor(moot.server.url)
    about.get("/about")
    assert [li.text().strip() for li in about.page.css("ol li")] == ["Second", "Be good"]
    empty = admin.client.post("/staff/rules", data={"csrf": csrf, "act": "add", "text": " "})
    assert empty.status_code == 422
    admin.client.post("/staff/rules", data={"csrf": csrf, "act": "remove", "rule": str(first.id)})
    assert len(moot.server.store.read(place.rules)) == 1
    gone = admin.client.post("/staff/rules", data={"csrf": csrf, "act": "remove", "rule": str(first.id)})
    assert gone.status_code == 404
    assert admin.client.post("/staff/rules", data={"act": "add", "text": "x"}).status_code == 403


def test_texts_and_terms(moot: Moot, admin: Visitor) -> None:
    admin.get("/staff/texts")
    csrf = admin.fields("/staff/texts")["csrf"]
    assert "have not written" in admin.get("/privacy").text
    assert admin.client.get("/terms").status_code == 404
    for data in (
        {"name": "privacy", "text": "We keep *little*. <script>x</script>"},
        {"name": "description", "text": "A **fine** place."},
        {"name": "terms", "day": "2020-01-01", "text": "Old"},
        {"name": "terms", "day": "2999-01-01", "text": "New"},
    ):
        assert admin.client.post("/staff/texts", data={"csrf": csrf, **data}).status_code == 303
    reader = Visitor(moot.server.url)
    assert "<em>little</em>" in reader.get("/privacy").text
    assert "<script" not in reader.answer.text
    assert "<strong>fine</strong>" in reader.get("/about").text
    assert "In force since 2020-01-01" in reader.get("/terms").text
    assert "In force from 2999-01-01" in reader.get("/terms/2999-01-01").text
    assert reader.client.get("/terms/2021-01-01").status_code == 404
    wrong = admin.client.post(
        "/staff/texts", data={"csrf": csrf, "name": "terms", "day": "", "text": "kept?"}
    )
    assert wrong.status_code == 422
    assert "kept?" in wrong.text
    for day in ("2020-01-01", "2999-01-01"):
        admin.client.post("/staff/texts", data={"csrf": csrf, "name": "terms", "day": day, "text": ""})


def test_announcements(moot: Moot, admin: Visitor) -> None:
    admin.get("/staff/announcements")
    admin.send("/staff/announcements", text="We meet @anna", starts="2031-05-06T18:00", draft="1")
    (found,) = moot.server.store.read(lambda tx: announcements.listing(tx, STAFF))
    assert (found.published_at, found.starts_at) == (None, 1_935_856_800_000)
    reader = moot.visitor("anna")
    assert "We meet" not in reader.get("/").text
    admin.get(f"/staff/announcements/{found.id}")
    form = admin.fields("/staff/announcements")
    assert (form["announcement"], form["starts"]) == (str(found.id), "2031-05-06T18:00")
    form.pop("draft")
    admin.client.post("/staff/announcements", data=form)
    assert "We meet" in reader.get("/").text
    reader.send(f"/announcements/{found.id}/dismiss")
    assert "We meet" not in reader.get("/").text
    wrong = {**form, "ends": "2030-01-01T00:00", "announcement": ""}
    assert "before it begins" in admin.client.post("/staff/announcements", data=wrong).text
    admin.client.post("/staff/announcements", data={**form, "act": "remove"})
    assert moot.server.store.read(lambda tx: announcements.listing(tx, STAFF)) == []


def test_emoji(moot: Moot, admin: Visitor) -> None:
    admin.get("/staff/emoji")
    admin.send("/staff/emoji", {"picture": ("cat.png", picture((32, 32)), "image/png")}, code=":blobcat:")
    (found,) = moot.server.store.read(emoji.everything)
    assert found.code == "blobcat"
    admin.get("/staff/emoji")
    assert ":blobcat:" in admin.text()
    image = admin.page.css_first("main img").attributes["src"] or ""
    assert admin.client.get(image).status_code == 200
    form = admin.fields("/staff/emoji")
    twice = admin.client.post(
        "/staff/emoji", data={**form, "code": "blobcat"}, files={"picture": ("c.png", picture(), "image/png")}
    )
    assert "already" in twice.text
    bad = admin.client.post(
        "/staff/emoji", data={**form, "code": "other"}, files={"picture": ("c.png", b"junk", "image/png")}
    )
    assert bad.status_code == 422
    admin.send("/staff/emoji/remove")
    assert moot.server.store.read(emoji.everything) == []


def test_a_collection_s_page(moot: Moot) -> None:
    wish = collections.Wish(name="Gardeners", description="They <grow>")
    made = moot.server.store.write(lambda tx: collections.create(tx, moot.anna, wish, [moot.anna.account_id]))
    visitor = Visitor(moot.server.url)
    assert "They &lt;grow&gt;" in visitor.get(f"/collections/{made.id}").text
    assert visitor.page.css('a[href="/@anna"]')
    assert visitor.client.get("/collections/1").status_code == 404
