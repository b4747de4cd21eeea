"""The forms of the pages: what each sends. All text, since a browser's form sends nothing else."""

from __future__ import annotations

import msgspec

from folkmoot.wire.request import Upload


class Listed(msgspec.Struct, kw_only=True):
    """A page of a list: below which id, or which page."""

    before: str = ""
    page: str = ""


class Search(Listed, kw_only=True):
    """What is looked for, and in which group."""

    q: str = ""
    group: str = ""


class Form(msgspec.Struct, kw_only=True):
    """Every form carries the proof that it is ours, and may say where to go after it."""

    csrf: str = ""
    next: str = ""


class Login(Form, kw_only=True):
    """Logging in; `again` shows the form to somebody who is logged in already."""

    who: str = ""
    password: str = ""
    again: bool = False


class SignUp(Form, kw_only=True):
    """Joining the community; `token` stands in the link of those who were known by their address."""

    name: str = ""
    address: str = ""
    password: str = ""
    token: str = ""


class Key(Form, kw_only=True):
    """A link that came by mail, and what is set with it."""

    token: str = ""
    who: str = ""
    password: str = ""
    repeat: str = ""


class Writing(Form, kw_only=True):
    """A new post. `place` is an audience or "group:NAME"; `once` makes sending twice the same post."""

    place: str = ""
    title: str = ""
    text: str = ""
    warning: str = ""
    picture: Upload | None = None
    description: str = ""
    parent: str = ""
    once: str = ""


class Profile(Form, kw_only=True):
    """The viewer's own profile."""

    display_name: str = ""
    note: str = ""
    avatar: Upload | None = None
    header: Upload | None = None
    locked: bool = False
    discoverable: bool = False
    audience: str = ""


class NewPassword(Form, kw_only=True):
    """A changed password."""

    old: str = ""
    password: str = ""
    repeat: str = ""


class GroupForm(Form, kw_only=True):
    """A group that is made or changed."""

    name: str = ""
    title: str = ""
    description: str = ""
    archive: str = "0"
    listed: bool = False
    joining: str = "0"
    posting: str = "0"
    moderation: str = "0"
    unproven: str = "hold"


class Choice(Form, kw_only=True):
    """One choice from a list."""

    value: str = ""
    account: str = ""


class RuleForm(Form, kw_only=True):
    """A rule of the place: written, changed, moved or taken away, as `act` says."""

    rule: str = ""
    text: str = ""
    hint: str = ""
    act: str = ""


class TextForm(Form, kw_only=True):
    """A text of the place; `day` for terms, the day from which they hold."""

    name: str = ""
    day: str = ""
    text: str = ""


class AnnouncementForm(Form, kw_only=True):
    """An announcement; times as a browser's fields send them, in UTC."""

    announcement: str = ""
    text: str = ""
    starts: str = ""
    ends: str = ""
    all_day: bool = False
    draft: bool = False
    act: str = ""


class EmojiForm(Form, kw_only=True):
    """A small picture that stands for :code:."""

    code: str = ""
    category: str = ""
    picture: Upload | None = None


class Code(Form, kw_only=True):
    """The second step of logging in: `ticket` says that the password was right, `cookie` is the number of a link."""

    ticket: str = ""
    cookie: str = ""
    code: str = ""


class Security(Form, kw_only=True):
    """The second factor, keys for programs, and other places: `act` says what is to be done."""

    act: str = ""
    password: str = ""
    code: str = ""
    name: str = ""
    key: str = ""
    value: str = ""


class Outside(Form, kw_only=True):
    """What another place sends a browser back with."""

    state: str = ""
    code: str = ""
    error: str = ""


class CallbackForm(Form, kw_only=True):
    """A webhook that is added, removed or switched on."""

    act: str = ""
    hook: str = ""
    url: str = ""
    secret: str = ""


class ChatForm(Form, kw_only=True):
    """A new chat."""

    subject: str = ""
    description: str = ""
    announce: bool = False


class LineForm(Form, kw_only=True):
    """A line of a chat, or the number of one that is taken back."""

    text: str = ""
    line: str = ""


class WikiForm(Form, kw_only=True):
    """A page of a wiki; `known` is the revision that it was written over."""

    title: str = ""
    text: str = ""
    note: str = ""
    known: str = ""
    markup: str = ""


class Shown(Listed, kw_only=True):
    """A page with an older form of itself: which revision."""

    rev: str = ""
