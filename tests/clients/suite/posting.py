"""Saying things: plain, with media, polls, later, edited, deleted, quoted; and what others do with it."""

from __future__ import annotations

import datetime

from suite.world import call, check, eventually, needs, picture, refused


@check
def saying(w):
    post = call(
        w.ada, "status_post", w.fresh("Hello @ben, see #boats https://example.org/a/long/way/to/go/further/on"),
        spoiler_text="sea", language="en", visibility="public",
    )  # fmt: skip
    assert post.sensitive and post.spoiler_text == "sea" and post.language == "en"
    assert [m.acct for m in post.mentions] == ["ben"] and [t.name for t in post.tags] == ["boats"]
    assert 'class="u-url mention"' in post.content and 'class="mention hashtag"' in post.content
    assert isinstance(post.created_at, datetime.datetime)
    assert w.ben.status(post.id).uri == post.uri
    assert w.ada.toot(w.fresh("A toot")).visibility == "public"
    if hasattr(w.ada, "statuses"):
        assert [s.id for s in w.ada.statuses([post.id])] == [post.id]


@check
def answering(w):
    first = w.ada.status_post(w.fresh("What do you think?"))
    answer = w.ben.status_reply(first, w.fresh("A lot"))
    assert int(answer.in_reply_to_id) == int(first.id)
    second = w.ada.status_reply(answer, w.fresh("I see"))
    around = w.cleo.status_context(answer.id)
    assert [s.id for s in around.ancestors] == [first.id]
    assert [s.id for s in around.descendants] == [second.id]


@check
def once(w):
    text, key = w.fresh("Only once"), w.fresh("key")
    assert w.ada.status_post(text, idempotency_key=key).id == w.ada.status_post(text, idempotency_key=key).id


@check
def liking(w):
    post = w.ada.status_post(w.fresh("Like me"))
    assert w.ben.status_favourite(post.id).favourited
    assert w.ben.status_favourite(post.id).favourites_count == 1
    assert [a.username for a in w.ada.status_favourited_by(post.id)] == ["ben"]
    assert post.id in [s.id for s in w.ben.favourites()]
    assert w.ben.status_unfavourite(post.id).favourites_count == 0


@check
def boosting(w):
    post = w.ada.status_post(w.fresh("Pass me on"))
    boost = call(w.ben, "status_reblog", post.id, visibility="unlisted")
    assert boost.reblog.id == post.id and boost.reblog.reblogs_count == 1
    assert [a.username for a in w.ada.status_reblogged_by(post.id)] == ["ben"]
    assert w.ben.status_unreblog(post.id).id == post.id
    private = w.ada.status_post(w.fresh("Not for passing on"), visibility="private")
    assert refused(w.ben.status_reblog, private.id)


@needs("status_bookmark")
def bookmarking(w):
    post = w.ada.status_post(w.fresh("Keep me"))
    assert w.ben.status_bookmark(post.id).bookmarked
    assert post.id in [s.id for s in w.ben.bookmarks()]
    assert not w.ben.status_unbookmark(post.id).bookmarked


@check
def pinning(w):
    post = w.ada.status_post(w.fresh("Pin me"))
    assert w.ada.status_pin(post.id).pinned
    assert post.id in [s.id for s in w.ben.account_statuses(w.id("ada"), pinned=True)]
    assert not w.ada.status_unpin(post.id).pinned
    assert refused(w.ben.status_pin, post.id)


@check
def silence(w):
    post = w.ada.status_post(w.fresh("A long thread"))
    assert w.ada.status_mute(post.id).muted
    assert not w.ada.status_unmute(post.id).muted


@check
def media(w):
    file = call(
        w.ada, "media_post", picture().read(), "image/png", description="a red field", focus=(0.5, -0.5)
    )
    assert file.type == "image" and file.description == "a red field" and file.blurhash
    assert abs(file.meta.focus.x - 0.5) < 0.01 and file.meta.original.width == 40
    changed = call(w.ada, "media_update", file.id, description="a field, red")
    assert changed.description == "a field, red"
    if hasattr(w.ada, "media"):
        assert w.ada.media(file.id).id == file.id
    post = w.ada.status_post(w.fresh("See"), media_ids=[file])
    assert [m.id for m in post.media_attachments] == [file.id]
    assert post.id in [s.id for s in w.ben.account_statuses(w.id("ada"), only_media=True)]
    pixels = w.ada.decode_blurhash(file, out_size=(8, 8))
    assert len(pixels) >= 8 and len(pixels[0][0]) == 3


