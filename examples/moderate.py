"""Helps a group's moderators: lets in those of known domains, and says what else waits.

MOOT_URL=https://groups.example MOOT_TOKEN=… python moderate.py gardeners allotments.example school.example
"""

import os
import sys

from folkmoot.client import GroupsIO, GroupsIOError


def main(group: str, domains: list[str]) -> None:
    """Ends with code 1 where something waits for a person, so that cron sends a mail."""
    waits = 0
    with GroupsIO(os.environ["MOOT_URL"], key=os.environ["MOOT_TOKEN"]) as client:
        for member in list(client.each(client.get_members, group_name=group, type="pending")):
            if member.email.rpartition("@")[2] in domains:
                try:
                    client.approve_member(group_name=group, member_info_id=member.id)
                    print(f"let in: {member.email}")
                    continue
                except GroupsIOError as error:  # another moderator may have been quicker
                    print(f"{member.email}: {error}")
            print(f"wants to come in: {member.email}")
            waits += 1
        for message in client.each(client.get_pending_messages, group_name=group):
            print(f"waits to be read: {message.subject!r} by {message.sender_email}")
            waits += 1
    sys.exit(1 if waits else 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
