"""A firm whose data may have leaked sees by when it reports to the state, and has a draft to send. Nobody sends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from incidents.breach.reminders import breaches_remind
from incidents.models import BreachNote, Incident
from notifications.models import OutboxMessage
from tenants.tenancy.scope import person_scope, tenant_scope
from tests import factories
from tests.factories import Cast
from tests.portal import scenes
from tests.portal.pages import text_of

PATH = "/incidents/2/breach/"


@pytest.fixture
def incident(cast: Cast) -> Incident:
    return scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"), number=2)


def client(user: Any) -> Client:
    made = Client()
    made.force_login(user)
    return made


def keep(user: Any, **fields: Any) -> str:
    answer = client(user).post(PATH, {"aware_on": localdate().isoformat()} | fields, follow=True)
    return text_of(answer.content.decode())


def notes(incident: Incident) -> list[BreachNote]:
    with tenant_scope(incident.tenant_id):
        return list(BreachNote.objects.all())


def test_the_incident_leads_to_the_clock_and_the_draft_is_begun_with_what_is_known(
    cast: Cast, incident: Incident
) -> None:
    firm = client(cast.hanako)
    assert f'href="{PATH}"' in firm.get("/incidents/2/").content.decode()
    page = firm.get(PATH).content.decode()
    assert "MALWARE-CNC Win.Trojan.Sample outbound callback" in page
    assert "国への報告に期限があります" in page
    assert notes(incident) == []  # looking keeps nothing


def test_the_days_are_named_and_the_desk_reads_them_in_the_timeline_and_the_note(
    cast: Cast, incident: Incident
) -> None:
    page = keep(cast.hanako, reasons=["intent"], data="患者さんの氏名と電話番号", people="多くて300人")
    aware = localdate()
    day = (aware + timedelta(days=59)).day
    assert "確報の期限" in page
    assert f"{day}日" in page
    desk = text_of(client(cast.agent).get(f"/desk/incidents/{incident.tenant_id}/2/").content.decode())
    assert "会社が、個人情報の漏えいのおそれを知った日を" in desk
    assert "患者さんの氏名と電話番号" in desk
    assert "患者さん" not in text_of(
        client(cast.analyst).get(f"/desk/incidents/{incident.tenant_id}/2/").content.decode()
    )


def test_a_report_that_was_given_moves_the_clock_on_and_saving_the_same_twice_tells_once(
    cast: Cast, incident: Incident
) -> None:
    today = localdate().isoformat()
    keep(cast.hanako, reasons=["money"])
    page = keep(cast.hanako, reasons=["money"], quick_on=today)
    assert "確報の期限は" in page
    keep(cast.hanako, reasons=["money"], quick_on=today, cause="メールの添付ファイル")
    with tenant_scope(incident.tenant_id):
        assert incident.events.filter(code="breach_noted").count() == 2
    assert "確報まで終わりました" in keep(cast.hanako, reasons=["money"], quick_on=today, final_on=today)
    assert len(notes(incident)) == 1


def test_days_that_cannot_be_are_refused_and_what_was_typed_stays(cast: Cast, incident: Incident) -> None:
    tomorrow = (localdate() + timedelta(days=1)).isoformat()
    page = client(cast.hanako).post(PATH, {"aware_on": tomorrow, "cause": "書きかけの原因"}).content.decode()
    assert "日付を確かめてください" in page
    assert "書きかけの原因" in page
    assert notes(incident) == []


def test_the_draft_comes_as_text_to_copy(cast: Cast, incident: Incident) -> None:
    keep(cast.hanako, reasons=["intent"], data="患者さんの氏名")
    answer = client(cast.hanako).get("/incidents/2/breach.txt")
    text = answer.content.decode("utf-8-sig")
    assert "[漏れたおそれのある情報の項目]\r\n患者さんの氏名" in text
    assert "悪意で行ったおそれ" in text


def test_only_the_firm_writes_it_and_other_firms_see_nothing(cast: Cast, incident: Incident) -> None:
    reader = factories.user_make("reader@sakura.invalid", cast.sakura_dental, role="read_only")
    client(reader).post(PATH, {"aware_on": localdate().isoformat()})
    assert notes(incident) == []
    keep(cast.hanako, reasons=["intent"])
    for user in (cast.jiro, cast.agent, cast.engineer):
        assert client(user).get(PATH).status_code == 404
        assert client(user).get("/incidents/2/breach.txt").status_code == 404
    with person_scope(cast.agent.pk, cast.desk.pk):
        assert BreachNote.objects.count() == 1
        assert BreachNote.objects.update(said={}) == 0
    with person_scope(cast.jiro.pk, cast.yamada_works.pk):
        assert not BreachNote.objects.exists()
    with pytest.raises(DatabaseError, match="permission denied"), tenant_scope(incident.tenant_id):
        BreachNote.objects.update(incident_id=0)


def reminded(cast: Cast, days: int) -> list[str]:
    """Run the reminders on every day up to the n-th; the subjects of the mails."""
    for day in range(days):
        for _twice in range(2):
            breaches_remind(now=timezone.now() + timedelta(days=day))
    with tenant_scope(cast.sakura_dental.pk):
        return list(OutboxMessage.objects.filter(kind="breach").order_by("pk").values_list("subject", flat=True))


def test_the_firm_is_reminded_once_of_each_stage(cast: Cast, incident: Incident) -> None:
    keep(cast.hanako, reasons=["money"])
    assert reminded(cast, 2) == []
    assert reminded(cast, 3) == ["【さくら歯科】個人情報の漏えいの速報を出す時期です"]
    assert len(reminded(cast, 10)) == 2  # and once that it is late
    keep(cast.hanako, reasons=["money"], quick_on=localdate().isoformat())
    assert reminded(cast, 22)[2:] == []
    assert reminded(cast, 23)[2:] == ["【さくら歯科】個人情報の漏えいの確報の期限が近づいています"]
    keep(cast.hanako, reasons=["money"], final_on=localdate().isoformat())
    assert len(reminded(cast, 90)) == 3


def test_where_nothing_is_owed_nobody_is_reminded(cast: Cast, incident: Incident) -> None:
    keep(cast.hanako)
    assert reminded(cast, 90) == []
