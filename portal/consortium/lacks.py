"""What a consortium is missing before it opens, from a plan or from what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from incidents.models import Job
from portal.consortium.plan import ConsortiumPlan
from tenants.models import Organisation

Kind = Organisation.Kind
# What a home visit and what an emergency need; the same words stand in a vendor's profile.
FIRST_RESPONSE, INSTALLATION = Job.Kind.FIRST_RESPONSE.value, Job.Kind.INSTALLATION.value


@dataclass(frozen=True)
class PartnerFacts:
    """A partner as the check sees it. `people`: somebody is in it or invited; `kinds`: jobs a listed vendor takes."""

    kind: str
    name: str
    people: bool
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Facts:
    """A consortium as the check sees it."""

    office_people: bool
    desk_phone: str
    desk_hours: bool
    cover: bool
    partners: tuple[PartnerFacts, ...]

    def of(self, kind: str) -> list[PartnerFacts]:
        """Its partners of a kind."""
        return [partner for partner in self.partners if partner.kind == kind]


@dataclass(frozen=True)
class Lack:
    """Something that is missing. `grave`: it does not open without; the others say what stays off."""

    code: str
    words: str
    grave: bool


_Check = tuple[str, bool, str | Promise, Callable[[Facts], bool]]
_CHECKS: Final[tuple[_Check, ...]] = (
    (
        "office_person",
        True,
        gettext_lazy("事務局に最初の担当者がいません。1人を招待してください。"),
        lambda facts: facts.office_people,
    ),
    (
        "desk",
        True,
        gettext_lazy("相談窓口の組織がありません。会社からの電話とメールを受ける組織を1つ入れてください。"),
        lambda facts: bool(facts.of(Kind.CALL_CENTRE)),
    ),
    (
        "desk_phone",
        True,
        gettext_lazy("相談窓口の電話番号がありません。"),
        lambda facts: bool(facts.desk_phone),
    ),
    (
        "desk_hours",
        True,
        gettext_lazy("相談窓口の受付時間がありません。電話に出られる時間を決めてください。"),
        lambda facts: facts.desk_hours,
    ),
    (
        "soc",
        True,
        gettext_lazy("見守るSOCがありません。センサーの記録を見る人がいないままになります。"),
        lambda facts: bool(facts.of(Kind.SOC)),
    ),
    (
        "vendor_first_response",
        False,
        gettext_lazy("初動対応に行く事業者がいません。訪問と遠隔の対応は頼めません。"),
        lambda facts: _takes(facts, FIRST_RESPONSE),
    ),
    (
        "vendor_installation",
        False,
        gettext_lazy("設置を手伝う事業者がいません。会社が自分で設置できないときに、行く人がいません。"),
        lambda facts: _takes(facts, INSTALLATION),
    ),
    (
        "cover",
        False,
        gettext_lazy("保険会社がありません。保険の請求は使えません。"),
        lambda facts: facts.cover,
    ),
    (
        "outreach",
        False,
        gettext_lazy("地域展開窓口がありません。会社を紹介する窓口なしで進めます。"),
        lambda facts: bool(facts.of(Kind.OUTREACH)),
    ),
)
_NOBODY: Final = gettext_lazy("%(partner)sに人がいません。最初の1人を招待してください。")


def lacks_of(facts: Facts) -> list[Lack]:
    """What is missing, the grave first."""
    missing = [Lack(code, str(words), grave) for code, grave, words, holds in _CHECKS if not holds(facts)]
    empty = [
        Lack("partner_person", str(_NOBODY) % {"partner": f"{Kind(partner.kind).label} {partner.name}"}, grave=False)
        for partner in facts.partners
        if not partner.people
    ]
    return sorted([*missing, *empty], key=lambda lack: not lack.grave)


def grave(lacks: Iterable[Lack]) -> list[Lack]:
    """Those without which it does not open."""
    return [lack for lack in lacks if lack.grave]


def facts_of_plan(plan: ConsortiumPlan) -> Facts:
    """The check's view of a plan."""
    return Facts(
        office_people=plan.office.person is not None,
        desk_phone=plan.desk_phone,
        desk_hours="phone_hours" in plan.settings,
        cover=any(partner.cover for partner in plan.partners),
        partners=tuple(
            PartnerFacts(
                partner.kind,
                partner.name,
                partner.person is not None,
                frozenset(partner.vendor.kinds) if partner.vendor else frozenset(),
            )
            for partner in plan.partners
        ),
    )


def _takes(facts: Facts, kind: str) -> bool:
    return any(kind in vendor.kinds for vendor in facts.of(Kind.VENDOR))
