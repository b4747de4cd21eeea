"""A BBCode tree written as HTML; what it returns still goes through the cleaner."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from .bbtree import BLOCKS, HEADINGS, LISTS, MEDIA, PLAIN_INLINE, Node
from .sanitise import escape, safe_url

_BLANK: Final = re.compile(r"\n(?:[ \t]*+\n)+")
_NICK: Final = re.compile(r"@?([A-Za-z0-9_]++(?:[.-][A-Za-z0-9_]++)*+)(?:@[^\s@]{1,253})?")
_SITES: Final = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_VIDEO_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,20}")


def write(root: Node) -> str:
    """The HTML of a tree, paragraphs made of blank lines."""
    return _flow(root.children)


def _flow(children: list[Node | str]) -> str:
    """Children as blocks: runs of inline content become paragraphs."""
    out: list[str] = []
    run: list[str] = []

    def flush() -> None:
        for part in _BLANK.split("".join(run).strip("\n")):
            if part.strip():
                out.append("<p>" + part.replace("\n", "<br>") + "</p>")
        run.clear()

    for index, child in enumerate(children):
        if isinstance(child, Node) and _is_block(child):
            flush()
            out.append(_block(child))
        else:
            run.append(_one(children, index))
    flush()
    return "".join(out)


def _inline(children: list[Node | str]) -> str:
    return "".join([_one(children, index) for index in range(len(children))]).replace("\n", "<br>")


def _one(children: list[Node | str], index: int) -> str:
    """One child as inline HTML (`\\n` still stands for a line end), read with the @ or # beside it."""
    child = children[index]
    if isinstance(child, str):
        following = children[index + 1] if index + 1 < len(children) else None
        if child.endswith(("@", "!", "#")) and isinstance(following, Node) and _sign(child, following):
            child = child[:-1]
        return escape(child)
    if child.name == "url" and index and isinstance(before := children[index - 1], str):
        sign = _sign(before, child)
        if sign:
            return _named(sign, child)
    return _element(child)


def _sign(before: str, node: Node) -> str:
    """The `@` or `#` that makes the link after it a mention or a tag; "" when it is a link like any other."""
    if node.name != "url" or not before.endswith(("@", "!", "#")) or before[-2:-1].isalnum():
        return ""
    label = node.text().strip()
    if before[-1] == "#":
        return "#" if label and not any(map(str.isspace, label)) else ""
    return "@" if _NICK.fullmatch(label) and safe_url(node.arg) else ""


def _named(sign: str, node: Node) -> str:
    label = node.text().strip()
    if sign == "#":
        return escape("#" + label.lstrip("#"))
    match = _NICK.fullmatch(label)
    nick = match[1] if match else label
    return f'<a href="{escape(node.arg.strip())}" class="u-url mention">@<span>{escape(nick)}</span></a>'


def _is_block(node: Node) -> bool:
    return node.name in BLOCKS or (node.name == "code" and "\n" in node.text())


def _element(node: Node) -> str:
    if _is_block(node):
        return _block(node)
    if node.name in PLAIN_INLINE:
        tag = PLAIN_INLINE[node.name]
        return f"<{tag}>{_inline(node.children)}</{tag}>"
    if node.name == "code":
        return f"<code>{escape(node.text())}</code>"
    writer = _LINKS.get("media" if node.name in MEDIA else node.name)
    return writer(node) if writer else _inline(node.children)


def _anchor(href: str | None, words: str) -> str:
    return f'<a href="{escape(href)}">{words}</a>' if href else words


def _url(node: Node) -> str:
    if node.arg:
        return _anchor(safe_url(node.arg), _inline(node.children) or escape(node.arg))
    address = safe_url(node.text())
    return _anchor(address, escape(address)) if address else _inline(node.children)


def _image(node: Node) -> str:
    inside = node.text().strip()
    source = safe_url(node.arg)
    words = inside if source else node.attrs.get("alt", "")
    source = source or safe_url(inside)
    if source is None:
        return escape(inside)
    return f'<img src="{escape(source)}" alt="{escape(words)}">'


def _mail(node: Node) -> str:
    address = (node.arg or node.text()).strip().removeprefix("mailto:")
    good = re.fullmatch(r"[^\s@:<>\"]{1,64}@[^\s@:<>\"]{1,253}", address)
    return _anchor(f"mailto:{address}" if good else None, _inline(node.children))


def _media(node: Node) -> str:
    inside = node.text().strip()
    address = safe_url(inside)
    if address is None and node.name in _SITES and _VIDEO_ID.fullmatch(inside):
        address = _SITES[node.name] + inside
    return _anchor(address, escape(address or inside))


_LINKS: Final[dict[str, Callable[[Node], str]]] = {
    "url": _url,
    "bookmark": _url,
    "img": _image,
    "mail": _mail,
    "media": _media,
}


def _block(node: Node) -> str:
    name = node.name
    if name == "hr":
        return "<hr>"
    if name in HEADINGS:
        return f"<{name}>{_inline(node.children).strip()}</{name}>"
    if name in ("code", "pre"):
        return f"<pre><code>{escape(node.text().strip(chr(10))).replace(chr(10), '&#10;')}</code></pre>"
    if name in LISTS:
        return _list(node)
    if name == "table":
        return _table(node)
    if name == "quote":
        return f"<blockquote>{_byline(escape(node.arg))}{_flow(node.children)}</blockquote>"
    if name == "spoiler":
        return f"<details><summary>{escape(node.arg) or 'Spoiler'}</summary>{_flow(node.children)}</details>"
    if name == "share":
        author = _anchor(safe_url(node.attrs.get("link") or node.attrs.get("profile", "")), _author(node))
        return f"<blockquote>{_byline(author)}{_flow(node.children)}</blockquote>"
    return f"<div>{_flow(node.children)}</div>"


def _author(node: Node) -> str:
    return escape(node.attrs.get("author") or node.attrs.get("link") or node.attrs.get("profile", ""))


def _byline(words: str) -> str:
    return f"<p><strong>{words}</strong></p>" if words else ""


def _list(node: Node) -> str:
    tag = "ol" if node.name == "ol" or node.arg[:1] in tuple("1aAiI") else "ul"
    items = []
    for child in node.children:
        if isinstance(child, Node) and child.name in ("li", "*"):
            items.append(f"<li>{_item(child)}</li>")
        elif isinstance(child, Node) or child.strip():
            items.append(f"<li>{_element(child) if isinstance(child, Node) else escape(child.strip())}</li>")
    return f"<{tag}>{''.join(items)}</{tag}>"


def _item(node: Node) -> str:
    while node.children and isinstance(last := node.children[-1], str) and not last.strip():
        node.children.pop()
    if node.children and isinstance(last := node.children[-1], str):
        node.children[-1] = last.rstrip()
    if node.children and isinstance(first := node.children[0], str):
        node.children[0] = first.lstrip()
    return _inline(node.children)


def _table(node: Node) -> str:
    rows = []
    for row in node.children:
        if isinstance(row, Node) and row.name == "tr":
            cells = [
                f"<{cell.name}>{_inline(cell.children)}</{cell.name}>"
                for cell in row.children
                if isinstance(cell, Node) and cell.name in ("td", "th")
            ]
            loose = "".join([cell for cell in row.children if isinstance(cell, str)]).strip()
            rows.append(f"<tr>{''.join(cells)}{f'<td>{escape(loose)}</td>' if loose else ''}</tr>")
        else:
            words = (row if isinstance(row, str) else row.text()).strip()
            if words:
                rows.append(f"<tr><td>{escape(words)}</td></tr>")
    return f"<table>{''.join(rows)}</table>"
