"""Who lives in the demo community: names and passwords that are known to everybody, as its front page shows them."""

from __future__ import annotations

from typing import Final

PEOPLE: Final = (("anna", "anna-anna"), ("bruno", "bruno-bruno"), ("chiara", "chiara-chiara"))
"""(name, password); the first owns the server."""
TOKEN: Final = "demo-token-of-anna"  # noqa: S105 - it is public on purpose
GROUP: Final = "gardeners"