@check
def polls(w):
    poll = w.ada.make_poll(["tea", "coffee", "water"], 3600, multiple=False)
    post = w.ada.status_post(w.fresh("Which?"), poll=poll)
    assert [o.title for o in post.poll.options] == ["tea", "coffee", "water"]
    # Older libraries give nothing back.
    voted = w.ben.poll_vote(post.poll.id, 1) or w.ben.poll(post.poll.id)
    assert voted.votes_count == 1 and voted.voted and list(voted.own_votes) == [1]
    assert [o.votes_count for o in w.cleo.poll(post.poll).options] == [0, 1, 0]
    assert refused(w.ben.poll_vote, post.poll.id, [2])
    assert refused(w.ada.poll_vote, post.poll.id, [0])


@check
def later(w):
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)
    made = w.ada.status_post("Not yet", scheduled_at=when)
    assert made.params.text == "Not yet" and abs((made.scheduled_at - when).total_seconds()) < 2
    assert made.id in [s.id for s in w.ada.scheduled_statuses()]
    moved = w.ada.scheduled_status_update(made.id, when + datetime.timedelta(hours=1))
    assert moved.scheduled_at > made.scheduled_at
    assert w.ada.scheduled_status(made.id).id == made.id
    w.ada.scheduled_status_delete(made.id)
    assert "NotFound" in type(refused(w.ada.scheduled_status, made.id)).__name__


@check
def deleting(w):
    post = w.ada.status_post("Take me back")
    gone = w.ada.status_delete(post.id)
    assert gone is None or gone.text == "Take me back"
    assert "NotFound" in type(refused(w.ben.status, post.id)).__name__


@check
def whispers(w):
    post = w.ada.status_post(w.fresh("@ben between us"), visibility="direct")
    assert w.ben.status(post.id).visibility == "direct"
    assert "NotFound" in type(refused(w.cleo.status, post.id)).__name__
    found = eventually(lambda: [c for c in w.ben.conversations() if c.last_status.id == post.id])
    assert [a.username for a in found[0].accounts] == ["ada"] and found[0].unread
    assert not w.ben.conversations_read(found[0].id).unread


@check
def card(w):
    post = w.ada.status_post(w.fresh("No link here"))
    try:
        assert not w.ada.status_card(post.id)
    except Exception as error:
        assert "Version" in type(error).__name__


@needs("status_update")
def editing(w):
    post = w.ada.status_post(w.fresh("First try"))
    w.ben.status_reblog(post.id)
    edited = call(w.ada, "status_update", post.id, "Second try", spoiler_text="again")
    assert "Second try" in edited.content and edited.edited_at and edited.spoiler_text == "again"
    assert len(w.ben.status_history(post.id)) == 2
    assert w.ada.status_source(post.id).text == "Second try"
    same = call(w.ada, "status_update", post.id, "Second try", spoiler_text="again")
    assert same.edited_at == edited.edited_at


@needs("generate_media_edit_attributes")
def editing_media(w):
    file = w.ada.media_post(picture(120).read(), "image/png", description="old")
    post = w.ada.status_post(w.fresh("See"), media_ids=[file])
    wanted = [w.ada.generate_media_edit_attributes(file.id, description="new words")]
    edited = w.ada.status_update(post.id, "See again", media_attributes=wanted)
    assert edited.media_attachments[0].description == "new words"


@needs("status_quotes")
def quoting(w):
    post = w.ada.status_post(w.fresh("Quote me"), quote_approval_policy="public")
    quote = w.ben.status_post(w.fresh("Look at this"), quoted_status_id=post.id)
    assert quote.quote.state == "accepted" and quote.quote.quoted_status.id == post.id
    assert [s.id for s in w.ada.status_quotes(post.id)] == [quote.id]
    w.ada.status_quote_revoke(post.id, quote.id)
    assert w.ben.status(quote.id).quote.state == "revoked"
    w.ada.status_update_quote_approval_policy(post.id, "nobody")
    assert refused(w.ben.status_post, w.fresh("Again"), quoted_status_id=post.id)


@needs("status_translate")
def translating(w):
    post = w.ada.status_post(w.fresh("Guten Tag"), language="de")
    assert refused(w.ben.status_translate, post.id, lang="en")


@needs("get_status_length")
def counting(w):
    try:
        import grapheme  # noqa: F401 - what the library counts with
    except ImportError:
        return
    assert (
        w.ada.get_status_length("See https://example.org/a/very/long/way/to/somewhere @ben@far.example") > 0
    )


@check
def refusals(w):
    assert refused(w.ada.status_post, "")
    assert refused(w.ada.status_post, "x" * 100_000)
    assert refused(w.ada.status_post, "to nobody", in_reply_to_id=1)
