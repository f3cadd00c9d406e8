"""The founding of a programme: who may, and what was typed so far."""

from __future__ import annotations

from django.db import models

from tenants.models.organisation import Programme


class Founding(models.Model):
    """Lets whoever holds its code, then its key, found one programme. Only hashes are kept of both.

    The code is printed for an operator (`manage.py consortium code`) and works once; the key goes to the browser that
    entered it. `draft` is what the steps of the wizard hold so far. Set-up commands make a row with a key and no code.
    """

    code_hash = models.BinaryField(max_length=32, unique=True, null=True)
    code_until = models.DateTimeField(null=True)
    key_hash = models.BinaryField(max_length=32, unique=True, null=True)
    key_until = models.DateTimeField(null=True)
    draft = models.JSONField(default=dict, db_default={})
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"founding {self.pk}"
