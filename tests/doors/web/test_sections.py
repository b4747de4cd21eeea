"""Chats and wiki in a browser, by forms alone."""

from __future__ import annotations

from io import BytesIO

from PIL import Image
from tests.doors.web.conftest import Moot
from tests.doors.web.test_pages import assert_accessible
from tests.support.visitor import picture

from folkmoot.domain.groups import groups, space
from folkmoot.domain.groups.groups import GroupChange
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.sections import wiki
from folkmoot.domain.sections.wiki import Text


def test_a_chat_from_beginning_to_end(moot: Moot) -> None:
    anna, bruno = moot.visitor("anna"), moot.visitor("bruno")
    assert "Chats" in anna.get("/@garden").text
    assert_accessible(anna.get("/@garden/chats").text)
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
        assert stranger.get(path).status_code == 404
        assert olga.get(path).status_code == 404
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
        assert moot.visitor("bruno").get("/@garden/chats").status_code == 404
    finally:
        on = GroupChange(settings={"chat_access": "subscribers", "wiki_access": "subscribers"})
        store.write(lambda tx: groups.update(tx, moot.anna, moot.group, on))


def test_the_calendar_from_beginning_to_end(moot: Moot) -> None:
    anna, bruno, stranger = moot.visitor("anna"), moot.visitor("bruno"), moot.visitor()
    anna.get("/@garden/calendar")
    new = "/@garden/calendar/new"
    told = {
        "called": "Swap <b>",
        "day": "2031-11-28",
        "time": "10:00",
        "until": "13:00",
        "zone": "Europe/Berlin",
    }
    wrong = (
        ({"day": ""}, "Say on which day"),
        ({"time": "x"}, "at which hour"),
        ({"last": "2031-11-01"}, "can't end before"),
        ({"last": "2031-11-30", "until": ""}, "at which hour it ends on the last day"),
        ({"zone": "Mars"}, "No time zone"),
        ({"called": " "}, "Give it a name."),
        ({"capacity": "many"}, "no number of seats"),
        ({"again": "daily", "end": "2031-01-01"}, "never takes place"),
        ({"again": "daily", "end": "x"}, "last day"),
    )
    for change, word in wrong:
        anna.get(new)
        anna.send(new, **{**told, **change})
        assert anna.answer.status_code == 422
        assert word in anna.text(".wrong"), change
    asked = {"capacity": "2", "guests": "1", "question": "What do you bring?", "thanks": "Fine!"}
    anna.get(new)
    anna.send(new, **told, **asked, description="Bring seeds.\nAnd a <pot>.", place="Shed 12")
    here = str(anna.answer.url.path)
    assert anna.text("h1") == "Swap <b>"
    assert "Fri 28 Nov 2031, 10:00 to 13:00 (Europe/Berlin)" in anna.text()
    assert "And a &lt;pot&gt;." in anna.answer.text
    anna.send(f"{here}/answer", answer="yes", guests="5")
    assert (anna.answer.status_code, anna.text(".wrong")) == (422, "There are not so many seats.")
    anna.send(f"{here}/answer", answer="yes", guests="1", comment="Tomatoes")
    assert "You come with 1 guest. Fine!" in anna.text()
    bruno.get(here)
    assert "Tomatoes" in bruno.text()
    bruno.send(f"{here}/answer", answer="yes")
    assert "You wait for one" in bruno.text(".said")
    for path in ("/@garden/calendar", new, here, f"{here}/edit"):
        assert_accessible(anna.get(path).text)
    anna.send(f"{here}/edit", capacity="9")
    assert "And a &lt;pot&gt;." in anna.answer.text
    anna.get(f"{here}/edit")
    anna.send(f"{here}/edit", description="Bring 3 <pots> of soil.\nAnd <b>seeds</b>.")
    assert "Bring 3 &lt;pots&gt; of soil.<br>And &lt;b&gt;seeds" in anna.answer.text.replace("<br />", "<br>")
    anna.get(f"{here}/edit")
    assert anna.fields(f"{here}/edit")["description"] == "Bring 3 <pots> of soil.\nAnd <b>seeds</b>."
    assert "You come." in bruno.get(here).text
    assert bruno.get(f"{here}/edit").status_code == 403
    assert stranger.get(here).status_code == 404
    assert [node.text().strip() for node in anna.page.css(".tabs a")][:2] == ["Threads", "Calendar"]
    anna.get("/@garden/calendar?month=2031-11")
    assert anna.text(".month td a") == "10:00 Swap <b>"
    assert "you come" in anna.text(".rows")
    assert anna.get("/@garden/calendar?month=1812-99").status_code == 200
    anna.get("/@garden/calendar?month=2031-10")
    assert "Next: Swap" in anna.text(".rows")
    one = bruno.client.get(f"{here}/event.ics")
    assert one.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:Swap <b>" in one.text
    assert "SUMMARY:Swap <b>" in bruno.client.get("/@garden/calendar.ics").text
    anna.get(new)
    anna.send(new, called="Digging", day="2031-12-02", all_day="1", again="weekday", end="2032-03-31")
    assert "Tue 2 Dec 2031" in anna.text()
    anna.get("/@garden/calendar?month=2032-01")
    assert anna.text(".rows .quiet") == "Tue 6 Jan 2032"
    last = anna.page.css_first(".rows a").attributes["href"] or ""
    anna.get(last)
    anna.send(f"{last}/delete", following="1")
    assert "Nothing is in this month" in anna.get("/@garden/calendar?month=2032-02").text
    anna.get(here)
    anna.send(f"{here}/delete")
    assert anna.get(here).status_code == 404


