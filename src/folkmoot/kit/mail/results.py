"""Authentication-Results headers (RFC 8601), read with tolerance and written plainly."""

from __future__ import annotations

import re

import msgspec

MAX_VALUE = 8_000
MAX_CLAIMS = 30
_COMMENT = re.compile(r"\(([^()]{0,1000})\)")
_WORD = re.compile(r'\s*([A-Za-z0-9_.-]{1,60})\s*=\s*("(?:[^"\\]|\\.){0,500}"|[^\s;"]{1,500})')
_SERVER = re.compile(r'\s*("?)([^\s;"]{1,253})\1')
_POLICY = re.compile(r"\b(?:p|policy(?:\.dmarc)?)\s*=\s*(none|quarantine|reject)\b", re.IGNORECASE)


class Claim(msgspec.Struct, frozen=True):
    """One method and its result, with what it is about ({"header.from": "example.org"})."""

    method: str
    result: str
    properties: dict[str, str] = {}
    policy: str = ""

    def about(self, *names: str) -> str:
        """The first of these properties that is there, in lower case, else an empty text."""
        return next((self.properties[name].lower() for name in names if name in self.properties), "")


def read_results(value: str) -> tuple[str, list[Claim]]:
    """Whose header it is (authserv-id) and what it claims; nothing where it can't be read."""
    server, _, rest = value[:MAX_VALUE].partition(";")
    match = _SERVER.match(_COMMENT.sub(" ", server))
    claims = []
    for part in rest.split(";")[:MAX_CLAIMS]:
        said = " ".join(_COMMENT.findall(part))
        words = _WORD.findall(_COMMENT.sub(" ", part))
        if not words:
            continue
        method, result = words[0]
        properties = {name.lower(): text.strip('"')[:253] for name, text in words[1:]}
        policy = _POLICY.search(said) or _POLICY.search(
            " ".join(f"{name}={text}" for name, text in words[1:])
        )
        claims.append(
            Claim(method.lower(), result.lower().strip('"'), properties, policy[1].lower() if policy else "")
        )
    return (match[2] if match else ""), claims


def write_results(server: str, claims: list[Claim]) -> str:
    """The value of a header: the server's name, then a claim a part."""
    parts = [server]
    for claim in claims:
        about = "".join(f" {name}={_safe(text)}" for name, text in claim.properties.items() if _safe(text))
        policy = f" (p={claim.policy})" if claim.policy else ""
        parts.append(f"{claim.method}={claim.result}{policy}{about}")
    return "; ".join(parts if claims else [server, "none"])


def _safe(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9@._+=-]", "", text)[:253]
