"""A process that takes mail in by LMTP until it is killed; it says its port on standard output."""

from __future__ import annotations

import asyncio
import os

from folkmoot.doors import mail as door
from folkmoot.doors.frame.house import House
from folkmoot.doors.mail.servers import MailServers
from folkmoot.settings import load
from folkmoot.store.engine import open_store
from folkmoot.store.smallmail import StoredBlobs
from folkmoot.work.worker import Worker


async def main() -> None:
    """Serve mail and work on what it leads to."""
    settings = load()
    store = open_store(settings)
    house = House(settings, store, blobs=StoredBlobs(settings.folder / "blobs", store), secret=b"s" * 40)
    servers = MailServers(house)
    worker = Worker(house, {kind: [handler] for kind, handler in door.HANDLERS.items()}, door.CHORES)
    store.follow(worker.heard)
    store.attach(asyncio.get_running_loop())
    server = await servers.listen(0, lmtp=True)
    port = server.sockets[0].getsockname()[1]
    os.write(1, f"{port}\n".encode())
    await worker.run()


if __name__ == "__main__":
    asyncio.run(main())
