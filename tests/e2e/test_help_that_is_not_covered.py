"""What the bundled cover does not pay is said before the work and after it, in words that tell what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from base.moves import Party
from incidents.models import Incident
from insurance.services import claim_make, claim_submit
from tenants.tenancy.scope import person_scope, tenant_scope
from tests import factories
from tests.e2e import browser as browsing
from tests.e2e.browser import DESK, PHONE
from tests.e2e.web import serving
from tests.factories import Cast, Kind
from tests.insurance.stage import Stage, incident_make, invoice_make, job_make, stage_make
from tests.portal import scenes
from tests.portal.help_stage import past_job_make

AT = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)


@dataclass
class Site:
    """The served site, the cover, and people's browsers."""

    stage: Stage
    address: str
    browser: Browser

    def visit(self, email: str, width: int) -> Page:
        """A fresh profile, logged in."""
        return browsing.log_in(self.browser, self.address, email, width)


@pytest.fixture
def site(chromium: Browser, cast: Cast, tmp_path: Path) -> Iterator[Site]:
    stage = stage_make(cast)
    with serving(tmp_path / "web.log") as address:
        yield Site(stage, address, chromium)


def test_by_hand_unlisted_or_second_in_the_year_is_refused_and_the_desk_and_the_firm_read_why(site: Site) -> None:
    cast = site.stage.cast
    by_hand = _escalated(site)
    stranger = factories.organisation_make("奈良ネットワーク", Kind.VENDOR)
    jobs = {
        "by_hand": job_make(by_hand, cast.vendor, 1),
        "unlisted": job_make(incident_make(cast.sakura_box, 2), stranger, 2),
        "first": job_make(incident_make(cast.sakura_box, 3), cast.vendor, 3),
        "second": job_make(incident_make(cast.sakura_box, 4), cast.vendor, 4),
    }
    for job in jobs.values():
        invoice_make(job, 48_000)
    desk = site.visit("agent@desk.invalid", DESK)

    # Only what the cover pays is offered; of the rest the job's page says why not.
    desk.goto(f"{site.address}/insurance/claims/")
    expect(desk.get_by_text("保険に請求できる作業が2件あります。")).to_be_visible()
    for name, words in (
        (
            "by_hand",
            "人の判断・会社の希望・事業の方針で受け付けたインシデントのため、付帯保険の対象では",
        ),
        (
            "unlisted",
            "この事業の登録事業者ではないため、付帯保険の対象ではありません。登録事業者に頼むと対象になります。",
        ),
    ):
        desk.goto(f"{site.address}/help/jobs/{jobs[name].pk}/")
        expect(desk.get_by_text(words)).to_be_visible()
        expect(desk.get_by_text("保険の対象外")).to_be_visible()
        expect(desk.get_by_role("button", name="保険の請求を作る")).to_have_count(0)

    # Both are drafts; the first that is sent takes the year's place, the second is told so.
    drafts = []
    for name in ("first", "second"):
        desk.goto(f"{site.address}/help/jobs/{jobs[name].pk}/")
        desk.get_by_role("button", name="保険の請求を作る").click()
        expect(desk.get_by_role("heading", level=1)).to_have_text("さくら歯科: 保険への請求 48,000円")
        drafts.append(desk.url)
    desk.goto(drafts[0])
    desk.get_by_role("button", name="保険会社へ送る").click()
    expect(desk.get_by_text("保険会社へ送りました。")).to_be_visible()
    desk.goto(drafts[1])
    desk.get_by_role("button", name="保険会社へ送る").click()
    alert = desk.get_by_text("今年度の付帯保険はすでに使われています。")
    expect(alert).to_contain_text("請求1番で使いました。次に使えるのは2027年4月1日(木)からです")
    expect(desk.get_by_text("下書き", exact=True).first).to_be_visible()

    firm = site.visit("hanako@sakura.invalid", PHONE)
    for path, words in (
        (f"/incidents/{by_hand.number}/", "人の判断・会社の希望・事業の方針で受け付けたインシデントのため"),
        ("/incidents/4/", "今年度の残り: 0回(2027年3月31日(水)まで)"),
        ("/incidents/4/", "請求1番で使いました。"),
    ):
        firm.goto(site.address + path)
        expect(firm.get_by_text(words).first).to_be_visible()


def test_one_yen_over_the_limit_is_the_firms_and_it_knows_before_the_work_begins(site: Site) -> None:
    cast = site.stage.cast
    incident = incident_make(cast.sakura_box)
    for number in range(1, 6):
        past_job_make(cast, number, incident.family, {"remote": 235}, 50_001)
    firm = site.visit("hanako@sakura.invalid", PHONE)
    firm.goto(f"{site.address}/help/incidents/{incident.pk}/")
    remote = firm.locator(".card").filter(has=firm.get_by_role("heading", name="遠隔", exact=True))
    expect(remote.get_by_text("50,001円").first).to_be_visible()
    expect(remote.locator("dd").filter(has_text="1円").get_by_text("1円", exact=True)).to_be_visible()

    job = job_make(incident, cast.vendor)
    invoice_make(job, 50_001)
    with person_scope(cast.agent.pk, cast.desk.pk):
        claim = claim_make(job=job, by=cast.agent, now=timezone.now())
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=timezone.now())
    adjuster = site.visit("adjuster@insurer.invalid", DESK)
    adjuster.goto(f"{site.address}/insurance/claims/{claim.pk}/")
    assert _stats(adjuster) == ["請求書の額50,001円", "保険への請求50,000円", "会社の負担1円"]
    adjuster.get_by_role("button", name="支払いを承認する").click()
    expect(adjuster.get_by_text("支払いを決めました。振込データに入ります。")).to_be_visible()
    assert _stats(adjuster) == ["請求書の額50,001円", "保険からの支払い50,000円", "会社の負担1円"]
    firm.goto(f"{site.address}/incidents/{incident.number}/")
    expect(firm.get_by_text("会社の負担は1円です。")).to_be_visible()


def _stats(page: Page) -> list[str]:
    return ["".join(text.split()) for text in page.locator(".stats > *").all_inner_texts()]


def _escalated(site: Site) -> Incident:
    """A ★★ that an analyst thinks needs first response (OSK 3.4.3)."""
    group = scenes.group_make(site.stage.cast.sakura_box.sensor, "outbound-malware", count=2)
    page = site.visit("analyst@soc.invalid", DESK)
    page.goto(f"{site.address}/desk/alerts/{group.tenant_id}/{group.pk}/")
    page.get_by_label("上げる理由").fill("同じ相手への通信が続く")
    page.get_by_role("button", name="インシデントを開く").click()
    expect(page.get_by_text("番を開きました")).to_be_visible()
    with tenant_scope(group.tenant_id):
        made: Incident = Incident.objects.get(incidentgroup__group=group)
    return made
