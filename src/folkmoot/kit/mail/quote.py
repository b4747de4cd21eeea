"""A reply taken apart into what its writer says, what is quoted, and the signature, without losing a
character.

Answers written between quotes stay in the body together with the quotes they answer, as mailing lists need
them.
"""

import msgspec

from folkmoot.kit.mail.quotemarks import (
    ATTRIBUTION_HINT,
    ATTRIBUTIONS,
    DELIMITER,
    DEVICE,
    FENCE,
    HEADER_FROM,
    HEADER_OTHER,
    MARKER,
    NAMED,
    PREFIX,
    QUOTED,
    SIGNATURE,
)

MAX_LINES = 20_000
"""Lines that are looked at; what follows is taken as quoted."""
MAX_SIGNATURE_LINES = 15
_MAX_LINE = 300
_MAX_TRIES = 300
# The patterns of `quotemarks` are tried on short lines with single spaces, and on so many at most: that
# bounds them.

BODY, QUOTE, SIGN = "body", "quoted", "signature"
_TEXT, _BLANK, _QUOTED, _ATTRIBUTION, _EMBED, _HEADER, _NAMED = "t", "e", "q", "a", "m", "h", "n"


class Reply(msgspec.Struct):
    """`body`, `quoted` and `signature`, each joined from its `parts`; the parts in order are the whole
    text.
    """

    body: str
    quoted: str
    signature: str
    parts: list[tuple[str, str]]


def split_reply(text: str) -> Reply:
    """Take a reply apart. `body` has no blank lines around it; the texts of `parts` joined are exactly
    `text`.
    """
    lines = text.splitlines(keepends=True)
    kinds = _classify(lines[:MAX_LINES])
    marks = _mark(kinds)
    marks += [QUOTE] * (len(lines) - len(marks))
    _mark_signature(lines, kinds, marks)
    if not any(mark == BODY and line.strip() for mark, line in zip(marks, lines, strict=True)):
        marks = _only_quotes(kinds, marks, lines)
    parts = _join(lines, marks)
    return Reply(_side(parts, BODY), _side(parts, QUOTE), _side(parts, SIGN), parts)


def _side(parts: list[tuple[str, str]], kind: str) -> str:
    joined = "".join(text if text.endswith("\n") else text + "\n" for part, text in parts if part == kind)
    return joined.replace("\r\n", "\n").strip("\n").rstrip() if joined.strip() else ""


def _join(lines: list[str], marks: list[str]) -> list[tuple[str, str]]:
    parts: list[tuple[str, list[str]]] = []
    for line, mark in zip(lines, marks, strict=True):
        if not parts or parts[-1][0] != mark:
            parts.append((mark, []))
        parts[-1][1].append(line)
    return [(mark, "".join(held)) for mark, held in parts]


def _tidy(line: str) -> str:
    return " ".join(line[:_MAX_LINE].split())


def _classify(lines: list[str]) -> list[str]:
    """One letter per line: text, blank, quoted (under a name: only right below an attribution), attribution,
    embedded-mail marker, or header of an embedded mail.
    """
    kinds: list[str] = []
    fenced = False
    for line in lines:
        if FENCE.match(line):
            fenced = not fenced
        if not line.strip():
            kinds.append(_BLANK)
        elif fenced:
            kinds.append(_TEXT)
        else:
            kinds.append(_QUOTED if QUOTED.match(line[:40]) else _TEXT)
    tidy = [_tidy(line) for line in lines]
    tries = 0
    for index, line in enumerate(tidy):
        if kinds[index] in (_BLANK, _HEADER, _ATTRIBUTION):
            continue
        if MARKER.match(PREFIX.sub("", line)):
            kinds[index] = _EMBED
        elif kinds[index] == _TEXT and HEADER_FROM.match(line):
            _find_headers(tidy, kinds, index)
        elif tries < _MAX_TRIES and ATTRIBUTION_HINT.search(line):
            tries += 0 if _find_attribution(tidy, kinds, index) else 1
    _find_named(lines, kinds)
    return kinds


def _find_named(lines: list[str], kinds: list[str]) -> None:
    """Mark the first quoted line below an attribution where it bears a name."""
    for index in range(len(kinds) - 1):
        if kinds[index] == _ATTRIBUTION:
            after = _skip(kinds, index, _ATTRIBUTION + _BLANK)
            if after < len(kinds) and kinds[after] == _QUOTED and NAMED.match(lines[after]):
                kinds[after] = _NAMED


def _find_headers(lines: list[str], kinds: list[str], start: int) -> None:
    """Mark a run of `From: ... Subject: ...` lines: at least three of them, some may run on for a line."""
    found, last, miss = 0, start, 0
    for index in range(start, min(start + 15, len(lines))):
        if kinds[index] == _BLANK:
            break
        if HEADER_OTHER.match(lines[index]):
            found, last, miss = found + 1, index, 0
        else:
            miss += 1
            if miss > 2:
                break
    if found >= 3:
        while last + 1 < len(lines) and kinds[last + 1] == _TEXT and last - start < 15:
            last += 1
        kinds[start : last + 1] = [_HEADER] * (last + 1 - start)


