"""Batches as they came, alerts, groups of alerts, judgements of them, and what could not be read."""

from alerts.models.alert import Alert, AlertGroup, CallbackCount
from alerts.models.inbox import InboxBatch, QuarantinedLine, TrafficAggregate
from alerts.models.judgement import AlertJudgement, AlertNote
from alerts.models.unexamined import UnexaminedFile

__all__ = [
    "Alert",
    "AlertGroup",
    "AlertJudgement",
    "AlertNote",
    "CallbackCount",
    "InboxBatch",
    "QuarantinedLine",
    "TrafficAggregate",
    "UnexaminedFile",
]
