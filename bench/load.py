"""Load on a server: wrk for rates and latencies, a small client of our own for what wrk can't ask."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16

_SCRIPT = """
local tokens = {{{tokens}}}
local n = 0
request = function()
  n = n + 1
  local token = tokens[(n * 7919) % #tokens + 1]
  local headers = {{["Authorization"] = "Bearer " .. token{type}}}
  return wrk.format("{method}", "{path}", headers, {body})
end
done = function(summary, latency, requests)
  io.write(string.format("RESULT %d %d %.1f %.1f %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    summary.errors.status + summary.errors.read + summary.errors.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """Requests a second, median and 99th percentile in ms, failed requests."""

    rate: float
    p50: float
    p99: float
    failed: int


def wrk(url: str, path: str, tokens: list[str], *, seconds: float = 6, form: str = "") -> Load:
    """Ask *path* with 16 connections, each request with another reader's token; *form* makes it a POST."""
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("the benchmark needs wrk: apt-get install wrk")
    script = _SCRIPT.format(
        tokens=", ".join(f'"{t}"' for t in tokens),
        type=', ["Content-Type"] = "application/x-www-form-urlencoded"' if form else "",
        method="POST" if form else "GET",
        path=path,
        body=f'"{form}"' if form else "nil",
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        Path(file.name).write_text(script)
        done = subprocess.run(
            [
                program,
                "-t1",
                f"-c{CONNECTIONS}",
                f"-d{max(1, round(seconds))}s",
                "--latency",
                "-s",
                file.name,
                url,
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)", done.stdout)
    if found is None:
        raise SystemExit(f"wrk said: {done.stdout}{done.stderr}")
    requests, micros, p50, p99, failed = (float(x) for x in found.groups())
    return Load(requests / micros * 1e6, p50 / 1000, p99 / 1000, int(failed))
