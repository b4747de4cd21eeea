"""Whose notifications are wanted, and the requests of those whose were set aside."""

from __future__ import annotations

import msgspec

from folkmoot.domain.errors import NotFound
from folkmoot.domain.notices import notice_requests, notice_rules
from folkmoot.domain.notices.notice_requests import NoticeRequest
from folkmoot.domain.notices.notice_rules import Choice, Rules
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.wire.codecs import time
from folkmoot.wire.mastodon import unlisted
from folkmoot.wire.mastodon.entity import PolicyChoice
from folkmoot.wire.mastodon.notification import (
    NotificationPolicy,
    NotificationPolicySummary,
    V1NotificationPolicy,
)
from folkmoot.wire.mastodon.requests import notification_policy as api
from folkmoot.wire.mastodon.requests.oauth import Empty

CHOICES: dict[PolicyChoice, Choice] = {"accept": Choice.ACCEPT, "filter": Choice.ASIDE, "drop": Choice.DROP}
WORDS = {choice: word for word, choice in CHOICES.items()}
RULES = {
    "for_not_following": "not_followed",
    "for_not_followers": "no_followers",
    "for_new_accounts": "new_accounts",
    "for_private_mentions": "direct_mentions",
    "for_limited_accounts": "limited_accounts",
    "for_bots": "bots",
}
"""This API's groups of senders in the domain's words."""
SWITCHES = {"filter" + name.removeprefix("for"): rule for name, rule in list(RULES.items())[:4]}
MANY = 200
"""So many requests may be answered at once."""


def _summary(at: At) -> NotificationPolicySummary:
    requests, waiting = notice_rules.waiting(at.tx, at.viewer)
    return NotificationPolicySummary(pending_requests_count=requests, pending_notifications_count=waiting)


def _policy(at: At, rules: Rules) -> NotificationPolicy:
    words = {name: WORDS[Choice(getattr(rules, rule))] for name, rule in RULES.items()}
    return msgspec.convert({**words, "summary": _summary(at)}, NotificationPolicy)


@door.on(api.GetPolicy)
def get_policy(at: At, ask: api.GetPolicy) -> NotificationPolicy:
    return _policy(at, notice_rules.get(at.tx, at.viewer))


@door.on(api.UpdatePolicy, methods=("PATCH", "PUT"))
def update_policy(at: At, ask: api.UpdatePolicy) -> NotificationPolicy:
    said = {rule: getattr(ask, name) for name, rule in RULES.items()}
    changes = {rule: CHOICES[word] for rule, word in said.items() if word is not None}
    return _policy(at, notice_rules.choose(at.tx, at.viewer, changes))


def _switches(at: At, rules: Rules) -> V1NotificationPolicy:
    on = {name: getattr(rules, rule) != Choice.ACCEPT for name, rule in SWITCHES.items()}
    return V1NotificationPolicy(**on, summary=_summary(at))


@door.on(unlisted.GetOldPolicy)
def get_old_policy(at: At, ask: unlisted.GetOldPolicy) -> V1NotificationPolicy:
    return _switches(at, notice_rules.get(at.tx, at.viewer))


@door.on(unlisted.UpdateOldPolicy)
def update_old_policy(at: At, ask: unlisted.UpdateOldPolicy) -> V1NotificationPolicy:
    said = {rule: getattr(ask, name) for name, rule in SWITCHES.items()}
    changes = {rule: Choice.ASIDE if on else Choice.ACCEPT for rule, on in said.items() if on is not None}
    return _switches(at, notice_rules.choose(at.tx, at.viewer, changes))


def _shown(at: At, found: list[NoticeRequest]) -> list[bytes]:
    """Requests with their senders and the last posts that may still be seen."""
    people = render.accounts(at.house, at.tx, [request.actor_id for request in found])
    about = [request.last_post_id for request in found if request.last_post_id is not None]
    posts = render.statuses(at.house, at.tx, at.viewer, about)
    out = []
    for request in found:
        head = {
            "id": str(request.id),
            "created_at": time(request.created_at),
            "updated_at": time(request.updated_at),
            "notifications_count": str(request.notices_n),
        }
        post = posts.get(request.last_post_id or 0)
        last = b"" if post is None else b',"last_status":' + post
        if request.actor_id in people:
            out.append(
                b'%b,"account":%b%b}' % (msgspec.json.encode(head)[:-1], people[request.actor_id], last)
            )
    return out


@door.on(api.ListRequests)
def list_requests(at: At, ask: api.ListRequests) -> Response:
    page = pages.page_of(ask)
    found = notice_requests.listing(at.tx, at.viewer, page)
    cursors = [(request.id, request.id) for request in found]
    return pages.rows(at, cursors, page.limit, lambda *_: render.array(_shown(at, found)), prev="min_id")


@door.on(api.GetRequest)
def get_request(at: At, ask: api.GetRequest) -> Response:
    shown = _shown(at, [notice_requests.see(at.tx, at.viewer, number(ask.id))])
    if not shown:
        raise NotFound(what="request")
    return Response(200, shown[0])


@door.on(api.AcceptRequest)
def accept_request(at: At, ask: api.AcceptRequest) -> Empty:
    notice_requests.accept(at.tx, at.viewer, [notice_requests.see(at.tx, at.viewer, number(ask.id)).id])
    return {}


@door.on(api.DismissRequest)
def dismiss_request(at: At, ask: api.DismissRequest) -> Empty:
    notice_requests.dismiss(at.tx, at.viewer, [notice_requests.see(at.tx, at.viewer, number(ask.id)).id])
    return {}


@door.on(api.AcceptRequests)
def accept_requests(at: At, ask: api.AcceptRequests) -> Empty:
    notice_requests.accept(at.tx, at.viewer, pages.numbers(ask.id[:MANY]))
    return {}


@door.on(api.DismissRequests)
def dismiss_requests(at: At, ask: api.DismissRequests) -> Empty:
    notice_requests.dismiss(at.tx, at.viewer, pages.numbers(ask.id[:MANY]))
    return {}


@door.on(api.GetMerged)
def get_merged(at: At, ask: api.GetMerged) -> api.Merged:
    return api.Merged(merged=True)
