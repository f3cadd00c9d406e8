"""Finding the firm behind a telephone number or a name, whatever their form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from base.identity import search_fold
from base.phone_numbers import NEAR, SAME, closeness, number_of, numbers_in
from incidents.models import Caller
from tenants.models import Organisation, Programme
from tenants.tenancy.scope import current_scope


@dataclass(frozen=True)
class Match:
    """A firm that may be calling. `sure`: the number is the firm's own or of a caller of it; else it is only near."""

    firm: Organisation
    sure: bool
    caller: Caller | None = None


def _own_firms() -> Q:
    return Q(kind=Organisation.Kind.SME, pk__in=current_scope().tenants)


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
    for firm in Organisation.objects.filter(_own_firms()).exclude(phone="").order_by("name_kana", "pk"):
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
    programmes = Programme.objects.filter(partners__organisation_id=organisation).order_by("pk")
    return list(programmes.values_list("office_id", flat=True))


def firms_by_name(search: str) -> QuerySet[Organisation]:
    """The same firms as `firms_matching` as rows."""
    return Organisation.objects.filter(pk__in=firms_matching(search))


def firms_matching(search: str) -> list[int]:
    """Firms by part of their name, or by any form of their number."""
    named = Q(search_name__contains=search_fold(search)) | Q(phone__contains=search)
    ids = set(Organisation.objects.filter(_own_firms(), named).values_list("pk", flat=True))
    if number_of(search) is not None:
        ids |= {match.firm.pk for match in firms_by_number(search)}
    return sorted(ids)


__all__ = ["NEAR", "Match", "desk_offices", "firms_by_name", "firms_by_number", "firms_matching", "strangers_by_number"]
