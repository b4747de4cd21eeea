"""Refusals in this API's form: one table from the domain's reasons to status and fixed English words."""

from __future__ import annotations

from typing import Final

import msgspec

from folkmoot.domain.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from folkmoot.doors.frame import Http, Response
from folkmoot.doors.frame.faults import Broken, WrongMethod
from folkmoot.wire.mastodon.errors import Error, ValidationError, ValidationErrorDetail
from folkmoot.wire.request import Endpoint

STATUS: Final[tuple[tuple[type[Refusal], int, str], ...]] = (
    (Unauthenticated, 401, "The access token is invalid"),
    (Forbidden, 403, "This action is not allowed"),
    (NotFound, 404, "Record not found"),
    (Invalid, 422, ""),
    (Conflict, 422, "Duplicate record"),
    (TooMany, 429, "Too many requests"),
    (WrongMethod, 405, "Method not allowed"),
    (Unavailable, 503, "Service unavailable, try again later"),
)
CODES: Final[dict[str, tuple[int, str]]] = {
    "login_required": (401, "This method requires an authenticated user"),
    "app_only": (422, "This method requires an authenticated user"),
    "scope": (403, "This action is outside the authorized scopes"),
    "unconfirmed": (403, "Your login is missing a confirmed e-mail address"),
    "pending": (403, "Your login is currently pending approval"),
    "disabled": (403, "Your login is currently disabled"),
    "suspended": (403, "Your login is currently disabled"),
    "text.blank": (422, "Validation failed: Text can't be blank"),
    "text.too_long": (422, "Validation failed: Text is too long"),
    "media_ids.too_many": (422, "Validation failed: Cannot attach more than 4 files"),
    "media_ids.mixed": (
        422,
        "Validation failed: Cannot attach a video to a post that already contains images",
    ),
    "media_ids.not_found": (
        422,
        "Validation failed: Media attachments are unknown, not yours or in use already",
    ),
    "description.too_long": (422, "Validation failed: Description is too long (maximum is 1500 characters)"),
    "display_name.too_long": (422, "Validation failed: Display name is too long (maximum is 100 characters)"),
    "note.too_long": (422, "Validation failed: Note is too long (maximum is 5000 characters)"),
    "redirect_uris.blank": (422, "Validation failed: Redirect URI can't be blank"),
    "redirect_uris.invalid": (422, "Validation failed: Redirect URI must be an absolute URI"),
    "client_name.missing": (422, "Validation failed: Application name can't be blank"),
    "name.blank": (422, "Validation failed: Application name can't be blank"),
}
"""Reasons with words of their own; clients match on them."""


class Said(Refusal):
    """A refusal of this door in the API's own words."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text, code="said")
        self.status = status


class BadFields(Refusal):
    """Values that can't be taken, by the API's names of the fields: (ERR_… word, description)."""

    def __init__(self, details: dict[str, list[tuple[str, str]]]) -> None:
        super().__init__("validation failed", code="fields")
        self.details = details


class Unexpected(Refusal):
    """The post names people beyond those whom the client allowed: (id, handle)."""

    def __init__(self, people: list[tuple[int, str]]) -> None:
        super().__init__("unexpected mentions", code="unexpected")
        self.people = people


def refuse(refusal: Refusal, http: Http, endpoint: Endpoint | None) -> Response:
    """The refusal as status and JSON."""
    if isinstance(refusal, Said):
        return Response.json(Error(error=refusal.message), refusal.status)
    if isinstance(refusal, BadFields):
        return Response.json(_fields(refusal), 422)
    if isinstance(refusal, Unexpected):
        people = [{"id": str(id_), "acct": handle} for id_, handle in refusal.people]
        text = "Post would be sent to unexpected accounts"
        return Response.json({"error": text, "unexpected_accounts": people}, 422)
    if isinstance(refusal, Broken):
        return Response.json(Error(error=refusal.message), 500)
    status, text = _of(refusal)
    return Response.json(Error(error=text), status)


def _of(refusal: Refusal) -> tuple[int, str]:
    if refusal.code in CODES:
        return CODES[refusal.code]
    if isinstance(refusal, Invalid):
        if refusal.why == "missing":
            return 400, f"param is missing or the value is empty: {refusal.field}"
        if refusal.field in ("body", "query"):
            return 400, f"The request can't be read: {refusal.message}"
        return 422, f"Validation failed: {_title(refusal.field)} is invalid"
    for kind, status, text in STATUS:
        if isinstance(refusal, kind):
            return status, text
    return 422, "This action is not allowed"


def _title(field: str) -> str:
    words = field.replace("_", " ").replace("[", " ").replace("]", "").strip()
    return words[:1].upper() + words[1:200]


def _fields(refusal: BadFields) -> ValidationError:
    said = ", ".join(
        f"{_title(field)} {text}" for field, errors in refusal.details.items() for _, text in errors
    )
    return ValidationError(
        error=f"Validation failed: {said}",
        details={
            field: [_detail(word, text) for word, text in errors] for field, errors in refusal.details.items()
        },
    )  # fmt: skip


def _detail(word: str, text: str) -> ValidationErrorDetail:
    return msgspec.convert({"error": word, "description": text}, ValidationErrorDetail)
