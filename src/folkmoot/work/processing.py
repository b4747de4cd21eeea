"""The worker's part in media: one file after the other is made anew in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from folkmoot.domain.media import intake, processing
from folkmoot.doors.frame.house import House
from folkmoot.kit.media.bad import Bad
from folkmoot.kit.media.decoder import Decoded, Decoding

log = logging.getLogger("folkmoot.work")
BEAT_SECONDS = processing.LEASE_MS / 3000


async def make_media(house: House) -> int:
    """Work on one file; a chore. What can't be decoded has failed; what broke otherwise is tried again."""
    if not await house.store.aread(processing.waits):
        return 0
    job = await house.store.awrite(processing.claim)
    if job is None:
        return 1
    try:
        work = intake.making(house.blobs, job.raw, job.mime)
        done = await _done(house, job, work)
        values = await asyncio.to_thread(intake.made, house.blobs, done)
    except (Bad, KeyError, OSError) as error:
        log.warning("file %d (%s) can't be made: %s", job.id, job.mime, error)
        final = isinstance(error, Bad) and error.why != "stopped"
        await house.store.awrite(lambda tx: processing.fail(tx, job, final=final))
        return 1
    await house.store.awrite(lambda tx: processing.finish(tx, job, values))
    return 1


async def _done(house: House, job: processing.Job, work: Decoding) -> Decoded:
    """The result; meanwhile the claim is renewed. Ended when the worker is: somebody takes the file up again."""
    beat = asyncio.create_task(_renew(house, job, work))
    try:
        return await asyncio.to_thread(work.run)
    except asyncio.CancelledError:
        work.stop()
        raise
    finally:
        beat.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beat


async def _renew(house: House, job: processing.Job, work: Decoding) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        if not await house.store.awrite(lambda tx: processing.renew(tx, job)):
            work.stop()
            return
