"""A relay that takes all mail and forgets it, for machines without Postfix's smtp-sink."""

from __future__ import annotations

import asyncio
import sys


class Sink(asyncio.Protocol):
    """One connection: every command is good, and what comes behind DATA is counted by its last line only."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.buffer, self.in_data = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        out = b""
        while True:
            mark = b"\r\n.\r\n" if self.in_data else b"\r\n"
            head, found, rest = self.buffer.partition(mark)
            if not found:
                break
            self.buffer = rest
            out += self._answer(head)
        if out:
            self.transport.write(out)

    def _answer(self, line: bytes) -> bytes:
        if self.in_data:
            self.in_data = False
            return b"250 taken\r\n"
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
        if verb == b"DATA":
            self.in_data = True
            return b"354 go\r\n"
        if verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
            return b""
        return b"250 ok\r\n"


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", int(sys.argv[1]))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
