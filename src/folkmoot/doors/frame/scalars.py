"""Single values into text, numbers, booleans and files, as lenient as form posts need and no more."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from folkmoot.domain.errors import Invalid
from folkmoot.doors.frame.params import Repeated, clean
from folkmoot.doors.frame.rules import BindRules
from folkmoot.wire.request import Upload

Coerce = Callable[[Any, str, BindRules], Any]
"""(value, the parameter's name for errors, rules) -> typed value; raises Invalid."""

_TRUE = frozenset({"1", "true", "t", "on", "yes"})
_FALSE = frozenset({"0", "false", "f", "off", "no"})
_INT = re.compile(r"[+-]?\d{1,20}", re.ASCII)
_FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_LEADING = re.compile(r"\s*[+-]?(\d{1,18})", re.ASCII)
_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w.=+-]+)*),", re.ASCII)
_MIN, _MAX = -(1 << 63), (1 << 63) - 1


class Null(Exception):
    """The value says "nothing" (null, or empty text where no text is wanted): the field's default counts."""


def last(value: Any) -> Any:
    return value[-1] if isinstance(value, Repeated) else value


def _scalar(value: Any, name: str, rules: BindRules) -> Any:
    value = last(value)
    if value is None:
        raise Null
    if isinstance(value, Upload) and rules.texts_as_files:
        value = _words(value)
    if isinstance(value, (dict, list, Upload)):
        raise Invalid(name, "type", f"{name} must be a single value")
    return value


def _words(file: Upload) -> Any:
    """The text that came as a file, or the file where it is none."""
    try:
        return clean(file.data.decode())
    except UnicodeDecodeError:
        return file


def to_text(value: Any, name: str, rules: BindRules) -> str:
    value = _scalar(value, name, rules)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _unread(name: str, why: str, rules: BindRules) -> Exception:
    """What to raise for a whole number that is none: quiet doors take it as not given."""
    return Null() if rules.quiet else Invalid(name, why)


def _int(value: Any, name: str, rules: BindRules) -> int:
    value = _scalar(value, name, rules)
    if isinstance(value, str):
        if not value.strip():
            raise Null
        if name in rules.lenient_numbers:
            match = _LEADING.match(value)
            return int(match[1]) if match else 0
        if not _INT.fullmatch(value.strip()):
            raise _unread(name, "not_a_number", rules)
        value = int(value)
    elif isinstance(value, float):
        if not math.isfinite(value) or value != int(value):
            raise _unread(name, "not_a_number", rules)
        value = int(value)
    if not _MIN <= value <= _MAX:
        raise _unread(name, "out_of_range", rules)
    return abs(int(value)) if name in rules.lenient_numbers else int(value)


def _float(value: Any, name: str, rules: BindRules) -> float:
    value = _scalar(value, name, rules)
    if isinstance(value, str):
        if not value.strip():
            raise Null
        if not _FLOAT.fullmatch(value.strip()):
            raise Invalid(name, "not_a_number")
    try:
        number = float(value)
    except OverflowError:
        raise Invalid(name, "out_of_range") from None
    if not math.isfinite(number):
        raise Invalid(name, "out_of_range")
    return number


def _bool(value: Any, name: str, rules: BindRules) -> bool:
    value = _scalar(value, name, rules)
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if not word:
        raise Null
    if word in _FALSE:
        return False
    if word in _TRUE or rules.loose_booleans or name in rules.present:
        return True
    if rules.quiet:
        return False
    raise Invalid(name, "not_a_boolean")


def _upload(value: Any, name: str, rules: BindRules) -> Upload:
    value = last(value)
    if isinstance(value, Upload):
        return value
    if value is None or value == "":
        raise Null
    if isinstance(value, str) and (match := _DATA_URL.match(value)):
        data = value[match.end() :]
        try:
            if match[2].lower().endswith(";base64"):
                content = base64.b64decode(
                    re.sub(r"\s", "", unquote_to_bytes(data).decode("ascii")), validate=True
                )
            else:
                content = unquote_to_bytes(data)
        except (binascii.Error, ValueError):
            raise Invalid(name, "bad_data_url") from None
        return Upload("", match[1] or "text/plain", content)
    raise Invalid(name, "not_a_file")


SCALARS: dict[Any, Coerce] = {str: to_text, int: _int, float: _float, bool: _bool, Upload: _upload}
