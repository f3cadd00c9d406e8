"""Writes a batch's share into its groups and reads and writes callback counts, always in one order of keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection
from psycopg2.extras import execute_values

from alerts.grading_window import CallbackWindow, PairWindow
from alerts.reading import CallbackKey
from alerts.rows import GroupShare

Pair = tuple[str, str]  # opener, responder
_Count = tuple[list[datetime], list[str]]
_TYPE_WORDS = (
    "timestamptz text text text text inet text text bigint text text smallint text text integer integer"
    " timestamptz timestamptz bigint"
)
_NAME_WORDS = (
    "hour function direction family asset_key asset_ip asset_mac signature signature_id category peer grade notify"
    " rule alert_count blocked_count first_at last_at tuning_id"
)
_TYPES, _NAMES = _TYPE_WORDS.split(), _NAME_WORDS.split()
_values = attrgetter(*_NAMES)
_TEXTS = ("asset_ip", "asset_mac", "signature", "signature_id", "category", "peer", "rule", "tuning_id")
_RANKS = "ARRAY['none','digest','at_once']"
_LOUDER = f"array_position({_RANKS}, excluded.notify::text) > array_position({_RANKS}, g.notify::text)"
_RISES = f"({_LOUDER} OR (excluded.grade > g.grade AND excluded.notify <> 'none'))"
_LATE = "(g.notify = 'digest' AND excluded.notify = 'digest' AND g.digest_state = 'written')"

# What was judged is new again for the SOC when its grade rises, or when more comes of what was dealt with
# (alerts.judging.unjudged).
_ASKS_AGAIN = (
    "(g.soc_state = 'judged' AND (excluded.grade > g.grade"
    " OR (g.soc_verdict = 'dealt_with' AND excluded.last_at > g.soc_since)))"
)

# A group's importance never falls. When it or the way of informing rises (lines of a box that was offline come after
# the hour's digest), the group counts as neither mailed nor looked at. Otherwise the next digest mails the rest.
_UPSERT = f"""
INSERT INTO alerts_alertgroup AS g (tenant_id, sensor_id, digest_state, told_count, told_blocked, {", ".join(_NAMES)})
SELECT %s, %s, 'unwritten', 0, 0, {", ".join(f"s.{name}" for name in _NAMES)}
  FROM unnest({", ".join(f"%s::{kind}[]" for kind in _TYPES)}) AS s({", ".join(_NAMES)})
 ORDER BY s.hour, s.function, s.direction, s.family, s.asset_key
ON CONFLICT (tenant_id, sensor_id, hour, function, direction, family, asset_key) DO UPDATE SET
  alert_count = g.alert_count + excluded.alert_count,
  blocked_count = g.blocked_count + excluded.blocked_count,
  first_at = least(g.first_at, excluded.first_at),
  last_at = greatest(g.last_at, excluded.last_at),
  grade = greatest(g.grade, excluded.grade),
  {", ".join(f"{name} = CASE WHEN excluded.grade > g.grade THEN excluded.{name} ELSE g.{name} END" for name in _TEXTS)},
  notify = CASE WHEN {_LOUDER} THEN excluded.notify ELSE g.notify END,
  digest_state = CASE WHEN {_RISES} OR {_LATE} THEN 'unwritten' ELSE g.digest_state END,
  told_count = CASE WHEN {_RISES} THEN 0 ELSE g.told_count END,
  told_blocked = CASE WHEN {_RISES} THEN 0 ELSE g.told_blocked END,
  triaged_at = CASE WHEN {_RISES} THEN NULL ELSE g.triaged_at END,
  soc_state = CASE WHEN {_ASKS_AGAIN} THEN 'new' ELSE g.soc_state END
RETURNING id, hour, function, direction, family, asset_key,
          triaged_at IS NULL AND (notify = 'at_once' OR (function = 'av' AND blocked_count < alert_count))
