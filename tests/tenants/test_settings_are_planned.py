"""A change of a programme's settings takes effect on its day, can be withdrawn until then, and spares the past."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db import ProgrammingError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.programme_fields import SETTINGS
from tenants.models import ProgrammeSettings
from tenants.programme_settings import NotPlanned, settings_publish, settings_withdraw
from tenants.selectors import settings_at
from tenants.tenancy.scope import person_scope
from tests.access.world import superuser
from tests.factories import OWNER, Cast, totp_make, user_make
from tests.tenants.people import log_in
from web.jst import JST

DAY = timedelta(days=1)
PAGE = "/office/settings/"
FORM = {setting.key: str(setting.default) for setting in SETTINGS if setting.default is not False}
FORM |= {"reason": "夜間の誤報が多かったため", "source": "2027年1月の運営会議"}


def _office(cast: Cast) -> Client:
    return log_in(cast.clerk.email, secret=totp_make(cast.clerk))


def _publish(cast: Cast, days: int = 0, **values: object) -> ProgrammeSettings:
    start = timezone.now() + days * DAY if days else None
    with person_scope(cast.clerk.pk, cast.office.pk):
        return settings_publish(
            programme=cast.programme, values=values, reason="必要なため", by=cast.clerk, effective_from=start
        )


def _silent_hours(cast: Cast, days: int) -> int:
    with person_scope(cast.clerk.pk, cast.office.pk):
        version = settings_at(programme_id=cast.programme.pk, at=timezone.now() + days * DAY)
    return int(version.values.get("silent_hours", 24)) if version else 24


def test_a_change_for_a_day_to_come_is_shown_as_planned_and_holds_from_that_day(cast: Cast) -> None:
    client = _office(cast)
    day = timezone.localdate() + 40 * DAY
    answer = client.post(f"{PAGE}change/", FORM | {"silent_hours": "12", "effective_from": day.isoformat()})
    assert answer.status_code == 302
    page = client.get(PAGE).content.decode()
    for words in ("予定している変更", "24時間 → 12時間", "2027年1月の運営会議", "この予定を取り下げる"):
        assert words in page, words
    assert "はじめの設定のまま使われています" in page
    start = datetime.combine(day, time.min, tzinfo=JST)
    with person_scope(cast.clerk.pk, cast.office.pk):
        assert settings_at(programme_id=cast.programme.pk, at=start - timedelta(seconds=1)) is None
        version = settings_at(programme_id=cast.programme.pk, at=start)
        assert version is not None
        assert version.values["silent_hours"] == 12
        # An hourly job reads all versions once; the answer is the same.
        assert version.source == "2027年1月の運営会議"


def test_a_change_for_now_neither_loses_nor_is_lost_by_what_is_planned(cast: Cast) -> None:
    _publish(cast, 30, silent_hours=12)
    _publish(cast, 60, warning_hours=72)
    _publish(cast, reopen_days=9)
    with person_scope(cast.clerk.pk, cast.office.pk):
        for days, wanted in (
            (1, {"reopen_days": 9}),
            (31, {"reopen_days": 9, "silent_hours": 12}),
            (61, {"reopen_days": 9, "silent_hours": 12, "warning_hours": 72}),
        ):
            version = settings_at(programme_id=cast.programme.pk, at=timezone.now() + days * DAY)
            assert version is not None
            assert version.values == wanted, days


def test_a_form_that_leaves_a_figure_alone_does_not_take_back_what_is_planned_for_it(cast: Cast) -> None:
    client = _office(cast)
    first, second = (timezone.localdate() + days * DAY for days in (10, 20))
    client.post(f"{PAGE}change/", FORM | {"silent_hours": "12", "effective_from": first.isoformat()})
    client.post(f"{PAGE}change/", FORM | {"warning_hours": "72", "effective_from": second.isoformat()})
    client.post(f"{PAGE}change/", FORM | {"reopen_days": "9"})
    assert [_silent_hours(cast, days) for days in (1, 11, 21)] == [24, 12, 12]
    with person_scope(cast.clerk.pk, cast.office.pk):
        last = settings_at(programme_id=cast.programme.pk, at=timezone.now() + 21 * DAY)
    assert last is not None
    assert (last.values["warning_hours"], last.values["reopen_days"]) == (72, 9)


def test_a_planned_change_is_withdrawn_with_what_was_built_on_it(cast: Cast) -> None:
    planned = _publish(cast, 30, silent_hours=12)
    _publish(cast, 60, warning_hours=72)
    client = _office(cast)
    assert client.post(f"{PAGE}withdraw/{planned.version}/").status_code == 302
    assert [_silent_hours(cast, days) for days in (1, 31, 61)] == [24, 24, 24]
    page = client.get(PAGE).content.decode()
    assert "取り下げた予定" in page
    assert page.count("この予定を取り下げる") == 1
    with person_scope(cast.clerk.pk, cast.office.pk):
        last = settings_at(programme_id=cast.programme.pk, at=timezone.now() + 61 * DAY)
    assert last is not None
    assert last.values == {"warning_hours": 72}
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenants_auditevent WHERE code = 'programme.settings_withdrawn'")
        assert cursor.fetchone() == (1,)
    server.close()


def test_what_holds_already_is_not_withdrawn_and_nobody_else_withdraws(cast: Cast) -> None:
    held, planned = _publish(cast, silent_hours=10), _publish(cast, 30, silent_hours=12)
    with pytest.raises(NotPlanned), person_scope(cast.clerk.pk, cast.office.pk):
        settings_withdraw(programme=cast.programme, version=held.version, by=cast.clerk)
    member = user_make("m@office.invalid", cast.office, "member")
    for user, acting in ((member, cast.office), (cast.analyst, cast.soc), (cast.hanako, cast.sakura_dental)):
        with person_scope(user.pk, acting.pk):
            rows = ProgrammeSettings.objects.filter(pk=planned.pk)
            assert rows.update(withdrawn_at=timezone.now()) == 0
    with person_scope(cast.clerk.pk, cast.office.pk):
        assert ProgrammeSettings.objects.filter(pk=held.pk).update(withdrawn_at=timezone.now()) == 0
    with pytest.raises(ProgrammingError, match="permission denied"), person_scope(cast.clerk.pk, cast.office.pk):
        ProgrammeSettings.objects.filter(pk=planned.pk).update(values={})


def test_past_months_keep_the_settings_of_their_time(cast: Cast) -> None:
    ProgrammeSettings.objects.using(OWNER).create(
        programme_id=cast.programme.pk,
        version=1,
        effective_from=timezone.now() - 60 * DAY,
        values={"silent_hours": 6},
        reason="必要なため",
    )
    _publish(cast, silent_hours=12)
    assert [_silent_hours(cast, days) for days in (-61, -30, 1)] == [24, 6, 12]
    with pytest.raises(ProgrammingError, match="row-level security"):
        _publish(cast, -20, silent_hours=1)
    answer = _office(cast).post(f"{PAGE}change/", FORM | {"silent_hours": "1", "effective_from": "2026-01-01"})
    assert "明日から2年先まで" in answer.content.decode()


def test_a_change_says_where_it_comes_from_and_every_default_too(cast: Cast) -> None:
    answer = _office(cast).post(f"{PAGE}change/", FORM | {"silent_hours": "12", "source": ""})
    assert 'class="error-summary"' in answer.content.decode()
    assert not ProgrammeSettings.objects.exists()
    page = _office(cast).get(PAGE).content.decode()
    assert "標準は24時間(KMM 3.8)" in page
    assert page.count("標準は") == len(SETTINGS)


def test_the_settings_of_a_time_cost_one_query_whatever_is_planned(cast: Cast) -> None:
    for days in range(1, 8):
        _publish(cast, days, silent_hours=days + 1)
    with person_scope(cast.clerk.pk, cast.office.pk), CaptureQueriesContext(connection) as queries:
        settings_at(programme_id=cast.programme.pk, at=timezone.now() + 3 * DAY)
    assert len(queries) == 1
