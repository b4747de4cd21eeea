"""Greets new followers, once each: run it every few minutes.

MOOT_URL=https://town.example MOOT_TOKEN=… python welcome.py greeted.json
"""

import json
import os
import sys
from pathlib import Path

from folkmoot.client import Mastodon

WORDS = "Welcome, @{acct}! Ask me anything: I am a bot, but people read what I get."


def main(kept: Path) -> None:
    """Who was greeted is kept in a file, so that nobody is greeted twice."""
    client = Mastodon(access_token=os.environ["MOOT_TOKEN"], api_base_url=os.environ["MOOT_URL"])
    greeted = set(json.loads(kept.read_text())) if kept.exists() else set()
    news = client.fetch_remaining(client.notifications(types=["follow"]))
    for one in reversed(news):
        if one.account.id in greeted or one.account.bot:
            continue
        # The key makes a repeated run after a crash the same post, not a second one.
        client.status_post(
            WORDS.format(acct=one.account.acct),
            visibility="direct",
            idempotency_key=f"welcome-{one.account.id}",
        )
        greeted.add(one.account.id)
        kept.write_text(json.dumps(sorted(greeted)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
