"""`folkmoot groups`: lists with archives; find, join, read, post, and what else a group keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from folkmoot.cli.common import fail, table
from folkmoot.cli.personal import sections, shown, talking
from folkmoot.cli.personal.common import (
    AsOption,
    CountOption,
    JsonOption,
    WordsArgument,
    bar,
    dump,
    friendica,
    groupsio,
    tell,
    text_of,
)
from folkmoot.cli.personal.plain import clean
from folkmoot.cli.personal.plain import text_of as text_of_html
from folkmoot.cli.personal.sections import GroupArgument, first

groups = typer.Typer(help="Groups: join, read, post, files, calendar, wiki, chats.", no_args_is_help=True)


@groups.command("list")
def list_groups(
    every: Annotated[
        bool, typer.Option("--all", help="All groups of the server that you may know of.")
    ] = False,
    count: CountOption = 100,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """List the groups that you are in, or all of the server."""
    heads = ("name", "title", "members")
    if every:
        with friendica(as_) as client:
            found = first(client.each(client.statusnet_groups_list_all), count)
        rows = [(one.nickname, one.fullname, one.member_count) for one in found]
    else:
        with groupsio(as_) as own:
            found = first(own.each(own.get_subs), count)
        heads = ("name", "title", "delivery")
        rows = [(one.group_name, one.nice_group_name, one.email_delivery) for one in found]
    if json:
        dump(found)
    else:
        table(heads, rows, "no groups; see what there is: folkmoot groups list --all")


@groups.command("join")
def join(group: GroupArgument, as_: AsOption = "", json: JsonOption = False) -> None:
    """Join a group; where its moderators decide who comes in, ask to."""
    with friendica(as_) as client:
        made = client.statusnet_groups_join(group)
    tell(json, made, f"joined {group}" if made.member else f"asked to join {group}; a moderator decides")


@groups.command("leave")
def leave(group: GroupArgument, as_: AsOption = "", json: JsonOption = False) -> None:
    """Leave a group."""
    with friendica(as_) as client:
        gone = client.statusnet_groups_leave(group)
    tell(json, gone, f"left {group}")


@groups.command("read")
def read(
    group: GroupArgument,
    topic: Annotated[
        int, typer.Argument(metavar="TOPIC", help="A topic's number; without it they are listed.")
    ] = 0,
    query: Annotated[str, typer.Option("--search", help="Messages that hold these words, instead.")] = "",
    count: CountOption = 50,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Read a group: its topics, or all messages of one.

    For example: folkmoot groups read gardeners, and then: folkmoot groups read gardeners 4711
    """
    with groupsio(as_) as client:
        if query:
            found = first(client.each(client.search_archives, group_name=group, q=query), count)
        elif topic:
            found = first(client.each(client.get_topic, topic), count)
        else:
            found = first(client.each(client.get_topics, group_name=group), count)
    if json:
        dump(found)
    elif topic or query:
        shown.every(found, _message, "nothing there")
    else:
        rows = [(one.id, one.subject, one.num_messages, one.updated[:16].replace("T", " ")) for one in found]
        table(("topic", "subject", "messages", "last"), rows, f"{group} has no topics yet")


def _message(to: Any, message: Any) -> None:
    shown.line(to, f"{message.name or 'somebody'}  {message.created}  #{message.msg_num}", "bold green")
    shown.line(to, message.subject, "bold", 2)
    shown.line(to, text_of_html(getattr(message, "body", "") or message.snippet), "", 2)
    for file in getattr(message, "attachments", None) or []:
        shown.line(to, f"▣ {clean(file.filename)}: {file.download_url}", "blue", 2)
    to.print()


@groups.command("post")
def post(
    group: GroupArgument,
    text: WordsArgument = None,
    subject: Annotated[str, typer.Option("--subject", "-s", help="The topic; an answer needs none.")] = "",
    reply_to: Annotated[
        int, typer.Option("--reply-to", help="The number of the message that is answered.")
    ] = 0,
    media: Annotated[
        list[Path] | None, typer.Option("--media", "-m", help="A file; several times.", exists=True)
    ] = None,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Write to a group: everybody in it gets it by mail, as they wish.

    For example: folkmoot groups post gardeners "Who has seeds?" --subject "Seeds #offers"
    """
    write(as_, group, subject, text_of(text, "Text"), media or [], json, reply_to)


def write(
    as_: str, group: str, subject: str, text: str, media: list[Path], json: bool, reply_to: int = 0
) -> None:
    """Write to a group by way of a draft, which is thrown away if it can't be posted."""
    if not subject and not reply_to:
        raise typer.BadParameter("a new topic needs one", param_hint="--subject")
    body = talking.paragraphs(text)
    with groupsio(as_) as client:
        if reply_to:
            parent = client.get_message(reply_to, group_name=group)
            draft = client.new_draft("draft_type_reply", group_name=group, message_id=parent.id)
            client.update_draft(draft.id, body=body)
        else:
            draft = client.new_draft("draft_type_post", group_name=group)
            client.update_draft(draft.id, subject=subject, body=body)
        try:
            for file in media:
                with bar(f"sending {file.name}") as client.progress:
                    client.upload_attachments(draft.id, [file])
                client.progress = None
            made = client.post_draft(draft.id)
        except BaseException:
            client.progress = None
            client.delete_draft(draft.id)
            raise
    tell(json, made, "waits for a moderator" if made.extra == "pending post" else f"posted to {group}")


@groups.command("archive")
def archive(
    group: GroupArgument,
    target: Annotated[Path | None, typer.Option("--to", help="The file; else NAME.zip here.")] = None,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Save a group's whole archive as a zip with one mbox."""
    target = target or Path(f"{Path(group).name}.zip")
    if target.exists():
        fail(f"{target} is there already; name another with --to")
    with groupsio(as_) as client, bar(f"fetching {group}") as advance:
        client.save_archives(target, group_name=group, progress=advance)
    tell(json, {"file": str(target)}, str(target))


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    sections.register(groups)
    talking.register(groups)
    app.add_typer(groups, name="groups")
