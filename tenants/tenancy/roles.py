"""Which database role does what: the application never connects as one that could pass by row-level security."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created
from django.dispatch import receiver


class OwnerMigrates:
    """Migrations run only on the `owner` connection; everything else only on `default`."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """True for the owner connection."""
        return db == "owner"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        """Always: both connections lead to the same database."""
        return True


class UnsafeRole(ImproperlyConfigured):
    """The application connected with a role that bypasses row-level security."""


@receiver(connection_created)
def refuse_unsafe_role(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Refuse to work as superuser, with BYPASSRLS, or as the owner of tables on the application's connection."""
    if connection.alias != "default":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls,"
            " EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND pg_has_role(c.relowner, 'MEMBER'))"
            " FROM pg_roles WHERE rolname = current_user"
        )
        superuser, bypass, owner = cursor.fetchone()
    if superuser or bypass or owner:
        connection.close()
        raise UnsafeRole(
            "DATABASE_URL must name the application role: this one is "
            + ("a superuser" if superuser else "BYPASSRLS" if bypass else "an owner of tables")
        )
