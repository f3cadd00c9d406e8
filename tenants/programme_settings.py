"""Versions of a programme's settings: shown with their history, published anew, never changed.

Which settings there are is known by the rooms above (grading); they come in as a list of `Setting`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise

from tenants.audit.record import audit_record
from tenants.models import Programme, ProgrammeSettings, User

Text = str | Promise


@dataclass(frozen=True)
class Setting:
    """One figure, switch or line of text an office may change. Whole numbers have bounds, switches have none.

    `check` of a text gives it as it is stored; raises ValueError with words for the person.
    """

    key: str
    label: Text
    hint: Text
    default: Any
    least: int = 0
    most: int = 0
    unit: Text = ""
    check: Callable[[object], str] | None = None

    @property
    def is_switch(self) -> bool:
        """Yes or no rather than a figure."""
        return isinstance(self.default, bool)


@dataclass(frozen=True)
class Change:
    """One setting that differs between two versions."""

    setting: Setting
    before: Any
    after: Any


def values_of(version: ProgrammeSettings | None, settings: Sequence[Setting]) -> dict[str, Any]:
    """The settings of a version, defaults where it says nothing."""
    stored = version.values if version else {}
    return {setting.key: stored.get(setting.key, setting.default) for setting in settings}


def changes_between(
    before: ProgrammeSettings | None, after: ProgrammeSettings | None, settings: Sequence[Setting]
) -> list[Change]:
    """What a version changed."""
    old, new = values_of(before, settings), values_of(after, settings)
    return [Change(s, old[s.key], new[s.key]) for s in settings if old[s.key] != new[s.key]]


def history_of(*, programme: Programme) -> list[ProgrammeSettings]:
    """Every version, newest first."""
    return list(programme.settings_versions.select_related("changed_by").order_by("-version"))


def settings_publish(
    *, programme: Programme, values: dict[str, Any], reason: str, by: User | None
) -> ProgrammeSettings:
    """Publish a version that holds from now on; what is graded already keeps its grade.

    `values` replace the newest version's of the same keys; keys this form does not know stay. PostgreSQL refuses
    (ProgrammingError) anybody but an owner of the programme's office.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('programme settings'), %s)", [programme.pk])
    newest = programme.settings_versions.order_by("-version").first()
    number = programme.settings_versions.aggregate(n=Max("version"))["n"] or 0
    version = ProgrammeSettings.objects.create(
        programme=programme,
        version=number + 1,
        effective_from=timezone.now(),
        values=(newest.values if newest else {}) | values,
        reason=reason,
        changed_by=by,
    )
    audit_record(
        code="programme.settings_published",
        subject=f"programme:{programme.pk}",
        version=version.version,
        before=newest.values if newest else {},
        after=version.values,
        reason=reason,
    )
    return version
