"""The people of the suite, each with a client, and the helpers by which one script fits every age of the library."""

from __future__ import annotations

import inspect
import io
import struct
import time
import zlib

from mastodon import Mastodon

CALLED = set()
CHECKS = []


def check(function):
    """Mark a function of the suite."""
    CHECKS.append(function)
    return function


def needs(*names):
    """A check for libraries that have all these methods."""

    def mark(function):
        if all(hasattr(Mastodon, name) for name in names):
            CHECKS.append(function)
        return function

    return mark


class Client(Mastodon):
    """The library's class as it is, writing down which of its methods were called."""

    def __getattribute__(self, name):
        if not name.startswith("_") and callable(getattr(Mastodon, name, None)):
            CALLED.add(name)
        return super().__getattribute__(name)


class World:
    """A server, its people and their clients."""

    def __init__(self, config):
        self.url = config["url"]
        self.app = config["app"]
        self.people = config["people"]
        for name, person in self.people.items():
            setattr(self, name, self.client(access_token=person["token"]))

    def client(self, **options):
        """A client of this server; what an older library does not know is left out."""
        options.setdefault("api_base_url", self.url)
        options.setdefault("ratelimit_method", "throw")
        options.setdefault("request_timeout", 30)
        known = inspect.signature(Mastodon.__init__).parameters
        return Client(**{k: v for k, v in options.items() if k in known})

    def id(self, name):
        """Id of a person as a number."""
        return int(self.people[name]["id"])

    def fresh(self, text="A post"):
        """A text that was not said before."""
        return f"{text} {time.time_ns()}"


def call(client, name, *args, **options):
    """Call a method with those of the options that this age of the library knows."""
    method = getattr(client, name)
    known = inspect.signature(method).parameters
    return method(*args, **{k: v for k, v in options.items() if k in known})


def refused(function, *args, **options):
    """The error that the library raises."""
    from mastodon import MastodonError

    try:
        function(*args, **options)
    except MastodonError as error:
        return error
    raise AssertionError(f"{function} was not refused")


def eventually(function, seconds=10.0):
    """What *function* gives once that is true."""
    end = time.time() + seconds
    while True:
        found = function()
        if found:
            return found
        if time.time() > end:
            raise AssertionError("it did not come in time")
        time.sleep(0.05)


def png(width=40, height=30, red=200):
    """A picture, without any library for pictures."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + b"".join(bytes((red, x * 5 % 256, y * 7 % 256)) for x in range(width)) for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def picture(red=200):
    """The same as an open file."""
    return io.BytesIO(png(red=red))
