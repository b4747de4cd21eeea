"""Which optional parts are there: names that scripts import from the module `mastodon.compat`."""

from importlib.util import find_spec

#: Counting letters and decoding blurhashes need no other package here.
IMPL_HAS_GRAPHEME = True
IMPL_HAS_BLURHASH = True
IMPL_HAS_CRYPTO = find_spec("cryptography") is not None
IMPL_HAS_ECE = find_spec("http_ece") is not None
IMPL_HAS_WEBSOCKET = find_spec("websockets") is not None
