"""`folkmoot edit` and `delete`: posts of one's own, later."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from folkmoot.cli.common import fail
from folkmoot.cli.personal.common import AsOption, JsonOption, WordsArgument, mastodon, tell, text_of
from folkmoot.cli.personal.posting import PostArgument, found, told

if TYPE_CHECKING:
    from folkmoot.client import Mastodon


def edit(
    post: PostArgument,
    text: WordsArgument = None,
    warning: Annotated[
        str | None, typer.Option("--warning", "-w", help='Another content warning; "" for none.')
    ] = None,
    sensitive: Annotated[
        bool | None,
        typer.Option("--sensitive/--no-sensitive", help="Hide the files until they are asked for."),
    ] = None,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Change a post of yours; what is not said stays. Without words your editor opens ($VISUAL, $EDITOR).

    For example: folkmoot edit 4711 "Tea at five"
    """
    client = mastodon(as_)
    one = client.status(found(client, post))
    source = client.status_source(one.id)
    if text:
        words = text_of(text, "Text")
    elif warning is None and sensitive is None:
        words = _edited(source.text)
    else:
        words = source.text
    made = client.status_update(
        one.id,
        words,
        spoiler_text=source.spoiler_text if warning is None else warning,
        sensitive=one.sensitive if sensitive is None else sensitive,
        media_ids=[media.id for media in one.media_attachments] or None,
        poll=_poll(client, one.poll),
    )
    told(made, json)


def _poll(client: Mastodon, asked: Any) -> Any:
    """The poll as it is: servers take away what an edit does not name."""
    if asked is None:
        return None
    if asked.expired:
        fail("its poll has ended, and an edit would take it away; edit it in the browser")
    left = 86_400 if asked.expires_at is None else (asked.expires_at - datetime.now(UTC)).total_seconds()
    return client.make_poll(
        [one.title for one in asked.options], max(300, round(left)), multiple=asked.multiple
    )


def _edited(text: str) -> str:
    """The text as somebody leaves it in their editor. Fails where there is none, or nothing was changed."""
    if not sys.stdin.isatty():
        return text_of(["-"], "Text")
    program = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="folkmoot-") as folder:
        file = Path(folder) / "post.txt"
        file.write_text(text + "\n", encoding="utf-8")
        try:
            code = subprocess.run([*shlex.split(program), str(file)], check=False).returncode  # noqa: S603 - theirs
        except OSError as error:
            fail(f"the editor {program!r} does not start ({error.strerror}); set EDITOR to another")
        changed = file.read_text(encoding="utf-8").rstrip("\n")
    if code or changed == text:
        fail("nothing was changed")
    return changed


def delete(
    post: PostArgument,
    scheduled: Annotated[
        bool, typer.Option("--scheduled", help="It is a post that waits for its time.")
    ] = False,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Delete a post of yours, or call off one that waits for its time."""
    client = mastodon(as_)
    gone: Any = {}
    if scheduled:
        client.scheduled_status_delete(post)
    else:
        gone = client.status_delete(found(client, post))
    tell(json, gone, f"deleted {post}")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    for command in (edit, delete):
        app.command()(command)
