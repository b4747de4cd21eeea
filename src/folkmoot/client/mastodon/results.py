"""Results: dictionaries whose keys are attributes too, lists that know their next page; both go to JSON and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn, TypeVar

T = TypeVar("T")
FORMAT = "2.0.1"
PAGES = ("_pagination_next", "_pagination_prev")


class PaginationInfo(dict[str, Any]):
    """What is needed to ask for another page: the call's parameters and where to send them. Opaque."""


class Entity:
    """Base of everything that a call gives back."""

    def to_json(self, pretty: bool = True) -> str:
        """JSON with the type's name and the page information in it, for `from_json` (Mastodon.py's format)."""
        from folkmoot.client.mastodon import saving

        return saving.to_json(self, pretty)

    @staticmethod
    def from_json(json_str: str) -> Any:
        """What `to_json` wrote, as it was. ValueError for any other JSON."""
        from folkmoot.client.mastodon import saving

        return saving.from_json(json_str)


class AttribAccessDict(dict[str, Any], Entity):
    """A dictionary whose entries can be read as attributes; existing entries can be set so too.

    Subclasses name fields by annotation: those are always there, None if the server did not send them. Entries that
    no annotation names are kept. Values are converted to the annotated type as far as that is possible.
    """

    #: Python name → key, where a key is no Python name.
    _rename_map: ClassVar[dict[str, str]] = {}
    #: What to look at (a path) when an entry is missing or None: the name that a newer API gave it.
    _access_map: ClassVar[dict[str, str]] = {}
    _pagination_next: PaginationInfo | None = None
    _pagination_prev: PaginationInfo | None = None
    _async_refresh: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from folkmoot.client.mastodon.casting import fill

        super().__init__()
        fill(self, dict(*args, **kwargs))

    @property
    def _mastopy_type(self) -> str:
        return type(self).__name__

    def __getattr__(self, name: str) -> Any:
        if name in self:
            value = self[name]
            if value is not None or name not in self._access_map:
                return value
        if name in self._access_map:
            found: Any = self
            for step in self._access_map[name].split("."):
                found = getattr(found, step, None)
                if found is None:
                    break
            if found is not None or name in self:
                return found
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self:
            from folkmoot.client.mastodon.casting import assign

            assign(self, name, value)
        elif name.startswith("_"):
            super().__setattr__(name, value)
        else:
            _unknown(self, name)

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *(key for key in self if key.isidentifier())]

    def __eq__(self, other: object) -> bool:
        if dict.__eq__(self, other) is True:
            return True
        if type(other) is type(self) or not isinstance(other, dict):
            return False
        return dict.__eq__(self, type(self)(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # a dict: may be changed, so may not be a key


def _unknown(owner: object, name: str) -> NoReturn:
    raise AttributeError(f"{type(owner).__name__} has no attribute {name!r}, and new ones are set by key")


class _Entry:
    """An entry whose name is that of a method of dict: the attribute is the entry all the same."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __get__(self, owner: AttribAccessDict | None, kind: type) -> Any:
        return self if owner is None else owner[self.key]


def entry(key: str) -> Any:
    """Stands in an entity for a field that has the name of a method."""
    return _Entry(key)


class EmptyResponse(AttribAccessDict):
    """The answer of a call that has nothing to say."""


class _EntityList(list[T], Entity):
    """A list of results."""

    _mastopy_name = ""

    @property
    def _mastopy_type(self) -> str:
        """`NonPaginatableList[Status]`: the list's kind and, where that can be told, what is in it."""
        if self._mastopy_name:
            return self._mastopy_name
        inner = type(self[0]).__name__ if self and isinstance(self[0], AttribAccessDict | str) else ""
        return f"{type(self).__name__}[{inner}]" if inner else type(self).__name__


class PaginatableList(_EntityList[T]):
    """A page of a longer list: `fetch_next` and `fetch_previous` follow what the server said of its neighbours."""

    _pagination_next: PaginationInfo | None = None
    _pagination_prev: PaginationInfo | None = None


class NonPaginatableList(_EntityList[T]):
    """A list that is whole."""


AttribAccessList = PaginatableList
EntityList = NonPaginatableList[T] | PaginatableList[T]
