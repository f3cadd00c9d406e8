"""What firm, desk, insurer, vendor and office see and do on their screens about a claim."""

from __future__ import annotations

import io
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from alerts.models import AlertGroup
from base.moves import Party
from incidents.models import Invoice, WorkEntry
from insurance.chain import canonical
from insurance.evidence import evidence_links
from insurance.models import BankAccount, Claim, Referral
from insurance.payments import next_bank_day
from insurance.services import claim_decide, claim_make, claim_submit
from notifications.models import OutboxMessage
from tenants.models import Organisation, User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests import factories
from tests.factories import Cast
from tests.insurance.stage import NOW, Stage, bill, incident_make, invoice_make, job_make, mark_make, stage_make
from tests.portal.pages import inline_code, text_of


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return stage_make(cast, premium_yen=500, agent_name="みどり代理店", agent_email="agent@agency.invalid")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def submitted(stage: Stage, total: int = 48_000, marked: bool = False) -> Claim:
    job = job_make(incident_make(stage.cast.sakura_box), stage.cast.vendor)
    if marked:
        mark_make(job)
    with person_scope(stage.cast.agent.pk, stage.cast.desk.pk):
        claim = claim_make(job=job, bill=bill(total), by=None, now=NOW)
        return claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW)


def page(user: User, name: str, *args: Any, **query: str) -> str:
    answer = browser(user).get(reverse(f"insurance:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    html = answer.content.decode()
    assert inline_code(html) == []
    return text_of(html)


def post(user: User, name: str, *args: Any, **data: Any) -> str:
    answer = browser(user).post(reverse(f"insurance:{name}", args=args), data, follow=True)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_the_desk_claims_a_finished_job_and_sends_it_with_two_buttons(stage: Stage) -> None:
    job = job_make(incident_make(stage.cast.sakura_box), stage.cast.vendor)
    assert "まだありません" in post(stage.cast.agent, "claim_new", stage.firm.pk, job.pk)
    invoice_make(job, 48_000)
    assert "さくら歯科" in page(stage.cast.agent, "claims")
    assert "下書きを作りました" in post(stage.cast.agent, "claim_new", stage.firm.pk, job.pk)
    claim_id = 1
    assert "保険会社へ送りました" in post(stage.cast.agent, "claim", claim_id, action="submit")
    with tenant_scope(stage.firm.pk):
        assert Invoice.objects.get().total_yen == Claim.objects.get().asked_yen == 48_000
        mail = OutboxMessage.objects.filter(kind="claim").first()
        assert mail is None  # the insurer has no address for notices here


def test_a_job_that_is_not_covered_is_refused_with_the_right_words(stage: Stage) -> None:
    first = submitted(stage)
    job = job_make(incident_make(stage.cast.sakura_box, 2), stage.cast.vendor, 2)
    invoice_make(job, 50_001)
    assert "今年度の付帯保険はすでに使われています" in post(stage.cast.agent, "claim_new", stage.firm.pk, job.pk)
    assert "取り下げました" in post(stage.cast.agent, "claim", first.pk, action="withdraw", text="会社の希望")
    html = post(stage.cast.agent, "claim_new", stage.firm.pk, job.pk)
    assert "請求書の額 50,001円" in html
    assert "保険への請求 50,000円" in html
    assert "会社の負担 1円" in html


def test_the_insurer_says_yes_on_one_page(stage: Stage) -> None:
    claim = submitted(stage, marked=True)
    queue = page(stage.adjuster, "claims")
    assert "さくら歯科" in queue
    assert "48,000円" in queue
    html = page(stage.adjuster, "claim", claim.pk)
    for words in (
        "さくら歯科: 保険への請求 48,000円",
        "作業の記録があります(235分)",
        "保険年度の1回目です(年1回まで)",
        "証拠は記録したときのままです",
        "ET MALWARE Foobot Checkin",
    ):
        assert words in html
    assert "確認できません" not in html
    assert "192.168." not in html
    assert "支払いを決めました" in post(stage.adjuster, "claim", claim.pk, action="approve", amount="48000")
    today = timezone.localdate().isoformat()
    assert "支払い済みにしました" in post(stage.adjuster, "claim", claim.pk, action="pay", paid_on=today)
    words = page(stage.cast.hanako, "claim", claim.pk)
    assert "保険会社から事業者へ支払われました" in words
    with tenant_scope(stage.firm.pk):
        subjects = list(OutboxMessage.objects.filter(kind="claim").order_by("pk").values_list("to", "subject"))
    assert subjects == [
        ("owner@sakura.invalid", "【保険の請求 1番】保険の支払いが決まりました"),
        ("owner@sakura.invalid", "【保険の請求 1番】保険から事業者へ支払われました"),
    ]


def test_a_question_is_answered_inside_the_claim(stage: Stage) -> None:
    claim = submitted(stage)
    assert "理由を書いてください" in post(stage.adjuster, "claim", claim.pk, action="return", text="")
    assert "差し戻しました" in post(stage.adjuster, "claim", claim.pk, action="return", text="内訳を教えてください")
    assert "内訳を教えてください" in page(stage.cast.agent, "claim", claim.pk)
    assert "保険会社から質問が来ています" in page(stage.cast.hanako, "claim", claim.pk)
    assert "保険会社へ送りました" in post(stage.cast.agent, "claim", claim.pk, action="submit", text="移動40分です")
    assert "移動40分です" in page(stage.adjuster, "claim", claim.pk)
    with tenant_scope(stage.firm.pk):
        to = list(OutboxMessage.objects.filter(kind="claim").order_by("pk").values_list("to", flat=True))
    assert to == ["desk@otasuke.invalid"]


def test_paying_less_needs_a_reason_and_the_firm_reads_it(stage: Stage) -> None:
    claim = submitted(stage, 60_000)
    assert "理由を書いてください" in post(stage.adjuster, "claim", claim.pk, action="approve", amount="30000")
    assert "1円から請求額まで" in post(stage.adjuster, "claim", claim.pk, action="approve", amount="50001", text="x")
    post(stage.adjuster, "claim", claim.pk, action="approve", amount="30000", text="交通費は対象外です")
    shown = page(stage.cast.hanako, "claim", claim.pk)
    assert "会社の負担 30,000円" in shown
    assert "交通費は対象外です" in shown


def test_the_firm_and_the_desk_cannot_decide_and_strangers_see_nothing(stage: Stage) -> None:
    claim = submitted(stage)
    for user in (stage.cast.agent, stage.cast.hanako):
        assert "その操作はできません" in post(user, "claim", claim.pk, action="approve", amount="48000")
    with tenant_scope(stage.firm.pk):
        assert Claim.objects.get().state == "submitted"
    for user in (stage.cast.jiro, stage.cast.engineer, stage.cast.clerk, stage.cast.analyst):
        for name in ("claim", "claim_pdf", "claim_xlsx", "claim_csv", "claim_chain"):
            assert browser(user).get(reverse(f"insurance:{name}", args=[claim.pk])).status_code == 404


def test_the_chain_of_evidence_can_be_taken_along_and_checked(stage: Stage) -> None:
    claim = submitted(stage)
    client = browser(stage.adjuster)
    paper = client.get(reverse("insurance:claim_pdf", args=[claim.pk]))
    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper.content)).pages)
    squeezed = "".join(text.split())
    with tenant_scope(stage.firm.pk):
        claim = Claim.objects.get()
        links = evidence_links(claim)
    assert [link.kind for link in links] == [
        "alert",
        "grade",
        "notice",
        "consent",
        "consent",
        "consent",
        "work",
        "invoice",
        "cover",
    ]
    for link in links:
        assert link.sha256 in squeezed
        assert link.chain_sha256 in squeezed
    assert "235分" in squeezed
    assert "桜井花子" in squeezed
    typed = f" {claim.chain_sha256[:32]} {claim.chain_sha256[32:].upper()}"
    assert "紙とこの記録は同じ" in page(stage.adjuster, "claim", claim.pk, hash=typed)
    assert "紙とこの記録は違います" in page(stage.adjuster, "claim", claim.pk, hash="00")
    import hashlib

    before = "0" * 64
    for line in client.get(reverse("insurance:claim_chain", args=[claim.pk])).content.decode().splitlines():
        own, whole, words = line.split(" ", 2)
        assert own == hashlib.sha256(words.encode()).hexdigest()
        before = hashlib.sha256((before + words).encode()).hexdigest()
        assert whole == before
    assert before == claim.chain_sha256
    assert canonical(links[0].kind, links[0].data).startswith('{"blocked"')
    rows = client.get(reverse("insurance:claim_csv", args=[claim.pk])).content.decode("utf-8-sig")
    assert "ET MALWARE Foobot Checkin" in rows


