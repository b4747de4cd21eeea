"""Ids as servers give them: text that compares by number and knows the time it was made at, where it holds one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

BASE62_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS = {letter: value for value, letter in enumerate(BASE62_ALPHABET)}
FLAKE_LENGTHS = range(18, 23)


def base62_to_int(base62: str) -> int:
    """The number that *base62* (digits, capitals, small letters) writes; ValueError for anything else."""
    number = 0
    for letter in base62:
        if letter not in _DIGITS:
            raise ValueError(f"{letter!r} is no digit of base 62")
        number = number * 62 + _DIGITS[letter]
    return number


def int_to_base62(val: int) -> str:
    """*val* (not negative) in base 62."""
    digits = ""
    while val:
        val, rest = divmod(val, 62)
        digits = BASE62_ALPHABET[rest] + digits
    return digits or "0"


def snowflake_of(moment: datetime) -> int:
    """The smallest id that Mastodon would give at *moment* (whole seconds; local time when it names no zone)."""
    return (int(moment.timestamp()) << 16) * 1000


def _flake(value: str) -> int | None:
    """The 128 bits of one of Pleroma's ids, or None if *value* can't be one."""
    if len(value) not in FLAKE_LENGTHS:
        return None
    try:
        number = base62_to_int(value)
    except ValueError:
        return None
    latest = int(datetime.now(UTC).timestamp() * 1000) + 86_400_000
    return number if 0 < number >> 64 <= latest else None


class MaybeSnowflakeIdType(str):
    """An id: equal to its text, ordered by its number.

    Made of a text, a number, or a moment (a datetime becomes the id that a server would have given then).
    """

    __slots__ = ("assume_pleroma",)

    assume_pleroma: bool

    def __new__(cls, value: str | int | datetime, assume_pleroma: bool = False) -> MaybeSnowflakeIdType:
        if isinstance(value, datetime):
            flake = int(value.timestamp() * 1000) << 64
            value = int_to_base62(flake) if assume_pleroma else snowflake_of(value)
        elif not isinstance(value, str | int):
            raise TypeError(f"an id is a text or a number, not {type(value).__name__}")
        made = str.__new__(cls, value)
        made.assume_pleroma = assume_pleroma
        return made

    def __reduce__(self) -> tuple[type[MaybeSnowflakeIdType], tuple[str, bool]]:
        return type(self), (str.__str__(self), self.assume_pleroma)

    @property
    def _mastopy_type(self) -> str:
        return "MaybeSnowflakeIdType"

    def to_datetime(self) -> datetime | None:
        """When it was made (local time without a zone, as Mastodon.py says it), or None where the id does not tell."""
        flake = None if self.isdigit() and not self.assume_pleroma else _flake(self)
        try:
            if flake is not None:
                return datetime.fromtimestamp((flake >> 64) / 1000)  # noqa: DTZ006 - as Mastodon.py: local, naive
            return datetime.fromtimestamp((int(self) // 1000) >> 16)  # noqa: DTZ006 - as above
        except (ValueError, OverflowError, OSError):
            return None

    def __repr__(self) -> str:
        return str.__str__(self)

    __hash__ = str.__hash__

    def __lt__(self, other: Any) -> bool:
        return _order(self) < _order(other)

    def __le__(self, other: Any) -> bool:
        return _order(self) <= _order(other)

    def __gt__(self, other: Any) -> bool:
        return _order(self) > _order(other)

    def __ge__(self, other: Any) -> bool:
        return _order(self) >= _order(other)


def _order(value: Any) -> tuple[int, int]:
    """What an id compares by; TypeError for what is no id."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value, 0
    if isinstance(value, str):
        if value.isdigit() and str(int(value)) == value:
            return int(value), 0
        flake = _flake(value)
        if flake is not None:
            return divmod(flake, 1 << 48)
    raise TypeError(f"ID {value!r} is not comparable with IDs")


PrimitiveIdType = str | int
IdType = str | int | MaybeSnowflakeIdType | datetime


def unpack_id(value: Any, dateconv: bool = False, field: str = "id") -> Any:
    """The id in *value*: a result (or any dict) that has one, a list of them, or the id itself.

    *dateconv*: a datetime becomes the id of its time (its own time zone, or local time).
    """
    if isinstance(value, list | tuple):
        return [unpack_id(one, dateconv, field) for one in value]
    if isinstance(value, dict) and field in value:
        value = value[field]
    if dateconv and isinstance(value, datetime):
        return snowflake_of(value)
    return value
