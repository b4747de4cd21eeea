"""Refusals."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from folkmoot.wire.mastodon.entity import Entity


class Error(Entity, kw_only=True):
    """A refusal; the description comes from OAuth endpoints only. Page: Error."""

    error: str
    error_description: str | UnsetType = UNSET


class ValidationErrorDetail(Entity, kw_only=True):
    """What is wrong with one field."""

    error: Literal[
        "ERR_BLOCKED",
        "ERR_UNREACHABLE",
        "ERR_TAKEN",
        "ERR_RESERVED",
        "ERR_ACCEPTED",
        "ERR_BLANK",
        "ERR_INVALID",
        "ERR_TOO_LONG",
        "ERR_TOO_SHORT",
        "ERR_INCLUSION",
    ]
    description: str = ""


class ValidationError(Entity, kw_only=True):
    """A refusal that says which fields are wrong."""

    error: str
    details: dict[str, list[ValidationErrorDetail]] | UnsetType = UNSET
