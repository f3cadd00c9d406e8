"""Invented partners of the demo consortium and the people who log in, one per role: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from incidents.dispatch.matching import Area, Reach
from incidents.models import Job
from portal.consortium.plan import ConsortiumPlan, CoverPlan, VendorPlan
from portal.consortium.plan import PartnerPlan as ConsortiumPartner
from portal.demo.firms import PLACES, Place
from tenants.models import AccessGrant, Organisation

Kind = Organisation.Kind
Capability = AccessGrant.Capability
PROGRAMME_NAME: Final = "三県みほんお助け隊"
FISCAL_YEAR_START: Final = 4


@dataclass(frozen=True)
class PartnerPlan:
    """A partner; `sees` is the capability in which it sees every firm of the programme, "" for none."""

    key: str
    kind: str
    name: str
    place: Place
    sees: str = ""


PARTNERS: Final = (
    PartnerPlan("office", Kind.OFFICE, "三県みほん商工会議所", PLACES[0], Capability.OFFICE),
    PartnerPlan("soc", Kind.SOC, "みほん監視センター", PLACES[3], Capability.WATCH),
    PartnerPlan("desk", Kind.CALL_CENTRE, "みほんお助け相談窓口", PLACES[6], Capability.DESK),
    PartnerPlan("vendor", Kind.VENDOR, "みほんシステムサポート信州", PLACES[1]),
    PartnerPlan("vendor-kai", Kind.VENDOR, "みほんネットワーク甲斐", PLACES[3]),
    PartnerPlan("vendor-hida", Kind.VENDOR, "みほんコンピュータ飛騨", PLACES[8]),
    PartnerPlan("vendor-mino", Kind.VENDOR, "みほん情報サービス美濃", PLACES[7]),
    PartnerPlan("insurer", Kind.INSURER, "みほん損害保険", PLACES[6]),
)


def consortium_plan(today: date) -> ConsortiumPlan:
    """The demo consortium, as any other is founded (portal.consortium); its people get passwords afterwards."""
    office, *others = (_partner_plan(plan, today) for plan in PARTNERS)
    return ConsortiumPlan(
        name=PROGRAMME_NAME,
        fiscal_year_start_month=FISCAL_YEAR_START,
        desk_name="みほんお助け相談窓口",
        desk_phone="0120-000-900",
        desk_email="desk@otasuke-demo.invalid",
        settings={},
        office=office,
        partners=tuple(others),
    )


def _partner_plan(plan: PartnerPlan, today: date) -> ConsortiumPartner:
    return ConsortiumPartner(
        kind=plan.kind,
        name=plan.name,
        fields={
            "prefecture": plan.place.prefecture,
            "municipality": plan.place.municipality,
            "municipality_code": plan.place.code,
            "postal_code": plan.place.postal_code,
            "email": f"{plan.key}@otasuke-demo.invalid",
        },
        vendor=_vendor_plan(plan, today) if plan.kind == Kind.VENDOR else None,
        cover=_cover_plan(today) if plan.kind == Kind.INSURER else None,
    )


def _vendor_plan(plan: PartnerPlan, today: date) -> VendorPlan:
    """On the list for a year: work of vendors that are not would not be covered."""
    return VendorPlan(
        kinds=tuple(Job.Kind.values),
        areas=(Area(plan.place.prefecture, Reach.WHOLE),),
        weekdays=tuple(range(5)),
        opens=9 * 60,
        closes=17 * 60,
        qualifications="情報処理安全確保支援士(見本)",
        listed_from=months_ago(today, 12),
    )


def _cover_plan(today: date) -> CoverPlan:
    # Of the year before, too: the firms have been with the programme for up to a year.
    fiscal_year = today.year - 1 if today.month >= FISCAL_YEAR_START else today.year - 2
    return CoverPlan(
        premium_yen=500,
        limit_yen=50_000,
        claims_per_year=1,
        agent_name="みほん保険代理店",
        agent_email="agent@otasuke-demo.invalid",
        valid_from=date(fiscal_year, FISCAL_YEAR_START, 1),
    )


def months_ago(today: date, months: int) -> date:
    """The first day of a month so many months before."""
    whole = today.year * 12 + today.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1)


@dataclass(frozen=True)
class PersonPlan:
    """Who logs in: `place` is a partner's key, or "sme" for the first firm, "" for nowhere (configuration only)."""

    role: str
    email: str
    place: str
    family_name: str
    given_name: str


PEOPLE: Final = (
    PersonPlan("sme", "owner@otasuke-demo.invalid", "sme", "見本", "春子"),
    PersonPlan("desk", "agent@otasuke-demo.invalid", "desk", "見本", "夏男"),
    PersonPlan("soc", "analyst@otasuke-demo.invalid", "soc", "見本", "秋絵"),
    PersonPlan("vendor", "engineer@otasuke-demo.invalid", "vendor", "見本", "冬樹"),
    PersonPlan("insurer", "claims@otasuke-demo.invalid", "insurer", "見本", "光"),
    PersonPlan("office", "clerk@otasuke-demo.invalid", "office", "見本", "歩"),
    PersonPlan("admin", "admin@otasuke-demo.invalid", "", "見本", "司"),
)
