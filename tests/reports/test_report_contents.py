"""What a report holds beside what was seen: answers, twelve months, a damage, old software, addresses, endpoints."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from alerts.models import AlertGroup, TrafficAggregate
from bench.pdf import sample_figures
from incidents.models import AlertAnswer
from incidents.states.answer import Answer
from reports.endpoint import TABLES
from reports.measures import measure
from reports.models import MonthlyReport
from reports.months import Period
from reports.opinions import daily_sales_note
from reports.pages import report_html
from sensors.models import Device
from tenants.models import Organisation
from tenants.tenancy.scope import tenant_scope
from tests.factories import OWNER, Cast
from tests.reports.conftest import NOVEMBER, Close, pages_of
from tests.reports.records import alerts_make, box_seen

DAY = timedelta(days=1)
DURING = NOVEMBER.start + 9 * DAY


def _answered(group: AlertGroup, answer: Answer, at: datetime, **fields: Any) -> None:
    values: dict[str, Any] = {
        "act": uuid.uuid4(),
        "ends": answer == Answer.REMOVED,
        "grade": group.grade,
        "seen_until": group.last_at,
        "way": "mail",
        "contact": "owner@firm.invalid",
    }
    with tenant_scope(group.tenant_id):
        AlertAnswer.objects.create(
            tenant_id=group.tenant_id, group=group, answer=answer.value, answered_at=at, **(values | fields)
        )


def _measured(cast: Cast) -> dict[str, Any]:
    with tenant_scope(cast.sakura_dental.pk):
        return measure(cast.sakura_dental.pk, Period(NOVEMBER.start, NOVEMBER.end))


def _callback(cast: Cast, ip: str = "192.168.1.20") -> AlertGroup:
    return alerts_make(
        cast.sakura_box, DURING, grade=2, notify="digest", direction="outbound", signature="ET MALWARE x", asset_ip=ip
    )


def test_answers_of_the_month_are_listed_with_their_machine_and_what_waits_is_named(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - DAY, NOVEMBER.end)
    answered, waiting = _callback(cast), _callback(cast, "192.168.1.77")
    mac = "00:00:5e:00:53:07"
    with tenant_scope(cast.sakura_dental.pk):
        AlertGroup.objects.filter(pk=answered.pk).update(asset_mac=mac)
        Device.objects.create(
            tenant=cast.sakura_dental,
            sensor=cast.sakura_box.sensor,
            mac=mac,
            given_name="経理のパソコン",
            first_seen_at=DURING,
            last_seen_at=DURING,
        )
    _answered(answered, Answer.NOT_DONE, DURING + DAY)
    _answered(answered, Answer.REMOVED, DURING + 2 * DAY)
    _answered(waiting, Answer.WARNED, NOVEMBER.end + DAY)
    figures = _measured(cast)["answers"]
    assert (figures["notices"], figures["given"], figures["open"]) == (1, 1, 1)
    assert [(row["answer"], row["device"]) for row in figures["rows"]] == [("removed", "経理のパソコン")]
    assert [row["ip"] for row in figures["open_rows"]] == ["192.168.1.77"]
    close()
    words = "".join(pages_of(cast.sakura_dental))
    assert "この月にお答えいただいたお知らせ1件" in words
    assert "経理のパソコン(192.168.1.20)" in words
    assert "ウイルスを検査し、見つかったので駆除した" in words
    assert "まだお答えのないお知らせ1件" in words


def test_one_press_for_several_notices_is_one_line_with_their_number(cast: Cast) -> None:
    act = uuid.uuid4()
    for ip in ("192.168.1.21", "192.168.1.22", "192.168.1.23"):
        _answered(_callback(cast, ip), Answer.WARNED, DURING + DAY, act=act)
    figures = _measured(cast)["answers"]
    assert (figures["notices"], figures["given"], len(figures["rows"])) == (3, 1, 1)
    assert figures["rows"][0]["notices"] == 3


def test_the_damage_is_of_one_infection_with_the_firms_own_numbers(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - DAY, NOVEMBER.end)
    alerts_make(cast.sakura_box, DURING, count=900)
    Organisation.objects.using(OWNER).filter(pk=cast.sakura_dental.pk).update(pc_count=4)
    daily_sales_note(tenant_id=cast.sakura_dental.pk, yen=300_000, by=cast.hanako, now=DURING)
    close()
    # 0.15 + 4 + 1 + 0.1 + 0.8 + 2 + 2 million, and 14 days of 300,000.
    with tenant_scope(cast.sakura_dental.pk):
        assert MonthlyReport.objects.get().figures["damage"]["total"] == 10_050_000 + 4_200_000
    words = "".join(pages_of(cast.sakura_dental))
    assert "およそ14,250,000円になったかもしれません" in words
    assert "止めた回数をかけた金額でもありません" in words
    assert "パソコン4台(ご登録の台数)" in words
    assert "1日の売上300,000円(御社がポータルに書いた金額)" in words


def test_without_the_firms_numbers_the_sources_example_is_used_and_named(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - DAY, NOVEMBER.end)
    alerts_make(cast.sakura_box, DURING)
    close()
    words = "".join(pages_of(cast.sakura_dental))
    assert "49,250,000円" in words, "the example of AIC 7-1"
    assert "御社の台数が登録されていないため、出典の例の台数" in words
    assert "御社の売上が登録されていないため、出典の例の金額" in words


def test_a_month_in_which_nothing_was_stopped_names_no_amount(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - DAY, NOVEMBER.end)
    close()
    words = "".join(pages_of(cast.sakura_dental))
    assert "この月に止めた通信はないため、目安は出しません" in words
    assert "円になったかもしれません" not in words


def test_a_month_without_report_or_nobody_watched_is_a_gap_and_no_zero(cast: Cast) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - 90 * DAY, NOVEMBER.end)
    alerts_make(cast.sakura_box, DURING, count=2)
    counted = {"totals": {"alerts": 5, "blocked": 4}, "notices": {"told": 1, "grades": [1, 0, 1, 0]}}
    with tenant_scope(cast.sakura_dental.pk):
        for month, watch in (("2026-10-01", {"boxes": 1, "nothing_seen": False}), ("2026-09-01", {"boxes": 0})):
            MonthlyReport.objects.create(
                tenant=cast.sakura_dental, month=date.fromisoformat(month), figures=counted | {"watch": watch}
            )
    trend = _measured(cast)["trend"]
    assert [row["month"] for row in trend][:2] == ["2025-12-01", "2026-01-01"]
    assert [row["alerts"] for row in trend] == [None] * 10 + [5, 2]
    assert (trend[-2]["mailed"], trend[-2]["look"]) == (1, 1)


def test_old_software_is_named_only_where_programs_named_themselves(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - DAY, NOVEMBER.end)
    assert _measured(cast)["old_software"] is None
    _traffic(cast, "Mozilla/5.0 (Windows NT 10.0) Chrome/140")
    assert _measured(cast)["old_software"] == []
    _traffic(cast, "Mozilla/5.0 (Windows NT 6.1; Win64) Firefox/115")
    assert _measured(cast)["old_software"] == ["windows-7"]
    close()
    assert "Windows7" in "".join(pages_of(cast.sakura_dental))


def _traffic(cast: Cast, agent: str) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        TrafficAggregate.objects.create(
            tenant=cast.sakura_dental,
            sensor=cast.sakura_box.sensor,
            epoch=1,
            seq=TrafficAggregate.objects.count() + 1,
            period_from=DURING,
            period_to=DURING + timedelta(hours=1),
            values={"user_agents": [[agent, 3]]},
        )


def test_of_the_other_end_the_address_outside_is_listed_ten_at_most(cast: Cast) -> None:
    for at in range(12):
        alerts_make(cast.sakura_box, DURING, count=at + 1, asset_ip=f"192.168.1.{at + 20}")
    addresses = _measured(cast)["addresses"]
    assert addresses["of"] == sum(range(13))
    assert [(row["address"], row["count"], row["devices"]) for row in addresses["rows"]] == [("203.0.113.7", 78, 12)]
    assert len(_measured(cast)["devices"]) == 10
    assert _measured(cast)["device_count"] == 12


def test_ten_of_a_kind_are_listed(cast: Cast) -> None:
    for at in range(12):
        alerts_make(cast.sakura_box, DURING, count=at + 1, signature=f"ET SCAN number {at:02}")
    top = _measured(cast)["top"]["attacks"]
    assert (len(top["rows"]), top["of"], top["rows"][0]["name"]) == (10, 78, "ET SCAN number 11")


def test_without_an_endpoint_source_one_line_says_so_and_no_table_is_printed(cast: Cast) -> None:
    html = report_html(sample_figures())
    assert html.count("該当なし(このサービスにつながっているパソコンのウイルス対策ソフトがありません)") == 1
    assert not any(str(table.title) in html for table in TABLES)


def test_with_a_source_the_fifteen_tables_are_printed_with_shares_of_all(cast: Cast) -> None:
    counted = {"virus": {"of": 40, "rows": [[f"Trojan {at}", 10 - at] for at in range(8)]}}
    html = report_html(sample_figures() | {"endpoint": {"source": "x", "tables": counted}})
    assert len(TABLES) == 15
    assert all(str(table.title) in html for table in TABLES)
    assert "Trojan 4" in html
    assert "Trojan 5" not in html, "five of the first table"
    assert "25.0%" in html
    assert "このサービスにつながっている" not in html
