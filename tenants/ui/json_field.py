"""JSON in a form: input no browser would send is refused like other wrong JSON and never causes a server error."""

from __future__ import annotations

import json
from typing import Any

_LEVELS = 40


class StorableDecoder(json.JSONDecoder):
    """Also refuses what Python or PostgreSQL cannot take: deep nesting, endless numbers, NaN, NUL, half characters.

    Raises json.JSONDecodeError, as forms.JSONField expects.
    """

    def decode(self, s: str, *_more: Any) -> Any:
        try:
            value = super().decode(s)
            stored = json.dumps(value, ensure_ascii=False, allow_nan=False)
            stored.encode()
            if "\\u0000" in stored or _depth(value) > _LEVELS:
                raise ValueError("not storable")
        except (RecursionError, ValueError) as problem:
            raise json.JSONDecodeError(str(problem), "", 0) from problem
        return value


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max((_depth(item) for item in inner), default=0)
