"""Why something did not happen: one hierarchy of refusals, with no protocol's numbers in it."""

from __future__ import annotations


class Refusal(Exception):
    """Something was not done. Each door has one table from refusals to its own form."""

    def __init__(self, message: str = "", *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        """A stable word for the reason (such as "blank_text") that doors translate into their own texts."""


class NotFound(Refusal):
    """It does not exist, or the viewer may not know that it does: the two are never told apart."""

    def __init__(self, message: str = "", *, what: str = "", code: str = "not_found") -> None:
        super().__init__(message or "not found", code=code)
        self.what = what


class Unauthenticated(Refusal):
    """Nobody is logged in, or the credentials are wrong."""


class Forbidden(Refusal):
    """The viewer is known and sees the thing, but may not do this to it."""


class Invalid(Refusal):
    """A value can't be taken. *field* names it in the domain's words, *why* is a stable word."""

    def __init__(self, field: str, why: str, message: str = "") -> None:
        super().__init__(message or f"{field}: {why}", code=f"{field}.{why}")
        self.field = field
        self.why = why


class Faults(Refusal):
    """Several values can't be taken, each for its own reason."""

    def __init__(self, faults: list[Invalid]) -> None:
        super().__init__(", ".join(fault.message for fault in faults), code="faults")
        self.faults = faults


class Conflict(Refusal):
    """It is there already, or somebody else changed it first."""


class TooMany(Refusal):
    """A limit of rate or number was reached. *retry_after* is in seconds, None where waiting does not help."""

    def __init__(self, message: str = "", *, code: str = "too_many", retry_after: int | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """It can't be done now (disk full, database away): nothing was stored; try again later."""
