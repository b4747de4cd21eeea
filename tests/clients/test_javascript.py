"""Two JavaScript clients, masto.js and megalodon, do what the apps built on them do."""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

HERE = Path(__file__).parent / "js"
MODULES = Path(sys.prefix) / "clients/js"


def png() -> str:
    """A picture in base64."""
    out = io.BytesIO()
    Image.new("RGB", (48, 32), (30, 90, 160)).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def test_everything_works(told: dict[str, Any]) -> None:
    node = shutil.which("node")
    if node is None or not MODULES.exists():
        pytest.fail("node or its modules are missing: make test installs them")
    done = subprocess.run(
        [node, HERE / "suite.mjs", MODULES / "package.json"],
        input=json.dumps({**told, "png": png()}),
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    checks = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(checks) >= 17, done.stderr[-3000:]
    failed = [f"{each['check']}\n{each['error']}" for each in checks if each["error"]]
    assert not failed, f"{len(failed)} of {len(checks)} failed\n\n" + "\n".join(failed)
