"""A DNS of a test's own: records by name and kind, names that never answer, and slow ones."""

from __future__ import annotations

import time
from typing import Any

from folkmoot.kit.mail.dns import DnsDown


class Names:
    """Answers from a table; *down* are names (or ends of names) that get no answer."""

    def __init__(self, records: dict[tuple[str, str], list[str]] | None = None) -> None:
        self.records = dict(records or {})
        self.down: set[str] = set()
        self.delay = 0.0
        self.asked: list[tuple[str, str]] = []

    def txt(self, name: str, *values: str) -> Names:
        self.records[name.lower(), "TXT"] = list(values)
        return self

    def ask(self, name: str, kind: Any, seconds: float = 4.0) -> list[str]:
        name = name.lower().rstrip(".")
        self.asked.append((name, kind))
        time.sleep(self.delay)
        if "" in self.down or any(name == end or name.endswith("." + end) for end in self.down):
            raise DnsDown(name)
        return self.records.get((name, kind), [])
