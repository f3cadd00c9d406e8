"""When work stands still the operator sees it and is told by mail, also while Redis hangs and no worker runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from alerts.models import InboxBatch
from notifications.models import Attention
from notifications.pulses import TASK, pulse_note
from notifications.tasks import pulse
from otasuke.celery import app
from otasuke.queues import LANES
from portal.watch import LIMITS, PULSE_LIMIT, WORDS, Watch, everything_waiting
from tenants.tenancy.scope import tenant_scope
from tests.access.world import superuser
from tests.factories import Cast, organisation_make, user_make
from tests.mailing import Mailbox

OPERATOR = "operator@platform.invalid"
TOKEN = "monitor-of-the-platform"


@pytest.fixture(autouse=True)
def operator_known(settings: Settings) -> None:
    """An operator with an address, a Redis that is not there: nothing here may need it."""
    settings.OPERATOR_EMAIL = OPERATOR
    settings.READINESS_TOKEN = TOKEN
    settings.DEFAULT_FROM_EMAIL = "platform@otasuke.invalid"
    app.conf.update(broker_url="redis+socket:///nowhere")


def readiness(token: str = TOKEN) -> Any:
    """What `/readyz` answers, to the monitor or to whoever shows another token."""
    return Client().get("/readyz", headers={"Authorization": f"Bearer {token}"} if token else {})


def all_alive() -> None:
    for lane in LANES:
        pulse_note(queue=lane.queue, now=timezone.now())


def batch_make(cast: Cast, age: timedelta, attempts: int = 0) -> str:
    """A batch of the firm's box that nobody has read. → its id."""
    number = uuid4()
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute("SELECT sec.ensure_partitions(current_date - 1, current_date + 1)")
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'alerts_inboxbatch'"
            " AND is_nullable = 'NO' AND column_default IS NULL"
        )
        values: dict[str, object] = {
            "tenant_id": cast.sakura_dental.pk,
            "sensor_id": cast.sakura_box.sensor.pk,
            "batch_id": str(number),
            "epoch": 1,
            "first_seq": 1,
            "body": b"",
            "encoding": "identity",
            "received_at": timezone.now() - age,
            "attempts": attempts,
        }
        for name, kind in cursor.fetchall():
            empty = {"integer": 0, "bigint": 0, "smallint": 0, "bytea": b"x" * 32, "jsonb": "{}"}.get(kind, "")
            values.setdefault(name, empty)
        names = ", ".join(values)
        cursor.execute(
            f"INSERT INTO alerts_inboxbatch ({names}) VALUES ({', '.join(['%s'] * len(values))})", list(values.values())
        )
    server.close()
    return str(number)


def test_while_work_gets_done_readiness_says_so(cast: Cast) -> None:
    all_alive()
    answer = readiness()
    assert (answer.status_code, answer.json()["status"], answer.json()["late"]) == (200, "ready", [])
    assert set(answer.json()["waiting"]) == set(LIMITS) | {f"queue:{lane.queue}" for lane in LANES}
    assert set(WORDS) == set(LIMITS)


@pytest.mark.parametrize("token", ["", "x", "monitor-of-the-platfor", "é"])
def test_strangers_are_told_ready_or_not_and_nothing_else(cast: Cast, token: str) -> None:
    all_alive()
    assert (readiness(token).status_code, readiness(token).json()) == (200, {"status": "ready"})
    batch_make(cast, timedelta(hours=1))
    assert (readiness(token).status_code, readiness(token).json()) == (503, {"status": "not ready"})


def test_without_a_token_of_the_installation_nobody_is_told_more(cast: Cast, settings: Settings) -> None:
    settings.READINESS_TOKEN = ""
    all_alive()
    for answer in (readiness(""), Client().get("/readyz", headers={"Authorization": "Bearer "})):
        assert answer.json() == {"status": "ready"}


