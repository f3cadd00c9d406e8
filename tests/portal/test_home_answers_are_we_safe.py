"""The first sentence of a firm's home answers "are we safe?" and names one thing to do."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from alerts.judging import group_judge
from alerts.models import AlertGroup
from alerts.models.judgement import JudgedAs, Verdict
from incidents.models import IncidentGroup
from sensors.models import Sensor
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.insurance.stage import stage_make
from tests.portal import scenes
from tests.portal.pages import hero_of, text_of


def _home(client: Client, cast: Cast) -> str:
    client.force_login(cast.hanako)
    return client.get("/").content.decode()


def _judge(cast: Cast, group: AlertGroup, verdict: Verdict) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        group_judge(
            group=group,
            verdict=verdict,
            reason="訓練の通信",
            by=cast.analyst,
            by_role=JudgedAs.WATCH,
            now=timezone.now(),
        )


def test_a_watching_box_and_nothing_to_look_at_is_safe(cast: Cast) -> None:
    scenes.box_seen(cast.sakura_box.sensor)
    scenes.group_make(cast.sakura_box.sensor, "inbound-blocked", count=12)
    page = _home(Client(), cast)
    assert "守られています" in hero_of(page)
    assert "いま、していただくことはありません" in hero_of(page)
    assert "/alerts/" not in hero_of(page)
    assert "12" in page


def test_a_medium_notice_of_the_last_week_asks_to_look_and_leads_to_it(cast: Cast) -> None:
    scenes.box_seen(cast.sakura_box.sensor)
    group = scenes.group_make(cast.sakura_box.sensor, "web-guard", at=timezone.now() - timedelta(days=2))
    page = hero_of(_home(Client(), cast))
    assert "確認してください" in page
    assert f"/alerts/{group.pk}/" in page


def test_a_notice_of_last_month_still_asks_until_somebody_has_judged_it(cast: Cast) -> None:
    scenes.box_seen(cast.sakura_box.sensor)
    group = scenes.group_make(cast.sakura_box.sensor, "web-guard", at=timezone.now() - timedelta(days=70))
    client = Client()
    assert "確認が済んでいないお知らせが1件あります" in hero_of(_home(client, cast))
    _judge(cast, group, Verdict.HARMLESS)
    assert "守られています" in hero_of(_home(client, cast))
    assert "専門の人が確かめました" in client.get(f"/alerts/{group.pk}/").content.decode()


def test_what_is_not_judged_is_counted_and_listed_whatever_its_age(cast: Cast) -> None:
    scenes.box_seen(cast.sakura_box.sensor)
    now = timezone.now()
    for days in (1, 40, 200):
        scenes.group_make(cast.sakura_box.sensor, "web-guard", at=now - timedelta(days=days), peer=f"site{days}.test")
    client = Client()
    page = hero_of(_home(client, cast))
    assert "確認が済んでいないお知らせが3件あります" in page
    assert "/alerts/?open=1" in page
    listed = client.get("/alerts/?open=1").content.decode()
    assert listed.count('data-label="お知らせ"') == 3 or listed.count("/alerts/") >= 3


def test_what_was_taken_out_of_its_incident_or_closed_with_it_is_no_question(cast: Cast) -> None:
    scenes.box_seen(cast.sakura_box.sensor)
    now = timezone.now()
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=now - timedelta(days=9))
    scenes.incident_make(group, state="closed", closed_at=now - timedelta(days=2))
    assert "守られています" in hero_of(_home(Client(), cast))
    with tenant_scope(cast.sakura_dental.pk):
        IncidentGroup.objects.update(incident=None)
    assert "守られています" in hero_of(_home(Client(), cast))


def test_a_silent_box_is_not_called_safe(cast: Cast) -> None:
    scenes.desk_hours_set()
    scenes.silence_make(cast.sakura_box.sensor, hours=25)
    page = hero_of(_home(Client(), cast))
    assert "いまは見守れていません" in page
    assert "守られています" not in page
    assert "tel:0120-000-000" in page


def test_a_bypassed_box_is_not_called_safe(cast: Cast) -> None:
    scenes.box_seen(cast.sakura_box.sensor)
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.update(heartbeat={"protection": "bypass"})
    assert "いまは見守れていません" in hero_of(_home(Client(), cast))


def test_an_open_high_incident_comes_before_everything_else(cast: Cast) -> None:
    scenes.silence_make(cast.sakura_box.sensor)
    scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"), number=4)
    page = _home(Client(), cast)
    assert "至急" in hero_of(page)
    assert "/incidents/4/" in hero_of(page)
    assert "この間は見守れません" in text_of(page)  # the silent box is still told


def test_before_a_box_is_connected_nothing_is_promised(cast: Cast) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.update(state="shipped", activated_at=None, last_seen_at=None)
    page = hero_of(_home(Client(), cast))
    assert "見守りは始まっていません" in page
    assert "/boxes/guide/" in page
    assert "守られています" not in page


def test_another_firms_incident_changes_nothing_here(cast: Cast) -> None:
    scenes.box_seen(cast.sakura_box.sensor)
    scenes.incident_make(scenes.group_make(cast.yamada_box.sensor, "outbound-malware-count"))
    assert "守られています" in hero_of(_home(Client(), cast))


def test_an_empty_home_says_what_will_be_there(cast: Cast) -> None:
    page = text_of(_home(Client(), cast))
    assert "お知らせはまだありません" in page
    assert "最初の報告書は" in page


def test_the_cover_is_known_before_it_is_needed(cast: Cast) -> None:
    assert "使える付帯保険はありません" in _home(Client(), cast)
    stage_make(cast)
    page = _home(Client(), cast)
    assert "今年度の残り: 1回・50,000円" in page
    assert "/insurance/second-storey/" in page
