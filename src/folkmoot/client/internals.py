"""The clock that rate limits go by: tests of scripts put another one here, as `mastodon.internals.time`."""

import time

__all__ = ["time"]
