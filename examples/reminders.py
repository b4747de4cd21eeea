"""Schedules posts from a table: time, text. The server posts them when it is time, whether this machine is on or not.

    MOOT_URL=https://town.example MOOT_TOKEN=… python reminders.py reminders.csv

Lines of the table are like `2030-12-24T18:00,Carols in the square`.
"""

import csv
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from folkmoot.client import Mastodon


def main(table: Path) -> None:
    """Runs as often as one likes: what waits already is not scheduled again; what left the table is called off."""
    client = Mastodon(access_token=os.environ["MOOT_TOKEN"], api_base_url=os.environ["MOOT_URL"])
    with table.open(newline="") as file:
        wanted = {(datetime.fromisoformat(when).astimezone(UTC), text) for when, text in csv.reader(file)}
    waiting = client.fetch_remaining(client.scheduled_statuses())
    there = {(one.scheduled_at.astimezone(UTC), one.params["text"]): one for one in waiting}
    for when, text in sorted(wanted - there.keys()):
        if when > datetime.now(UTC):
            client.status_post(text, scheduled_at=when)
    for gone in there.keys() - wanted:
        client.scheduled_status_delete(there[gone])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
