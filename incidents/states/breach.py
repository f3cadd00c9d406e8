"""What makes a leak of personal data one that is to be reported; plain data, no database."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What makes a leak one that is to be reported (施行規則 7条); one is enough."""

    SENSITIVE = "sensitive"
    MONEY = "money"
    INTENT = "intent"
    MANY = "many"
