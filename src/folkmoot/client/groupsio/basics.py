"""Methods about basics, made from groupsio/requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.client.service import Service
from folkmoot.wire.groupsio import requests as api

if TYPE_CHECKING:
    from msgspec import UnsetType

    from folkmoot.wire.groupsio.archive import Message, MessageListEnvelope, SearchListEnvelope, Topic
    from folkmoot.wire.groupsio.draft import Draft
    from folkmoot.wire.groupsio.enums import (
        DraftType,
        EmailDelivery,
        GroupPrivacy,
        MaxAttachmentSize,
        MessageSelection,
        SearchPresetDateRange,
        SortDir,
    )
    from folkmoot.wire.groupsio.group import Group
    from folkmoot.wire.groupsio.member import MemberInfo
    from folkmoot.wire.groupsio.perms import Perms
    from folkmoot.wire.groupsio.result import ListEnvelope, Success
    from folkmoot.wire.groupsio.user import User


class BasicsCalls(Service):
    """Oneself, groups, topics, messages, drafts."""

    def get_user(self) -> User:
        """The caller's account, with the csrf token that writes by cookie need.

        `GET /api/v1/getuser`.
        """
        return self._send(api.GetUser())

    def get_subs(
        self, *, limit: int = 10, page_token: int = 0, sort_field: str = "", sort_dir: SortDir = ""
    ) -> ListEnvelope[MemberInfo]:
        """The caller's memberships.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getsubs`.
        """
        return self._send(
            api.GetSubs(limit=limit, page_token=page_token, sort_field=sort_field, sort_dir=sort_dir)
        )

    def get_group(self, *, group_id: int | None = None, group_name: str | None = None) -> Group:
        """A group and its settings; one that the caller is not in must be asked for by name, and tells less.

        `GET /api/v1/getgroup`.
        """
        return self._send(api.GetGroup(group_id=group_id, group_name=group_name))

    def get_perms(self, *, group_id: int | None = None, group_name: str | None = None) -> Perms:
        """What the caller may do in a group, member or not.

        `GET /api/v1/getperms`.
        """
        return self._send(api.GetPerms(group_id=group_id, group_name=group_name))

    def create_group(
        self,
        group_name: str,
        desc: str,
        privacy: GroupPrivacy,
        *,
        email_delivery: EmailDelivery | None = None,
        message_selection: MessageSelection | None = None,
        auto_follow_replies: bool = False,
        max_attachment_size: MaxAttachmentSize | None = None,
    ) -> Group:
        """Found a group; the caller becomes its owner, with these delivery settings.

        `POST /api/v1/creategroup`.
        """
        return self._send(
            api.CreateGroup(
                group_name=group_name,
                desc=desc,
                privacy=privacy,
                email_delivery=email_delivery,
                message_selection=message_selection,
                auto_follow_replies=auto_follow_replies,
                max_attachment_size=max_attachment_size,
            )
        )

    def get_topics(
        self,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
        groupid: int | None = None,
    ) -> ListEnvelope[Topic]:
        """The topics of a group; without sort_field sticky ones first, then by latest message.

        groupid is a spelling of group_id that the reference itself uses.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/gettopics`, for those with the permission archives_visible.
        """
        return self._send(
            api.GetTopics(
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
                groupid=groupid,
            )
        )

    def get_topic(
        self,
        topic_id: int,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
    ) -> MessageListEnvelope:
        """The messages of a topic.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/gettopic`, for those with the permission archives_visible.
        """
        return self._send(
            api.GetTopic(
                topic_id=topic_id,
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
            )
        )

    def get_messages(
        self,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
        topic_id: int | None = None,
    ) -> MessageListEnvelope:
        """The messages of a group; with topic_id, which some clients send, those of one of its topics.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getmessages`, for those with the permission archives_visible.
        """
        return self._send(
            api.GetMessages(
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
                topic_id=topic_id,
            )
        )

    def get_message(
        self, msg_num: int, *, group_id: int | None = None, group_name: str | None = None
    ) -> Message:
        """One message, by its number within the group.

        `GET /api/v1/getmessage`, for those with the permission archives_visible.
        """
        return self._send(api.GetMessage(msg_num=msg_num, group_id=group_id, group_name=group_name))

    def search_archives(
        self,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
        q: str = "",
        collapse_topics: bool = False,
        exclude_sigs: bool = False,
        start_date: str | None = None,
        end_date: str | None = None,
        preset_date_range: SearchPresetDateRange | None = None,
    ) -> SearchListEnvelope:
        """Messages that fit q, which may hold #tag and posterid:ID; dates are in the caller's time zone.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/searcharchives`, for those with the permission archives_visible.
        """
        return self._send(
            api.SearchArchives(
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
                q=q,
                collapse_topics=collapse_topics,
                exclude_sigs=exclude_sigs,
                start_date=start_date,
                end_date=end_date,
                preset_date_range=preset_date_range,
            )
        )

    def get_drafts(
        self,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
    ) -> ListEnvelope[Draft]:
        """The caller's drafts, in one group or in all.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getdrafts`.
        """
        return self._send(
            api.GetDrafts(
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
            )
        )

    def new_draft(
        self,
        draft_type: DraftType,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        message_id: int | None = None,
        dm_member_id: int | None = None,
        member_id: int | None = None,
    ) -> Draft:
        """Start a draft: message_id for a reply, dm_member_id or member_id for a message to one member.

        `POST /api/v1/newdraft`, for those with the permission can_post.
        """
        return self._send(
            api.NewDraft(
                draft_type=draft_type,
                group_id=group_id,
                group_name=group_name,
                message_id=message_id,
                dm_member_id=dm_member_id,
                member_id=member_id,
            )
        )

    def update_draft(
        self,
        draft_id: int,
        *,
        subject: str | UnsetType = UNSET,
        body: str | UnsetType = UNSET,
        is_special: bool | UnsetType = UNSET,
        is_private: bool | UnsetType = UNSET,
        bcc_me: bool | UnsetType = UNSET,
        bcc_all: bool | UnsetType = UNSET,
    ) -> Draft:
        """Change one's draft; what is not said stays. The body is HTML.

        `POST /api/v1/updatedraft`.
        """
        return self._send(
            api.UpdateDraft(
                draft_id=draft_id,
                subject=subject,
                body=body,
                is_special=is_special,
                is_private=is_private,
                bcc_me=bcc_me,
                bcc_all=bcc_all,
            )
        )

    def post_draft(self, draft_id: int, *, reply: str | None = None, from_owner: bool = False) -> Success:
        """Post one's draft; extra is "pending post" when it waits for a moderator.

        reply (a word of PostdraftReply) chooses who gets a reply; it is taken as text, since the contract refuses other
        words last. from_owner sends a new message from the address of the owners.

        `POST /api/v1/postdraft`, for those with the permission can_post.
        """
        return self._send(api.PostDraft(draft_id=draft_id, reply=reply, from_owner=from_owner))

    def delete_draft(self, draft_id: int) -> None:
        """Throw one's draft away; the answer is empty.

        `POST /api/v1/deletedraft`.
        """
        self._send(api.DeleteDraft(draft_id=draft_id))
