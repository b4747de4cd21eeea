"""Doing things by forms: writing, joining, deciding, changing oneself; and forms that are not ours."""

from __future__ import annotations

import pytest
from tests.doors.web.conftest import Moot
from tests.support.visitor import Visitor, person, picture

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups, members, space
from folkmoot.domain.media.photos import Rights
from folkmoot.domain.notices import notices
from folkmoot.domain.sections import eventposts, events, ownevents
from folkmoot.domain.sections.events import NewEvent


def test_a_thread_from_beginning_to_end(moot: Moot) -> None:
    bruno = moot.visitor("bruno")
    bruno.get("/compose?group=garden")
    bruno.send("/compose", title="Slugs", text="What helps? **Beer** traps #slugs")
    assert bruno.text("h1") == "Slugs"
    assert "<strong>Beer</strong>" in bruno.answer.text
    thread = str(bruno.answer.url.path)
    anna = moot.visitor("anna")
    anna.get(thread)
    anna.send(f"{thread}/reply", text="Ducks.")
    assert anna.text(".said") == "Your post is out."
    assert "Ducks." in anna.text(".d1")
    post = int(thread.rsplit("/", 1)[1])
    anna.send(f"/p/{post}/like", next=thread)
    assert anna.page.css_first("button.act.on").text().strip().startswith("Liked")
    anna.send(f"/p/{post}/unlike")
    assert anna.page.css_first("button.act.on") is None
    anna.send(f"/p/{post}/boost")
    assert "Passed on" in anna.text(".acts")
    bruno.get(f"/p/{post}/edit")
    bruno.send(f"/p/{post}/edit", text="What helps against slugs?", title="Slugs again")
    assert bruno.text("h1") == "Slugs again"
    bruno.get(f"/p/{post}/delete")
    bruno.send(f"/p/{post}/delete")
    assert bruno.text(".said") == "The post is gone."
    assert "Slugs again" not in bruno.get("/@garden").text


def test_an_answer_goes_to_no_more_people_than_what_it_answers(moot: Moot) -> None:
    secret = moot.say(moot.anna, "For you alone, @bruno", audience=3)
    bruno = moot.visitor("bruno")
    bruno.get(f"/t/{secret}")
    bruno.send(f"/t/{secret}/reply", text="Thank you for telling me.")
    found = moot.server.store.read(
        lambda tx: views.posts_by_ids(tx, moot.anna, _thread(tx, moot.anna, secret)).values()
    )
    assert {post.audience for post in found} == {3}
    assert moot.visitor().get(f"/t/{secret}").status_code == 404


def _thread(tx, viewer: Viewer, thread_id: int) -> list[int]:  # type: ignore[no-untyped-def]  # the store's transaction
    from folkmoot.domain.posts import conversations

    return [id_ for id_, _ in conversations.whole(tx, viewer, thread_id)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"place": "group:garden", "text": "no subject"}, "needs a subject"),
        ({"place": "public", "text": "   "}, "Write something first"),
    ],
)
def test_a_form_comes_back_with_what_was_written(moot: Moot, values: dict[str, str], words: str) -> None:
    anna = moot.visitor("anna")
    anna.get("/compose")
    anna.send("/compose", **values)
    assert anna.answer.status_code == 422
    assert words in anna.text(".wrong")
    assert anna.fields("/compose")["text"] == values["text"]


def test_sending_twice_is_one_post(moot: Moot) -> None:
    carl = moot.visitor("carl")
    carl.get("/compose")
    fields = carl.fields("/compose")
    for _ in range(2):
        carl.client.post("/compose", data={**fields, "text": "Sent twice by a nervous finger"})
    assert carl.get("/@carl").text.count("nervous finger") == 1


