"""Reporting accounts to the staff."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.report import Report
from folkmoot.wire.request import POST, Request


@POST("/api/v1/reports", auth="user", scope="write:reports")
class FileReport(Request[Report], kw_only=True):
    """Report an account, with posts and the rules that they break. Page: methods/reports#post."""

    account_id: Id
    status_ids: list[Id] = []
    collection_ids: list[Id] = []
    comment: str = ""
    forward: bool = False
    category: Literal["spam", "legal", "violation", "other"] = "other"
    rule_ids: list[Id] = []
