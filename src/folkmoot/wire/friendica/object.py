"""What all objects of the Friendica API have in common."""

from __future__ import annotations

import msgspec


class Object(msgspec.Struct, kw_only=True, gc=False):
    """Base of all objects: plain trees; UNSET where a key belongs to other servers or is absent."""
