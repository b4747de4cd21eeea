"""The forms of the pages: what each sends. All text, since a browser's form sends nothing else.

No field has the name of a part of its form's address, such as `name` below a group: that part would be put into it.
"""

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


class MembersAsked(Listed, kw_only=True):
    """Which members of a group: whose name holds `q`, of the kind "", "moderators" or "banned"."""

    q: str = ""
    kind: str = ""


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


class Invitation(Form, kw_only=True):
    """Whom a group asks to join."""

    address: str = ""


class Writing(Form, kw_only=True):
    """A new post. `place` is an audience or "group:NAME"; `once` makes sending twice the same post; `option` are the
    answers of a poll that is open for `runs` days."""

    place: str = ""
    title: str = ""
    text: str = ""
    warning: str = ""
    picture: Upload | None = None
    description: str = ""
    file: list[Upload] = []
    parent: str = ""
    once: str = ""
    option: list[str] = []
    several: bool = False
    runs: str = "3"


class Profile(Form, kw_only=True):
    """The viewer's own profile."""

    display_name: str = ""
    note: str = ""
    avatar: Upload | None = None
    header: Upload | None = None
    locked: bool = False
    discoverable: bool = False
    sight: str = ""
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


class MembershipForm(Form, kw_only=True):
    """How a member gets a group's mail."""

    delivery: str = ""
    selection: str = ""
    follow_replies: bool = False
    attached: str = ""
    plain_text: bool = False
    zone: str = ""
    hour: str = ""
    address: str = ""


class Choice(Form, kw_only=True):
    """One choice from a list."""

    value: str = ""
    account: str = ""


class Assured(Choice, kw_only=True):
    """A choice that takes the password once more."""

    password: str = ""


class Verdict(Choice, kw_only=True):
    """What a moderator decides on what waits, and what is to be said of it."""

    reason: str = ""


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


class Month(msgspec.Struct, kw_only=True):
    """Which month of a calendar is shown."""

    month: str = ""


class EventForm(Form, kw_only=True):
    """An event: `day` to `last` with the hours `time` and `until` by the clock of `zone`; `again` is a word of
    dates.AGAIN, `end` the last day of that."""

    called: str = ""
    day: str = ""
    time: str = ""
    last: str = ""
    until: str = ""
    zone: str = ""
    all_day: bool = False
    again: str = ""
    end: str = ""
    place: str = ""
    description: str = ""
    asks: bool = False
    capacity: str = ""
    guests: bool = False
    question: str = ""
    thanks: str = ""
    locked: bool = False


class Ballot(Form, kw_only=True):
    """The places of the answers that one chooses, from 0."""

    choice: list[str] = []


class AnswerForm(Form, kw_only=True):
    """Whether one comes to an event: yes, no or maybe."""

    answer: str = ""
    guests: str = ""
    comment: str = ""


class DeleteForm(Form, kw_only=True):
    """Taking something away; `following`: what comes after it in its series too."""

    following: bool = False


class Folder(msgspec.Struct, kw_only=True):
    """What of a group's files is shown: a folder or what words are found in; beyond the name `after` with the id
    `last`."""

    folder: str = ""
    q: str = ""
    after: str = ""
    last: str = ""


class FileForm(Form, kw_only=True):
    """What is put into a folder: files, a new folder, or a link; or other words for what is there, and its place."""

    folder: str = ""
    file: list[Upload] = []
    called: str = ""
    url: str = ""
    description: str = ""
    tell: bool = False


class Rows(msgspec.Struct, kw_only=True):
    """What of a table is shown: rows that hold the words, beyond the number `after` with the id `last`."""

    q: str = ""
    after: str = ""
    last: str = ""


class RowForm(Form, kw_only=True):
    """A row: what its cells hold, by "column.part"; `known` is the stamp of the columns that it was written for."""

    known: str = ""
    cell: dict[str, list[str]] = {}
    picture: dict[str, Upload] = {}
    """By column."""


class TableForm(Form, kw_only=True):
    """A table: who may do what as numbers of tables.Who, and its columns by "place.part"; `known` is the stamp of the
    columns that the places are of."""

    known: str = ""
    called: str = ""
    short: str = ""
    description: str = ""
    view: str = "0"
    add: str = "0"
    edit: str = "0"
    design: str = "2"
    column: dict[str, str] = {}


class Shown(Listed, kw_only=True):
    """A page with an older form of itself: which revision."""

    rev: str = ""


class Strike(Form, kw_only=True):
    """What somebody says against a warning; `token` stands in the link of those who may not log in."""

    strike: str = ""
    token: str = ""
    text: str = ""


class Moving(Form, kw_only=True):
    """Another account of one's own, and what is to happen: named, no longer named, moved to, or stayed away from."""

    act: str = ""
    account: str = ""
    password: str = ""
