"""How strictly a door reads parameters: its limits and its leniencies, as data."""

from __future__ import annotations

import msgspec


class BindRules(msgspec.Struct, frozen=True, kw_only=True):
    """The defaults are strict on values and generous on forms; every number is a hard bound."""

    max_fields: int = 2000
    """Parameters in a query or form, and parts of a multipart body."""
    max_files: int = 32
    max_depth: int = 32
    max_text: int = 4_194_304
    """Bytes of one text part of a multipart body; files are bounded by the body's limit."""
    lenient_numbers: frozenset[str] = frozenset()
    """Whole-number fields whose sign is dropped and where text reads as 0, as Ruby's to_i.abs does
    ("limit")."""
    loose_booleans: bool = False
    """Any text that is not a word for false counts as true, instead of being refused."""
    present: frozenset[str] = frozenset()
    """Truths that any text switches on which is not a word for false, whatever holds for others."""
    quiet: bool = False
    """What can't be read as a whole number counts as not given, and what can't be read as a truth as false."""
    rows_only: bool = False
    """Text where a list of objects is wanted counts as not given, as Rails drops it: some clients send the word
    `undefined` in a form."""
    texts_as_files: bool = False
    """A file where a text is wanted counts as its text, as clients send it that make files of all parameters."""
