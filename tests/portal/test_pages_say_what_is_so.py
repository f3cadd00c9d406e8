"""Small sentences and choices that were not so: on a firm's pages, at the SOC, at the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents.core.ui.incident_words import LEADS
from incidents.desk import firm_side
from incidents.models import Case
from incidents.states.incident import IncidentState
from sensors.models import Device
from sensors.ui.suppression_form import SuppressionForm
from tenants.models import User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.portal import scenes
from tests.portal.pages import text_of
from web.jst import JST


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def devices(cast: Cast, **machines: str) -> None:
    """Machines of さくら歯科 that nobody named: MAC → address. None of these MACs belongs to a maker."""
    seen = timezone.now()
    with tenant_scope(cast.sakura_dental.pk):
        for mac, address in machines.items():
            Device.objects.create(
                tenant_id=cast.sakura_dental.pk,
                sensor=cast.sakura_box.sensor,
                mac=mac.replace("_", ":"),
                last_ip=address,
                random_mac=True,
                first_seen_at=seen,
                last_seen_at=seen,
            )


@pytest.mark.parametrize("state", list(IncidentState))
def test_what_stands_first_names_no_heading_that_is_not_there(state: IncidentState) -> None:
    assert "「いますること」" not in str(LEADS[state])


def test_two_machines_nobody_named_have_two_titles_and_none_is_called_a_telephone_for_sure(cast: Cast) -> None:
    devices(cast, **{"02_00_5e_00_53_01": "192.168.1.1", "02_00_5e_00_53_17": "192.168.1.23"})
    page = text_of(logged_in(cast.hanako).get("/boxes/devices/").content.decode())
    assert "192.168.1.1 の機器" in page
    assert "192.168.1.23 の機器" in page
    assert "ルーターかもしれない機器" in page
    assert page.count("スマートフォンなど") == 1


def test_the_machine_an_open_incident_is_about_is_marked_in_the_list_and_stands_first(cast: Cast) -> None:
    devices(cast, **{"02_00_5e_00_53_01": "192.168.1.1", "02_00_5e_00_53_17": "192.168.1.23"})
    incident = scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"))
    firm = logged_in(cast.hanako)
    page = firm.get("/boxes/devices/").content.decode()
    assert page.count("この機器の件に対応しています") == 1
    assert page.index("192.168.1.23 の機器") < page.index("192.168.1.1 の機器")
    assert 'href="/incidents/1/"' in page
    with tenant_scope(incident.tenant_id):
        type(incident).objects.filter(pk=incident.pk).update(state="closed")
    assert "この機器の件に対応しています" not in firm.get("/boxes/devices/").content.decode()


@pytest.mark.parametrize(("blocked", "offered"), [(0, ["silence"]), (3, ["silence", "allow"])])
def test_what_is_not_blocked_cannot_be_let_through_nor_kept_blocked(
    cast: Cast, blocked: int, offered: list[str]
) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", blocked=blocked)
    page = logged_in(cast.analyst).get(f"/soc/alerts/{group.tenant_id}/{group.pk}/suppress/").content.decode()
    assert [value for value in ("silence", "allow") if f'name="effect" value="{value}"' in page] == offered
    assert ("止め続け" in page) is (blocked > 0)
    form = SuppressionForm({"effect": "allow"}, blocks=blocked > 0)
    assert ("effect" in form.errors) is (blocked == 0)


def test_a_message_nobody_has_read_yet_is_not_being_worked_on(cast: Cast) -> None:
    night = datetime(2026, 11, 29, 2, 0, tzinfo=JST)
    about: Any = {"tenant_id": cast.sakura_dental.pk, "by": cast.hanako, "now": night}
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        case = firm_side.firm_asks(title="印刷できない", body="朝からです", **about)
    firm = logged_in(cast.hanako)
    page = text_of(firm.get(f"/talks/{case.number}/").content.decode())
    assert "相談窓口に届いています。受付時間(月〜金 9:00〜18:00(祝日・年末年始を除く))のうちにお返事します。" in page
    assert "対応しています" not in page
    assert "窓口に届いています" in text_of(firm.get("/talks/").content.decode())
    with tenant_scope(cast.sakura_dental.pk):
        Case.objects.filter(pk=case.pk).update(state="working")
    assert "相談窓口が対応しています" in firm.get(f"/talks/{case.number}/").content.decode()
