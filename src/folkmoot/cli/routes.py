"""`folkmoot routes`: every path that is served, from the doors themselves."""

from __future__ import annotations

import typer

from folkmoot.cli.common import JsonOption, as_json, table


def routes(json: JsonOption = False) -> None:
    """List every method and path that is served, door by door; with --json a route's door is the API it belongs to."""
    from folkmoot import doors

    found = [(part.door, route) for part in doors.load() for route in part.door.table]
    if json:
        as_json([{"door": door.api, "method": route.method, "path": route.path} for door, route in found])
    else:
        rows = [(door.name, route.method, route.path) for door, route in found]
        table(("door", "method", "path"), rows, "no door serves anything")


def register(app: typer.Typer) -> None:
    """Hang the command in."""
    app.command()(routes)