def _find_attribution(lines: list[str], kinds: list[str], end: int) -> bool:
    """Mark the attribution that ends on the line `end`, if it is one: of one line, or of up to six joined."""
    joined = ""
    blanks = 0
    for start in range(end, max(-1, end - 7), -1):
        if kinds[start] == _ATTRIBUTION or len(joined) > _MAX_LINE:
            return False
        if kinds[start] == _BLANK:
            blanks += 1
            if blanks > 1 or "wrote" not in joined:
                return False
            continue
        joined = (PREFIX.sub("", lines[start]).strip() + " " + joined).strip()
        open_above = start > 0 and lines[start - 1].strip() == "<"
        torn = open_above or joined.count(">") > joined.count("<") or joined[:1] in ("<", ">")
        if not torn and any(pattern.match(joined) for pattern in ATTRIBUTIONS):
            kinds[start : end + 1] = [_ATTRIBUTION] * (end + 1 - start)
            return True
    return False


def _mark(kinds: list[str]) -> list[str]:
    """Body or quoted for each line, from the kinds alone."""
    marks = [BODY] * len(kinds)
    said = False
    index = 0
    while index < len(kinds):
        kind = kinds[index]
        if kind == _TEXT:
            said = True
        elif kind in (_EMBED, _HEADER):
            if said:
                return marks[:index] + [QUOTE] * (len(kinds) - index)
            marks[index] = QUOTE
        elif kind == _ATTRIBUTION:
            index = _mark_attribution(kinds, marks, index, said)
            continue
        index += 1
    return _mark_tail(kinds, marks)


def _mark_attribution(kinds: list[str], marks: list[str], start: int, said: bool) -> int:
    """Decide on an attribution and what follows it; return where to go on."""
    after = _skip(kinds, start, _ATTRIBUTION + _BLANK)
    # Who quotes under names has answered above; what follows is the rest of the quoted mail.
    if after < len(kinds) and kinds[after] in (_TEXT, _NAMED) and said:
        marks[start:] = [QUOTE] * (len(kinds) - start)
        return len(kinds)
    behind = _skip(kinds, after, _QUOTED + _NAMED + _BLANK + _ATTRIBUTION + _EMBED)
    if behind >= len(kinds) or kinds[behind] == _HEADER:
        marks[start:] = [QUOTE] * (len(kinds) - start)
        return len(kinds)
    stop = _skip(kinds, start, _ATTRIBUTION) if said or kinds[after] == _TEXT else behind
    marks[start:stop] = [QUOTE] * (stop - start)
    return max(stop, start + 1)


def _skip(kinds: list[str], index: int, through: str) -> int:
    while index < len(kinds) and kinds[index] in through:
        index += 1
    return index


def _mark_tail(kinds: list[str], marks: list[str]) -> list[str]:
    """Quotes at the very end answer nothing: mark them quoted, if anything is said before them."""
    index = len(kinds)
    while index and (kinds[index - 1] in (_QUOTED, _NAMED, _BLANK, _EMBED) or marks[index - 1] == QUOTE):
        index -= 1
    if index and _QUOTED in kinds[index:]:
        marks[index:] = [QUOTE] * (len(kinds) - index)
    return marks


def _only_quotes(kinds: list[str], marks: list[str], lines: list[str]) -> list[str]:
    """Where nothing at all is left, the mail is a quote its writer meant to send; a chain is not."""
    if any(kind in (_ATTRIBUTION, _EMBED, _HEADER) for kind in kinds):
        return marks
    return [BODY if mark == QUOTE else mark for mark in marks][: len(lines)]


def _mark_signature(lines: list[str], kinds: list[str], marks: list[str]) -> None:
    """Mark the signature that ends the last stretch of body: `-- ` and what follows, device lines, bare
    rules.
    """
    end = len(marks)
    while end and (marks[end - 1] == QUOTE or not lines[end - 1].strip()):
        end -= 1
    if not end:
        return
    first = end
    for index in range(end - 1, max(-1, end - 2 - MAX_SIGNATURE_LINES), -1):
        if marks[index] != BODY or FENCE.match(lines[index]):
            break
        if SIGNATURE.match(_tidy(lines[index])) and _above(lines, marks, index):
            first = index
    first = _strip_trailers(lines, marks, first)
    for index in range(first, end):
        marks[index] = SIGN
    if _QUOTED in kinds[:first] and first < end:
        marks[:first] = _mark_tail(kinds[:first], marks[:first])


def _strip_trailers(lines: list[str], marks: list[str], first: int) -> int:
    while first > 0 and marks[first - 1] == BODY:
        line = _tidy(lines[first - 1])
        if line and not DEVICE.match(line) and not (DELIMITER.match(line) and not FENCE.match(line)):
            break
        first -= 1
    return first


def _above(lines: list[str], marks: list[str], index: int) -> bool:
    """Whether the body says anything above the line `index`."""
    return any(mark == BODY and line.strip() for mark, line in zip(marks[:index], lines[:index], strict=True))
