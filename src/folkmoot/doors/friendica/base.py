"""The Door of the Friendica API: its paths, limits and leniencies in one place."""

from __future__ import annotations

from folkmoot.doors.frame import BindRules, Door, RateRule
from folkmoot.doors.friendica.encode import encode
from folkmoot.doors.friendica.login import authenticate, check, prove, secret_of
from folkmoot.doors.friendica.refusals import refuse

door = Door(
    "friendica",
    authenticate=authenticate,
    before=prove,
    check=check,
    refuse=refuse,
    encode=encode,
    prefixes=("/api/",),
    mirrors=(("/api/", "/api/1.1/"),),
    suffixes=True,
    rules=BindRules(
        max_text=24 * 1024 * 1024,
        quiet=True,
        texts_as_files=True,
        present=frozenset({"exclude_replies", "skip_status", "stringify_ids"}),
    ),
    limits=(
        RateRule(name="friendica", path="/api/", limit=1500, window=300),
        RateRule(name="signing", path="/oauth/", limit=120, window=300, by="ip"),
    ),
    headers=((b"vary", b"Authorization"),),
    secret=secret_of,
)
