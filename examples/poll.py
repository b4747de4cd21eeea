"""Asks the same question every week, and says how the last poll went.

MOOT_URL=https://town.example MOOT_TOKEN=… python poll.py "Where do we meet?" "The park" "The pub"
"""

import os
import sys

from folkmoot.client import Mastodon

WEEK = 7 * 24 * 3600


def main(question: str, answers: list[str]) -> None:
    """The last poll is found among one's own posts: nothing has to be kept."""
    client = Mastodon(access_token=os.environ["MOOT_TOKEN"], api_base_url=os.environ["MOOT_URL"])
    mine = client.account_statuses(client.me(), exclude_replies=True, limit=40)
    last = next((post for post in mine if post.poll and question in post.content), None)
    if last and not last.poll.expired:
        print("the last poll is still open")
        return
    text = question
    if last and last.poll.votes_count:
        best = max(last.poll.options, key=lambda option: option.votes_count or 0)
        text += f"\n\nLast week {best.votes_count} of {last.poll.votes_count} were for: {best.title}"
    client.status_post(text, poll=client.make_poll(answers, expires_in=WEEK))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
