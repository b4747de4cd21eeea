"""The tables, one metadata for both databases; times are milliseconds since 1970, booleans 0 and 1."""

from folkmoot.store.schema import accounts, bonds, groups, posts, work
from folkmoot.store.schema.base import metadata

__all__ = ["accounts", "bonds", "groups", "metadata", "posts", "work"]
