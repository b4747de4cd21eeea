"""Signs mail: DKIM (RFC 6376, rsa-sha256, relaxed/relaxed) and the first seal of an ARC chain (RFC 8617).

A body is hashed once for all its receivers; each signature then costs one RSA operation. `dkimpy` does the same in
Python alone, ten times slower, and hashes anew each time.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from folkmoot.kit.mail.octets import Octets

KEY_BITS = 2048
SIGNED = (
    "from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "sender",
    "mime-version", "content-type", "content-transfer-encoding", "list-id", "list-post", "list-help",
    "list-subscribe", "list-unsubscribe", "list-unsubscribe-post", "list-owner", "list-archive", "archived-at",
    "auto-submitted",
)  # fmt: skip
"""Headers that are signed where they are there; From once more than it is there, so that none can be added."""
STEP = 1_000
"""Lines that are hashed at once."""
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)\r\n")
_SPACES = re.compile(rb"[ \t]+")
_SELECTOR = re.compile(
    r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,3}\Z"
)


class BadKey(ValueError):
    """A key can't be read or made; the text says why."""


def is_selector(text: str) -> bool:
    """Whether a text may stand in front of ._domainkey."""
    return bool(_SELECTOR.match(text))


def make_key(file: Path) -> None:
    """Write a new private key that only its owner may read. Raises FileExistsError, OSError."""
    import os

    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = rsa.generate_private_key(65_537, KEY_BITS).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())


class Signer:
    """A private key with the domain and selector under which its public half stands in the DNS."""

    def __init__(self, pem: bytes, domain: str, selector: str) -> None:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(pem, None)
        except (ValueError, TypeError) as error:
            raise BadKey(f"the key can't be read: {error}") from error
        if not isinstance(key, RSAPrivateKey) or key.key_size < 1024:
            raise BadKey("the key must be an RSA key of at least 1024 bits")
        self._key: RSAPrivateKey = key
        self.domain = domain
        self.selector = selector

    @property
    def record(self) -> str:
        """What is to be written into the DNS, as TXT of {selector}._domainkey.{domain}."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        data = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={base64.b64encode(data).decode()}"

    def sign(self, digest: bytes) -> str:
        """The signature of a SHA-256 digest, in base64."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding, utils

        made = self._key.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
        return base64.b64encode(made).decode()


class Prepared:
    """A mail whose headers are made canonical and whose body is hashed, to be signed once for each receiver."""

    def __init__(self, signer: Signer, mail: bytes, now: int) -> None:
        """*mail* has CRLF line ends; *now* in seconds since 1970."""
        head, _, body = mail.partition(b"\r\n\r\n")
        self.signer = signer
        self.now = now
        self.body_hash = BodyHashes(body).of(relaxed=True).decode()
        fields = {name.lower().decode(): (name, value) for name, value in _fields(head + b"\r\n")}
        self._names = [name for name in SIGNED if name in fields]
        self._hashed = hashlib.sha256(b"".join(relaxed_header(fields[n]) + b"\r\n" for n in self._names))
        self._starts: dict[tuple[str, ...], tuple[bytes, bytes]] = {}

    def dkim(self, more: bytes = b"") -> bytes:
        """The DKIM-Signature header; *more* are further headers of one copy, which the mail itself has not."""
        return self._signature("DKIM-Signature", "v=1; ", _fields(more))

    def seal(self, server: str, results: str) -> bytes:
        """The three headers that begin an ARC chain: *results* is what *server* saw when the mail came in, in the words
        of Authentication-Results without the server's name."""
        seen = f"ARC-Authentication-Results: i=1; {server}; {results}".replace("; ", ";\r\n ")
        seen_header = seen.encode("ascii", "replace") + b"\r\n"
        message = self._signature("ARC-Message-Signature", "i=1; ", [])
        start = (
            f"ARC-Seal: i=1; a=rsa-sha256; t={self.now}; cv=none;\r\n d={self.signer.domain};"
            f" s={self.signer.selector};\r\n b="
        ).encode("ascii")
        data = b"\r\n".join([*map(relaxed_header, _fields(seen_header + message)), _unsigned(start)])
        return start + _folded(self.signer.sign(hashlib.sha256(data).digest())) + message + seen_header

    def _signature(self, name: str, first: str, more: Sequence[tuple[bytes, bytes]]) -> bytes:
        chosen = [field for field in more if field[0].lower().decode() in SIGNED]
        start, unsigned = self._start(name, first, [field[0].lower().decode() for field in chosen])
        digest = self._hashed.copy()
        for field in chosen:
            digest.update(relaxed_header(field) + b"\r\n")
        digest.update(unsigned)
        return start + _folded(self.signer.sign(digest.digest()))

    def _start(self, name: str, first: str, more: Sequence[str]) -> tuple[bytes, bytes]:
        """The header up to its signature, and its canonical form; the same for all copies with the same headers."""
        found = self._starts.get((name, *more))
        if found is None:
            listed = ":".join([*self._names, *more, "from"])
            start = (
                f"{name}: {first}a=rsa-sha256; c=relaxed/relaxed; d={self.signer.domain};\r\n"
                f" s={self.signer.selector}; t={self.now};\r\n h={_fold_names(listed)};\r\n bh={self.body_hash};\r\n b="
            ).encode("ascii")
            found = self._starts[(name, *more)] = (start, _unsigned(start))
        return found


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    return [(match[1], match[2]) for match in _FIELD.finditer(head)]


