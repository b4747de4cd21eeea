"""The operator's settings: from folkmoot.toml in the data folder and from FOLKMOOT_* variables, the latter winning."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec


class SettingsError(ValueError):
    """A setting can't be used; the text says which one, and what it may be."""


def _s(doc: str, **meta: Any) -> msgspec.Meta:
    return msgspec.Meta(description=doc, **meta)


class Settings(msgspec.Struct, kw_only=True, frozen=True):
    """All settings. Every field is documented where it stands; the table in docs/settings.md is made from these."""

    data: Annotated[str, _s("folder for the database, blobs and folkmoot.toml")] = "data"
    host: Annotated[str, _s("address that the web and API server listens on")] = "127.0.0.1"
    port: Annotated[int, _s("port of the web and API server", ge=0, le=65535)] = 3000
    url: Annotated[
        str, _s("public address, such as https://moot.example.org; plain http on any port works")
    ] = ""
    title: Annotated[str, _s("name of the community")] = "Folkmoot"
    description: Annotated[str, _s("one sentence about the community")] = (
        "A community that meets in one place."
    )
    contact: Annotated[str, _s("e-mail address of the people who run it")] = ""
    answers_mb: Annotated[
        int,
        _s("memory for answers that stand until the next commit, in MB; 0: each is made anew", ge=0, le=4096),
    ] = 32
    mail_domain: Annotated[
        str, _s("domain of the groups' addresses; default: the host of the public address")
    ] = ""
    lmtp_port: Annotated[int, _s("port for LMTP in, for a mail server in front; 0: off", ge=0, le=65535)] = 0
    smtp_port: Annotated[int, _s("port for SMTP in; 0: off", ge=0, le=65535)] = 0
    mail_host: Annotated[str, _s("address that LMTP and SMTP listen on")] = "127.0.0.1"
    smtp_relay: Annotated[str, _s("host:port of the relay for mail out; empty: mail waits in the outbox")] = (
        ""
    )
    smtp_relay_user: Annotated[str, _s("user name at the relay; empty: no login")] = ""
    smtp_relay_password: Annotated[str, _s("password at the relay")] = ""
    smtp_relay_tls: Annotated[
        Literal["auto", "require", "implicit", "never"],
        _s(
            "TLS to the relay: where it offers it, always (STARTTLS), always (from the first octet), or never"
        ),
    ] = "auto"
    dkim_selector: Annotated[
        str, _s("name of the key that mail is signed with; `folkmoot mail key` makes it")
    ] = "moot"
    dkim_domain: Annotated[
        str, _s("domain that signs mail; default: the domain of the groups' addresses")
    ] = ""
    mail_authserv: Annotated[
        str,
        _s(
            "name by which a mail server of yours in front writes Authentication-Results: only it is believed"
        ),
    ] = ""
    mail_checks: Annotated[
        Literal["auto", "always", "never"],
        _s(
            "SPF, DKIM, DMARC and ARC of mail: looked at where it comes straight from outside, always, or never"
        ),
    ] = "auto"
    mail_arc_sealers: Annotated[str, _s("domains of forwarders that are believed (ARC), with commas")] = ""
    mail_max_bytes: Annotated[int, _s("largest mail that is taken in, in bytes", ge=10_000)] = 26_214_400
    database: Annotated[str, _s("postgresql://… or empty for the SQLite file in the data folder")] = ""
    registration: Annotated[
        Literal["open", "approval", "closed"], _s("who may sign up: everyone, after approval, or nobody")
    ] = "open"
    confirm_email: Annotated[bool, _s("new accounts must confirm their address before they can log in")] = (
        False
    )
    google_client_id: Annotated[str, _s("client id of this place at Google; empty: no login with Google")] = (
        ""
    )
    google_client_secret: Annotated[str, _s("client secret at Google")] = ""
    google_issuer: Annotated[
        str,
        _s(
            "OpenID issuer behind the login with Google; one of your own may stand there, whose tokens are then trusted"
        ),
    ] = "https://accounts.google.com"
    facebook_client_id: Annotated[
        str, _s("client id of this place at Facebook; empty: no login with Facebook")
    ] = ""
    facebook_client_secret: Annotated[str, _s("client secret at Facebook")] = ""
    facebook_issuer: Annotated[str, _s("OpenID issuer behind the login with Facebook; as google_issuer")] = (
        "https://www.facebook.com"
    )
    apple_client_id: Annotated[str, _s("client id of this place at Apple; empty: no login with Apple")] = ""
    apple_client_secret: Annotated[str, _s("client secret at Apple, a token signed with your key there")] = ""
    apple_issuer: Annotated[str, _s("OpenID issuer behind the login with Apple; as google_issuer")] = (
        "https://appleid.apple.com"
    )
    token_days: Annotated[
        int, _s("how many days a token of the Groups.io login is good for; 0: until it is revoked", ge=0)
    ] = 0
    password_grant: Annotated[bool, _s("the OAuth password grant, which old clients need")] = True
    rate_limits: Annotated[bool, _s("limits on requests per account and address")] = True
    max_characters: Annotated[int, _s("longest post by app, in characters (mail may be longer)", ge=1)] = 5000
    media_max_bytes: Annotated[int, _s("largest file that is taken, in bytes", ge=1000)] = 16_777_216
    video_max_bytes: Annotated[int, _s("largest video or sound that is taken, in bytes", ge=1000)] = (
        103_809_024
    )
    posts_a_day: Annotated[
        int, _s("new threads that one account may begin in 24 hours; 0: no limit", ge=0)
    ] = 0
    posts_a_week: Annotated[int, _s("the same in 7 days", ge=0)] = 0
    posts_a_month: Annotated[int, _s("the same in 30 days", ge=0)] = 0
    link_previews: Annotated[
        bool, _s("look at linked pages, for previews and to verify links of profiles")
    ] = True
    worker: Annotated[bool, _s("run the worker inside `serve`")] = True
    trusted_proxies: Annotated[str, _s("addresses whose X-Forwarded-For is believed, with commas")] = ""
    private_networks: Annotated[
        str, _s("networks that are not public but may be called all the same (pushes, previews), with commas")
    ] = ""
    log_level: Annotated[Literal["debug", "info", "warning", "error"], _s("how much is logged")] = "info"
    demo: Annotated[bool, _s("a demo community: the front page shows how to log in")] = False

    @property
    def base_url(self) -> str:
        """The public address without a trailing slash."""
        return self.url.rstrip("/") if self.url else f"http://localhost:{self.port}"

    @property
    def domain(self) -> str:
        """Host (and port, where it is not the scheme's own) of the public address: the local part of all handles."""
        return urlsplit(self.base_url).netloc

    @property
    def list_domain(self) -> str:
        """The domain of the groups' addresses."""
        return self.mail_domain or urlsplit(self.base_url).hostname or "localhost"

    @property
    def signing_domain(self) -> str:
        """The domain under which mail is signed."""
        return self.dkim_domain or self.list_domain

    @property
    def folder(self) -> Path:
        return Path(self.data)


