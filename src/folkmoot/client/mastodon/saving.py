"""Results to JSON and back, in the format that Mastodon.py 2 writes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from folkmoot.client.mastodon.casting import try_cast_recurse
from folkmoot.client.mastodon.names import str_to_type, type_name
from folkmoot.client.mastodon.results import FORMAT, PAGES, AttribAccessDict, Entity, PaginationInfo


def to_json(result: Entity, pretty: bool) -> str:
    """JSON of *result*: `_mastopy_type`, `_mastopy_data`, and the pages beside it under `_mastopy_extra_data`."""
    extra = {}
    for name in PAGES:
        info = getattr(result, name, None)
        if info is not None:
            extra[name] = dict(info) | {"_mastopy_type": _name(info.get("_mastopy_type"))}
    if getattr(result, "_async_refresh", None) is not None:
        refresh = result._async_refresh  # type: ignore[attr-defined]  # set by the call that made the result
        extra["_async_refresh"] = refresh | {"_mastopy_type": _name(refresh.get("_mastopy_type"))}
    saved = {
        "_mastopy_version": FORMAT,
        "_mastopy_type": getattr(result, "_mastopy_type", "AttribAccessDict"),
        "_mastopy_data": _bare(result),
        "_mastopy_extra_data": extra,
    }
    return json.dumps(saved, default=_plain, indent=4 if pretty else None)


def from_json(text: str) -> Any:
    """The result that `to_json` saved. ValueError if *text* is no such thing."""
    saved = json.loads(text)
    if not isinstance(saved, dict) or "_mastopy_version" not in saved or "_mastopy_type" not in saved:
        raise ValueError("not a saved result: _mastopy_version or _mastopy_type is missing")
    kind = str_to_type(saved["_mastopy_type"])
    result = try_cast_recurse(kind, saved.get("_mastopy_data"))
    if isinstance(result, list) and hasattr(result, "_mastopy_name"):
        result._mastopy_name = saved["_mastopy_type"]
    extra = saved.get("_mastopy_extra_data") or {}
    for name in PAGES:
        if extra.get(name) is not None:
            setattr(result, name, PaginationInfo(extra[name]))
    if extra.get("_async_refresh") is not None:
        result._async_refresh = extra["_async_refresh"]
    return result


def _bare(value: Any) -> Any:
    """Without the second names that Python needed for some keys."""
    if isinstance(value, dict):
        aliases = value._rename_map if isinstance(value, AttribAccessDict) else {}
        return {key: _bare(one) for key, one in value.items() if key not in aliases}
    if isinstance(value, list):
        return [_bare(one) for one in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} can't be saved")


def _name(kind: Any) -> str | None:
    return kind if kind is None or isinstance(kind, str) else type_name(kind)
