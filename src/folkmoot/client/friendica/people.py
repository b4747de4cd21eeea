"""Methods about people, made from friendica/requests_people of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.forms import upload
from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_people as api

if TYPE_CHECKING:
    from collections.abc import Sequence

    from folkmoot.client.forms import FileLike
    from folkmoot.wire.friendica.status import User
    from folkmoot.wire.friendica.user import ProfilesEnvelope, SuggestionCategory


class PeopleCalls(Service):
    """Endpoints about people: found, shown, followed, blocked, muted, and the caller's own profile."""

    def users_show(
        self,
        user: str | None = None,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        include_entities: bool = False,
        skip_status: bool = False,
    ) -> User:
        """One person; where nobody is named, the caller, who then has to be logged in.

        `GET /api/users/show`, with the scope read:accounts.
        """
        return self._send(
            api.ShowUser(
                user=user,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                include_entities=include_entities,
                skip_status=skip_status,
            )
        )

    def externalprofile_show(self, *, profileurl: str | None = None) -> User:
        """The person of an address, whatever its scheme, with or without www. and a slash at the end.

        `GET /api/externalprofile/show`, with the scope read:accounts.
        """
        return self._send(api.ShowExternalProfile(profileurl=profileurl))

    def users_search(
        self, *, q: str | None = None, page: int = 1, count: int = 20, include_entities: bool = False
    ) -> list[User]:
        """People by name, nick, address or a part of the name.

        `GET /api/users/search`, with the scope read:accounts.
        """
        return self._send(api.SearchUsers(q=q, page=page, count=count, include_entities=include_entities))

    def users_lookup(
        self,
        *,
        user_id: Sequence[int | str] = (),
        screen_name: Sequence[str] = (),
        include_entities: bool = False,
        skip_status: bool = False,
    ) -> list[User]:
        """Up to 100 people at once, by ids or nicks with commas between.

        `GET /api/users/lookup`, with the scope read:accounts.
        """
        return self._send(
            api.LookupUsers(
                user_id=[str(one) for one in user_id],
                screen_name=list(screen_name),
                include_entities=include_entities,
                skip_status=skip_status,
            )
        )

    def users_suggestions(self, *, lang: str | None = None) -> list[SuggestionCategory]:
        """Kinds of people whom one may want to follow.

        `GET /api/users/suggestions`, with the scope read:accounts.
        """
        return self._send(api.ListSuggestions(lang=lang))

    def users_suggestions_show(
        self, slug: str | None = None, *, lang: str | None = None
    ) -> SuggestionCategory:
        """The people of one kind.

        `GET /api/users/suggestions/{slug}`, with the scope read:accounts.
        """
        return self._send(api.ShowSuggestions(slug=slug, lang=lang))

    def users_suggestions_members(self, slug: str | None = None) -> list[User]:
        """The people of one kind, each with the last post.

        `GET /api/users/suggestions/{slug}/members`, with the scope read:accounts.
        """
        return self._send(api.ListSuggested(slug=slug))

    def users_report_spam(
        self,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        user: str | None = None,
        perform_block: bool = True,
    ) -> User:
        """Report somebody to the staff, and block unless told otherwise.

        `POST /api/users/report_spam`, with the scope write:reports.
        """
        return self._send(
            api.ReportSpam(
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                user=user,
                perform_block=perform_block,
            )
        )

    def friendica_profile_show(self, *, profile_id: int = 0) -> ProfilesEnvelope:
        """The caller's profile; 0 is every one, and there is one.

        `GET /api/friendica/profile/show`, with the scope read:accounts.
        """
        return self._send(api.ShowProfile(profile_id=profile_id))

    def account_update_profile(
        self,
        *,
        name: str | None = None,
        url: str | None = None,
        location: str | None = None,
        description: str | None = None,
        profile_link_color: str | None = None,
        include_entities: bool = True,
        skip_status: bool = False,
    ) -> User:
        """Change name, description, place and home page; what is not sent stays, what is empty is cleared.

        `POST /api/account/update_profile`, with the scope write:accounts.
        """
        return self._send(
            api.UpdateProfile(
                name=name,
                url=url,
                location=location,
                description=description,
                profile_link_color=profile_link_color,
                include_entities=include_entities,
                skip_status=skip_status,
            )
        )

    def account_update_profile_background_image(
        self,
        *,
        image: FileLike | None = None,
        tile: bool = False,
        use: bool = True,
        include_entities: bool = True,
        skip_status: bool = False,
    ) -> User:
        """There are no backgrounds: the call is taken, and changes nothing.

        `POST /api/account/update_profile_background_image`, with the scope write:accounts.
        """
        return self._send(
            api.UpdateBackgroundImage(
                image=None if image is None else upload(image),
                tile=tile,
                use=use,
                include_entities=include_entities,
                skip_status=skip_status,
            )
        )
