"""Where the real mail of other projects lies, and a skip with a reason where it does not."""

import tarfile
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "mail"


@pytest.fixture(scope="session")
def mail_data() -> Path:
    if not DATA.is_dir():
        pytest.skip(f"no real mail at {DATA}")
    return DATA


@pytest.fixture(scope="session")
def mboxes(mail_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The 31 mbox files of the ponymail corpus, unpacked."""
    target = tmp_path_factory.mktemp("ponymail")
    with tarfile.open(mail_data / "apache-ponymail" / "ponymail-unit-tests-corpus.tar.xz") as archive:
        archive.extractall(target, filter="data")
    found = sorted(target.rglob("*.mbox"))
    assert len(found) == 31
    return found