def test_a_picture_is_cleaned_and_seen_by_those_who_may(moot: Moot) -> None:
    anna = moot.visitor("anna")
    anna.get("/compose")
    file = {"picture": ("bed.png", picture() + b"<script>", "image/png")}
    anna.send("/compose", files=file, place="followers", text="My bed", description="A green bed")
    link = anna.page.css_first(".pictures a").attributes["href"]
    key = link.removeprefix("/media/").partition("?")[0]
    answer = moot.visitor().client.get(link)
    assert answer.status_code == 200, "whoever has the signed address may fetch"
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"].startswith("private")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert b"<script>" not in answer.content
    assert moot.visitor().client.get(f"/media/{key}").status_code == 404
    assert moot.visitor("bruno").client.get(f"/media/{key}?s={'0' * 32}").status_code == 404
    assert anna.client.get(f"/media/{key}").status_code == 200
    for sized in (f"/media/{key}:small", f"{link}:large"):  # as clients of Twitter 1.x ask
        assert anna.client.get(sized).content == answer.content
    assert anna.client.get(f"/media/{key}:tiny").status_code == 404
    preview = anna.client.get(anna.page.css_first(".pictures img").attributes["src"])
    assert preview.headers["content-type"] == "image/jpeg"
    anna.get("/compose")
    anna.send("/compose", files={"picture": ("x.svg", b"<svg/>", "image/svg+xml")}, text="no picture")
    assert "no picture that we know" in anna.text(".wrong")


def test_profile_portrait_and_follow(moot: Moot) -> None:
    person(moot.server.store, "dora")
    dora = moot.visitor("dora")
    dora.get("/settings")
    file = {"avatar": ("me.jpg", picture(kind="JPEG"), "image/jpeg")}
    dora.send("/settings", files=file, display_name="Dora D.", note="I like https://example.org")
    assert dora.text(".said") == "Saved."
    anna = moot.visitor("anna")
    anna.get("/@dora")
    assert anna.text("h1") == "Dora D."
    avatar = anna.page.css_first(".face img").attributes["src"]
    assert anna.client.get(avatar).headers["content-type"] == "image/jpeg"
    assert moot.visitor().client.get(avatar).status_code == 200
    anna.send("/@dora/follow")
    assert anna.fields("/@dora/unfollow")
    assert "Anna" in dora.get("/notices").text or "@anna" in dora.answer.text
    for act in ("unfollow", "mute", "unmute", "block", "unblock"):
        anna.send(f"/@dora/{act}")
        assert anna.answer.status_code == 200


def test_joining_with_approval_and_held_posts(moot: Moot) -> None:
    store = moot.server.store
    new = groups.NewGroup(name="press", description="What we tell the papers.", joining=1, moderation=1)
    group_id = store.write(lambda tx: groups.create(tx, moot.anna, new))
    carl, anna = moot.visitor("carl"), moot.visitor("anna")
    carl.get("/@press")
    carl.send("/@press/join")
    assert carl.text(".said") == "Your wish to join waits for a moderator."
    anna.get("/@press/moderate")
    anna.send("/@press/moderate/person", value="release")
    assert store.read(lambda tx: members.get(tx, group_id, moot.carl.account_id)).status == 0  # type: ignore[union-attr]
    carl.get("/compose?group=press")
    carl.send("/compose", title="Scoop", text="We have found the lost key.")
    assert "waits for a moderator" in carl.text(".said")
    assert "lost key" not in moot.visitor("bruno").get("/@press").text
    assert carl.client.get("/@press/moderate").status_code == 403
    anna.get("/@press/moderate")
    assert "lost key" in anna.answer.text
    anna.send("/@press/moderate/post", value="release")
    assert "Scoop" in moot.visitor("bruno").get("/@press").text
    carl.get("/compose?group=press")
    carl.send("/compose", title="Rumour", text="They say it was the duck.")
    anna.get("/@press/moderate")
    anna.send("/@press/moderate/post", value="reject", reason="Who says?")
    mailed = "SELECT count(*) FROM outbox WHERE address = 'carl@example.org' AND payload LIKE '%Who says?%'"
    assert store.read(lambda tx: tx.text_sql(mailed, mailed).fetchone()[0]) == 1
    carl.get("/@press")
    carl.send("/@press/leave")
    assert carl.text(".said") == "You have left the group."


def test_making_and_changing_a_group(moot: Moot) -> None:
    bruno = moot.visitor("bruno")
    bruno.get("/groups/new")
    bruno.send("/groups/new", name="bad name", description="Ten letters at least")
    assert "letters, digits" in bruno.text(".wrong")
    bruno.send("/groups/new", name="bees", title="Bees", description="For those who keep bees.")
    assert bruno.text("h1") == "Bees"
    bruno.get("/@bees/settings")
    bruno.send("/@bees/settings", title="Bees & Wasps", archive="1")
    assert bruno.text("h1") == "Bees & Wasps"
    bruno.get("/@bees/settings")
    bruno.send("/@bees/settings", archive="0")
    assert "in confidence" in bruno.text(".wrong")
    assert moot.visitor("carl").client.get("/@bees/settings").status_code == 403


