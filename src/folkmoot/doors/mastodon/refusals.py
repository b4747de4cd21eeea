"""Refusals in this API's form: one table from the domain's reasons to status and fixed English words."""

from __future__ import annotations

from typing import Final

import msgspec

from folkmoot.domain.errors import (
    Conflict,
    Faults,
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
    "pin.foreign": (422, "Validation failed: Someone else's post cannot be pinned"),
    "pin.boost": (422, "Validation failed: A boost cannot be pinned"),
    "pin.direct": (
        422,
        "Validation failed: Posts that are only visible to mentioned users cannot be pinned",
    ),
    "pin.too_many": (422, "Validation failed: You have already pinned the maximum number of posts"),
    "login_required": (401, "This method requires an authenticated user"),
    "app_only": (422, "This method requires an authenticated user"),
    "scope": (403, "This action is outside the authorized scopes"),
    "unconfirmed": (403, "Your login is missing a confirmed e-mail address"),
    "pending": (403, "Your login is currently pending approval"),
    "disabled": (403, "Your login is currently disabled"),
    "suspended": (403, "Your login is currently disabled"),
    "text.blank": (422, "Validation failed: Text can't be blank"),
    "poll_options.too_few": (422, "Validation failed: Poll options must have more than one item"),
    "poll_options.too_many": (422, "Validation failed: Poll options can't contain more than 4 items"),
    "poll_options.too_long": (422, "Validation failed: Poll options can't be longer than 50 characters each"),
    "poll_options.same": (422, "Validation failed: Poll options contain duplicate items"),
    "poll_end.too_soon": (422, "Validation failed: Poll duration is too short"),
    "poll_end.too_late": (422, "Validation failed: Poll duration is too long"),
    "vote.own": (422, "Validation failed: You cannot vote in your own polls"),
    "vote.expired": (422, "Validation failed: The poll has already ended"),
    "vote.again": (422, "Validation failed: You have already voted on this poll"),
    "vote.unknown": (422, "Validation failed: The chosen vote option does not exist"),
    "due.too_soon": (422, "Validation failed: Scheduled at must be at least 5 minutes in the future"),
    "due.too_late": (422, "Validation failed: Scheduled at is too far in the future"),
    "due.day_full": (422, "Validation failed: You have exceeded the limit of 25 scheduled posts for today"),
    "due.full": (422, "Validation failed: You have exceeded the limit of 300 scheduled posts"),
    "quote_of.not_addressed": (
        422,
        "Validation failed: Cannot quote a non-mentioned user in a Private Mention post.",
    ),
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
    "media_ids.not_ready": (
        422,
        "Validation failed: Cannot attach files that have not finished processing. Try again in a moment!",
    ),
    "description.too_long": (422, "Validation failed: Description is too long (maximum is 1500 characters)"),
    "display_name.too_long": (422, "Validation failed: Display name is too long (maximum is 100 characters)"),
    "note.too_long": (422, "Validation failed: Note is too long (maximum is 5000 characters)"),
    "comment.too_long": (422, "Validation failed: Comment is too long (maximum is 1000 characters)"),
    "rule_ids.unknown": (422, "Validation failed: Rules are invalid"),
    "redirect_uris.blank": (422, "Validation failed: Redirect URI can't be blank"),
    "redirect_uris.invalid": (422, "Validation failed: Redirect URI must be an absolute URI"),
    "kind.unknown": (422, "Validation failed: Type is not included in the list"),
    "kind.no_login": (422, "Validation failed: Type is not included in the list"),
    "domain.blank": (422, "Validation failed: Domain can't be blank"),
    "domain.invalid": (422, "Validation failed: Domain is not a valid domain name"),
    "domain.own": (422, "Validation failed: Domain is this server's own"),
    "domain.taken": (422, "Validation failed: Domain has already been taken"),
    "ip.invalid": (422, "Validation failed: Ip is invalid"),
    "ip.taken": (422, "Validation failed: Ip has already been taken"),
    "severity.unknown": (422, "Validation failed: Severity is not included in the list"),
    "canonical.blank": (422, "Validation failed: Canonical email hash can't be blank"),
    "canonical.invalid": (422, "Validation failed: Canonical email hash is invalid"),
    "canonical.taken": (422, "Validation failed: Canonical email hash has already been taken"),
    "address.invalid": (422, "Validation failed: Email is invalid"),
    "address.taken": (422, "Validation failed: Email has already been taken"),
    "address.blocked": (422, "Validation failed: Email contains a disallowed e-mail provider"),
    "client_name.missing": (422, "Validation failed: Application name can't be blank"),
    "name.blank": (422, "Validation failed: Application name can't be blank"),
    "title.blank": (422, "Validation failed: Title can't be blank"),
    "title.too_long": (422, "Validation failed: Title is too long (maximum is 256 characters)"),
    "contexts.blank": (422, "Validation failed: Context can't be blank"),
    "contexts.unknown": (422, "Validation failed: Context None or invalid context supplied"),
    "keyword.blank": (422, "Validation failed: Keyword can't be blank"),
    "keyword.too_long": (422, "Validation failed: Keyword is too long (maximum is 512 characters)"),
    "phrase.blank": (422, "Validation failed: Phrase can't be blank"),
    "filters.too_many": (422, "Validation failed: You have as many filters as one may have"),
    "keywords.too_many": (422, "Validation failed: Your filters have as many keywords as they may have"),
    "filter_posts.too_many": (422, "Validation failed: Your filters name as many posts as they may name"),
    "filter_posts.taken": (422, "Validation failed: Status has already been taken"),
    "reaction.unknown": (422, "Validation failed: Name is not a recognized emoji"),
    "reaction.too_many": (422, "Validation failed: Limit of different reactions reached"),
    "collection_name.blank": (422, "Validation failed: Name can't be blank"),
    "collection_name.too_long": (422, "Validation failed: Name is too long (maximum is 40 characters)"),
    "collection_description.too_long": (
        422,
        "Validation failed: Description is too long (maximum is 100 characters)",
    ),
    "collections.too_many": (422, "Validation failed: You have as many collections as one may have"),
    "items.too_many": (422, "Validation failed: The collection has as many accounts as it may have"),
    "item.taken": (422, "Validation failed: Account has already been taken"),
    "avatar_description.too_long": (
        422,
        "Validation failed: Avatar description is too long (maximum is 150 characters)",
    ),
    "header_description.too_long": (
        422,
        "Validation failed: Header description is too long (maximum is 150 characters)",
    ),
    "attribution_domains.too_many": (
        422,
        "Validation failed: Attribution domains are too many (maximum is 10)",
    ),
    "circle.member": (422, "Validation failed: Account has already been taken"),
    "circles": (422, "Validation failed: You have reached the maximum number of lists"),
    "private_note.too_long": (422, "Validation failed: Comment is too long (maximum is 2000 characters)"),
    "endorse.not_followed": (
        422,
        "Validation failed: You must be already following the person you want to endorse",
    ),
    "tag.invalid": (422, "Validation failed: Tag is invalid"),
    "featured_tags": (422, "Validation failed: You have already featured the maximum number of hashtags"),
    "server.blank": (422, "Validation failed: Domain can't be blank"),
    "server.invalid": (422, "Validation failed: Domain is not a valid domain name"),
    "confirmed": (403, "This method is only available while the e-mail is awaiting confirmation"),
}
"""Reasons with words of their own; clients match on them."""


