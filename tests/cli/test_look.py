"""The commands that look: settings, doctor, jobs, outbox, routes, and the way all of them end."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.support.command import PROGRAM, Command

from folkmoot.cli.commands import PERSONAL, Tree, app
from folkmoot.domain import journal
from folkmoot.settings import Settings
from folkmoot.store.engine import Store
from folkmoot.store.schema.work import journal as journal_t
from folkmoot.store.schema.work import outbox
from folkmoot.store.tx import Tx

sqlite_only = pytest.mark.parametrize("dialect", ["sqlite"])


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by its words."""

    def walk(words: str, command: Any) -> Iterator[tuple[str, Any]]:
        yield words, command
        for name in getattr(command, "places", ()):
            command.load(name)
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(f"{words} {name}".strip(), child)

    yield from walk("", typer.main.get_command(app))


ALL = dict(commands())


def test_all_promised_commands_are_there() -> None:
    promised = (
        "serve, work, migrate, seed, demo, doctor, settings, routes, user create, user list, user password, user role, "
        "token create, app create, group create, group list, member add, import mbox, export mbox, jobs, jobs replay, "
        "jobs drop, mail outbox, mail outbox show, mail outbox send"
    )
    assert set(promised.split(", ")) <= set(ALL)


@pytest.mark.parametrize("words", ALL, ids=lambda w: w or "folkmoot")
def test_each_command_and_option_says_what_it_is(words: str) -> None:
    command = ALL[words]
    assert command.help, words
    assert len(command.help) > 10
    silent = [p.name for p in command.params if not getattr(p, "help", "")]
    assert not silent, f"folkmoot {words}: no help for {silent}"


def test_the_list_of_commands_says_of_each_what_it_is() -> None:
    """As the command itself begins; and every command that a module has is in it."""
    said = {name: " ".join(ALL[name].help.split()) for name in Tree.places}
    assert [
        name for name, (_, _, help) in Tree.places.items() if not said[name].startswith(help.rstrip("."))
    ] == []
    assert set(Tree.places) == {words for words in ALL if words and " " not in words}


def test_people_s_commands_speak_to_programs_too() -> None:
    theirs = {name for panel in PERSONAL.values() for name in panel}
    ends = [w for w, c in ALL.items() if w and w.split()[0] in theirs and not getattr(c, "commands", None)]
    assert [w for w in ends if "json" not in {p.name for p in ALL[w].params}] == []


def test_the_page_names_commands_that_are_there() -> None:
    page = (Path(__file__).parents[2] / "docs" / "command.md").read_text()
    said = [line.split() for line in re.findall(r"^folkmoot ([^#\n]*)", page, re.MULTILINE)]
    assert len(said) > 25
    for words in said:
        name = " ".join(words[:2]) if hasattr(ALL[words[0]], "commands") else words[0]
        known = {option for p in ALL[name].params for option in (*p.opts, *p.secondary_opts)}
        assert {word for word in words if re.match("--?[a-z]", word)} <= known, words
    assert {words[0] for words in said} >= set(PERSONAL["Reading"]) | {
        "post",
        "reply",
        "edit",
        "follow",
        "groups",
    }


def test_help_does_not_wait_for_the_server_s_libraries() -> None:
    heavy = "{'sqlalchemy', 'starlette', 'psycopg', 'PIL', 'argon2', 'alembic', 'asyncio'}"
    code = f"import sys, folkmoot.cli.commands; sys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_client_alone_says_where_the_commands_are() -> None:
    code = "import sys; sys.modules['typer'] = None; from folkmoot.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("folkmoot: typer is missing")
    assert "folkmoot[server]" in done.stderr


