"""The desk writes down what it learnt, a second person reads it, vendors find it; mails kept aside are looked at."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from base.moves import Party
from incidents.core.call_links import call_token
from incidents.core.triage import groups_claim
from incidents.desk import cases
from incidents.knowledge import services
from incidents.mail_intake import services as intake
from incidents.models import Article, Case, DeskTask, Incident
from incidents.states.article import ArticleState
from tenants.models import User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests import factories
from tests.desk_mailbox import Desk, desk_mailbox, scanner
from tests.factories import Cast
from tests.incidents.test_desk_mail_arrives import NOW, letter
from tests.mailing import high_group_make
from tests.portal.desk_scenes import desk_day

__all__ = ["desk_mailbox", "scanner"]
FORM = {"title": "箱のつなぎ方", "answer": "図のとおりつなぎます。", "words": "ルーター\n箱"}
FORM |= dict.fromkeys(["steps", "signatures", "families", "anonymous"], "")


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def articles(cast: Cast) -> list[tuple[str, str]]:
    with person_scope(cast.agent.pk, cast.desk.pk):
        return [(article.title, article.state) for article in Article.objects.order_by("pk")]


def incident_over(cast: Cast) -> Incident:
    """A ★★★ whose task says what was done."""
    high_group_make(cast.sakura_box)
    groups_claim(now=NOW)
    with tenant_scope(cast.sakura_dental.pk):
        DeskTask.objects.update(state="done", done_at=NOW, outcome="さくら歯科の受付のパソコンを全体スキャンした")
        Incident.objects.update(state="closed", closed_at=NOW)
        made: Incident = Incident.objects.get()
    return made


def test_an_article_goes_from_the_writer_past_a_second_person_to_the_vendor(cast: Cast) -> None:
    desk, office, vendor = client(cast.agent), client(cast.clerk), client(cast.engineer)
    desk.post("/knowledge/new/", FORM | {"families": "malware:foobot"})
    with person_scope(cast.agent.pk, cast.desk.pk):
        number = Article.objects.get().pk
    assert vendor.get(f"/knowledge/{number}/").status_code == 404
    desk.post(f"/knowledge/{number}/", {"to": "waiting"})
    refused = desk.post(f"/knowledge/{number}/", {"to": "published", "anonymous": "on"}, follow=True)
    assert "書いた人は公開できません" in refused.content.decode()
    unmarked = office.post(f"/knowledge/{number}/", {"to": "published"}, follow=True)
    assert "公開していません" in unmarked.content.decode()
    assert "箱のつなぎ方" in office.get("/knowledge/").content.decode()
    office.post(f"/knowledge/{number}/", {"to": "published", "anonymous": "on"})
    assert articles(cast) == [("箱のつなぎ方", "published")]
    assert "箱のつなぎ方" in vendor.get("/knowledge/").content.decode()
    assert "図のとおりつなぎます" in vendor.get(f"/knowledge/{number}/").content.decode()
    assert vendor.post(f"/knowledge/{number}/", {"to": "retired"}).status_code == 404


def test_a_firms_name_is_warned_of_before_anything_is_stored(cast: Cast) -> None:
    desk, fields = client(cast.agent), FORM | {"answer": "さくら歯科では 192.168.1.20 でした。"}
    page = desk.post("/knowledge/new/", fields).content.decode()
    assert "参加企業の名前: さくら歯科" in page
    assert "社内の機器のIPアドレス: 192.168.1.20" in page
    assert articles(cast) == []
    desk.post("/knowledge/new/", fields | {"anonymous": "on"})
    assert articles(cast) == [("箱のつなぎ方", "draft")]


def test_an_article_is_made_from_a_case_that_is_over_without_its_name(cast: Cast) -> None:
    incident, desk = incident_over(cast), client(cast.agent)
    case_page = desk.get(f"/desk/incidents/{incident.tenant_id}/{incident.number}/").content.decode()
    assert f"/knowledge/new/?firm={incident.tenant_id}&amp;incident={incident.number}" in case_page
    page = desk.get(f"/knowledge/new/?firm={incident.tenant_id}&incident={incident.number}").content.decode()
    assert "ET MALWARE Foobot Checkin" in page
    assert "〔会社〕の受付のパソコンを全体スキャンした" in page
    assert "さくら歯科の受付" not in page


def test_an_article_is_made_from_a_solved_case_in_one_step(cast: Cast) -> None:
    case, desk = desk_day(cast).case, client(cast.agent)
    page = f"/desk/cases/{case.tenant_id}/{case.pk}/"
    written = f"/knowledge/new/?firm={case.tenant_id}&case={case.number}"
    assert "この相談から記事を書く" not in desk.get(page).content.decode()
    with person_scope(cast.agent.pk, cast.desk.pk):
        note: dict[str, Any] = {"tenant_id": case.tenant_id, "case_id": case.pk, "by": cast.agent, "now": NOW}
        version = Case.objects.get(pk=case.pk).version
        cases.case_note(**note, version=version, body="さくら歯科の林さんと印刷の設定を直した。林業用のソフト")
        version = Case.objects.get(pk=case.pk).version
        cases.case_solve(**note, version=version, solved_by="phone")
    assert written.replace("&", "&amp;") in desk.get(page).content.decode()
    form = desk.get(written).content.decode()
    assert "プリンターが印刷できない" in form
    assert "プリンターの電源を入れ直したあと" in form  # what the firm was told
    assert "〔会社〕の〔会社〕と印刷の設定を直した。林業用のソフト" in form
    assert "さくら歯科" not in form
    assert "オフラインです" not in form  # what the firm wrote stays with the firm
    assert client(cast.analyst).get(written).status_code == 404


def test_an_incident_of_a_firm_out_of_reach_fills_nothing(cast: Cast) -> None:
    incident = incident_over(cast)
    others = factories.organisation_make("よその窓口", factories.Kind.CALL_CENTRE)
    from tenants.models import ProgrammePartner

    ProgrammePartner.objects.using("owner").create(programme_id=cast.programme.pk, organisation=others)
    stranger = client(factories.user_make("x@other.invalid", others))
    answer = stranger.get(f"/knowledge/new/?firm={incident.tenant_id}&incident={incident.number}")
    assert answer.status_code == 404


def publish(cast: Cast, **fields: str) -> None:
    second = factories.user_make("second@desk.invalid", cast.desk)
    with person_scope(cast.agent.pk, cast.desk.pk):
        words = services.Words(
            "Foobotの駆除", "ケーブルを抜きます。", "", signatures=("ET MALWARE Foobot Checkin",), words=("印刷",)
        )
        made = services.article_write(programme_id=cast.programme.pk, words=words, by=cast.agent, now=NOW)
        for to, by in ((ArticleState.WAITING, cast.agent), (ArticleState.PUBLISHED, second)):
            services.article_move(article_id=made.pk, to=to, party=Party.DESK, by=by, now=NOW)


def test_the_desk_sees_the_fitting_article_beside_the_task_and_the_case(cast: Cast, desk_mailbox: Desk) -> None:
    publish(cast)
    high_group_make(cast.sakura_box)
    groups_claim(now=NOW)
    desk_mailbox.deliver(letter(1, "owner@yamada.invalid", body="複合機で印刷ができません"))
    intake.mails_fetch(now=NOW)
    intake.mails_handle(now=NOW)
    with tenant_scope(cast.sakura_dental.pk):
        task = DeskTask.objects.get()
    with tenant_scope(cast.yamada_works.pk):
        case = Case.objects.get()
    desk = client(cast.agent)
    for page in (f"/desk/tasks/{task.tenant_id}/{task.pk}/", f"/desk/cases/{case.tenant_id}/{case.pk}/"):
        assert "Foobotの駆除" in desk.get(page).content.decode(), page


def test_a_ready_answer_comes_filled_in_into_the_message(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter(1))
    intake.mails_fetch(now=NOW)
    intake.mails_handle(now=NOW)
    with tenant_scope(cast.sakura_dental.pk):
        case = Case.objects.get()
    desk = client(cast.agent)
    refused = desk.post("/knowledge/answers/new/", {"title": "案内", "text": "{社長}様"}).content.decode()
    assert "{社長} は使えません" in refused
    desk.post("/knowledge/answers/new/", {"title": "案内", "text": "{会社名}様。{窓口電話}へお電話ください。"})
    page = desk.get(f"/desk/cases/{case.tenant_id}/{case.pk}/").content.decode()
    assert "案内" in page
    assert "さくら歯科様。0120-000-000へお電話ください。" not in page
    with person_scope(cast.agent.pk, cast.desk.pk):
        from incidents.models import ReadyAnswer

        number = ReadyAnswer.objects.get().pk
    chosen = desk.get(f"/desk/cases/{case.tenant_id}/{case.pk}/?answer={number}").content.decode()
    assert "さくら歯科様。0120-000-000へお電話ください。" in chosen


def test_the_desk_sees_the_booked_call_and_its_number(cast: Cast) -> None:
    high_group_make(cast.sakura_box)
    groups_claim(now=NOW)
    with tenant_scope(cast.sakura_dental.pk):
        link, task = f"/call/{call_token(Incident.objects.get())}/", DeskTask.objects.get()
    page = Client().get(link).content.decode()
    at = page.split('name="at" value="')[1].split('"')[0]
    Client().post(link, {"at": at, "phone": "090-1234-5678"})
    shown = client(cast.agent).get(f"/desk/tasks/{task.tenant_id}/{task.pk}/").content.decode()
    assert "電話の予約" in shown
    assert "090-1234-5678" in shown


@pytest.mark.parametrize("who", ["hanako", "agent", "analyst", "clerk"])
def test_early_warnings_have_a_page_that_says_when_there_is_none(cast: Cast, who: str) -> None:
    page = client(getattr(cast, who)).get("/warnings/")
    assert page.status_code == 200
    assert "いま出ている警戒はありません" in page.content.decode()
