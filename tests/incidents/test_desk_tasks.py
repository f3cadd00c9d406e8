"""Desk tasks: two people never both take one; requests to look become tasks and vanish when they settle themselves."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from base.about import About
from base.moves import ReasonMissing
from incidents.core.desk_tasks import TaskTaken, desk_task_finish, desk_task_release, desk_task_take
from incidents.core.triage import desk_tasks_open, groups_claim
from incidents.models import DeskTask
from notifications.models import Attention
from notifications.services import attention_close, attention_open
from sensors.models import Sensor
from sensors.silence import sensor_silence_check
from tenants.models import User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast, user_make
from tests.mailing import high_group_make

NOW = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)
AFTER_EIGHT_OPEN_HOURS = datetime(2026, 11, 24, 4, 41, tzinfo=UTC)  # Friday 14:41, Monday is a holiday


def task_of(cast: Cast) -> int:
    high_group_make(cast.sakura_box)
    groups_claim(now=NOW)
    with tenant_scope(cast.sakura_dental.pk):
        task: DeskTask = DeskTask.objects.get()
        return task.pk


def test_of_two_agents_who_take_it_at_the_same_moment_one_gets_it(cast: Cast) -> None:
    task = task_of(cast)
    agents = [cast.agent, *[user_make(f"agent{number}@desk.invalid", cast.desk) for number in range(3)]]
    start, won, lost = threading.Barrier(len(agents)), [], []

    def take(agent: User) -> None:
        try:
            start.wait()
            with person_scope(agent.pk, cast.desk.pk):
                desk_task_take(task_id=task, by=agent)
            won.append(agent.pk)
        except TaskTaken as taken:
            lost.append(taken.by)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[agent]) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert {by.pk for by in lost if by} == set(won)
    assert len(lost) == 3


def test_given_back_it_may_be_taken_by_another_and_finished_with_an_outcome(cast: Cast) -> None:
    task = task_of(cast)
    other = user_make("other@desk.invalid", cast.desk)
    with person_scope(cast.agent.pk, cast.desk.pk):
        desk_task_take(task_id=task, by=cast.agent)
        desk_task_take(task_id=task, by=cast.agent)
    with person_scope(other.pk, cast.desk.pk):
        for refused in (desk_task_take, desk_task_release):
            with pytest.raises(TaskTaken):
                refused(task_id=task, by=other)
        with pytest.raises(TaskTaken):
            desk_task_finish(task_id=task, by=other, outcome="done", now=NOW)
    with person_scope(cast.agent.pk, cast.desk.pk):
        desk_task_release(task_id=task, by=cast.agent)
    with person_scope(other.pk, cast.desk.pk):
        desk_task_take(task_id=task, by=other)
        with pytest.raises(ReasonMissing):
            desk_task_finish(task_id=task, by=other, outcome=" ", now=NOW)
        done = desk_task_finish(task_id=task, by=other, outcome="遠隔で対応", now=NOW)
        assert (done.state, done.done_at, done.taken_by) == ("done", NOW, other)
        assert done.incident is not None
        assert done.incident.events.get(code="task_done").data == {"outcome": "遠隔で対応"}
        with pytest.raises(TaskTaken):
            desk_task_take(task_id=task, by=other)


def test_a_request_to_look_becomes_one_task(cast: Cast) -> None:
    firm = cast.sakura_dental.pk
    with tenant_scope(firm):
        for _ in range(2):
            attention_open(tenant_id=firm, kind="clock_wrong", about=About("sensor", 1), facts={}, now=NOW)
    assert [desk_tasks_open(now=NOW) for _ in range(2)] == [1, 0]
    with tenant_scope(firm):
        task = DeskTask.objects.get()
        assert (task.kind, task.attention.kind, task.due_at) == ("attention", "clock_wrong", AFTER_EIGHT_OPEN_HOURS)


def test_an_incidents_mail_that_cannot_arrive_is_as_urgent_as_the_incident(cast: Cast) -> None:
    firm = cast.sakura_dental.pk
    with tenant_scope(firm):
        attention_open(tenant_id=firm, kind="mail_failed", address="x", facts={"kind": "incident"}, now=NOW)
    desk_tasks_open(now=NOW)
    with tenant_scope(firm):
        assert DeskTask.objects.get().due_at == NOW + timedelta(minutes=15)


@pytest.mark.parametrize(("taken", "state"), [(False, "done"), (True, "taken")])
def test_what_settles_itself_leaves_the_queue_unless_somebody_works_on_it(cast: Cast, taken: bool, state: str) -> None:
    firm = cast.sakura_dental.pk
    with tenant_scope(firm):
        attention_open(tenant_id=firm, kind="clock_wrong", about=About("sensor", 1), facts={}, now=NOW)
    desk_tasks_open(now=NOW)
    with tenant_scope(firm):
        task = DeskTask.objects.get()
    if taken:
        with person_scope(cast.agent.pk, cast.desk.pk):
            desk_task_take(task_id=task.pk, by=cast.agent)
    with tenant_scope(firm):
        attention_close(tenant_id=firm, kind="clock_wrong", about=About("sensor", 1), now=NOW)
    desk_tasks_open(now=NOW)
    with tenant_scope(firm):
        assert DeskTask.objects.get().state == state


def seen(cast: Cast, at: datetime) -> None:
    for box in (cast.sakura_box, cast.yamada_box):
        with tenant_scope(box.sensor.tenant_id):
            Sensor.objects.update(last_seen_at=at if box is cast.sakura_box else NOW + timedelta(days=9))


def test_a_box_silent_for_a_day_is_a_task_and_no_incident(cast: Cast) -> None:
    seen(cast, NOW)
    assert sensor_silence_check(now=NOW + timedelta(hours=24)) == 0
    assert sensor_silence_check(now=NOW + timedelta(hours=24, seconds=1)) == 1
    assert sensor_silence_check(now=NOW + timedelta(hours=25)) == 0
    assert desk_tasks_open(now=NOW + timedelta(hours=25)) == 1
    with tenant_scope(cast.sakura_dental.pk):
        task = DeskTask.objects.get()
        assert task.incident is None
        assert task.attention.facts["name"] == "本社"


def test_when_the_box_speaks_again_the_question_and_the_untaken_task_go(cast: Cast) -> None:
    seen(cast, NOW)
    sensor_silence_check(now=NOW + timedelta(hours=25))
    desk_tasks_open(now=NOW + timedelta(hours=25))
    seen(cast, NOW + timedelta(hours=26))
    sensor_silence_check(now=NOW + timedelta(hours=26, minutes=1))
    desk_tasks_open(now=NOW + timedelta(hours=26, minutes=1))
    with tenant_scope(cast.sakura_dental.pk):
        assert Attention.objects.get().closed_at == NOW + timedelta(hours=26, minutes=1)
        assert DeskTask.objects.get().outcome == "settled"


def test_a_box_that_was_sent_back_is_not_asked_about(cast: Cast) -> None:
    seen(cast, NOW)
    sensor_silence_check(now=NOW + timedelta(hours=25))
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.update(state="retired")
    sensor_silence_check(now=NOW + timedelta(hours=26))
    with tenant_scope(cast.sakura_dental.pk):
        assert Attention.objects.get().closed_at is not None