_FAILED: Final = "Validation failed: "
_VALIDATED: Final = frozenset({
    "/api/v1/admin/domain_allows",
    "/api/v1/admin/domain_blocks",
    "/api/v1/admin/email_domain_blocks",
    "/api/v1/admin/ip_blocks",
    "/api/v1/collections",
    "/api/v1/collections/{collection_id}/items",
    "/api/v1/media",
    "/api/v2/media",
    "/api/v1/reports",
})  # fmt: skip
"""Calls that refuse a missing parameter as they refuse an empty one; all others tell of a bad request."""


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
    if isinstance(refusal, Faults):
        said = (_of(fault)[1].removeprefix(_FAILED) for fault in refusal.faults)
        return Response.json(Error(error=_FAILED + ", ".join(said)), 422)
    if isinstance(refusal, Broken):
        return Response.json(Error(error=refusal.message), 500)
    if isinstance(refusal, Invalid) and refusal.why == "missing" and endpoint and endpoint.path in _VALIDATED:
        blank = f"{_FAILED}{_title(refusal.field.removesuffix('_id'))} can't be blank"
        return Response.json(Error(error=blank), 422)
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


def bad_field(refusal: Invalid) -> BadFields:
    """The same refusal with the field that it is about, as forms show it."""
    text = _of(refusal)[1].removeprefix(_FAILED).removeprefix(_title(refusal.field)).strip()
    word = {"invalid": "ERR_INVALID", "blank": "ERR_BLANK"}.get(refusal.why, "ERR_TOO_LONG")
    return BadFields({refusal.field: [(word, text)]})


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
