"""Mirrors a group's archive into an mbox file, and fetches only what is new the next time.

MOOT_URL=https://groups.example MOOT_TOKEN=… python mirror.py gardeners gardeners.mbox
"""

import email.message
import mailbox
import os
import sys
from itertools import takewhile

from folkmoot.client import GroupsIO


def main(group: str, target: str) -> None:
    """The number of the last message is in the mbox itself, as X-Number."""
    box = mailbox.mbox(target)
    last = max((int(one["X-Number"]) for one in box), default=0)
    with GroupsIO(os.environ["MOOT_URL"], key=os.environ["MOOT_TOKEN"]) as client:
        messages = client.each(client.get_messages, group_name=group, sort_dir="desc")
        new = list(takewhile(lambda message: message.msg_num > last, messages))
    for message in reversed(new):
        mail = email.message.EmailMessage()
        mail["From"] = message.name or "somebody"
        mail["Subject"] = " ".join(message.subject.split())
        mail["Date"] = message.created
        mail["X-Number"] = str(message.msg_num)
        mail.set_content(message.body + message.quoted + message.remainder, subtype="html")
        box.add(mail)
    box.close()
    print(f"{len(new)} new messages")


if __name__ == "__main__":
    main(*sys.argv[1:3])
