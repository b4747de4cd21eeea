"""Names that scripts import from the module `mastodon.types_base`."""

from folkmoot.client.mastodon.casting import _hints as _get_cached_type_hints
from folkmoot.client.mastodon.casting import try_cast, try_cast_recurse
from folkmoot.client.mastodon.ids import (
    BASE62_ALPHABET,
    IdType,
    MaybeSnowflakeIdType,
    PrimitiveIdType,
    base62_to_int,
    int_to_base62,
)
from folkmoot.client.mastodon.ids import _flake as _pleroma_id_to_int
from folkmoot.client.mastodon.names import real_issubclass
from folkmoot.client.mastodon.names import str_to_type as _str_to_type
from folkmoot.client.mastodon.params import PathOrFile
from folkmoot.client.mastodon.results import (
    AttribAccessDict,
    AttribAccessList,
    EmptyResponse,
    Entity,
    EntityList,
    NonPaginatableList,
    PaginatableList,
    PaginationInfo,
)

__all__ = [
    "BASE62_ALPHABET",
    "AttribAccessDict",
    "AttribAccessList",
    "EmptyResponse",
    "Entity",
    "EntityList",
    "IdType",
    "MaybeSnowflakeIdType",
    "NonPaginatableList",
    "PaginatableList",
    "PaginationInfo",
    "PathOrFile",
    "PrimitiveIdType",
    "_get_cached_type_hints",
    "_pleroma_id_to_int",
    "_str_to_type",
    "base62_to_int",
    "int_to_base62",
    "real_issubclass",
    "try_cast",
    "try_cast_recurse",
]
