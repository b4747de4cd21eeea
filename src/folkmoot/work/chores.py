"""What the worker looks after whichever doors are open."""

from __future__ import annotations

from folkmoot.domain.journal import MEDIA_QUEUED
from folkmoot.work.erasing import count_days, erase_due
from folkmoot.work.falling_due import close_polls, forget_lapsed, post_scheduled, sweep, sweep_nameless
from folkmoot.work.grouping import erase_groups, tend_groups
from folkmoot.work.looking import look_at_links, verify_links
from folkmoot.work.processing import make_media
from folkmoot.work.worker import Chores

CHORES: Chores = {
    make_media: MEDIA_QUEUED,
    look_at_links: MEDIA_QUEUED,
    verify_links: MEDIA_QUEUED,
    post_scheduled: "",
    close_polls: "",
    tend_groups: "",
    erase_groups: "",
    erase_due: "",
    count_days: "",
    sweep: "",
    sweep_nameless: "",
    forget_lapsed: "",
}
"""Each is called again and again; see worker.Chores."""
