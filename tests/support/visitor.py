"""Somebody with a browser and no scripts: follows links, fills in forms with all that is hidden in them."""

from __future__ import annotations

import io
from typing import Any

import httpx2
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import accounts, passwords
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.store.engine import Store

PASSWORD = "long enough"
_HASH = passwords.hash_password(PASSWORD)


def person(store: Store, name: str, **more: Any) -> Viewer:
    """A person who can log in with PASSWORD."""
    new = NewPerson(
        name=name, address=f"{name}@example.org", password_hash=_HASH, **{"confirmed": True, **more}
    )
    return Viewer(store.write(lambda tx: accounts.add_person(tx, new)))


def picture(size: tuple[int, int] = (60, 40), kind: str = "PNG", **more: Any) -> bytes:
    """A small picture file."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


class Visitor:
    """One browser: its cookies and the page that it shows."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx2.Client(
            base_url=url, timeout=20, verify=False
        )  # to load what TLS needs takes long
        self.answer: httpx2.Response = httpx2.Response(200)

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """Go to a page and where it leads on this server."""
        self.answer = self.client.get(path, headers=headers)
        return self._onward()

    def _onward(self) -> httpx2.Response:
        for _ in range(5):
            where = self.answer.headers.get("location", "")
            if self.answer.status_code not in (301, 302, 303) or not where.startswith(("/", self.url)):
                break
            self.answer = self.client.get(where)
        return self.answer

    @property
    def page(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.answer.text)

    def text(self, selector: str = "main") -> str:
        """The words of an element."""
        node = self.page.css_first(selector)
        return " ".join(node.text().split()) if node is not None else ""

    def fields(self, action: str) -> dict[str, str]:
        """What the form with that action sends if nothing is changed."""
        form = next(f for f in self.page.css("form") if (f.attributes.get("action") or "") == action)
        found: dict[str, str] = {}
        for node in form.css("input[name], textarea[name], select[name]"):
            name, kind = node.attributes["name"] or "", node.attributes.get("type")
            if kind == "file" or (kind == "checkbox" and "checked" not in node.attributes):
                continue
            if node.tag == "select":
                options = node.css("option")
                chosen = [o for o in options if "selected" in o.attributes] or options[:1]
                found[name] = chosen[0].attributes.get("value") or ""
            else:
                found[name] = node.text() if node.tag == "textarea" else node.attributes.get("value") or ""
        return found

    def send(
        self, action: str, files: dict[str, tuple[str, bytes, str]] | None = None, **values: str
    ) -> httpx2.Response:
        """Fill in the form with that action on this page, and send it."""
        data = {**self.fields(action), **values}
        self.answer = self.client.post(action, data=data, files=files or None)
        return self._onward()

    def log_in(self, who: str, password: str = PASSWORD) -> Visitor:
        self.get("/login")
        self.send("/login", who=who, password=password)
        return self
