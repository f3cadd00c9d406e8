"""A firm's rows are seen by the firm and by partners with a valid grant, and by nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import ProgrammingError, connection, transaction

from sensors.models import Sensor, SensorKey
from tenants.models import AccessGrant
from tenants.tenancy.scope import ScopeMissing, person_scope, tenant_scope
from tests.factories import Cast


def _sensor_names() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM sensors_sensor ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def test_without_a_scope_the_database_shows_no_row_and_the_manager_refuses(cast: Cast) -> None:
    assert _sensor_names() == []
    with pytest.raises(ScopeMissing):
        Sensor.objects.count()


def test_each_sees_exactly_what_is_theirs(cast: Cast) -> None:
    sakura, yamada = cast.sakura_dental.pk, cast.yamada_works.pk
    expected = [
        (cast.hanako, cast.sakura_dental, [sakura]),
        (cast.jiro, cast.yamada_works, [yamada]),
        (cast.analyst, cast.soc, [sakura, yamada]),
        (cast.agent, cast.desk, [sakura, yamada]),
        (cast.clerk, cast.office, []),
        (cast.engineer, cast.vendor, []),
        (cast.hanako, cast.yamada_works, []),
        (cast.hanako, cast.soc, []),
    ]
    for user, organisation, firms in expected:
        with person_scope(user.pk, organisation.pk):
            assert _sensor_names() == firms, (user, organisation)


def test_a_grant_that_ended_shows_nothing_though_no_job_ran(cast: Cast) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    AccessGrant.objects.using("owner").filter(grantee_id=cast.soc.pk, tenant_id=cast.sakura_dental.pk).update(
        valid=(datetime(2026, 1, 1, tzinfo=UTC), past)
    )
    with person_scope(cast.analyst.pk, cast.soc.pk):
        assert _sensor_names() == [cast.yamada_works.pk]


def test_a_scope_leaves_nothing_behind_for_the_next_user_of_the_connection(cast: Cast) -> None:
    with transaction.atomic():
        with tenant_scope(cast.sakura_dental.pk):
            assert _sensor_names() == [cast.sakura_dental.pk]
        assert _sensor_names() == []
    assert _sensor_names() == []


def test_a_row_cannot_be_written_into_another_firm(cast: Cast) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.create(tenant=cast.yamada_works, device_id="00000000-0000-0000-0000-000000000001", name="x")


def test_what_slips_past_the_managers_check_meets_the_database(cast: Cast) -> None:
    """`exists`, `save`, `bulk_create` and following a reference are where a scope in the program alone has holes."""
    sensor = cast.sakura_box.sensor
    stranger = Sensor(tenant=cast.sakura_dental, device_id="00000000-0000-0000-0000-000000000002", name="x")
    with pytest.raises(ScopeMissing):
        Sensor.objects.filter(pk=sensor.pk).exists()
    for write in (stranger.save, partial(Sensor._base_manager.bulk_create, [stranger])):
        with pytest.raises((ScopeMissing, ProgrammingError)):
            write()
    with tenant_scope(cast.yamada_works.pk):
        assert not Sensor.objects.filter(pk=sensor.pk).exists()
        assert not Sensor._base_manager.filter(pk=sensor.pk).update(name="x")
        key = SensorKey(tenant_id=cast.sakura_dental.pk, sensor_id=sensor.pk)
        with pytest.raises(Sensor.DoesNotExist):
            _ = key.sensor
