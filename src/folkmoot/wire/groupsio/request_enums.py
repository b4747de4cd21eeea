"""The sets of words that only parameters use, as types."""

from __future__ import annotations

from typing import Literal

FigLeaf = Literal["fig_leaf_none", "fig_leaf_mask"]

SubPerm = Literal[
    "sub_perm_pendingmsg",
    "sub_perm_pendingmembers",
    "sub_perm_invitemembers",
    "sub_perm_removemembers",
    "sub_perm_banmembers",
    "sub_perm_makemoderator",
    "sub_perm_managehashtags",
    "sub_perm_groupsettings",
    "sub_perm_modsub",
    "sub_perm_integrations",
    "sub_perm_editarchives",
    "sub_perm_billing",
    "sub_perm_managesubgroups",
    "sub_perm_viewmembers",
    "sub_perm_managepaidsubscriptions",
    "sub_perm_pendingmsgs",
    "sub_perm_createhashtags",
]

PostdraftReply = Literal["sender", "group_and_sender", "mods", "group"]
"""Where a reply goes; empty or absent = default of the topic/group."""

LinkType = Literal["generic", "google_drive", "dropbox", "box", "onedrive"]
"""Argument of addfilelink."""

ActivityFilterBy = Literal["all", "member", "message", "moderator", "payment"]
"""All, member, message, moderator, payment activity."""

ActivityRestrictDate = Literal["anytime", "day", "week", "month", "year", "custom"]
"""Past 24 hours / 7 days / 30 days / year / custom (uses start_date,end_date)."""

GetmembersType = Literal["members", "mods", "pending", "banned", "bouncing"]

SortActivitylog = Literal["id", "created"]

SortTopics = Literal["recentpostdate/sticky", "created", "lastpost_time", "updated", "subject"]

SortMessages = Literal["created", "id", "msg_num"]

SortSearch = Literal["updated", "relevance", "created"]

SortSubs = Literal["group", "created"]

SortMembers = Literal["created", "full_name", "email"]

SortFiles = Literal["name", "type", "size", "created", "updated"]

SortDrafts = Literal["created", "updated"]

SortGeneric = Literal["id", "created", "updated", "name"]

Color = Literal[
    "color_none",
    "color_cerulean_blue",
    "color_mulbery",
    "color_grape",
    "color_lilac",
    "color_cloudy_blue",
    "color_green_lantern",
    "color_light_grey",
    "color_orange",
    "color_emerald_green",
    "color_sage",
    "color_moss_green",
    "color_antique_pink",
]

HashtagColor = Literal["bluejean"]
"""Hashtag.color_name has no color_ prefix; with color_hex."""
