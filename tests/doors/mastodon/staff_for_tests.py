"""People of the staff with tokens, and the outbox read by kind: for the tests of what the staff does."""

from __future__ import annotations

import json
from typing import Any

from tests.doors.mastodon.moot import Answer, Moot, Person

from folkmoot.domain.access import Role

FULL = "read write follow admin:read admin:write"


class Staff:
    """An owner, an admin and a moderator of one server."""

    def __init__(self, moot: Moot) -> None:
        self.moot = moot
        self.owner = self.of("owner1", Role.OWNER)
        self.admin = self.of("admin1", Role.ADMIN)
        self.moderator = self.of("moderator1", Role.MODERATOR)

    def of(self, name: str, role: Role) -> Person:
        person = self.moot.person(name, role=role)
        person.token = self.moot.token(person.id, FULL)
        return person

    def outbox(self, kind: str, account_id: int) -> list[dict[str, Any]]:
        """Payloads of mails of a kind that wait for somebody."""
        text = "SELECT payload FROM outbox WHERE kind = {} AND account_id = {} ORDER BY id"
        rows = self.moot.store.read(
            lambda tx: tx.text_sql(
                text.format(":kind", ":id"), text.format("%(kind)s", "%(id)s"), kind=kind, id=account_id
            ).fetchall()
        )
        return [json.loads(row[0]) for row in rows]


def call(who: Person, method: str, path: str, **data: Any) -> Answer:
    """A call with a JSON body, whatever comes of it."""
    return who.moot.call(method, path, who.token, json=data)


def done(who: Person, method: str, path: str, **data: Any) -> Any:
    """A call that must succeed."""
    found = call(who, method, path, **data)
    assert found.status == 200, (path, found.status, found.body[:500])
    return found.json


def said(found: Answer, status: int, text: str) -> None:
    """A refusal in these words."""
    assert (found.status, found.json["error"]) == (status, text)


def linked(found: Answer) -> dict[str, str]:
    """Paths with queries of the Link header, by relation."""
    out = {}
    for piece in found.headers.get("link", "").split(", "):
        if piece:
            url, _, rel = piece.partition("; ")
            out[rel.removeprefix('rel="').rstrip('"')] = "/api/" + url.strip("<>").partition("/api/")[2]
    return out
