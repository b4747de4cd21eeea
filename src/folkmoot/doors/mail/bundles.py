"""Archives that come as a zip (Groups.io, Google Takeout, our own): each mbox in it, bounded in what it unpacks to."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from folkmoot.doors.mail.archive import Advance, Problem, Report, import_mbox

if TYPE_CHECKING:
    from folkmoot.store.blobs import Blobs
    from folkmoot.store.engine import Store

MAX_RATIO: Final = 200
"""An entry that unpacks to more than so many times its size, and to more than SMALL octets, is a bomb: text packs 10 to
20 times smaller."""
SMALL: Final = 50_000_000
MAX_ENTRIES: Final = 10_000
CHUNK: Final = 1024 * 1024
_BEGIN: Final = b"From "
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)
"""What reading a zip raises that is damaged, encrypted, or packed in a way of its own."""


class BadBundle(ValueError):
    """The file is no zip, or nothing in it is an mbox; the text says why."""


def import_zip(
    store: Store,
    blobs: Blobs,
    group_name: str,
    path: Path,
    progress: Advance | None = None,
    *,
    only: str = "",
) -> Report:
    """Import each mbox in a zip into a group, as `import_mbox` does; an entry that can't be unpacked is reported, and
    the rest goes on. Raises NotFound for the group, OSError, BadBundle.
    """
    report = Report(problems=[])
    try:
        bundle = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise BadBundle(f"{path} is no zip: {error}") from error
    with bundle, tempfile.TemporaryDirectory(dir=store.settings.folder, prefix="import-") as folder:
        entries = [entry for entry in bundle.infolist()[:MAX_ENTRIES] if not entry.is_dir()]
        taken = 0
        for entry in entries:
            shown = path / Path(entry.filename.replace("\0", "")).name
            file = Path(folder) / "one.mbox"  # an entry's own name is never used as a path
            try:
                found = _unpack(bundle, entry, file)
            except _BROKEN as error:
                report.problems.append(Problem(shown, 0, f"can't be unpacked: {error}"))
                continue
            if not found:
                continue
            taken += 1
            _add(report, import_mbox(store, blobs, group_name, [file], progress, only=only), shown)
    if not taken and not report.problems:
        raise BadBundle(f"there is no mbox in {path}")
    return report


def _unpack(bundle: zipfile.ZipFile, entry: zipfile.ZipInfo, file: Path) -> bool:
    """Write an entry that is an mbox to *file*; False where it is none. Raises one of _BROKEN."""
    named = entry.filename.lower().endswith((".mbox", ".mbx"))
    if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        if named:
            raise zipfile.BadZipFile("it unpacks to far more than an archive would")
        return False
    with bundle.open(entry) as packed:
        first = packed.read(CHUNK)
        if not named and not first.startswith(_BEGIN):
            return False
        with open(file, "wb") as out:
            while first:
                out.write(first)
                first = packed.read(CHUNK)
    return True


def _add(report: Report, more: Report, shown: Path) -> None:
    report.read += more.read
    report.added += more.added
    report.known += more.known
    report.repeated += more.repeated
    report.others += more.others
    report.problems += [msgspec.structs.replace(problem, file=shown) for problem in more.problems]
