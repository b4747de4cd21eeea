"""What the place says and tells, from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import Command

from folkmoot.domain.access import Viewer
from folkmoot.domain.place import announcements, place
from folkmoot.store.engine import Store


def test_texts_terms_and_rules(folkmoot: Command, store: Store, tmp_path: Path) -> None:
    folkmoot.ok("site", "text", "description", "A *fine* place")
    (tmp_path / "privacy.md").write_text("We keep little.")
    folkmoot.ok("site", "text", "privacy", "--file", tmp_path / "privacy.md")
    folkmoot.ok("site", "terms", "2026-01-31", "--file", "-", stdin="Be fair.")
    folkmoot.ok("site", "rule", "add", "Be kind", "--hint", "Always")
    folkmoot.ok("site", "rule", "add", "Be brief")
    first, second = store.read(place.rules)
    folkmoot.ok("site", "rule", "move", second.id, 1)
    folkmoot.ok("site", "rule", "change", first.id, "Sei nett", "--language", "de")
    shown = folkmoot.json("site", "show")
    assert shown["texts"] == {"description": "A *fine* place", "privacy": "We keep little."}
    assert shown["terms"] == {"2026-01-31": "Be fair."}
    assert [r["text"] for r in shown["rules"]] == ["Be brief", "Be kind"]
    assert store.read(place.rules)[1].translations == {"de": ("Sei nett", "")}
    folkmoot.ok("site", "rule", "remove", first.id)
    folkmoot.ok("site", "text", "privacy", "")
    assert "Be kind" not in folkmoot.ok("site", "show")
    assert "no such text" in folkmoot.refused("site", "text", "nonsense", "x")
    assert "no day" in folkmoot.refused("site", "terms", "soon", "x")
    assert "TEXT or --file" in folkmoot.refused("site", "text", "privacy", code=2)


def test_texts_of_warnings(folkmoot: Command, store: Store) -> None:
    folkmoot.ok("site", "preset", "add", "Spam", "Please do not advertise here.")
    (kept,) = folkmoot.json("site", "preset", "list")
    assert (kept["title"], kept["text"]) == ("Spam", "Please do not advertise here.")
    folkmoot.ok("site", "preset", "remove", kept["id"])
    assert folkmoot.json("site", "preset", "list") == []
    folkmoot.refused("site", "preset", "remove", kept["id"])


def test_announcements(folkmoot: Command, store: Store) -> None:
    folkmoot.ok("announce", "add", "We meet", "--start", "2031-05-06T18:00Z", "--end", "2031-05-07")
    folkmoot.ok("announce", "add", "--file", "-", "--draft", stdin="Not yet")
    draft, told = folkmoot.json("announce", "list")
    assert (draft["text"], draft["told"]) == ("Not yet", "-")
    assert told["starts"] == "2031-05-06 18:00:00"
    shown = store.read(lambda tx: announcements.shown(tx, Viewer.anonymous()))
    assert [a.source for a in shown] == ["We meet"]
    folkmoot.ok("announce", "remove", told["id"])
    assert store.read(lambda tx: announcements.shown(tx, Viewer.anonymous())) == []
    assert "no time" in folkmoot.refused("announce", "add", "x", "--at", "later")
    assert "before_start" in folkmoot.refused(
        "announce", "add", "x", "--start", "2031-01-02", "--end", "2031-01-01"
    )
