"""The decoder's own process: limits itself, decodes what stands on standard input, writes facts and bytes, ends.

`python -m folkmoot.kit.media.child '{"task": …, "limits": …, "options": …}'`. The answer is one line of JSON
{"facts": …, "parts": [lengths]} and the parts; or {"bad": why, "text": …}.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

_PR_SET_PDEATHSIG = 1
"""Linux: end with the process that started this one (prctl(2))."""


def _limit(limits: dict[str, int]) -> None:
    """From here on this process can only do so much, whatever a decoder is tricked into."""
    for kind, value in (
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["output"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (value, value))
    os.nice(limits.get("nice", 0))
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # nobody waits for an answer any more


def _do(task: str, options: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    if task in ("probe", "convert"):
        from folkmoot.kit.media import moving

        with os.fdopen(os.dup(0), "rb") as file:
            return moving.probe(file, **options) if task == "probe" else moving.convert(file, **options)
    with os.fdopen(os.dup(0), "rb") as file:
        data = file.read()
    if task in ("page", "rel_me"):
        from folkmoot.kit import pagefacts

        return {task: (pagefacts.told if task == "page" else pagefacts.names_me)(data, **options)}, []
    from folkmoot.kit.media import pictures

    works: dict[str, Callable[..., tuple[dict[str, Any], list[bytes]]]] = {
        "picture": pictures.picture,
        "scaled": pictures.scaled,
        "fitted": pictures.fitted,
        "still": pictures.still,
    }
    return works[task](data, **options)


def main() -> None:
    """Do the one task of the command line."""
    job = json.loads(sys.argv[1])
    _limit(job["limits"])
    from folkmoot.kit.media.bad import Bad

    try:
        facts, parts = _do(job["task"], job["options"])
        answer: dict[str, Any] = {"facts": facts, "parts": [len(part) for part in parts]}
    except Bad as bad:
        answer, parts = {"bad": bad.why, "text": bad.text}, []
    except MemoryError:
        answer, parts = {"bad": "broken", "text": "it would take too much memory"}, []
    out = sys.stdout.buffer
    out.write(json.dumps(answer).encode() + b"\n")
    for part in parts:
        out.write(part)
    out.flush()


if __name__ == "__main__":
    main()
