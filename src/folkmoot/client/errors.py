"""What can go wrong when a server is asked."""

from __future__ import annotations


class ClientError(Exception):
    """Base of all errors of the client."""


class ConnectionFailed(ClientError):
    """The server did not answer: wrong address, no network, time ran out."""


class ApiError(ClientError):
    """The server refused. *status* is the HTTP status, *body* what it said, as text."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body[:300]}")
        self.status = status
        self.body = body


class BadAnswer(ClientError):
    """The server's answer is not of the endpoint's type."""
