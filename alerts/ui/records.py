"""A record of the archive as people read it: part by part, and as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy

from web.outside import as_it_is

# Parts of an event in the order in which an analyst reads them; what else is in it stands in the whole record.
PARTS = (
    ("flow", gettext_lazy("接続(flow)")),
    ("http", gettext_lazy("Web(HTTP)")),
    ("tls", gettext_lazy("暗号化された接続(TLS)")),
    ("dns", gettext_lazy("名前の問い合わせ(DNS)")),
    ("email", gettext_lazy("メール")),
    ("smtp", gettext_lazy("メールの送信(SMTP)")),
    ("fileinfo", gettext_lazy("ファイル")),
    ("files", gettext_lazy("ファイル")),
    ("antivirus", gettext_lazy("ウイルス対策の結果")),
    ("alert", gettext_lazy("検知とルールの付加情報")),
)


def record_parts(record: dict[str, Any]) -> list[tuple[Any, list[tuple[str, str]]]]:
    """(what the part is, its names and values) of the parts that an analyst reads first."""
    return [(label, list(_lines(record[name]))) for name, label in PARTS if record.get(name)]


def record_text(record: dict[str, Any]) -> str:
    """The whole record, every text as `as_it_is` shows it."""
    return json.dumps(_shown(record), ensure_ascii=False, indent=2)


def _lines(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(name, value) of every value in a part of an event, names joined by dots."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for number, inner in enumerate(value, 1):
            yield from _lines(inner, f"{path}.{number}" if path else str(number))
    elif isinstance(value, list):
        yield as_it_is(path), as_it_is(", ".join(str(inner) for inner in value))
    else:
        yield as_it_is(path), as_it_is(str(value))


def _shown(value: Any) -> Any:
    """The record with every text as `as_it_is` shows it."""
    if isinstance(value, dict):
        return {as_it_is(str(key)): _shown(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shown(inner) for inner in value]
    return as_it_is(value) if isinstance(value, str) else value
