"""Mastodon.py of three ages does all that it can, each method at least once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CLIENTS = Path(sys.prefix) / "clients"
AGES = {"1.5": CLIENTS / "1.5/bin/python", "1.8": CLIENTS / "1.8/bin/python", "newest": Path(sys.executable)}
SPARE = {
    "generate_media_edit_attributes",
    "instance_terms_of_service",
    "timeline_link",
}
"""Methods that a check may leave uncalled where it branches."""


@pytest.fixture(scope="module", params=AGES)
def age(request: pytest.FixtureRequest) -> str:
    """Which age of the library."""
    return str(request.param)


@pytest.fixture(scope="module")
def outcome(age: str, told: dict[str, Any]) -> list[dict[str, Any]]:
    """What the suite printed in the environment of one library."""
    program = AGES[age]
    if not program.exists():
        pytest.fail(f"{program} is missing: make test installs it")
    done = subprocess.run(
        [program, "-W", "ignore", "-m", "suite"],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        cwd=HERE,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_everything_works(outcome: list[dict[str, Any]]) -> None:
    checks = [each for each in outcome if "check" in each]
    assert len(checks) > 30
    failed = [f"{each['check']}\n{each['error']}" for each in checks if each["error"]]
    assert not failed, f"{len(failed)} of {len(checks)} failed\n\n" + "\n".join(failed)


def test_every_method_was_called(outcome: list[dict[str, Any]]) -> None:
    last = outcome[-1]
    assert set(last["public"]) - set(last["called"]) <= SPARE
