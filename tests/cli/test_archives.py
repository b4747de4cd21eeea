"""Archives in and out by command: each message once, all bytes back, words for everything that can't be."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest
from tests.support.command import PROGRAM, Command

MBOX = b"""From anna@example.org Sat Nov  4 10:00:00 2017
From: Anna <anna@example.org>
To: gardeners@example.org
Subject: Beans
Date: Sat, 4 Nov 2017 10:00:00 +0000
Message-ID: <one@example.org>

When do you sow?

From bruno@example.org Sat Nov  4 11:00:00 2017
From: =?iso-8859-1?q?J=F6rg?= <joerg@example.org>
To: gardeners@example.org
Subject: Re: Beans
Date: Sat, 4 Nov 2017 11:00:00 +0000
Message-ID: <two@example.org>
In-Reply-To: <one@example.org>
References: <one@example.org>

After the frost.
>From then on they grow.

"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "2017-11.mbox"
    path.write_bytes(MBOX)
    return path


@pytest.fixture
def gardeners(folkmoot: Command) -> Command:
    """The command, with a group to import into."""
    folkmoot.ok("user", "create", "owner")
    folkmoot.ok("group", "create", "gardeners", "--owner", "owner")
    return folkmoot


def test_an_archive_comes_in_once_and_goes_out_as_it_came(
    gardeners: Command, file: Path, tmp_path: Path
) -> None:
    line = ("import", "mbox", file, "--group", "gardeners")
    first = gardeners.json(*line)
    assert (first["read"], first["added"], first["known"], first["unreadable"]) == (2, 2, 0, [])
    again = gardeners.json(*line)
    assert (again["read"], again["added"], again["known"]) == (2, 0, 2)
    assert "2 messages read: 0 added" in gardeners.ok(*line)
    assert gardeners.json("group", "list")[0]["threads"] == 1
    people = {p["email"]: p["state"] for p in gardeners.json("user", "list")}
    assert people["anna@example.org"] == people["joerg@example.org"] == "address_only"

    out = tmp_path / "out.mbox"
    gardeners.ok("export", "mbox", "--group", "gardeners", "-o", out)
    assert out.read_bytes() == MBOX
    piped = subprocess.run(
        [PROGRAM, "export", "mbox", "--group", "gardeners"],
        env=gardeners.env,
        capture_output=True,
        check=True,
    )
    assert piped.stdout == MBOX
    assert piped.stderr == b"2 messages\n"
    assert [f.name for f in tmp_path.glob("*.part")] == []


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_refusals_are_one_line(folkmoot: Command, file: Path, tmp_path: Path) -> None:
    assert "no group 'none'" in folkmoot.refused("import", "mbox", file, "--group", "none")
    assert "no group 'none'" in folkmoot.refused("export", "mbox", "--group", "none")
    assert "missing.mbox" in folkmoot.refused(
        "import", "mbox", tmp_path / "missing.mbox", "--group", "x", code=2
    )
    folkmoot.refused("import", "mbox", file, code=2)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_members_and_zips_come_in_by_command(gardeners: Command, file: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "gardeners.zip"
    with zipfile.ZipFile(bundle, "w") as out:
        out.write(file, "messages.mbox")
    first = gardeners.json("import", "zip", bundle, "--group", "gardeners")
    assert (first["read"], first["added"], first["unreadable"]) == (2, 2, [])
    assert "is no zip" in gardeners.refused("import", "zip", file, "--group", "gardeners")
    others = gardeners.ok("import", "mbox", file, "--group", "gardeners", "--only", "else@example.org")
    assert "2 are of other lists" in others

    roster = tmp_path / "members.csv"
    roster.write_text(
        "email,name,delivery\nanna@example.org,Anna,digest\nnonsense,N,\ncleo@example.org,Cleo,\n"
    )
    line = ("import", "members", roster, "--group", "gardeners")
    done = gardeners(*line)
    assert "3 lines read: 2 added, 0 were there already, 1 left out" in done.stdout
    assert "line 3: nonsense: not an address" in done.stderr
    again = gardeners.json(*line)
    assert (again["added"], again["known"]) == (0, 2)
    assert gardeners.ok("mail", "outbox", "list") == "", "nobody was written to"
    out_file = tmp_path / "out.csv"
    gardeners.ok("export", "members", "--group", "gardeners", "-o", out_file)
    lines = out_file.read_text().splitlines()
    assert lines[0] == "email,name,username,role,delivery,joined"
    assert len(lines) == 4
    assert any(row.startswith("anna@example.org,Anna,anna,member,digest,") for row in lines)
