"""Two people open something for one firm at the same moment: each number is given once, nothing is opened twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db.models import Max

from base.moves import Party
from incidents.core import opening
from incidents.desk import cases
from incidents.dispatch import services
from incidents.models import Case, Incident, Job
from incidents.states.incident import Opening
from tenants.models import Organisation, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.at_once import at_once, meeting_in
from tests.factories import Cast, user_make
from tests.portal import scenes

NOW = datetime.now(UTC)


def _as(user: User, organisation: Organisation, act: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with person_scope(user.pk, organisation.pk):
            act()

    return run


def test_two_calls_of_one_firm_become_two_cases_with_numbers_of_their_own(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm, agents = cast.sakura_dental, (cast.agent, user_make("second@desk.invalid", cast.desk))
    monkeypatch.setattr(cases, "Max", meeting_in(Max))

    def call(by: User) -> Callable[[], None]:
        return _as(
            by,
            cast.desk,
            lambda: cases.case_open(tenant_id=firm.pk, title="印刷できない", channel="phone", now=NOW, by=by),
        )

    assert at_once(*map(call, agents)) == ["done", "done"]
    with tenant_scope(firm.pk):
        assert sorted(Case.objects.values_list("number", flat=True)) == [1, 2]


def test_firm_and_desk_ask_for_help_at_once_and_one_vendor_comes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"))
    monkeypatch.setattr(services, "Max", meeting_in(Max))

    def ask(by: User, organisation: Organisation, party: Party) -> Callable[[], None]:
        return _as(
            by,
            organisation,
            lambda: services.job_request(
                tenant_id=incident.tenant_id,
                kind=Job.Kind.FIRST_RESPONSE,
                way=Job.Way.REMOTE,
                incident=incident,
                by=by,
                now=NOW,
                party=party,
            ),
        )

    outcomes = at_once(ask(cast.hanako, cast.sakura_dental, Party.FIRM), ask(cast.agent, cast.desk, Party.DESK))
    assert sorted(outcomes) == ["JobExists", "done"]
    with tenant_scope(incident.tenant_id):
        assert list(Job.objects.values_list("number", flat=True)) == [1]


def test_two_analysts_who_judge_one_detection_open_one_incident(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", count=2)
    analysts = (cast.analyst, user_make("second@soc.invalid", cast.soc))
    monkeypatch.setattr(opening, "Max", meeting_in(Max))

    def judge(by: User) -> Callable[[], None]:
        return _as(
            by,
            cast.soc,
            lambda: opening.incident_promote(
                group=group, opening=Opening.ANALYST, reason="同じ相手への通信が続く", by=by, now=NOW
            ),
        )

    assert sorted(at_once(*map(judge, analysts))) == ["IncidentThere", "done"]
    with tenant_scope(group.tenant_id):
        assert Incident.objects.count() == 1
