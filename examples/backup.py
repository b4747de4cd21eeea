"""Keeps a copy of everything of yours: posts with their files, bookmarks, lists, and whom you follow.

MOOT_URL=https://town.example MOOT_TOKEN=… python backup.py backup/
"""

import json
import os
import sys
from pathlib import Path

from folkmoot.client import Friendica, Mastodon


def main(folder: Path) -> None:
    """Files that are there already are not fetched again."""
    url, token = os.environ["MOOT_URL"], os.environ["MOOT_TOKEN"]
    client = Mastodon(access_token=token, api_base_url=url)
    me = client.me()
    (folder / "media").mkdir(parents=True, exist_ok=True)
    posts = client.fetch_remaining(client.account_statuses(me, limit=40))
    parts = {
        "profile": me,
        "posts": posts,
        "bookmarks": client.fetch_remaining(client.bookmarks()),
        "following": client.fetch_remaining(client.account_following(me)),
        "lists": {one.title: client.fetch_remaining(client.list_accounts(one)) for one in client.lists()},
    }
    for name, part in parts.items():
        (folder / f"{name}.json").write_text(json.dumps(part, indent=1, default=str))
    with Friendica(url, token=token) as fetching:
        for media in (media for post in posts for media in post.media_attachments):
            target = folder / "media" / f"{media.id}{Path(media.url).suffix}"
            if not target.exists():
                fetching.save(media.url, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
