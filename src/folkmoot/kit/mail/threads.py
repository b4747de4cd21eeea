"""Threading by References after Jamie Zawinski (jwz.org/doc/threading.html), as pure functions, loops
broken, bounded.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

import msgspec

MAX_CANDIDATES = 101
MAX_CLIMB = 20_000
"""Steps up a chain when a link is checked for a loop; past it the link is refused."""
SUBJECT_REACH = timedelta(days=45)
"""How long after the first message a reply without any reference may still join by its subject."""

# Reply and forward marks of mail programs in many languages, in front of a colon.
_MARKS = (
    "re|fw|fwd|aw|wg|antw|antwort|sv|vs|vb|vl|ref|rv|res|enc|rif|odp|pd|ynt|ilt|tr|rép|rép\\.|att|ang|bls|bs|fs|"
    "doorst|"
    "továbbítás|válasz|atb|na|ответ|отв|нa|пересл|відп|відповідь|peresłano|απ|πρθ|σχετ|προωθ|השב|הועבר|رد|回复|回覆|答复|"
    "轉寄|转发|返信|転送|회신|답장|전달"
)
_MARK = re.compile(
    rf"\s*(?:{_MARKS})\s*(?:\[\d{{1,3}}\]|\(\d{{1,3}}\)|\^\d{{1,3}}|\*\d{{1,3}})?\s*[:\uff1a]\s*",
    re.IGNORECASE,
)
_FWD_TAIL = re.compile(r"\s*\(fwd\)\s*\Z", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


class Ref(msgspec.Struct, frozen=True):
    """What threading needs of a message: ids without `<>`, references oldest first."""

    id: str
    references: Sequence[str] = ()
    in_reply_to: Sequence[str] = ()
    subject: str = ""
    date: datetime | None = None


def parent_candidates(references: Sequence[str], in_reply_to: Sequence[str]) -> list[str]:
    """Ids a message may hang under, nearest first, unique, at most 101: the first one the store knows is
    the parent.
    """
    nearest = list(reversed(references))
    if in_reply_to and (not nearest or in_reply_to[0] in nearest[:10]):
        nearest.insert(0, in_reply_to[0])
    return list(dict.fromkeys([*nearest[:MAX_CANDIDATES], *in_reply_to]))[:MAX_CANDIDATES]


def base_subject(subject: str, tag: str | None = None) -> str:
    """The subject without reply and forward marks and without `[tag]`, white space tidied."""
    return _strip(subject, tag)[0]


def without_tag(subject: str, tag: str | None) -> str:
    """The subject as its author wrote it, marks of forwarding and all, but without a list's `[tag]` at its front or
    behind such marks; white space tidied."""
    text = _SPACES.sub(" ", subject[:2_000]).strip()
    label = f"[{tag}]".lower() if tag else ""
    at = 0
    for _ in range(50):
        if label and text[at:].lower().startswith(label):
            text = text[:at] + text[at + len(label) :].lstrip()
        elif match := _MARK.match(text, at):
            at = match.end()
        else:
            break
    return text.strip()


def is_reply_subject(subject: str, tag: str | None = None) -> bool:
    """Whether the subject begins with a reply or forward mark (a list's `[tag]` may stand before it)."""
    return _strip(subject, tag)[1]


@lru_cache(maxsize=64)
def _strip(subject: str, tag: str | None) -> tuple[str, bool]:
    """Kept, since a mail on its way into its thread is asked about several times."""
    text = _SPACES.sub(" ", subject[:2_000]).strip()
    label = f"[{tag}]".lower() if tag else ""
    replied = False
    for _ in range(50):
        match = _MARK.match(text)
        if match:
            text, replied = text[match.end() :], True
        elif label and text.lower().startswith(label):
            text = text[len(label) :].lstrip()
        else:
            break
    return _FWD_TAIL.sub("", text).strip(), replied


def thread(
    messages: Iterable[Ref], *, by_subject: bool = True, tag: str | None = None
) -> dict[str, str | None]:
    """The parent of each message, None for a thread's first. Keys in the order given; of a double id the
    first counts.

    Messages that share only a missing ancestor hang under the earliest of them. With `by_subject`, a `Re:`
    without any
    reference joins the latest earlier thread of the same base subject within SUBJECT_REACH.
    """
    refs: dict[str, Ref] = {}
    for message in messages:
        refs.setdefault(message.id, message)
    links = _Links()
    for message in refs.values():
        chain = parent_candidates(message.references, message.in_reply_to)[::-1]
        for older, newer in pairwise(chain):
            links.join(older, newer, force=False)
        if chain:
            links.join(chain[-1], message.id, force=True)
    parents = _without_ghosts(refs, links.parent)
    if by_subject:
        _join_subjects(refs, parents, tag)
    return parents


class _Links:
    """Parent links that never form a loop."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}
        self.children: dict[str, int] = {}

    def join(self, above: str, below: str, *, force: bool) -> None:
        current = self.parent.get(below)
        if above in (below, current) or (current is not None and not force) or self._is_over(below, above):
            return
        if current is not None:
            self.children[current] -= 1
        self.parent[below] = above
        self.children[above] = self.children.get(above, 0) + 1

    def _is_over(self, upper: str, lower: str) -> bool:
        """Whether `upper` is an ancestor of `lower`; a message without children is nobody's."""
        if not self.children.get(upper):
            return False
        step: str | None = lower
        for _ in range(MAX_CLIMB):
            if step is None:
                return False
            if step == upper:
                return True
            step = self.parent.get(step)
        return True


def _without_ghosts(refs: dict[str, Ref], links: dict[str, str]) -> dict[str, str | None]:
    """Parents among real messages only: missing ones are skipped, and children of a missing root share one
    first.
    """
    parents: dict[str, str | None] = {}
    resolved: dict[str, tuple[str, bool]] = {}
    orphans: dict[str, list[str]] = {}
    for name in refs:
        above = links.get(name)
        if above is None:
            parents[name] = None
            continue
        top, real = _climb(above, refs, links, resolved)
        parents[name] = top if real else None
        if not real:
            orphans.setdefault(top, []).append(name)
    roots = {name for name, parent in parents.items() if parent is None}
    for names in orphans.values():
        first = min(names, key=lambda name: _when(refs[name]))
        for name in names:
            if name != first and name in roots:
                parents[name] = first
    return parents


def _climb(
    start: str, refs: dict[str, Ref], links: dict[str, str], resolved: dict[str, tuple[str, bool]]
) -> tuple[str, bool]:
    """From `start` up to the first real message, or to the topmost missing one; remembers the way."""
    way: list[str] = []
    step = start
    while step not in refs:
        if step in resolved:
            break
        way.append(step)
        above = links.get(step)
        if above is None:
            break
        step = above
    found = (step, True) if step in refs else resolved.get(step, (step, False))
    for name in way:
        resolved[name] = found
    return found


def _join_subjects(refs: dict[str, Ref], parents: dict[str, str | None], tag: str | None) -> None:
    latest: dict[str, Ref] = {}
    ordered = sorted(refs.values(), key=_when)
    for ref in ordered:
        if parents[ref.id] is not None:
            continue
        subject, replied = _strip(ref.subject, tag)
        key = subject.casefold()
        first = latest.get(key)
        alone = not ref.references and not ref.in_reply_to
        if first is not None and replied and alone and _near(first, ref):
            parents[ref.id] = first.id
        elif key:
            latest[key] = ref


def _when(ref: Ref) -> tuple[bool, float]:
    """Sort key: by date, undated last."""
    return ref.date is None, ref.date.timestamp() if ref.date else 0.0


def _near(first: Ref, later: Ref) -> bool:
    if first.date is None or later.date is None:
        return True
    return later.date - first.date <= SUBJECT_REACH
