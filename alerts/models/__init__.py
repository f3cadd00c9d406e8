"""Batches as they came, alerts, groups of alerts, and what could not be read."""

from alerts.models.alert import Alert, AlertGroup, CallbackCount
from alerts.models.inbox import InboxBatch, QuarantinedLine, TrafficAggregate

__all__ = ["Alert", "AlertGroup", "CallbackCount", "InboxBatch", "QuarantinedLine", "TrafficAggregate"]
