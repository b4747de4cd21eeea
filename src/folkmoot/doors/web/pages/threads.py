"""A thread as one page: every post that the viewer may see, answers set in below what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import PostState, Standing, may_in_group, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import archives
from folkmoot.domain.posts import conversations, reactions
from folkmoot.doors.frame import Response, redirect
from folkmoot.doors.frame.at import At
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Writing
from folkmoot.doors.web.show import go, number, page, turning

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

PER_THREAD_PAGE = 100
MAX_DEPTH = 6
"""Answers to answers are set in so far and no further."""


class Asked(msgspec.Struct, kw_only=True):
    """Which part of a thread, and which of its posts is being answered."""

    page: str = ""
    to: str = ""


def show(at: At, tx: Tx, thread_id: int, ask: Asked, form: Writing | None = None, why: str = "") -> Response:
    """The page of a thread. Raises NotFound where none of its posts may be seen."""
    tree = conversations.whole(tx, at.viewer, thread_id) if 0 < thread_id < 1 << 62 else []
    if not tree:
        raise NotFound(what="thread")
    pages = (len(tree) - 1) // PER_THREAD_PAGE + 1
    at_page = number(ask.page, 1, pages, 1)
    part = tree[(at_page - 1) * PER_THREAD_PAGE : at_page * PER_THREAD_PAGE]
    wanted = number(ask.to, 0, (1 << 62) - 1, 0)
    target = wanted if any(id_ == wanted for id_, _ in tree) else tree[0][0]
    found = views.posts_by_ids(tx, at.viewer, [*(id_ for id_, _ in part), tree[0][0], target])
    first = found[tree[0][0]]
    newer, on = turning(at_page, at_page < pages)
    stands = _stands(at, tx, first)
    cleans = stands is not None and may_in_group(stands, "edit_archive")
    marked = archives.threads_by_ids(tx, [first.thread_id]).get(first.thread_id)
    closed = marked is not None and marked.closed
    return page(
        at,
        tx,
        "thread.html",
        title=subject(first),
        thread_id=thread_id,
        first=first,
        count=len(tree),
        posts=[(found[id_], min(depth, MAX_DEPTH)) for id_, depth in part if id_ in found],
        target=found[target],
        may_reply=at.viewer.known
        and (first.group is None or (stands is not None and stands.may_post))
        and (cleans or not closed),
        cleans=cleans,
        closed=closed,
        pinned=marked is not None and marked.sticky,
        followed=reactions.follows_thread(tx, at.viewer, thread_id),
        form=form or Writing(),
        why=why,
        newer=newer,
        older=on,
    )


def subject(post: views.PostView) -> str:
    """What a thread is called: its title, or the beginning of its text."""
    if post.title:
        return post.title
    line = " ".join(post.plain.split())
    start = line if len(line) <= 60 else line[:60].rsplit(" ", 1)[0] + "…"
    return (
        f"{post.author.display_name or post.author.name}: {start}"
        if start
        else f"A post by {post.author.name}"
    )


def _stands(at: At, tx: Tx, post: views.PostView) -> Standing | None:
    """How somebody known stands to the post's group; None where there is none, or none for them."""
    if not at.viewer.known or post.group is None:
        return None
    try:
        return standing(tx, at.viewer, post.group.id)
    except NotFound:  # one's own words in a group that one has left
        return None


@door.raw("GET", "/t/{thread_id}", ask=Asked)
def thread(at: At, ask: Asked) -> Response:
    """A thread by the id of its first post."""
    return show(at, at.tx, number(at.path["thread_id"], 0, (1 << 62) - 1, 0), ask)


def place_of(at: At, tx: Tx, post: views.PostView) -> str:
    """Where a post stands in the page of its thread."""
    order = [id_ for id_, _ in conversations.whole(tx, at.viewer, post.thread_id)]
    if post.id not in order:
        return ""
    number_ = order.index(post.id) // PER_THREAD_PAGE + 1
    query = f"?page={number_}" if number_ > 1 else ""
    return f"/t/{post.thread_id}{query}#p{post.id}"


@door.raw("GET", "/@{name}/{id}")
def permalink(at: At) -> Response:
    """A post's own address leads to its place in the thread; a post that waits is shown alone."""
    post = views.post(at.tx, at.viewer, number(at.path["id"], 0, (1 << 62) - 1, 0))
    if at.path["name"].lower() not in (post.author.name.lower(), post.author.handle.lower()):
        raise NotFound(what="post")
    if post.boost_of is not None:
        return redirect(f"/@{post.boost_of.author.handle}/{post.boost_of.id}")
    where = place_of(at, at.tx, post) if post.state == PostState.LIVE else ""
    if where:
        return go(where)
    return page(at, at.tx, "post.html", title=subject(post), post=post)


@door.raw("GET", "/users/{name}/statuses/{id}")
def uri(at: At) -> Response:
    """The address that names a post among servers leads people to the post."""
    return redirect(f"/@{at.path['name']}/{number(at.path['id'], 0, (1 << 62) - 1, 0)}")
