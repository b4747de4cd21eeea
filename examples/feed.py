"""Posts what is new in a feed (RSS or Atom), with title and HTML, by Friendica's API.

MOOT_URL=https://town.example MOOT_TOKEN=… python feed.py https://blog.example/feed.xml seen.json
"""

import html
import json
import os
import sys
import urllib.request
import xml.etree.ElementTree as Tree
from pathlib import Path

from folkmoot.client import Friendica

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(source: bytes) -> list[tuple[str, str, str]]:
    """(address, title, text) of each entry, the oldest first."""
    root = Tree.fromstring(source)
    found = []
    for item in root.iter("item"):
        found.append(
            (item.findtext("link", ""), item.findtext("title", ""), item.findtext("description", ""))
        )
    for entry in root.iter(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        address = "" if link is None else link.get("href", "")
        found.append((address, entry.findtext(f"{ATOM}title", ""), entry.findtext(f"{ATOM}summary", "")))
    return found[::-1]


def main(feed: str, kept: Path) -> None:
    """The first run notes what there is and posts only the newest, so that nobody gets a flood."""
    with urllib.request.urlopen(feed, timeout=30) as answer:
        found = entries(answer.read())
    seen = set(json.loads(kept.read_text())) if kept.exists() else {address for address, _, _ in found[:-1]}
    with Friendica(os.environ["MOOT_URL"], token=os.environ["MOOT_TOKEN"]) as client:
        for address, title, text in found:
            if address in seen:
                continue
            link = html.escape(address, quote=True)
            client.statuses_update(title=title, htmlstatus=f'<p>{text}</p><p><a href="{link}">{link}</a></p>')
            seen.add(address)
            kept.write_text(json.dumps(sorted(seen)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
