"""A firm finds who looked at its data, when, through which grant; nobody else's trail is mixed in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from portal.audit_words import WORDS
from tenants.models import AccessGrant, AuditEvent
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast, user_make
from tests.portal import scenes
from tests.portal.pages import text_of

ROOT = Path(__file__).resolve().parents[2]


def _client(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def _trail(user: object, query: str = "") -> str:
    answer = _client(user).get(f"/audit/{query}")
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def _last(cast: Cast, code: str) -> AuditEvent:
    with tenant_scope(cast.sakura_dental.pk):
        event: AuditEvent = AuditEvent.objects.filter(code=code).latest("pk")
    return event


def test_a_look_over_all_firms_stands_in_the_trail_of_each_firm_shown(cast: Cast) -> None:
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", count=6)
    _client(cast.analyst).get("/soc/alerts/")
    page = _trail(cast.hanako)
    assert "検知の一覧を見ました" in page
    assert "監視センター" in page
    assert "監視" in page
    assert "まだ、だれも見ていません" in _trail(cast.jiro)


def test_from_where_and_through_which_grant_is_written_down(cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", count=6)
    scenes.incident_make(group, number=3)
    path = f"/desk/incidents/{cast.sakura_dental.pk}/3/"
    _client(cast.agent).get(path, REMOTE_ADDR="203.0.113.5", headers={"User-Agent": "Browser\x07 9 " + "x" * 500})
    event = _last(cast, "incident.viewed")
    grant = AccessGrant.objects.using("owner").get(grantee_id=cast.desk.pk, tenant_id=cast.sakura_dental.pk)
    assert (event.ip, event.grant_id, event.actor_id) == ("203.0.113.5", grant.pk, cast.agent.pk)
    assert event.agent.startswith("Browser 9 xxx")
    assert len(event.agent) == 120
    assert "203.0.113.5" not in _trail(cast.hanako, "?all=1"), "where a partner's staff sat is not the firm's matter"


def test_behind_our_proxy_the_address_is_the_one_the_proxy_saw(cast: Cast, settings: object) -> None:
    scenes.report_make(cast.sakura_dental.pk, date(2026, 10, 1))
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.77"}
    _client(cast.hanako).get("/reports/2026-10.pdf", headers=forged)
    assert _last(cast, "report.downloaded").ip == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # type: ignore[attr-defined]
    settings.TRUSTED_PROXIES = 1  # type: ignore[attr-defined]
    _client(cast.hanako).get("/reports/2026-10.pdf", headers={**forged, "X-Forwarded-Proto": "https"})
    assert _last(cast, "report.downloaded").ip == "203.0.113.77"


def test_own_downloads_are_in_the_whole_trail_only(cast: Cast) -> None:
    scenes.report_make(cast.sakura_dental.pk, date(2026, 10, 1))
    _client(cast.hanako).get("/reports/2026-10.pdf")
    assert "報告書を受け取りました" not in _trail(cast.hanako)
    assert "報告書を受け取りました" in _trail(cast.hanako, "?all=1")


def test_what_was_searched_for_does_not_reach_another_firms_trail(cast: Cast) -> None:
    for box in (cast.sakura_box, cast.yamada_box):
        scenes.incident_make(scenes.group_make(box.sensor, "outbound-malware-count", count=6), number=1)
    _client(cast.agent).get("/desk/?q=山田")
    with tenant_scope(cast.yamada_works.pk):
        (event,) = AuditEvent.objects.filter(code="queue.viewed")
    assert event.data == {}
    with tenant_scope(cast.sakura_dental.pk):
        assert not AuditEvent.objects.filter(code="queue.viewed").exists()


def test_the_trail_is_for_the_firms_own_people(cast: Cast) -> None:
    reader = user_make("reader@sakura.invalid", cast.sakura_dental, "read_only")
    assert _client(reader).get("/audit/").status_code == 200
    for user in (cast.analyst, cast.agent, cast.clerk, cast.engineer):
        assert _client(user).get("/audit/").status_code == 404
    assert Client().get("/audit/").status_code == 302


def test_a_long_trail_comes_in_pages(cast: Cast) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        firm = cast.sakura_dental.pk
        rows = [AuditEvent(tenant_id=firm, organisation_id=cast.soc.pk, code="alerts.viewed") for _ in range(51)]
        AuditEvent.objects.bulk_create(rows, ignore_conflicts=True)
    assert "全51件" in _trail(cast.hanako)
    assert "51〜51件目" in _trail(cast.hanako, "?page=2")


def test_the_trail_outlives_the_grant(cast: Cast) -> None:
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", count=6)
    _client(cast.analyst).get("/soc/alerts/")
    AccessGrant.objects.using("owner").filter(grantee_id=cast.soc.pk).update(
        valid=(datetime(2026, 1, 1, tzinfo=UTC), datetime.now(UTC) - timedelta(seconds=1))
    )
    assert "検知の一覧を見ました" in _trail(cast.hanako)


@pytest.mark.parametrize("pattern", [r'code="([a-z_]+\.[a-z_]+)"', r'_record\(\s*"([a-z_]+\.[a-z_]+)"'])
def test_every_code_the_program_writes_has_words(pattern: str) -> None:
    files = [path for path in ROOT.glob("[a-z]*/**/*.py") if path.parts[len(ROOT.parts)] not in {"tests", "var"}]
    codes = {code for path in files for code in re.findall(pattern, path.read_text())}
    assert codes
    assert codes - set(WORDS) == set()
