"""Who runs and who takes part in a programme is written by administrators only: partners get grants from it."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection

from tenants.models import Programme, ProgrammePartner, User
from tenants.tenancy.scope import person_scope
from tests.factories import Cast


def test_no_page_can_make_an_organisation_a_partner(cast: Cast) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        person_scope(cast.clerk.pk, cast.office.pk),
    ):
        ProgrammePartner.objects.create(programme=cast.programme, organisation=cast.vendor)


def test_a_programmes_name_is_changed_by_an_administrator_and_by_nobody_else(cast: Cast) -> None:
    admin = User.objects.create_superuser("admin@platform.invalid")
    with person_scope(cast.clerk.pk, cast.office.pk):
        assert Programme.objects.update(name="別の名前") == 0
    with person_scope(admin.pk, 0):
        assert Programme.objects.update(name="新しい名前") == 1
    assert Programme.objects.get().name == "新しい名前"


@pytest.mark.parametrize("table", ["tenants_programme", "tenants_programmepartner", "insurance_policyversion"])
def test_the_application_deletes_none_of_it(cast: Cast, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
