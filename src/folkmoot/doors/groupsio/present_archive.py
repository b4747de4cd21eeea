"""Posts and threads as messages, topics and hits; nothing is asked of the database here."""

from __future__ import annotations

from html import escape
from typing import Final

from folkmoot.domain.groups.archives import TagFacts
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.tagrules import TagRule
from folkmoot.domain.posts.conversations import ThreadView
from folkmoot.domain.posts.plainparts import html_of
from folkmoot.domain.posts.reactions import LIKED
from folkmoot.domain.text import Markup
from folkmoot.domain.views import AccountView, PostView
from folkmoot.doors.frame.links import Links
from folkmoot.doors.groupsio import settings, tag_settings
from folkmoot.doors.groupsio.bodies import Text
from folkmoot.doors.groupsio.present import name_of
from folkmoot.wire.codecs import rfc3339
from folkmoot.wire.groupsio.archive import Hashtag, Message, MessageAttachment, MessageSearchResult, Topic
from folkmoot.wire.groupsio.enums import MessageReplyTo, ThreadReplyTo

SUBJECT: Final = 80
"""Characters of the text that stand for a missing subject."""
POLICIES: Final[dict[str, MessageReplyTo]] = {
    "group": "group_reply_to_group",
    "sender": "group_reply_to_sender",
    "moderators": "group_reply_to_moderators",
    "group_and_sender": "group_reply_to_group_and_sender",
    "followers": "group_reply_to_followers",
}


def thread_policy(tags: list[Hashtag]) -> ThreadReplyTo:
    """Whom answers to a thread with these tags reach: the first that says something counts."""
    default: ThreadReplyTo = "thread_reply_group_default"
    return next((tag.reply_to for tag in tags if tag.reply_to != default), default)


_OVER: Final[dict[str, MessageReplyTo]] = {
    "thread_reply_to_sender": "group_reply_to_sender",
    "thread_reply_to_group": "group_reply_to_group",
    "thread_reply_to_moderators": "group_reply_to_moderators",
    "thread_reply_to_group_and_sender": "group_reply_to_group_and_sender",
    "thread_reply_only_to_sender": "group_reply_only_to_sender",
    "thread_reply_to_followers": "group_reply_to_followers",
}


def reply_policy(view: GroupView, tags: list[Hashtag]) -> MessageReplyTo:
    """Whom answers to a message with these tags reach in this group."""
    over = _OVER.get(thread_policy(tags))
    if over is not None:
        return over
    policy = settings.word(view, "reply_to")
    if policy == "sender" and settings.word(view, "remove_other_reply_options"):
        return "group_reply_only_to_sender"
    return POLICIES.get(policy, "group_reply_to_group")


def hashtag(fact: TagFacts, group_id: int, rule: TagRule | None = None) -> Hashtag:
    """A tag, with its rules where the group has some for it."""
    told = rule or TagRule(id=0, group_id=group_id, folded="", name="")
    return Hashtag(
        id=fact.id,
        created=rfc3339(fact.created_at),
        group_id=group_id,
        name=told.name or fact.display,
        color_name="bluejean",
        color_hex="#8ec2ee",
        topic_count=fact.threads_n,
        last_message_date=rfc3339(fact.last_at),
        **tag_settings.shown(told),
    )


def no_hashtag(group_id: int) -> Hashtag:
    """What stands where no tag was searched for."""
    return hashtag(TagFacts(0, "", 0), group_id)


def tags_of(post: PostView, known: dict[str, Hashtag]) -> list[Hashtag]:
    """A post's tags."""
    return [known[folded] for folded, _ in post.tags if folded in known]


def subject_of(post: PostView, thread: ThreadView | None, text: Text) -> str:
    """The post's own subject; else the thread's, as an answer; else the beginning of the text."""
    if post.title:
        return post.title
    if thread is not None and thread.subject:
        return thread.subject if post.id == thread.id else f"Re: {thread.subject}"
    return text.snippet[:SUBJECT]


def with_tags(subject: str, tags: list[Hashtag]) -> str:
    """The subject, followed by those tags that it does not name."""
    folded = subject.casefold()
    further = [f"#{tag.name}" for tag in tags if f"#{tag.name.casefold()}" not in folded]
    return " ".join([subject, *further]).strip()


