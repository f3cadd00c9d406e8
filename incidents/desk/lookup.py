"""Finding the firm behind a telephone number or a name, whatever their form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from base.phone_numbers import NEAR, SAME, closeness, national_figures, number_of, numbers_in
from incidents.models import Caller
from tenants.models import Organisation, Programme
from tenants.tenancy.doors import firms_named, firms_numbered
from tenants.tenancy.owned import of_firms
from tenants.tenancy.scope import current_scope

# More firms than these are no answer to "which firm": the search then asks for a longer word.
MOST_FIRMS = 200
# The last figures of a number by which a firm's numbers differ from each other (base.phone_numbers.NEAR).
_OWN_FIGURES = 2


@dataclass(frozen=True)
class Match:
    """A firm that may be calling. `sure`: the number is the firm's own or of a caller of it; else it is only near."""

    firm: Organisation
    sure: bool
    caller: Caller | None = None


def _own_firms() -> Q:
    return Q(of_firms(current_scope(), "pk"), kind=Organisation.Kind.SME)


def firms_by_number(text: str) -> list[Match]:
    """Firms a number belongs to, sure ones first; several may share one. [] for 非通知 and for what is no number."""
    dialled = number_of(text)
    if dialled is None:
        return []
    callers = {
        caller.tenant_id: caller
        for caller in Caller.objects.filter(number_e164=dialled.e164, merged_into=None).order_by("-pk")[:50]
    }
    matches = []
    near = firms_numbered(national_figures(dialled)[:-_OWN_FIGURES], most=MOST_FIRMS)
    for firm in Organisation.objects.filter(_own_firms(), pk__in=near).order_by("name_kana", "pk"):
        best = max(_closeness(dialled.e164, firm), default=0)
        caller = callers.pop(firm.pk, None)
        if best or caller:
            matches.append(Match(firm, best == SAME or caller is not None, caller))
    for firm in Organisation.objects.filter(_own_firms(), pk__in=callers):
        matches.append(Match(firm, True, callers[firm.pk]))
    return sorted(matches, key=lambda match: not match.sure)


def _closeness(dialled: str, firm: Organisation) -> Iterable[int]:
    known = {number.e164 for number in numbers_in(firm.phone)} | ({firm.phone_e164} - {""})
    return (closeness(dialled, number) for number in known)


def strangers_by_number(text: str) -> list[Caller]:
    """Callers of no firm that used this number before."""
    dialled = number_of(text)
    if dialled is None:
        return []
    rows = Caller.objects.filter(number_e164=dialled.e164, merged_into=None, tenant__in=desk_offices())
    return list(rows.order_by("-pk")[:20])


def desk_offices() -> list[int]:
    """Offices of the programmes the acting desk works for: under them stand the rows of callers of no firm."""
    organisation = current_scope().organisation_id or 0
    programmes = Programme.objects.filter(
        partners__organisation_id=organisation, partners__confirmed_at__isnull=False
    ).order_by("pk")
    return list(programmes.values_list("office_id", flat=True))


def firms_by_name(search: str) -> QuerySet[Organisation]:
    """The same firms as `firms_matching` as rows."""
    return Organisation.objects.filter(pk__in=firms_matching(search))


def firms_matching(search: str) -> list[int]:
    """Firms by part of their name, by figures of their number or by any form of it; at most MOST_FIRMS of each."""
    ids = set(firms_named(search, most=MOST_FIRMS))
    figures = re.sub(r"[^0-9]", "", search)
    if figures and not re.search(r"[^0-9()+\-\s]", search):
        ids |= set(firms_numbered(figures, most=MOST_FIRMS))
    if number_of(search) is not None:
        ids |= {match.firm.pk for match in firms_by_number(search)}
    return sorted(ids)


__all__ = ["NEAR", "Match", "desk_offices", "firms_by_name", "firms_by_number", "firms_matching", "strangers_by_number"]