def test_the_firms_mark_is_part_of_the_evidence_on_page_paper_and_list(stage: Stage) -> None:
    job = job_make(incident_make(stage.cast.sakura_box), stage.cast.vendor)
    mark_make(job)
    with person_scope(stage.cast.agent.pk, stage.cast.desk.pk):
        claim = claim_make(job=job, bill=bill(), by=None, now=NOW)
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW)
    client = browser(stage.adjuster)
    sheets = PdfReader(io.BytesIO(client.get(reverse("insurance:claim_pdf", args=[claim.pk])).content)).pages
    squeezed = "".join("".join(sheet.extract_text() for sheet in sheets).split())
    rows = client.get(reverse("insurance:claim_csv", args=[claim.pk])).content.decode("utf-8-sig")
    shown = page(stage.adjuster, "claim", claim.pk)
    for words in ("桜井 次郎", "手書きと氏名", "第2版", "cd" * 32, "助かりました"):
        assert words in shown
        assert words in rows
        assert words.replace(" ", "") in squeezed
    assert "確認できました 会社が作業の報告を確認しています" in shown


def test_work_before_its_alert_is_shown_to_the_insurer_with_its_reason(stage: Stage) -> None:
    job = job_make(incident_make(stage.cast.sakura_box), stage.cast.vendor, minutes=False)
    with tenant_scope(stage.firm.pk):
        first = AlertGroup.objects.earliest("first_at").first_at
        for minutes_before, note in ((73, "時計の合わせ忘れ"), (-10, "")):
            began = first - timedelta(minutes=minutes_before)
            WorkEntry.objects.create(
                tenant_id=stage.firm.pk,
                job=job,
                key=uuid.uuid4(),
                by=stage.cast.engineer,
                entered_at=timezone.now(),
                kind="work",
                way="remote",
                source="hand",
                started_at=began,
                stopped_at=began + timedelta(minutes=5),
                minutes=5,
                note=note,
            )
    with person_scope(stage.cast.agent.pk, stage.cast.desk.pk):
        claim = claim_make(job=job, bill=bill(), by=None, now=NOW)
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW)
    shown = page(stage.adjuster, "claim", claim.pk)
    assert "確認できません 検知より前に始まった作業があります" in shown
    assert "作業「時計の合わせ忘れ」" in shown


