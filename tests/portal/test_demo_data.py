"""The demo consortium is complete, invented, and loading it twice changes nothing."""

from __future__ import annotations

import json
from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from insurance.models import PolicyVersion
from portal.demo.firms import firm_plans
from sensors.models import InspectionConsent, Sensor
from tenants.models import Membership, Organisation, Programme, ProgrammePartner, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import totp_make


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _load(monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = "") -> dict[str, Any]:
    monkeypatch.setenv("DEMO_PASSWORD", password)
    out = StringIO()
    call_command("load_demo", "--json", *arguments, stdout=out)
    loaded: dict[str, Any] = json.loads(out.getvalue())
    return loaded


def _counts() -> dict[str, int]:
    owner = {model.__name__: model._base_manager.using("owner").count() for model in (Organisation, Membership)}
    return owner | {
        model.__name__: model._base_manager.count() for model in (Programme, ProgrammePartner, PolicyVersion, User)
    }


def test_the_same_seed_invents_the_same_firms_and_none_twice() -> None:
    assert firm_plans(7, 30) == firm_plans(7, 60)[:30]
    assert firm_plans(7, 30) != firm_plans(8, 30)
    firms = firm_plans(7, 30)
    assert len({firm.name for firm in firms}) == len({firm.domain for firm in firms}) == 30
    assert {firm.place.prefecture for firm in firms} == {"長野県", "山梨県", "岐阜県"}
    assert all(firm.domain.endswith(".invalid") and firm.phone.startswith("0120-000-") for firm in firms)
    small = sum(1 for firm in firms if firm.staff_count <= 20)
    assert small > len(firms) / 2, "most firms of such a programme are small"


def test_a_consortium_with_every_kind_of_partner_is_loaded(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = _load(monkeypatch, "--firms", "6")
    kinds = Counter(Organisation.objects.using("owner").values_list("kind", flat=True))
    assert kinds == {"sme": 6, "office": 1, "soc": 1, "call_centre": 1, "vendor": 4, "insurer": 1}
    assert PolicyVersion.objects.get().limit_yen == 50_000
    assert {login["role"] for login in loaded["logins"]} == {
        "sme",
        "desk",
        "soc",
        "vendor",
        "insurer",
        "office",
        "admin",
    }


def test_only_the_box_that_really_exists_waits_for_its_activation(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = _load(monkeypatch, "--firms", "3")
    for firm in Organisation.objects.using("owner").filter(kind="sme"):
        with tenant_scope(firm.pk):
            box = Sensor.objects.get()
        expected = "prepared" if firm.pk == loaded["firm_id"] else "active"
        assert box.state == expected
        assert (box.last_seen_at is None) == (expected == "prepared")


def test_every_box_that_inspects_was_agreed_to_before_and_its_way_is_whole(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = _load(monkeypatch, "--firms", "3")
    for firm in Organisation.objects.using("owner").filter(kind="sme"):
        with tenant_scope(firm.pk):
            box, consent = Sensor.objects.get(), InspectionConsent.objects.get()
        if firm.pk != loaded["firm_id"]:
            assert consent.given_at < box.activated_at < box.protecting_at <= box.last_seen_at <= timezone.now()
            assert None not in (box.shipped_at, box.arrived_at)


def test_loading_twice_adds_nothing(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _load(monkeypatch, "--firms", "3")
    before = _counts()
    second = _load(monkeypatch, "--firms", "3")
    assert _counts() == before
    assert first["sensor_id"] == second["sensor_id"]


def test_each_role_logs_in_and_sees_what_its_grant_says(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = _load(monkeypatch, "--firms", "3", password="a demo for everybody")
    seen = {}
    for login in loaded["logins"]:
        assert Client().login(email=login["email"], password="a demo for everybody"), login["role"]
        user = User.objects.get(email=login["email"])
        place = Organisation.objects.using("owner").filter(name=login["organisation"]).first()
        if place:
            with person_scope(user.pk, place.pk) as scope:
                seen[login["role"]] = len(scope.tenants)
    assert seen == {"sme": 1, "desk": 3, "soc": 3, "office": 3, "vendor": 0, "insurer": 0}


def test_the_administrator_configures_programmes_but_finds_no_firm(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = _load(monkeypatch, "--firms", "3")
    client, admin = Client(), User.objects.get(email="admin@otasuke-demo.invalid")
    totp_make(admin)
    client.force_login(admin)
    programme = client.get(f"/admin/tenants/programme/{loaded['programme_id']}/change/")
    assert programme.status_code == 200
    assert loaded["firm_name"] not in programme.content.decode()
    for page in ("tenants/programmesettings", "tenants/programmepartner", "insurance/policyversion"):
        assert client.get(f"/admin/{page}/add/").status_code == 200
    saved = client.post(
        "/admin/tenants/programmesettings/add/",
        {
            "programme": loaded["programme_id"],
            "effective_from_0": "2026-12-01",
            "effective_from_1": "00:00:00",
            "values": "{}",
            "reason": "試行",
        },
    )
    assert saved.status_code == 302, saved.content.decode()[:2000]
    version = Programme.objects.get().settings_versions.get()
    assert version.changed_by is not None
    assert (version.version, version.changed_by.email) == (1, "admin@otasuke-demo.invalid")
    page = client.get(f"/admin/tenants/programmesettings/{version.pk}/change/").content.decode()
    assert 'name="_save"' not in page, "a version in force is never changed"


def test_a_time_without_zone_is_refused(database: None) -> None:
    with pytest.raises(CommandError, match="time zone"):
        call_command("load_demo", "--seen-at", "2026-11-21T09:00:00", stdout=StringIO())