def test_files_from_beginning_to_end(moot: Moot) -> None:
    anna, bruno, stranger = moot.visitor("anna"), moot.visitor("bruno"), moot.visitor()
    top = "/@garden/files"
    bruno.get(top)
    bruno.send(f"{top}/folder", called="Minutes")
    assert bruno.text("h1") == "Minutes"
    inside = bruno.fields(f"{top}/upload")["folder"]
    bruno.send(f"{top}/upload", {"file": ("C:\\May.txt", b"Beans", "text/plain")}, description="The <first>")
    assert "The &lt;first&gt;" in bruno.answer.text
    file = bruno.page.css_first(".rows h2 a").attributes["href"] or ""
    for sent, word in (
        (("May.txt", b"Peas", "text/plain"), "has that name"),
        (("x.png", b"\x89PNG\r\n\x1a\n", "text/plain"), "no pictures"),
        (("x.txt", b"", "text/plain"), "Choose a file"),
    ):
        bruno.get(f"{top}?folder={inside}")
        bruno.send(f"{top}/upload", {"file": sent})
        assert bruno.answer.status_code == 422
        assert word in bruno.text(".wrong")
    got = anna.client.get(file)
    assert (got.text, got.headers["content-disposition"]) == ("Beans", 'inline; filename="May.txt"')
    assert stranger.client.get(file).status_code == 404
    assert stranger.get(top).status_code == 404
    bruno.get(top)
    bruno.send(f"{top}/link", url="javascript:1", called="Bad")
    assert bruno.text(".wrong") == "That is no web address."
    bruno.send(f"{top}/link", url="https://seeds.example/", called="Seeds")
    assert "https://seeds.example/" in bruno.answer.text
    assert "in /Minutes" in bruno.get(f"{top}?q=may").text.replace("<bdi>", "").replace("</bdi>", "")
    for path in (top, f"{top}?folder={inside}", f"{top}?after=x&last=NaN&folder=-1", f"{file}/edit"):
        assert_accessible(bruno.get(path).text)
    bruno.send(f"{file}/edit", folder="/nowhere")
    assert bruno.text(".wrong") == "There is no such folder."
    bruno.send(f"{file}/edit", folder="/", called="June.txt")
    assert [node.text() for node in bruno.page.css(".rows h2 a")] == ["June.txt", "Minutes/", "Seeds"]
    anna.get(f"{top}?folder={inside}")
    anna.send(f"{top}/upload", {"file": ("a.txt", b"1", "text/plain")})
    hers = anna.page.css_first(".rows h2 a").attributes["href"] or ""
    assert bruno.get(f"{hers}/edit").status_code == 403
    bruno.get(f"{top}/{inside}/edit")
    bruno.send(f"{top}/{inside}/delete")
    assert bruno.answer.status_code == 403, "somebody else's file is in it"
    for path in (f"{top}/{inside}", file):
        anna.get(f"{path}/edit")
        anna.send(f"{path}/delete")
    assert anna.get(hers).status_code == 404
    small = GroupChange(settings={"files_quota": 3})
    moot.server.store.write(lambda tx: groups.update(tx, moot.anna, moot.group, small))
    anna.get(top)
    anna.send(f"{top}/upload", {"file": ("a.txt", b"1234", "text/plain")})
    assert anna.text(".wrong") == "The group has no space left for that."
    large = GroupChange(settings={"files_quota": 1 << 30})
    moot.server.store.write(lambda tx: groups.update(tx, moot.anna, moot.group, large))


