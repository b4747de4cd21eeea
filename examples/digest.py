"""Writes to a group what was liked most on the server since yesterday.

MOOT_URL=https://town.example MOOT_TOKEN=… python digest.py parlour
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from folkmoot.client import GroupsIO, Mastodon

MOST = 10


def main(group: str) -> None:
    """Reads by Mastodon's API, and writes by that of Groups.io, which is mail for those who want mail."""
    url, token = os.environ["MOOT_URL"], os.environ["MOOT_TOKEN"]
    client = Mastodon(access_token=token, api_base_url=url)
    since = datetime.now(UTC) - timedelta(days=1)
    posts, page = [], client.timeline_local(limit=40)
    while page:
        new = list(takewhile(lambda post: post.created_at > since, page))
        posts += new
        page = client.fetch_next(page) if len(new) == len(page) else None
    best = sorted(posts, key=lambda post: post.favourites_count + post.reblogs_count, reverse=True)[:MOST]
    if not best:
        print("nothing was said")
        return
    body = "".join(
        f'<p>{post.account.acct}: {post.content} <a href="{post.url}">more</a></p>' for post in best
    )
    with GroupsIO(url, key=token) as groups:
        draft = groups.new_draft("draft_type_post", group_name=group)
        groups.update_draft(draft.id, subject=f"The day in {len(best)} posts #digest", body=body)
        groups.post_draft(draft.id)


if __name__ == "__main__":
    main(sys.argv[1])
