"""A firm installs its box by the guide on a phone and sees it come alive; the boxes' pages are accessible."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from sensors.installing import consent_give
from sensors.models import Order, Sensor
from tenants.tenancy.scope import tenant_scope
from tests.e2e.browser import DESK, PHONE
from tests.e2e.conftest import Site

PICTURE = "/boxes/guide/?line=gateway&wifi=router&below=hub"


def _change(sensor: Sensor, **fields: Any) -> None:
    with tenant_scope(sensor.tenant_id):
        Sensor.objects.filter(pk=sensor.pk).update(**fields)


def test_the_guide_leads_from_consent_to_a_box_that_watches_while_one_looks_on(site: Site) -> None:
    box, now = site.cast.sakura_box.sensor, datetime.now(UTC)
    _change(box, state=Sensor.State.ARRIVED, activated_at=None, last_seen_at=None, heartbeat={})
    page = site.visit("hanako@sakura.invalid", PHONE)
    page.goto(f"{site.address}/boxes/guide/")
    page.get_by_label("会社を代表して").check()
    page.get_by_role("button", name="同意して進む").click()
    for answer in (
        "電話会社の箱(ホームゲートウェイ)",
        "その機器(ルーターやホームゲートウェイ)から",
        "ハブ(線を分ける箱)",
    ):
        page.get_by_label(answer).check()
    page.get_by_role("button", name="つなぎ方の図を見る").click()
    expect(page.get_by_role("img", name="つなぎ方の図")).to_be_visible()
    expect(page.get_by_text("まだ連絡がありません")).to_be_visible()
    # From here on nobody touches the page: it asks by itself.
    _change(box, state=Sensor.State.ACTIVE, activated_at=now, last_seen_at=now, heartbeat={"protection": "off"})
    expect(page.get_by_text("まだ検査していません")).to_be_visible(timeout=10_000)
    with tenant_scope(box.tenant_id):
        Order.objects.create(
            tenant_id=box.tenant_id,
            sensor=box,
            version=1,
            made_at=now,
            content_sha256="",
            manifest=b"{}",
            signature=b"",
            state=Order.State.APPLIED,
            answered_at=now,
        )
    _change(box, last_seen_at=datetime.now(UTC), heartbeat={"protection": "on", "placement": "ok"})
    expect(page.get_by_text("見守りを始めました")).to_be_visible(timeout=10_000)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_axe_finds_nothing_and_no_page_is_wider_than_its_window(site: Site, width: int) -> None:
    box, axe, problems = site.cast.sakura_box.sensor, Axe(), {}
    pages = {
        "hanako@sakura.invalid": ["/boxes/devices/", PICTURE],
        "analyst@soc.invalid": ["/boxes/", f"/boxes/{box.tenant_id}/{box.pk}/", "/boxes/names/", "/boxes/new/"],
    }
    with tenant_scope(box.tenant_id):
        consent_give(tenant_id=box.tenant_id, by=site.cast.hanako, now=datetime.now(UTC))
    for email, paths in pages.items():
        page = site.visit(email, width)
        for path in paths:
            page.goto(site.address + path)
            violations = axe.run(page).response["violations"]
            wrong = [
                (violation["id"], [node["html"][:160] for node in violation["nodes"]][:3]) for violation in violations
            ]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(("wider than the window", []))
            if wrong:
                problems[path] = wrong
    assert problems == {}
