"""Writes the methods of Friendica and GroupsIO from the wire's endpoint classes, and the client's reference.

`python -m tools.weave` writes; with --check it only says whether anything would change. A test runs the latter.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import tempfile
import typing
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from folkmoot.wire.request import Request, Upload

ROOT = Path(__file__).parents[1]
CLIENT = ROOT / "src" / "folkmoot" / "client"
HIDDEN = {"csrf", "extended", "two_fa"}
"""Fields that the client fills in, or that would change the answer's type."""
BY_HAND = {"LogIn", "LogOut", "ShowProfileImage"}
ABOUT = {
    ("friendica", "basics"): "Posting, timelines, favours, and what the node says of itself.",
    ("groupsio", "basics"): "Oneself, groups, topics, messages, drafts.",
    ("groupsio", "chat"): "Chats.",
    ("friendica", "node"): "The node: limits, settings, languages, terms, places.",
    ("friendica", "circles"): "Circles, which are lists by another name.",
    ("friendica", "list_people"): "Who is in a list, and who follows it.",
    ("friendica", "friendships"): "Following, blocking, muting.",
    ("friendica", "bonds"): "Whom people follow, and who follows them.",
    ("groupsio", "settings"): "A group's settings.",
    ("groupsio", "notices"): "Notices to members, and a group's other names.",
}  # fmt: skip
"""What a part of a class is about, where the wire module's docstring says it for the wire alone."""
NAMED = {"UploadState": "media_upload_status", "EnterpriseInfoCall": "enterprise_info", "RsvpToEvent": "rsvp",
    "ShowSuggestions": "users_suggestions_show"}  # fmt: skip
SPLIT = {
    "requests_people": {"friendships": ("/api/friendships", "/api/blocks", "/api/mutes"),
        "bonds": ("/api/friends/", "/api/followers/", "/api/statuses/friends", "/api/statuses/followers")},
    "requests_lists": {"circles": ("/api/friendica",), "list_people": ("/api/lists/members", "/api/lists/subscribers")},
    "group_requests": {"settings": ("/api/v1/updategroup",), "notices": ("/api/v1/newmember", "/api/v1/updatemember",
        "/api/v1/deletemember", "/api/v1/getmember", "/api/v1/getgroupaliases", "/api/v1/newgroupalias",
        "/api/v1/deletegroupalias")},
}  # fmt: skip
"""Wire modules that fill more than one file: the other files, with beginnings of the paths that belong there."""
ID = re.compile(r"(^|_)(ids?|allow|deny|cid|gid)$")
"""Parameters that are ids, which may be given as numbers whatever the wire makes of them."""
BASES = {"Request", "Call", "GroupCall", "Named", "PlainGroupCall"}
"""Base classes whose docstring says nothing of a method's parameters."""


def endpoints(api: str) -> dict[str, list[type[Request[Any]]]]:
    """The endpoint classes of an API by the wire module that declares them."""
    package = importlib.import_module(f"folkmoot.wire.{api}")
    found: dict[str, list[type[Request[Any]]]] = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Request)
                and value.__module__ == module.__name__
                and "endpoint" in vars(value)
            ):
                found.setdefault(info.name, []).append(value)
    return found


def method_name(api: str, cls: type[Request[Any]]) -> str:
    """Friendica's methods are named by their path, those of Groups.io by the words of their call."""
    if cls.__name__ in NAMED:
        return NAMED[cls.__name__]
    if api == "friendica":
        parts = cls.endpoint.path.removeprefix("/api/").split("/")
        return "_".join(part for part in parts if not part.startswith("{"))
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


class Types:
    """Types as source, with the imports that they need."""

    def __init__(self, api: str) -> None:
        self.imports: dict[str, set[str]] = {}
        self.words: dict[Any, tuple[str, str]] = {}
        for name in ("enums", "request_enums") if api == "groupsio" else ():
            module = importlib.import_module(f"folkmoot.wire.{api}.{name}")
            for key, value in vars(module).items():
                if get_origin(value) is Literal and value not in self.words:
                    self.words[value] = (module.__name__, key)

    def take(self, module: str, name: str) -> str:
        self.imports.setdefault(module, set()).add(name)
        return name

    def source(self, kind: Any) -> str:
        """*kind* as one would write it."""
        if kind is NoneType or kind is None:
            return "None"
        if kind is Any:
            return self.take("typing", "Any")
        if kind is Upload:
            return self.take("folkmoot.client.forms", "FileLike")
        if kind is msgspec.UnsetType:
            return self.take("msgspec", "UnsetType")
        origin, inside = get_origin(kind), get_args(kind)
        if origin is Literal:
            if kind in self.words:
                return self.take(*self.words[kind])
            self.take("typing", "Literal")
            return f"Literal[{', '.join(repr(one) for one in inside)}]"
        if origin in (Union, UnionType):
            return " | ".join(dict.fromkeys(self.source(one) for one in self._arms(inside)))
        if origin is not None:
            return f"{self.source(origin)}[{', '.join(self.source(one) for one in inside)}]"
        if kind.__module__ == "builtins":
            return str(kind.__name__)
        return self.take(kind.__module__, kind.__name__)

    def _arms(self, kinds: tuple[Any, ...]) -> list[Any]:
        """Alternatives without text beside a file, which stands for a path then; None and UNSET come last."""
        arms = [one for one in kinds if not (one is str and Upload in kinds)]
        return sorted(arms, key=lambda one: (one is NoneType, one is msgspec.UnsetType))