def test_a_name_that_would_be_a_formula_is_harmless_in_the_list(stage: Stage) -> None:
    from alerts.models import AlertGroup

    incident = incident_make(stage.cast.sakura_box)
    with tenant_scope(stage.firm.pk):
        AlertGroup.objects.update(signature='=HYPERLINK("http://x")')
    job = job_make(incident, stage.cast.vendor)
    with person_scope(stage.cast.agent.pk, stage.cast.desk.pk):
        claim = claim_make(job=job, bill=bill(), by=None, now=NOW)
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW)
    rows = browser(stage.adjuster).get(reverse("insurance:claim_csv", args=[claim.pk])).content.decode()
    assert "\"'=HYPERLINK" in rows


ACCOUNT = {
    "bank_code": "0143",
    "bank_kana": "ハチジュウニ",
    "branch_code": "210",
    "branch_kana": "まつもと",
    "type": "1",
    "number": "1234567",
    "holder_kana": "カワベシステム（カ",
}


def accounts(stage: Stage) -> None:
    assert "保存しました" in post(stage.cast.engineer, "account", **ACCOUNT)
    payer = ACCOUNT | {"holder_kana": "ミドリソンガイホケン", "number": "7654321", "client_code": "1234567890"}
    assert "保存しました" in post(stage.adjuster, "account", **payer)


def approved(stage: Stage) -> Claim:
    claim = submitted(stage)
    with person_scope(stage.adjuster.pk, stage.insurer.pk):
        return claim_decide(claim_id=claim.pk, to="approved", now=timezone.now())


