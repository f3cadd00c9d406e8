"""Two people do something to one claim at the same moment: the money moves once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import localdate

from base.moves import Party
from insurance import payments, services
from insurance.claim_rules import claim_step
from insurance.models import BankAccount, Claim, ClaimMessage
from insurance.payments import next_bank_day, payment_file, payments_due
from insurance.selectors import cover_of_job
from insurance.services import claim_decide, claim_make, claim_pay, claim_submit, claim_withdraw
from tenants.models import AuditEvent, Organisation, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests import factories
from tests.at_once import at_once, meeting_in
from tests.factories import Cast
from tests.insurance.stage import NOW, Stage, bill, incident_make, job_make, stage_make


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return stage_make(cast)


def _as(user: User, organisation: Organisation, act: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with person_scope(user.pk, organisation.pk):
            act()

    return run


def _submitted(stage: Stage) -> Claim:
    job = job_make(incident_make(stage.cast.sakura_box), stage.cast.vendor)
    with person_scope(stage.cast.agent.pk, stage.cast.desk.pk):
        claim = claim_make(job=job, bill=bill(), by=stage.cast.agent, now=NOW)
        return claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW)


def _stored(stage: Stage) -> Claim:
    with tenant_scope(stage.firm.pk):
        claim: Claim = Claim.objects.get()
    return claim


def _audited(stage: Stage, code: str) -> int:
    with tenant_scope(stage.firm.pk):
        return AuditEvent.objects.filter(code=code, subject="claim:1").count()


def test_two_agents_who_make_a_claim_of_one_job_make_one(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_make(incident_make(stage.cast.sakura_box), stage.cast.vendor)
    agents = (stage.cast.agent, factories.user_make("second@desk.invalid", stage.cast.desk))
    monkeypatch.setattr(services, "cover_of_job", meeting_in(cover_of_job))

    def make(by: User) -> Callable[[], None]:
        return _as(by, stage.cast.desk, lambda: claim_make(job=job, bill=bill(), by=by, now=NOW))

    assert sorted(at_once(*map(make, agents))) == ["ClaimExists", "done"]
    assert _stored(stage).claimed_yen == 48_000


def test_two_adjusters_who_pay_at_once_pay_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = _submitted(stage)
    with person_scope(stage.adjuster.pk, stage.insurer.pk):
        claim_decide(claim_id=claim.pk, to="approved", now=NOW)
    adjusters = (stage.adjuster, factories.user_make("second@insurer.invalid", stage.insurer))
    monkeypatch.setattr(services, "claim_step", meeting_in(claim_step))

    def pay(by: User) -> Callable[[], None]:
        return _as(by, stage.insurer, lambda: claim_pay(claim_id=claim.pk, paid_on=localdate(NOW), now=NOW))

    assert sorted(at_once(*map(pay, adjusters))) == ["MoveRefused", "done"]
    assert _stored(stage).state == "paid"
    assert _audited(stage, "claim.paid") == 1
    with tenant_scope(stage.firm.pk):
        assert ClaimMessage.objects.filter(state="paid").count() == 1


def test_a_claim_is_taken_back_or_approved_and_never_both(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = _submitted(stage)
    monkeypatch.setattr(services, "claim_step", meeting_in(claim_step))
    cast = stage.cast
    outcomes = at_once(
        _as(stage.adjuster, stage.insurer, lambda: claim_decide(claim_id=claim.pk, to="approved", now=NOW)),
        _as(
            cast.agent,
            cast.desk,
            lambda: claim_withdraw(claim_id=claim.pk, party=Party.DESK, reason="請求の誤り", now=NOW),
        ),
    )
    assert sorted(outcomes) == ["MoveRefused", "done"]
    stored = _stored(stage)
    assert (stored.state, stored.slot, stored.approved_yen) == (
        ("approved", 1, 48_000) if outcomes[0] == "done" else ("withdrawn", None, 0)
    )
    assert _audited(stage, "claim.approved") + _audited(stage, "claim.withdrawn") == 1


ACCOUNT = {
    "bank_code": "0143",
    "bank_kana": "ﾊﾁｼﾞﾕｳﾆ",
    "branch_code": "210",
    "branch_kana": "ﾏﾂﾓﾄ",
    "type": "1",
    "number": "1234567",
    "holder_kana": "ｶﾜﾍﾞ",
    "client_code": "1",
}


def _approved(stage: Stage) -> Claim:
    claim = _submitted(stage)
    for owner, organisation in ((stage.cast.engineer, stage.cast.vendor), (stage.adjuster, stage.insurer)):
        with person_scope(owner.pk, organisation.pk):
            BankAccount.objects.create(organisation=organisation, **ACCOUNT)
    with person_scope(stage.adjuster.pk, stage.insurer.pk):
        return claim_decide(claim_id=claim.pk, to="approved", now=NOW)


def test_two_adjusters_who_make_the_transfer_file_at_once_make_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = _approved(stage)
    adjusters = (stage.adjuster, factories.user_make("second@insurer.invalid", stage.insurer))
    monkeypatch.setattr(payments, "payments_due", meeting_in(payments_due))
    on = next_bank_day(localdate(NOW))

    def export(by: User) -> Callable[[], None]:
        return _as(by, stage.insurer, lambda: payment_file(claims={claim.pk: 0}, on=on, now=NOW))

    assert sorted(at_once(*map(export, adjusters))) == ["ExportedMeanwhile", "done"]
    assert _stored(stage).exports == 1
    assert _audited(stage, "claim.exported") == 1


def test_the_database_lets_nobody_put_a_claim_into_two_files_without_a_reason(stage: Stage) -> None:
    claim = _approved(stage)
    later = NOW + timedelta(days=1)
    with person_scope(stage.adjuster.pk, stage.insurer.pk):
        rows = Claim.objects.filter(pk=claim.pk)
        rows.update(exports=1, exported_at=NOW)
        for change in ({"exports": 2, "exported_at": later}, {"exported_at": later}, {"exports": 0}, {"exports": 3}):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.update(**change)
        rows.update(exports=2, exported_at=later, export_reason="銀行が受け付けなかった")
    with person_scope(stage.cast.agent.pk, stage.cast.desk.pk), pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(exports=3, export_reason="窓口から")
    assert _stored(stage).exports == 2
