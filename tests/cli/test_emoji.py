"""Emoji from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import Command
from tests.support.visitor import picture


def test_emoji_come_and_go(folkmoot: Command, tmp_path: Path) -> None:
    cat, bad = tmp_path / "cat.png", tmp_path / "bad.png"
    cat.write_bytes(picture((16, 16)))
    bad.write_bytes(b"not a picture")
    folkmoot.ok("emoji", "add", ":cat:", str(cat), "--category", "Pets")
    assert "already" in folkmoot.refused("emoji", "add", "cat", str(cat))
    assert folkmoot.json("emoji", "list") == [{"code": "cat", "category": "Pets", "hidden": False}]
    assert "PNG" in folkmoot.refused("emoji", "add", "bad", str(bad))
    bad.write_bytes(b"\0" * 300_000)
    assert "larger than 256 kB" in folkmoot.refused("emoji", "add", "bad", str(bad))
    folkmoot.ok("emoji", "remove", ":cat:")
    assert "there is no emoji" in folkmoot.refused("emoji", "remove", "cat")
