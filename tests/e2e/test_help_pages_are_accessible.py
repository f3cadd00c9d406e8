"""axe-core finds nothing on the pages of the help chain, and none is wider than its window, on a phone and at a desk.

`LOOK_DIR=… pytest tests/e2e/test_help_pages_are_accessible.py` keeps a picture of each to look at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.browser import DESK, PHONE
from tests.e2e.conftest import Site
from tests.e2e.stage_help import HelpDay, help_day
from tests.e2e.web import serving
from tests.factories import Cast

STRANGER = ""


def _pages(day: HelpDay) -> dict[str, list[str]]:
    cast, job = day.stage.cast, day.done.pk
    sakura, yamada = cast.sakura_dental.pk, cast.yamada_works.pk
    return {
        STRANGER: [day.feedback, f"/call/{day.booking}/"],
        "hanako@sakura.invalid": [
            "/",
            "/incidents/3/",
            "/incidents/4/",
            "/incidents/4/breach/",
            f"/help/incidents/{day.open_incident.pk}/",
            f"/help/jobs/{job}/",
            f"/help/jobs/{day.offered.pk}/",
            f"/help/jobs/{day.offered.pk}/vendors/",
            f"/help/firms/{sakura}/new/",
            f"/jobs/{job}/report/read/",
            f"/insurance/claims/{day.claim.pk}/",
            "/insurance/second-storey/",
            "/insurance/second-storey/?computers=25&sales=1000000&days=14",
            "/talks/",
            "/talks/new/",
        ],
        "agent@desk.invalid": [
            "/desk/",
            f"/desk/tasks/{yamada}/{day.asked_task.pk}/",
            f"/desk/cases/{sakura}/{day.case}/",
            "/desk/call/?number=075-000-0101",
            f"/desk/incidents/{sakura}/4/",
            f"/desk/incidents/{sakura}/4/tidy/",
            f"/desk/firms/{sakura}/incident/",
            f"/help/jobs/{job}/",
            f"/help/jobs/{day.installing.pk}/",
            f"/help/jobs/{day.installing.pk}/vendors/",
            f"/help/incidents/{day.open_incident.pk}/",
            "/insurance/claims/",
            f"/insurance/claims/{day.claim_in_question.pk}/",
            "/knowledge/",
            f"/knowledge/{day.article}/",
            f"/knowledge/new/?firm={sakura}&case=1",
            "/knowledge/answers/",
            f"/knowledge/answers/{day.answer}/",
            "/warnings/",
            "/desk/mail/",
        ],
        "engineer@vendor.invalid": [
            "/vendor/",
            "/vendor/profile/",
            f"/vendor/offers/{day.offered.pk}/",
            f"/vendor/jobs/{job}/",
            f"/jobs/{job}/sheet/",
            f"/jobs/{job}/report/",
            f"/jobs/{job}/report/sign/",
            f"/jobs/{job}/invoice/",
            f"/jobs/{job}/hearing/",
            "/insurance/account/",
            "/knowledge/",
        ],
        "adjuster@insurer.invalid": [
            "/insurance/claims/",
            f"/insurance/claims/{day.claim.pk}/",
            "/insurance/payments/",
            "/insurance/statistics/",
            "/insurance/account/",
        ],
        "clerk@office.invalid": [
            "/",
            "/office/figures/",
            "/office/measures/",
            "/office/measures/grades/",
            "/office/vendors/",
            f"/office/vendors/{cast.vendor.pk}/",
            "/office/invoices/",
            "/insurance/statistics/",
            "/warnings/",
            "/knowledge/",
        ],
        "analyst@soc.invalid": ["/soc/requests/", f"/desk/cases/{sakura}/{day.case}/"],
    }


@pytest.fixture
def quiet(chromium: Browser, cast: Cast, tmp_path: Path) -> Iterator[Site]:
    """The served site without the busy day of the other pages."""
    with serving(tmp_path / "web.log") as address:
        yield Site(cast, address, chromium)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_axe_finds_nothing_and_nothing_sticks_out(quiet: Site, width: int) -> None:
    site, day, axe, problems = quiet, help_day(quiet.cast), Axe(), {}
    for email, paths in _pages(day).items():
        page = site.visit(email, width) if email else _nobody(site, width)
        for path in paths:
            answer = page.goto(site.address + path)
            assert answer is not None
            assert answer.status == 200, (email, path, answer.status)
            _kept(page, f"{email.partition('@')[0]}{path}", width)
            wide = page.evaluate("document.documentElement.scrollWidth")
            violations = axe.run(page).response["violations"]
            listed = [
                (violation["id"], [node["html"][:160] for node in violation["nodes"]][:3]) for violation in violations
            ]
            if listed or wide > width:
                problems[f"{email} {path}"] = (wide, listed)
    assert problems == {}


def _nobody(site: Site, width: int) -> Page:
    return site.browser.new_context(viewport={"width": width, "height": 844}, locale="ja-JP").new_page()


def _kept(page: Page, name: str, width: int) -> None:
    if folder := os.environ.get("LOOK_DIR"):
        clean = "".join(sign if sign.isalnum() else "_" for sign in name)[:80]
        page.screenshot(path=Path(folder) / f"{clean}-{width}.png", full_page=True)
