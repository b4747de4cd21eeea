"""Methods about wiki, made from groupsio/wiki_requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.client.service import Service
from folkmoot.wire.groupsio import wiki_requests as api

if TYPE_CHECKING:
    from msgspec import UnsetType

    from folkmoot.wire.groupsio.enums import SortDir
    from folkmoot.wire.groupsio.files import WikiPage, WikiPageSet
    from folkmoot.wire.groupsio.result import ListEnvelope


class WikiCalls(Service):
    """The calls about a group's wiki."""

    def get_wiki_pages(
        self,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
    ) -> ListEnvelope[WikiPage]:
        """The pages of a wiki, by title.

        `GET /api/v1/getwikipages`, for those with the permission wiki_visible.
        """
        return self._send(
            api.GetWikiPages(
                group_id=group_id,
                group_name=group_name,
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
            )
        )

    def get_wiki_page_set(
        self, id: int, *, group_id: int | None = None, group_name: str | None = None
    ) -> WikiPageSet:
        """A page with its text.

        `GET /api/v1/getwikipageset`, for those with the permission wiki_visible.
        """
        return self._send(api.GetWikiPageSet(id=id, group_id=group_id, group_name=group_name))

    def new_wiki_page(
        self, title: str, body: str, *, group_id: int | None = None, group_name: str | None = None
    ) -> WikiPageSet:
        """Write a new page; the body is HTML.

        `POST /api/v1/newwikipage`, for those with the permission manage_wiki.
        """
        return self._send(api.NewWikiPage(title=title, body=body, group_id=group_id, group_name=group_name))

    def update_wiki_page(
        self,
        id: int,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        title: str | UnsetType = UNSET,
        body: str | UnsetType = UNSET,
        edit_msg: str = "",
    ) -> WikiPageSet:
        """Change a page; what is not said stays. edit_msg says why.

        `POST /api/v1/updatewikipage`, for those with the permission manage_wiki.
        """
        return self._send(
            api.UpdateWikiPage(
                id=id, group_id=group_id, group_name=group_name, title=title, body=body, edit_msg=edit_msg
            )
        )

    def delete_wiki_page(
        self, id: int, *, group_id: int | None = None, group_name: str | None = None
    ) -> None:
        """Delete a page with its history; the answer is empty.

        `POST /api/v1/deletewikipage`, for those with the permission manage_wiki.
        """
        self._send(api.DeleteWikiPage(id=id, group_id=group_id, group_name=group_name))
