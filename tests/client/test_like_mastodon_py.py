"""Our class in Mastodon.py's place: the same names, the same requests, the same results."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import mastodon
import pytest
import requests
from mastodon import Mastodon as Theirs
from tests.client.recording import Recorder, sent_by

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


#: Where we send something else on purpose, and why.
OTHERWISE = {
    "accept_multiple_notification_requests": "theirs says id[][], which no server reads",
    "dismiss_multiple_notification_requests": "as above",
    "admin_accounts": "theirs loses the limit",
    "admin_domain_blocks": "as above",
    "create_account": "theirs sends its own flag along",
    "grouped_notifications": "theirs does not take an account where an id is wanted",
    "search": "as above",
    "search_v2": "as above",
    "unread_grouped_notifications_count": "as above",
    "log_in": "theirs sends the server page along",
    "push_subscription_set": "theirs takes *standard* and does not say it",
    "oauth_userinfo": "theirs fails on a server page that names no place for it",
}


@pytest.mark.parametrize("mode", ["required", "true", "false"])
def test_the_same_requests(recorder: Recorder, mode: str) -> None:
    """Every method, with its required arguments only, and with all of them: what reaches the server is the same."""
    different = {}
    for name in PUBLIC:
        theirs, ours = (sent_by(kind, name, mode, recorder) for kind in (Theirs, Ours))
        if theirs != ours and name not in OTHERWISE:
            different[name] = (theirs, ours)
    assert not different


def plain(value: Any) -> Any:
    """A result as JSON would have it, moments in UTC."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.timestamp()
    return str(value) if isinstance(value, str) else value


READS: list[tuple[str, tuple[Any, ...]]] = [
    ("account_verify_credentials", ()), ("me", ()), ("instance", ()), ("instance_v1", ()), ("instance_v2", ()),
    ("instance_activity", ()), ("instance_peers", ()), ("instance_rules", ()), ("instance_nodeinfo", ()),
    ("instance_extended_description", ()), ("instance_languages", ()), ("instance_translation_languages", ()),
    ("timeline_home", ()), ("timeline_local", ()), ("timeline_public", ()), ("timeline_hashtag", ("boats",)),
    ("conversations", ()), ("notifications", ()), ("grouped_notifications", ()), ("notifications_policy", ()),
    ("notifications_unread_count", ()), ("unread_grouped_notifications_count", ()), ("notification_requests", ()),
    ("lists", ()), ("filters", ()), ("filters_v2", ()), ("favourites", ()), ("bookmarks", ()), ("mutes", ()),
    ("blocks", ()), ("domain_blocks", ()), ("follow_requests", ()), ("endorsements", ()), ("preferences", ()),
    ("custom_emojis", ()), ("announcements", ()), ("directory", ()), ("suggestions", ()), ("followed_tags", ()),
    ("featured_tags", ()), ("featured_tag_suggestions", ()), ("trending_tags", ()), ("trending_statuses", ()),
    ("trending_links", ()), ("scheduled_statuses", ()), ("markers_get", ()), ("app_verify_credentials", ()),
    ("search", ("boats",)), ("search_v2", ("ben",)), ("account_search", ("ben",)), ("account_lookup", ("ben",)),
    ("admin_accounts_v2", ()), ("admin_reports", ()), ("admin_domain_blocks", ()),
    ("admin_ip_blocks", ()), ("admin_trending_tags", ()), ("profile", ()), ("annual_reports", ()),
    ("oauth_authorization_server_info", ()), ("instance_health", ()), ("stream_healthy", ()), ("tag", ("boats",)),
]  # fmt: skip
OF_STATUS = [
    "status",
    "status_context",
    "status_history",
    "status_source",
    "status_favourited_by",
    "status_quotes",
]
OF_ACCOUNT = [
    "account", "account_statuses", "account_followers", "account_following", "account_featured_tags", "account_lists",
    "account_relationships", "account_familiar_followers", "account_collections", "account_in_collections",
]  # fmt: skip


@pytest.fixture(scope="module")
def pair(told: dict[str, Any]) -> tuple[Any, Any]:
    """Theirs and ours, as the owner, who has something to read."""
    token = told["people"]["owner"]["token"]
    theirs, ours = (kind(access_token=token, api_base_url=told["url"]) for kind in (Theirs, Ours))
    post = ours.status_post("A post about #boats, @ben", sensitive=True, spoiler_text="sea", language="en")
    ours.status_reply(post, "And an answer")
    ours.status_favourite(post)
    ours.status_post("Which?", poll=ours.make_poll(["one", "two"], 3600))
    ours.scheduled_status_delete(ours.status_post("Later", scheduled_at=datetime.now() + timedelta(days=2)))
    return theirs, ours


def same(theirs: Any, ours: Any, name: str, *arguments: Any) -> None:
    one, other = (getattr(client, name)(*arguments) for client in (theirs, ours))
    assert plain(other) == plain(one), name
    assert type(one) is list or type(other).__name__ == type(one).__name__, name
    for page in ("_pagination_next", "_pagination_prev"):
        infos = [getattr(result, page, None) for result in (one, other)]
        cursors = [{k: v for k, v in (i or {}).items() if not k.startswith("_")} for i in infos]
        assert cursors[0] == cursors[1], name


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_same_results(pair: tuple[Any, Any]) -> None:
    theirs, ours = pair
    for name, arguments in READS:
        same(theirs, ours, name, *arguments)
    status = theirs.timeline_home()[0].id
    for name in OF_STATUS:
        same(theirs, ours, name, status)
    for name in OF_ACCOUNT:
        same(theirs, ours, name, theirs.me().id)


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
    """What Mastodon.py of three ages is asked to do, each method at least once."""
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
    assert not failed, f"{len(failed)} failed\n\n" + "\n".join(failed)
    assert set(PUBLIC) - set(lines[-1]["called"]) <= SPARE


def test_a_session_of_one_s_own(told: dict[str, Any]) -> None:
    with requests.Session() as session:
        session.headers["X-Here"] = "yes"
        client = Ours(access_token="token-ben", api_base_url=told["url"], session=session)
        assert client.session is session
        assert client.me().username == "ben"
