"""Methods about portraits, made from friendica/requests_portraits of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.forms import upload
from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_portraits as api

if TYPE_CHECKING:
    from folkmoot.client.forms import FileLike
    from folkmoot.wire.friendica.status import User
    from folkmoot.wire.friendica.user import ProfileBanner


class PortraitsCalls(Service):
    """The endpoints of the pictures of a profile: portrait and banner."""

    def account_update_profile_image(
        self, *, image: FileLike | None = None, media: FileLike | None = None, profile_id: int = 0
    ) -> User:
        """A new portrait.

        `POST /api/account/update_profile_image`, with the scope write:accounts.
        """
        return self._send(
            api.UpdateProfileImage(
                image=None if image is None else upload(image),
                media=None if media is None else upload(media),
                profile_id=profile_id,
            )
        )

    def account_update_profile_banner(
        self,
        *,
        banner: FileLike | None = None,
        width: int | None = None,
        height: int | None = None,
        offset_left: int | None = None,
        offset_top: int | None = None,
    ) -> None:
        """A new wide picture above the profile, or a part of it: then all four sizes are given.

        `POST /api/account/update_profile_banner`, with the scope write:accounts.
        """
        self._send(
            api.UpdateProfileBanner(
                banner=None if banner is None else upload(banner),
                width=width,
                height=height,
                offset_left=offset_left,
                offset_top=offset_top,
            )
        )

    def account_remove_profile_banner(self) -> None:
        """No wide picture any more.

        `POST /api/account/remove_profile_banner`, with the scope write:accounts.
        """
        self._send(api.RemoveProfileBanner())

    def users_profile_banner(
        self, *, user_id: int | None = None, screen_name: str | None = None
    ) -> ProfileBanner:
        """The wide picture above somebody's profile.

        `GET /api/users/profile_banner`, with the scope read:accounts.
        """
        return self._send(api.ShowProfileBanner(user_id=user_id, screen_name=screen_name))
