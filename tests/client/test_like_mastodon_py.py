"""Our class in Mastodon.py's place: the same names, the same requests, the same results."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import mastodon
import pytest
import requests
from mastodon import Mastodon as Theirs
from tests.client.recording import Recorder, sent_by
from tests.client.twin import ALONE, OTHERWISE

from folkmoot.client import Mastodon as Ours

HERE = Path(__file__).parent
SUITE = HERE.parent / "clients"
PUBLIC = sorted(name for name in dir(Theirs) if not name.startswith("_"))
#: Methods that a check of the suite may leave uncalled where it branches.
SPARE = {"generate_media_edit_attributes", "instance_terms_of_service", "timeline_link"}


def outline(function: Any) -> list[tuple[str, Any, Any]]:
    parameters = inspect.signature(inspect.unwrap(function)).parameters.values()
    return [(one.name, one.default, one.kind) for one in parameters]


@pytest.mark.parametrize("name", ["__init__", *PUBLIC])
def test_the_same_parameters(name: str) -> None:
    assert outline(getattr(Ours, name)) == outline(getattr(Theirs, name))


def test_the_same_exceptions() -> None:
    import folkmoot.client as client

    for name, theirs in vars(mastodon.errors).items():
        if isinstance(theirs, type) and issubclass(theirs, Exception | Warning):
            ours = getattr(client, name)
            assert [b.__name__ for b in ours.__bases__] == [
                {"IOError": "OSError"}.get(b.__name__, b.__name__) for b in theirs.__bases__
            ]


def test_the_same_entities() -> None:
    from folkmoot.client.mastodon.names import entity_names

    for name, theirs in mastodon.return_types.ENTITY_NAME_MAP.items():
        wanted = {key for key in getattr(theirs, "__annotations__", {}) if not key.startswith("_")}
        assert wanted <= {*getattr(entity_names()[name], "__annotations__", {}), *dir(dict)}, name


@pytest.fixture(scope="module")
def recorder() -> Any:
    with Recorder() as running:
        yield running


@pytest.mark.parametrize("mode", ["required", "true", "false"])
def test_the_same_requests(recorder: Recorder, mode: str) -> None:
    """Every method, with its required arguments only, and with all of them: what reaches the server is the same."""
    different = {}
    for name in PUBLIC:
        theirs, ours = (sent_by(kind, name, mode, recorder) for kind in (Theirs, Ours))
        if theirs != ours and name not in OTHERWISE:
            different[name] = (theirs, ours)
    assert not different


@pytest.fixture(scope="module")
def pair(told: dict[str, Any]) -> tuple[Any, Any]:
    """Theirs and ours, as the owner."""
    token = told["people"]["owner"]["token"]
    theirs, ours = (kind(access_token=token, api_base_url=told["url"]) for kind in (Theirs, Ours))
    return theirs, ours


def test_the_same_refusals(pair: tuple[Any, Any]) -> None:
    said = []
    for client in pair:
        for call in (
            lambda c=client: c.status(0),
            lambda c=client: c.status_post(""),
            lambda c=client: c.list("no"),
        ):
            with pytest.raises(Exception) as caught:
                call()
            said.append((type(caught.value).__name__, caught.value.args))
    assert said[:3] == said[3:]


def test_pages_go_both_ways(pair: tuple[Any, Any]) -> None:
    _, ours = pair
    for number in range(6):
        ours.status_post(f"Page {number} #pages")
    first = ours.timeline_hashtag("pages", limit=2)
    second = ours.fetch_next(first)
    assert [s.id for s in ours.fetch_previous(second)] == [s.id for s in first]
    assert [s.id for s in ours.fetch_next(first[-1])] == [s.id for s in second]
    assert len({s.id for s in ours.fetch_remaining(first)}) == 6
    assert [s.id for s in ours.pagination_iterator(first)] == [s.id for s in ours.fetch_remaining(first)]
    saved = Ours.get_pagination_info(ours, first, "next")
    assert [s.id for s in ours.fetch_next(saved)] == [s.id for s in second]


def test_the_whole_suite(told: dict[str, Any]) -> None:
    """What Mastodon.py of three ages is asked to do, each method at least once; of every answer it makes the same."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", HERE / "as_mastodon.py", "suite"],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        cwd=SUITE,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    failed = [f"{one['check']}\n{one['error']}" for one in lines if one.get("error")]
    same = {one["same"] for one in lines if "same" in one}
    assert not failed, f"{len(failed)} failed\n\n" + "\n".join(failed)
    assert set(PUBLIC) - set(lines[-1]["called"]) <= SPARE
    assert set(PUBLIC) - same <= SPARE | ALONE


def test_a_session_of_one_s_own(told: dict[str, Any]) -> None:
    with requests.Session() as session:
        session.headers["X-Here"] = "yes"
        client = Ours(access_token="token-ben", api_base_url=told["url"], session=session)
        assert client.session is session
        assert client.me().username == "ben"