def test_a_table_from_beginning_to_end(moot: Moot) -> None:
    anna, bruno, stranger = moot.visitor("anna"), moot.visitor("bruno"), moot.visitor()
    new = "/@garden/tables/new"
    kinds = ("number", "multiple_choice", "date", "paragraph", "checkbox", "link", "address", "time")
    columns = {f"column[{n}.kind]": kind for n, kind in enumerate(kinds[:6])}
    columns |= {f"column[{n}.name]": kind for n, kind in enumerate(kinds[:6])}
    anna.get(new)
    anna.send(new, called="Beds", edit="3", **columns)
    assert "Columns have different names" in anna.text(".wrong")
    anna.send(new, **{"column[1.choices]": "Beans, runner\r\nPeas\r\n", "column[0.needed]": "1"})
    assert anna.text("h1") == "Beds"
    here = str(anna.answer.url.path)
    row = {
        "cell[1.number]": "7",
        "cell[2.chosen]": "2",
        "cell[3.date]": "2031-05-04",
        "cell[4.text]": "one\n<two>",
        "cell[5.checked]": "1",
        "cell[6.url]": "https://seeds.example/",
        "cell[6.title]": "Shop",
    }
    bruno.get(f"{here}/new")
    bruno.send(f"{here}/new", **{**row, "cell[1.number]": ""})
    assert (bruno.answer.status_code, "number" in bruno.text(".wrong")) == (422, True)
    bruno.send(f"{here}/new", **row)
    assert "7Peas2031-05-04one <two>yesShop" in bruno.text("tbody")
    assert "one\n&lt;two&gt;" in bruno.answer.text
    assert "Shop" in bruno.text("tbody a")
    mine = next(n.attributes["href"] or "" for n in bruno.page.css("tbody a") if n.text() == "Change")
    anna.get(f"{here}/new")
    anna.send(f"{here}/new", **{**row, "cell[1.number]": "8", "cell[2.chosen]": "1"})
    bruno.get(here)
    assert [n.text() for n in bruno.page.css("tbody a")].count("Change") == 1
    bruno.get(f"{here}?q=peas")
    assert len(bruno.page.css("tbody tr")) == 1
    bruno.get(mine)
    bruno.send(mine, **{"cell[4.text]": "three"})
    assert "three" in bruno.text("tbody")
    assert bruno.get(f"{here}/design").status_code == 403
    assert stranger.get(here).status_code == 404
    text = bruno.client.get(f"{here}/rows.csv").text
    assert text.splitlines()[1] == "1,7,Peas,2031-05-04,three,yes,Shop https://seeds.example/"
    anna.get(f"{here}/design")
    anna.send(
        f"{here}/design", **{"column[2.name]": "", "column[6.name]": "Where", "column[6.kind]": "address"}
    )
    assert "date" not in anna.text("thead")
    anna.get(f"{here}/new")
    anna.send(f"{here}/new", **{"cell[1.number]": "9", "cell[7.city]": "Essen", "cell[7.street]": "Ruhr 1"})
    assert "Ruhr 1, Essen" in anna.text("tbody")
    bruno.get(mine)
    bruno.send(mine.replace("/edit", "/delete"))
    assert "three" not in bruno.text("tbody")
    anna.get(f"{here}/design")
    anna.send(here + "/delete")
    assert anna.get(here).status_code == 404


def test_forms_of_a_table_whose_columns_somebody_else_changed(moot: Moot) -> None:
    anna, also = moot.visitor("anna"), moot.visitor("anna")
    anna.get("/@garden/tables/new")
    columns = {"column[0.name]": "gone", "column[1.name]": "bed", "column[1.kind]": "multiple_choice"}
    choices = {"column[1.choices]": "one, two\r\nthree\r\nfour"}
    anna.send("/@garden/tables/new", called="Plots", **columns, **choices)
    here = str(anna.answer.url.path)
    anna.get(f"{here}/new")
    assert [n.text() for n in anna.page.css("option")] == ["", "one, two", "three", "four"]
    anna.send(f"{here}/new", **{"cell[1.text]": "lost words", "cell[2.chosen]": "2"})
    mine = next(n.attributes["href"] or "" for n in anna.page.css("tbody a") if n.text() == "Change")
    for absurd in ("9" * 5000, "--5", "x"):
        anna.get(mine)
        anna.send(mine, **{"cell[2.chosen]": absurd})
        assert anna.answer.status_code == 422
    anna.get(mine)
    also.get(f"{here}/design")
    other = moot.visitor("anna")
    other.get(f"{here}/design")
    other.send(f"{here}/design", **{"column[0.name]": "", "column[1.choices]": "three\r\nfour"})
    assert other.text("tbody").startswith("1three")
    also.send(f"{here}/design", **{"column[0.name]": "first"})
    assert (also.answer.status_code, "Somebody changed the columns" in also.text(".wrong")) == (422, True)
    assert also.page.css_first("#c0name").attributes["value"] == "bed"
    also.send(f"{here}/design", **{"column[0.name]": "plot"})
    assert also.text("thead").startswith("#plot")
    anna.send(mine, **{"cell[2.chosen]": "1"})
    assert (anna.answer.status_code, anna.page.css("option[selected]")) == (422, [])
    anna.send(mine, **{"cell[2.chosen]": "2"})
    assert anna.text("tbody").startswith("1four")
    for words, rows in (("lost", 0), ("four", 1)):
        anna.get(f"{here}?q={words}")
        assert len(anna.page.css("tbody tr")) == rows


