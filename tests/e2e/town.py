"""Everybody the help chain needs, each with a browser of their own, and the platform's worker and mail server."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page

from incidents.models import VendorListing
from insurance.models import PolicyVersion
from ops.processes import Supervisor, free_port, smtp_sink
from ops.smtp_sink import Mail, wait_for_mail
from otasuke.celery import app
from tenants.models import Enrolment, Organisation, ProgrammePartner, User
from tenants.tenancy.jobs import wake
from tests import factories
from tests.e2e import browser as browsing
from tests.e2e.browser import DESK, PHONE
from tests.e2e.web import serving, working
from tests.factories import OWNER, Cast, Kind
from tests.mailing import folder_for_all
from tests.portal import scenes
from tests.portal.help_stage import profile_make
from tests.sensors.box import Sender, alert_line, packed

SINCE = date(2026, 4, 1)
COUNT = 5  # callbacks in an hour that make ★★★ (KMM 3.8)
FIRMS_COUNTED = 5  # fewer, and the office sees no figures
WIDTHS = {"firm": PHONE, "vendor": PHONE, "desk": DESK, "insurer": DESK, "office": DESK}


@dataclass
class Town:
    """A firm in Nara, its desk, a listed vendor and one that is not, an insurer, an office."""

    cast: Cast
    address: str
    browser: Browser
    letters: Path
    insurer: Organisation
    adjuster: User
    stranger: Organisation
    pictures: Path | None = None
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, who: str) -> Page:
        """The person's browser, logged in with the second factor where one is asked."""
        if who not in self.pages:
            people = {
                "firm": self.cast.hanako,
                "desk": self.cast.agent,
                "vendor": self.cast.engineer,
                "insurer": self.adjuster,
                "office": self.cast.clerk,
            }
            page = browsing.log_in(self.browser, self.address, people[who].email, WIDTHS[who])
            page.set_default_timeout(15_000)
            self.pages[who] = page
        return self.pages[who]

    def open(self, who: str, path: str) -> Page:
        """The person goes to an address of the site."""
        page = self.page(who)
        page.goto(path if path.startswith("http") else self.address + path)
        return page

    def seen(self, who: str, name: str) -> None:
        """Keep a picture of what the person has before their eyes, when pictures are asked for."""
        if self.pictures is not None:
            number = len(list(self.pictures.glob("*.png"))) + 1
            self.page(who).screenshot(path=self.pictures / f"{number:02}-{who}-{name}.png", full_page=True)

    def callbacks(self, count: int = COUNT, *, machine: int = 20) -> None:
        """The firm's box reports a trojan's calls of one machine, as a signed batch over HTTP."""
        sender = Sender(self.cast.sakura_box, epoch=machine)
        at = datetime.now(UTC) - timedelta(seconds=60)
        lines = [
            alert_line(
                at + timedelta(milliseconds=10 * number),
                src_ip=f"192.168.1.{machine}",
                flow={"src_ip": f"192.168.1.{machine}", "src_port": 50123, "dest_ip": "203.0.113.9", "dest_port": 80},
                ether={"src_mac": f"02:00:00:00:01:{machine:02x}", "dest_mac": "02:00:00:00:00:01"},
            )
            for number in range(count)
        ]
        body = packed(lines)
        headers = sender.signed("/api/v1/batches", sender.batch_headers(body, count))
        request = urllib.request.Request(f"{self.address}/api/v1/batches", body, headers, method="POST")
        request.add_header("Content-Encoding", "zstd")
        request.add_header("Content-Type", "application/octet-stream")
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 202

    def letter(self, to: str, words: str, *, count: int = 1) -> Mail:
        """The newest mail for an address whose subject has these words; waits until it has come."""
        for total in range(count, count + 12):
            letters = [mail for mail in wait_for_mail(self.letters, count=total, to=to) if words in mail.subject]
            if len(letters) >= count:
                return letters[-1]
        raise AssertionError(f"no mail with {words!r} for {to}")

    def scheduled(self, task: str) -> None:
        """Ask the worker for what the scheduler asks again and again (otasuke.celery)."""
        assert task in {entry["task"] for entry in app.conf["beat_schedule"].values()}
        wake(task)


@contextmanager
def town(cast: Cast, browser: Browser, folder: Path) -> Iterator[Town]:
    """The town, with web server, worker and mail server as an installation has them."""
    insurer, adjuster, stranger = _people(cast)
    given = os.environ.get("CHAIN_PICTURES")
    pictures = Path(given) if given else None
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        open_folder = stack.enter_context(folder_for_all())
        port, letters = free_port(), open_folder / "mail"
        supervisor = stack.enter_context(Supervisor(open_folder))
        supervisor.start(smtp_sink(port, letters))
        mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "EMAIL_USE_TLS": "0"}
        address = stack.enter_context(serving(folder / "web.log", mail))
        stack.enter_context(working(folder / "worker.log", mail | {"PORTAL_URL": address}))
        made = Town(cast, address, browser, letters, insurer, adjuster, stranger, pictures)
        try:
            yield made
        finally:
            for page in made.pages.values():
                page.context.close()


def _people(cast: Cast) -> tuple[Organisation, User, Organisation]:
    """The firm's place and phone; vendors and what they offer; the insurer's terms; enough firms to be counted."""
    Organisation.objects.using(OWNER).filter(pk=cast.sakura_dental.pk).update(
        prefecture="奈良県",
        municipality="奈良市",
        municipality_code="29201",
        address="登大路町1-1",
        phone="0742-00-0000",
        pc_count=9,
    )
    scenes.box_seen(cast.sakura_box.sensor)
    Organisation.objects.using(OWNER).filter(pk=cast.vendor.pk).update(
        email="desk@vendor.invalid", phone="0742-11-1111"
    )
    User.objects.filter(pk=cast.engineer.pk).update(family_name="川辺", given_name="一郎")
    User.objects.filter(pk=cast.agent.pk).update(family_name="窓口", given_name="恵")
    stranger = factories.organisation_make(
        "奈良ネットワーク", Kind.VENDOR, prefecture="奈良県", email="desk@stranger.invalid"
    )
    ProgrammePartner.objects.using(OWNER).create(programme_id=cast.programme.pk, organisation_id=stranger.pk)
    for vendor in (cast.vendor, stranger):
        profile_make(vendor)
    VendorListing.objects.using(OWNER).create(
        programme_id=cast.programme.pk, organisation_id=cast.vendor.pk, listed_from=SINCE
    )
    insurer = factories.organisation_make("みどり損害保険", Kind.INSURER)
    adjuster = factories.user_make("adjuster@insurer.invalid", insurer, family_name="査定", given_name="明")
    PolicyVersion.objects.using(OWNER).create(
        programme_id=cast.programme.pk, insurer=insurer, valid_from=SINCE, limit_yen=50_000, premium_yen=200
    )
    for number in range(FIRMS_COUNTED - 2):
        firm = factories.organisation_make(f"もみじ商店{number + 1}号店", prefecture="奈良県")
        Enrolment(tenant_id=firm.pk, programme_id=cast.programme.pk, contract_start=SINCE).save(using=OWNER)
    return insurer, adjuster, stranger
