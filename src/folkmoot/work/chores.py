"""What the worker looks after whichever doors are open."""

from __future__ import annotations

from folkmoot.work.grouping import erase_groups, tend_groups
from folkmoot.work.looking import look_at_links, verify_links
from folkmoot.work.processing import make_media

CHORES = (make_media, look_at_links, verify_links, tend_groups, erase_groups)
"""Each is called again and again; see worker.Chore."""