def test_pictures_in_a_table(moot: Moot) -> None:
    anna, bruno, store = moot.visitor("anna"), moot.visitor("bruno"), moot.server.store

    def kept() -> tuple[list[tuple[str, int]], int]:
        """The pictures that rows name, with their bytes, and what the group's files take."""
        query = "SELECT blob, size FROM row_pictures"
        rows = store.read(lambda tx: tx.text_sql(query, query).fetchall())
        return [(row[0], row[1]) for row in rows], store.read(lambda tx: space.used(tx, moot.group))

    _, before = kept()
    anna.get("/@garden/tables/new")
    kinds = {"column[0.name]": "what", "column[1.name]": "look", "column[1.kind]": "image"}
    anna.send("/@garden/tables/new", called="Roses", edit="3", **kinds)
    here = str(anna.answer.url.path)
    bruno.get(f"{here}/new")
    assert_accessible(bruno.answer.text)
    said = {"cell[1.text]": "Alba", "cell[2.description]": "a white rose"}
    bruno.send(f"{here}/new", {"picture[2]": ("a.png", b"no picture", "image/png")}, **said)
    assert (bruno.answer.status_code, kept()) == (422, ([], before))
    bruno.send(f"{here}/new", {"picture[2]": ("a.png", picture(), "image/png")}, **said)
    ((first, size),), used = kept()
    assert used == before + size
    shown = bruno.page.css_first("tbody img")
    assert shown.attributes["alt"] == "a white rose"
    assert bruno.client.get(shown.attributes["src"] or "").headers["content-type"] == "image/png"
    mine = next(n.attributes["href"] or "" for n in bruno.page.css("tbody a") if n.text() == "Change")
    bruno.get(mine)
    bruno.send(mine, **{"cell[2.description]": "white"})
    assert bruno.page.css_first("tbody img").attributes["alt"] == "white"
    assert kept() == ([(first, size)], used), "what is not sent again stays"
    bruno.get(mine)
    bruno.send(mine, {"picture[2]": ("b.png", picture((90, 90)), "image/png")})
    ((second, size),), used = kept()
    assert (second != first, used) == (True, before + size)
    swept = store.read(lambda tx: tx.text_sql(*["SELECT blob FROM litter"] * 2).fetchall())
    assert (first,) in [tuple(row) for row in swept]
    small = GroupChange(settings={"files_quota": used + 1})
    store.write(lambda tx: groups.update(tx, moot.anna, moot.group, small))
    bruno.get(f"{here}/new")
    bruno.send(f"{here}/new", {"picture[2]": ("c.png", picture((70, 70)), "image/png")}, **said)
    assert bruno.text(".wrong") == "The group has no space left for files."
    large = GroupChange(settings={"files_quota": 1 << 30, "max_photo_size_databases": "ex_small"})
    store.write(lambda tx: groups.update(tx, moot.anna, moot.group, large))
    bruno.get(mine)
    bruno.send(mine, {"picture[2]": ("d.png", picture((700, 70)), "image/png")})
    bytes_ = bruno.client.get(bruno.page.css_first("tbody img").attributes["src"] or "").content
    assert Image.open(BytesIO(bytes_)).size == (512, 51)
    bruno.get(mine)
    bruno.send(mine, **{"cell[2.out]": "1"})
    assert (kept(), bruno.page.css_first("tbody img")) == (([], before), None)
    for end in ("column", "row", "table"):
        bruno.get(f"{here}/new")
        bruno.send(f"{here}/new", {"picture[2]": ("c.png", picture((70, 70)), "image/png")}, **said)
        assert len(kept()[0]) == 1
        last = [n.attributes["href"] or "" for n in bruno.page.css("tbody a") if n.text() == "Change"][-1]
        if end == "row":
            bruno.get(last)
            bruno.send(last.replace("/edit", "/delete"))
        elif end == "column":
            anna.get(f"{here}/design")
            anna.send(f"{here}/design", **{"column[1.name]": ""})
            assert kept() == ([], before)
            anna.get("/@garden/tables/new")
            anna.send("/@garden/tables/new", called="More roses", edit="3", **kinds)
            here = str(anna.answer.url.path)
        else:
            anna.get(f"{here}/design")
            anna.send(here + "/delete")
        assert kept() == ([], before), end
