"""What a message says: the tree of parts walked into one text, one HTML and the attachments."""

from collections.abc import Sequence

import msgspec

from folkmoot.kit.mail.bodies import (
    MAX_TEXT,
    decode_text,
    decode_transfer,
    enriched_to_text,
    html_to_text,
    unflow,
)
from folkmoot.kit.mail.guard import Part
from folkmoot.kit.mail.headers import display_name, parse_value
from folkmoot.kit.mail.octets import Octets

_CRYPT = frozenset({"multipart/encrypted"})
_ENDINGS = {
    "message/rfc822": ".eml",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "text/calendar": ".ics",
    "message/delivery-status": ".txt",
    "text/html": ".html",
    "text/plain": ".txt",
}


class Attachment(msgspec.Struct):
    """A part kept as a file: a name safe to show, the claimed type, the decoded bytes, the Content-ID
    without <>.
    """

    name: str
    mime: str
    data: bytes
    content_id: str | None = None
    inline: bool = False


class Content(msgspec.Struct):
    """The readable side of a message; `html` is raw and must be sanitised before it is shown."""

    text: str
    html: str | None
    attachments: list[Attachment]


class _Piece(msgspec.Struct):
    """What a subtree gives: plain texts, and HTML texts that no plain text stands for."""

    texts: list[str]
    htmls: list[str]


class Reader:
    """Walks the parts of one message; `problems` grows as things turn out odd."""

    def __init__(self, raw: Octets, parts: Sequence[Part], problems: list[str]) -> None:
        self.raw = raw
        self.parts = parts
        self.problems = problems
        self.attachments: list[Attachment] = []
        self.room = MAX_TEXT

    def read(self) -> Content:
        """The content of the whole message. Never raises."""
        piece = self._visit(self.parts[0], inline_root=True)
        text = "\n".join(text.rstrip("\n") for text in piece.texts if text.strip())
        html = piece.htmls[0] if piece.htmls else None
        return Content(text, html, self.attachments)

    def _visit(self, part: Part, *, inline_root: bool = False, keep: bool = False) -> _Piece:
        if part.mime.startswith("multipart/") and part.children:
            return self._multipart(part, keep)
        if keep or not self._is_body(part, inline_root):
            self._attach(part)
            return _Piece([], [])
        return self._leaf(part)

    def _multipart(self, part: Part, keep: bool) -> _Piece:
        children = [self.parts[index] for index in part.children]
        if part.mime in _CRYPT or keep:
            return self._sequence(children, keep=True)
        if part.mime == "multipart/alternative":
            return self._alternative(children)
        if part.mime == "multipart/related":
            return self._related(part, children)
        return self._sequence(children, keep=False)

    def _sequence(self, children: Sequence[Part], *, keep: bool) -> _Piece:
        whole = _Piece([], [])
        for child in children:
            piece = self._visit(child, keep=keep)
            whole.texts += piece.texts
            whole.htmls += piece.htmls
        return whole

    def _alternative(self, children: Sequence[Part]) -> _Piece:
        """One rendering only: the plain one as text if it says anything, and the last HTML beside it."""
        plain: list[str] | None = None
        other: list[str] = []
        htmls: list[str] = []
        for child in children:
            piece = self._visit(child)
            if child.mime == "text/plain" and plain is None and any(text.strip() for text in piece.texts):
                plain = piece.texts
            elif piece.texts:
                other = piece.texts
            if piece.htmls:
                htmls = piece.htmls
        return _Piece(plain if plain is not None else other, htmls)

    def _related(self, part: Part, children: Sequence[Part]) -> _Piece:
        start = part.params.get("start", "").strip("<> ")
        root = children[0]
        for child in children:
            if start and _content_id(child) == start:
                root = child
        piece = self._visit(root)
        for child in children:
            if child is not root:
                self._visit(child, keep=True)
        return piece

    def _is_body(self, part: Part, root: bool) -> bool:
        if part.mime not in ("text/plain", "text/html", "text/enriched", "text/richtext"):
            return False
        disposition, params = parse_value(part.block.get("content-disposition"))
        if disposition == "attachment":
            return False
        named = "filename" in params or "name" in part.params
        return (
            root
            or not named
            or (disposition == "inline" and part.mime == "text/plain" and "filename" not in params)
        )

    def _leaf(self, part: Part) -> _Piece:
        text, replaced, cut = decode_text(self._body(part), part.encoding, part.params.get("charset"))
        if replaced:
            self._note("charset replaced")
        if cut or len(text) > self.room:
            self._note("text truncated")
            text = text[: self.room]
        self.room -= len(text)
        if part.mime == "text/html":
            return _Piece([html_to_text(text)], [text])
        if part.mime != "text/plain":
            return _Piece([enriched_to_text(text)], [])
        if part.params.get("format", "").lower() == "flowed":
            text = unflow(text, delsp=part.params.get("delsp", "").lower() == "yes")
        return _Piece([text], [])

    def _attach(self, part: Part) -> None:
        data = decode_transfer(self._body(part), part.encoding)
        disposition, params = parse_value(part.block.get("content-disposition"))
        claimed = params.get("filename") or part.params.get("name") or ""
        name = display_name(claimed) if claimed.strip() else "attachment" + _ENDINGS.get(part.mime, "")
        content_id = _content_id(part)
        inline = disposition == "inline" or (disposition != "attachment" and content_id is not None)
        if data or claimed:
            self.attachments.append(Attachment(name, part.mime, data, content_id, inline))

    def _body(self, part: Part) -> memoryview:
        """The octets of a part where they stand: a large one is not copied before it is decoded."""
        return memoryview(self.raw)[part.body : part.end]

    def _note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def _content_id(part: Part) -> str | None:
    raw = part.block.get("content-id")
    value = raw.decode("latin-1").strip().strip("<>").strip()[:250] if raw else ""
    return value or None
