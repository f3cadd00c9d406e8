"""Enters a consortium: the one way for the wizard, the command, the office's forms and the demo.

What is there under its name stays as it is: a second run of the same plan changes nothing. All or nothing: everything
happens in the transaction of the scope that is open (tenants.founding, or an owner of the office).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from base.refusals import Refusal
from incidents.dispatch.profiles import listing_set, profile_keep
from incidents.dispatch.selectors import listings_of, profile_of
from insurance.policies import policy_agree
from insurance.selectors import policy_newest
from portal.consortium.plan import ConsortiumPlan, CoverPlan, PartnerPlan, VendorPlan
from portal.programme_fields import SETTINGS
from tenants.founding import first_person_invite, partner_join, programme_make
from tenants.models import Organisation, Programme, User
from tenants.partners import Standing, standings
from tenants.programme_settings import settings_publish
from tenants.selectors import programme_named, settings_at


class FoundingOver(Refusal):
    """The key is over, or it founded a programme already."""


class PartnerExists(Refusal):
    """An organisation of that kind and name works here already, for somebody else."""


@dataclass
class Entered:
    """What came of a plan: the programme, what was made, what differs from the plan and was left as it is."""

    programme: Programme
    made: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    partners: dict[tuple[str, str], Organisation] = field(default_factory=dict)  # by kind and name


def consortium_enter(plan: ConsortiumPlan) -> Entered:
    """Found the programme of the plan, or add to it what it lacks. Needs an open founding.

    Raises FoundingOver, PartnerExists.
    """
    programme = programme_named(plan.name)
    if programme is None:
        entered = Entered(_programme(plan))
        entered.made.append(gettext("事業 %(name)s") % {"name": plan.name})
        entered.made.append(plan.office.label)
    else:
        entered = Entered(programme)
        _compare(entered, plan)
    _settings(entered, plan.settings)
    known = {(row.organisation.kind, row.organisation.name): row for row in standings(programme=entered.programme)}
    entered.partners[plan.office.kind, plan.office.name] = entered.programme.office
    _invite(entered, plan.office, entered.programme.office, known)
    for partner in plan.partners:
        partner_enter(entered, partner, known)
    return entered


def partner_enter(
    entered: Entered, plan: PartnerPlan, known: Mapping[tuple[str, str], Standing], by: User | None = None
) -> Organisation:
    """Enter one partner with what belongs to it, and invite its first person. Raises PartnerExists."""
    row = known.get((plan.kind, plan.name))
    if row is None:
        organisation = partner_join(programme=entered.programme, kind=plan.kind, fields=plan.as_fields())
        if organisation is None:
            raise PartnerExists(plan.label)
        entered.made.append(plan.label)
    else:
        organisation = row.organisation
        _differ(entered, plan, row)
    entered.partners[plan.kind, plan.name] = organisation
    if plan.vendor:
        _vendor(entered, plan.vendor, organisation, by)
    if plan.cover:
        _cover(entered, plan.cover, organisation)
    _invite(entered, plan, organisation, known)
    return organisation


def _programme(plan: ConsortiumPlan) -> Programme:
    programme = programme_make(
        name=plan.name,
        office=plan.office.as_fields(),
        desk_name=plan.desk_name,
        desk_phone=plan.desk_phone,
        desk_email=plan.desk_email,
        fiscal_year_start_month=plan.fiscal_year_start_month,
    )
    if programme is None:
        raise FoundingOver(plan.name)
    return programme


def _compare(entered: Entered, plan: ConsortiumPlan) -> None:
    for name in ("desk_name", "desk_phone", "desk_email", "fiscal_year_start_month"):
        _note(
            entered,
            f"[{'desk' if name.startswith('desk') else 'programme'}] {name}",
            getattr(entered.programme, name),
            getattr(plan, name),
        )
    if entered.programme.office.name != plan.office.name:
        _note(entered, "[office] name", entered.programme.office.name, plan.office.name)


def _note(entered: Entered, what: str, stored: object, planned: object) -> None:
    if stored != planned:
        words = gettext("%(what)s: いまは「%(stored)s」です。ファイルの「%(planned)s」には変えていません。")
        entered.differing.append(words % {"what": what, "stored": stored, "planned": planned})


def _differ(entered: Entered, plan: PartnerPlan, row: Standing) -> None:
    for name, planned in plan.fields.items():
        if planned:
            _note(entered, f"{plan.label} {name}", getattr(row.organisation, name), planned)
    if row.part is not None:
        _note(entered, f"{plan.label} prefectures", list(row.part.prefectures), list(plan.prefectures))


def _settings(entered: Entered, planned: Mapping[str, Any]) -> None:
    version = settings_at(programme_id=entered.programme.pk, at=timezone.now())
    stored: Mapping[str, Any] = version.values if version else {}
    if version is None and planned:
        values = {setting.key: planned.get(setting.key, setting.default) for setting in SETTINGS}
        settings_publish(programme=entered.programme, values=values, reason=gettext("事業を始めるときの設定"), by=None)
        entered.made.append(gettext("設定の第1版"))
        return
    for key, value in planned.items():
        _note(entered, key, stored.get(key), value)


def _vendor(entered: Entered, plan: VendorPlan, organisation: Organisation, by: User | None) -> None:
    now = timezone.now()
    if profile_of(organisation.pk) is None:
        profile_keep(
            organisation=organisation,
            by=by,
            now=now,
            kinds=list(plan.kinds),
            areas=list(plan.areas),
            weekdays=list(plan.weekdays),
            holidays=plan.holidays,
            year_end=plan.year_end,
            opens=plan.opens,
            closes=plan.closes,
            qualifications=plan.qualifications,
        )
    if not listings_of(programme_id=entered.programme.pk, organisation_id=organisation.pk).exists():
        since: date = plan.listed_from or timezone.localdate(now)
        listing_set(
            programme_id=entered.programme.pk, organisation=organisation, listed_from=since, listed_until=None, by=by
        )


def _cover(entered: Entered, plan: CoverPlan, organisation: Organisation) -> None:
    policy = policy_newest(programme_id=entered.programme.pk)
    if policy is None:
        policy_agree(
            programme=entered.programme,
            insurer=organisation,
            valid_from=plan.valid_from or timezone.localdate(),
            premium_yen=plan.premium_yen,
            limit_yen=plan.limit_yen,
            claims_per_year=plan.claims_per_year,
            agent_name=plan.agent_name,
            agent_email=plan.agent_email,
        )
        return
    for name in ("premium_yen", "limit_yen", "claims_per_year"):
        _note(entered, f"{organisation.name} {name}", getattr(policy, name), getattr(plan, name))


def _invite(
    entered: Entered, plan: PartnerPlan, organisation: Organisation, known: Mapping[tuple[str, str], Standing]
) -> None:
    row = known.get((plan.kind, plan.name))
    if plan.person is None or (row is not None and row.people):
        return
    answer = first_person_invite(
        programme=entered.programme,
        organisation=organisation,
        email=plan.person.email,
        name=plan.person.name,
        kana=plan.person.kana,
    )
    if answer == "invited":
        words = gettext("%(email)s への招待(%(partner)s)")
        entered.made.append(words % {"email": plan.person.email, "partner": organisation.name})
