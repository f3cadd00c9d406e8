"""The way of README to a real installation: organisations, a programme, the first owner."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from notifications.models import OutboxMessage
from tenants.models import Organisation, Programme, User
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast, totp_make


def _made(kind: str, name: str) -> int:
    out = StringIO()
    call_command("organisation_make", "--kind", kind, "--name", name, "--email", "office@saisho.invalid", stdout=out)
    return int(out.getvalue().split(":")[0])


def test_an_operator_enters_the_office_and_an_administrator_its_programme(cast: Cast) -> None:
    office, desk = _made("office", "さいしょ商工会議所"), _made("call_centre", "さいしょ窓口")
    assert set(Organisation.objects.using("owner").filter(pk__in=[office, desk]).values_list("kind", flat=True)) == {
        "office",
        "call_centre",
    }
    client = Client()
    client.force_login(_administrator())
    answer = client.post(
        "/admin/tenants/programme/add/",
        {
            "name": "さいしょお助け隊",
            "office": office,
            "desk_name": "さいしょ窓口",
            "desk_phone": "03-1234-5678",
            "desk_email": "desk@saisho.invalid",
            "fiscal_year_start_month": 4,
            "partners-TOTAL_FORMS": 1,
            "partners-INITIAL_FORMS": 0,
            "partners-0-organisation": desk,
        },
    )
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert Programme.objects.filter(name="さいしょお助け隊", office_id=office).exists()


def _administrator() -> User:
    admin = User.objects.create_superuser("root@saisho.invalid", "a long enough passphrase")
    totp_make(admin)
    return admin


def test_the_first_owner_is_invited_by_mail(cast: Cast) -> None:
    office = _made("office", "さいしょ商工会議所")
    call_command("invite", "--organisation", str(office), "--email", "first@example.com", stdout=StringIO())
    with tenant_scope(office):
        assert OutboxMessage.objects.filter(to="first@example.com").exists()


def test_the_same_organisation_is_not_entered_twice_and_no_firm_is_entered_here(cast: Cast) -> None:
    _made("office", "さいしょ商工会議所")
    with pytest.raises(CommandError, match="already"):
        _made("office", "さいしょ商工会議所")
    with pytest.raises(CommandError):
        _made("sme", "どこかの会社")
