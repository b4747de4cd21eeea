"""Runs a module whose scripts import Mastodon.py with our client in its place: `python as_mastodon.py suite`."""

import importlib
import runpy
import sys

import folkmoot.client

MODULES = (
    "Mastodon", "async_refresh", "compat", "errors", "internals", "return_types", "streaming", "streaming_websocket",
    "types_base",
)  # fmt: skip

sys.modules["mastodon"] = folkmoot.client
for name in MODULES:
    sys.modules[f"mastodon.{name}"] = importlib.import_module(f"folkmoot.client.{name}")
sys.path.insert(0, "")
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
