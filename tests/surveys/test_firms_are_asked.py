"""After the help a firm is asked how it was: once, by a link without log-in that a mail scanner cannot use."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from base.about import About
from incidents.models import Case, Incident, Job
from notifications.models import OutboxMessage
from notifications.services import message_words
from surveys.asking import feedback_sweep
from surveys.models import FeedbackAnswer, FeedbackRequest
from surveys.services import feedback_ask
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


def closed_job(cast: Cast, *, number: int = 1, at: datetime = NOW - timedelta(hours=1)) -> Job:
    with tenant_scope(cast.sakura_dental.pk):
        job: Job = Job.objects.create(
            tenant=cast.sakura_dental,
            number=number,
            kind="first_response",
            way="on_site",
            state="closed",
            requested_at=at - DAY,
            closed_at=at,
            vendor=cast.vendor,
        )
    return job


def closed_incident(cast: Cast, *, at: datetime = NOW - timedelta(hours=1), **fields: object) -> Incident:
    values = {"number": 1, "kind": "malware_suspected", "opened_by": "callbacks", "grade": 3, "family": "f"}
    with tenant_scope(cast.sakura_dental.pk):
        made: Incident = Incident.objects.create(
            tenant=cast.sakura_dental,
            asset_key="a",
            opened_at=at - DAY,
            closed_at=at,
            state="closed",
            **(values | fields),
        )
    return made


def mails(cast: Cast) -> list[OutboxMessage]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(OutboxMessage.objects.filter(kind="feedback").order_by("pk"))


def link(cast: Cast) -> str:
    address = re.search(r"http://testserver(/feedback/[\w-]+/)", message_words(message=mails(cast)[0])[0])
    assert address
    return address[1]


def answers(cast: Cast) -> list[FeedbackAnswer]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(FeedbackAnswer.objects.all())


def test_a_firm_is_asked_by_mail_after_the_job_and_answers_without_a_log_in(cast: Cast) -> None:
    closed_job(cast)
    assert feedback_sweep(now=NOW) == 1
    assert feedback_sweep(now=NOW) == 0
    (mail,) = mails(cast)
    assert mail.to == "owner@sakura.invalid"
    assert mail.subject == "【さくら歯科】作業の対応はいかがでしたか(1分で終わります)"
    words = message_words(message=mail)[0]
    assert cast.vendor.name in words
    assert "リンクを開くだけでは何も送られません" in words

    page = Client().get(link(cast)).content.decode()
    assert "とても良かった" in page
    assert "さくら歯科" in page
    done = Client().post(link(cast), {"verdict": "very_good", "reason": "words", "words": "とても助かった"})
    assert "ありがとうございました" in done.content.decode()
    (answer,) = answers(cast)
    assert (answer.verdict, answer.reason, answer.words) == ("very_good", "words", "とても助かった")


def test_after_a_job_the_firm_may_say_how_help_should_be_the_next_time(cast: Cast) -> None:
    closed_job(cast)
    feedback_sweep(now=NOW)
    assert "次に同じことが起きたら、訪問の対応を希望しますか" in Client().get(link(cast)).content.decode()
    fields = {"verdict": "good", "visit": "yes", "speed": "long", "least": ["cause", "again"], "afford": "50000"}
    Client().post(link(cast), fields | {"insurance": ""})
    assert answers(cast)[0].more == {"visit": "yes", "speed": "long", "least": ["cause", "again"], "afford": "50000"}


def test_the_desk_is_judged_without_questions_about_visits(cast: Cast) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        feedback_ask(
            tenant_id=cast.sakura_dental.pk, kind="desk", about=About("case", 1), number=1, ended_at=NOW, now=NOW
        )
    assert "訪問の対応を希望しますか" not in Client().get(link(cast)).content.decode()
    Client().post(link(cast), {"verdict": "good", "visit": "yes"})
    assert answers(cast)[0].more == {}


def test_an_answer_nobody_offered_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    closed_job(cast)
    feedback_sweep(now=NOW)
    page = Client().post(link(cast), {"verdict": "good", "afford": "7"})
    assert page.status_code == 200
    assert answers(cast) == []


def test_opening_the_link_changes_nothing_as_mail_scanners_do_it(cast: Cast) -> None:
    closed_job(cast)
    feedback_sweep(now=NOW)
    for method in ("get", "head", "options", "put", "delete"):
        getattr(Client(), method)(link(cast))
    assert answers(cast) == []
    with tenant_scope(cast.sakura_dental.pk):
        assert FeedbackRequest.objects.get().answered_at is None


def test_a_second_answer_and_an_answer_after_the_end_are_refused_kindly(cast: Cast) -> None:
    closed_job(cast)
    feedback_sweep(now=NOW)
    where = link(cast)
    Client().post(where, {"verdict": "fair"})
    again = Client().post(where, {"verdict": "very_bad"})
    assert again.status_code == 410
    assert "答えは受け取っています" in again.content.decode()
    with tenant_scope(cast.sakura_dental.pk):
        FeedbackAnswer.objects.get(verdict="fair")
        FeedbackRequest.objects.update(answered_at=None, expires_at=NOW - DAY)
    late = Client().get(where)
    assert (late.status_code, "締め切りました" in late.content.decode()) == (410, True)
    assert len(answers(cast)) == 1


def test_without_the_first_answer_nothing_is_stored_and_the_page_says_what_is_missing(cast: Cast) -> None:
    closed_job(cast)
    feedback_sweep(now=NOW)
    page = Client().post(link(cast), {"words": "よかった"})
    assert page.status_code == 200
    assert "よかった" in page.content.decode(), "what was typed stays"
    assert answers(cast) == []


def test_a_link_nobody_was_given_opens_nothing(cast: Cast) -> None:
    closed_job(cast)
    feedback_sweep(now=NOW)
    page = Client().get("/feedback/" + "x" * 43 + "/")
    assert page.status_code == 404
    assert "さくら歯科" not in page.content.decode()


def test_one_reminder_with_the_same_link_and_none_after_an_answer(cast: Cast) -> None:
    closed_job(cast)
    feedback_sweep(now=NOW)
    assert feedback_sweep(now=NOW + 6 * DAY) == 0
    assert feedback_sweep(now=NOW + 7 * DAY) == 1
    assert feedback_sweep(now=NOW + 20 * DAY) == 0
    first, second = (message_words(message=mail)[0] for mail in mails(cast))
    assert link(cast) in second
    assert "もう一度だけ" in second
    assert "もう一度だけ" not in first


def test_a_firm_that_answered_is_not_reminded(cast: Cast) -> None:
    closed_job(cast)
    feedback_sweep(now=NOW)
    Client().post(link(cast), {"verdict": "good"})
    assert feedback_sweep(now=NOW + 8 * DAY) == 0


def test_one_mail_a_week_the_vendor_first(cast: Cast) -> None:
    """A job, its incident and a second job end together: three mails would end all answering."""
    closed_job(cast)
    closed_job(cast, number=2)
    closed_incident(cast)
    assert feedback_sweep(now=NOW) == 1
    assert feedback_sweep(now=NOW + 3 * DAY) == 0
    with tenant_scope(cast.sakura_dental.pk):
        assert FeedbackRequest.objects.get().kind == "vendor"
    Client().post(link(cast), {"verdict": "good"})
    assert feedback_sweep(now=NOW + 7 * DAY) == 1


def test_after_a_case_of_the_desk_the_firm_is_asked_about_the_desk(cast: Cast) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        kept = {"category": "box", "topic": "trouble", "channel": "phone", "state": "solved", "title": "光らない"}
        at = NOW - timedelta(hours=2)
        for number, way in ((1, "by_itself"), (2, "phone")):
            Case.objects.create(
                tenant=cast.sakura_dental, number=number, solved_by=way, opened_at=at, due_at=at, closed_at=at, **kept
            )
    assert feedback_sweep(now=NOW) == 1
    (mail,) = mails(cast)
    assert "相談窓口の対応はいかがでしたか" in mail.subject
    assert "ご相談(2番)" in message_words(message=mail)[0]
    assert "相談窓口へのご相談(2番)" in Client().get(link(cast)).content.decode()


def test_what_ended_long_ago_and_a_duplicate_are_not_asked_about(cast: Cast) -> None:
    kept = closed_incident(cast, at=NOW - 15 * DAY)
    closed_incident(cast, number=2, family="g", merged_into=kept)
    assert feedback_sweep(now=NOW) == 0


def test_the_link_in_the_waiting_mail_is_sealed_so_that_the_desk_cannot_answer_for_the_firm(cast: Cast) -> None:
    closed_job(cast)
    feedback_sweep(now=NOW)
    with person_scope(cast.agent.pk, cast.desk.pk):
        seen = OutboxMessage.objects.get(kind="feedback")
        assert "/feedback/" not in seen.text + seen.html


@pytest.mark.parametrize("who", ["desk", "office", "vendor"])
def test_partners_read_no_single_answer(cast: Cast, who: str) -> None:
    closed_job(cast)
    feedback_sweep(now=NOW)
    Client().post(link(cast), {"verdict": "very_bad", "words": "もう頼まない"})
    person = {"desk": cast.agent, "office": cast.clerk, "vendor": cast.engineer}[who]
    with person_scope(person.pk, getattr(cast, who).pk), connection.cursor() as cursor:
        for table in ("surveys_feedbackrequest", "surveys_feedbackanswer"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] == 0
