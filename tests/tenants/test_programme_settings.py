"""The office changes its programme's thresholds from now on; every version stays with who, when and why."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError
from django.test import Client

from notifications.channels import programme_hours
from portal.programme_fields import SETTINGS
from tenants.models import ProgrammeSettings, User
from tenants.selectors import settings_at
from tenants.tenancy.scope import person_scope
from tests.factories import Cast, totp_make, user_make
from tests.tenants.people import log_in
from web.jst import JST

CHANGE = "/office/settings/change/"
DEFAULTS = {setting.key: setting.default for setting in SETTINGS}
# As a browser sends the form: what is not ticked is left out.
UNCHANGED = {key: str(value) for key, value in DEFAULTS.items() if value is not False}
VALUES = UNCHANGED | {"callback_count": "8", "callback_minutes": "30"}
VALUES |= {"reason": "夜間の誤報が多かったため", "source": "運営会議"}


def _as(user: User) -> Client:
    return log_in(user.email, secret=totp_make(user))


def test_a_new_version_holds_from_now_on_and_stands_in_the_history(cast: Cast) -> None:
    from django.utils import timezone

    before = timezone.now()
    client = _as(cast.clerk)
    assert client.post(CHANGE, VALUES).status_code == 302
    version = settings_at(programme_id=cast.programme.pk, at=timezone.now())
    assert version is not None
    assert version.values == DEFAULTS | {"callback_count": 8, "callback_minutes": 30}
    assert settings_at(programme_id=cast.programme.pk, at=before) is None
    page = client.get("/office/settings/").content.decode()
    for words in ("第1版", "夜間の誤報が多かったため", "5回 → 8回", "60分 → 30分"):
        assert words in page, words


def test_versions_are_numbered_and_keep_what_the_form_does_not_know(cast: Cast) -> None:
    ProgrammeSettings.objects.using("owner").create(
        programme_id=cast.programme.pk,
        version=1,
        effective_from="2026-01-01T00:00Z",
        values={"mail": {"a": True}},
        reason="必要なため",
    )
    _as(cast.clerk).post(CHANGE, VALUES)
    newest = ProgrammeSettings.objects.order_by("-version")[0]
    assert newest.version == 2
    assert newest.values["mail"] == {"a": True}


@pytest.mark.parametrize("change", [{"callback_count": "1"}, {"callback_minutes": "2000"}, {"reason": ""}])
def test_figures_out_of_bounds_and_a_missing_reason_are_refused(cast: Cast, change: dict[str, str]) -> None:
    answer = _as(cast.clerk).post(CHANGE, VALUES | change)
    assert 'class="error-summary"' in answer.content.decode()
    assert not ProgrammeSettings.objects.exists()


def test_a_version_without_a_change_is_refused(cast: Cast) -> None:
    answer = _as(cast.clerk).post(CHANGE, UNCHANGED | {"reason": "必要なため", "source": "運営会議"})
    assert "変わったところがありません" in answer.content.decode()


def test_members_of_the_office_read_only_and_other_kinds_find_no_page(cast: Cast) -> None:
    member = user_make("m@office.invalid", cast.office, "member")
    client = _as(member)
    assert client.get("/office/settings/").status_code == 200
    assert client.get(CHANGE).status_code == 404
    for user in (cast.analyst, cast.agent, cast.hanako):
        other = Client()
        other.force_login(user)
        assert other.get("/office/settings/").status_code == 404
        assert other.post(CHANGE, VALUES).status_code == 404


def test_the_database_lets_only_the_offices_owner_publish_and_nobody_change_or_delete(cast: Cast) -> None:
    member = user_make("m@office.invalid", cast.office, "member")
    for user, acting in ((member, cast.office), (cast.analyst, cast.soc), (cast.hanako, cast.sakura_dental)):
        with pytest.raises(ProgrammingError, match="row-level security"), person_scope(user.pk, acting.pk):
            _publish(cast)
    with person_scope(cast.clerk.pk, cast.office.pk):
        _publish(cast)
    for act in (lambda: ProgrammeSettings.objects.update(reason="y"), lambda: ProgrammeSettings.objects.all().delete()):
        with pytest.raises(ProgrammingError, match="permission denied"), person_scope(cast.clerk.pk, cast.office.pk):
            act()


def _publish(cast: Cast) -> None:
    from django.utils import timezone

    ProgrammeSettings.objects.create(
        programme=cast.programme, version=1, effective_from=timezone.now(), values={}, reason="必要なため"
    )


def test_hours_are_changed_in_words_and_hold_from_then_on(cast: Cast) -> None:
    from datetime import datetime

    from django.utils import timezone

    client = _as(cast.clerk)
    refused = client.post(CHANGE, VALUES | {"phone_hours": "朝から晩まで"})
    assert "読めません" in refused.content.decode()
    assert not ProgrammeSettings.objects.exists()
    client.post(CHANGE, VALUES | {"phone_hours": "月〜土 9:00〜21:00", "closed_days": "2027-08-13"})
    hours = programme_hours(programme_id=cast.programme.pk, channel="phone", at=timezone.now())
    assert hours.is_open(datetime(2027, 8, 14, 20, 0, tzinfo=JST))  # a Saturday
    assert not hours.is_open(datetime(2027, 8, 13, 10, 0, tzinfo=JST))
    assert "月-土 9:00-21:00" in client.get("/office/settings/").content.decode()
