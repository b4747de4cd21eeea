"""Run every check, one line of JSON each, then what the library offers and what of it was called."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback

from mastodon import Mastodon

from suite import accounts, admin, groups, instance, lists, login, notices, place, posting, streams, timelines
from suite.world import CALLED, CHECKS, World

MODULES = (login, instance, accounts, posting, timelines, lists, notices, streams, groups, place, admin)


def main():
    world = World(json.loads(sys.stdin.read()))
    for each in CHECKS:
        begun = time.time()
        try:
            each(world)
            found = {"check": each.__name__, "error": ""}
        except Exception:  # the test in the other process shows it
            found = {"check": each.__name__, "error": traceback.format_exc()[-3500:]}
        print(json.dumps({**found, "seconds": round(time.time() - begun, 2)}), flush=True)
    public = [name for name in dir(Mastodon) if not name.startswith("_")]
    print(json.dumps({"called": sorted(CALLED), "public": public}), flush=True)
    os._exit(0)  # listeners that an older library can't end must not keep this alive


main()