"""


def groups_add(*, tenant_id: int, sensor_id: int, shares: Sequence[GroupShare]) -> tuple[list[int], bool]:
    """(group ids in the order of `shares`, whether a group waits for a person's or an incident's attention)."""
    columns = zip(*map(_values, shares), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [tenant_id, sensor_id, *map(list, columns)])
        ids: dict[tuple[Any, ...], int] = {}
        urgent = False
        for group_id, *key, waits in cursor.fetchall():
            ids[tuple(key)] = group_id
            urgent |= waits
    return [ids[share.key] for share in shares], urgent


def groups_recount(*, tenant_id: int, group_ids: Sequence[int]) -> None:
    """Set counts to what is stored: some of the batch's alerts were there already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_alertgroup g SET alert_count = c.alerts, blocked_count = c.blocked"
            " FROM (SELECT group_id, count(*) AS alerts, count(*) FILTER (WHERE blocked) AS blocked FROM alerts_alert"
            " WHERE tenant_id = %s AND group_id = ANY (%s) GROUP BY group_id) c"
            " WHERE g.tenant_id = %s AND g.id = c.group_id",
            (tenant_id, list(group_ids), tenant_id),
        )


def callbacks_restore(*, tenant_id: int, sensor_id: int, keys: Iterable[CallbackKey], window: CallbackWindow) -> None:
    """Put the stored counts of these keys into the window and hold their rows until the transaction ends."""
    ordered = sorted(keys)
    stored = _counts_read(tenant_id, sensor_id, ordered)
    for key in ordered:
        window.restore(key, stored[key][0] if key in stored else [])


def callbacks_save(*, tenant_id: int, sensor_id: int, keys: Iterable[CallbackKey], window: CallbackWindow) -> None:
    """Store the window's counts of these keys."""
    _counts_write([(tenant_id, sensor_id, *key, window.times(key), []) for key in sorted(keys)])


def pairs_restore(*, tenant_id: int, sensor_id: int, pairs: Iterable[Pair], window: PairWindow) -> None:
    """The same for what pairs of inside machines showed."""
    ordered = sorted(pairs)
    stored = _counts_read(tenant_id, sensor_id, [_pair_row(pair) for pair in ordered])
    for pair in ordered:
        times, families = stored.get(_pair_row(pair), ([], []))
        window.restore(pair, dict(zip(families, times, strict=True)))


def pairs_save(*, tenant_id: int, sensor_id: int, pairs: Iterable[Pair], window: PairWindow) -> None:
    """Store what these pairs showed."""
    rows = []
    for pair in sorted(pairs):
        seen = sorted(window.seen(pair).items())
        rows.append((tenant_id, sensor_id, *_pair_row(pair), [at for _, at in seen], [family for family, _ in seen]))
    _counts_write(rows)


def _pair_row(pair: Pair) -> CallbackKey:
    return pair[0], f"inside:{pair[1]}"


def _counts_read(tenant_id: int, sensor_id: int, keys: Sequence[CallbackKey]) -> dict[CallbackKey, _Count]:
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT device, family, recent, families FROM alerts_callbackcount WHERE tenant_id = %s AND sensor_id = %s"
            " AND (device, family) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"
            " ORDER BY device, family FOR UPDATE",
            (tenant_id, sensor_id, [device for device, _ in keys], [family for _, family in keys]),
        )
        return {(device, family): (recent, families) for device, family, recent, families in cursor.fetchall()}


def _counts_write(rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows of (firm, box, device, family, times, families)."""
    if not rows:
        return
    with connection.cursor() as cursor:
        execute_values(
            cursor.cursor,
            "INSERT INTO alerts_callbackcount (tenant_id, sensor_id, device, family, recent, families) VALUES %s"
            " ON CONFLICT (tenant_id, sensor_id, device, family)"
            " DO UPDATE SET recent = excluded.recent, families = excluded.families",
            rows,
            template="(%s, %s, %s, %s, %s::timestamptz[], %s::varchar[])",
            page_size=1000,
        )
