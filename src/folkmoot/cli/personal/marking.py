"""`folkmoot favourite`, `boost`, `bookmark`, `pin` and `vote`: what one does with posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from folkmoot.cli.common import fail
from folkmoot.cli.personal.common import AsOption, JsonOption, UndoOption, dump, mastodon, tell
from folkmoot.cli.personal.posting import PostArgument, found


def vote(
    post: PostArgument,
    answers: Annotated[
        list[int], typer.Argument(metavar="NUMBER", help="Numbers of answers, from 1.", min=1)
    ],
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Vote in a post's poll."""
    client = mastodon(as_)
    asked = client.status(found(client, post)).poll
    if asked is None:
        fail(f"post {post} has no poll")
    made = client.poll_vote(asked, [number - 1 for number in answers])
    if json:
        dump(made)
    else:
        from folkmoot.cli.personal import shown

        shown.poll(shown.console(), made)


def _mark(verb: str, help: str) -> Callable[..., None]:
    def run(
        post: PostArgument,
        undone: UndoOption = False,
        as_: AsOption = "",
        json: JsonOption = False,
    ) -> None:
        client = mastodon(as_)
        made = getattr(client, f"status_{'un' if undone else ''}{verb}")(found(client, post))
        tell(json, made, f"{made.id}  {made.url or ''}".rstrip())

    run.__doc__ = help
    return run


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.command()(vote)
    marks = {
        "favourite": ("favourite", "Like a post."),
        "boost": ("reblog", "Pass a post on to those who follow you."),
        "bookmark": ("bookmark", "Keep a post for yourself, to find it again."),
        "pin": ("pin", "Put a post of yours at the top of your profile."),
    }
    for name, facts in marks.items():
        app.command(name)(_mark(*facts))
