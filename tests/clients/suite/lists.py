"""Lists and filters."""

from __future__ import annotations

from suite.world import call, check, eventually, needs, refused


@check
def lists(w):
    made = w.ben.list_create("Friends")
    w.ben.list_accounts_add(made.id, [w.id("ada")])
    assert [a.username for a in w.ben.list_accounts(made.id)] == ["ada"]
    assert made.id in [each.id for each in w.ben.lists()]
    post = w.ada.status_post(w.fresh("For friends"))
    eventually(lambda: post.id in [s.id for s in w.ben.timeline_list(made.id)])
    assert call(w.ben, "list_update", made.id, "Good friends").title == "Good friends"
    assert w.ben.list(made.id).title == "Good friends"
    if hasattr(w.ben, "account_lists"):
        assert made.id in [each.id for each in w.ben.account_lists(w.id("ada"))]
    assert refused(w.cleo.list, made.id)
    assert refused(w.ben.list_accounts_add, made.id, [w.id("dora")])
    w.ben.list_accounts_delete(made.id, [w.id("ada")])
    assert w.ben.list_accounts(made.id) == []
    w.ben.list_delete(made.id)
    assert "NotFound" in type(refused(w.ben.list, made.id)).__name__


@check
def filters(w):
    made = w.cleo.filter_create("grumble", ["home", "public"], whole_word=True, expires_in=3600)
    assert made.phrase == "grumble" and sorted(made.context) == ["home", "public"]
    assert made.id in [each.id for each in w.cleo.filters()]
    post = w.ada.status_post(w.fresh("I grumble"))
    kept = w.cleo.filters_apply(w.cleo.timeline_public(), w.cleo.filters(), "public")
    assert post.id not in [s.id for s in kept]
    assert w.cleo.filter_update(made.id, phrase="mumble", context=["home"]).phrase == "mumble"
    assert w.cleo.filter(made.id).phrase == "mumble"
    w.cleo.filter_delete(made.id)
    assert w.cleo.filters() == []


@needs("create_filter_v2")
def newer_filters(w):
    made = w.cleo.create_filter_v2("Noise", ["home", "public"], "warn", keywords_attributes=[
        {"keyword": "clatter", "whole_word": True}
    ])  # fmt: skip
    assert [k.keyword for k in made.keywords] == ["clatter"]
    added = w.cleo.add_filter_keyword_v2(made.id, "rattle")
    assert {k.keyword for k in w.cleo.filter_keywords_v2(made.id)} == {"clatter", "rattle"}
    post = w.ada.status_post(w.fresh("What a clatter"))
    seen = w.cleo.status(post.id)
    assert seen.filtered[0].filter.title == "Noise" and list(seen.filtered[0].keyword_matches) == ["clatter"]
    other = w.ada.status_post(w.fresh("Quiet"))
    marked = w.cleo.add_filter_status_v2(made.id, other.id)
    assert [s.id for s in w.cleo.filter_statuses_v2(made.id)] == [marked.id]
    assert w.cleo.filter_status_v2(marked.id).id == marked.id
    assert w.cleo.status(other.id).filtered
    w.cleo.delete_filter_status_v2(marked.id)
    w.cleo.delete_filter_keyword_v2(added.id)
    assert w.cleo.update_filter_v2(made.id, title="Din").title == "Din"
    assert w.cleo.filter_v2(made.id).title == "Din"
    assert made.id in [each.id for each in w.cleo.filters_v2()]
    w.cleo.delete_filter_v2(made.id)
    assert made.id not in [each.id for each in w.cleo.filters_v2()]
