"""The base of the desk's own tables: rows of firms, and of callers whose firm is not known or takes no part."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import BooleanField, F, Func, Q

from tenants.tenancy.owned import ScopedManager, TenantOwned, of_firms
from tenants.tenancy.scope import current_scope


class OfOwnOffice(Func):
    """Whether this id is that of an office whose programme the acting desk works for. Asked once for a query."""

    template = "%(expressions)s = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[])"
    output_field = BooleanField()


class DeskManager(ScopedManager):
    """As ScopedManager, and for the desk the rows that belong to no firm."""

    def get_queryset(self) -> models.QuerySet[Any]:
        """Rows of the firms in scope, and of the programmes the acting organisation is a partner of."""
        scope = current_scope()
        if scope.organisation_id is None or scope.organisation_id in scope.tenants:
            return super().get_queryset()
        rows: models.QuerySet[Any] = super(ScopedManager, self).get_queryset()
        return rows.filter(of_firms(scope) | Q(OfOwnOffice(F("tenant_id"))))


class DeskOwned(TenantOwned):
    """A row about a firm or, while the firm is not known, about a programme: its `tenant` is then the office.

    The office itself does not see such rows: the policies open them to the programme's desk only (sec.desk_offices).
    """

    objects: ClassVar[ScopedManager] = DeskManager()

    class Meta:
        abstract = True
