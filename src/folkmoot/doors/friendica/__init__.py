"""The Friendica door: the API of Friendica, GNU Social and Twitter 1.x in JSON and XML, RSS and Atom."""

from folkmoot.doors.friendica import account, favorites, node, statuses, timelines
from folkmoot.doors.friendica.base import door

__all__ = ["account", "door", "favorites", "node", "statuses", "timelines"]
