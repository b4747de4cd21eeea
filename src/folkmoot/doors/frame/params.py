"""From query, form, JSON or multipart body to one tree of plain values, with Rails' nesting in the names."""

from __future__ import annotations

import json
import re
from binascii import unhexlify
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec

from folkmoot.domain.errors import Invalid
from folkmoot.doors.frame.multipart import read_multipart
from folkmoot.doors.frame.rules import BindRules
from folkmoot.wire.request import Upload

Pairs = list[tuple[str, "str | Upload"]]

_CHARSETS = {
    "": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "windows-1252": "cp1252",
}
MANY_ESCAPES = 10_000
"""Beyond so many percent signs in one text those that begin no escape would cost the standard reader seconds."""
_ESCAPED = re.compile(rb"(?:%[0-9A-Fa-f]{2})++")
_SEGMENT = re.compile(r"\[([^\[\]]*)\]")
_json = msgspec.json.Decoder()


class Repeated(list[Any]):
    """The values of a name that came several times without brackets: a list takes them all, a scalar the
    last."""


def gather(
    query: bytes, content_type: str, body: bytes, path: dict[str, str] | None, rules: BindRules
) -> dict[str, Any]:
    """All parameters of a request: path over body over query. Raises Invalid."""
    tree: dict[str, Any] = {}
    if query:
        tree = nest(read_pairs(query, "utf-8", rules), rules)
    if body:
        tree.update(read_body(content_type, body, rules))
    if path:
        tree.update((name, clean(value)) for name, value in path.items())
    return tree


def read_body(content_type: str, body: bytes, rules: BindRules) -> dict[str, Any]:
    """The parameters in a body; a body of a type that carries none (text/plain, octets) gives an empty
    dict. One of no type at all is looked at (RFC 9110 8.3): some clients send JSON so."""
    kind, _, rest = content_type.partition(";")
    kind = kind.strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return nest(read_pairs(body, _charset(rest), rules), rules)
    if kind == "multipart/form-data":
        pairs = read_multipart(content_type, body, rules)
        return nest([(clean(n), clean(v) if isinstance(v, str) else v) for n, v in pairs], rules)
    if kind == "application/json" or kind.endswith("+json"):
        if _charset(rest) != "utf-8":
            raise Invalid("body", "wrong_charset", "JSON must be UTF-8")
        return read_json(body, rules)
    if not kind and body[:1] == b"{":
        return read_json(body, rules)
    return {}


def _charset(parameters: str) -> str:
    match = re.search(r"(?:^|;)\s*charset\s*=\s*\"?([^\";\s]*)", parameters, re.I)
    name = match[1].lower() if match else ""
    if name not in _CHARSETS:
        raise Invalid("body", "wrong_charset", f"can't read the charset {name[:40]!r}")
    return _CHARSETS[name]


def read_pairs(text: bytes, charset: str, rules: BindRules) -> Pairs:
    """name=value&… in order (application/x-www-form-urlencoded, as WHATWG URL §5.1 reads it)."""
    if text.count(b"&") >= rules.max_fields:
        raise Invalid("parameters", "too_many", f"more than {rules.max_fields} parameters")
    pairs: Pairs = []
    if b"%" not in text and b"+" not in text and text.isascii():
        for plain in clean(text.decode("ascii")).split("&"):
            if plain:
                left, _, right = plain.partition("=")
                pairs.append((left, right))
        return pairs
    for piece in text.split(b"&"):
        if piece:
            name, _, value = piece.partition(b"=")
            pairs.append((_decode(name, charset), _decode(value, charset)))
    return pairs


def _decode(raw: bytes, charset: str) -> str:
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        raw = unquote_to_bytes(raw) if raw.count(b"%") < MANY_ESCAPES else _ESCAPED.sub(_unescaped, raw)
    try:
        return clean(raw.decode(charset))
    except UnicodeDecodeError:
        raise Invalid("parameters", "wrong_charset", f"a parameter is not {charset}") from None


def _unescaped(run: re.Match[bytes]) -> bytes:
    return unhexlify(run[0].replace(b"%", b""))