_ON = {"1", "true", "on", "yes"}
_OFF = {"0", "false", "off", "no", ""}


def variable(name: str) -> str:
    """The environment variable of the setting *name*."""
    return f"FOLKMOOT_{name.upper()}"


def in_file(data: str) -> dict[str, Any]:
    """What folkmoot.toml in the data folder says, unchecked; nothing where there is none. Raises SettingsError."""
    file = Path(data) / "folkmoot.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from None


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from file and environment. Raises SettingsError with a sentence that says what to mend."""
    environ = os.environ if environ is None else environ
    data = overrides.get("data") or environ.get("FOLKMOOT_DATA") or "data"
    values: dict[str, Any] = {}
    file = Path(data) / "folkmoot.toml"
    values.update(in_file(data))
    fields = {f.name: f for f in msgspec.structs.fields(Settings)}
    unknown = sorted(set(values) - set(fields))
    if unknown:
        raise SettingsError(f"{file}: no setting is called {', '.join(unknown)}; see `folkmoot settings`")
    for name, field in fields.items():
        if (text := environ.get(variable(name))) is not None:
            values[name] = _from_text(name, text, field.type)
    values.update({k: v for k, v in overrides.items() if v is not None})
    values["data"] = data
    try:
        found = msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        wrong, _, place = str(error).partition(" - at `$.")
        name = variable(place.rstrip("`")) if place else "settings"
        raise SettingsError(f"{name}: {wrong}") from None
    for name in ("trusted_proxies", "private_networks"):
        _check_networks(name, getattr(found, name))
    return found


def _check_networks(name: str, text: str) -> None:
    for part in filter(None, map(str.strip, text.split(","))):
        try:
            ip_network(part, strict=False)
        except ValueError:
            raise SettingsError(f"{name} holds {part!r}, which is no address or network") from None


def _from_text(name: str, text: str, kind: Any) -> Any:
    base = getattr(kind, "__origin__", kind)
    if base is bool:
        if text.lower() in _ON | _OFF:
            return text.lower() in _ON
        raise SettingsError(f"{variable(name)} is {text!r}; it may be on or off")
    if base is int:
        try:
            return int(text)
        except ValueError:
            raise SettingsError(f"{variable(name)} is {text!r}; it must be a whole number") from None
    return text


def table() -> list[tuple[str, str, str, str]]:
    """Rows (setting, variable, default, meaning) for the documentation."""
    hints = msgspec.inspect.type_info(Settings)
    assert isinstance(hints, msgspec.inspect.StructType)
    annotations = Settings.__annotations__
    del annotations
    rows = []
    for field in hints.fields:
        meta = field.type
        doc = ""
        if isinstance(meta, msgspec.inspect.Metadata):
            doc = (meta.extra_json_schema or {}).get("description", "")
        default = field.default
        shown = {True: "on", False: "off", "": "—"}.get(default, str(default)) if default is not None else ""
        rows.append((field.name, variable(field.name), shown, doc))
    return rows
