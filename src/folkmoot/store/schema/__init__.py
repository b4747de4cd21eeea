"""The tables, one metadata for both databases; times are milliseconds since 1970, booleans 0 and 1."""

from folkmoot.store.schema import (
    accounts,
    bonds,
    filters,
    grouplife,
    groups,
    mail,
    media,
    notices,
    people,
    place,
    posting,
    posts,
    pushes,
    sections,
    staff,
    work,
)
from folkmoot.store.schema.base import metadata

__all__ = [
    "accounts",
    "bonds",
    "filters",
    "grouplife",
    "groups",
    "mail",
    "media",
    "metadata",
    "notices",
    "people",
    "place",
    "posting",
    "posts",
    "pushes",
    "sections",
    "staff",
    "work",
]