def holds_file(kind: Any) -> bool:
    """Is a file, or a list of files, among what a parameter takes?"""
    return kind is Upload or any(holds_file(one) for one in get_args(kind))


def method(api: str, cls: type[Request[Any]], types: Types) -> str:
    """One method as source."""
    hints = typing.get_type_hints(cls)
    fields = [one for one in msgspec.structs.fields(cls) if one.name not in HIDDEN]
    in_path = set(re.findall(r"{(\w+)}", " ".join((cls.endpoint.path, *cls.endpoint.aliases))))
    path = [one for one in fields if one.encode_name in in_path]
    first = [one for one in fields if one.required and one not in path] + path
    rest = [one for one in fields if one not in first]
    first.sort(key=lambda one: not one.required)
    signature = ["self", *(parameter(one, hints, types) for one in first)]
    signature += ["*", *(parameter(one, hints, types) for one in rest)] if rest else []
    said = ", ".join(f"{one.name}={value(one, hints, types)}" for one in (*first, *rest))
    answer = types.source(cls.endpoint.answer)
    result = f"api.{cls.__name__}({said})"
    back = "" if answer == "None" else "return "
    return (
        f"    def {method_name(api, cls)}({', '.join(signature)}) -> {answer}:\n"
        f'        """{doc(cls)}"""\n'
        f"        {back}self._send({result})\n"
    )


def parameter(one: Any, hints: dict[str, Any], types: Types) -> str:
    """A parameter with its type and default."""
    kind = types.source(hints[one.name])
    if is_id(one, hints):
        kind = re.sub(r"\bstr\b", "int | str", kind)
        if "list[" in kind:
            types.take("collections.abc", "Sequence")
            kind = kind.replace("list[", "Sequence[")
    if one.required:
        return f"{one.name}: {kind}"
    if callable(one.default_factory):
        if one.default_factory() == {}:
            return f"{one.name}: {kind} | None = None"
        if one.default_factory() == []:
            types.take("collections.abc", "Sequence")
            return f"{one.name}: {kind.replace('list[', 'Sequence[', 1)} = ()"
        raise TypeError(f"{one.name}: a default that is neither an empty list nor an empty hash")
    if one.default is msgspec.UNSET:
        types.take("msgspec", "UNSET")
        return f"{one.name}: {kind} = UNSET"
    return f"{one.name}: {kind} = {one.default!r}"


def is_id(one: Any, hints: dict[str, Any]) -> bool:
    """Is it an id, or a list of them, that the wire holds as text?"""
    kinds = {hints[one.name], *get_args(hints[one.name])}
    return bool(ID.search(one.name)) and bool(kinds & {str, list[str]})


def value(one: Any, hints: dict[str, Any], types: Types) -> str:
    """What is handed on: files are read, sequences become lists."""
    kind = hints[one.name]
    many = callable(one.default_factory) or get_origin(kind) is list
    if holds_file(kind):
        types.take("folkmoot.client.forms", "upload")
        if many:
            return f"[upload(file) for file in {one.name}]"
        return f"None if {one.name} is None else upload({one.name})" if NoneType in get_args(kind) else (
            f"upload({one.name})"
        )  # fmt: skip
    if is_id(one, hints):
        text = (
            f"[str(one) for one in {one.name}]"
            if list[str] in {kind, *get_args(kind)}
            else f"str({one.name})"
        )
        nothing = (
            "None" if NoneType in get_args(kind) else "UNSET" if msgspec.UnsetType in get_args(kind) else ""
        )
        return f"{nothing} if {one.name} is {nothing} else {text}" if nothing else text
    if callable(one.default_factory) and one.default_factory() == {}:
        return f"{one.name} or {{}}"
    return f"list({one.name})" if many and callable(one.default_factory) else one.name