def message(
    post: PostView,
    *,
    thread: ThreadView | None,
    tags: list[Hashtag],
    text: Text,
    policy: MessageReplyTo,
    polls: bool,
    again: bool,
    links: Links,
) -> Message:
    """A post of a group; *polls*: the group has some; *again*: the reader may post it once more."""
    subject = subject_of(post, thread, text)
    return Message(
        id=post.id,
        created=rfc3339(post.created_at),
        updated=rfc3339(post.edited_at or post.created_at),
        user_id=post.author.id,
        group_id=post.group.id if post.group else 0,
        topic_id=post.thread_id,
        body=text.body,
        quoted=text.quoted,
        remainder=text.remainder,
        snippet=text.snippet,
        subject=subject,
        subject_with_tags=with_tags(subject, tags),
        name=name_of(post.author),
        profile_photo_url=links.avatar(post.author),
        is_plain_text=post.markup in (Markup.PLAIN, Markup.MAIL),
        msg_num=post.number or 0,
        is_reply=post.parent_id is not None or post.id != post.thread_id,
        has_liked=bool(post.mine & LIKED),
        num_likes=post.likes_n,
        is_closed=thread is not None and thread.closed,
        is_moderated=thread is not None and thread.moderated,
        reply_to=policy,
        can_repost=again,
        hashtags=tags,
        attachments=attachments(post, links),
        poll_id=post.poll.id if polls and post.poll else 0,
    )


def attachments(post: PostView, links: Links) -> list[MessageAttachment]:
    """The files of a post."""
    return [
        MessageAttachment(
            id=file.id,
            media_type=file.mime,
            download_url=links.media(file.blob, private=not post.open),
            image_thumbnail_url=links.media(file.preview, private=not post.open) if file.preview else "",
            filename=file.name,
        )
        for file in post.media
    ]


def topic(
    thread: ThreadView,
    *,
    first: PostView | None,
    author: AccountView | None,
    tags: list[Hashtag],
    text: Text | None,
    subject_tag: str,
    has_files: bool,
    links: Links,
) -> Topic:
    """A thread; *first* is its first post, if that may still be seen."""
    if first is not None and text is not None:
        subject = subject_of(first, thread, text)
    else:
        subject = thread.subject
    return Topic(
        id=thread.id,
        created=rfc3339(thread.created_at),
        updated=rfc3339(thread.last_at),
        group_id=thread.group_id or 0,
        group_subject_tag=subject_tag,
        subject=with_tags(subject, tags),
        summary=text.snippet if text else "",
        name=name_of(author) if author else "",
        profile_photo_url=links.avatar(author) if author else "",
        num_messages=thread.posts_n,
        is_sticky=thread.sticky,
        is_moderated=thread.moderated,
        is_closed=thread.closed,
        has_attachments=has_files,
        reply_to=thread_policy(tags),
        most_recent_message=rfc3339(thread.last_at),
        hashtags=tags or None,
    )


def no_topic(group_id: int) -> Topic:
    """What stands in the envelope of a list that is not about one topic and has no messages."""
    return Topic(
        id=0,
        created=rfc3339(None),
        updated=rfc3339(None),
        group_id=group_id,
        reply_to="thread_reply_group_default",
    )


def hit(
    post: PostView,
    *,
    thread: ThreadView | None,
    tags: list[Hashtag],
    text: Text,
    profile: bool,
    links: Links,
) -> MessageSearchResult:
    """A hit of a search; subject and summary are HTML. *profile*: the caller may see that of its author."""
    return MessageSearchResult(
        id=post.id,
        created=rfc3339(post.created_at),
        updated=rfc3339(post.edited_at or post.created_at),
        group_id=post.group.id if post.group else 0,
        topic_id=post.thread_id,
        summary=escape(text.snippet),
        subject=escape(with_tags(subject_of(post, thread, text), tags)),
        body=html_of(post),
        user_id=post.author.id,
        profile_photo_url=links.avatar(post.author),
        name=name_of(post.author),
        can_view_profile=profile,
        rev_count=int(post.edited_at is not None),
        msg_num=post.number or 0,
        num_msgs_in_topic=thread.posts_n if thread else 1,
        is_closed=thread is not None and thread.closed,
        is_moderated=thread is not None and thread.moderated,
        is_sticky=thread is not None and thread.sticky,
        has_attachments=bool(post.media),
        hashtags=tags,
    )
