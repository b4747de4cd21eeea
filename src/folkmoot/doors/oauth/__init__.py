"""How applications get to act for a person: consent on a page, a token for a code (RFC 6749, 7636, 7009)."""

from folkmoot.doors.oauth import authorize, tokens
from folkmoot.doors.oauth.door import door

__all__ = ["authorize", "door", "tokens"]
