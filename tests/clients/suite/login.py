"""Applications, logging in and out, signing up."""

from __future__ import annotations

import os
import tempfile
import urllib.parse

from mastodon import Mastodon

from suite.world import CALLED, Client, check, needs, refused

SCOPES = ["read", "write", "follow", "push"]


@check
def app_and_password(w):
    CALLED.add("create_app")
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "app.secret")
        client_id, secret = Mastodon.create_app(
            "suite", api_base_url=w.url, scopes=SCOPES, to_file=file, website="https://suite.example"
        )
        assert client_id and secret
        client = w.client(client_id=file)
        logged_in = client.log_in(
            w.people["ada"]["email"],
            w.people["ada"]["password"],
            scopes=SCOPES,
            to_file=os.path.join(folder, "user"),
        )
        assert logged_in
        again = w.client(access_token=os.path.join(folder, "user"))
        assert again.account_verify_credentials().username == "ada"
        assert again.app_verify_credentials().name == "suite"
        wrong = w.client(client_id=client_id, client_secret=secret)
        assert "Illegal" in type(refused(wrong.log_in, w.people["ada"]["email"], "wrong")).__name__


@check
def authorization_address(w):
    client = w.client(client_id=w.app["client_id"], client_secret=w.app["client_secret"])
    options = {"allow_http": True} if "allow_http" in Mastodon.auth_request_url.__code__.co_varnames else {}
    address = client.auth_request_url(scopes=["read", "write"], **options)
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)
    assert query["client_id"] == [w.app["client_id"]]
    assert query["response_type"] == ["code"]
    assert urllib.parse.urlsplit(address).path == "/oauth/authorize"


@check
def sign_up(w):
    client = w.client(client_id=w.app["client_id"], client_secret=w.app["client_secret"])
    token = client.create_account(
        "newcomer", "a long password", "newcomer@suite.test", agreement=True, scopes=SCOPES
    )
    assert token
    assert client.account_verify_credentials().username == "newcomer"
    taken = refused(client.create_account, "ada", "a long password", "other@suite.test", agreement=True)
    assert taken


@needs("revoke_access_token")
def revoked(w):
    client = w.client(client_id=w.app["client_id"], client_secret=w.app["client_secret"])
    client.log_in(w.people["ben"]["email"], w.people["ben"]["password"], scopes=["read"])
    token = client.access_token
    options = (
        {"allow_http": True} if "allow_http" in Mastodon.revoke_access_token.__code__.co_varnames else {}
    )
    client.revoke_access_token(**options)
    assert refused(w.client(access_token=token).account_verify_credentials)


@needs("persistable_login_credentials")
def kept_credentials(w):
    app = w.app
    client = w.client(
        client_id=app["client_id"], client_secret=app["client_secret"], access_token=w.people["ada"]["token"]
    )
    assert client.persistable_login_credentials()


@needs("oauth_userinfo")
def who_am_i(w):
    info = w.ada.oauth_userinfo()
    assert info.preferred_username == "ada" and info.iss.rstrip("/") == w.url
    w.ada.oauth_authorization_server_info()  # empty: it takes no addresses in plain http


@needs("email_resend_confirmation")
def confirmed_already(w):
    assert refused(w.ada.email_resend_confirmation)


@check
def no_token(w):
    nobody = Client(api_base_url=w.url)
    assert "Unauthorized" in type(refused(nobody.timeline_home)).__name__ or refused(nobody.timeline_home)
