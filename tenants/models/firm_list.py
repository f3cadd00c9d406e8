"""Lists of firms an office sends as a file: kept until they are taken, then entered step by step."""

from __future__ import annotations

from django.db import models

from tenants.models.organisation import Programme


class FirmList(models.Model):
    """What a file came to. Only an owner of the programme's office reads, takes or drops it.

    Rows are those of tenants.firm_table; the first `done` of them have been gone through, `made` became firms.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="firm_lists")
    file_name = models.CharField(max_length=200)
    form = models.CharField(max_length=40)
    rows = models.JSONField(default=list)
    errors = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    is_cut = models.BooleanField(default=False)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    invites = models.BooleanField(default=False, db_default=False)
    done = models.PositiveIntegerField(default=0, db_default=0)
    made = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [models.Index(fields=["programme", "-id"], name="firm_list_of_programme")]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.file_name}"
