"""A consortium as it is to be: plain data, the same from a file, from the wizard and for the demo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from incidents.dispatch.matching import Area
from tenants.models import Organisation

Kind = Organisation.Kind
# Part of a file and of the wizard's draft → the kind of organisation its entries are.
PARTS: Final[Mapping[str, str]] = {
    "desks": Kind.CALL_CENTRE,
    "socs": Kind.SOC,
    "vendors": Kind.VENDOR,
    "insurers": Kind.INSURER,
    "outreach": Kind.OUTREACH,
}


@dataclass(frozen=True)
class PersonPlan:
    """Who is invited by mail as the first owner."""

    name: str
    kana: str
    email: str


@dataclass(frozen=True)
class VendorPlan:
    """What a vendor does where and when; `listed_from` None: from today."""

    kinds: tuple[str, ...]
    areas: tuple[Area, ...]
    weekdays: tuple[int, ...]
    opens: int
    closes: int
    holidays: bool = False
    year_end: bool = False
    qualifications: str = ""
    listed_from: date | None = None


@dataclass(frozen=True)
class CoverPlan:
    """Terms of the bundled cover; `valid_from` None: from today."""

    premium_yen: int
    limit_yen: int
    claims_per_year: int
    agent_name: str = ""
    agent_email: str = ""
    valid_from: date | None = None


@dataclass(frozen=True)
class PartnerPlan:
    """An organisation. `fields`: what is stored of it besides kind and name; `prefectures`: of a SOC, empty for all."""

    kind: str
    name: str
    fields: Mapping[str, str] = field(default_factory=dict)
    person: PersonPlan | None = None
    branch: str = ""
    prefectures: tuple[str, ...] = ()
    vendor: VendorPlan | None = None
    cover: CoverPlan | None = None

    @property
    def label(self) -> str:
        """Its kind and name, for people."""
        return f"{Kind(self.kind).label} {self.name}"

    def as_fields(self) -> dict[str, Any]:
        """For tenants.founding."""
        return {"name": self.name, **self.fields, "branch": self.branch, "prefectures": list(self.prefectures)}


@dataclass(frozen=True)
class ConsortiumPlan:
    """A programme with its office and partners. `settings`: those that are named, the desk's hours among them."""

    name: str
    fiscal_year_start_month: int
    desk_name: str
    desk_phone: str
    desk_email: str
    settings: Mapping[str, Any]
    office: PartnerPlan
    partners: tuple[PartnerPlan, ...]
