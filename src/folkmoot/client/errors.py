"""What can go wrong when a server is asked: the typed layer's errors, and those of the Mastodon class."""

from __future__ import annotations

from folkmoot.client.mastodon.errors import (
    MastodonAPIError,
    MastodonBadGatewayError,
    MastodonDeprecationWarning,
    MastodonError,
    MastodonFileNotFoundError,
    MastodonGatewayTimeoutError,
    MastodonIllegalArgumentError,
    MastodonInternalServerError,
    MastodonIOError,
    MastodonMalformedEventError,
    MastodonNetworkError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonReadTimeout,
    MastodonServerError,
    MastodonServiceUnavailableError,
    MastodonUnauthorizedError,
    MastodonVersionError,
    MastodonWarning,
)

__all__ = [
    "ApiError",
    "BadAnswer",
    "ClientError",
    "ConnectionFailed",
    "MastodonAPIError",
    "MastodonBadGatewayError",
    "MastodonDeprecationWarning",
    "MastodonError",
    "MastodonFileNotFoundError",
    "MastodonGatewayTimeoutError",
    "MastodonIOError",
    "MastodonIllegalArgumentError",
    "MastodonInternalServerError",
    "MastodonMalformedEventError",
    "MastodonNetworkError",
    "MastodonNotFoundError",
    "MastodonRatelimitError",
    "MastodonReadTimeout",
    "MastodonServerError",
    "MastodonServiceUnavailableError",
    "MastodonUnauthorizedError",
    "MastodonVersionError",
    "MastodonWarning",
]


class ClientError(Exception):
    """Base of all errors of the typed layer."""


class ConnectionFailed(ClientError):
    """The server did not answer: wrong address, no network, time ran out."""


class ApiError(ClientError):
    """The server refused. *status* is the HTTP status, *body* what it said, as text."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body[:300]}")
        self.status = status
        self.body = body

    def __reduce__(self) -> tuple[object, ...]:
        """Its children take other arguments than they hold in `args`: made again without being called."""
        return _again, (type(self), self.args, self.__dict__)


class BadAnswer(ClientError):
    """The server's answer is not of the endpoint's type."""


def _again(kind: type[ApiError], args: tuple[object, ...], facts: dict[str, object]) -> ApiError:
    """A pickled or copied refusal."""
    made = kind.__new__(kind, *args)
    made.__dict__.update(facts)
    return made
