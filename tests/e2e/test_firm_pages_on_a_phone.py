"""On a phone a firm reads every letter, at the size of the text, and hits every link with a finger."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from alerts.models import Alert, AlertGroup
from incidents.desk import cases, firm_side
from incidents.models import Incident
from sensors.models import Device
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Site
from tests.factories import Cast

SMALLEST = 320
# px; WCAG 2.2 asks for 24, the design system for 44.
FINGER = 44
BODY = 16
NAMED = "経理のパソコン"

# Text that goes over its own box, or over the edge of one that cuts or scrolls. Hidden things have no rectangles.
CLIPPED = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest('.visually-hidden, script, thead, caption')) continue;
    // What is folded away has rectangles, too.
    if (node.parentElement.closest('details:not([open])') && !node.parentElement.closest('summary')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 2) continue;
      let edge = document.documentElement.clientWidth;
      for (let box = node.parentElement; box && box !== document.body; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== 'visible') edge = Math.min(edge, box.getBoundingClientRect().right);
      }
      if (rect.right > edge + 1 || rect.left < -1) found.push(node.data.trim().slice(0, 60));
    }
  }
  return [...new Set(found)];
}"""
# Links and buttons that are no word within a sentence (WCAG 2.5.8, exception "inline").
SMALL_TARGETS = """(least) => {
  const found = [];
  for (const one of document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden]), textarea')) {
    const target = (['radio', 'checkbox'].includes(one.type) && one.closest('label')) || one;
    if (one.closest('.skip-link') || !one.checkVisibility({visibilityProperty: true})) continue;
    const box = target.getBoundingClientRect();
    if (box.width < 2 || box.right < 0 || box.bottom < 0 || box.height >= least - 0.5) continue;
    const within = target.parentElement.textContent.trim().length > target.textContent.trim().length + 1;
    if (one.tagName === 'A' && getComputedStyle(one).display === 'inline' && within) continue;
    found.push(`${one.tagName} ${Math.round(box.height)}px ${(one.textContent.trim() || one.name || '').slice(0, 40)}`);
  }
  return [...new Set(found)];
}"""
SMALL_TEXT = """(least) => {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const about = node.parentElement;
    if (!node.data.trim() || about.closest('script, svg, kbd, .visually-hidden')) continue;
    const size = parseFloat(getComputedStyle(about).fontSize);
    if (size < least - 0.1) found.push(`${size}px ${node.data.trim().slice(0, 40)}`);
  }
  return [...new Set(found)];
}"""


def _paths(cast: Cast) -> list[str]:
    firm = cast.sakura_dental.pk
    with tenant_scope(firm):
        groups = {group.rule: group for group in AlertGroup.objects.order_by("pk")}
        incident = Incident.objects.get(number=2)
        seen = groups["outbound-malware"]
        device = Device.objects.create(
            tenant_id=firm,
            sensor_id=seen.sensor_id,
            mac=seen.asset_mac,
            last_ip="192.168.100.200",
            given_name=NAMED,
            owner="経理の佐藤さん",
            names_seen=["DESKTOP-7Q2K1X9"],
            vendor="Example Computer Corporation",
            first_seen_at=seen.first_at,
            last_seen_at=seen.last_at,
        )
        AlertGroup.objects.update(asset_ip="192.168.100.200")
        record = Alert.objects.filter(group_id=seen.pk)[0]
    now = timezone.now()
    with person_scope(cast.hanako.pk, firm):
        case = firm_side.firm_asks(
            tenant_id=firm, title="パソコンが遅い", body="朝から動きません", by=cast.hanako, now=now
        )
    with person_scope(cast.agent.pk, cast.desk.pk):
        about: Any = {"tenant_id": firm, "case_id": case.pk, "by": cast.agent, "now": now}
        cases.case_message(**about, version=1, body="電源を入れ直してください。", wait=True)
    return [
        "/",
        "/alerts/",
        "/alerts/?grade=all&days=90",
        "/alerts/?open=1",
        "/alerts/?q=192.168",
        f"/alerts/{record.group_id}/records/{record.epoch}/{record.seq}/",
        *(f"/alerts/{group.pk}/?page=1" for group in groups.values()),
        f"/alerts/{seen.pk}/help/",
        "/incidents/1/",
        "/incidents/2/",
        "/incidents/2/breach/",
        "/talks/",
        "/talks/new/",
        f"/talks/{case.number}/",
        "/reports/",
        "/audit/",
        "/tokens/",
        "/tokens/new/",
        "/boxes/devices/",
        f"/boxes/devices/{device.pk}/",
        "/boxes/guide/",
        f"/help/incidents/{incident.pk}/",
        f"/help/firms/{firm}/new/",
        "/insurance/second-storey/",
        "/account/security/",
        "/account/profile/",
        "/organisation/",
        "/organisation/edit/",
        "/organisation/members/",
        "/organisation/members/invite/",
    ]


@pytest.fixture
def phone(site: Site) -> tuple[Page, list[str]]:
    paths = _paths(site.cast)
    return site.visit("hanako@sakura.invalid", PHONE), [site.address + path for path in paths]


def test_no_letter_is_cut_none_is_small_and_every_link_is_as_large_as_a_finger(phone: tuple[Page, list[str]]) -> None:
    page, paths = phone
    problems: dict[str, dict[str, list[str]]] = {"cut": {}, "hard to hit": {}, "small": {}}
    for path in paths:
        answer = page.goto(path)
        assert answer, path
        assert answer.status == 200, path
        measured = (page.evaluate(CLIPPED), page.evaluate(SMALL_TARGETS, FINGER), page.evaluate(SMALL_TEXT, BODY))
        for pages, wrong in zip(problems.values(), measured, strict=True):
            if wrong:
                pages["/" + path.split("/", 3)[3]] = wrong
    for kind, pages in problems.items():
        assert pages == {}, f"{kind}: {pages}"


def test_a_named_machine_keeps_the_last_digit_of_its_address(phone: tuple[Page, list[str]]) -> None:
    page, paths = phone
    for path in paths[:2]:
        page.goto(path)
        box = page.locator("main").get_by_text(f"{NAMED} (192.168.100.200)").first.bounding_box()
        assert box
        assert box["x"] + box["width"] <= PHONE
    page.set_viewport_size({"width": SMALLEST, "height": 700})
    wide = {path: page.evaluate("document.documentElement.scrollWidth") for path in paths if page.goto(path)}
    assert {path: width for path, width in wide.items() if width > SMALLEST} == {}
