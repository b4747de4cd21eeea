"""The client without the server: what it loads, and how long that takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SERVER_ONLY = """
import importlib.abc, sys
NEEDED = {"msgspec", "requests", "urllib3", "certifi", "charset_normalizer", "idna", "httpx2", "httpcore2", "h11",
    "anyio", "sniffio", "folkmoot", "typing_extensions", "truststore", "chardet", "simplejson", "socks"}
KNOWN = NEEDED | set(sys.stdlib_module_names)
class Gate(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in KNOWN and not name.startswith("_"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Gate())
"""
USE = """
import folkmoot.client as client
loaded = {name.split(".")[1] for name in sys.modules if name.startswith("folkmoot.")}
assert loaded <= {"client"}, loaded
assert "requests" not in sys.modules and "httpx2" not in sys.modules and "msgspec" not in sys.modules
one = client.Mastodon(access_token="t", api_base_url="127.0.0.1:9", request_timeout=1)
try:
    one.me()
except client.MastodonNetworkError:
    pass
client.Session("http://127.0.0.1:9"), client.AsyncSession("http://127.0.0.1:9").http
loaded = {name.split(".")[1] for name in sys.modules if name.startswith("folkmoot.")}
assert loaded == {"client", "wire"}, loaded
for call in (one.push_subscription_generate_keys,):
    try:
        call()
    except NotImplementedError as error:
        assert "folkmoot[push]" in str(error)
print("alone")
"""


def test_it_needs_nothing_of_the_server() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVER_ONLY + USE], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "alone\n", done.stderr


def test_it_says_that_it_is_typed() -> None:
    import folkmoot

    assert (Path(folkmoot.__file__).parent / "py.typed").exists()
