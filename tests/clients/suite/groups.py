"""A group as Mastodon's people meet it: an account to follow, to mention and to read."""

from __future__ import annotations

from suite.world import check, eventually, refused


@check
def a_group(w):
    parlour = int(w.people["parlour"]["id"])
    found = w.ben.account(parlour)
    assert found.group and found.username == "parlour"
    assert w.ben.account_follow(parlour).following
    post = w.ben.status_post(w.fresh("@parlour good evening"))
    assert post.id in [s.id for s in w.cleo.account_statuses(parlour)]
    w.ada.account_follow(parlour)
    eventually(lambda: post.id in [s.id for s in w.ada.timeline_home()])
    answer = w.ada.status_reply(post, w.fresh("And to you"))
    assert answer.id in [s.id for s in w.ben.status_context(post.id).descendants]
    assert not w.ben.account_unfollow(parlour).following


@check
def a_closed_group(w):
    post = w.ada.status_post(w.fresh("@cellar among ourselves"))
    assert post.visibility == "private"
    assert "NotFound" in type(refused(w.cleo.status, post.id)).__name__
    assert refused(w.ada.status_reblog, post.id)


@check
def joining_by_approval(w):
    """Who moderates a group answers its requests as those of followers."""
    attic = int(w.people["attic"]["id"])
    assert w.ada.account(attic).locked
    assert w.ben.account_follow(attic).requested
    assert w.id("ben") in [int(a.id) for a in w.ada.follow_requests()]
    w.ada.follow_request_authorize(w.id("ben"))
    assert w.ben.account_relationships(attic)[0].following
    assert w.cleo.account_follow(attic).requested
    w.ada.follow_request_reject(w.id("cleo"))
    assert not w.cleo.account_relationships(attic)[0].requested
    post = w.ben.status_post(w.fresh("@attic it creaks"))
    assert int(w.ada.account_statuses(attic)[0].id) == int(post.id)
    w.ben.account_unfollow(attic)
    assert not w.ben.account_relationships(attic)[0].following


@check
def a_group_in_search_and_boosts(w):
    found = w.cleo.search_v2("parlour").accounts
    assert [a.group for a in found if a.acct == "parlour"] == [True]
    w.ben.account_follow(int(w.people["parlour"]["id"]))
    post = w.ben.status_post(w.fresh("@parlour to be passed on"))
    assert post.visibility == "public"
    assert int(w.ada.status_reblog(post).reblog.id) == int(post.id)
    w.ada.status_unreblog(post)
