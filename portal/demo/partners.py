"""Invented partners of the demo consortium and the people who log in, one per role: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portal.demo.firms import PLACES, Place
from tenants.models import AccessGrant, Organisation

Kind = Organisation.Kind
Capability = AccessGrant.Capability


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

PROGRAMME: Final = {
    "name": "三県みほんお助け隊",
    "desk_name": "みほんお助け相談窓口",
    "desk_phone": "0120-000-900",
    "desk_email": "desk@otasuke-demo.invalid",
}


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
