"""What this door lends to others: posts and people in its own words."""

from __future__ import annotations

from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.lending import Showing, lend
from folkmoot.doors.mastodon import render


def attach(house: House) -> None:
    """Others may show posts and people as this door does."""
    lend(house, "mastodon", Showing(lambda at, id_: render.status(at, id_).body, render.account_array))
