"""The habits that a machine can check: layers, length, first sentences, words, addresses, and docs that agree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from folkmoot.cli.settings import markdown

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "folkmoot"
LONGEST_SOURCE = 400
LONGEST_TEST = 500
MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BELOW_THE_DOORS = [
    f for folder in ("domain", "store", "kit") for f in sorted((SOURCE / folder).rglob("*.py"))
]
OF_A_STANDARD = {"src/folkmoot/kit/oidc.py": frozenset({"sub"})}
"""Words that a file reads in a standard's own messages: a claim of OpenID Connect."""
FOREIGN = {"toot", "toots", "reblog", "reblogs", "reblogged", "msg", "msgs", "gid", "gids", "subs", "retweet"}


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def committed() -> list[Path]:
    """What is, or would be, committed."""
    line = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [f for f in map(ROOT.joinpath, done.stdout.splitlines()) if f.is_file()]


def test_layers_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_are_short() -> None:
    too_long = [
        f"{name(f)}: {lines} lines, at most {most}"
        for files, most in ((MODULES, LONGEST_SOURCE), (TESTS, LONGEST_TEST))
        for f in files
        if (lines := len(f.read_text(encoding="utf-8").splitlines())) > most
    ]
    assert not too_long, "\n".join(too_long)


@pytest.mark.parametrize("file", [*MODULES, *TESTS], ids=name)
def test_a_module_opens_with_one_sentence(file: Path) -> None:
    doc = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    assert doc, f"{name(file)} has no docstring"
    first = " ".join(doc.split("\n\n")[0].split())
    assert len(first) < 200, f"{name(file)}: the first sentence is a paragraph"
    assert first.endswith("."), f"{name(file)}: the first sentence has no end"


def words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, identifier) of all names that a module defines or uses, and of strings that could be names."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Name(id=word)
                | ast.FunctionDef(name=word)
                | ast.AsyncFunctionDef(name=word)
                | ast.ClassDef(name=word)
            ):
                yield node.lineno, word
            case ast.arg(arg=word) | ast.keyword(arg=str(word)):
                yield node.lineno, word
            case ast.Attribute(attr=word) if word not in ("sub", "subn"):  # of regular expressions
                yield node.lineno, word
            case ast.Constant(value=str(word)) if word.isidentifier():
                yield node.lineno, word


def is_foreign(word: str) -> bool:
    parts = word.lower().strip("_").split("_")
    return not FOREIGN.isdisjoint(parts) or parts[0] == "sub"


def test_the_words_are_told_apart() -> None:
    assert all(map(is_foreign, ("reblog_of", "msg_id", "sub_id", "gid", "Toot")))
    assert not any(map(is_foreign, ("message", "subject", "msgspec", "subtype", "boost", "substitute")))


@pytest.mark.parametrize("file", BELOW_THE_DOORS, ids=name)
def test_a_door_s_words_stay_at_the_door(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    own = OF_A_STANDARD.get(name(file), frozenset())
    found = sorted(
        {f"{name(file)}:{line}: {word}" for line, word in words(tree) if is_foreign(word) and word not in own}
    )
    assert not found, "\n".join(found)


def test_nobody_prints_but_the_commands() -> None:
    found = [
        f"{name(f)}:{node.lineno}"
        for f in MODULES
        if "cli" not in f.relative_to(SOURCE).parts
        for node in ast.walk(ast.parse(f.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not found, "\n".join(found)


def test_no_registry_is_named() -> None:
    hosts = ["pypi" + ".org", "python" + "hosted", "npm" + "js", "--index" + "-url", "--extra-index" + "-url"]
    pattern = re.compile("|".join(map(re.escape, hosts)))
    found = [name(f) for f in committed() if pattern.search(f.read_bytes().decode("utf-8", "replace"))]
    assert not found


def test_pins_are_whole_and_local_to_nobody() -> None:
    lists = sorted((ROOT / "requirements").glob("*.txt"))
    assert [f.name for f in lists] == ["client-1.5.txt", "client-1.8.txt", "dev.txt", "server.txt"]
    pins = {}
    for file in lists:
        text = file.read_text(encoding="utf-8")
        assert "://" not in text, f"{file.name} names an address"
        entries = re.findall(
            r"^([A-Za-z0-9._-]+)==([^ ]+).*\\\n((?: +--hash=sha256:[0-9a-f]{64}.*\n?)+)", text, re.MULTILINE
        )
        assert len(entries) == len(re.findall(r"^\S", text, re.MULTILINE)), (
            f"{file.name} has an entry without pin or hash"
        )
        pins[file.stem] = {package: version for package, version, _ in entries}
    assert {p: v for p, v in pins["dev"].items() if p in pins["server"]} == pins["server"]


def test_the_page_of_settings_is_current() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == markdown(), "docs/settings.md is old: make docs"


def test_each_decision_is_numbered_once_and_listed_by_its_title() -> None:
    files = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [int(f.name[:4]) for f in files] == list(range(1, len(files) + 1))
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert re.match(rf"# {int(file.name[:4])}\. \S", text), f"{file.name}: the title lacks its number"
        assert {"## Choice", "## What lost"} <= set(text.splitlines()), (
            f"{file.name}: says no choice, or not what lost"
        )
