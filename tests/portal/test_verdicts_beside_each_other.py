"""Beside its own verdict the SOC reads what the firm answered and what the vendor found, as verdicts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from alerts.models import AlertGroup
from alerts.models.judgement import Verdict
from incidents.core.doors import VendorReport
from incidents.core.verdicts import answered_verdict, reported_verdict
from incidents.models import AlertAnswer
from incidents.states.answer import Answer, NotDone
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.incidents.jobsheets import Phone, logged_in, phone_make
from tests.portal import scenes
from tests.portal.pages import text_of

NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("answer", "reason", "verdict"),
    [
        (Answer.REMOVED, "", Verdict.TRUE_POSITIVE),
        (Answer.REINSTALLED, "", Verdict.TRUE_POSITIVE),
        (Answer.UNINSTALLED, "", Verdict.TRUE_POSITIVE),
        (Answer.CLEAN_SCAN, "", Verdict.UNSURE),
        (Answer.CALL_ME, "", Verdict.UNSURE),
        (Answer.NOT_DONE, NotDone.FALSE_ALARM, Verdict.FALSE_POSITIVE),
        (Answer.NOT_DONE, NotDone.WAITING, None),
        (Answer.WARNED, "", None),
        (Answer.OTHER, "", None),
    ],
)
def test_what_an_answer_says_of_the_detection(answer: Answer, reason: str, verdict: Verdict | None) -> None:
    assert answered_verdict(answer, reason) == verdict


@pytest.mark.parametrize(
    ("finds", "verdict"),
    [
        ((1, 3, 2), Verdict.TRUE_POSITIVE),
        ((0, 1, 0), Verdict.FALSE_POSITIVE),
        ((0, 0, 2), Verdict.UNSURE),
    ],
)
def test_what_a_vendors_sheet_says_of_the_detection(finds: tuple[int, int, int], verdict: Verdict) -> None:
    assert reported_verdict(VendorReport(1, NOW, *finds)) == verdict


def _opinions(cast: Cast, group: AlertGroup) -> str:
    page = logged_in(cast.analyst).get(f"/desk/alerts/{group.tenant_id}/{group.pk}/").content.decode()
    card = re.search(r"それぞれの判断.*?</dl>", page, re.DOTALL)
    return text_of(card[0]) if card else ""


def test_a_false_alarm_of_the_firm_stands_beside_the_verdict_of_the_soc(cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware")
    assert _opinions(cast, group) == ""
    with tenant_scope(group.tenant_id):
        AlertAnswer.objects.create(
            tenant_id=group.tenant_id,
            group=group,
            act=uuid4(),
            answer="not_done",
            reason="false_alarm",
            ends=False,
            grade=2,
            seen_until=group.last_at,
            answered_at=NOW,
            way="mail",
            contact="owner@sakura.invalid",
        )
    logged_in(cast.analyst).post(
        f"/desk/alerts/{group.tenant_id}/{group.pk}/", {"choice": "true_positive:callback", "reason": ""}
    )
    words = _opinions(cast, group)
    assert "監視担当 本物の検知" in words
    assert "会社 誤った検知" in words
    assert "まちがった知らせだと思うから" in words


@pytest.fixture
def phone(cast: Cast) -> Phone:
    made = phone_make(cast)
    began = (NOW - timedelta(hours=3)).isoformat()
    made.write("time", kind="work", way="remote", started_at=began, minutes=40)
    made.write("finding", device="受付のPC", name="Hacktool", severity="high", count=3, done="removed")
    return made


def test_the_soc_reads_what_the_vendor_found_once_it_has_reported_as_numbers(cast: Cast, phone: Phone) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        group = AlertGroup.objects.get()
    assert "事業者" not in _opinions(cast, group), "not before it has reported"
    phone.report()
    words = _opinions(cast, group)
    assert "事業者 本物の検知" in words
    assert "依頼7番の報告: 害のあるもの1件" in words
    assert "Hacktool" not in words, "machines and names stay in the sheet"
