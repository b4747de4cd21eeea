"""The commands of people, as somebody uses them: against a running server, with a home of their own."""

from __future__ import annotations

import base64
import importlib.machinery
import json
import os
import resource
import stat
import subprocess
import sys
import threading
import types
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.client.test_session import png
from tests.clients.conftest import PASSWORD, seed
from tests.support.command import PROGRAM
from tests.support.command import Shell as Anyone
from tests.support.server import running_server
from tests.support.visitor import Visitor

from folkmoot.cli.personal import images, stash
from folkmoot.cli.personal.advice import advice
from folkmoot.cli.personal.entering import in_the_clear
from folkmoot.cli.personal.loopback import Loopback
from folkmoot.cli.personal.plain import clean, text_of
from folkmoot.client import ConnectionFailed, Mastodon, MastodonNetworkError, MastodonNotFoundError


class Shell(Anyone):
    """`folkmoot` at a home of its own."""

    def __init__(self, home: Path, url: str) -> None:
        super().__init__(XDG_CONFIG_HOME=str(home), HOME=str(home))
        self.url, self.home = url, home


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("personal")
    seed(folder)
    with running_server(folder, password_grant=True, confirm_email=False) as up:
        yield up.url


@pytest.fixture(scope="module")
def ada(url: str, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("ada"), url)
    shell.ok("login", url, "--user", "ada@suite.test", "--password-stdin", stdin=f"{PASSWORD}\n")
    return shell


@pytest.fixture(scope="module")
def ben(url: str, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("ben"), url)
    shell.ok("login", url, "--token-stdin", stdin="token-ben\n")
    return shell


def test_logins_are_kept_safely(ada: Shell) -> None:
    file = ada.home / "folkmoot" / "logins.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    name = f"ada@{ada.url.partition('://')[2]}"
    assert ada.json("accounts") == [{"name": name, "server": ada.url, "api": "mastodon", "current": True}]
    assert ada.ok("whoami").splitlines()[0] == name


def test_several_logins(ada: Shell) -> None:
    ada.ok("login", ada.url, "--token-stdin", stdin="token-cleo\n")
    assert ada.json("whoami")["username"] == "cleo"
    assert ada.json("whoami", "--as", "ada")["username"] == "ada"
    assert json.loads(ada.ok("whoami", "--json", MOOT_AS="ada"))["username"] == "ada"
    ada.ok("use", "ada")
    ada.ok("logout", "--as", "cleo")
    assert [one["current"] for one in ada.json("accounts")] == [True]
    assert "no login is called 'cleo'" in ada.refused("whoami", "--as", "cleo")


def test_a_token_of_the_environment(ada: Shell, tmp_path: Path) -> None:
    nobody = Shell(tmp_path, ada.url)
    assert "folkmoot login" in nobody.refused("whoami")
    assert "@ben" in nobody.ok("whoami", MOOT_URL=ada.url, MOOT_TOKEN="token-ben")
    assert list(tmp_path.iterdir()) == []


def test_by_key_for_groups_alone(ada: Shell, tmp_path: Path) -> None:
    shell = Shell(tmp_path, ada.url)
    shell.ok("login", ada.url, "--api", "groupsio", stdin="token-ben\n")
    assert shell.json("accounts")[0]["api"] == "groupsio"
    assert "parlour" in shell.ok("groups", "list")
    assert "ben@suite.test" in shell.ok("whoami")
    assert "groups alone" in shell.refused("timeline")


def test_a_file_that_is_broken_is_named(ada: Shell, tmp_path: Path) -> None:
    file = tmp_path / "folkmoot" / "logins.json"
    file.parent.mkdir()
    for text in ("{", '{"current": 1}', "[]"):
        file.write_text(text)
        assert str(file) in Shell(tmp_path, ada.url).refused("timeline")


def allow(address: str, url: str) -> str:
    """What somebody does in the browser: log in, and let the program in. What the program's page says."""
    browser = Visitor(url)
    browser.get("/login")
    browser.send("/login", who="cleo@suite.test", password=PASSWORD)
    browser.get(address.removeprefix(url))
    back = browser.send("/oauth/authorize", decision="allow").headers["location"]
    return urllib.request.urlopen(back).read().decode()


