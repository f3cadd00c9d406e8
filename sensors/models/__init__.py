"""Boxes, their keys, and what they are ordered to do."""

from sensors.models.box import ActivationCode, Sensor, SensorKey
from sensors.models.order import KnownFile, Order, OrderFile, RuleBundle, Suppression, WebGuardName

__all__ = [
    "ActivationCode",
    "KnownFile",
    "Order",
    "OrderFile",
    "RuleBundle",
    "Sensor",
    "SensorKey",
    "Suppression",
    "WebGuardName",
]
