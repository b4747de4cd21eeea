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
