"""A linear look over raw mail before anything parses it: sizes, counts and the part tree, all with hard
limits.
"""

from dataclasses import dataclass, field

from folkmoot.kit.mail.headers import Block, delimiter_at, parse_value, scan_block
from folkmoot.kit.mail.octets import Octets

MAX_PARTS = 1_000
"""Parts of one message."""
MAX_DEPTH = 50
"""Levels of multiparts and embedded messages, counted together."""
MAX_DASH_LINES = 500_000
"""Lines that begin with `--` and delimit nothing; more only serve to burn time."""
MAX_SEMICOLONS = 500
"""Semicolons in one Content-Type; a real spam carried thousands and cost the standard parser seconds."""


class Unparsable(ValueError):
    """The message passes a limit, so nothing may parse it; `reason` says which, in plain words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Part:
    """One entity of a message, as offsets into the raw bytes; the root is part 0."""

    block: Block
    parent: int
    depth: int
    mime: str
    params: dict[str, str]
    encoding: str
    start: int
    body: int
    end: int
    children: list[int] = field(default_factory=list)
    closed: bool = True


@dataclass(slots=True)
class Shape:
    """What the look found: sizes in octets, counts, the tree in document order, and oddities."""

    size: int
    header_size: int
    header_lines: int
    received: int
    longest_header: int
    depth: int
    parts: list[Part]
    problems: list[str]


def check(raw: Octets) -> Shape:
    """The shape of `raw`, in one linear pass. Raises Unparsable past a limit of this module or of
    `headers`.
    """
    parts = _Walk(raw).run()
    root = parts.parts[0].block
    return Shape(
        size=len(raw),
        header_size=root.size,
        header_lines=root.lines,
        received=sum(1 for name, _ in root.fields if name == "received"),
        longest_header=root.longest,
        depth=max(part.depth for part in parts.parts),
        parts=parts.parts,
        problems=parts.problems,
    )


class _Walk:
    """The pass itself: a stack of open parts, and a table from delimiter to the level it belongs to."""

    def __init__(self, raw: Octets) -> None:
        self.raw = raw
        self.end = len(raw)
        self.parts: list[Part] = []
        self.problems: list[str] = []
        self.stack: list[int] = []
        self.delimiters: dict[bytes, int] = {}
        self.shadowed: list[tuple[bytes, int | None]] = []

    def run(self) -> "_Walk":
        pos = self._open(0, default="text/plain")
        misses = 0
        while self.delimiters:
            at = self._next_dashes(pos)
            if at < 0:
                break
            hit = delimiter_at(self.raw, at, self.end, self.delimiters)
            if hit is None:
                misses += 1
                if misses > MAX_DASH_LINES:
                    raise Unparsable("too many lines that look like boundaries")
                pos = at + 2
                continue
            pos = self._delimit(at, *hit)
        self._unwind(0, self.end, closed=False)
        return self

    def _next_dashes(self, pos: int) -> int:
        if self.raw.startswith(b"--", pos) and (pos == 0 or self.raw[pos - 1] == 10):
            return pos
        at = self.raw.find(b"\n--", pos)
        return at + 1 if at >= 0 else -1

    def _delimit(self, at: int, level: int, closes: bool, after: int) -> int:
        """Act on a delimiter of the multipart at stack `level`; return where to look on."""
        cut = at - 2 if self.raw[at - 2 : at] == b"\r\n" else max(at - 1, 0)
        self._unwind(level + 1, cut, closed=False)
        if closes:
            self._unwind(level, cut, closed=True)
            return after
        parent = self.parts[self.stack[level]]
        default = "message/rfc822" if parent.mime == "multipart/digest" else "text/plain"
        return self._open(after, default=default)

    def _open(self, start: int, *, default: str) -> int:
        """Open the part at `start`, and the messages embedded at its very beginning; return where its text
        begins.
        """
        while True:
            part = self._read(start, default)
            index = len(self.parts)
            self.parts.append(part)
            if self.stack:
                self.parts[self.stack[-1]].children.append(index)
            self._push(index, part)
            embedded = part.mime in ("message/rfc822", "message/global") and part.encoding not in (
                "base64",
                "quoted-printable",
            )
            if not embedded or part.body >= self.end:
                return part.body
            start, default = part.body, "text/plain"

    def _read(self, start: int, default: str) -> Part:
        block = scan_block(self.raw, start, self.end, self.delimiters)
        if block.over:
            raise Unparsable(block.over)
        declared = block.get("content-type")
        if declared and declared.count(b";") > MAX_SEMICOLONS:
            raise Unparsable("Content-Type with too many parameters")
        mime, params = parse_value(declared)
        if mime.count("/") != 1:
            mime = "text/plain" if mime == "text" or declared else default
        depth = len(self.stack)
        if depth >= MAX_DEPTH:
            raise Unparsable("nested too deep")
        if len(self.parts) >= MAX_PARTS:
            raise Unparsable("too many parts")
        encoding, _ = parse_value(block.get("content-transfer-encoding"))
        parent = self.stack[-1] if self.stack else -1
        return Part(block, parent, depth, mime, params, encoding, start, block.body, self.end)

    def _push(self, index: int, part: Part) -> None:
        self.stack.append(index)
        boundary = part.params.get("boundary", "").encode("utf-8", "replace").rstrip()
        if part.mime.startswith("multipart/") and boundary and len(boundary) <= 250:
            if boundary in self.delimiters:
                self.problems.append("same boundary at two levels")
            self.shadowed.append((boundary, self.delimiters.get(boundary)))
            self.delimiters[boundary] = len(self.stack) - 1
            part.closed = False
        else:
            self.shadowed.append((b"", None))

    def _unwind(self, level: int, cut: int, *, closed: bool) -> None:
        """Close every open part at stack `level` and above at offset `cut`."""
        while len(self.stack) > level:
            part = self.parts[self.stack.pop()]
            boundary, before = self.shadowed.pop()
            part.end = max(part.body, cut)
            if not boundary:
                continue
            if before is None:
                del self.delimiters[boundary]
            else:
                self.delimiters[boundary] = before
            part.closed = closed
            if not closed and "boundary never closed" not in self.problems:
                self.problems.append("boundary never closed")