FORMS = [
    "/compose",
    "/settings",
    "/settings/password",
    "/groups/new",
    "/logout",
    "/notices/clear",
    "/@bruno/follow",
    "/@garden/join",
    "/@garden/leave",
    "/@garden/membership",
    "/@garden/settings",
    "/@garden/moderate/post",
    "/@garden/moderate/person",
    "/notices/request",
    "/settings/mail",
    "/settings/addresses",
    "/settings/addresses/drop",
    "/settings/addresses/main",
    "/settings/address",
]


def test_no_form_works_without_its_proof(moot: Moot) -> None:
    anna = moot.visitor("anna")
    foreign = moot.visitor("bruno")
    foreign.get("/compose")
    tokens = ["", "x", foreign.fields("/compose")["csrf"]]
    paths = [*FORMS, f"/t/{moot.open_post}/reply", f"/p/{moot.open_post}/like", f"/p/{moot.open_post}/delete"]
    paths += [f"/p/{moot.open_post}/edit"]
    for path in paths:
        for token in tokens:
            answer = anna.client.post(path, data={"csrf": token, "text": "by a foreign page", "name": "x"})
            assert answer.status_code == 403, (path, token)
            plain = anna.client.post(path, content="csrf=x", headers={"content-type": "text/plain"})
            assert plain.status_code == 403
    for path in ("/login", "/sign-up", "/reset", "/confirm"):
        assert Visitor(moot.server.url).client.post(path, data={"who": "anna"}).status_code == 403


def test_a_proof_is_worthless_after_logging_out(moot: Moot) -> None:
    anna = moot.visitor("anna")
    anna.get("/compose")
    fields, cookies = anna.fields("/compose"), dict(anna.client.cookies)
    anna.send("/logout")
    assert anna.text(".said") == "You are logged out."
    stale = Visitor(moot.server.url)
    stale.client.cookies.update(cookies)
    answer = stale.client.post("/compose", data={**fields, "text": "after the end"})
    assert answer.headers["location"].startswith("/login")
    assert "after the end" not in anna.get("/@anna").text


def test_a_poll_is_asked_and_answered(moot: Moot) -> None:
    anna, bruno = moot.visitor("anna"), moot.visitor("bruno")
    anna.get("/compose?group=garden")
    form = {**anna.fields("/compose"), "title": "Which?", "text": "Choose", "option": ["Rye"], "runs": "7"}
    anna.answer = anna.client.post("/compose", data=form)
    assert anna.text(".wrong") == "A poll needs two answers at least."
    anna.answer = anna.client.post("/compose", data={**form, "option": ["Rye <b>", "", "Wheat"]})
    here = anna.answer.headers["location"].partition("#")[0]
    anna.get(here)
    assert "Rye <b>" in anna.text(".poll"), "who asks sees how it stands"
    bruno.get(here)
    vote = bruno.page.css_first("form.poll").attributes["action"] or ""
    sent = {name: value for name, value in bruno.fields(vote).items() if name != "choice"}
    bruno.answer = bruno.client.post(vote, data={**sent, "choice": "1"})
    bruno.get(bruno.answer.headers["location"])
    assert bruno.text(".said") == "Your vote is counted."
    assert [" ".join(li.text().split()) for li in bruno.page.css(".poll li")] == ["Rye <b>0", "Wheat yours1"]
    assert bruno.client.post(vote, data={**sent, "choice": "0"}).status_code == 400
    assert "1 person has voted" in anna.get(here).text


def test_a_quoted_post_stands_in_the_one_that_quotes_it(moot: Moot) -> None:
    said = moot.say(moot.anna, "Slugs *hate* copper.", audience=0)
    quoting = moot.say(moot.bruno, "Hear, hear.", audience=0, quote_of=said)
    page = moot.visitor()
    page.get(f"/@bruno/{quoting}")
    assert "Slugs *hate* copper." in page.text(".quoted")


def test_a_notice_leads_to_its_event(moot: Moot) -> None:
    bruno, store = moot.visitor("bruno"), moot.server.store
    soon = NewEvent(name="Swap", starts_at=2_050_000_000_000, ends_at=2_050_000_000_000)
    event = store.write(lambda tx: events.add(tx, moot.anna, moot.group, soon))
    store.write(
        lambda tx: notices.add(
            tx, moot.bruno.account_id, "event_soon", moot.anna.account_id, about_id=event.id
        )
    )
    bruno.get("/notices")
    assert bruno.get(f"/e/{event.id}").url.path == f"/@garden/calendar/{event.id}"
    bruno.get("/notices")
    assert f"/e/{event.id}" in bruno.answer.text


