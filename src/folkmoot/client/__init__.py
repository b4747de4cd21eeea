"""The Python client: sends the very endpoint classes that the server serves, and gives back their answers, typed."""

from folkmoot.client.errors import ApiError, ConnectionFailed
from folkmoot.client.session import Session

__all__ = ["ApiError", "ConnectionFailed", "Session"]