def clean(text: str) -> str:
    """*text* without NUL, and with lone surrogates replaced: neither database nor UTF-8 take them."""
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def read_json(body: bytes, rules: BindRules) -> dict[str, Any]:
    """A JSON object with cleaned text and bounded depth; the last of duplicate keys counts. Clients that have nothing
    to say send nothing or null."""
    if body.strip(b" \t\r\n") in (b"", b"null"):
        return {}
    tree = clean_tree(_parse_json(body.removeprefix(b"\xef\xbb\xbf")), rules.max_depth)
    if not isinstance(tree, dict):
        raise Invalid("body", "not_an_object", "the JSON body must be an object")
    return tree


def _parse_json(body: bytes) -> Any:
    try:
        return _json.decode(body)
    except RecursionError:
        raise Invalid("body", "too_deep", "the JSON is nested too deeply") from None
    except (msgspec.DecodeError, ValueError):
        if b"\\ud" not in body.lower():
            raise Invalid("body", "not_json", "the body is not valid JSON") from None
    # msgspec refuses lone surrogate escapes, which real phones send for cut emoji; the standard reader takes
    # them.
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError:
        raise Invalid("body", "too_deep", "the JSON is nested too deeply") from None
    except ValueError:
        raise Invalid("body", "not_json", "the body is not valid JSON") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def clean_tree(value: Any, depth: int) -> Any:
    """*value* with all text cleaned. Raises Invalid when it is nested deeper than *depth*."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (dict, list)):
        if depth <= 0:
            raise Invalid("body", "too_deep", "the JSON is nested too deeply")
        if isinstance(value, list):
            return [clean_tree(item, depth - 1) for item in value]
        return {clean(key): clean_tree(item, depth - 1) for key, item in value.items()}
    return value


def nest(pairs: Iterable[tuple[str, str | Upload]], rules: BindRules) -> dict[str, Any]:
    """Pairs as a tree: `a[]` appends, `a[b]` is a dict, `a[][b]` a list of dicts whose next element begins
    when b repeats, `a[0]` a dict with integer keys (the binder reads it as a list where a list is wanted)."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        bracket = name.find("[")
        if bracket <= 0:
            _put(tree, name, value)
            continue
        keys = _SEGMENT.findall(name, bracket)
        if sum(map(len, keys)) + 2 * len(keys) != len(name) - bracket:
            _put(tree, name, value)  # brackets that do not pair up are part of the name, as Rails reads them
            continue
        if keys[1:] and "" in keys:  # the best known client doubles brackets: a[][] is a list as a[] is
            keys = [k for k, before in zip(keys, ("x", *keys), strict=False) if k or before]
        if len(keys) >= rules.max_depth:
            raise Invalid(name[:bracket], "too_deep", "the parameter is nested too deeply")
        _store(tree, name[:bracket], keys, value)
    return tree


def _put(tree: dict[str, Any], key: str, value: Any) -> None:
    old = tree.get(key)
    if old is None or isinstance(old, dict):
        tree[key] = value
    elif isinstance(old, list):
        old.append(value)
    else:
        tree[key] = Repeated((old, value))


def _store(tree: dict[str, Any], key: str, keys: list[str], value: Any) -> None:
    here = tree
    place = 0
    while place < len(keys):
        step = keys[place]
        if step:
            inner = here.get(key)
            if not isinstance(inner, dict):
                inner = here[key] = {}
            here, key, place = inner, step, place + 1
            continue
        items = here.get(key)
        if not isinstance(items, list):
            items = here[key] = [] if items is None or isinstance(items, dict) else [items]
        if place == len(keys) - 1:
            items.append(value)
            return
        rest = keys[place + 1 :]
        if not items or not isinstance(items[-1], dict) or _holds(items[-1], rest):
            items.append({})
        here, key, place = items[-1], rest[0], place + 2
    _put(here, key, value)


def _holds(element: dict[str, Any], keys: list[str]) -> bool:
    """Whether *element* has a value at *keys* already; a list inside it can always take one more."""
    here: Any = element
    for key in keys:
        if key == "":
            return False
        if not isinstance(here, dict) or key not in here:
            return False
        here = here[key]
    return True
