"""A process that writes posts and says each one whose commit was acknowledged: it is there to be killed."""

from __future__ import annotations

import itertools
import os
import sys
import threading

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.settings import load
from folkmoot.store.blobs import FolderBlobs
from folkmoot.store.engine import open_store
from folkmoot.store.tx import Tx

THREADS = 4
TAKEN_BACK = "oops"
"""In the text of posts whose transaction fails after they were written."""


def main() -> None:
    """Write until killed; every line on standard output is a post whose commit was acknowledged."""
    settings = load()
    store = open_store(settings)
    blobs = FolderBlobs(settings.folder / "blobs")
    ada = store.write(
        lambda tx: accounts.find_by_name(tx, "ada") or accounts.add_person(tx, NewPerson(name="ada"))
    )

    def one(number: int) -> None:
        fails = number % 11 == 5
        text = f"{sys.argv[1]} {TAKEN_BACK if fails else ''} {number}"
        key = blobs.put(text.encode() * 500)

        def write(tx: Tx) -> int:
            made = posts.write(tx, Viewer(ada), Draft(text=text, extra={"blob": key})).id
            if fails:
                raise LookupError
            return made

        try:
            made = store.write(write)
        except LookupError:
            return
        # One call for each line, so that only the very last can be torn.
        os.write(1, f"{made} {key}\n".encode())

    def forever(start: int) -> None:
        for number in itertools.count(start, THREADS):
            one(number)

    for start in range(THREADS):
        threading.Thread(target=forever, args=(start,)).start()


if __name__ == "__main__":
    main()
