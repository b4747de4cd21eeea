"""Mail on the web: what a mail proved, an address whose mail pauses, and a group's rule for doubtful mail."""

from __future__ import annotations

import msgspec
from tests.doors.web.conftest import Moot
from tests.support.visitor import PASSWORD, person

from folkmoot.domain.access import GroupRole, Membership, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.groups.groups import GroupChange
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import mailhealth, mailing, outbox, reach, readers
from folkmoot.domain.mail.mailing import NewMail
from folkmoot.domain.people import accounts, logins, ownaddresses
from folkmoot.kit.mail.proven import Proven, kept
from folkmoot.store.tx import Tx


def test_a_moderator_sees_what_a_mail_proved(moot: Moot) -> None:
    post = moot.say(
        moot.bruno,
        "By mail, perhaps.",
        title="Doubt",
        group_id=moot.group,
        door="mail",
        doubts="dmarc_failed",
    )
    proven = Proven(spf="fail", spf_domain="evil.test", dmarc="fail", policy="reject", domain="example.org")
    new = NewMail(
        group_id=moot.group, blob="", message_id="x@y", post_id=post, sender="a<b>@evil.test", proven=kept(proven),
        reason="dmarc_failed",
    )  # fmt: skip
    moot.server.store.write(lambda tx: mailing.keep(tx, new))
    anna = moot.visitor("anna")
    assert "DMARC fail (asks for reject)" in anna.get("/@garden/moderate").text
    page = anna.get(f"/@bruno/{post}/mail")
    assert page.status_code == 200
    assert "SPF fail (evil.test)" in page.text
    assert "its author&#39;s domain disowns it (DMARC)" in page.text
    assert "a&lt;b&gt;@evil.test" in page.text
    assert anna.get(f"/@carl/{post}/mail").status_code == 404
    assert moot.visitor("bruno").get(f"/@bruno/{post}/mail").status_code == 403
    assert moot.visitor("carl").get(f"/@bruno/{post}/mail").status_code == 404
    assert anna.get(f"/@anna/{moot.open_post}/mail").status_code == 404, "it came by no mail"


def test_who_gets_no_mail_any_more_hears_it_and_mends_it(moot: Moot) -> None:
    carl, address = moot.carl.account_id, "carl@example.org"

    def complain(tx: Tx) -> None:
        members.put(tx, moot.group, carl)
        id_ = tx.ids.next()
        outbox.queue(tx, "post", carl, address, group_id=moot.group, key=id_)
        witness = mailhealth.witness(tx, id_)
        assert witness is not None
        mailhealth.complained(tx, witness, "abuse")

    moot.server.store.write(complain)
    visitor = moot.visitor("carl")
    assert "gets no more mail" in visitor.get("/notices").text
    assert "called unwanted" in visitor.get("/").text, "a banner on the first page says so, too"
    assert "called unwanted" in visitor.get("/settings").text
    visitor.send("/settings/mail")
    assert "called unwanted" not in visitor.get("/settings").text
    assert "called unwanted" not in visitor.get("/").text
    assert "gets no more mail" not in visitor.get("/notices").text
    found = moot.server.store.read(lambda tx: mailhealth.of_account(tx, carl))
    assert [state.state for state in found] == [0]
    other = moot.visitor("bruno")
    other.get("/settings")
    csrf = other.fields("/settings")["csrf"]
    answer = other.client.post("/settings/mail", data={"csrf": csrf, "value": address})
    assert answer.status_code == 404


def test_an_owner_chooses_what_becomes_of_doubtful_mail(moot: Moot) -> None:
    anna = moot.visitor("anna")
    anna.get("/@garden/settings")
    anna.send("/@garden/settings", unproven="strict")
    found = moot.server.store.read(lambda tx: groups.see(tx, Viewer.system(), moot.group))
    assert found.settings[mailing.UNPROVEN_SETTING] == "strict"
    anna.get("/@garden/settings")
    anna.send("/@garden/settings", unproven="nonsense")
    found = moot.server.store.read(lambda tx: groups.see(tx, Viewer.system(), moot.group))
    assert found.settings[mailing.UNPROVEN_SETTING] == "strict"


