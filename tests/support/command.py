"""Runs the real `folkmoot`, within this process: the start of another one would cost more than what it does."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from folkmoot.cli.main import main
from folkmoot.settings import Settings, variable

PROGRAM = Path(sys.executable).with_name("folkmoot")
"""For what needs a process of its own: a terminal, a pipe, a server."""


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", write_through=True)


def _read(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


class Shell:
    """`folkmoot` in an environment."""

    def __init__(self, **env: str) -> None:
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("FOLKMOOT_", "MOOT_"))}
        self.env = {**plain, "COLUMNS": "100", **env}

    def __call__(self, *line: object, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """Run it, whatever comes out."""
        out, err, code = _stream(), _stream(), 0
        words = ["folkmoot", *map(str, line)]
        with (
            patch.dict(os.environ, self.env | env, clear=True),
            patch.object(sys, "argv", words),
            patch.object(sys, "stdin", _stream(stdin)),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
            except Exception:  # noqa: BLE001 - as the interpreter ends with what nobody caught
                traceback.print_exc()
                code = 1
        return subprocess.CompletedProcess(words, code, _read(out), _read(err))

    def ok(self, *line: object, stdin: str = "", **env: str) -> str:
        """Standard output of a run that must succeed."""
        done = self(*line, stdin=stdin, **env)
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


class Command(Shell):
    """`folkmoot` with the settings of one data folder."""

    def __init__(self, settings: Settings, **more: str) -> None:
        super().__init__(FOLKMOOT_DATA=settings.data, FOLKMOOT_DATABASE=settings.database)
        self.env.update({variable(name): value for name, value in more.items()})
