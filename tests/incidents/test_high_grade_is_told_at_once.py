"""A ★★★ group becomes one incident, one desk task and one mail at once, whatever happens in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

from incidents.core.triage import groups_claim
from incidents.models import DeskTask, Incident, IncidentEvent
from notifications.delivery import outbox_send
from tenants.models import AuditEvent
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.mailing import HOUR, Mailbox, group_make, high_group_make

NOW = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)


def test_the_firm_gets_a_mail_that_says_what_to_do_now(cast: Cast, mailbox: Mailbox) -> None:
    high_group_make(cast.sakura_box)

    groups_claim(now=NOW)
    assert outbox_send() == 1

    (mail,) = mailbox.mails()
    assert mail.recipients == ["owner@sakura.invalid"]
    assert mail.sender == "desk@otasuke.invalid"
    assert parseaddr(str(mail.message["From"])) == ("お助け窓口", "desk@otasuke.invalid")
    assert parseaddr(str(mail.message["Reply-To"]))[1] == "desk@otasuke.invalid"
    assert mail.subject.startswith("【さくら歯科】重要度 高(★★★)")
    for body in (mail.text(), mail.html()):
        assert "さくら歯科 御中" in body
        assert "192.168.1.20" in body
        assert "02:00:5e:00:53:01" in body
        assert (
            body.index("LANケーブルを抜く")
            < body.index("電源は切らず")
            < body.index("相談窓口に電話してください。遠隔")
        )
        assert "0120-000-000" in body
        assert "訪問対応" in body
        assert "遠隔対応" in body
        assert "付帯保険の対象になることがあります" in body
        assert "http://testserver/incidents/1/" in body
        assert "2026年11月20日(金) 14:40" in body


def test_one_incident_one_task_one_audit_row(cast: Cast) -> None:
    high_group_make(cast.sakura_box)

    assert groups_claim(now=NOW) == 1
    assert groups_claim(now=NOW) == 0

    with tenant_scope(cast.sakura_dental.pk):
        incident = Incident.objects.get()
        assert (incident.number, incident.kind, incident.grade) == (1, "malware_suspected", 3)
        task = DeskTask.objects.get()
        assert (task.kind, task.due_at - task.opened_at) == ("first_response", timedelta(minutes=15))
        codes = list(IncidentEvent.objects.values_list("code", flat=True))
        assert codes == ["opened", "mailed"]
    with person_scope(cast.agent.pk, cast.desk.pk):
        assert AuditEvent.objects.filter(code="incident.opened", tenant_id=cast.sakura_dental.pk).count() == 1
    with tenant_scope(cast.yamada_works.pk):
        assert not Incident.objects.exists()


def test_a_second_group_of_the_same_device_joins_without_a_second_mail(cast: Cast, mailbox: Mailbox) -> None:
    high_group_make(cast.sakura_box)
    groups_claim(now=NOW)
    high_group_make(cast.sakura_box, hour=HOUR + timedelta(hours=1))
    groups_claim(now=NOW + timedelta(hours=1))
    outbox_send()

    assert len(mailbox.mails()) == 1
    with tenant_scope(cast.sakura_dental.pk):
        incident = Incident.objects.get()
        assert incident.groups.count() == 2
        assert [event.code for event in incident.events.all()] == ["opened", "mailed", "joined"]


def test_another_device_is_another_incident_with_its_own_number_and_mail(cast: Cast, mailbox: Mailbox) -> None:
    high_group_make(cast.sakura_box)
    high_group_make(cast.sakura_box, asset_key="02:00:5e:00:53:02", asset_ip="192.168.1.21")
    groups_claim(now=NOW)
    outbox_send()

    assert len(mailbox.mails()) == 2
    with tenant_scope(cast.sakura_dental.pk):
        assert sorted(Incident.objects.values_list("number", flat=True)) == [1, 2]


def test_a_virus_that_was_delivered_opens_an_incident_without_a_mail_at_once(cast: Cast, mailbox: Mailbox) -> None:
    group_make(
        cast.sakura_box,
        function="av",
        direction="inbound",
        rule="virus-delivered",
        family="virus:eicar",
        alert_count=1,
        blocked_count=0,
    )
    groups_claim(now=NOW)
    outbox_send()

    assert mailbox.mails() == []
    with tenant_scope(cast.sakura_dental.pk):
        incident = Incident.objects.get()
        assert (incident.kind, incident.opened_by, incident.grade) == ("antivirus_unresolved", "antivirus", 2)
        assert DeskTask.objects.get().kind == "antivirus_unresolved"


def test_a_virus_that_was_stopped_opens_nothing(cast: Cast) -> None:
    group_make(
        cast.sakura_box, function="av", direction="inbound", rule="virus-blocked", alert_count=1, blocked_count=1
    )
    assert groups_claim(now=NOW) == 0
