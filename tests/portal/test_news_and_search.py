"""The bell says what came since one looked; one search finds all one may see, and nothing of anybody else."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from base.moves import Party
from incidents.desk.cases import case_open
from incidents.dispatch.appointments import appointment_propose
from incidents.models import Case, Contact
from insurance.models import PolicyVersion
from insurance.services import claim_decide, claim_make, claim_submit
from tenants.models import Application
from tenants.tenancy.scope import person_scope
from tests import factories
from tests.factories import OWNER, Cast, Kind
from tests.insurance.stage import invoice_make
from tests.portal import scenes
from tests.portal.help_stage import Browser, Stage, browser, stage_make, workday
from tests.portal.measuring import audit_trail


@pytest.fixture
def day(cast: Cast) -> Cast:
    """さくら歯科 has a ★★★ incident and a ★★ notice, 山田製作所 a ★★ notice; each called the desk."""
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count")
    scenes.task_make(scenes.incident_make(group, number=7))
    scenes.group_make(cast.sakura_box.sensor, "web-guard", peer="prize.sakura.test", asset_ip="192.168.1.32")
    scenes.group_make(cast.yamada_box.sensor, "web-guard", peer="prize.yamada.test")
    for firm, title in ((cast.sakura_dental, "受付のPCが重い"), (cast.yamada_works, "工場のPCが重い")):
        with person_scope(cast.agent.pk, cast.desk.pk):
            case_open(tenant_id=firm.pk, title=title, channel=Contact.Channel.PHONE, now=timezone.now(), by=cast.agent)
    return cast


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return stage_make(cast)


def _count(who: Browser) -> str:
    return who.read("/news/count/").strip()


def test_the_bell_counts_what_came_and_is_silent_once_it_was_seen(day: Cast) -> None:
    president = browser(day.hanako)
    assert "3" in _count(president), "two notices, and the news of the incident"
    page = president.read("/news/")
    assert "インシデント 7番" in page
    assert "yamada" not in page
    shown = re.search(r'name="until" value="([^"]+)"', president.client.get("/news/").content.decode())
    assert shown
    marked = president.client.post("/news/seen/", {"until": shown[1]}, headers={"HX-Request": "true"})
    assert marked.status_code == 204
    assert _count(president) == ""
    assert "新しいものはありません" in president.read("/news/")
    scenes.group_make(day.sakura_box.sensor, "web-guard", at=timezone.now(), peer="later.test")
    assert "1" in _count(president)


def test_looking_at_the_page_alone_marks_nothing(day: Cast) -> None:
    president = browser(day.hanako)
    president.read("/news/")
    assert "3" in _count(president)
    assert president.client.post("/news/seen/", {"until": "never"}).status_code == 302
    assert "3" in _count(president)


def test_each_desk_reads_its_own_news_and_the_firms_see_that_it_did(day: Cast) -> None:
    desk = browser(day.agent)
    page = desk.read("/news/")
    assert day.sakura_dental.name in page
    assert "受付のPCが重い" in page
    assert day.sakura_dental.pk in {line["tenant"] for line in audit_trail("news.viewed")}
    analyst = browser(day.analyst).read("/news/")
    assert day.yamada_works.name in analyst
    assert "受付のPCが重い" not in analyst
    for person in (day.clerk, day.engineer):
        browser(person).read("/news/")


def test_a_firm_finds_notices_incidents_talks_and_only_its_own(day: Cast) -> None:
    president = browser(day.hanako)
    assert "prize.sakura.test" not in president.read("/search/")
    assert "/alerts/" in president.client.get("/search/?q=prize").content.decode()
    assert "yamada" not in president.read("/search/?q=prize")
    assert "7番" in president.read("/search/?q=7番")
    assert "受付のPCが重い" in president.read("/search/?q=重い")
    assert "工場" not in president.read("/search/?q=重い")
    assert "見つかりませんでした" in president.read("/search/?q=何もない言葉")


def test_the_desk_finds_firms_and_cases_and_the_analyst_detections(day: Cast) -> None:
    desk = browser(day.agent)
    assert day.sakura_dental.name in desk.read("/search/?q=さくら")
    assert "工場のPCが重い" in desk.read("/search/?q=工場のPC")
    analyst = browser(day.analyst).read("/search/?q=prize.yamada")
    assert day.yamada_works.name in analyst
    assert day.yamada_works.pk in {line["tenant"] for line in audit_trail("search.viewed")}
    by_name = browser(day.analyst).client.get("/search/?q=山田").content.decode()
    assert day.yamada_works.name in by_name
    assert f"/soc/alerts/?firm={day.yamada_works.pk}&amp;state=all" in by_name
    assert day.yamada_works.name in browser(day.clerk).read("/search/?q=山田")
    assert "見つかりませんでした" in browser(day.engineer).read("/search/?q=さくら")


def test_the_desk_hears_of_a_firms_answer_in_a_talk_that_is_under_way(day: Cast) -> None:
    desk, president = browser(day.agent), browser(day.hanako)
    with person_scope(day.agent.pk, day.desk.pk):
        case = Case.objects.get(tenant_id=day.sakura_dental.pk)
    desk.client.post("/news/seen/", {"until": timezone.now().isoformat()})
    assert _count(desk) == ""
    president.send(f"/talks/{case.number}/", body="再起動しても同じです。")
    assert "1" in _count(desk)
    assert "会社からの返事: 受付のPCが重い" in desk.read("/news/")


def test_a_vendor_hears_of_the_time_a_firm_wants_and_not_of_its_own(stage: Stage) -> None:
    work = stage.taken("on_site")
    vendor = stage.vendor
    vendor.client.post("/news/seen/", {"until": timezone.now().isoformat()})
    assert _count(vendor) == ""
    with person_scope(stage.firm.user.pk, stage.cast.sakura_dental.pk):
        appointment_propose(
            job=work, starts_at=workday(), minutes=60, side=Party.FIRM, by=stage.firm.user, now=timezone.now()
        )
    assert "1" in _count(vendor)
    assert "返事待ち" in vendor.read("/news/")
    assert f"/vendor/jobs/{work.pk}/" in vendor.client.get("/news/").content.decode()
    vendor.client.post("/news/seen/", {"until": timezone.now().isoformat()})
    with person_scope(vendor.user.pk, stage.cast.vendor.pk):
        appointment_propose(
            job=work, starts_at=workday(5), minutes=60, side=Party.VENDOR, by=vendor.user, now=timezone.now()
        )
    assert _count(vendor) == ""


def test_the_office_hears_of_an_application(day: Cast) -> None:
    clerk = browser(day.clerk)
    assert _count(clerk) == ""
    Application.objects.using(OWNER).create(programme=day.programme, name="みかん農園", staff_count=3, pc_count=2)
    assert "1" in _count(clerk)
    assert "申し込み: みかん農園" in clerk.read("/news/")


def test_a_vendor_hears_of_an_offer_when_it_is_made_however_old_the_wish(stage: Stage) -> None:
    stage.choose("remote")
    vendor = stage.vendor
    vendor.client.post("/news/seen/", {"until": (timezone.now()).isoformat()})
    assert _count(vendor) == ""
    stage.ask()
    assert "1" in _count(vendor)
    assert "/vendor/offers/" in vendor.client.get("/news/").content.decode()


def test_an_insurer_hears_of_a_claim_that_comes_back_with_an_answer(stage: Stage) -> None:
    work = stage.taken()
    insurer = factories.organisation_make("みどり損害保険", Kind.INSURER)
    adjuster = browser(factories.user_make("adjuster@insurer.invalid", insurer))
    PolicyVersion.objects.using(OWNER).update(insurer=insurer)
    invoice_make(work, 48_000)
    with person_scope(stage.cast.agent.pk, stage.cast.desk.pk):
        claim = claim_make(job=work, by=stage.cast.agent, now=timezone.now())
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=timezone.now())
    assert "1" in _count(adjuster)
    for words in (stage.cast.vendor.name[:3], f"{claim.number}番"):
        assert f"/insurance/claims/{claim.pk}/" in adjuster.client.get(f"/search/?q={words}").content.decode(), words
    assert "見つかりませんでした" in adjuster.read(f"/search/?q={stage.cast.sakura_dental.name}")
    work_found = stage.vendor.client.get("/search/?q=さくら").content.decode()
    assert f"/vendor/jobs/{work.pk}/" in work_found
    with person_scope(adjuster.user.pk, insurer.pk):
        claim_decide(claim_id=claim.pk, to="returned", reason="待ち時間は何ですか。", now=timezone.now())
    assert _count(adjuster) == "", "it waits for the desk"
    adjuster.client.post("/news/seen/", {"until": timezone.now().isoformat()})
    with person_scope(stage.cast.agent.pk, stage.cast.desk.pk):
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=timezone.now(), answer="電話会議を待っていました。")
    assert "1" in _count(adjuster)
