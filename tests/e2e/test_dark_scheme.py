"""A system set to dark gets dark pages, on which everything is as readable as by day."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.browser import DESK, PHONE
from tests.e2e.conftest import Site

PAGES = {
    "hanako@sakura.invalid": (
        "/",
        "/alerts/",
        "/incidents/2/",
        "/boxes/devices/",
        "/boxes/guide/",
        "/reports/",
        "/news/",
        "/organisation/notices/",
        "/isolation/nights/",
        "/search/?q=192",
    ),
    "agent@desk.invalid": ("/desk/", "/desk/call/?number=075-000-0101", "/desk/records/"),
    "analyst@soc.invalid": ("/soc/alerts/", "/soc/tunings/", "/search/?q=さくら", "/boxes/"),
    "clerk@office.invalid": ("/", "/office/figures/"),
}


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_is_readable_in_the_dark(site: Site, width: int) -> None:
    axe, problems = Axe(), {}
    for email, paths in PAGES.items():
        page = site.visit(email, width)
        page.emulate_media(color_scheme="dark")
        for path in paths:
            page.goto(site.address + path)
            ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert sum(int(part) for part in ground.strip("rgb()").split(",")) < 200, f"{path} is light: {ground}"
            violations = axe.run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
            if violations:
                problems[f"{email} {path}"] = [node["html"][:160] for node in violations[0]["nodes"]][:4]
    assert problems == {}
