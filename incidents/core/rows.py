"""Background work row by row."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from tenants.tenancy.scope import tenant_scope

_log = logging.getLogger(__name__)


def each_row(pairs: list[tuple[int, int]], now: datetime, act: Callable[[int, int, datetime], bool]) -> int:
    """One transaction a row: a row that fails is logged and tried again at the next sweep, the others go on."""
    done = 0
    for tenant_id, row_id in pairs:
        try:
            with tenant_scope(tenant_id):
                done += act(tenant_id, row_id, now)
        except Exception:
            _log.exception("%s failed for firm %s, row %s", act.__name__, tenant_id, row_id)
    return done
