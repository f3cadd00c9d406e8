"""Files that a box's antivirus could not look into: neither clean nor a virus, and reported as unexamined."""

from __future__ import annotations

from typing import Any

from alerts import eve, rows
from alerts.direction import HomeNet
from alerts.eve_fields import Event

REASONS = frozenset({"encrypted", "too_large", "too_slow", "incomplete", "unknown_packing", "gone", "scanner_error"})
OTHER = "other"
_MOST_BYTES = 2**63 - 1


def unexamined_values(event: Event, line: dict[str, Any], home_net: HomeNet) -> dict[str, Any]:
    """The columns of an `unexamined` event; a value that makes no sense is left out, the file is not.

    `line` is the same event as plain JSON values that PostgreSQL can store.
    """
    fields = line.get("unexamined")
    fields = fields if isinstance(fields, dict) else {}
    asset, _opener, _responder = rows.asset_of(event, home_net)
    size = fields.get("size")
    return {
        "reason": fields["reason"] if isinstance(fields.get("reason"), str) and fields["reason"] in REASONS else OTHER,
        "file_name": _text(fields.get("filename"), 255),
        "file_sha256": _text(fields.get("sha256"), 64),
        "size": size if type(size) is int and 0 <= size <= _MOST_BYTES else None,
        "to_inside": fields.get("direction") == "to_client",
        "host": (eve.host_name(event) or "")[:255],
        "mail_subject": ((event.email.subject if event.email else None) or "")[:255],
        "asset_ip": asset.ip,
        "asset_mac": asset.mac,
    }


def _text(value: Any, length: int) -> str:
    return value[:length] if isinstance(value, str) else ""
