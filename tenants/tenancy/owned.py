"""The base of every table that holds a firm's data."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import BooleanField, F, Func, Lookup, TextField, Value

from tenants.tenancy.scope import CAPABILITIES, Scope, current_scope


class OneOf(Lookup):
    """`left = ANY('{1,2,3}')`: one parameter, where `left IN (…)` has one for each of a desk's hundred firms."""

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """The condition as SQL, and its parameters."""
        left, parameters = self.process_lhs(compiler, connection)
        right, listed = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right}::bigint[])", (*parameters, *listed)


_NAMES = ", ".join(f"'{name}'" for name in CAPABILITIES)


class InSight(Func):
    """Whether the acting organisation holds a grant for the firm with this id: one look into an index for each row.

    OFFSET 0: PostgreSQL would otherwise read every grant of the organisation before the first row.
    """

    template = (
        f"EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = %(expressions)s AND s.capability IN ({_NAMES}) OFFSET 0)"
    )
    output_field = BooleanField()


def of_firms(scope: Scope, column: str = "tenant_id") -> models.Q:
    """Rows whose `column` is a firm of the scope, as a condition."""
    if scope.many:
        return models.Q(InSight(F(column)))
    if len(scope.tenants) < 2:
        return models.Q(**{f"{column}__in": scope.tenants})
    return models.Q(OneOf(F(column), Value(scope.as_array, output_field=TextField())))


class ScopedManager(models.Manager[Any]):
    """Gives only rows of the firms in the open scope; raises ScopeMissing when none is open.

    It is a seatbelt (it also gives PostgreSQL the tenant condition its indexes need);
    the wall is row-level security.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        scope = current_scope()
        if scope.single is not None:
            return super().get_queryset().filter(tenant_id=scope.single)
        return super().get_queryset().filter(of_firms(scope))


class TenantOwned(models.Model):
    """A row that belongs to one firm. Its table has row-level security with FORCE (tenants.tenancy.rls)."""

    tenant = models.ForeignKey("tenants.Organisation", on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        abstract = True
