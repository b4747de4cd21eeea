"""Mail on the web: what a mail proved, an address whose mail pauses, and a group's rule for doubtful mail."""

from __future__ import annotations

from tests.doors.web.conftest import Moot

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.mail import mailhealth, mailing, outbox
from folkmoot.domain.mail.mailing import NewMail
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