def test_a_database_that_does_not_answer_is_told_to_the_monitor_only(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def down() -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("portal.ui.readiness.now_waiting", down)
    assert (readiness("").status_code, readiness("").json()) == (503, {"status": "not ready"})
    assert readiness().json()["late"] == ["database"]


def test_a_batch_that_waits_too_long_is_told_with_its_age(cast: Cast) -> None:
    all_alive()
    batch_make(cast, timedelta(hours=1))
    answer = readiness()
    assert (answer.status_code, answer.json()["late"]) == (503, ["batch"])
    assert answer.json()["waiting"]["batch"]["count"] == 1
    assert 3590 < answer.json()["waiting"]["batch"]["age_s"] < 3700


def test_a_worker_that_gives_no_sign_is_told_though_nothing_waits(cast: Cast) -> None:
    all_alive()
    pulse_note(queue="intake", now=timezone.now() - 2 * PULSE_LIMIT)
    assert readiness().json()["late"] == ["queue:intake"]


def test_each_queue_is_asked_for_a_sign_of_life_and_gives_it(cast: Cast) -> None:
    entries = [entry for entry in app.conf.beat_schedule.values() if entry["task"] == TASK]
    queues = {entry["options"]["queue"]: entry["args"] for entry in entries}
    assert queues == {lane.queue: [lane.queue] for lane in LANES}
    for lane in LANES:
        pulse.apply(args=(lane.queue,))
    assert readiness().json()["late"] == []


def test_a_batch_set_aside_stands_there_without_an_alarm(cast: Cast) -> None:
    all_alive()
    batch_make(cast, timedelta(days=2), attempts=8)
    answer = readiness().json()
    assert (answer["late"], answer["waiting"]["batch_aside"]["count"]) == ([], 1)


def test_the_operator_is_mailed_once_an_hour_and_when_it_is_over(cast: Cast, mailbox: Mailbox) -> None:
    all_alive()
    batch_make(cast, timedelta(hours=1))
    watch, now = Watch(), timezone.now()
    for minutes in (0, 1, 2):
        assert watch.look(now + timedelta(minutes=minutes)) == ["batch"]
    (mail,) = mailbox.mails(to=OPERATOR)
    assert "batch: 1, 60 min" in mail.text()
    assert "さくら" not in mail.text()
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute("UPDATE alerts_inboxbatch SET processed_at = now()")
    server.close()
    assert watch.look(now + timedelta(minutes=3)) == []
    assert len(mailbox.mails(to=OPERATOR)) == 2
    assert watch.look(now + timedelta(minutes=4)) == []
    assert len(mailbox.mails(to=OPERATOR)) == 2


def test_a_mail_server_that_is_down_is_tried_again_in_the_next_round(cast: Cast, settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    watch = Watch()
    assert "queue:mail" in watch.look(timezone.now())
    assert vars(watch)["_mailed_at"] == {}


def test_a_database_that_is_down_is_told_too(cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def down(_now: datetime) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("portal.watch.everything_waiting", down)
    assert Watch().look(datetime.now(UTC)) == ["database"]
    assert "データベースが応答しません" in mailbox.mails(to=OPERATOR)[0].text()


def test_the_page_is_for_the_operator_and_names_no_firm(cast: Cast) -> None:
    platform = organisation_make("運用", "platform")
    client = Client()
    client.force_login(user_make("op@platform.invalid", platform, "owner"))
    batch_make(cast, timedelta(hours=3))
    page = client.get("/operations/").content.decode()
    assert "センサーの記録(処理待ち)" in page
    assert "3時間" in page
    assert "止まっています" in page
    assert "さくら" not in page
    other = Client()
    other.force_login(cast.analyst)
    assert other.get("/operations/").status_code == 404


def test_the_operator_sets_a_batch_aside_by_hand_and_takes_it_back(cast: Cast) -> None:
    number, firm = batch_make(cast, timedelta(hours=1), attempts=3), str(cast.sakura_dental.pk)
    output = StringIO()
    call_command("batches", stdout=output)
    assert number in output.getvalue()
    with pytest.raises(CommandError, match="--why"):
        call_command("batches", "--firm", firm, "--aside", number, "--why", "...")
    call_command("batches", "--firm", firm, "--aside", number, "--why", "読むたびにワーカーが止まる", stdout=output)
    with tenant_scope(cast.sakura_dental.pk):
        batch = InboxBatch.objects.get(batch_id=number)
        assert (batch.attempts, batch.processed_at) == (8, None)
        assert Attention.objects.filter(kind=Attention.Kind.BATCH_ASIDE, closed_at=None).exists()
    call_command("batches", "--firm", firm, "--again", number, "--why", "直したので読み直す", stdout=output)
    with tenant_scope(cast.sakura_dental.pk):
        assert InboxBatch.objects.get(batch_id=number).attempts == 0
    with pytest.raises(CommandError, match="no waiting batch"):
        call_command("batches", "--firm", str(cast.yamada_works.pk), "--aside", number, "--why", "別の会社の番号")


def test_numbers_are_of_all_firms_and_nothing_else(cast: Cast) -> None:
    batch_make(cast, timedelta(minutes=1))
    rows = {row.kind: row.count for row in everything_waiting(timezone.now())}
    assert rows["batch"] == 1
