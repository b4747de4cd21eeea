"""How Friendica and Groups.io are spoken: parameters as query or form, files as multipart, answers as structs."""

from __future__ import annotations

import io
import mimetypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote

import msgspec

from folkmoot.client.calls import Answer, Call, Pairs
from folkmoot.client.errors import ApiError
from folkmoot.client.leniency import decoded
from folkmoot.wire.request import Request, Upload

A = TypeVar("A")
FileLike = str | os.PathLike[str] | bytes | BinaryIO | Upload
"""A file to send: a path, its bytes, a file open for reading bytes, or an `Upload` with name and type of one's own."""
READS = frozenset({"GET", "HEAD"})


def upload(file: FileLike) -> Upload:
    """*file* as it is sent: name and type are those of the path, or guessed from the first bytes. Raises OSError."""
    if isinstance(file, Upload):
        return file
    if isinstance(file, (str, os.PathLike)):
        path = Path(file)
        data, name = path.read_bytes(), path.name
    elif isinstance(file, bytes):
        data, name = file, ""
    else:
        data, name = file.read(), Path(str(getattr(file, "name", ""))).name
    kind = mimetypes.guess_type(name)[0] or _kind(data)
    return Upload(name or f"file{mimetypes.guess_extension(kind) or ''}", kind, data)


def _kind(data: bytes) -> str:
    marks = {
        b"\x89PNG": "image/png",
        b"\xff\xd8\xff": "image/jpeg",
        b"GIF8": "image/gif",
        b"%PDF": "application/pdf",
    }
    return next((kind for mark, kind in marks.items() if data.startswith(mark)), "application/octet-stream")


class Dialect:
    """One API's way with parameters: *suffix* ends its paths, *joined* lists travel as one value with commas between.

    *refusal* makes the exception of an answer that is a refusal; *whole* names endpoint classes whose body is JSON.
    """

    def __init__(
        self,
        *,
        refusal: Callable[[Answer], ApiError],
        suffix: str = "",
        joined: bool = False,
        whole: frozenset[str] = frozenset(),
    ) -> None:
        self.refusal, self.suffix, self.joined, self.whole = refusal, suffix, joined, whole

    def prepare(self, base_url: str, request: Request[Any]) -> Call:
        """The call that asks *request*; what was not said (UNSET, None, a field's default) is not sent."""
        values = said(request)
        endpoint = request.endpoint
        method = "GET" if endpoint.methods[0] == "*" else endpoint.methods[0]
        path = path_of(endpoint.path, endpoint.aliases, values)
        files = {name: values.pop(name) for name in [n for n, v in values.items() if _is_files(v)]}
        call = Call(method, f"{base_url}{path}{self.suffix}")
        if type(request).__name__ in self.whole:
            call.json = msgspec.to_builtins(values)
            return call
        pairs = [pair for name, value in values.items() for pair in self._pairs(name, value)]
        if files:
            call.body, call.headers["Content-Type"] = _multipart(pairs, files)
        elif method in READS:
            call.query = pairs
        else:
            call.form = pairs
        return call

    def _pairs(self, name: str, value: Any) -> Pairs:
        if isinstance(value, bool):
            return [(name, "true" if value else "false")]
        if isinstance(value, list):
            if not self.joined:
                return [(name, str(one)) for one in value]
            return [(name, ",".join(str(one) for one in value))]
        if isinstance(value, dict):
            return [(name, msgspec.json.encode(value).decode())]
        return [(name, str(value))]

    def read(self, request: Request[A], answer: Answer) -> A:
        """The answer in the endpoint's type. Raises ApiError (refused), BadAnswer (not of that type)."""
        if not answer.ok:
            raise self.refusal(answer)
        found: A = decoded(type(request).__name__, answer.body, request.endpoint.answer)
        return found


def said(request: Request[Any]) -> dict[str, Any]:
    """The parameters that were given, by their names on the wire: not those that are UNSET, None or a default."""
    given: dict[str, Any] = {}
    for one in msgspec.structs.fields(request):
        value = getattr(request, one.name)
        default = one.default_factory() if callable(one.default_factory) else one.default
        if value is msgspec.UNSET or value is None or (value == default and type(value) is type(default)):
            continue
        given[one.encode_name] = value
    return given


def path_of(path: str, aliases: tuple[str, ...], values: dict[str, Any]) -> str:
    """The path, or the alias of it, whose parameters are all there; they leave *values*."""
    for one in (path, *aliases):
        names = [part[1:-1] for part in one.split("/") if part.startswith("{")]
        if all(name in values for name in names):
            for name in names:
                one = one.replace(f"{{{name}}}", quote(str(values.pop(name)), safe="@"))
            return one
    raise TypeError(f"{path}: a part of the path is missing")


def _is_files(value: Any) -> bool:
    return isinstance(value, Upload) or (
        isinstance(value, list) and any(isinstance(v, Upload) for v in value)
    )


def _multipart(pairs: Pairs, files: dict[str, Any]) -> tuple[bytes, str]:
    from urllib3.filepost import encode_multipart_formdata

    fields: list[Any] = list(pairs)
    for name, value in files.items():
        for one in value if isinstance(value, list) else [value]:
            fields.append((name, (one.filename, one.data, one.content_type)))
    body, kind = encode_multipart_formdata(fields)
    return body, kind


class Watched(io.RawIOBase):
    """Bytes to send that tell how far they are: *told* gets bytes sent and bytes in all."""

    def __init__(self, data: bytes, told: Callable[[int, int], None]) -> None:
        self.data, self.told, self.at = memoryview(data), told, 0

    def __len__(self) -> int:
        return len(self.data)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = (0, self.at, len(self.data))[whence] + offset
        return self.at

    def read(self, size: int = -1) -> bytes:
        end = len(self.data) if size is None or size < 0 else min(self.at + size, len(self.data))
        piece = bytes(self.data[self.at : end])
        self.at = end
        self.told(self.at, len(self.data))
        return piece
