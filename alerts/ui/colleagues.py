"""Whom an analyst may hand a group to: those of the same SOC who may do more than read."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from alerts.soc import NoColleague
from base.moves import MoveRefused
from base.numbers import number_in
from tenants.selectors import writers_of
from tenants.ui.guard import ActingRequest
from web.refusals import RefusalWords

HANDING_REFUSALS: RefusalWords = {
    NoColleague: gettext_lazy("渡す相手を選んでください。まだ何も変えていません。"),
    MoveRefused: gettext_lazy("初動対応に上がった検知は引き受けられません。"),
}


def colleagues(request: ActingRequest) -> list[tuple[int, str]]:
    """(number, name) of the others, by name."""
    members = writers_of(organisation_id=request.acting.organisation.pk, at=timezone.now())
    others = [(row.user_id, str(row.user)) for row in members if row.user_id != request.acting.user.pk]
    return sorted(others, key=lambda other: other[1])


def chosen_colleague(request: ActingRequest) -> int:
    """The number that was posted; 0, which is nobody's, without one."""
    return number_in(request.POST.get("person", "")) or 0
