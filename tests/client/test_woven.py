"""What is made by `make docs` is as it would be made now: methods of Friendica and GroupsIO, reference, cookbook."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_nothing_made_is_stale() -> None:
    line = [sys.executable, "-m", "tools.weave", "--check"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"run `make docs`:\n{done.stderr}"


def test_the_reference_says_something_of_every_method() -> None:
    for page in ("friendica", "groupsio"):
        parts = (ROOT / "docs" / "client" / f"{page}.md").read_text().split("\n### ")[1:]
        silent = [part.split("\n")[0] for part in parts if len(part.split("```")[2].strip()) < 20]
        assert not silent
