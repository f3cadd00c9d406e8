"""OSK 表5-24 of a programme's months: how many firms acted on what they were mailed, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from incidents.states.answer import ACTS, Answer

# Firms that took part, the newest answer of each notice within the months, and whom a mail of an alert reached in them.
# An answer counts a firm once however many notices it answered so; several answers of a firm count each (the table is
# of several answers). `standing` is one for each firm, the strongest: so the standings add up to all firms, as
# the source's do (acted = all - not done - no mail), while its columns of answers do not.
FIRMS_BY_ANSWER: Final = """
WITH firms AS (
  SELECT DISTINCT e.tenant_id FROM tenants_enrolment e
   WHERE e.programme_id = %(programme)s AND e.contract_start < (%(until)s AT TIME ZONE 'Asia/Tokyo')::date
     AND (e.contract_end IS NULL OR e.contract_end >= (%(since)s AT TIME ZONE 'Asia/Tokyo')::date)
), newest AS (
  SELECT DISTINCT ON (a.tenant_id, a.group_id) a.tenant_id, a.answer FROM incidents_alertanswer a
   WHERE a.tenant_id IN (SELECT f.tenant_id FROM firms f) AND a.answered_at >= %(since)s AND a.answered_at < %(until)s
   ORDER BY a.tenant_id, a.group_id, a.answered_at DESC, a.id DESC
), mailed AS (
  SELECT DISTINCT m.tenant_id FROM notifications_outboxmessage m
   WHERE m.tenant_id IN (SELECT f.tenant_id FROM firms f) AND m.kind IN ('digest', 'incident') AND m.state = 'sent'
     AND m.returned_at IS NULL AND m.sent_at >= %(since)s AND m.sent_at < %(until)s
), standing AS (
  SELECT f.tenant_id,
         CASE WHEN bool_or(n.answer = ANY (%(acts)s)) THEN 'acted'
              WHEN bool_or(n.answer = 'not_done') THEN 'not_done_only'
              WHEN bool_or(n.answer IS NOT NULL) THEN 'call_only'
              WHEN EXISTS (SELECT FROM mailed m WHERE m.tenant_id = f.tenant_id) THEN 'unanswered'
              ELSE 'no_mail' END AS code
    FROM firms f LEFT JOIN newest n ON n.tenant_id = f.tenant_id GROUP BY f.tenant_id
)
SELECT n.answer AS code, count(DISTINCT n.tenant_id) AS firms FROM newest n GROUP BY n.answer
UNION ALL
SELECT s.code, count(*) FROM standing s GROUP BY s.code
"""


@dataclass(frozen=True)
class FirmsByAnswer:
    """Numbers of firms. `answers`: several of a firm count each; the other five add up to `firms`."""

    answers: dict[Answer, int]
    acted: int
    not_done_only: int
    call_only: int
    unanswered: int
    no_mail: int

    @property
    def firms(self) -> int:
        """All that took part: what every percentage of the table is of."""
        return self.acted + self.not_done_only + self.call_only + self.unanswered + self.no_mail


def firms_by_answer(*, programme_id: int, since: datetime, until: datetime) -> FirmsByAnswer:
    """Count the firms of a programme in the months from `since` (included) to `until`, in Japan's time.

    Counts what the open scope sees; sec.office_answers counts the same for an office.
    """
    values: dict[str, Any] = {
        "programme": programme_id,
        "since": since,
        "until": until,
        "acts": [str(act) for act in ACTS],
    }
    with connection.cursor() as cursor:
        cursor.execute(FIRMS_BY_ANSWER, values)
        return _counted(dict(cursor.fetchall()))


def office_firms_by_answer(*, programme_id: int, since: datetime, until: datetime) -> FirmsByAnswer | None:
    """The same through the door for a person of the programme's office. None: for nobody else, nor of few firms."""
    with connection.cursor() as cursor:
        values: list[Any] = [programme_id, since, until, [str(act) for act in ACTS]]
        cursor.execute("SELECT code, firms FROM sec.office_answers(%s, %s, %s, %s)", values)
        counted: dict[str, int] = dict(cursor.fetchall())
    return _counted(counted) if counted else None


def _counted(counted: Mapping[str, int]) -> FirmsByAnswer:
    return FirmsByAnswer(
        answers={answer: counted.get(answer, 0) for answer in Answer},
        acted=counted.get("acted", 0),
        not_done_only=counted.get("not_done_only", 0),
        call_only=counted.get("call_only", 0),
        unanswered=counted.get("unanswered", 0),
        no_mail=counted.get("no_mail", 0),
    )
