"""Two people write the same paper of a job at the same moment: one paper comes of it, and the second is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from base.moves import Party
from incidents.jobsheet import billing, reporting, selectors
from incidents.jobsheet.invoicing import Line
from incidents.models import Invoice, JobReport, SignOff
from incidents.states.invoice import InvoiceState, Rounding
from notifications.models import OutboxMessage
from tenants.models import AuditEvent
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.at_once import at_once, meeting_in
from tests.factories import Cast, user_make
from tests.incidents.jobsheets import Phone, phone_make

NOW = datetime.now(UTC)


@pytest.fixture
def phone(cast: Cast) -> Phone:
    """An hour's work."""
    made = phone_make(cast)
    made.write("time", kind="work", way="remote", started_at=(NOW - timedelta(hours=2)).isoformat(), minutes=60)
    return made


def _audited(phone: Phone, code: str) -> int:
    with tenant_scope(phone.job.tenant_id):
        return AuditEvent.objects.filter(code=code, subject=f"job:{phone.job.number}").count()


def test_two_engineers_report_at_once_and_the_firm_gets_one_report(
    phone: Phone, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = (cast.engineer, user_make("second@vendor.invalid", cast.vendor))
    monkeypatch.setattr(selectors, "report_of", meeting_in(selectors.report_of))

    def give(number: int) -> Callable[[], None]:
        def act() -> None:
            with person_scope(people[number].pk, cast.vendor.pk):
                reporting.report_give(
                    job_id=phone.job.pk,
                    key=uuid.uuid4(),
                    summary="調べました。",
                    result="駆除しました。",
                    advice="",
                    by=people[number],
                    now=NOW,
                )

        return act

    assert sorted(at_once(give(0), give(1))) == ["SheetClosed", "done"]
    with tenant_scope(phone.job.tenant_id):
        assert list(JobReport.objects.values_list("version", flat=True)) == [1]
        assert OutboxMessage.objects.filter(kind="job", key__contains=":report:").count() == 1
    assert _audited(phone, "job.reported") == 1


def test_a_report_is_signed_once_though_portal_and_the_vendors_phone_send_at_once(
    phone: Phone, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.report()
    with tenant_scope(phone.job.tenant_id):
        sha256 = JobReport.objects.get().sha256
    monkeypatch.setattr(selectors, "signoff_of", meeting_in(selectors.signoff_of))

    def sign(who: str, place: str) -> Callable[[], None]:
        user, organisation = (cast.hanako, cast.sakura_dental) if who == "firm" else (cast.engineer, cast.vendor)

        def act() -> None:
            with person_scope(user.pk, organisation.pk):
                reporting.report_sign(
                    job_id=phone.job.pk,
                    key=uuid.uuid4(),
                    sha256=sha256,
                    name="桜井 花子",
                    strokes=[],
                    remark="",
                    place=place,
                    by=user,
                    now=NOW,
                )

        return act

    outcomes = at_once(sign("firm", SignOff.Place.PORTAL), sign("vendor", SignOff.Place.VENDOR_DEVICE))
    assert sorted(outcomes) == ["SheetClosed", "done"]
    with tenant_scope(phone.job.tenant_id):
        assert SignOff.objects.count() == 1
    assert phone.state() == "signed"
    assert _audited(phone, "job.signed") == 1


def test_a_job_is_billed_once_though_two_press_at_once(
    phone: Phone, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.report()
    people = (cast.engineer, user_make("second@vendor.invalid", cast.vendor))
    monkeypatch.setattr(selectors, "invoice_of_job", meeting_in(selectors.invoice_of_job))

    def issue(number: int) -> Callable[[], None]:
        def act() -> None:
            with person_scope(people[number].pk, cast.vendor.pk):
                billing.invoice_issue(
                    job_id=phone.job.pk,
                    key=uuid.uuid4(),
                    number=f"K-{number}",
                    registration="",
                    tax_included=True,
                    rounding=Rounding.DOWN,
                    lines=[Line("初動対応", 1, "式", 48_000, 10)],
                    by=people[number],
                    now=NOW,
                )

        return act

    assert sorted(at_once(issue(0), issue(1))) == ["InvoiceExists", "done"]
    with tenant_scope(phone.job.tenant_id):
        assert list(Invoice.objects.values_list("total_yen", flat=True)) == [48_000]


def test_an_invoice_is_settled_or_taken_back_and_never_both(phone: Phone, cast: Cast) -> None:
    phone.report()
    with person_scope(cast.engineer.pk, cast.vendor.pk):
        made = billing.invoice_issue(
            job_id=phone.job.pk,
            key=uuid.uuid4(),
            number="K-7",
            registration="",
            tax_included=True,
            rounding=Rounding.DOWN,
            lines=[Line("初動対応", 1, "式", 48_000, 10)],
            by=cast.engineer,
            now=NOW,
        )

    def settle() -> None:
        with person_scope(cast.clerk.pk, cast.office.pk):
            billing.invoice_move(
                invoice_id=made.pk, to=InvoiceState.SETTLED, party=Party.OFFICE, by=cast.clerk, now=NOW
            )

    def take_back() -> None:
        with person_scope(cast.engineer.pk, cast.vendor.pk):
            billing.invoice_move(
                invoice_id=made.pk, to=InvoiceState.VOID, party=Party.VENDOR, by=cast.engineer, now=NOW, reason="誤り"
            )

    outcomes = at_once(settle, take_back)
    assert sorted(outcomes) == ["MoveRefused", "done"]
    with tenant_scope(phone.job.tenant_id):
        assert Invoice.objects.get().state == ("settled" if outcomes[0] == "done" else "void")
    assert _audited(phone, "invoice.moved") == 1
