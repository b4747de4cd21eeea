"""The endpoints of the pictures of a profile: portrait and banner."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.friendica.requests import PLAIN
from folkmoot.wire.friendica.status import User
from folkmoot.wire.friendica.user import ProfileBanner
from folkmoot.wire.request import CALL, Request, Upload


@CALL("POST", "/api/account/update_profile_image", formats=PLAIN, scope="write:accounts")
class UpdateProfileImage(Request[User], kw_only=True):
    """A new portrait."""

    image: Upload | str | None = None
    media: Upload | str | None = None
    profile_id: int = 0


@CALL("POST", "/api/account/update_profile_banner", scope="write:accounts")
class UpdateProfileBanner(Request[None], kw_only=True):
    """A new wide picture above the profile, or a part of it: then all four sizes are given."""

    banner: Upload | str | None = None
    width: int | None = None
    height: int | None = None
    offset_left: int | None = None
    offset_top: int | None = None


@CALL("POST", "/api/account/remove_profile_banner", scope="write:accounts")
class RemoveProfileBanner(Request[None], kw_only=True):
    """No wide picture any more."""


@CALL("GET", "/api/users/profile_banner", scope="read:accounts")
class ShowProfileBanner(Request[ProfileBanner], kw_only=True):
    """The wide picture above somebody's profile."""

    user_id: int | None = None
    screen_name: str | None = None


@CALL("GET", "/api/users/profile_image/{screen_name}", auth="optional")
class ShowProfileImage(Request[None], kw_only=True):
    """Leads to somebody's portrait."""

    screen_name: str | None = None
    size: Literal["normal", "bigger", "mini", "original"] = "normal"
