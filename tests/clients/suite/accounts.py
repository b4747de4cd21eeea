"""People: looking, following, blocking, muting, profiles."""

from __future__ import annotations

from suite.world import call, check, eventually, needs, picture, refused


@check
def looking(w):
    ada = w.ada.account_verify_credentials()
    assert ada.source.privacy == "public" and int(ada.id) == w.id("ada")
    assert w.ben.account(ada.id).acct == "ada"
    assert next(each.username for each in w.ben.account_search("ada", limit=3)) == "ada"
    (relation,) = w.ben.account_relationships(ada.id)
    assert relation.following is True and relation.muting is False
    both = w.ben.account_relationships([ada.id, w.id("cleo")])
    assert [int(r.id) for r in both] == [int(ada.id), w.id("cleo")]


@check
def following(w):
    cleo = w.id("cleo")
    assert call(w.ada, "account_follow", cleo, reblogs=False).following
    assert cleo in [int(a.id) for a in w.ada.account_following(w.id("ada"))]
    assert w.id("ada") in [int(a.id) for a in w.ada.account_followers(cleo)]
    assert w.ada.account_unfollow(cleo).following is False


@check
def requests(w):
    dora = w.id("dora")
    assert w.ada.account_follow(dora).requested
    assert [int(a.id) for a in w.dora.follow_requests()] == [w.id("ada")]
    w.dora.follow_request_authorize(w.id("ada"))
    assert w.ada.account_relationships(dora)[0].following
    w.ada.account_unfollow(dora)
    w.ada.account_follow(dora)
    w.dora.follow_request_reject(w.id("ada"))
    assert not w.ada.account_relationships(dora)[0].requested


@check
def old_follow(w):
    try:
        followed = w.ada.follows("cleo")  # an account in the old days, a relationship in later libraries
        assert followed.get("following") or followed.username == "cleo"
    except Exception as error:  # newer libraries refuse to call what newer servers dropped
        assert "Version" in type(error).__name__ or "NotImplemented" in type(error).__name__, error
    w.ada.account_unfollow(w.id("cleo"))


@check
def blocking(w):
    cleo = w.id("cleo")
    assert w.ada.account_block(cleo).blocking
    assert [int(a.id) for a in w.ada.blocks()] == [cleo]
    assert w.cleo.account_relationships(w.id("ada"))[0].blocked_by
    assert w.cleo.account_statuses(w.id("ada")) == []
    assert refused(w.cleo.account_follow, w.id("ada"))
    assert not w.ada.account_unblock(cleo).blocking


@check
def muting(w):
    cleo = w.id("cleo")
    assert w.ada.account_mute(cleo, notifications=False).muting
    assert not w.ada.account_relationships(cleo)[0].muting_notifications
    assert [int(a.id) for a in w.ada.mutes()] == [cleo]
    assert not w.ada.account_unmute(cleo).muting


@check
def servers(w):
    w.ada.domain_block("noise.example")
    assert list(w.ada.domain_blocks()) == ["noise.example"]
    w.ada.domain_unblock("noise.example")
    assert list(w.ada.domain_blocks()) == []


@check
def profile(w):
    me = call(
        w.cleo,
        "account_update_credentials",
        display_name="Cleo C.",
        note="I like #boats",
        avatar=picture().read(),
        avatar_mime_type="image/png",
        header=picture(90).read(),
        header_mime_type="image/png",
        fields=[("Home", "https://cleo.example"), ("Cat", "yes")],
        bot=False,
        discoverable=True,
        locked=False,
    )
    assert me.display_name == "Cleo C." and "boats" in me.note
    assert [(f.name) for f in me.fields] == ["Home", "Cat"]
    assert me.avatar.startswith(w.url) and me.source.note == "I like #boats"
    again = w.cleo.account_update_credentials(display_name="Cleo")
    assert again.source.note == "I like #boats"


@needs("me", "account_lookup")
def lookup(w):
    assert w.ada.me().id == w.ben.account_lookup("ADA").id
    assert "NotFound" in type(refused(w.ben.account_lookup, "nobody_of_that_name")).__name__


@needs("accounts")
def several(w):
    found = w.ada.accounts([w.id("ben"), w.id("cleo")])
    assert {int(a.id) for a in found} == {w.id("ben"), w.id("cleo")}


