"""Versions of a programme's settings: shown with their history, published for now or a day to come, never changed.

Which settings there are is known by the rooms above (grading); they come in as a list of `Setting`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from base.refusals import Refusal
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
    # Where the default comes from: a report with its place (docs/sources.md); "" for a figure of our own.
    source: Text = ""

    @property
    def is_switch(self) -> bool:
        """Yes or no rather than a figure."""
        return isinstance(self.default, bool)

    @property
    def default_words(self) -> str:
        """The default, for people."""
        return self.words_of(self.default)

    def words_of(self, value: Any) -> str:
        """A value for people: はい, 24時間, なし."""
        if self.is_switch:
            return gettext("はい") if value else gettext("いいえ")
        return f"{value}{self.unit}" if value != "" else gettext("なし")


@dataclass(frozen=True)
class Change:
    """One setting that differs between two versions."""

    setting: Setting
    before: Any
    after: Any

    @property
    def before_words(self) -> str:
        """What it was, for people."""
        return self.setting.words_of(self.before)

    @property
    def after_words(self) -> str:
        """What it is then, for people."""
        return self.setting.words_of(self.after)


class NotPlanned(Refusal):
    """The version holds already, or was withdrawn."""


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


def versions_of(*, programme: Programme) -> list[ProgrammeSettings]:
    """Every version that holds, held or will hold, the last effect first. Withdrawn ones are left out."""
    rows = programme.settings_versions.filter(withdrawn_at=None).select_related("changed_by")
    return list(rows.order_by("-effective_from", "-version"))


def withdrawn_of(*, programme: Programme) -> list[ProgrammeSettings]:
    """Planned versions that somebody withdrew, the last first. Those another version stands for are left out."""
    rows = programme.settings_versions.filter(withdrawn_at__isnull=False, replaced_by=None)
    return list(rows.select_related("changed_by", "withdrawn_by").order_by("-withdrawn_at"))


def settings_publish(
    *,
    programme: Programme,
    values: dict[str, Any],
    reason: str,
    by: User | None,
    source: str = "",
    effective_from: datetime | None = None,
    usual: Mapping[str, Any] | None = None,
) -> ProgrammeSettings:
    """Publish a version that holds from a time on (now); what is graded already keeps its grade.

    `values` replace those in force at that time; keys they do not name stay, or have their `usual` value. What is
    planned for later keeps what it changes. PostgreSQL refuses (ProgrammingError) anybody but an owner of the
    programme's office, and a time that has passed.
    """
    _lock(programme)
    start = effective_from or timezone.now()
    before, later = _around(programme, start)
    stored = before.values if before else {}
    held = {**(usual or {}), **stored}
    version = _add(
        programme,
        values=held | values,
        changed=[key for key, value in values.items() if key not in held or held[key] != value],
        effective_from=start,
        source=source,
        reason=reason,
        changed_by=by,
    )
    _carry(version.values, later, by)
    audit_record(
        code="programme.settings_published",
        subject=f"programme:{programme.pk}",
        version=version.version,
        before=stored,
        after=version.values,
        reason=reason,
        source=source,
        effective_from=start.isoformat(),
    )
    return version


def settings_withdraw(*, programme: Programme, version: int, by: User) -> ProgrammeSettings:
    """Withdraw a planned version before its time comes. Raises NotPlanned."""
    _lock(programme)
    now = timezone.now()
    rows = programme.settings_versions.filter(version=version, withdrawn_at=None, effective_from__gt=now)
    planned = rows.first()
    if planned is None or not rows.update(withdrawn_at=now, withdrawn_by=by):
        raise NotPlanned(f"version {version}")
    before, later = _around(programme, planned.effective_from)
    _carry(before.values if before else {}, later, by)
    audit_record(
        code="programme.settings_withdrawn",
        subject=f"programme:{programme.pk}",
        version=version,
        effective_from=planned.effective_from.isoformat(),
    )
    return planned


def _lock(programme: Programme) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('programme settings'), %s)", [programme.pk])


def _around(programme: Programme, moment: datetime) -> tuple[ProgrammeSettings | None, list[ProgrammeSettings]]:
    """The version in force at a moment, and those that take effect after it, the next first."""
    rows = programme.settings_versions.filter(withdrawn_at=None)
    before = rows.filter(effective_from__lte=moment).order_by("-effective_from", "-version").first()
    return before, list(rows.filter(effective_from__gt=moment).order_by("effective_from", "version"))


def _add(programme: Programme, **fields: Any) -> ProgrammeSettings:
    number = programme.settings_versions.aggregate(n=Max("version"))["n"] or 0
    return ProgrammeSettings.objects.create(programme=programme, version=number + 1, **fields)


def _carry(values: dict[str, Any], later: Sequence[ProgrammeSettings], by: User | None) -> None:
    """Put a version in the place of each planned one whose other values have changed since.

    `values`: what holds just before the first of `later`.
    """
    for planned in later:
        kept = {key: planned.values[key] for key in planned.changed if key in planned.values}
        wanted = values | kept if planned.changed else planned.values
        if wanted != planned.values:
            again = _add(
                planned.programme,
                values=wanted,
                changed=planned.changed,
                effective_from=planned.effective_from,
                source=planned.source,
                reason=planned.reason,
                changed_by=planned.changed_by,
            )
            standing = ProgrammeSettings.objects.filter(pk=planned.pk)
            if not standing.update(withdrawn_at=timezone.now(), withdrawn_by=by, replaced_by=again):
                raise NotPlanned(f"version {planned.version}")
        values = wanted
