"""`folkmoot post` and `reply`: saying something."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from folkmoot.cli.common import fail, say
from folkmoot.cli.personal.common import (
    AsOption,
    JsonOption,
    WordsArgument,
    bar,
    dump,
    mastodon,
    moment,
    seconds,
    text_of,
)

if TYPE_CHECKING:
    from folkmoot.client import Mastodon

PostArgument = Annotated[str, typer.Argument(metavar="POST", help="The post's id, or its address.")]
MediaOption = Annotated[
    list[Path] | None,
    typer.Option("--media", "-m", help="A picture, video or sound; several times.", exists=True),
]
AltOption = Annotated[
    list[str] | None,
    typer.Option("--alt", help="What a file shows, for those who do not see it; in their order."),
]
VisibilityOption = Annotated[
    Literal["public", "unlisted", "private", "direct"] | None,
    typer.Option(
        help="Who sees it: all, all but not in public lists, followers, those named. Else your own setting."
    ),
]
WarningOption = Annotated[
    str, typer.Option("--warning", "-w", help="What it is about, shown instead of the words.")
]
PollOption = Annotated[list[str] | None, typer.Option("--poll", help="An answer of a poll; at least twice.")]
ForOption = Annotated[str, typer.Option("--poll-for", help="How long the poll is open: 30m, 6h, 3d.")]
ManyOption = Annotated[bool, typer.Option("--poll-many", help="Several answers may be chosen.")]
AtOption = Annotated[
    str, typer.Option("--at", help="Publish it then: 2030-12-24T18:00, or +2h, +3d from now.")
]
LanguageOption = Annotated[str, typer.Option(help="Two letters of the language it is in.")]
GroupOption = Annotated[
    str, typer.Option("--group", "-g", help="Post to this group; --subject is its topic.")
]
SubjectOption = Annotated[str, typer.Option("--subject", "-s", help="The topic of a post to a group.")]


def post(
    text: WordsArgument = None,
    media: MediaOption = None,
    alt: AltOption = None,
    visibility: VisibilityOption = None,
    warning: WarningOption = "",
    sensitive: Annotated[
        bool, typer.Option("--sensitive", help="Hide the files until they are asked for.")
    ] = False,
    poll: PollOption = None,
    poll_for: ForOption = "1d",
    poll_many: ManyOption = False,
    at: AtOption = "",
    language: LanguageOption = "",
    group: GroupOption = "",
    subject: SubjectOption = "",
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Post: words, files, a poll; now or later; to everybody or to a group.

    For example: folkmoot post "Tea?" --poll yes --poll no --poll-for 2h

    Or: git log -1 | folkmoot post - --visibility unlisted
    """
    if group:
        from folkmoot.cli.personal.grouping import write

        if poll or at or alt or warning or visibility:
            raise typer.BadParameter(
                "a post to a group has a text, a subject and files alone", param_hint="--group"
            )
        write(as_, group, subject, text_of(text, "Text"), media or [], json)
        return
    client = mastodon(as_)
    words = "" if media and not text else text_of(text, "Text")
    said = {
        **_more(client, media, alt, visibility, warning, language),
        "poll": _poll(client, poll, poll_for, poll_many),
        "scheduled_at": moment(at) if at else None,
        "sensitive": sensitive,
    }
    told(client.status_post(words, **said), json)


def reply(
    to: PostArgument,
    text: WordsArgument = None,
    media: MediaOption = None,
    alt: AltOption = None,
    visibility: VisibilityOption = None,
    warning: WarningOption = "",
    language: LanguageOption = "",
    alone: Annotated[
        bool, typer.Option("--alone", help="Name only the author, not the others that the post names.")
    ] = False,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Answer a post; those whom it names are named again, and it is seen by no more people."""
    client = mastodon(as_)
    parent = client.status(found(client, to))
    said = _more(client, media, alt, visibility, warning, language)
    words = text_of(text, "Text")
    told(
        client.status_reply(parent, words, untag=alone, **{k: v for k, v in said.items() if v is not None}),
        json,
    )


def _more(
    client: Mastodon,
    media: list[Path] | None,
    alt: list[str] | None,
    visibility: str | None,
    warning: str,
    language: str,
) -> dict[str, Any]:
    if len(alt or []) > len(media or []):
        raise typer.BadParameter("there are more texts than files", param_hint="--alt")
    texts = [*(alt or []), *[""] * len(media or [])]
    return {
        "media_ids": [_sent(client, file, text) for file, text in zip(media or [], texts, strict=False)]
        or None,
        "visibility": visibility,
        "spoiler_text": warning or None,
        "language": language or None,
    }


def _sent(client: Mastodon, file: Path, text: str) -> Any:
    """A file, sent with a bar, and waited for until the server has made of it what it needs."""
    with bar(f"sending {file.name}") as advance:
        session: Any = client.session
        session.progress = advance
        try:
            return client.media_post(str(file), description=text or None, synchronous=True)
        finally:
            session.progress = None


def _poll(client: Mastodon, answers: list[str] | None, lasts: str, many: bool) -> dict[str, Any] | None:
    if not answers:
        return None
    if len(answers) < 2:
        raise typer.BadParameter("a poll has two answers at least", param_hint="--poll")
    return client.make_poll(answers, seconds(lasts, "--poll-for"), multiple=many)


def told(made: Any, json: bool) -> None:
    """Say what became of a post."""
    if json:
        dump(made)
    elif made.get("scheduled_at"):
        say(
            f"will be posted {made.scheduled_at.astimezone():%Y-%m-%d %H:%M}; "
            f"to call it off: folkmoot delete {made.id} --scheduled"
        )
    else:
        say(f"{made.id}  {made.url or ''}".rstrip())


def found(client: Mastodon, post: str) -> str:
    """The id of a post that is named by id or address."""
    if "://" not in post:
        return post
    statuses = client.search_v2(post, resolve=True, result_type="statuses").statuses
    if not statuses:
        fail(f"the server knows no post at {post}")
    return str(statuses[0].id)


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    for command in (post, reply):
        app.command()(command)
