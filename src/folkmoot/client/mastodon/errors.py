"""The exceptions of the Mastodon class: the names, bases and arguments that Mastodon.py's scripts catch."""

from __future__ import annotations


class MastodonError(Exception):
    """Base of all."""


class MastodonVersionError(MastodonError):
    """The server is too old for the call, or a version could not be read."""


class MastodonIllegalArgumentError(ValueError, MastodonError):
    """An argument that can't be right, or a log-in that failed."""


class MastodonIOError(OSError, MastodonError):
    """Base of everything that went wrong on the way."""


class MastodonFileNotFoundError(MastodonIOError):
    """A file to be uploaded is not there."""


class MastodonNetworkError(MastodonIOError):
    """A request could not be completed; a stream was refused or broke off."""


class MastodonReadTimeout(MastodonNetworkError):
    """A stream was silent for too long."""


class MastodonAPIError(MastodonError):
    """The server refused: args are (text, status, reason, the body's `error`); or its answer can't be read."""


class MastodonServerError(MastodonAPIError):
    """The server failed: 5xx."""


class MastodonInternalServerError(MastodonServerError):
    """500."""


class MastodonBadGatewayError(MastodonServerError):
    """502."""


class MastodonServiceUnavailableError(MastodonServerError):
    """503."""


class MastodonGatewayTimeoutError(MastodonServerError):
    """504."""


class MastodonNotFoundError(MastodonAPIError):
    """404: not there, or not for you."""


class MastodonUnauthorizedError(MastodonAPIError):
    """401: no token, or one that is not accepted."""


class MastodonRatelimitError(MastodonError):
    """429 in mode throw, or rate limit headers that can't be used."""


class MastodonMalformedEventError(MastodonError):
    """An event of a stream that can't be read."""


class MastodonWarning(Warning):
    """Base of warnings."""


class MastodonDeprecationWarning(MastodonWarning):
    """The server says that a call is going to disappear."""


BY_STATUS: dict[int, type[MastodonAPIError]] = {
    401: MastodonUnauthorizedError,
    404: MastodonNotFoundError,
    500: MastodonInternalServerError,
    502: MastodonBadGatewayError,
    503: MastodonServiceUnavailableError,
    504: MastodonGatewayTimeoutError,
}


def refused(status: int, reason: str | None, said: object) -> MastodonAPIError:
    """The exception for a status of 400 or more. *said* is the `error` of the body, or None."""
    kind = BY_STATUS.get(status) or (MastodonServerError if 500 <= status <= 511 else MastodonAPIError)
    if status == 404 and not said:
        said = "Endpoint not found."
    return kind("Mastodon API returned error", status, reason, said)