def test_the_insurer_takes_a_transfer_file_to_its_bank(stage: Stage) -> None:
    claim = approved(stage)
    assert "口座が未登録の事業者の請求が1件" in page(stage.adjuster, "payments")
    accounts(stage)
    shown = page(stage.adjuster, "payments")
    assert "****567" in shown
    assert "1234567" not in shown
    on = next_bank_day(timezone.localdate())
    client = browser(stage.adjuster)
    data = {"claim": f"{claim.pk}:0", "on": on.isoformat(), "form": "zengin"}
    answer = client.post(reverse("insurance:payments"), data)
    lines = answer.content.decode("cp932").split("\r\n")
    assert lines[0][54:58] == f"{on:%m%d}"
    assert lines[1][80:90] == "0000048000"
    assert "ｶﾜﾍﾞｼｽﾃﾑ(ｶ" in lines[1]
    assert lines[2].startswith("8000001000000048000")
    book = client.post(reverse("insurance:payments"), data | {"form": "xlsx"}).content
    number = next(row for row in load_workbook(io.BytesIO(book)).active.iter_rows(min_row=2))[4]
    assert (number.value, number.data_type) == ("2026-118", "s")
    rows = client.post(reverse("insurance:payments"), data | {"form": "csv"}).content.decode("utf-8-sig")
    assert "48000" in rows
    assert "1234567" not in rows
    sunday = on + timedelta(days=6 - on.weekday())
    answer = client.post(reverse("insurance:payments"), data | {"on": sunday.isoformat()}, follow=True)
    assert "銀行の営業日" in answer.content.decode()


def test_going_back_and_making_the_file_again_makes_no_second_file_with_the_same_claim(stage: Stage) -> None:
    claim = approved(stage)
    accounts(stage)
    client, on = browser(stage.adjuster), next_bank_day(timezone.localdate())
    data = {"claim": f"{claim.pk}:0", "on": on.isoformat(), "form": "zengin"}
    assert "attachment" in client.post(reverse("insurance:payments"), data).headers["Content-Disposition"]
    shown = client.post(reverse("insurance:payments"), data, follow=True).content.decode()
    assert "すでに別の振込データに入っています" in shown
    assert "checked" not in page(stage.adjuster, "payments")
    again = data | {"claim": f"{claim.pk}:1"}
    assert "理由を書いてください" in client.post(reverse("insurance:payments"), again, follow=True).content.decode()
    again["reason"] = "銀行がファイルを受け付けなかった"
    assert "attachment" in client.post(reverse("insurance:payments"), again).headers["Content-Disposition"]
    assert "銀行がファイルを受け付けなかった" in page(stage.adjuster, "payments")


def test_a_bank_account_is_seen_by_its_owners_only_and_must_be_one_a_bank_takes(stage: Stage) -> None:
    shown = post(stage.cast.engineer, "account", **(ACCOUNT | {"holder_kana": "カワベ・システム"}))
    assert "「・」は銀行が受け付けません" in shown
    accounts(stage)
    with person_scope(stage.cast.engineer.pk, stage.cast.vendor.pk):
        assert list(BankAccount.objects.values_list("holder_kana", flat=True)) == ["ｶﾜﾍﾞｼｽﾃﾑ(ｶ"]
    member = factories.user_make("member@vendor.invalid", stage.cast.vendor, role="member")
    for user, organisation in (
        (member, stage.cast.vendor),
        (stage.cast.clerk, stage.cast.office),
        (stage.cast.agent, stage.cast.desk),
    ):
        with person_scope(user.pk, organisation.pk):
            assert not BankAccount.objects.exists()
        assert browser(user).get(reverse("insurance:account")).status_code == 404


def test_loss_ratio_by_programme_and_year(stage: Stage) -> None:
    claim = approved(stage)
    with person_scope(stage.adjuster.pk, stage.insurer.pk):
        from insurance.services import claim_pay

        claim_pay(claim_id=claim.pk, paid_on=timezone.localdate(), now=timezone.now())
    since = timezone.localdate()
    months = (since.year - 2026) * 12 + since.month - 3
    for user in (stage.adjuster, stage.cast.clerk):
        html = page(user, "statistics")
        assert "みどり地域お助け隊 2026年度" in html
        assert "48,000円" in html
        if since < date(2027, 4, 1):
            assert f"{round(100 * 48_000 / (months * 2 * 500))}%" in html
    assert browser(stage.cast.agent).get(reverse("insurance:statistics")).status_code == 404


