"""`folkmoot routes`: every path that is served, from the doors themselves."""

from __future__ import annotations

import typer

from folkmoot.cli.common import JsonOption, as_json, table


def routes(json: JsonOption = False) -> None:
    """List every method and path that is served, door by door."""
    from folkmoot import doors

    rows = [(part.door.name, route.method, route.path) for part in doors.load() for route in part.door.table]
    if json:
        as_json([{"door": door, "method": method, "path": path} for door, method, path in rows])
    else:
        table(("door", "method", "path"), rows, "no door serves anything")


def register(app: typer.Typer) -> None:
    """Hang the command in."""
    app.command(rich_help_panel="Look")(routes)
