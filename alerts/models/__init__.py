"""Batches as they came, alerts, groups and their sums, judgements, changes of grading, what could not be read."""

from alerts.models.alert import Alert, AlertGroup, CallbackCount
from alerts.models.inbox import InboxBatch, QuarantinedLine, TrafficAggregate
from alerts.models.judgement import AlertJudgement, AlertNote
from alerts.models.saved_filter import SavedFilter
from alerts.models.series import AlertSeries, NoticeDay
from alerts.models.tuning import Tuning, TuningDay, TuningEffect
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
    "SavedFilter",
    "TrafficAggregate",
    "Tuning",
    "TuningDay",
    "TuningEffect",
    "UnexaminedFile",
]
