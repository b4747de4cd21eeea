"""Runs a module whose scripts import Mastodon.py with our client in its place: `python as_mastodon.py suite`."""

import runpy
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.client.twin import Twin

import folkmoot.client

folkmoot.client.Mastodon = Twin
sys.modules["mastodon"] = folkmoot.client
sys.path.insert(0, "")
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
