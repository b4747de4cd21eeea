"""Timelines and their pages, search, reading positions."""

from __future__ import annotations

import time

from suite.world import call, check, eventually, needs, refused


@check
def places(w):
    post = w.ada.status_post(w.fresh("In every place #meadow"))
    for name in ("timeline_home", "timeline_public", "timeline_local"):
        assert post.id in [s.id for s in eventually(lambda name=name: getattr(w.ben, name)())], name
    assert post.id in [s.id for s in w.ben.timeline_hashtag("meadow")]
    assert post.id in [s.id for s in w.ben.timeline_hashtag("Meadow", local=True)]
    assert post.id in [s.id for s in w.ben.timeline("home")]
    assert post.id in [s.id for s in w.cleo.account_statuses(w.id("ada"))]
    if hasattr(w.ben, "timeline_link"):
        assert "NotFound" in type(refused(w.ben.timeline_link, "https://example.org/unknown")).__name__


@check
def pages(w):
    for number in range(12):
        w.cleo.status_post(w.fresh(f"Page {number}"))
    first = w.ada.account_statuses(w.id("cleo"), limit=4)
    second = w.ada.fetch_next(first)
    assert len(first) == len(second) == 4 and int(first[-1].id) > int(second[0].id)
    back = w.ada.fetch_previous(second)
    assert [s.id for s in back] == [s.id for s in first]
    rest = w.ada.fetch_remaining(first)
    assert len({s.id for s in rest}) == len(rest) >= 12
    assert w.ada.account_statuses(w.id("cleo"), max_id=first[-1].id, limit=4)[0].id == second[0].id
    newer = w.ada.account_statuses(w.id("cleo"), min_id=second[0].id, limit=2)
    assert [s.id for s in newer] == [s.id for s in first][-2:]
    if hasattr(w.ada, "pagination_iterator"):
        assert len(list(w.ada.pagination_iterator(first))) == len(rest)
        assert sum(len(page) for page in w.ada.pagination_page_iterator(first)) == len(rest)
    if hasattr(w.ada, "get_pagination_info"):
        assert w.ada.get_pagination_info(first, "next")


@check
def pages_of_people(w):
    first = w.ada.account_followers(w.id("ada"), limit=1)
    everybody = w.ada.fetch_remaining(first)
    assert len({a.id for a in everybody}) == len(everybody)


@check
def searching(w):
    word = f"wordy{time.time_ns()}"
    w.ada.status_post(f"{word} #searchable")
    found = w.ada.search_v2(word)
    assert set(found) >= {"accounts", "statuses", "hashtags"} and len(found.statuses) == 1
    assert "ada" in [a.username for a in w.ben.search("ada").accounts]
    assert "searchable" in [t["name"] for t in w.ben.search_v2("searchable", result_type="hashtags").hashtags]
    if hasattr(w.ben, "search_v1"):
        try:
            assert w.ben.search_v1("ada").accounts
        except Exception as error:  # the library itself knows that the call has gone
            assert "Version" in type(error).__name__


@needs("markers_get")
def markers(w):
    last = w.ben.timeline_home(limit=1)[0].id
    assert w.ben.markers_set(["home"], [last]).home.last_read_id
    assert str(w.ben.markers_get(["home"]).home.last_read_id) == str(last)


@check
def one_thread_from_a_list(w):
    """What came by mail is in the group's place and reads as any other post."""
    posts = call(w.ada, "account_statuses", int(w.people["parlour"]["id"]))
    assert any("from the post office" in s.content for s in posts)
