"""From method and path to what serves it, by a tree of segments: nothing is scanned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Generic, TypeVar
from urllib.parse import unquote

T = TypeVar("T")

MAX_SEGMENTS = 64
REMEMBERED, LONG_PATH = 4096, 256
"""So many paths are remembered, none longer than that."""
_PARAMETER = re.compile(r"([^{}]*)\{(\w+)\}([^{}]*)")
_REST = re.compile(r"\{(\w+):path\}")


class RouteConflict(ValueError):
    """Two routes claim the same method and path."""


class _Leaf(Generic[T]):
    """What is served at the end of a pattern: per method the target and the names of its parameters."""

    __slots__ = ("methods",)

    def __init__(self) -> None:
        self.methods: dict[str, tuple[T, tuple[str, ...]]] = {}

    def get(self, method: str) -> tuple[T, tuple[str, ...]] | None:
        found = self.methods.get(method)
        if found is None and method == "HEAD":
            found = self.methods.get("GET")
        return found or (self.methods.get("*") if method != "WEBSOCKET" else None)


class _Node(Generic[T]):
    __slots__ = ("leaf", "mixed", "parameter", "rest", "static")

    def __init__(self) -> None:
        self.static: dict[str, _Node[T]] = {}
        self.mixed: list[tuple[str, str, _Node[T]]] = []
        """Segments such as `{id}.json` or `@{name}`: (text before, text after, node), the longest texts
        first."""
        self.parameter: _Node[T] | None = None
        self.rest: _Leaf[T] | None = None
        self.leaf: _Leaf[T] = _Leaf()


class Router(Generic[T]):
    """Patterns: `/a/{id}/b`, `/@{name}`, `/show/{id}.json`, `/files/{rest:path}` (last only; at least one
    segment).

    A static segment wins over a mixed one, that over a parameter, that over the rest. One trailing slash is
    accepted everywhere. HEAD is served by GET's target; the method "*" takes any method that has no target
    of its own.
    """

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()
        self._plain: dict[str, _Leaf[T]] = {}
        self._found: dict[tuple[str, str], tuple[T, dict[str, str]]] = {}
        """What was found for paths with parameters that were asked for lately."""
        self._all: list[tuple[str, str, T]] = []

    def __iter__(self) -> Iterator[tuple[str, str, T]]:
        """(method, pattern, target) in the order of adding."""
        return iter(self._all)

    def add(self, method: str, pattern: str, target: T) -> None:
        """Raises RouteConflict when the same method and shape of path is taken, ValueError for a broken
        pattern."""
        if not pattern.startswith("/"):
            raise ValueError(f"a path begins with a slash: {pattern!r}")
        self._found.clear()
        leaf, names = self._leaf(pattern)
        if len(set(names)) != len(names):
            raise ValueError(f"a parameter's name comes twice: {pattern!r}")
        if method in leaf.methods:
            raise RouteConflict(f"{method} {pattern} is served twice")
        leaf.methods[method] = (target, names)
        self._all.append((method, pattern, target))
        if "{" not in pattern:
            self._plain[pattern] = leaf
            self._plain[pattern + "/" if pattern != "/" else "/"] = leaf

    def _leaf(self, pattern: str) -> tuple[_Leaf[T], tuple[str, ...]]:
        node = self._root
        names: list[str] = []
        segments = _split(pattern)
        for place, segment in enumerate(segments):
            if rest := _REST.fullmatch(segment):
                if place != len(segments) - 1:
                    raise ValueError(f"{segment} may only stand at the end: {pattern!r}")
                node.rest = node.rest or _Leaf()
                return node.rest, (*names, rest[1])
            if match := _PARAMETER.fullmatch(segment):
                names.append(match[2])
                node = _child(node, match[1], match[3])
            elif "{" in segment or "}" in segment:
                raise ValueError(f"can't read {segment!r} in {pattern!r}")
            else:
                node = node.static.setdefault(segment, _Node())
        return node.leaf, tuple(names)

    def find(
        self, method: str, path: str, raw_path: bytes = b""
    ) -> tuple[T, dict[str, str]] | frozenset[str]:
        """The target and its path parameters, percent-decoded; or the methods that the path has (empty: no
        such path).

        *path* is decoded already; *raw_path* is needed only to keep %2F inside its segment.
        """
        if b"%" in raw_path:
            segments = [unquote(part) for part in _split(raw_path.decode("latin-1"))]
        else:
            leaf = self._plain.get(path)
            if leaf is not None:
                found = leaf.get(method)
                if found is not None:
                    return found[0], {}
            known = self._found.get((method, path))
            if known is not None:
                return known[0], known[1].copy()
            segments = _split(path)
        allowed: set[str] = set()
        if len(segments) <= MAX_SEGMENTS:
            values: list[str] = []
            hit = _walk(self._root, segments, 0, values, method, allowed)
            if hit is not None:
                parameters = dict(zip(hit[1], values, strict=True))
                if b"%" not in raw_path and len(path) <= LONG_PATH:
                    if len(self._found) >= REMEMBERED:
                        self._found.clear()
                    self._found[method, path] = hit[0], parameters
                return hit[0], parameters.copy()
        if "GET" in allowed:
            allowed.add("HEAD")
        return frozenset(allowed)


def _split(path: str) -> list[str]:
    if path.endswith("/") and len(path) > 1:
        path = path[:-1]
    return path[1:].split("/") if path != "/" else []


def _child(node: _Node[T], before: str, after: str) -> _Node[T]:
    if not before and not after:
        node.parameter = node.parameter or _Node()
        return node.parameter
    for known_before, known_after, child in node.mixed:
        if (known_before, known_after) == (before, after):
            return child
    child = _Node[T]()
    node.mixed.append((before, after, child))
    node.mixed.sort(key=lambda entry: -len(entry[0]) - len(entry[1]))
    return child


def _walk(
    node: _Node[T], segments: list[str], place: int, values: list[str], method: str, allowed: set[str]
) -> tuple[T, tuple[str, ...]] | None:
    if place == len(segments):
        return _end(node.leaf, method, allowed)
    segment = segments[place]
    child = node.static.get(segment)
    if child is not None:
        hit = _walk(child, segments, place + 1, values, method, allowed)
        if hit is not None:
            return hit
    if segment:
        for before, after, child in node.mixed:
            cut = len(segment) - len(after)
            if cut > len(before) and segment.startswith(before) and segment.endswith(after):
                values.append(segment[len(before) : cut])
                hit = _walk(child, segments, place + 1, values, method, allowed)
                if hit is not None:
                    return hit
                values.pop()
        if node.parameter is not None:
            values.append(segment)
            hit = _walk(node.parameter, segments, place + 1, values, method, allowed)
            if hit is not None:
                return hit
            values.pop()
    if node.rest is not None and not {".", ".."} & set(segments[place:]):
        hit = _end(node.rest, method, allowed)
        if hit is not None:
            values.append("/".join(segments[place:]))
            return hit
    return None


def _end(leaf: _Leaf[T], method: str, allowed: set[str]) -> tuple[T, tuple[str, ...]] | None:
    found = leaf.get(method)
    if found is None:
        allowed.update(name for name in leaf.methods if name != "WEBSOCKET")
    return found