def doc(cls: type[Request[Any]]) -> str:
    """What the endpoint says of itself, of its pages, and what it is called on the wire."""
    text = inspect.cleandoc(cls.__doc__ or "")
    for base in cls.__mro__[1:]:
        if (
            base.__name__ in BASES
            or not issubclass(base, Request)
            or base is Request
            or "endpoint" in vars(base)
        ):
            continue
        more = inspect.cleandoc(base.__doc__ or "")
        if more and base.__doc__ and ":" in more:
            text += f"\n\n{more.removeprefix('Base of ')[:1].upper()}{more.removeprefix('Base of ')[1:]}"
    methods = " or ".join("GET" if one == "*" else one for one in cls.endpoint.methods[:1])
    facts = f"`{methods} {cls.endpoint.path}`"
    if cls.endpoint.permission:
        facts += f", for those with the permission {cls.endpoint.permission}"
    if cls.endpoint.scope:
        facts += f", with the scope {cls.endpoint.scope}"
    if cls.endpoint.auth == "none":
        facts += ", for everybody"
    text += f"\n\n{facts}."
    return "\n".join(f"        {line}" if line else "" for line in text.splitlines()).strip() + "\n        "


def module(api: str, name: str, file: str, classes: list[type[Request[Any]]]) -> str:
    """One file of methods."""
    types = Types(api)
    methods = [method(api, cls, types) for cls in classes if cls.__name__ not in BY_HAND]
    about = inspect.cleandoc(importlib.import_module(f"folkmoot.wire.{api}.{name}").__doc__ or "")
    title = f"{file.title().replace('_', '')}Calls"
    first = ABOUT.get((api, file), about.split(chr(10))[0])
    used = "\n".join(methods)
    imports, later = [], []
    for place, names in sorted(types.imports.items()):
        names = {one for one in names if re.search(rf"\b{one}\b", used)}
        now = sorted(names & {"UNSET", "upload"})
        then = sorted(names - {"UNSET", "upload"})
        imports += [f"from {place} import {', '.join(now)}"] if now else []
        later += [f"    from {place} import {', '.join(then)}"] if then else []
    checking = "from typing import TYPE_CHECKING\n" if later else ""
    return (
        f'"""Methods about {file.replace("_", " ")}, made from {api}/{name} of the wire by tools/weave.py."""\n\n'
        "from __future__ import annotations\n\n"
        + checking
        + "\n".join(imports)
        + "\nfrom folkmoot.client.service import Service\n"
        + f"from folkmoot.wire.{api} import {name} as api\n\n"
        + ("if TYPE_CHECKING:\n" + "\n".join(later) + "\n\n" if later else "")
        + f"\nclass {title}(Service):\n"
        + f'    """{first}"""\n\n'
        + "\n".join(methods)
    )


def file_name(name: str) -> str:
    """The module of methods of a wire module."""
    return name.replace("requests", "").strip("_") or "basics"


def parts(name: str, classes: list[type[Request[Any]]]) -> dict[str, list[type[Request[Any]]]]:
    """The classes of a wire module by the file that holds their methods."""
    found: dict[str, list[type[Request[Any]]]] = {}
    for cls in classes:
        splits = SPLIT.get(name, {}).items()
        file = next((f for f, begins in splits if cls.endpoint.path.startswith(begins)), file_name(name))
        found.setdefault(file, []).append(cls)
    return found


def woven() -> dict[Path, str]:
    """All files that are made, with their text, formatted."""
    files = {}
    for api in ("friendica", "groupsio"):
        for name, classes in endpoints(api).items():
            for file, part in parts(name, classes).items():
                files[CLIENT / api / f"{file}.py"] = module(api, name, file, part)
    return tidy(files)


def tidy(files: dict[Path, str]) -> dict[Path, str]:
    """The sources as ruff would have them."""
    with tempfile.TemporaryDirectory() as folder:
        places = {path: Path(folder, path.relative_to(ROOT)) for path in files}
        for path, place in places.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(files[path])
        _ruff("check", "--fix", "--select", "I,RUF022,F401", folder)
        _ruff("format", folder)
        return {path: place.read_text() for path, place in places.items()}


def _ruff(*line: str) -> None:
    ruff = [
        sys.executable,
        "-m",
        "ruff",
        *line,
        "--quiet",
        "--no-cache",
        "--config",
        str(ROOT / "pyproject.toml"),
    ]
    subprocess.run(ruff, check=True, cwd=ROOT)  # noqa: S603 - ours


def main() -> None:
    """Write what is not as it should be; with --check, fail instead."""
    from tools.reference import pages

    files = woven()
    if "--check" not in sys.argv:
        for path, text in files.items():
            path.write_text(text)
    files |= pages()
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        sys.exit("\n".join(f"stale: {path.relative_to(ROOT)}" for path in stale) if stale else 0)
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path])


if __name__ == "__main__":
    main()
