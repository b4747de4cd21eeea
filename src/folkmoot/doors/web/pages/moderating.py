"""What waits for a group's moderators: posts and people."""

from __future__ import annotations

from folkmoot.domain import views
from folkmoot.domain.access import Membership, may_in_group, require_in_group
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groups, holding, memberlists, members, membership
from folkmoot.domain.groups.memberlists import Kind
from folkmoot.domain.groups.moderation import WHY
from folkmoot.domain.mail import mailing
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Verdict
from folkmoot.doors.web.show import go, number, page
from folkmoot.kit.mail.proven import in_words, read_kept

_MAX = (1 << 62) - 1


@door.raw("GET", "/@{name}/moderate")
def show(at: At) -> Response:
    """Held posts, oldest first, and those who want to join."""
    at.viewer.required()
    group, stands = groups.find(at.tx, at.viewer, at.path["name"])
    require_in_group(stands, "approve")
    held = views.post_list(at.tx, at.viewer, holding.pending(at.tx, at.viewer, group.id)[:50])
    lets_in = may_in_group(stands, "approve_members")
    asking = memberlists.listing(at.tx, stands, Kind.PENDING, limit=50) if lets_in else []
    people = views.account_list(at.tx, [entry.member.account_id for entry in asking])
    title = f"To decide in {group.title}"
    proven = {post.id: _proven(at, post.id) for post in held if post.door == "mail"}
    return page(at, at.tx, "moderate.html", title=title, group=group, held=held, people=people, proven=proven)


def _proven(at: At, post_id: int) -> str:
    """What the mail of a post proved of its origin, in words; empty where nobody looked."""
    found = read_kept(mailing.proven_of_post(at.tx, post_id))
    return in_words(found) if found is not None else ""


@door.raw("GET", "/@{name}/{id}/mail")
def show_mail(at: At) -> Response:
    """How the mail came that a post of the group was made from, for its moderators."""
    at.viewer.required()
    post = views.post(at.tx, at.viewer, number(at.path["id"], 0, _MAX, 0))
    found = mailing.details(at.tx, at.viewer, post.id)
    if found is None or at.path["name"].lower() not in (post.author.name.lower(), post.author.handle.lower()):
        raise NotFound(what="mail")
    known = read_kept(found.proven)
    words = in_words(known) if known is not None else "nobody looked"
    why = WHY.get(found.reason, found.reason)
    return page(
        at, at.tx, "mail.html", title="How this mail came", post=post, mail=found, words=words, why=why
    )


@door.raw("POST", "/@{name}/moderate/post", ask=Verdict, tx="write")
def decide_post(at: At, ask: Verdict) -> Response:
    """Let a held post in, or turn it down."""
    at.viewer.required()
    check_form(at, ask.csrf)
    group, _ = groups.find(at.tx, at.viewer, at.path["name"])
    post = views.post(at.tx, at.viewer, number(ask.account, 0, _MAX, 0))
    if post.group is None or post.group.id != group.id or ask.value not in ("release", "reject"):
        raise NotFound(what="post")
    if ask.value == "release":
        holding.release(at.tx, at.viewer, post.id)
    else:
        holding.reject(at.tx, at.viewer, post.id, ask.reason)
    return go(f"/@{group.name}/moderate", "released" if ask.value == "release" else "rejected")


@door.raw("POST", "/@{name}/moderate/person", ask=Verdict, tx="write")
def decide_person(at: At, ask: Verdict) -> Response:
    """Let somebody join, or not."""
    at.viewer.required()
    check_form(at, ask.csrf)
    group, stands = groups.find(at.tx, at.viewer, at.path["name"])
    require_in_group(stands, "approve_members")
    account_id = number(ask.account, 0, _MAX, 0)
    member = members.get(at.tx, group.id, account_id)
    if member is None or member.status != Membership.PENDING or ask.value not in ("release", "reject"):
        raise NotFound(what="member")
    status = Membership.NORMAL if ask.value == "release" else Membership.LEFT
    membership.set_status(at.tx, at.viewer, group.id, account_id, status, reason=ask.reason)
    return go(f"/@{group.name}/moderate", "let-in" if ask.value == "release" else "turned-down")
