"""Saying something: statuses, replies, edits, and the media that go with them."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from folkmoot.client.mastodon.accounts import Accounts
from folkmoot.client.mastodon.entities.statuses import MediaAttachment, Poll, ScheduledStatus, Status
from folkmoot.client.mastodon.errors import (
    MastodonAPIError,
    MastodonError,
    MastodonIllegalArgumentError,
    MastodonVersionError,
)
from folkmoot.client.mastodon.ids import IdType, unpack_id
from folkmoot.client.mastodon.params import PathOrFile, focus_of, id_list, in_path, utc, visibility_of
from folkmoot.client.mastodon.server import Versions
from folkmoot.client.mastodon.uploads import load, read_all
from folkmoot.client.mastodon.versions import api_version

Media = Sequence[MediaAttachment | IdType] | MediaAttachment | IdType
QUOTE_POLICIES = ["public", "followers", "nobody"]
CONTENT_TYPES = ("text/plain", "text/html", "text/markdown", "text/bbcode")
POLL_SECONDS = 5.0


class Posting(Accounts, Versions):
    """Saying something: statuses, replies, edits, and the media that go with them."""

    _Mastodon__logged_in_id: IdType | None = None

    @api_version("1.0.0", "4.6.0")
    def status_post(
        self,
        status: str,
        in_reply_to_id: Status | IdType | None = None,
        media_ids: Media | None = None,
        sensitive: bool = False,
        visibility: str | None = None,
        spoiler_text: str | None = None,
        language: str | None = None,
        idempotency_key: str | None = None,
        content_type: str | None = None,
        scheduled_at: datetime | None = None,
        poll: Poll | dict[str, Any] | None = None,
        quote_id: Status | IdType | None = None,
        strict_content_type: bool = False,
        quoted_status_id: Status | IdType | None = None,
        quote_approval_policy: str | None = None,
    ) -> Status | ScheduledStatus:
        """Publish a status, or schedule one for *scheduled_at*. `POST /api/v1/statuses`.

        *visibility* is public, unlisted, private or direct (ValueError otherwise); *poll* is what `make_poll` made;
        *idempotency_key*: sent twice, it is one status. *content_type* is for Pleroma, *quote_id* for Fedibird;
        *quoted_status_id* quotes on Mastodon, and *quote_approval_policy* (public, followers, nobody) says who may
        quote this.
        """
        self._check_dialect(quote_id, content_type, strict_content_type)
        params = {
            "status": status,
            "in_reply_to_id": unpack_id(in_reply_to_id),
            "media_ids": None if media_ids is None else id_list(media_ids),
            "sensitive": sensitive,
            "visibility": visibility_of(visibility),
            "spoiler_text": spoiler_text,
            "language": language,
            "content_type": content_type,
            "scheduled_at": None if scheduled_at is None else utc(scheduled_at),
            "poll": poll,
            "quote_id": unpack_id(quote_id),
            "quoted_status_id": unpack_id(quoted_status_id),
        } | _quote_policy(quote_approval_policy)
        headers = {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}
        kind: type[Status] | type[ScheduledStatus] = Status if scheduled_at is None else ScheduledStatus
        return self._ask(kind, "POST", "/api/v1/statuses", params, headers=headers, use_json=poll is not None)

    def _check_dialect(self, quote_id: Any, content_type: str | None, strict: bool) -> None:
        if quote_id is not None and self.feature_set != "fedibird":
            raise MastodonIllegalArgumentError(
                "quote_id is only available with feature set fedibird; on Mastodon, use quoted_status_id"
            )
        if strict and content_type is not None:
            if self.feature_set != "pleroma":
                raise MastodonIllegalArgumentError("content_type is only available with feature set pleroma")
            if content_type not in CONTENT_TYPES:
                raise MastodonIllegalArgumentError("Invalid content type specified")

    @api_version("1.0.0", "2.8.0", "4.6.0")
    def toot(self, status: str) -> Status | ScheduledStatus:
        """Publish a text with nothing else to it. `POST /api/v1/statuses`."""
        return self.status_post(status)

    @api_version("1.0.0", "4.5.0", "4.6.0")
    def status_reply(
        self,
        to_status: Status,
        status: str,
        media_ids: Media | None = None,
        sensitive: bool = False,
        visibility: str | None = None,
        spoiler_text: str | None = None,
        language: str | None = None,
        idempotency_key: str | None = None,
        content_type: str | None = None,
        scheduled_at: datetime | None = None,
        poll: Poll | dict[str, Any] | None = None,
        quote_id: Status | IdType | None = None,
        untag: bool = False,
        strict_content_type: bool = False,
        quoted_status_id: Status | IdType | None = None,
        quote_approval_policy: str | None = None,
    ) -> Status | ScheduledStatus:
        """Reply to *to_status* (a status, not its id): names its author and, unless *untag*, all it mentions.

        Takes over the visibility and the content warning unless they are given. The rest is as in `status_post`.
        """
        try:
            named: dict[Any, str] = {to_status.account.id: to_status.account.acct}
        except AttributeError as error:
            raise TypeError("to_status must specify a status dict!") from error
        if not untag:
            own = self._own_id()
            named |= {one.id: one.acct for one in to_status.mentions if one.id not in (own, *named)}
        return self.status_post(
            " ".join(f"@{acct}" for acct in named.values()) + " " + status,
            in_reply_to_id=to_status.id,
            media_ids=media_ids,
            sensitive=sensitive,
            visibility=to_status.get("visibility") if visibility is None else visibility,
            spoiler_text=to_status.get("spoiler_text") if spoiler_text is None else spoiler_text,
            language=language,
            idempotency_key=idempotency_key,
            content_type=content_type,
            scheduled_at=scheduled_at,
            poll=poll,
            quote_id=quote_id,
            strict_content_type=strict_content_type,
            quoted_status_id=quoted_status_id,
            quote_approval_policy=quote_approval_policy,
        )

    def _own_id(self) -> IdType:
        """The id of who is logged in; asked once."""
        if self._Mastodon__logged_in_id is None:
            self._Mastodon__logged_in_id = self.account_verify_credentials().id
        return self._Mastodon__logged_in_id

    @api_version("3.5.0", "4.1.0", "4.6.0")
    def status_update(
        self,
        id: Status | IdType,
        status: str,
        spoiler_text: str | None = None,
        sensitive: bool | None = None,
        media_ids: Media | None = None,
        poll: Poll | dict[str, Any] | None = None,
        media_attributes: Sequence[dict[str, Any]] | None = None,
        quote_approval_policy: str | None = None,
    ) -> Status:
        """Edit a status; what is None stays. `PUT /api/v1/statuses/:id`.

        *media_attributes*: changes to its media, each made with `generate_media_edit_attributes`.
        """
        media = None if media_ids is None else id_list(media_ids)
        if media_attributes is not None:
            changed = [one["id"] for one in media_attributes]
            media = [*(media or []), *(one for one in changed if one not in (media or []))]
        params = {
            "status": status,
            "media_ids": media,
            "sensitive": sensitive,
            "spoiler_text": spoiler_text,
            "poll": poll,
            "media_attributes": None if media_attributes is None else list(media_attributes),
        } | _quote_policy(quote_approval_policy)
        as_json = poll is not None or media_attributes is not None
        return self._ask(Status, "PUT", f"/api/v1/statuses/{in_path(id)}", params, use_json=as_json)

    def generate_media_edit_attributes(
        self,
        id: MediaAttachment | IdType,
        description: str | None = None,
        focus: tuple[float, float] | None = None,
        thumbnail: PathOrFile | None = None,
        thumb_mimetype: str | None = None,
    ) -> dict[str, Any]:
        """One change to a medium of a status, for `status_update`. Asks nothing of the server."""
        change: dict[str, Any] = {"id": unpack_id(id), "description": description, "focus": _focus(focus)}
        if thumbnail is not None:
            self._need_thumbnails()
            loaded = load(thumbnail, thumb_mimetype)
            change["thumbnail"] = f"data:{loaded[2]};base64,{base64.b64encode(read_all(loaded)).decode()}"
        return {name: value for name, value in change.items() if value is not None}

    def _need_thumbnails(self) -> None:
        if not self.verify_minimum_version("3.2.0", cached=True):
            raise MastodonVersionError("Thumbnail requires version > 3.2.0")

    @api_version("1.0.0", "3.2.0", "4.0.0")
    def media_post(
        self,
        media_file: PathOrFile,
        mime_type: str | None = None,
        description: str | None = None,
        focus: tuple[float, float] | None = None,
        file_name: str | None = None,
        thumbnail: PathOrFile | None = None,
        thumbnail_mime_type: str | None = None,
        synchronous: bool = False,
    ) -> MediaAttachment:
        """Upload a file: a path, bytes, or a file open for reading. `POST /api/v2/media`.

        Its type is told by the path, or by *mime_type*. *focus* is (x, y) from -1 to 1. Media may still be processed
        when this returns (their url is None then); *synchronous* waits for the end of that.
        """
        files = {"file": load(media_file, mime_type, file_name)}
        if thumbnail is not None:
            self._need_thumbnails()
            files["thumbnail"] = load(thumbnail, thumbnail_mime_type)
        later = self.verify_minimum_version("3.1.4", cached=True)
        path = "/api/v2/media" if later else "/api/v1/media"
        params = {"description": description, "focus": focus_of(focus)}
        media = self._ask(MediaAttachment, "POST", path, params, files=files)
        while synchronous and later and media.url is None:
            time.sleep(POLL_SECONDS)
            try:
                media = self.media(media)
            except MastodonError as error:
                raise MastodonAPIError("Attachment could not be processed") from error
        return media

    @api_version("3.1.4", "3.1.4", "4.0.0")
    def media(self, id: MediaAttachment | IdType) -> MediaAttachment:
        """One upload; its url is None while it is processed. `GET /api/v1/media/:id`."""
        return self._ask(MediaAttachment, "GET", f"/api/v1/media/{in_path(id)}")

    @api_version("2.3.0", "3.2.0", "4.0.0")
    def media_update(
        self,
        id: MediaAttachment | IdType,
        description: str | None = None,
        focus: tuple[float, float] | None = None,
        thumbnail: PathOrFile | None = None,
        thumbnail_mime_type: str | None = None,
    ) -> MediaAttachment:
        """Change what is said of an upload, before a status has it. `PUT /api/v1/media/:id`."""
        params = {"description": description, "focus": focus_of(focus)}
        files = {}
        if thumbnail is not None:
            self._need_thumbnails()
            files["thumbnail"] = load(thumbnail, thumbnail_mime_type)
        return self._ask(MediaAttachment, "PUT", f"/api/v1/media/{in_path(id)}", params, files=files)


def _focus(focus: tuple[float, float] | None) -> str | None:
    if focus is not None and len(focus) != 2:
        raise MastodonIllegalArgumentError("Focus must be a tuple of two floats between -1 and 1")
    return focus_of(focus)


def _quote_policy(policy: str | None) -> dict[str, Any]:
    if policy is None:
        return {}
    if policy not in QUOTE_POLICIES:
        raise MastodonIllegalArgumentError(
            f"Invalid quote_approval_policy. Valid values are {QUOTE_POLICIES}"
        )
    # Servers don't need the second; Mastodon.py sends it, and recorded sessions are matched by the whole body.
    return {"quote_approval_policy": policy, "valid_policies": QUOTE_POLICIES}
