"""Puts the events of a calendar file (.ics) into a group's calendar; those that are there stay.

MOOT_URL=https://groups.example MOOT_TOKEN=… python events.py gardeners season.ics
"""

import os
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from folkmoot.client import GroupsIO


def events(text: str) -> list[dict[str, str]]:
    """The events by their fields (RFC 5545); lines that begin with a space go on the line before."""
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    found: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and not line.startswith(("BEGIN", "END")):
            found[-1][name.split(";")[0]] = re.sub(r"\\([,;\\])", r"\1", value).replace("\\n", "\n")
    return found


def moment(value: str) -> datetime:
    """20300102T100000Z, or a day alone; a time without zone is taken as UTC."""
    return datetime.strptime(value.rstrip("Z").partition("T")[0] + (value.rstrip("Z").partition("T")[2] or "000000"),
                             "%Y%m%d%H%M%S").replace(tzinfo=UTC)  # fmt: skip


def main(group: str, file: Path) -> None:
    """An event is known by its name and its beginning."""
    with GroupsIO(os.environ["MOOT_URL"], key=os.environ["MOOT_TOKEN"]) as client:
        there = client.each(client.get_events, "2000-01-01", group_name=group)
        known = {(one.name, one.start_time) for one in there}
        for event in events(file.read_text()):
            start = moment(event["DTSTART"])
            end = moment(event["DTEND"]) if "DTEND" in event else start + timedelta(hours=1)
            times = [f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in (start, end)]
            if (event["SUMMARY"], times[0]) in known:
                continue
            client.add_event(
                event["SUMMARY"],
                *times,
                group_name=group,
                location=event.get("LOCATION", ""),
                description=event.get("DESCRIPTION", ""),
                all_day="T" not in event["DTSTART"],
            )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
