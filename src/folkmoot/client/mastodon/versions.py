"""Versions: how a server's version is read, and which version each method needs."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from folkmoot.client.mastodon.errors import MastodonVersionError

if TYPE_CHECKING:
    from folkmoot.client.mastodon.core import Core

SUPPORTED = "4.7.3"
P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Core")
_LEADING = re.compile(r"(\d+)[^.]*\.(\d+)[^.]*\.(\d+)")


def parse_version_string(version_string: str) -> tuple[int, int, int]:
    """(major, minor, patch) of `4.5.0`, `4.5.0rc1`. ValueError for what is no version."""
    found = _LEADING.match(version_string)
    if found is None:
        raise ValueError(f"{version_string!r} is no version")
    major, minor, patch = found.groups()
    return int(major), int(minor), int(patch)


def max_version(*version_strings: str) -> str:
    """The newest of them."""
    return max(version_strings, key=parse_version_string)


def normalize_version(version_string: str) -> str:
    """The Mastodon version in what a server says of itself.

    `3.5.3 (compatible; Name 1.2.3)` is 3.5.3. After a plus: Hometown puts the Mastodon version there
    (`1.0.7+3.5.5`), GoToSocial its own (`3.5.3+0.17.3`, below 1.0), forks a name (`4.5.0+glitch`).
    """
    first, _, rest = version_string.split(" ")[0].partition("+")
    second = rest.split("+")[0]
    try:
        return second if parse_version_string(second)[0] >= 1 else first
    except ValueError:
        return first


def api_version(
    created: str, last_changed: str, answer: str = ""
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Marks a method: the server version that brought it, that of its last change, and that of its *answer*'s.

    Which one is checked before the call is the client's `version_check_mode`.
    """
    wanted = {"created": parse_version_string(created)}
    wanted["changed"] = max(parse_version_string(one) for one in (last_changed, answer or last_changed))

    def mark(function: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        @functools.wraps(function)
        def checked(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            need = wanted.get(self.version_check_mode)
            if need is not None and need > (self.mastodon_major, self.mastodon_minor, self.mastodon_patch):
                text = ".".join(map(str, need))
                raise MastodonVersionError(
                    f"Version check failed (Need Mastodon instance version {text} to call this endpoint)"
                )
            return function(self, *args, **kwargs)

        return checked

    return mark