def test_an_event_of_ones_own_has_a_page(moot: Moot) -> None:
    bruno, store = moot.visitor("bruno"), moot.server.store
    new = NewEvent(name="Dentist", starts_at=2_050_000_000_000, ends_at=2_050_000_000_000, place="Ulm")
    event = store.write(lambda tx: ownevents.add(tx, moot.bruno, new))
    path = f"/e/{event.id}"
    bruno.get(path)
    assert (bruno.text("h1"), "Ulm" in bruno.text("dl")) == ("Dentist", True)
    assert moot.visitor().client.get(path).status_code == 404
    assert moot.visitor("anna").client.get(path).status_code == 404
    rights = Rights(allow_people=f"<{moot.anna.account_id}>")
    store.write(lambda tx: eventposts.announce(tx, moot.bruno, event, rights, "friendica"))
    for name in ("bruno", "anna"):
        visitor = moot.visitor(name)
        assert visitor.get(path).url.path.startswith("/t/")
        assert "Dentist" in visitor.text()
    assert moot.visitor("carl").client.get(path).status_code == 404


def test_numbers_that_are_none(moot: Moot) -> None:
    anna = moot.visitor("anna")
    for path in (
        "/t/--5",
        "/e/--5",
        "/e/-",
        "/p/--5/edit",
        "/@garden/calendar/--5",
        "/@garden/files/--5",
        "/media/x?s=%C2%B2",
    ):
        assert anna.client.get(path).status_code == 404, path
    for path in ("/@garden/files?folder=--5", "/notices?before=--5", "/groups?page=5-", "/?before=%C2%B2"):
        assert anna.client.get(path).status_code == 200, path


def test_bytes_of_what_was_refused_are_swept_away(moot: Moot) -> None:
    def litter() -> int:
        query = "SELECT count(*) FROM litter"
        return int(moot.server.store.read(lambda tx: tx.text_sql(query, query).fetchone()[0]))

    anna, file = moot.visitor("anna"), {"file": ("seeds.txt", b"of a post that is refused", "text/plain")}
    anna.get("/compose?group=garden")
    before = litter()
    anna.send("/compose", file, text="no subject")
    assert (anna.answer.status_code, litter()) == (422, before + 1)
    anna.get(f"/t/{moot.open_post}")
    answer = {"file": ("more.txt", b"of an answer that is refused", "text/plain")}
    anna.send(f"/t/{moot.open_post}/reply", answer, text="Mine", parent="5")
    assert (anna.answer.status_code, litter()) == (404, before + 2)
    anna.get("/settings")
    anna.send("/settings", {"avatar": ("a.png", picture(), "image/png")}, display_name="x" * 101)
    assert (anna.answer.status_code, litter()) == (422, before + 3)


def test_files_go_with_a_post_and_into_the_groups_space(moot: Moot) -> None:
    anna, bruno, store = moot.visitor("anna"), moot.visitor("bruno"), moot.server.store
    before = store.read(lambda tx: space.used(tx, moot.group))
    anna.get("/compose?group=garden")
    form = {**anna.fields("/compose"), "title": "Minutes", "text": "See below"}
    sent = [("file", (f"{n}.txt", b"Beans", "text/plain")) for n in range(5)]
    anna.answer = anna.client.post("/compose", data=form, files=sent)
    assert anna.text(".wrong") == "At most four files."
    anna.answer = anna.client.post("/compose", data=form, files=sent[:2])
    here = anna.answer.headers["location"].partition("#")[0]
    bruno.get(here)
    assert [a.text().split()[0] for a in bruno.page.css("a.file")] == ["0.txt", "1.txt"]
    assert bruno.client.get(bruno.page.css_first("a.file").attributes["href"] or "").text == "Beans"
    assert store.read(lambda tx: space.used(tx, moot.group)) == before + 10
    bruno.send(
        f"{here.partition('?')[0]}/reply", {"file": ("a.pdf", b"%PDF-1.4", "application/pdf")}, text="Mine"
    )
    assert "a.pdf" in bruno.answer.text
