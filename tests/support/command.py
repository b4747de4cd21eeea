"""Runs the real `folkmoot` as a process of its own, as an operator does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from folkmoot.settings import Settings, variable

PROGRAM = Path(sys.executable).with_name("folkmoot")


class Command:
    """`folkmoot` with the settings of one data folder."""

    def __init__(self, settings: Settings, **more: str) -> None:
        plain = {k: v for k, v in os.environ.items() if not k.startswith("FOLKMOOT_")}
        self.env = {
            **plain,
            "FOLKMOOT_DATA": settings.data,
            "FOLKMOOT_DATABASE": settings.database,
            "COLUMNS": "100",
        }
        self.env.update({variable(name): value for name, value in more.items()})

    def __call__(self, *line: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run it, whatever comes out."""
        return subprocess.run(
            [PROGRAM, *map(str, line)], input=stdin, env=self.env, capture_output=True, text=True, timeout=120
        )

    def ok(self, *line: object, stdin: str = "") -> str:
        """Standard output of a run that must succeed."""
        done = self(*line, stdin=stdin)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def json(self, *line: object, stdin: str = "") -> Any:
        """What --json prints, decoded."""
        return json.loads(self.ok(*line, "--json", stdin=stdin))

    def refused(self, *line: object, stdin: str = "", code: int = 1) -> str:
        """The one line on standard error of a run that must end with *code*."""
        done = self(*line, stdin=stdin)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        if code == 1:
            assert done.stderr.startswith("folkmoot: "), done.stderr
            assert done.stderr.count("\n") == 1, done.stderr
        return done.stderr.strip()
