"""Changes of grading for tests: proposed by the cast's analyst, tried on the past, approved by a second one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from alerts.models import AlertGroup, Tuning
from alerts.models.judgement import Basis
from alerts.models.tuning import TunedGrade
from alerts.tuning import services
from alerts.tuning.rules import Pattern
from alerts.tuning.trying import tunings_replay
from tenants.models import Organisation, User
from tenants.tenancy.scope import person_scope
from tests.factories import Cast, user_make


@dataclass
class FourEyes:
    """The two people it takes."""

    first: User
    second: User
    soc: Organisation

    def propose(self, group: AlertGroup, *, everywhere: bool = False, days: int = 90, **changed: Any) -> Tuning:
        """Proposed for this firm's detections by the group's mark: not to be told of."""
        pattern = {name: changed.pop(name) for name in ("direction", "device", "destination") if name in changed}
        values: dict[str, Any] = {"grade": TunedGrade.NONE, "basis": Basis.UPDATE, "reason": ""} | changed
        with person_scope(self.first.pk, self.soc.pk):
            return services.tuning_propose(
                group=group,
                everywhere=everywhere,
                pattern=Pattern(group.signature_id or 0, **pattern),
                days=days,
                by=self.first,
                organisation_id=self.soc.pk,
                now=datetime.now(UTC),
                **values,
            )

    def tried(self, tuning: Tuning) -> Tuning:
        """As it stands after the trial on the past."""
        tunings_replay(now=datetime.now(UTC))
        return self.stored(tuning)

    def approve(self, tuning: Tuning, by: User | None = None) -> Tuning:
        """Approved by the second person."""
        person = by or self.second
        with person_scope(person.pk, self.soc.pk):
            return services.tuning_approve(tuning_id=tuning.pk, by=person, now=datetime.now(UTC))

    def in_force(self, group: AlertGroup, **changed: Any) -> Tuning:
        """Proposed, tried and approved."""
        tuning = self.tried(self.propose(group, **changed))
        if tuning.hidden:
            self.override(tuning)
        return self.approve(tuning)

    def override(self, tuning: Tuning, reason: str = "検査の通信と分かったため") -> None:
        """With a reason, although it would have hidden something."""
        with person_scope(self.first.pk, self.soc.pk):
            services.tuning_override(tuning_id=tuning.pk, reason=reason, by=self.first)

    def roll_back(self, tuning: Tuning) -> None:
        """Taken back by the second person."""
        with person_scope(self.second.pk, self.soc.pk):
            services.tuning_roll_back(
                tuning_id=tuning.pk, reason="本物が混ざったため", by=self.second, now=datetime.now(UTC)
            )

    def stored(self, tuning: Tuning) -> Tuning:
        """As the first person reads it now."""
        with person_scope(self.first.pk, self.soc.pk):
            return Tuning.objects.get(pk=tuning.pk)


def four_eyes(cast: Cast) -> FourEyes:
    """The cast's analyst and a colleague."""
    return FourEyes(cast.analyst, user_make("second@soc.invalid", cast.soc), cast.soc)
