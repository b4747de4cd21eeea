"""What all objects of the Groups.io API have in common."""

from __future__ import annotations

import msgspec


class Object(msgspec.Struct, kw_only=True, gc=False):
    """Base of all objects: plain trees with every key always present, empty where there is nothing."""
