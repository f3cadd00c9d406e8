"""The README's pictures, from a running demo: `python -m tests.e2e.readme URL PASSWORD var/demo/mail`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from ops.smtp_sink import read_mail
from tests.e2e import browser as browsing

OUT = Path(__file__).resolve().parents[2] / "docs" / "img"
OWNER, AGENT = "owner@otasuke-demo.invalid", "agent@otasuke-demo.invalid"
FIRM_PAGES = {"portal-home": "/", "alerts": "/alerts/", "incident": "/incidents/2/"}


def _log_in(browser: Browser, address: str, email: str, password: str, width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height}, locale="ja-JP")
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    return page


def main(address: str, password: str, mails: Path) -> None:
    """Save portal, desk, mail and paper as pictures."""
    OUT.mkdir(parents=True, exist_ok=True)
    with browsing.chromium() as browser:
        for name, path in FIRM_PAGES.items():
            for width, height in ((1280, 900), (390, 844)):
                page = _log_in(browser, address, OWNER, password, width, height)
                page.goto(address + path)
                page.screenshot(path=OUT / f"{name}-{width}.png")
        desk = _log_in(browser, address, AGENT, password, 1280, 800)
        desk.goto(f"{address}/desk/")
        desk.screenshot(path=OUT / "desk.png")
        mail = next(mail for mail in read_mail(mails) if "高(★★★)" in mail.subject)
        letter = browser.new_page(viewport={"width": 700, "height": 900})
        letter.set_content(mail.html())
        letter.screenshot(path=OUT / "mail.png")
        owner = _log_in(browser, address, OWNER, password, 1280, 900)
        owner.goto(f"{address}/reports/")
        link = owner.locator("a[href$='.pdf']").first.get_attribute("href")
        paper = owner.request.get(address + str(link)).body()
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        Path(file.name).write_bytes(paper)
        subprocess.run(
            ["pdftoppm", "-png", "-r", "60", "-f", "1", "-l", "1", "-singlefile", file.name, str(OUT / "report")],
            check=True,
        )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
