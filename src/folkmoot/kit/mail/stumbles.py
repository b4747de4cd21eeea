"""Calls into libraries over what strangers send: whatever they raise becomes one entry of the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
log = logging.getLogger("folkmoot.mail")


def tried(work: Callable[[], T], what: str) -> T | None:
    """What *work* gives; None where it raised, which is logged under *what*."""
    try:
        return work()
    except Exception as error:
        log.info("%s: %s: %s", what, type(error).__name__, error)
        log.debug("%s", what, exc_info=True)
        return None