def test_in_the_browser(url: str, tmp_path: Path) -> None:
    shell = Shell(tmp_path, url)
    running = subprocess.Popen(
        [PROGRAM, "login", url], env=shell.env | {"BROWSER": "true"}, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert running.stderr is not None
    running.stderr.readline()
    page = allow(running.stderr.readline().strip(), url)
    out, rest = running.communicate(timeout=30)
    assert running.returncode == 0, rest + page
    assert "You are logged in" in page
    assert out.startswith("logged in as cleo@")
    assert "logged out" in shell.ok("logout")


def test_the_loopback_takes_only_its_own_state() -> None:
    with Loopback("right") as waiting:
        for query, status in (("state=wrong&code=a", 400), ("code=a", 400), ("state=right&code=b", 200)):
            try:
                got = urllib.request.urlopen(f"{waiting.url}?{query}").status
            except urllib.error.HTTPError as error:
                got = error.code
            assert got == status
        assert waiting.code(1) == "b"


def test_posting_and_reading(ada: Shell, ben: Shell, tmp_path: Path) -> None:
    picture = tmp_path / "dots.png"
    picture.write_bytes(png())
    said = ada.json("post", "Tea", "at", "four #shell", "-m", picture, "--alt", "Four dots")
    assert said["media_attachments"][0]["description"] == "Four dots"
    answer = ben.json("reply", said["id"], "-", stdin="With milk\n")
    assert answer["in_reply_to_id"] == said["id"]
    assert ada.json("thread", said["id"])[1]["id"] == answer["id"]
    thread = ada.ok("thread", said["url"])
    assert "Tea at four" in thread
    assert "  ben" in thread
    for which in ("home", "public", "local", "#shell", "@ada"):
        assert said["id"] in [one["id"] for one in ada.json("timeline", which, "-n", 5)], which
    for verb, field in (("favourite", "favourited"), ("bookmark", "bookmarked"), ("boost", "reblogged")):
        made = ben.json(verb, said["id"])
        assert (made.get("reblog") or made)[field]
        ben.ok(verb, said["id"], "--undo")
    assert "mentions you" in ada.ok("notifications")
    assert ada.json("notifications", "--only", "mention")[0]["account"]["username"] == "ben"
    ada.ok("post", "@ben just us", "--visibility", "direct")
    assert "just us" in ben.ok("timeline", "direct")
    assert "Tea at four" in ada.ok("search", "#shell", "--of", "posts") + ada.ok("timeline", "#shell")
    ada.ok("pin", said["id"])
    ada.ok("delete", said["id"])
    assert "it is not there" in ada.refused("thread", said["id"])
    assert "home, public" in ada.refused("timeline", "nonsense")


def test_polls_and_later_posts(ada: Shell, ben: Shell) -> None:
    asked = ada.json("post", "Tea or coffee?", "--poll", "tea", "--poll", "coffee", "--poll-for", "2h")
    assert ben.json("vote", asked["id"], 1)["own_votes"] == [0]
    assert "✓1. tea" in ben.ok("thread", asked["id"])
    later = ada.json("post", "Later", "--at", "+3h")
    assert "Later" in ada.ok("timeline", "scheduled")
    ada.ok("delete", later["id"], "--scheduled")
    assert "is no time" in ada.refused("post", "x", "--at", "tomorrow")
    assert "two answers" in ada.refused("post", "x", "--poll", "one", code=2)


def test_posts_are_changed(ada: Shell, tmp_path: Path) -> None:
    picture = tmp_path / "dots.png"
    picture.write_bytes(png())
    said = ada.json("post", "Tea at fuor", "-m", picture, "-w", "tea", "--alt", "Dots")
    made = ada.json("edit", said["id"], "Tea at four")
    assert ("Tea at four" in made["content"], made["spoiler_text"], made["sensitive"]) == (True, "tea", True)
    assert [media["id"] for media in made["media_attachments"]] == [said["media_attachments"][0]["id"]]
    assert "from a pipe" in ada.json("edit", said["id"], stdin="from a pipe\n")["content"]
    ada.ok("edit", said["id"], "-w", "")
    made = ada.json("thread", said["id"])[0]
    assert ("from a pipe" in made["content"], made["spoiler_text"]) == (True, "")
    asked = ada.json("post", "Which?", "--poll", "a", "--poll", "b")
    assert [one["title"] for one in ada.json("edit", asked["id"], "Which one?")["poll"]["options"]] == [
        "a",
        "b",
    ]
    assert ada.json("delete", asked["id"])["text"] == "Which one?"


def test_an_editor_opens(ada: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from folkmoot.cli.common import Failed
    from folkmoot.cli.personal import editing

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    for program, found in (("sed -i s/fuor/four/", "at four"), ("true", ""), ("no-such-editor", "")):
        monkeypatch.setenv("VISUAL", program)
        if found:
            assert editing._edited("at fuor") == found
        else:
            with pytest.raises(Failed):
                editing._edited("at fuor")


def test_lists(ada: Shell) -> None:
    ada.ok("follow", "fay")
    assert "made Near" in ada.ok("lists", "create", "Near")
    assert "in Near" in ada.ok("lists", "add", "Near", "fay")
    assert ada.json("lists", "people", "Near")[0]["acct"] == "fay"
    assert ada.json("timeline", "list:Near") == []
    assert "no longer" in ada.ok("lists", "remove", "Near", "fay")
    assert "Near" in ada.ok("lists", "list")
    ada.ok("lists", "create", "Near")
    assert "2 lists are called 'Near'" in ada.refused("lists", "delete", "Near")
    for one in ada.json("lists", "list"):
        ada.ok("lists", "delete", str(one["id"]))
    assert "no list 'Near'" in ada.refused("timeline", "list:Near")


def test_filters(ada: Shell) -> None:
    made = ada.json("filters", "add", "spoiler", "season finale", "--for", "7d", "--in", "home", "--hide")
    assert (made["filter_action"], made["context"]) == ("hide", ["home"])
    assert [word["keyword"] for word in made["keywords"]] == ["spoiler", "season finale"]
    assert "spoiler, season finale" in ada.ok("filters", "list")
    assert "removed spoiler" in ada.ok("filters", "remove", "spoiler")
    assert "no filter" in ada.refused("filters", "remove", "spoiler")
    assert "30m" in ada.refused("filters", "add", "x", "--for", "ever", code=2)


def test_requests_to_follow(ada: Shell, ben: Shell, tmp_path: Path) -> None:
    dora = Shell(tmp_path, ada.url)
    dora.ok("login", ada.url, "--token-stdin", stdin="token-dora\n")
    for one, verb, words in ((ada, "accept", "follows you now"), (ben, "reject", "turned down")):
        one.ok("follow", "dora")
        name = one.json("whoami")["username"]
        assert f"@{name}" in dora.ok("requests")
        assert words in dora.ok("requests", verb, name)
    assert dora.json("requests", "list") == []
    assert ada.json("show", "dora")["relationship"]["following"]
    ada.ok("follow", "dora", "--undo")


def test_people(ada: Shell) -> None:
    assert "following @fay" in ada.ok("follow", "fay")
    assert "@fay" in ada.ok("following")
    assert "you follow them" in ada.ok("show", "@fay")
    assert "asked @dora" in ada.ok("follow", "dora")
    assert "no longer following @fay" in ada.ok("follow", "fay", "--undo")
    assert ada.json("mute", "fay")["muting"]
    assert ada.json("block", "fay")["blocking"]
    ada.ok("block", "fay", "--undo")
    assert "nobody is called nemo" in ada.refused("follow", "nemo")
    assert "nobody is called @fay@far.example" in ada.refused("block", "@fay@far.example")


def test_the_profile(ben: Shell, tmp_path: Path) -> None:
    picture = tmp_path / "me.png"
    picture.write_bytes(png())
    made = ben.json(
        "profile", "--name", "Ben B", "--field", "Home=Here = there", "--avatar", picture, "--locked"
    )
    assert (made["display_name"], made["locked"]) == ("Ben B", True)
    assert [(one["name"], one["value"]) for one in made["source"]["fields"]] == [("Home", "Here = there")]
    assert "Ben B @ben" in ben.ok("profile", "--no-locked")
    assert "NAME=VALUE" in ben.refused("profile", "--field", "Home", code=2)


def test_groups(ada: Shell, ben: Shell, tmp_path: Path) -> None:
    assert "cellar" in ben.ok("groups", "list", "--all")
    assert "joined cellar" in ben.ok("groups", "join", "cellar")
    assert "asked to join attic" in ben.ok("groups", "join", "attic")
    paper = tmp_path / "list.txt"
    paper.write_text("seeds")
    assert "posted to cellar" in ada.ok(
        "groups", "post", "cellar", "Who has <seeds>?", "-s", "Seeds", "-m", paper
    )
    assert "posted to cellar" in ada.ok("post", "Tomorrow", "--group", "cellar", "--subject", "Meeting")
    topics = {one["subject"]: one["id"] for one in ben.json("groups", "read", "cellar")}
    assert set(topics) == {"Seeds", "Meeting"}
    first = ben.json("groups", "read", "cellar", topics["Seeds"])[0]
    ben.ok("groups", "post", "cellar", "I have", "--reply-to", first["msg_num"])
    shown = ada.ok("groups", "read", "cellar", topics["Seeds"])
    assert "Who has <seeds>?" in shown
    assert "I have" in shown
    assert "list.txt" in shown
    assert "Seeds" in ada.ok("groups", "read", "cellar", "--search", "seeds")
    assert "--subject" in ada.refused("groups", "post", "cellar", "x", code=2)
    ada.ok("groups", "archive", "cellar", "--to", tmp_path / "cellar.zip")
    assert zipfile.is_zipfile(tmp_path / "cellar.zip")
    assert "left cellar" in ben.ok("groups", "leave", "cellar")
    assert "group_not_found" in ada.refused("groups", "read", "nowhere")


def test_files_and_the_calendar(ada: Shell, tmp_path: Path) -> None:
    from folkmoot.client import GroupsIO

    with GroupsIO(ada.url, key="token-ada") as client:
        client.update_group(group_name="attic", files_access="group_access_subscribers")
        event = client.add_event(
            "Tasting", "2030-01-02T10:00:00Z", "2030-01-02T11:00:00Z", group_name="attic", rsvp=True
        )
    paper = tmp_path / "plan.txt"
    paper.write_text("a plan")
    assert ada.ok("groups", "upload", "attic", paper, "--desc", "What we do").strip() == "plan.txt"
    assert "What we do" in ada.ok("groups", "files", "attic")
    assert ada.json("groups", "files", "attic", "--search", "plan")[0]["name"] == "plan.txt"
    ada.ok("groups", "download", "attic", "plan.txt", "--to", tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_text() == "a plan"
    assert "is there already" in ada.refused("groups", "download", "attic", "plan.txt", "--to", paper)
    assert "Tasting" in ada.ok("groups", "calendar", "attic", "--from", "2030-01-01")
    assert "you said yes" in ada.ok("groups", "rsvp", event.id, "yes")


def test_the_wiki_and_chats(ada: Shell, ben: Shell) -> None:
    from folkmoot.client import GroupsIO

    with GroupsIO(ada.url, key="token-ada") as client:
        client.update_group(
            group_name="attic", wiki_access="group_access_subscribers", chat_access="group_access_subscribers"
        )
        room = client.new_chat("Tonight", "What we eat", False, group_name="attic")
    assert "wrote Cellar keys" in ada.ok("groups", "write", "attic", "Cellar keys", "Under the <mat>.")
    assert "changed Cellar keys" in ada.ok("groups", "write", "attic", "Cellar keys", "-", stdin="With Fay.")
    assert "Cellar keys" in ada.ok("groups", "wiki", "attic")
    assert "With Fay." in ada.ok("groups", "wiki", "attic", "Cellar keys")
    assert "no page" in ada.refused("groups", "wiki", "attic", "Nothing")
    assert "Tonight" in ada.ok("groups", "chats", "attic")
    ada.ok("groups", "say", room.id, "Soup", "then")
    assert "Soup then" in ada.ok("groups", "chat", room.id)
    assert ada.json("groups", "chat", room.id)[-1]["message"] == "Soup then"


def test_live(ada: Shell) -> None:
    running = subprocess.Popen(
        [PROGRAM, "stream", "#live", "--json", "-n", "1"], env=ada.env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert running.stderr is not None
    assert "listening" in running.stderr.readline()
    ended = threading.Event()
    ben = Mastodon(access_token="token-ben", api_base_url=ada.url)

    def speak() -> None:
        while not ended.wait(0.5):
            ben.status_post("Now #live")

    speaking = threading.Thread(target=speak, daemon=True)
    speaking.start()
    out, _ = running.communicate(timeout=30)
    ended.set()
    speaking.join()
    assert json.loads(out)["payload"]["account"]["username"] == "ben"


def test_wrong_words_are_one_line(ada: Shell) -> None:
    assert "can't be reached" in ada.refused("login", "http://127.0.0.1:9", "--token-stdin", stdin="x\n")
    said = ada.refused("login", ada.url, "--token-stdin", stdin="wrong\n")
    assert "log in again" in said
    assert said.count("\n") == 0


def test_a_server_in_the_clear_is_warned_of() -> None:
    found = [
        in_the_clear(url) for url in ("http://town.example", "https://town.example", "http://127.0.0.1:80")
    ]
    assert found == [True, False, False]


def test_advice() -> None:
    assert "it is not there" in advice(
        MastodonNotFoundError("Mastodon API returned error", 404, "Not Found", "Record")
    )
    for error in (ConnectionFailed("no route"), MastodonNetworkError("no route")):
        assert "can't be reached" in advice(error)


def test_text_of_posts() -> None:
    html = '<p>Tea &amp; <a href="https://example.org/long">cake</a><br>now</p><p><a href="https://x.org/">x.org</a></p>'
    assert text_of(html) == "Tea & cake <https://example.org/long>\nnow\n\nx.org"
    assert text_of("<ul><li>a</li><li>b</li></ul>") == "- a\n- b"
    assert clean("red\x1b[31m\x9b\u202e") == "red[31m"


def test_pictures_for_terminals() -> None:
    assert base64.b64encode(png()).decode() in images.escape(png(), "iterm")
    large = png() + bytes(5000)
    assert images.escape(large, "kitty").count("\x1b_G") == 2
    assert images.escape(b"\xff\xd8\xff", "kitty") == ""
    assert images.blocks("LNJRdVM{00Rj%Mayt7j[4nWBofRj", 4, 2).plain == "▀▀▀▀\n" * 2


def test_the_keyring_is_optional(ada: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A keyring as the package has it; where the package is missing one is told so."""
    shell = Shell(tmp_path / "home", ada.url)
    assert "pip install keyring" in shell.refused(
        "login", ada.url, "--token-stdin", "--keyring", stdin="token-ben\n"
    )
    ring: dict[str, str] = {}
    module: Any = types.ModuleType("keyring")
    module.__spec__ = importlib.machinery.ModuleSpec("keyring", None)
    module.set_password = lambda service, name, token: ring.update({name: token})
    module.get_password = lambda service, name: ring.get(name)
    module.delete_password = lambda service, name: ring.pop(name)
    monkeypatch.setitem(sys.modules, "keyring", module)
    shell.ok("login", ada.url, "--token-stdin", "--keyring", stdin="token-ben\n")
    assert list(ring.values()) == ["token-ben"]
    assert "token-ben" not in (tmp_path / "home" / "folkmoot" / "logins.json").read_text()
    assert "@ben" in shell.ok("whoami")
    shell.ok("logout")
    assert ring == {}
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "empty"))
    assert stash.load().logins == {}


def test_help_comes_quickly() -> None:
    """A quarter of a second where nothing else runs; here in seconds of the processor, which neighbours do not take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([PROGRAM, "--help"], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


def test_completion_knows_the_commands() -> None:
    env = {
        **os.environ,
        "_FOLKMOOT_COMPLETE": "complete_bash",
        "COMP_WORDS": "folkmoot ti",
        "COMP_CWORD": "1",
    }
    done = subprocess.run([PROGRAM], env=env, capture_output=True, text=True)
    assert done.stdout.split() == ["timeline"]
