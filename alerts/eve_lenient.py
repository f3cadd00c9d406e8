"""The slow way into an `Event`: for lines the strict decoder refuses.

Keeps every needed field it can understand, turns numbers written as text into numbers and the reverse, and drops
the rest with a flag.
"""

from __future__ import annotations

from typing import Any, get_args, get_origin

import msgspec
from msgspec import Raw, Struct

from alerts.eve_fields import Event
from alerts.eve_repair import Unreadable, cleaned, loaded


def event_from(line: bytes) -> Event:
    """Raises `Unreadable` with too_deep, not_json or not_object."""
    flags: list[str] = []
    data = loaded(line, flags)
    if not isinstance(data, dict):
        raise Unreadable("not_object", type(data).__name__)
    if "not_a_number" in flags and not data.get("event_type"):
        raise Unreadable("not_json", "NaN in what is no event")
    flags[:] = dict.fromkeys(flags)
    clean = cleaned(data)
    if clean != data:
        flags.append("cleaned_text")
    for internal in ("otasuke:timestamp", "otasuke:flags"):
        clean.pop(internal, None)
    event: Event = _struct(Event, clean, "", flags)
    event.flags = tuple(flags)
    return event


def _struct(kind: type[Struct], source: dict[str, Any], path: str, flags: list[str]) -> Any:
    values: dict[str, Any] = {}
    for info in msgspec.structs.fields(kind):
        value = source.get(info.encode_name)
        if value is None:
            continue
        where = f"{path}{info.encode_name}"
        kept = _value(info.type, value, where, flags)
        if kept is None:
            flags.append(f"dropped:{where}")
        else:
            values[info.name] = kept
    return kind(**values)


def _value(kind: Any, value: Any, path: str, flags: list[str]) -> Any:
    """The value as `kind`, or None when no sense can be made of it."""
    if kind is Raw:
        return Raw(msgspec.json.encode(value))
    options = [option for option in (get_args(kind) if _is_union(kind) else (kind,)) if option is not type(None)]
    wanted = options[0]
    if isinstance(wanted, type) and issubclass(wanted, Struct):
        return _struct(wanted, value, f"{path}.", flags) if isinstance(value, dict) else None
    if get_origin(wanted) is list:
        items = value if isinstance(value, list) else [value]
        kept = [_value(get_args(wanted)[0], item, path, flags) for item in items]
        return [item for item in kept if item is not None]
    if wanted is str and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    try:
        return msgspec.convert(value, wanted, strict=False)
    except msgspec.ValidationError:
        return None


def _is_union(kind: Any) -> bool:
    return type(None) in get_args(kind)
