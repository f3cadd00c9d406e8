"""The insurer asks something: a task of the desk until the answer is sent. A second claim is refused in plain words."""

from __future__ import annotations

import pytest
from django.test import Client

from base.moves import Party
from incidents.core.desk_tasks import desk_task_take
from incidents.core.triage import desk_tasks_open
from incidents.models import DeskTask
from insurance.models import Claim
from insurance.services import claim_decide, claim_make, claim_submit, claim_withdraw
from tenants.models import User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.insurance.stage import NOW, Stage, bill, incident_make, invoice_make, job_make, stage_make
from tests.portal.pages import text_of

QUESTION = "作業の内訳を教えてください"


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return stage_make(cast)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200, (path, answer.status_code)
    return text_of(answer.content.decode())


def claim_in_question(stage: Stage) -> Claim:
    """A claim the insurer has sent back with a question; the sweep has run."""
    cast = stage.cast
    job = job_make(incident_make(cast.sakura_box), cast.vendor)
    with person_scope(cast.agent.pk, cast.desk.pk):
        claim = claim_make(job=job, bill=bill(), by=cast.agent, now=NOW)
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW)
    with person_scope(stage.adjuster.pk, stage.insurer.pk):
        claim_decide(claim_id=claim.pk, to="returned", reason=QUESTION, now=NOW)
    desk_tasks_open(now=NOW)
    return claim


def task(stage: Stage) -> DeskTask:
    with tenant_scope(stage.firm.pk):
        task: DeskTask = DeskTask.objects.get(attention__kind="claim_returned")
    return task


def test_a_question_is_a_task_of_the_desk_that_leads_to_the_claim(stage: Stage) -> None:
    claim, desk = claim_in_question(stage), browser(stage.cast.agent)
    assert task(stage).done_at is None
    assert "保険会社からの質問に答える" in text(desk, "/desk/")
    page = desk.get(f"/desk/tasks/{stage.firm.pk}/{task(stage).pk}/").content.decode()
    assert f'href="/insurance/claims/{claim.pk}/"' in page
    assert "保険の請求 1番(48,000円)" in text(desk, "/desk/")
    assert QUESTION in text(desk, f"/insurance/claims/{claim.pk}/")


@pytest.mark.parametrize("taken", [False, True])
@pytest.mark.parametrize("way", ["answered", "withdrawn"])
def test_the_task_ends_with_the_answer_also_when_somebody_had_taken_it(stage: Stage, way: str, *, taken: bool) -> None:
    claim, cast = claim_in_question(stage), stage.cast
    with person_scope(cast.agent.pk, cast.desk.pk):
        if taken:
            desk_task_take(task_id=task(stage).pk, by=cast.agent)
        if way == "answered":
            claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW, answer="内訳を足しました")
        else:
            claim_withdraw(claim_id=claim.pk, party=Party.DESK, reason="会社が自分で払う", now=NOW)
    assert (task(stage).state, task(stage).done_at) == ("done", NOW)
    assert "保険会社からの質問に答える" not in text(browser(cast.agent), "/desk/")
    page = text(browser(cast.agent), f"/desk/tasks/{stage.firm.pk}/{task(stage).pk}/")
    assert "理由がなくなったので、自動で完了しました。" in page


def test_a_second_question_is_a_second_task(stage: Stage) -> None:
    claim, cast = claim_in_question(stage), stage.cast
    with person_scope(cast.agent.pk, cast.desk.pk):
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW, answer="内訳を足しました")
    with person_scope(stage.adjuster.pk, stage.insurer.pk):
        claim_decide(claim_id=claim.pk, to="returned", reason="写真も見せてください", now=NOW)
    desk_tasks_open(now=NOW)
    with tenant_scope(stage.firm.pk):
        tasks = DeskTask.objects.filter(attention__isnull=False).order_by("pk")
        assert list(tasks.values_list("state", flat=True)) == ["done", "open"]


def test_the_second_claim_of_a_year_is_refused_by_naming_the_first_and_the_day_from_which_it_pays_again(
    stage: Stage,
) -> None:
    claim_in_question(stage)
    cast = stage.cast
    second = incident_make(cast.sakura_box, 2)
    job = job_make(second, cast.vendor, 2)
    invoice_make(job, 48_000)
    refusal = (
        "今年度の付帯保険はすでに使われています。"
        "今年度は、2026年11月20日(金)に受け付けた件(インシデント1番)の請求1番で使いました。"
        "次に使えるのは2027年4月1日(木)からです(契約が続いている場合)。"
    )
    answer = browser(cast.agent).post(f"/insurance/claims/new/{stage.firm.pk}/{job.pk}/", follow=True)
    assert refusal in text_of(answer.content.decode())
    for user in (cast.hanako, cast.agent):
        page = text(browser(user), f"/insurance/entitlement/{stage.firm.pk}/2/")
        assert "請求1番で使いました" in page
        assert "次に使えるのは2027年4月1日(木)からです" in page
    # The vendor and the SOC learn that it is used, not by which claim.
    vendor = text(browser(cast.engineer), f"/insurance/entitlement/jobs/{job.pk}/")
    soc = text(browser(cast.analyst), f"/insurance/entitlement/{stage.firm.pk}/2/")
    for page in (vendor, soc):
        assert "すでに1回使いました" in page
        assert "請求1番" not in page


def test_the_vendor_reads_where_the_claim_of_its_job_stands_and_not_that_its_year_is_used_up(stage: Stage) -> None:
    claim, cast = claim_in_question(stage), stage.cast
    path = f"/insurance/entitlement/jobs/{claim.job_id}/"
    page = text(browser(cast.engineer), path)
    assert "保険会社から質問が来ています。相談窓口から確認の電話があるかもしれません。" in page
    assert "保険からは48,000円です。" in page
    assert "対象外" not in page
    assert "すでに1回使いました" not in page
    with person_scope(cast.agent.pk, cast.desk.pk):
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=NOW, answer="内訳を足しました")
    with person_scope(stage.adjuster.pk, stage.insurer.pk):
        claim_decide(claim_id=claim.pk, to="approved", reason="待ち時間を除く", approved_yen=40_000, now=NOW)
    page = text(browser(cast.engineer), path)
    assert "保険会社が支払いを決めました。登録された口座に振り込まれます。" in page
    assert "保険からは40,000円です。" in page


def test_of_a_draft_the_vendor_reads_nothing(stage: Stage) -> None:
    cast = stage.cast
    job = job_make(incident_make(cast.sakura_box), cast.vendor)
    with person_scope(cast.agent.pk, cast.desk.pk):
        claim_make(job=job, bill=bill(), by=cast.agent, now=NOW)
    page = text(browser(cast.engineer), f"/insurance/entitlement/jobs/{job.pk}/")
    assert "保険からは" not in page
    assert "保険の対象" in page
