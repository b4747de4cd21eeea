"""Pages for a viewer: what every page needs to know, forms that come back with what was wrong, and paging by links."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from folkmoot.domain import views
from folkmoot.domain.errors import NotFound, Refusal, TooMany, Unauthenticated, Unavailable
from folkmoot.domain.paging import Page
from folkmoot.doors.frame import Response, redirect
from folkmoot.doors.frame.answers import Header
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import form_token
from folkmoot.doors.frame.cors import PRIVATE
from folkmoot.doors.web.templating import PAGES
from folkmoot.doors.web.texts import SAID, sentence

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

PER_PAGE = 20
MAX_PAGE = 1000
_WHOLE = re.compile(r"-?[0-9]{1,19}")


def page(
    at: At, tx: Tx, template: str, /, *, status: int = 200, headers: Sequence[Header] = (), **values: Any
) -> Response:
    """The page for whoever is looking; *values* must hold `title`."""
    token, cookies = form_token(at)
    me = views.account(tx, at.viewer.account_id) if at.viewer.known else None
    html = PAGES.render(
        template,
        me=me,
        csrf=token,
        community=at.house.settings,
        links=_Local(at),
        now=at.house.clock(),
        said=SAID.get(_query(at).get("said", [""])[0], ""),
        here=here(at),
        **values,
    )
    if f'value="{token}"' not in html:
        return Response.html(html, status, headers)
    # A page with a proof in it is this browser's own; what somebody known is shown is kept private by the frame.
    own = () if at.viewer.known else (PRIVATE,)
    return Response.html(html, status, [*headers, *own, *cookies])


class _Local:
    """Addresses of pictures as paths, so that pages work under every name of the server."""

    def __init__(self, at: At) -> None:
        self._links = at.house.links
        self._cut = len(at.house.settings.base_url)

    def avatar(self, account: views.AccountView) -> str:
        return self._links.avatar(account)[self._cut :]

    def header(self, account: views.AccountView) -> str:
        return self._links.header(account)[self._cut :] if account.header else ""

    def public(self, key: str) -> str:
        return self._links.media(key, private=False)[self._cut :]

    def media(self, key: str, post: views.PostView) -> str:
        return self._links.media(key, private=not post.open)[self._cut :]


def local_links(at: At) -> _Local:
    """Addresses of pictures for a template."""
    return _Local(at)


def _query(at: At) -> dict[str, list[str]]:
    try:
        return parse_qs(at.http.query.decode("latin-1"), max_num_fields=100)
    except ValueError:
        return {}


def here(at: At) -> str:
    """The path and query of this page without news and form leftovers, for coming back to it."""
    kept = {k: v[0][:500] for k, v in _query(at).items() if k in ("before", "page", "q", "group")}
    path = at.http.path if at.http.method in ("GET", "HEAD") else "/"
    return f"{path}?{urlencode(kept)}" if kept else path


def go(path: str, said: str = "", headers: Sequence[Header] = ()) -> Response:
    """On to another page of ours, with a word of news from texts.SAID."""
    if said:
        address, mark, fragment = path.partition("#")
        path = f"{address}{'&' if '?' in address else '?'}said={said}{mark}{fragment}"
    return redirect(path, 303, headers)


async def submit(
    at: At,
    work: Callable[[], Awaitable[Response]],
    again: Callable[[Tx, str], Response],
    words: Mapping[str, str] | None = None,
) -> Response:
    """Run a form's *work*; where it is refused, show the form *again* with the reason as a sentence: one of *words*
    (by the code of the refusal), else what is said everywhere.

    What the viewer may not know of, and what is no fault of the form, is refused as everywhere.
    """
    try:
        return await work()
    except (NotFound, TooMany, Unavailable):
        raise
    except Refusal as refusal:
        if isinstance(refusal, Unauthenticated) and refusal.code not in ("wrong_password", "wrong_code"):
            raise
        why = (words or {}).get(refusal.code) or sentence(refusal)
        answer = await at.read(lambda tx: again(tx, why))
        return Response(422, answer.body, answer.headers, answer.content_type)


def number(text: str, low: int, high: int, default: int) -> int:
    """A whole number from an address, kept within its bounds; nonsense is the default."""
    text = text.strip()
    return max(low, min(high, int(text))) if _WHOLE.fullmatch(text) else default


def cursor(before: str) -> Page:
    """The part of a list below the id *before*, one more than is shown, to know whether there are older ones."""
    bound = number(before, 0, (1 << 62) - 1, 0)
    return Page(limit=PER_PAGE + 1, before=bound or None)


def older(ids: list[int], **query: str) -> tuple[list[int], str]:
    """(the ids to show, the query of the link to older ones or empty)."""
    if len(ids) <= PER_PAGE:
        return ids, ""
    shown = ids[:PER_PAGE]
    return shown, "?" + urlencode({**query, "before": str(shown[-1])})


def turning(at: int, more: bool, **query: str) -> tuple[str, str]:
    """(newer, older): queries of the links around page *at* (from 1) of a list that counts pages."""
    back = "?" + urlencode({**query, "page": str(at - 1)}) if at > 1 else ""
    on = "?" + urlencode({**query, "page": str(at + 1)}) if more and at < MAX_PAGE else ""
    return back, on
