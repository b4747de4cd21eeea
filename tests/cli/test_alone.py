"""The command without the server: people's commands, and nothing of the operator's."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROUGHT = (
    "msgspec", "requests", "urllib3", "certifi", "charset_normalizer", "idna", "httpx2", "httpcore2", "h11", "anyio",
    "sniffio", "truststore", "typing_extensions.py", "typer", "click", "rich", "shellingham", "pygments", "markdown_it",
    "mdurl", "annotated_doc", "annotated_types", "pydantic", "pydantic_core", "typing_inspection", "*__mypyc*.so",
)  # fmt: skip
"""What `pip install folkmoot[cli]` brings, as it lies among the packages."""
START = "import sys; sys.path[:0] = {paths!r}; from folkmoot.cli.main import main; main()"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command with these packages and no others."""
    folder = tmp_path_factory.mktemp("alone")
    for name in BROUGHT:
        for found in Path(sysconfig.get_path("purelib")).glob(name):
            (folder / found.name).symlink_to(found)
    code = START.format(paths=[str(folder), str(ROOT / "src")])

    def start(*line: str) -> subprocess.CompletedProcess[str]:
        env = {"XDG_CONFIG_HOME": str(folder / "home"), "COLUMNS": "100", "PATH": "/usr/bin:/bin"}
        return subprocess.run(
            [sys.executable, "-S", "-c", code, *line], env=env, capture_output=True, text=True, timeout=60
        )

    return start


def test_what_is_offered(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0, done.stderr
    for word in ("login", "timeline", "groups", "stream"):
        assert f" {word} " in done.stdout
    for word in ("serve", "migrate", "doctor"):
        assert f" {word} " not in done.stdout
    assert "folkmoot[server]" in done.stdout


def test_it_works_and_refuses_in_one_line(run: Run) -> None:
    assert json.loads(run("accounts", "--json").stdout) == []
    for line in (("groups", "list"), ("login", "http://127.0.0.1:9", "--paste")):
        done = run(*line)
        assert done.returncode == 1, done.stderr
        assert done.stderr.startswith("folkmoot: "), done.stderr
        assert done.stderr.count("\n") == 1, done.stderr
    assert run("serve").returncode == 2
