"""The client of the API of Groups.io: `GroupsIO` and `AsyncGroupsIO`."""

from folkmoot.client.groupsio.api import DIALECT, AsyncGroupsIO, GroupsIO
from folkmoot.client.groupsio.errors import GroupsIOError, TwoFactorRequired

__all__ = ["DIALECT", "AsyncGroupsIO", "GroupsIO", "GroupsIOError", "TwoFactorRequired"]
