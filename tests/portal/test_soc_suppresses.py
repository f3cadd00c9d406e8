"""An analyst lets a false alarm be, from the alert itself, and sees whether the box does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from alerts.models import AlertGroup
from sensors.models import Suppression
from tenants.tenancy.scope import tenant_scope
from tests import factories
from tests.factories import Cast
from tests.portal import pages, scenes


@pytest.fixture
def analyst(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.analyst)
    return client


@pytest.fixture
def group(cast: Cast) -> AlertGroup:
    made = scenes.group_make(
        cast.sakura_box.sensor, "outbound-malware", at=datetime.now(UTC), peer="203.0.113.9", family="x"
    )
    with tenant_scope(made.tenant_id):
        AlertGroup.objects.filter(pk=made.pk).update(signature_id=2000001, asset_ip="192.168.1.20")
        group: AlertGroup = AlertGroup.objects.get(pk=made.pk)
    return group


def _text(answer: Any) -> str:
    return pages.text_of(answer.content.decode())


def _address(group: AlertGroup) -> str:
    return f"/soc/alerts/{group.tenant_id}/{group.pk}/suppress/"


def test_the_form_knows_what_was_seen_and_the_alert_leads_to_it(analyst: Client, group: AlertGroup) -> None:
    assert _address(group) in analyst.get(f"/desk/alerts/{group.tenant_id}/{group.pk}/").content.decode()
    page = analyst.get(_address(group)).content.decode()
    assert 'value="192.168.1.20"' in page
    assert 'value="203.0.113.9"' in page
    assert "抑止はありません" in page


def test_of_a_weak_device_the_one_that_asked_is_the_source(analyst: Client, cast: Cast) -> None:
    weak = scenes.group_make(cast.sakura_box.sensor, "internal-weakness", at=datetime.now(UTC))
    page = analyst.get(_address(weak)).content.decode()
    source, destination = (re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in ("source", "destination"))
    assert source is not None
    assert destination is not None
    assert (source[1], destination[1]) == ("192.168.1.31", "192.168.1.1")


def test_what_is_let_be_waits_for_the_box_and_then_says_since_when_and_how_often(
    analyst: Client, group: AlertGroup
) -> None:
    fields = {
        "source": "192.168.1.20",
        "destination": "203.0.113.9",
        "effect": "allow",
        "reason": "社内の点検",
        "days": "30",
    }
    answer = analyst.post(_address(group), fields, follow=True)
    assert "センサーの応答待ち" in _text(answer)
    with tenant_scope(group.tenant_id):
        Suppression.objects.update(applied_at=datetime(2026, 11, 23, 1, 32, tzinfo=UTC), hits=1234)
    page = _text(analyst.get("/soc/suppressions/"))
    assert "適用済み" in page
    assert "10:32" in page
    assert "1,234" in page
    with tenant_scope(group.tenant_id):
        number = Suppression.objects.get().pk
    analyst.post(f"/soc/suppressions/{group.tenant_id}/{number}/end/")
    assert "終了" in _text(analyst.get("/soc/suppressions/"))


def test_what_is_missing_is_said_at_the_field_and_nothing_is_made(analyst: Client, group: AlertGroup) -> None:
    fields = {"effect": "silence", "reason": "必要なため", "days": "7"}
    assert "ルール全体が止まります" in _text(analyst.post(_address(group), fields))
    assert "IPアドレスか範囲" in _text(analyst.post(_address(group), {**fields, "source": "printer"}))
    with tenant_scope(group.tenant_id):
        assert not Suppression.objects.exists()


def test_a_box_that_could_not_apply_it_is_shown_as_such(analyst: Client, group: AlertGroup, cast: Cast) -> None:
    with tenant_scope(group.tenant_id):
        now = datetime.now(UTC)
        Suppression.objects.create(
            tenant_id=group.tenant_id,
            sensor=cast.sakura_box.sensor,
            signature_id=1,
            signature="s",
            source="10.0.0.1/32",
            effect="allow",
            reason="r",
            created_at=now,
            created_by=cast.analyst,
            expires_at=now + timedelta(days=1),
            problem="rule 1 is two-way",
        )
    page = _text(analyst.get("/soc/suppressions/"))
    assert "適用できませんでした" in page
    assert "rule 1 is two-way" in page


def test_other_people_do_not_find_the_page(group: AlertGroup, cast: Cast) -> None:
    for user in (cast.hanako, cast.agent, factories.user_make("new@vendor.invalid", cast.vendor)):
        client = Client()
        client.force_login(user)
        assert client.get(_address(group)).status_code in (302, 404)
        assert client.get("/soc/suppressions/").status_code in (302, 404)
