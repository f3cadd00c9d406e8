"""What the domain calls a threshold is a programme's setting with one source; a change holds without a deploy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from incidents.core.targets import desk_due, desk_hours
from incidents.dispatch.offers import offer_ends
from incidents.doors import spreading
from incidents.models import Job
from notifications.models import Attention
from portal.programme_fields import SETTINGS
from sensors.models import Sensor
from sensors.silence import sensor_silence_check
from tenants.models import Programme, ProgrammeSettings
from tenants.programme_settings import settings_publish
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.access.world import superuser
from tests.factories import OWNER, Cast
from tests.portal import scenes
from tests.portal.pages import hero_of


def _set(**values: Any) -> None:
    programme = Programme.objects.get()
    ProgrammeSettings.objects.using(OWNER).create(
        programme_id=programme.pk,
        version=programme.settings_versions.count() + 1,
        effective_from=timezone.now() - timedelta(days=30),
        values=values,
        reason="test",
    )


def _silent(cast: Cast, hours: float) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.filter(pk=cast.sakura_box.sensor.pk).update(
            last_seen_at=timezone.now() - timedelta(hours=hours), heartbeat={"protection": "on"}
        )
    with tenant_scope(cast.yamada_works.pk):
        Sensor.objects.update(last_seen_at=timezone.now())


def test_how_long_a_box_may_be_silent_is_one_setting_for_task_home_and_fleet(cast: Cast) -> None:
    firm, soc = Client(), Client()
    firm.force_login(cast.hanako)
    soc.force_login(cast.analyst)
    _silent(cast, 6)
    assert sensor_silence_check(now=timezone.now()) == 0
    assert "いまは見守れていません" not in hero_of(firm.get("/").content.decode())
    assert "連絡がありません" not in soc.get("/boxes/?show=look").content.decode()
    _set(silent_hours=4)
    assert "いまは見守れていません" in hero_of(firm.get("/").content.decode())
    assert "連絡がありません" in soc.get("/boxes/?show=look").content.decode()
    assert sensor_silence_check(now=timezone.now()) == 1
    with tenant_scope(cast.sakura_dental.pk):
        assert Attention.objects.get().kind == Attention.Kind.BOX_SILENT


def test_the_desks_targets_and_a_vendors_time_to_answer_are_settings(cast: Cast) -> None:
    _set(
        phone_hours="毎日・年末年始 0:00-24:00",
        visit_hours="毎日・年末年始 0:00-24:00",
        target_high_minutes=40,
        offer_response_hours=3,
        offer_install_hours=11,
    )
    now = timezone.now()
    with tenant_scope(cast.sakura_dental.pk):
        assert desk_hours(tenant_id=cast.sakura_dental.pk, at=now).always
        assert desk_due(tenant_id=cast.sakura_dental.pk, importance=3, at=now) == now + timedelta(minutes=40)
        for kind, hours in ((Job.Kind.FIRST_RESPONSE, 3), (Job.Kind.INSTALLATION, 11)):
            job = Job(tenant_id=cast.sakura_dental.pk, kind=kind)
            assert offer_ends(job=job, now=now) == now + timedelta(hours=hours)


def test_the_window_of_an_early_warning_is_a_setting(cast: Cast) -> None:
    two_days_ago = timezone.now() - timedelta(days=2)
    for box in (cast.sakura_box, cast.yamada_box):
        scenes.group_make(box.sensor, "outbound-malware", at=two_days_ago)
    assert spreading(timezone.now(), "signature") == []
    _set(warning_hours=72)
    assert [firms for _programme, _key, firms in spreading(timezone.now(), "signature")] == [2]


def test_every_threshold_has_one_key_and_a_change_of_it_is_audited(cast: Cast) -> None:
    keys = [setting.key for setting in SETTINGS]
    assert len(keys) == len(set(keys))
    wanted = {
        "silent_hours",
        "selftest_minutes",
        "protection_off_minutes",
        "warning_hours",
        "warning_again_days",
        "offer_response_hours",
        "offer_install_hours",
        "target_high_minutes",
        "remind_minutes",
    }
    assert wanted <= set(keys)
    programme = Programme.objects.get()
    with person_scope(cast.clerk.pk, cast.office.pk):
        settings_publish(programme=programme, values={"silent_hours": 12}, reason="試し", by=cast.clerk)
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute("SELECT data FROM tenants_auditevent WHERE code = 'programme.settings_published'")
        ((data,),) = cursor.fetchall()
    server.close()
    assert data["after"]["silent_hours"] == 12