def test_a_member_chooses_what_comes_and_when(moot: Moot) -> None:
    bruno = moot.visitor("bruno")
    assert "you get: every message" in bruno.get("/@garden").text
    page = bruno.get("/@garden/membership").text
    assert '<option value="7">7:00</option>' in page
    chosen = {"delivery": "5", "selection": "follow_only", "follow_replies": "1", "attached": "small"}
    chosen |= {"plain_text": "1", "hour": "21"}
    bruno.send("/@garden/membership", **chosen, zone="Mars/Olympus")
    assert "No time zone" in bruno.text(".wrong")
    bruno.send("/@garden/membership", **chosen, zone="Europe/Rome")
    assert "a digest" in bruno.text(".profile")
    bruno.get("/@garden/membership")
    kept = bruno.fields("/@garden/membership")
    assert {name: kept[name] for name in (*chosen, "zone")} == {**chosen, "zone": "Europe/Rome"}

    def reader(tx: Tx) -> readers.Reader:
        group, _ = groups.find(tx, moot.anna, "garden")
        (found,) = readers.page(tx, group.id, [Delivery.HTML_DIGEST])
        return found

    wishes = moot.server.store.read(reader).wishes
    assert wishes == {
        "selection": "follow_only", "follow_replies": True, "max_attachment": "small", "plain_text": True,
        "timezone": "Europe/Rome", "digest_hour": 21,
    }  # fmt: skip
    bruno.send("/@garden/membership", delivery="0", selection="all", zone="", hour="")
    store = moot.server.store
    need = GroupChange(settings={"mail_needed": True})
    store.write(lambda tx: groups.update(tx, moot.anna, moot.group, need))
    bruno.get("/@garden/membership")
    assert "no mail" not in bruno.text("#delivery")
    bruno.send("/@garden/membership", delivery=str(int(Delivery.NONE)))
    assert "allows its members no such choice" in bruno.text(".said")
    assert bruno.fields("/@garden/membership")["delivery"] == str(int(Delivery.SPECIAL))
    need = GroupChange(settings={"mail_needed": False})
    store.write(lambda tx: groups.update(tx, moot.anna, moot.group, need))
    bruno.send("/@garden/membership", delivery="0")
    assert bruno.text(".said") == "Saved."
    assert bruno.client.get("/@board/membership").status_code == 404


def test_a_thread_is_followed_and_muted(moot: Moot) -> None:
    bruno = moot.visitor("bruno")
    thread = f"/t/{moot.open_post}"
    for verb, word in (("follow", "Followed"), ("mute", "Muted")):
        bruno.get(thread)
        bruno.send(f"/p/{moot.open_post}/{verb}", next=thread)
        assert word in bruno.text(".thread-head")
        bruno.send(f"/p/{moot.open_post}/un{verb}", next=thread)
        assert word not in bruno.text(".thread-head")


def test_a_further_address_is_proven_chosen_and_given_up(moot: Moot) -> None:
    store, bruno = moot.server.store, moot.visitor("bruno")
    bruno.get("/settings")
    for wrong in ("nonsense", "anna@example.org"):
        bruno.send("/settings/addresses", value=wrong)
        assert bruno.answer.status_code in (409, 422, 400)
        bruno.get("/settings")
    bruno.send("/settings/addresses", value="desk@example.org")
    assert "desk@example.org" in bruno.text(".card")
    bruno.get("/settings")
    bruno.send("/settings/addresses", value="shed@example.org")

    def mailed(address: str) -> str:
        query = f"SELECT payload FROM outbox WHERE address = '{address}'"
        link = msgspec.json.decode(store.read(lambda tx: tx.text_sql(query, query).fetchone()[0]))["link"]
        return str(link.removeprefix(moot.server.settings.base_url))

    path = mailed("desk@example.org")
    assert "desk@example.org" not in bruno.get("/settings").text
    assert moot.visitor("anna").client.get(path).status_code == 404, "whose link it is not"
    bruno.get(path)
    assert "desk@example.org" not in bruno.client.get("/settings").text, "looking proves nothing"
    bruno.send("/settings/address")
    assert "desk@example.org" in bruno.get("/settings").text
    assert bruno.client.get(path).status_code == 404, "once"
    later = moot.visitor()
    later.get(mailed("shed@example.org"))
    later.send("/login", who="bruno", password=PASSWORD)
    assert "shed@example.org" in later.text("main"), "logging in leads to the link, which still works"
    later.send("/settings/address")
    assert "shed@example.org" in later.get("/settings").text
    later.send("/settings/addresses/drop", value="shed@example.org", password=PASSWORD)
    later.get("/settings")
    for number in range(9):
        more = f"more{number}@example.org"
        store.write(
            lambda tx, more=more: accounts.add_address(tx, moot.bruno.account_id, more, confirmed=True)
        )
    later.send("/settings/addresses", value="eleventh@example.org")
    assert "You have as many addresses" in later.text("main")
    for number in range(9):
        store.write(lambda tx, n=number: ownaddresses.drop(tx, moot.bruno, f"more{n}@example.org"))
    bruno.get("/@garden/membership")
    bruno.send("/@garden/membership", address="desk@example.org")
    assert (
        store.read(lambda tx: reach.reached_at(tx, moot.group, moot.bruno.account_id)) == "desk@example.org"
    )
    bruno.get("/settings")
    for wrong in ("", "not it"):
        bruno.send("/settings/addresses/drop", password=wrong)
        assert bruno.answer.status_code == 422, "a borrowed session takes nothing away"
        assert bruno.text(".wrong") == "The password is wrong."
    assert "desk@example.org" in bruno.text("main")
    bruno.send("/settings/addresses/drop", password=PASSWORD)
    assert "desk@example.org" not in bruno.text("main")
    chosen = "SELECT count(*) FROM members WHERE address_id IS NOT NULL"
    assert store.read(lambda tx: tx.text_sql(chosen, chosen).fetchone()[0]) == 0
    assert (
        store.read(lambda tx: reach.reached_at(tx, moot.group, moot.bruno.account_id)) == "bruno@example.org"
    )


