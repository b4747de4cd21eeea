"""What happened, recorded in the same transaction: the worker and all who follow live read it after the commit."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from folkmoot.store.schema.work import journal
from folkmoot.store.tx import JournalRow, Tx

POST_ADDED: Final = "post_added"
POST_EDITED: Final = "post_edited"
POST_DELETED: Final = "post_deleted"
POST_HELD: Final = "post_held"
POST_CHANGED: Final = "post_changed"
"""Something about a post other than its text: a boost taken back, a reaction."""
NOTICE_ADDED: Final = "notice_added"
NOTICES_MERGED: Final = "notices_merged"
"""Notices that were set aside are among the others now."""
EXCHANGE_CHANGED: Final = "exchange_changed"
"""A direct exchange of an account (data: account_id) has a new last post."""
REPORT_ADDED: Final = "report_added"
FOLLOWED: Final = "followed"
UNFOLLOWED: Final = "unfollowed"
FOLLOW_REQUESTED: Final = "follow_requested"
BLOCKED: Final = "blocked"
UNBLOCKED: Final = "unblocked"
MUTED: Final = "muted"
UNMUTED: Final = "unmuted"
INTEREST_CHANGED: Final = "interest_changed"
"""What somebody follows or avoids changed otherwise: tags, lists, blocked servers."""
MEMBER_JOINED: Final = "member_joined"
MEMBER_LEFT: Final = "member_left"
MEMBER_CHANGED: Final = "member_changed"
ACCOUNT_ADDED: Final = "account_added"
ACCOUNT_CHANGED: Final = "account_changed"
ACCOUNT_LIMITED: Final = "account_limited"
"""An account was silenced, or is no longer."""
GROUP_CHANGED: Final = "group_changed"
FILTERS_CHANGED: Final = "filters_changed"
"""Somebody changed what is filtered for them; the subject is the filter."""
TOKEN_REVOKED: Final = "token_revoked"  # noqa: S105 - the name of an event
LOGIN_CLOSED: Final = "login_closed"
"""An account may not act for now: its streams end. *tokens* are the ids of those that it has."""
LOGIN_OPENED: Final = "login_opened"
BARRIERS_CHANGED: Final = "barriers_changed"
"""The blocks of addresses are others now."""
EMOJI_CHANGED: Final = "emoji_changed"
"""An emoji of the house came, went or looks different: what is kept finished may show it."""
MAIL_QUEUED: Final = "mail_queued"
"""Mail was put into the outbox: whoever delivers it may look at once."""
MEDIA_QUEUED: Final = "media_queued"
"""A file waits to be processed, or a linked page to be looked at: whoever does that may look at once."""
PUSH_QUEUED: Final = "push_queued"
"""A notice is to be pushed to apps: whoever delivers it may look at once."""
CALL_QUEUED: Final = "call_queued"
"""Another program waits to be told of something in a group: whoever does that may look at once."""
ANNOUNCED: Final = "announced"
"""An announcement of the place came out, or was changed."""
ANNOUNCEMENT_REACTED: Final = "announcement_reacted"
ANNOUNCEMENT_REMOVED: Final = "announcement_removed"
CHAT_SAID: Final = "chat_said"
"""A line of a chat (the subject; data: group_id, line) was said, changed or taken back."""
CHAT_ENTERED: Final = "chat_entered"
"""The actor came into the chat (the subject; data: group_id)."""
CHAT_LEFT: Final = "chat_left"
CHAT_ENDED: Final = "chat_ended"
"""The chat (the subject) was closed or deleted."""
REPORT_ASKED: Final = "annual_report_asked"
"""Somebody wants to see their year in review; the worker computes it."""
TIDINGS_OWED: Final = "tidings_owed"
"""More are to hear of the post (the subject) than were told with the act: the worker goes on."""
BONDS_OWED: Final = "bonds_owed"
"""A server was cut off (by the block that is the subject), and more bonds with it are to end: the worker goes on."""
ACCOUNT_MOVED: Final = "account_moved"
"""The actor went to another account (the subject), and some who follow, block or mute it are to come along: the worker
goes on (data: step, after)."""

FOR_THE_WORKER: Final = frozenset({
    POST_ADDED, POST_HELD, REPORT_ASKED, TIDINGS_OWED, BONDS_OWED, ACCOUNT_MOVED,
})  # fmt: skip
"""Kinds that may have work to do after the commit; the others are only followed live."""
WAITING, DONE, SHUNTED = 0, 1, 2


def has_work(kind: str, data: dict[str, Any]) -> bool:
    """Whether something is left to do after the commit: of posts only those of groups go out beyond what is live."""
    return kind in FOR_THE_WORKER and (kind != POST_ADDED or data.get("group_id") is not None)


def record(tx: Tx, kind: str, actor_id: int, subject_id: int, /, **data: Any) -> int:
    """Write down that *actor_id* did *kind* to *subject_id*; *data* is what followers need without asking again.

    *data* must be small (ids, not bodies) and hold nothing that not everybody in this process may know.
    """
    id_ = tx.insert_numbered(
        journal,
        kind=kind,
        actor_id=actor_id,
        subject_id=subject_id,
        data=msgspec.json.encode(data).decode(),
        created_at=tx.now,
        state=WAITING if has_work(kind, data) else DONE,
        run_at=tx.now,
    )
    tx.recorded.append(JournalRow(id_, kind, actor_id, subject_id, data, tx.now))
    return id_
