"""`folkmoot groups wiki`, `write`, `chats`, `chat` and `say`: what a group knows, and what it talks about."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Annotated, Any

import typer

from folkmoot.cli.common import fail, table
from folkmoot.cli.personal import shown
from folkmoot.cli.personal.common import (
    AsOption,
    CountOption,
    JsonOption,
    WordsArgument,
    dump,
    groupsio,
    tell,
    text_of,
)
from folkmoot.cli.personal.plain import text_of as text_of_html
from folkmoot.cli.personal.sections import GroupArgument, first

if TYPE_CHECKING:
    from folkmoot.client import GroupsIO

ChatArgument = Annotated[int, typer.Argument(metavar="CHAT", help="The chat's number, as `chats` shows it.")]


def paragraphs(text: str) -> str:
    """Plain text as HTML: an empty line between paragraphs."""
    return "".join(f"<p>{html.escape(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n"))


def _page(client: GroupsIO, group: str, title: str) -> Any:
    """The page of this title or number, or nothing."""
    for one in client.each(client.get_wiki_pages, group_name=group):
        if title in (one.title, str(one.id)):
            return one
    return None


def wiki(
    group: GroupArgument,
    title: Annotated[
        str, typer.Argument(metavar="PAGE", help="A page's title or number; without it they are listed.")
    ] = "",
    count: CountOption = 200,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Read a group's wiki: its pages, or one of them."""
    with groupsio(as_) as client:
        if not title:
            found = first(client.each(client.get_wiki_pages, group_name=group), count)
        elif (page := _page(client, group, title)) is None:
            fail(f"{group} has no page {title!r}; see: folkmoot groups wiki {group}")
        else:
            one = client.get_wiki_page_set(page.id, group_name=group)
    if json:
        dump(one if title else found)
    elif title:
        shown.every([one], _show, "nothing there")
    else:
        rows = [(page.id, page.title, page.updated[:10]) for page in found]
        table(("page", "title", "changed"), rows, f"{group} has no pages yet")


def _show(to: Any, one: Any) -> None:
    shown.line(to, one.page.title, "bold green")
    shown.line(to, text_of_html(one.data.body), "", 2)


def write(
    group: GroupArgument,
    title: Annotated[str, typer.Argument(metavar="PAGE", help="The page's title.")],
    text: WordsArgument = None,
    why: Annotated[str, typer.Option("--why", help="Why it is changed, for the page's history.")] = "",
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Write a page of a group's wiki: a new one, or in place of what it said."""
    with groupsio(as_) as client:
        page, body = _page(client, group, title), paragraphs(text_of(text, "Text"))
        if page is None:
            made = client.new_wiki_page(title, body, group_name=group)
        else:
            made = client.update_wiki_page(page.id, group_name=group, body=body, edit_msg=why)
    tell(json, made, f"{'wrote' if page is None else 'changed'} {made.page.title}")


def chats(
    group: GroupArgument, count: CountOption = 100, as_: AsOption = "", json: JsonOption = False
) -> None:
    """List a group's chats."""
    with groupsio(as_) as client:
        found = first(client.each(client.get_chats, group_name=group), count)
    if json:
        dump(found)
    else:
        rows = [(one.id, one.subject, one.num_messages, one.name) for one in found]
        table(("chat", "subject", "messages", "by"), rows, f"{group} has no chats")


def chat(chat: ChatArgument, count: CountOption = 20, as_: AsOption = "", json: JsonOption = False) -> None:
    """Read a chat: what was said last, the newest below. You join it by that."""
    with groupsio(as_) as client:
        _enter(client, chat)
        found = first(client.each(client.get_chat_history, chat), count)[::-1]
    if json:
        dump(found)
    else:
        shown.every(found, _line, "nobody has said anything yet")


def _line(to: Any, one: Any) -> None:
    shown.line(
        to,
        f"{one.created[11:16]} {one.display_name or one.user_name or 'somebody'}: {text_of_html(one.message)}",
    )


def _enter(client: GroupsIO, chat: int) -> None:
    """Join the chat; who is in it already stays."""
    from folkmoot.client import GroupsIOError

    try:
        client.join_chat(chat)
    except GroupsIOError as error:
        if "already" not in str(error):
            raise


def speak(
    chat: ChatArgument, text: WordsArgument = None, as_: AsOption = "", json: JsonOption = False
) -> None:
    """Say something in a chat."""
    with groupsio(as_) as client:
        _enter(client, chat)
        made = client.new_chat_message(chat, text_of(text, "Text"))
    tell(json, made, f"said, as number {made.msg_num}")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    for command in (wiki, write, chats, chat):
        app.command()(command)
    app.command("say")(speak)
