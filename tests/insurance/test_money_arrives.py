"""Before the money is due, whoever must is asked for a bank account; the vendor hears what it gets and when it came."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from base.moves import Party
from insurance.models import BankAccount, Claim
from insurance.services import claim_decide, claim_make, claim_pay, claim_submit
from notifications.models import OutboxMessage
from tenants.models import Organisation, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.insurance.stage import NOW, Stage, bill, incident_make, job_make, stage_make
from tests.portal.pages import text_of

ACCOUNT = {
    "bank_code": "0143",
    "bank_kana": "ﾊﾁｼﾞﾕｳﾆ",
    "branch_code": "210",
    "branch_kana": "ﾏﾂﾓﾄ",
    "type": "1",
    "number": "1234567",
    "holder_kana": "ｶﾜﾍﾞｼｽﾃﾑ",
    "client_code": "1",
}


@pytest.fixture
def stage(cast: Cast) -> Stage:
    for organisation, address in ((cast.vendor, "kawabe@vendor.invalid"),):
        Organisation.objects.using("owner").filter(pk=organisation.pk).update(email=address)
    made = stage_make(cast)
    Organisation.objects.using("owner").filter(pk=made.insurer.pk).update(email="claims@insurer.invalid")
    return made


def submitted(stage: Stage, total: int = 48_000) -> Claim:
    cast = stage.cast
    job = job_make(incident_make(cast.sakura_box), cast.vendor)
    with person_scope(cast.agent.pk, cast.desk.pk):
        claim = claim_make(job=job, bill=bill(total), by=cast.agent, now=NOW)
        return claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW)


def account(user: User, organisation: Organisation) -> None:
    with person_scope(user.pk, organisation.pk):
        BankAccount.objects.create(organisation=organisation, **ACCOUNT)


def to_vendor(stage: Stage) -> list[str]:
    with tenant_scope(stage.cast.vendor.pk):
        mails = OutboxMessage.objects.filter(kind="job", key__contains=":claim:").order_by("pk")
        return [f"{mail.to} {mail.subject}\n{mail.text}" for mail in mails]


def shown(user: User, name: str, *args: int) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse(f"insurance:{name}", args=args))
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_the_vendor_is_asked_for_its_account_when_the_claim_is_sent_and_not_when_it_has_one(stage: Stage) -> None:
    submitted(stage)
    (mail,) = to_vendor(stage)
    assert mail.startswith("kawabe@vendor.invalid")
    assert "振込口座を登録してください" in mail
    assert "/insurance/account/" in mail


def test_a_vendor_with_an_account_is_not_asked(stage: Stage) -> None:
    account(stage.cast.engineer, stage.cast.vendor)
    submitted(stage)
    assert to_vendor(stage) == []


def test_desk_and_insurer_see_that_an_account_is_missing_and_ask_with_a_button(stage: Stage) -> None:
    claim = submitted(stage)
    for user in (stage.cast.agent, stage.adjuster):
        assert "もう一度、登録を頼む" in shown(user, "claim", claim.pk)
    assert "自社の振込口座がまだ登録されていません" in shown(stage.adjuster, "claims")
    client = Client()
    client.force_login(stage.adjuster)
    done = client.post(reverse("insurance:claim", args=[claim.pk]), {"action": "ask_account"}, follow=True)
    assert "メールで頼みました" in done.content.decode()
    assert len(to_vendor(stage)) == 2
    account(stage.cast.engineer, stage.cast.vendor)
    account(stage.adjuster, stage.insurer)
    assert "登録を頼む" not in shown(stage.adjuster, "claim", claim.pk)
    assert "まだ登録されていません" not in shown(stage.adjuster, "claims")


def test_the_insurers_mail_says_that_its_own_account_is_missing(stage: Stage) -> None:
    submitted(stage)
    with tenant_scope(stage.firm.pk):
        mail = OutboxMessage.objects.get(kind="claim")
    assert "自社の振込口座が未登録です" in mail.text
    assert "さくら歯科" not in mail.text


def test_the_vendor_hears_what_the_insurer_gives_and_that_it_was_paid(stage: Stage) -> None:
    account(stage.cast.engineer, stage.cast.vendor)
    claim = submitted(stage, 50_001)
    with person_scope(stage.adjuster.pk, stage.insurer.pk):
        claim_decide(claim_id=claim.pk, to="approved", now=NOW)
        claim_pay(claim_id=claim.pk, paid_on=date(2026, 11, 20), now=NOW)
    decided, paid = to_vendor(stage)
    assert "保険の支払いが決まりました" in decided
    assert "保険会社から振り込まれました" in paid
    for words in ("50,000円", "会社の負担: 1円", "2026年11月20日"):
        assert words in paid


def test_the_vendor_hears_that_the_insurer_gives_nothing(stage: Stage) -> None:
    account(stage.cast.engineer, stage.cast.vendor)
    claim = submitted(stage)
    with person_scope(stage.adjuster.pk, stage.insurer.pk):
        claim_decide(claim_id=claim.pk, to="rejected", reason="対象外の作業", now=NOW)
    (mail,) = to_vendor(stage)
    assert "保険は支払われないことになりました" in mail
