"""Who may open which page: other kinds of organisation and other firms meet "not found"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client

from alerts.models import AlertGroup
from incidents.models import DeskTask, Incident
from tenants.models import Membership
from tests.factories import Cast, user_make
from tests.portal import scenes
from tests.portal.pages import inline_code


@dataclass(frozen=True)
class Things:
    """One of everything, for both firms."""

    cast: Cast
    group: AlertGroup
    incident: Incident
    task: DeskTask
    foreign_group: AlertGroup
    foreign_incident: Incident

    def firm_pages(self) -> list[str]:
        return [
            "/",
            "/alerts/",
            f"/alerts/{self.group.pk}/",
            f"/incidents/{self.incident.number}/",
            "/reports/",
            "/reports/2026-10.pdf",
        ]

    def desk_pages(self) -> list[str]:
        tenant = self.cast.sakura_dental.pk
        return ["/desk/", f"/desk/tasks/{tenant}/{self.task.pk}/", f"/desk/incidents/{tenant}/{self.incident.number}/"]

    def soc_pages(self) -> list[str]:
        return ["/soc/alerts/", "/soc/quarantine/"]


@pytest.fixture
def things(cast: Cast) -> Things:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", count=6)
    incident = scenes.incident_make(group, number=3)
    foreign = scenes.group_make(cast.yamada_box.sensor, "outbound-malware-count", asset_ip="192.168.9.99")
    foreign_incident = scenes.incident_make(foreign, number=7)
    scenes.report_make(cast.sakura_dental.pk, date(2026, 10, 1))
    scenes.report_make(cast.yamada_works.pk, date(2026, 9, 1))
    scenes.unreadable_make(cast.sakura_box.sensor)
    scenes.failed_batch_make(cast.sakura_box.sensor)
    return Things(cast, group, incident, scenes.task_make(incident), foreign, foreign_incident)


def _status(user: object, path: str) -> int:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client.get(path).status_code


def test_each_opens_their_own_pages(things: Things) -> None:
    cast = things.cast
    pages = [
        (cast.hanako, things.firm_pages()),
        (cast.agent, things.desk_pages()),
        (cast.analyst, [*things.soc_pages(), things.desk_pages()[2]]),
        (cast.clerk, ["/"]),
        (cast.engineer, ["/vendor/"]),
    ]
    for user, paths in pages:
        assert {path: _status(user, path) for path in paths} == dict.fromkeys(paths, 200), user


def test_other_kinds_of_organisation_find_nothing(things: Things) -> None:
    cast = things.cast
    firm, desk, soc = things.firm_pages()[1:], things.desk_pages(), things.soc_pages()
    closed = [
        (cast.hanako, desk + soc),
        (cast.agent, firm + soc),
        (cast.analyst, firm + desk[:2]),
        (cast.clerk, firm + desk + soc),
        (cast.engineer, firm + desk + soc),
    ]
    for user, paths in closed:
        assert {path: _status(user, path) for path in paths} == dict.fromkeys(paths, 404), user


def test_another_firms_things_do_not_exist(things: Things) -> None:
    for path in (f"/alerts/{things.foreign_group.pk}/", "/incidents/7/", "/reports/2026-09.pdf"):
        assert _status(things.cast.hanako, path) == 404, path
        assert _status(things.cast.jiro, path) == 200, path


def test_lists_show_nothing_of_another_firm(things: Things) -> None:
    client = Client()
    client.force_login(things.cast.hanako)
    for path in ("/", "/alerts/?grade=all&days=365", "/reports/"):
        page = client.get(path).content.decode()
        assert "192.168.9.99" not in page, path
        assert "山田製作所" not in page, path


def test_a_partner_whose_grant_ended_finds_nothing(things: Things) -> None:
    from datetime import UTC, datetime, timedelta

    from tenants.models import AccessGrant

    cast = things.cast
    ended = (datetime(2026, 1, 1, tzinfo=UTC), datetime.now(UTC) - timedelta(seconds=1))
    AccessGrant.objects.using("owner").filter(grantee_id=cast.desk.pk, tenant_id=cast.sakura_dental.pk).update(
        valid=ended
    )
    assert [_status(cast.agent, path) for path in things.desk_pages()] == [200, 404, 404]
    client = Client()
    client.force_login(cast.agent)
    assert "さくら歯科" not in client.get("/desk/").content.decode()


def test_people_who_are_not_logged_in_are_asked_to(things: Things) -> None:
    for path in things.firm_pages() + things.desk_pages() + things.soc_pages():
        response = Client().get(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith("/accounts/login/?next="), path


def test_a_person_of_no_organisation_gets_an_honest_page(things: Things) -> None:
    from tenants.models import User

    lost = User.objects.create_user("lost@nowhere.invalid", "a long enough passphrase")
    client = Client()
    client.force_login(lost)
    assert "どの組織にも入っていません" in client.get("/").content.decode()
    assert client.get("/alerts/").status_code == 404


def test_staff_are_led_to_their_work(things: Things) -> None:
    for user, target in ((things.cast.agent, "/desk/"), (things.cast.analyst, "/soc/alerts/")):
        client = Client()
        client.force_login(user)
        assert client.get("/")["Location"] == target


def test_read_only_people_see_but_cannot_change(things: Things) -> None:
    reader = user_make("reader@desk.invalid", things.cast.desk, role=Membership.Role.READ_ONLY)
    client = Client()
    client.force_login(reader)
    path = things.desk_pages()[1]
    assert client.get(path).status_code == 200
    assert client.post(path, {"action": "take"}).status_code == 403
    assert client.post(things.desk_pages()[2], {"to": "closed"}).status_code == 403


def test_pages_carry_a_strict_policy_and_keep_it(things: Things) -> None:
    cast = things.cast
    pages = [
        (cast.hanako, things.firm_pages()[:5]),
        (cast.agent, things.desk_pages()),
        (cast.analyst, things.soc_pages()),
    ]
    for user, paths in pages:
        client = Client()
        client.force_login(user)
        for path in paths:
            response = client.get(path)
            policy = response["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe" not in policy
            assert inline_code(response.content.decode()) == [], path
            assert "no-store" in response["Cache-Control"], path


def test_switching_acts_for_another_own_organisation_and_for_no_other(things: Things) -> None:
    from psycopg2.extras import DateTimeTZRange

    from tests.factories import SINCE, totp_make

    cast = things.cast
    totp_make(cast.hanako)
    Membership.objects.using("owner").create(
        user_id=cast.hanako.pk, organisation_id=cast.desk.pk, role="member", valid=DateTimeTZRange(SINCE, None)
    )
    client = Client()
    client.force_login(cast.hanako)
    assert client.get("/desk/").status_code == 404
    assert client.post("/switch/", {"organisation": cast.yamada_works.pk}).status_code == 404
    assert client.post("/switch/", {"organisation": cast.desk.pk}).status_code == 302
    assert client.get("/desk/").status_code == 200
    assert client.get("/alerts/").status_code == 404
    assert client.get("/switch/").status_code == 405