def test_the_main_address_becomes_another_that_is_proven(moot: Moot) -> None:
    store, me = moot.server.store, person(moot.server.store, "ragna").account_id
    for address, confirmed in (("hut@example.org", True), ("guess@example.org", False)):
        store.write(lambda tx, a=address, c=confirmed: accounts.add_address(tx, me, a, confirmed=c))
    ragna = moot.visitor("ragna")
    page = ragna.get("/settings")
    for wrong in ("guess@example.org", "anna@example.org", "ragna@example.org"):
        ragna.send("/settings/addresses/main", value=wrong, password=PASSWORD)
        assert ragna.answer.status_code == 404, wrong
        ragna.get("/settings")
    assert "guess@example.org" not in page.text
    ragna.send("/settings/addresses/main", password="borrowed")
    ragna.get("/settings")
    assert store.read(lambda tx: ownaddresses.of(tx, Viewer(me)))[0] == "ragna@example.org"
    ragna.send("/settings/addresses/main", password=PASSWORD)
    assert ragna.text(".said") == "Saved."
    assert store.read(lambda tx: ownaddresses.of(tx, Viewer(me))) == ["hut@example.org", "ragna@example.org"]
    told = "SELECT address, payload FROM outbox WHERE kind = 'main_changed'"
    rows = store.read(lambda tx: tx.text_sql(told, told).fetchall())
    assert rows == [("ragna@example.org", '{"new":"hut@example.org"}')]
    ragna.send("/settings/addresses/drop", password=PASSWORD)
    assert store.read(lambda tx: ownaddresses.of(tx, Viewer(me))) == ["hut@example.org"]
    assert moot.visitor().log_in("hut@example.org").get("/settings").status_code == 200


def test_an_address_known_by_mail_alone_joins_an_account(moot: Moot) -> None:
    store, me = moot.server.store, person(moot.server.store, "sven").account_id
    other = store.write(lambda tx: accounts.person_of_address(tx, "barge@example.org", "Barge"))
    options = {"delivery": Delivery.SUMMARY, "role": GroupRole.MODERATOR}
    store.write(lambda tx: members.put(tx, moot.group, other, **options))
    store.write(lambda tx: members.put(tx, moot.closed, other, status=Membership.BANNED))
    counted = store.read(lambda tx: groups.see(tx, moot.anna, moot.group)).members_n
    sven = moot.visitor("sven")
    sven.get("/settings")
    sven.send("/settings/addresses", value="barge@example.org")
    query = "SELECT payload FROM outbox WHERE address = 'barge@example.org'"
    link = msgspec.json.decode(store.read(lambda tx: tx.text_sql(query, query).fetchone()[0]))["link"]
    sven.get(link.removeprefix(moot.server.settings.base_url))
    sven.send("/settings/address")
    assert sven.text(".said") == "Saved."
    assert store.read(lambda tx: ownaddresses.of(tx, Viewer(me)))[-1] == "barge@example.org"
    assert store.read(lambda tx: accounts.find_by_address(tx, "Barge@example.org")) == me
    mine = store.read(lambda tx: members.get(tx, moot.group, me))
    assert mine is not None
    assert (mine.role, mine.delivery) == (GroupRole.MODERATOR, Delivery.SUMMARY)
    assert store.read(lambda tx: reach.reached_at(tx, moot.group, me)) == "barge@example.org"
    assert not store.read(lambda tx: members.of_account(tx, other))
    assert store.read(lambda tx: groups.see(tx, moot.anna, moot.group)).members_n == counted
    banned = store.read(lambda tx: members.get(tx, moot.closed, me))
    assert banned is not None
    assert banned.status == Membership.BANNED, "a ban is not left behind"


def test_who_has_no_password_gets_one_by_a_link_and_then_changes_addresses(moot: Moot) -> None:
    store = moot.server.store
    ida = person(store, "ida").required()
    store.write(lambda tx: accounts.add_address(tx, ida, "new@example.org", confirmed=True))
    query = "SELECT payload FROM outbox WHERE address = 'ida@example.org' ORDER BY id DESC"
    store.write(lambda tx: logins.set_password(tx, ida, None))
    visitor = moot.visitor("ida")
    for way in ("main", "drop"):
        visitor.get("/settings")
        visitor.send(f"/settings/addresses/{way}", value="new@example.org", password=PASSWORD)
        assert visitor.answer.status_code == 422
        assert visitor.text(".wrong").startswith("You have no password yet.")
    visitor.get("/settings")
    visitor.send("/reset")
    link = msgspec.json.decode(store.read(lambda tx: tx.text_sql(query, query).fetchone()[0]))["link"]
    visitor.get(link.removeprefix(moot.server.settings.base_url))
    visitor.send("/reset", password="entirely new", repeat="entirely new")
    visitor.send("/login", who="ida", password="entirely new")
    visitor.get("/settings")
    visitor.send("/settings/addresses/main", value="new@example.org", password="entirely new")
    assert store.read(lambda tx: accounts.main_address(tx, ida)) == "new@example.org"
