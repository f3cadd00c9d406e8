"""A consortium as it is stored, for the check."""

from __future__ import annotations

from django.utils import timezone

from incidents.dispatch.profiles import candidate, listed, vendors_of
from insurance.selectors import policy_newest
from portal.consortium.lacks import Facts, PartnerFacts
from tenants.desk_contact import hours_are_set
from tenants.models import Organisation, Programme
from tenants.partners import Standing, standings


def facts_of_programme(programme: Programme) -> Facts:
    """The check's view of what is stored; needs the scope of its office, or of whoever founds it."""
    now = timezone.now()
    on_list = listed(programme_id=programme.pk, on_day=timezone.localdate(now))
    kinds = {
        vendor.pk: candidate(vendor, listed=True).kinds for vendor in vendors_of(programme.pk) if vendor.pk in on_list
    }
    rows = standings(programme=programme)
    return Facts(
        office_people=any(_peopled(row) for row in rows if row.organisation.pk == programme.office_id),
        desk_phone=programme.desk_phone,
        desk_hours=hours_are_set(programme, now),
        cover=policy_newest(programme_id=programme.pk) is not None and _insured(rows),
        partners=tuple(
            PartnerFacts(
                row.organisation.kind, row.organisation.name, _peopled(row), kinds.get(row.organisation.pk, frozenset())
            )
            for row in rows
            if row.part is not None
        ),
    )


def _peopled(row: Standing) -> bool:
    return row.people > 0 or bool(row.invited and row.invited_until and row.invited_until > timezone.now())


def _insured(rows: list[Standing]) -> bool:
    return any(row.part and row.organisation.kind == Organisation.Kind.INSURER for row in rows)