def test_a_firm_estimates_its_damage_and_asks_for_a_call_with_its_consent(stage: Stage) -> None:
    html = page(stage.cast.hanako, "second_storey", computers="25", sales="1000000", days="14")
    assert "およそ49,250,000円かかるおそれ" in html
    assert "お客さまの情報が漏れた" in html
    assert "何も送っていません" in post(stage.cast.hanako, "second_storey")
    with tenant_scope(stage.firm.pk):
        assert not Referral.objects.exists()
    assert "連絡を頼みました" in post(stage.cast.hanako, "second_storey", agree="yes")
    with tenant_scope(stage.firm.pk):
        given = Referral.objects.get()
        mail = OutboxMessage.objects.get(kind="referral")
    assert (given.given_by_id, given.agent_email) == (stage.cast.hanako.pk, "agent@agency.invalid")
    assert mail.to == "agent@agency.invalid"
    assert given.words in mail.text
    assert "さくら歯科" in mail.text
    assert "桜井 花子" in mail.text


def test_the_vendors_job_says_what_the_cover_pays(stage: Stage) -> None:
    job = job_make(incident_make(stage.cast.sakura_box), stage.cast.vendor)
    for user in (stage.cast.engineer, stage.cast.hanako, stage.cast.agent):
        assert "今年度の残り: 1回・50,000円" in page(user, "job_entitlement", job.pk)
    for user in (stage.cast.jiro, stage.cast.clerk, stage.adjuster):
        assert browser(user).get(reverse("insurance:job_entitlement", args=[job.pk])).status_code == 404


def test_a_person_who_may_only_read_changes_nothing(stage: Stage) -> None:
    claim = submitted(stage)
    insurer = Organisation.objects.get(pk=stage.insurer.pk)
    reader = factories.user_make("reader@insurer.invalid", insurer, role="read_only")
    assert "さくら歯科" in page(reader, "claim", claim.pk)
    answer = browser(reader).post(reverse("insurance:claim", args=[claim.pk]), {"action": "approve"})
    assert answer.status_code == 403


def test_the_insurer_opens_a_photo_of_this_claim_and_no_other_file(stage: Stage, tmp_path: Any, settings: Any) -> None:
    import hashlib
    import uuid

    from incidents.jobsheet.store import stored_path
    from incidents.models import Evidence, Job

    settings.PRIVATE_MEDIA_ROOT = str(tmp_path)
    contents = {1: b"photo of the first job", 2: b"photo of another job"}
    hashes = {number: hashlib.sha256(content).hexdigest() for number, content in contents.items()}
    for number, content in contents.items():
        job = job_make(incident_make(stage.cast.sakura_box, number), stage.cast.vendor, number)
        path = stored_path(stage.firm.pk, hashes[number])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        with tenant_scope(stage.firm.pk):
            Evidence.objects.create(
                tenant_id=stage.firm.pk,
                job=job,
                key=uuid.uuid4(),
                by=stage.cast.engineer,
                entered_at=NOW,
                kind="photo",
                name="画面.jpg",
                caption="警告の画面",
                media_type="image/jpeg",
                size=len(content),
                sha256=hashes[number],
                original_sha256=hashes[number],
                checked="clean",
            )
    with person_scope(stage.cast.agent.pk, stage.cast.desk.pk):
        claim = claim_make(job=Job.objects.get(number=1), bill=bill(), by=None, now=NOW)
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW)
    assert "警告の画面" in page(stage.adjuster, "claim", claim.pk)
    client = browser(stage.adjuster)
    answer: Any = client.get(reverse("insurance:claim_file", args=[claim.pk, hashes[1]]))
    assert b"".join(answer.streaming_content) == contents[1]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get(reverse("insurance:claim_file", args=[claim.pk, hashes[2]])).status_code == 404
    stored_path(stage.firm.pk, hashes[1]).write_bytes(b"exchanged")
    assert client.get(reverse("insurance:claim_file", args=[claim.pk, hashes[1]])).status_code == 404
    outsider = browser(stage.cast.jiro)
    assert outsider.get(reverse("insurance:claim_file", args=[claim.pk, hashes[1]])).status_code == 404
