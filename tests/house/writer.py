"""A process that writes posts and says each one whose commit was acknowledged: it is there to be killed."""

from __future__ import annotations

import sys

from folkmoot.domain import accounts, posts
from folkmoot.domain.access import Viewer
from folkmoot.domain.accounts import NewPerson
from folkmoot.domain.drafts import Draft
from folkmoot.settings import load
from folkmoot.store.blobs import FolderBlobs
from folkmoot.store.engine import open_store


def main() -> None:
    """Write until killed; every line on standard output is a post whose commit was acknowledged."""
    settings = load()
    store = open_store(settings)
    blobs = FolderBlobs(settings.folder / "blobs")
    ada = store.write(
        lambda tx: accounts.find_by_name(tx, "ada") or accounts.add_person(tx, NewPerson(name="ada"))
    )
    number = 0
    while True:
        number += 1
        key = blobs.put(f"{sys.argv[1]} {number}".encode() * 50)
        draft = Draft(text=f"{sys.argv[1]} {number}", audience=0, extra={"blob": key})
        written = store.write(lambda tx, draft=draft: posts.write(tx, Viewer(ada), draft))
        sys.stdout.write(f"{written.id} {key}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