@check
def endorsing(w):
    w.ada.account_follow(w.id("ben"))
    assert w.ada.account_pin(w.id("ben")).endorsed
    assert [a.username for a in w.ada.endorsements()] == ["ben"]
    assert not w.ada.account_unpin(w.id("ben")).endorsed
    assert refused(w.ada.account_pin, w.id("dora"))
    if hasattr(w.ada, "account_endorse"):
        assert w.ada.account_endorse(w.id("ben")).endorsed
        assert not w.ada.account_unendorse(w.id("ben")).endorsed


@needs("account_note_set")
def notes(w):
    assert w.ada.account_note_set(w.id("ben"), "met at the fair").note == "met at the fair"
    assert w.ada.account_relationships(w.id("ben"))[0].note == "met at the fair"


@needs("account_familiar_followers")
def familiar(w):
    (found,) = w.dora.account_familiar_followers(w.id("ada"))
    assert int(found.id) == w.id("ada") and isinstance(found.accounts, list)


@needs("account_remove_from_followers")
def removing(w):
    w.cleo.account_follow(w.id("ada"))
    assert not w.ada.account_remove_from_followers(w.id("cleo")).followed_by


@check
def suggested(w):
    found = w.dora.suggestions()
    assert isinstance(found, list)
    if found:
        first = found[0].get("account", found[0])
        w.dora.suggestion_delete(first["id"])
    for name in ("suggestions_v1", "suggestions_v2"):
        if hasattr(w.dora, name):
            assert isinstance(getattr(w.dora, name)(), list)


@needs("featured_tags")
def featured(w):
    made = w.ada.featured_tag_create("lighthouse")
    assert [t.name for t in w.ada.featured_tags()] == ["lighthouse"]
    if hasattr(w.ben, "account_featured_tags"):
        assert [t.name for t in w.ben.account_featured_tags(w.id("ada"))] == ["lighthouse"]
    assert isinstance(w.ada.featured_tag_suggestions(), list)
    w.ada.featured_tag_delete(made.id)
    assert w.ada.featured_tags() == []


@needs("tag_follow")
def following_tags(w):
    assert w.cleo.tag_follow("harbour").following
    assert "harbour" in [t.name for t in w.cleo.followed_tags()]
    post = w.ada.status_post(w.fresh("ships in the #harbour"))
    eventually(lambda: post.id in [s.id for s in w.cleo.timeline_home()])
    assert not w.cleo.tag_unfollow("harbour").following
    assert w.cleo.tag("harbour").name == "harbour"
    if hasattr(w.cleo, "tag_feature"):
        assert w.cleo.tag_feature("harbour").featuring
        assert not w.cleo.tag_unfeature("harbour").featuring


@needs("profile", "profile_update")
def newer_profile(w):
    assert w.cleo.profile_update(note="Boats, still").note == "Boats, still" or w.cleo.profile()
    assert int(w.cleo.profile().id) == w.id("cleo")


@needs("account_delete_avatar")
def without_pictures(w):
    assert "missing" in w.cleo.account_delete_avatar().avatar or w.cleo.me().avatar
    assert w.cleo.account_delete_header().header


@needs("collection_create")
def collections(w):
    w.ada.account_follow(w.id("ben"))
    made = w.ada.collection_create("Sailors", description="who sails", discoverable=True)
    made = made.get("collection", made)
    w.ada.collection_item_add(made["id"], w.id("ben"))
    assert w.ben.collection(made["id"])
    assert w.ben.account_collections(w.id("ada"))
    assert w.ben.account_in_collections(w.id("ben")) is not None
    w.ada.collection_update(made["id"], name="Rowers")
    shown = w.ada.collection(made["id"])
    items = shown.get("collection", shown)["items"]
    w.ada.collection_item_delete(made["id"], items[0]["id"])
    w.ada.collection_item_add(made["id"], w.id("ben"))
    shown = w.ada.collection(made["id"])
    items = shown.get("collection", shown)["items"]
    w.ben.collection_item_revoke(made["id"], items[-1]["id"])
    w.ada.collection_delete(made["id"])
    assert refused(w.ada.collection, made["id"])
