"""What makes the audit trail checkable: a chain over its rows, and signed heads of the chain."""

from __future__ import annotations

from django.db import models


class AuditSeal(models.Model):
    """One link: SHA-256 over the link before it and one row of the trail. Written by sec.audit_seal only."""

    position = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    event_xid = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.position}: event {self.event_id}"


class AuditAnchor(models.Model):
    """A head of the chain, signed with the platform's key and shipped outside. The application may only insert."""

    position = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"head {self.position} at {self.at:%Y-%m-%d %H:%M}"
