"""Chats and wiki in a browser, by forms alone."""

from __future__ import annotations

from tests.doors.web.conftest import Moot

from folkmoot.domain.groups import groups
from folkmoot.domain.groups.groups import GroupChange
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.sections import wiki
from folkmoot.domain.sections.wiki import Text


def test_a_chat_from_beginning_to_end(moot: Moot) -> None:
    anna, bruno = moot.visitor("anna"), moot.visitor("bruno")
    assert "Chats" in anna.get("/@garden").text
    anna.get("/@garden/chats")
    anna.send("/@garden/chats", subject="", description="Which?")
    assert anna.answer.status_code == 422
    assert anna.text(".wrong") == "Give it a subject."
    anna.send("/@garden/chats", subject="Slugs <again>", description="Which\n<b>ducks</b>?")
    assert anna.text("h1") == "Slugs <again>"
    assert "&lt;b&gt;ducks&lt;/b&gt;" in anna.answer.text
    here = str(anna.answer.url.path)
    anna.send(f"{here}/say", text="Hello <script>x</script>")
    assert "Hello &lt;script&gt;" in anna.answer.text
    bruno.get(here)
    assert "Hello" in bruno.answer.text
    assert bruno.page.css_first("#speak") is None
    bruno.send(f"{here}/join")
    bruno.send(f"{here}/say", text="   ")
    assert (bruno.answer.status_code, bruno.text(".wrong")) == (422, "Write something first.")
    bruno.send(f"{here}/say", text="Indian runners")
    assert "Indian runners" in anna.get(here).text
    anna.send(f"{here}/take-back", line="2")
    assert "Indian runners" not in anna.answer.text
    anna.send(f"{here}/close")
    assert anna.text(".tag") == "closed"
    bruno.get(here)
    assert bruno.page.css_first("#speak") is None
    bruno.send(f"{here}/leave")
    assert "Slugs &lt;again&gt;" in bruno.answer.text
    anna.get(here)
    anna.send(f"{here}/delete")
    assert anna.text(".said") == "It is gone."
    assert anna.get(here).status_code == 404


def test_chats_and_wiki_are_where_the_group_is_known(moot: Moot) -> None:
    moot.server.store.write(lambda tx: accounts.add_person(tx, NewPerson(name="olga", confirmed=True)))
    stranger, olga = moot.visitor(), moot.visitor("olga")
    for path in ("/@garden/chats", "/@garden/wiki"):
        assert stranger.get(path).status_code == 403
        assert olga.get(path).status_code == 403
    for path in ("/@garden/chats/5", "/@garden/wiki/5", "/@garden/wiki/5/edit", "/@garden/wiki/x/history"):
        assert moot.visitor("anna").get(path).status_code == 404
    assert moot.visitor("anna").get("/@nobody/chats").status_code == 404


def test_a_wiki_page_from_beginning_to_end(moot: Moot) -> None:
    anna, bruno = moot.visitor("anna"), moot.visitor("bruno")
    anna.get("/@garden/wiki/new")
    anna.send("/@garden/wiki/new", title="Soil", text="**Loam** is <i>best</i>", note="begun")
    assert anna.text("h1") == "Soil"
    assert "<strong>Loam</strong>" in anna.answer.text
    here = str(anna.answer.url.path)
    bruno.get(f"{here}/edit")
    anna.get(f"{here}/edit")
    anna.send(f"{here}/edit", text="Sand.", note="no, sand")
    bruno.send(f"{here}/edit", text="Peat.")
    assert bruno.answer.status_code == 422
    assert "Somebody changed this page" in bruno.text(".wrong")
    assert "Peat." in bruno.text("textarea")
    bruno.send(f"{here}/edit", text="Peat and sand.")
    assert "Peat and sand." in bruno.text("article")
    bruno.get(f"{here}/history")
    assert "no, sand" in bruno.answer.text
    bruno.get(f"{here}?rev=1")
    assert "This is how the page was." in bruno.answer.text
    assert "Loam" in bruno.text("article")
    anna.get(here)
    anna.send(f"{here}/lock")
    assert bruno.get(f"{here}/edit").status_code == 403
    anna.get("/@garden/wiki/new")
    anna.send("/@garden/wiki/new", title="soil", text="x")
    assert anna.text(".wrong") == "There is a page of that title already."
    assert "Soil" in bruno.get("/@garden/wiki").text
    anna.get(here)
    anna.send(f"{here}/delete")
    assert anna.get(here).status_code == 404


def test_pages_of_clients_are_changed_as_html(moot: Moot) -> None:
    store = moot.server.store
    text = Text(title="From afar", source="<p>One <em>two</em></p><script>x</script>")
    page, _ = store.write(lambda tx: wiki.add(tx, moot.anna, moot.group, text))
    anna = moot.visitor("anna")
    anna.get(f"/@garden/wiki/{page.id}/edit")
    assert "This page is written in HTML." in anna.answer.text
    assert "&lt;em&gt;two&lt;/em&gt;" in anna.answer.text
    anna.send(f"/@garden/wiki/{page.id}/edit", text="<p>One <em>three</em></p>")
    assert "<em>three</em>" in anna.answer.text
    assert "<script" not in anna.answer.text


def test_a_section_that_is_off_is_not_offered(moot: Moot) -> None:
    store = moot.server.store
    off = GroupChange(settings={"chat_access": "none", "wiki_access": "public"})
    store.write(lambda tx: groups.update(tx, moot.anna, moot.group, off))
    try:
        stranger = moot.visitor()
        page = stranger.get("/@garden").text
        assert "/@garden/wiki" in page
        assert "/@garden/chats" not in page
        assert stranger.get("/@garden/wiki").status_code == 200
        assert moot.visitor("bruno").get("/@garden/chats").status_code == 403
    finally:
        on = GroupChange(settings={"chat_access": "subscribers", "wiki_access": "subscribers"})
        store.write(lambda tx: groups.update(tx, moot.anna, moot.group, on))
