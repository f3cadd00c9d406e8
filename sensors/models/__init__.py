"""Boxes, their keys, and what they are ordered to do."""

from sensors.models.box import ActivationCode, ProtectionDay, Sensor, SensorKey, WatchGap
from sensors.models.device import Device, InspectionConsent
from sensors.models.device_answer import DeviceAnswer
from sensors.models.isolation import Isolation, IsolationConsent
from sensors.models.ledger import LedgerFile
from sensors.models.order import FileReport, KnownFile, Order, OrderFile, RuleBundle, Suppression, WebGuardName

__all__ = [
    "ActivationCode",
    "Device",
    "DeviceAnswer",
    "FileReport",
    "InspectionConsent",
    "Isolation",
    "IsolationConsent",
    "KnownFile",
    "LedgerFile",
    "Order",
    "OrderFile",
    "ProtectionDay",
    "RuleBundle",
    "Sensor",
    "SensorKey",
    "Suppression",
    "WatchGap",
    "WebGuardName",
]
