"""What the worker looks after whichever doors are open."""

from __future__ import annotations

from folkmoot.work.erasing import count_days, erase_due
from folkmoot.work.falling_due import close_polls, post_scheduled, sweep
from folkmoot.work.grouping import erase_groups, tend_groups
from folkmoot.work.looking import look_at_links, verify_links
from folkmoot.work.processing import make_media

CHORES = (
    make_media,
    look_at_links,
    verify_links,
    post_scheduled,
    close_polls,
    tend_groups,
    erase_groups,
    erase_due,
    count_days,
    sweep,
)
"""Each is called again and again; see worker.Chore."""