@sqlite_only
def test_output_to_programs_has_no_colour(folkmoot: Command) -> None:
    for line in (["--help"], ["seed", "--help"], ["settings"], ["nonsense"]):
        done = folkmoot(*line)
        assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("colour", "expected"), [({"NO_COLOR": "1"}, False), ({}, True)], ids=["NO_COLOR", "plain"]
)
@sqlite_only
def test_a_terminal_gets_colour_unless_it_is_refused(
    folkmoot: Command, colour: dict[str, str], expected: bool
) -> None:
    env = {k: v for k, v in folkmoot.env.items() if k != "NO_COLOR"}
    env.update(colour, TERM="xterm-256color")
    line = ["script", "-qec", f"{PROGRAM} settings", "/dev/null"]
    done = subprocess.run(line, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert "FOLKMOOT" not in done.stderr
    coloured = any(f"\x1b[{n}" in done.stdout for n in range(30, 50))
    bold = "\x1b[1" in done.stdout
    assert "largest mail" in done.stdout
    assert (coloured or bold) is expected or not coloured


@sqlite_only
def test_wrong_usage_is_exit_code_two(folkmoot: Command) -> None:
    assert "nonsense" in folkmoot.refused("nonsense", code=2)
    assert "--nonsense" in folkmoot.refused("settings", "--nonsense", code=2)
    assert folkmoot.ok("--version").startswith("folkmoot 0.")


@sqlite_only
def test_settings_are_shown_without_their_secrets(settings: Settings) -> None:
    folkmoot = Command(
        settings,
        smtp_relay_password="hush",
        database="postgresql://me:hush@db/moot",
        port="4000",
        worker="off",
    )
    out = folkmoot.ok("settings", "--json") + folkmoot.ok("settings")
    assert "hush" not in out
    found = {row["name"]: row["value"] for row in folkmoot.json("settings")}
    assert (found["port"], found["worker"], found["data"]) == (4000, False, settings.data)
    assert found["database"] == "postgresql://me:********@db/moot"


@sqlite_only
def test_a_setting_that_can_t_be_used_is_named(settings: Settings) -> None:
    assert "FOLKMOOT_PORT" in Command(settings, port="many").refused("settings")
    assert "FOLKMOOT_PORT: Expected" in Command(settings, port="99999").refused("settings")
    assert "FOLKMOOT_REGISTRATION" in Command(settings, registration="maybe").refused("user", "list")
    Path(settings.data, "folkmoot.toml").write_text("colour = 'red'\n")
    assert "colour" in Command(settings).refused("doctor")
    Path(settings.data, "folkmoot.toml").write_text("port = = 3")
    assert "folkmoot.toml" in Command(settings).refused("doctor")


def test_migrate_says_what_it_did(bare_settings: Settings) -> None:
    folkmoot = Command(bare_settings)
    assert "migrated from nothing to 0" in folkmoot.ok("migrate")
    assert "already" in folkmoot.ok("migrate")


def test_a_newer_database_is_refused_in_one_line(folkmoot: Command, store: Store) -> None:
    store.write(lambda tx: tx.text_sql(*["UPDATE alembic_version SET version_num = '9999'"] * 2))
    assert "9999" in folkmoot.refused("user", "list")
    assert "9999" in folkmoot.ok("settings") + folkmoot("doctor").stdout


@sqlite_only
def test_a_database_that_is_away_is_one_line(settings: Settings) -> None:
    away = Command(settings, database="postgresql://me@127.0.0.1:1/moot?connect_timeout=2")
    assert "can't be opened" in away.refused("user", "list")
    assert "fail  database" in away("doctor").stdout


def shunt(tx: Tx) -> int:
    """A job that the worker has given up."""
    made = journal.record(tx, journal.POST_ADDED, 1, 2, group_id=3)
    tx.update(journal_t, {"id": made}, state=journal.SHUNTED, attempts=9, error="it did not\nwork")
    return made


def test_a_disk_without_room_is_one_line(bare_settings: Settings) -> None:
    """The migrations of an empty folder write more than a file may hold here."""
    full = subprocess.run(
        ["sh", "-c", f"trap '' XFSZ; ulimit -f 100; exec {PROGRAM} migrate"],
        env=Command(bare_settings).env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert full.returncode == 1
    assert full.stderr.splitlines()[-1].startswith(
        "folkmoot: the database can't be brought up to this version: "
    )
    assert "Traceback" not in full.stderr


def test_a_port_that_is_taken_is_exit_code_one(folkmoot: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [PROGRAM, "serve"],
            env={**folkmoot.env, "FOLKMOOT_HOST": "127.0.0.1", "FOLKMOOT_PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert "address already in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_jobs_are_listed_replayed_and_dropped(folkmoot: Command, store: Store) -> None:
    assert folkmoot.json("jobs", "list") == []
    first, second, third = (store.write(shunt) for _ in range(3))
    listed = folkmoot.json("jobs", "list")
    assert [(j["id"], j["kind"], j["attempts"]) for j in listed] == [
        (i, "post_added", 9) for i in (first, second, third)
    ]
    assert folkmoot.ok("jobs").splitlines()[0].endswith("it did not work"), "one line a job"
    assert folkmoot.ok("jobs", "replay", first).startswith("1 ")
    assert [j["id"] for j in folkmoot.json("jobs", "list", "--waiting")] == [first]
    assert folkmoot.ok("jobs", "drop", second).startswith("1 ")
    assert folkmoot.ok("jobs", "replay", "--all").startswith("1 ")
    assert folkmoot.json("jobs", "list") == []
    assert str(second) in folkmoot.refused("jobs", "replay", second)
    assert "999" in folkmoot.refused("jobs", "drop", 999)
    folkmoot.refused("jobs", "drop", code=2)
    folkmoot.refused("jobs", "drop", 1, "--all", code=2)


def keep(tx: Tx) -> int:
    """A mail that waits."""
    made = tx.ids.next()
    tx.insert(
        outbox, id=made, kind="post", account_id=1, post_id=made, address="anna@example.org",
        created_at=tx.now, run_at=tx.now + 3_600_000, attempts=2, error="451 later",
    )  # fmt: skip
    return made


def test_the_outbox_is_listed_and_sent_at_once(folkmoot: Command, store: Store, settings: Settings) -> None:
    made = store.write(keep)
    listed = folkmoot.json("mail", "outbox", "list")
    assert [(m["id"], m["to"], m["attempts"], m["error"]) for m in listed] == [
        (str(made), "anna@example.org", 2, "451 later")
    ]
    assert folkmoot.ok("mail", "outbox").split("\t")[2] == "anna@example.org"
    assert "FOLKMOOT_SMTP_RELAY" in folkmoot.refused("mail", "outbox", "send")
    relayed = Command(settings, smtp_relay="localhost:2500")
    assert relayed.ok("mail", "outbox", "send", made).startswith("1 ")
    assert folkmoot.json("mail", "outbox", "list")[0]["attempts"] == 0
    assert "12345" in relayed.refused("mail", "outbox", "send", 12345)


def test_a_healthy_house_has_nothing_broken(folkmoot: Command, settings: Settings) -> None:
    found = folkmoot.json("doctor", "--full")
    assert {row["grade"] for row in found} <= {"ok", "warn"}
    assert {row["check"] for row in found} == {
        "address",
        "folder",
        "database",
        "ports",
        "mail",
        "dns",
        "work",
        "integrity",
    }


@sqlite_only
def test_the_doctor_finds_what_is_broken(settings: Settings) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        sick = Command(settings, url="moot.example.org", smtp_relay="127.0.0.1:1", lmtp_port=str(port))
        done = sick("doctor", FOLKMOOT_RELAY="mail.example.org")
    assert done.returncode == 1
    assert "FOLKMOOT_RELAY is set, but no setting is called so" in done.stdout
    lines = done.stdout.splitlines()
    for words in ("fail  address", "fail  mail", f"fail  ports     LMTP: 127.0.0.1:{port}"):
        assert any(line.startswith(words) for line in lines), done.stdout
    assert done.stderr.startswith("folkmoot: 3 of")
    Path(settings.data, "folkmoot.db").write_bytes(b"no database at all " * 1000)
    assert "fail  database" in Command(settings)("doctor").stdout


@sqlite_only
def test_routes_are_what_coverage_reads(folkmoot: Command) -> None:
    rows = folkmoot.json("routes")
    assert {"mastodon", "friendica", "groupsio"} <= {row["door"] for row in rows}
    assert all(row.keys() == {"door", "method", "path"} for row in rows)


@sqlite_only
def test_a_reader_that_goes_away_is_no_traceback(folkmoot: Command) -> None:
    line = f"{PROGRAM} settings --json | head -c 10"
    done = subprocess.run(["bash", "-c", line], env=folkmoot.env, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
