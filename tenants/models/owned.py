"""The base of every table that holds a firm's data."""

from __future__ import annotations

from typing import Any

from django.db import models

from tenants.scope import current_scope


class ScopedManager(models.Manager[Any]):
    """Gives only rows of the firms in the open scope; raises ScopeMissing when none is open.

    It is a seatbelt (it also gives PostgreSQL the tenant condition its indexes need);
    the wall is row-level security.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        scope = current_scope()
        if scope.single is not None:
            return super().get_queryset().filter(tenant_id=scope.single)
        return super().get_queryset().filter(tenant_id__in=scope.tenants)


class TenantOwned(models.Model):
    """A row that belongs to one firm. Its table has row-level security with FORCE (tenants.rls)."""

    tenant = models.ForeignKey("tenants.Organisation", on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        abstract = True