def relaxed_header(field: tuple[bytes, bytes]) -> bytes:
    """One header in the relaxed form (RFC 6376, 3.4.2), without a line end."""
    name, value = field
    return name.lower() + b":" + _SPACES.sub(b" ", value.replace(b"\r\n", b"")).strip()


class BodyHashes:
    """The hashes of a body in both canonical forms, each made once, in small steps that let other threads go on.
    It stands in *raw* from *start* on."""

    def __init__(self, raw: Octets, start: int = 0) -> None:
        self._raw, self._start = raw, start
        self._made: dict[bool, bytes] = {}

    def of(self, *, relaxed: bool) -> bytes:
        """SHA-256 of the simple or relaxed form (RFC 6376, 3.4.3 and 3.4.4), in base64."""
        found = self._made.get(relaxed)
        if found is None:
            found = self._made[relaxed] = base64.b64encode(self._digest(relaxed))
        return found

    def _digest(self, relaxed: bool) -> bytes:
        digest, lines, empty, said = hashlib.sha256(), list[bytes](), 0, False
        for raw in _lines(self._raw, self._start):
            line = raw.removesuffix(b"\r")
            said = said or bool(raw.strip(b"\r"))
            if relaxed and (b" " in line or b"\t" in line):
                line = _SPACES.sub(b" ", line).rstrip(b" ")
            if not line:
                empty += 1
                continue
            for start in range(0, empty, STEP):
                lines += [b""] * min(STEP, empty - start)
                _flush(digest, lines, STEP)
            empty = 0
            lines.append(line)
            _flush(digest, lines, STEP)
        if not relaxed and not said:
            lines = [b""]
        _flush(digest, lines, 0)
        return digest.digest()


def _flush(digest: hashlib._Hash, lines: list[bytes], least: int) -> None:
    """Hash the lines, where there are at least so many."""
    if len(lines) >= least:
        digest.update(b"".join(line + b"\r\n" for line in lines))
        lines.clear()


def _lines(raw: Octets, at: int) -> Iterator[bytes]:
    """The lines from there on, without their LF; what stands behind the last one, too."""
    while (end := raw.find(b"\n", at)) >= 0:
        yield raw[at:end]
        at = end + 1
    yield raw[at:]


def _unsigned(start: bytes) -> bytes:
    return relaxed_header(_fields(start + b"\r\n")[0])


def _folded(signature: str) -> bytes:
    lines = [signature[at : at + 72] for at in range(0, len(signature), 72)]
    return ("\r\n ".join(lines) + "\r\n").encode("ascii")


def _fold_names(names: str) -> str:
    lines, line = [], ""
    for word in names.split(":"):
        if len(line) + len(word) > 66:
            lines.append(line)
            line = ""
        line += word + ":"
    return "\r\n  ".join([*lines, line]).rstrip(":")
