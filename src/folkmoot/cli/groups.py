"""`folkmoot group` and `member`: groups and who is in them."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from folkmoot.cli.common import JsonOption, all_pages, as_json, fail, open_house, say, table

GroupOption = Annotated[str, typer.Option("--group", metavar="NAME", help="The group's name.")]
group = typer.Typer(help="Groups: make, list.", no_args_is_help=True)
member = typer.Typer(help="Members of groups.", no_args_is_help=True)


@group.command("create")
def create(
    name: Annotated[
        str, typer.Argument(help="Letters, digits, - and _; the group's address begins with it.")
    ],
    owner: Annotated[str, typer.Option(help="The account that owns the group.")],
    title: Annotated[str, typer.Option(help="The name that is shown.")] = "",
    desc: Annotated[str, typer.Option(help="What the group is about.")] = "",
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A group setting by its Groups.io name; several times."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make a group: an account, a mailing list and a place with rules.

    For example: folkmoot group create gardeners --owner anna --set privacy=group_privacy_archives
    """
    from folkmoot.domain.groups import groups
    from folkmoot.domain.people import accounts
    from folkmoot.doors.groupsio.settings import translate
    from folkmoot.store.tx import Tx

    fields = {"title": title, "description": desc or f"The group {name}.", **translate(_pairs(setting or []))}

    def write(tx: Tx) -> int:
        found = accounts.find_by_handle(tx, owner)
        if found is None:
            fail(f"there is no account {owner!r}")
        return groups.create(tx, accounts.viewer_of(tx, found), groups.NewGroup(name=name, **fields))

    with open_house() as (settings, store, _):
        group_id = store.write(write)
    if json:
        as_json({"id": str(group_id), "name": name, "address": f"{name}@{settings.list_domain}"})
    else:
        say(f"made the group {name}; mail to {name}@{settings.list_domain}")


def _pairs(texts: list[str]) -> dict[str, object]:
    """NAME=VALUE texts; true, false and whole numbers are taken as such."""
    plain: dict[str, object] = {"true": True, "false": False, "on": True, "off": False}
    out: dict[str, object] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise typer.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--set")
        out[name] = int(value) if value.isdecimal() else plain.get(value, value)
    return out


@group.command("list")
def list_groups(json: JsonOption = False) -> None:
    """List all groups, oldest first, hidden ones too."""
    from folkmoot.domain.access import Archive, Viewer
    from folkmoot.domain.groups import groups

    with open_house() as (_, store, _):
        found = all_pages(lambda after: store.read(lambda tx: groups.listed(tx, Viewer.system(), after)))
    rows = [
        {
            "id": str(g.id),
            "name": g.name,
            "address": g.address,
            "members": g.members_n,
            "threads": g.topics_n,
            "archive": Archive(g.archive).name.lower(),
            "listed": g.listed,
            "title": g.title,
        }
        for g in found
    ]
    if json:
        as_json(rows)
    else:
        heads = ("id", "name", "address", "members", "threads", "archive", "listed", "title")
        table(heads, [tuple(row.values()) for row in rows], "there are no groups")


@group.command("tag")
def tag(
    name: Annotated[str, typer.Argument(help="The group's name.")],
    tag: Annotated[str, typer.Argument(help="The tag, with its # or without.")],
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A rule by its Groups.io name; several times."),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the tag's rules away.")] = False,
    json: JsonOption = False,
) -> None:
    """Say what a tag means in a group: mods_only_post, mods_only_replies, moderated, replies_unmoderated, no_email,
    special, locked, until, close_instead_of_delete, reply_to, description.

    For example: folkmoot group tag gardeners offers --set until=hashtag_delete_month --set no_email=true
    """
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.groups import groups, tagrules
    from folkmoot.doors.groupsio.tag_settings import shown, translate
    from folkmoot.store.tx import Tx

    changes = translate(_pairs(setting or []))

    def write(tx: Tx) -> dict[str, object]:
        group_id = groups.id_of_address(tx, name)
        if group_id is None:
            fail(f"there is no group {name!r}")
        if remove:
            tagrules.remove(tx, Viewer.system(), group_id, tag)
            return {}
        return shown(tagrules.put(tx, Viewer.system(), group_id, tag, changes))

    with open_house() as (_, store, _):
        rules = store.write(write)
    if json:
        as_json(rules)
    else:
        table(("rule", "value"), [(key, str(value)) for key, value in rules.items()], "no rules now")


@member.command("add")
def add(
    group: GroupOption,
    account: Annotated[str, typer.Option(help="An account's name.")] = "",
    email: Annotated[str, typer.Option(help="Or an address, which needs no account yet.")] = "",
    role: Annotated[
        Literal["member", "moderator", "owner"], typer.Option(help="What they may do there.")
    ] = "member",
    delivery: Annotated[
        str, typer.Option(help="single, digest, html_digest, summary, special or none.")
    ] = "single",
) -> None:
    """Put somebody into a group at once, without asking them; or change role and delivery of who is there."""
    from folkmoot.domain.access import GroupRole
    from folkmoot.domain.groups import groups, members
    from folkmoot.domain.people import accounts
    from folkmoot.doors.groupsio.settings import delivery as read_delivery
    from folkmoot.store.tx import Tx

    if bool(account) == bool(email):
        raise typer.BadParameter("give either --account or --email")
    options = {"role": int(GroupRole[role.upper()]), "delivery": int(read_delivery(delivery))}

    def write(tx: Tx) -> None:
        group_id = groups.id_of_address(tx, group)
        if group_id is None:
            fail(f"there is no group {group!r}")
        who = accounts.find_by_handle(tx, account) if account else accounts.person_of_address(tx, email)
        if who is None:
            fail(f"there is no account {account!r}")
        members.put(tx, group_id, who, **options)

    with open_house() as (_, store, _):
        store.write(write)
    say(f"{account or email} is {role} of {group} now")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(group, name="group")
    app.add_typer(member, name="member")
