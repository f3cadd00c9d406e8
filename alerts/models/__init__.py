"""Batches as they came, alerts, groups and what adds them up, judgements of them, and what could not be read."""

from alerts.models.alert import Alert, AlertGroup, CallbackCount
from alerts.models.inbox import InboxBatch, QuarantinedLine, TrafficAggregate
from alerts.models.judgement import AlertJudgement, AlertNote
from alerts.models.series import AlertSeries, NoticeDay
from alerts.models.unexamined import UnexaminedFile

__all__ = [
    "Alert",
    "AlertGroup",
    "AlertJudgement",
    "AlertNote",
    "AlertSeries",
    "CallbackCount",
    "InboxBatch",
    "NoticeDay",
    "QuarantinedLine",
    "TrafficAggregate",
    "UnexaminedFile",
]
