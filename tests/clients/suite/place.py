"""Finding people, posts and tags, and what is told of the place, with the parameters that apps send."""

from __future__ import annotations

import inspect
import time

from suite.world import call, check, needs, refused


@check
def searching_by_kind(w):
    word = f"lantern{time.time_ns()}"
    first = w.ada.status_post(f"{word} one #{word}")
    second = w.ada.status_post(f"{word} two")
    found = call(w.ada, "search_v2", word, result_type="statuses", resolve=False)
    assert [int(s.id) for s in found.statuses] == [int(second.id), int(first.id)]
    assert found.accounts == [] and found.hashtags == []
    older = call(w.ada, "search_v2", word, result_type="statuses", max_id=second.id)
    assert [int(s.id) for s in older.statuses] == [int(first.id)]
    newer = call(w.ada, "search_v2", word, result_type="statuses", min_id=first.id)
    assert [int(s.id) for s in newer.statuses] == [int(second.id)]
    if "offset" in w.ada.search_v2.__wrapped__.__code__.co_varnames:
        rest = call(w.ada, "search_v2", word, result_type="statuses", offset=1)
        assert [int(s.id) for s in rest.statuses] == [int(first.id)]
    of_ben = call(w.ada, "search_v2", word, result_type="statuses", account_id=w.id("ben"))
    assert of_ben.statuses == []
    tags = call(w.ben, "search_v2", word, result_type="hashtags", exclude_unreviewed=True).hashtags
    assert [t.name for t in tags] == [word]


@check
def searching_by_address(w):
    post = w.ada.status_post(w.fresh("Where am I?"))
    found = w.ben.search_v2(post.url, resolve=True)
    assert [int(s.id) for s in found.statuses] == [int(post.id)] and found.accounts == []
    ada = w.ben.account(w.id("ada"))
    found = w.ben.search_v2(ada.url, resolve=True).accounts
    assert [a.acct for a in found] == ["ada"], (ada.url, found)
    host = w.url.split("//")[1]
    assert "ada" in [a.acct for a in w.ben.search_v2(f"@ada@{host}", resolve=True).accounts]


@check
def searching_people(w):
    assert call(w.dora, "account_search", "ada", following=True) == []
    assert [a.acct for a in call(w.ben, "account_search", "ada", following=True)] == ["ada"]
    assert len(call(w.ben, "account_search", "a", limit=1)) <= 1


@needs("directory")
def the_directory(w):
    if "order" not in inspect.signature(w.ben.directory).parameters:
        assert {"ada", "fay"} <= {a.acct for a in w.ben.directory()}
        return
    newest = [a.acct for a in call(w.ben, "directory", order="new", local=True)]
    assert newest.index("fay") < newest.index("ada"), "who came later is first"
    assert [a.acct for a in call(w.ben, "directory", order="new", local=True, offset=1, limit=1)] == newest[
        1:2
    ]


@needs("suggestions_v2")
def suggestions_say_why(w):
    found = w.dora.suggestions_v2()
    assert all(s.sources and s.account.acct != "dora" for s in found)


@needs("featured_tags")
def featured_tags_count(w):
    made = w.fay.featured_tag_create("#Kites")
    w.fay.status_post(w.fresh("up and away #kites"))
    (tag,) = w.fay.featured_tags()
    assert (tag.id, int(tag.statuses_count)) == (made.id, 1)
    assert tag.last_status_at is not None
    assert refused(w.fay.featured_tag_create, "two words")
    for n in range(9):
        w.fay.featured_tag_create(f"kite{n}")
    assert refused(w.fay.featured_tag_create, "onetoomany")


@needs("followed_tags")
def followed_tags_are_paged(w):
    for name in ("alpha", "beta", "gamma"):
        w.fay.tag_follow(name)
    first = w.fay.followed_tags(limit=2)
    assert [t.name for t in first] == ["gamma", "beta"]
    assert [t.name for t in w.fay.fetch_next(first)] == ["alpha"]


@check
def refusals_have_their_class(w):
    assert "NotFound" in type(refused(w.ben.account, 1)).__name__
    assert "422" in str(refused(w.ben.status_post, "")) or refused(w.ben.status_post, "")
    assert refused(w.ben.account_follow, w.id("ben"))
    reading = w.client(access_token=w.people["ben"]["token"])
    assert reading.account_verify_credentials().username == "ben"


@check
def reports_name_posts_and_rules(w):
    post = w.fay.status_post(w.fresh("Shouting"))
    known = w.owner.instance_rules.__self__.instance_rules() if hasattr(w.owner, "instance_rules") else []
    options = {"category": "violation", "rule_ids": [known[0].id]} if known else {}
    made = call(w.dora, "report", w.id("fay"), [post.id], "shouts", forward=False, **options)
    if made.get("category"):
        assert made.comment == "shouts"
    (filed,) = [r for r in w.owner.admin_reports() if r.comment == "shouts"]
    assert [int(s.id) for s in filed.statuses] == [int(post.id)]
    if options:
        assert [str(r.id) for r in filed.rules] == [str(known[0].id)]
    w.owner.admin_report_resolve(filed.id)
    assert filed.id not in [r.id for r in w.owner.admin_reports()]
    assert filed.id in [r.id for r in w.owner.admin_reports(resolved=True)]


@needs("admin_create_domain_block")
def a_block_twice_is_refused(w):
    made = w.owner.admin_create_domain_block("twice.example", severity="suspend", reject_media=True)
    assert made.reject_media
    assert "422" in str(refused(w.owner.admin_create_domain_block, "twice.example", severity="silence"))
    assert "422" in str(refused(w.owner.admin_create_domain_block, "sub.twice.example", severity="silence"))
    w.owner.admin_delete_domain_block(made.id)
