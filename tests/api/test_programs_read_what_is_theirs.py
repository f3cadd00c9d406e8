"""Programs read by token: exactly what their organisation may see, page by page, written down."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from alerts.threat_words import FAMILIES, threat_name
from tenants.models import AccessGrant, ApiToken, AuditEvent
from tenants.tenancy.scope import tenant_scope
from tests.api.programs import Program, token_for
from tests.factories import Cast
from tests.portal import scenes

LISTS = ("alerts", "incidents", "reports")


@pytest.fixture
def facts(cast: Cast) -> Cast:
    """Both firms have one of everything."""
    cache.clear()
    for box, number in ((cast.sakura_box, 3), (cast.yamada_box, 7)):
        group = scenes.group_make(box.sensor, "outbound-malware-count", count=6)
        scenes.incident_make(group, number=number)
        scenes.report_make(box.sensor.tenant_id, date(2026, 10, 1))
    return cast


@pytest.fixture
def sakura(facts: Cast) -> Program:
    return Program(token_for(facts.hanako, facts.sakura_dental).secret)


@pytest.mark.parametrize("path", LISTS)
def test_a_firms_program_reads_its_own_rows_only(sakura: Program, facts: Cast, path: str) -> None:
    assert {row["tenant"] for row in sakura.results(path)} == {facts.sakura_dental.pk}
    assert sakura.results(path, {"tenant": facts.yamada_works.pk}) == []


@pytest.mark.parametrize("path", [*LISTS, "alerts/1"])
def test_nothing_stays_in_a_cache(sakura: Program, path: str) -> None:
    assert "no-store" in sakura.get(path)["Cache-Control"]


def test_one_alert_with_its_single_events_and_what_to_do(sakura: Program, facts: Cast) -> None:
    (row,) = sakura.results("alerts")
    detail = sakura.get(f"alerts/{row['id']}").json()
    assert len(detail["alerts"]) == detail["alert_count"] == 6
    assert detail["headline"]["ja"] == "ウイルスに感染している可能性がとても高い端末があります"
    assert detail["headline"]["en"]
    assert detail["threat"] in FAMILIES
    assert detail["threat_words"] == {name: threat_name(detail["threat"], name) for name in ("ja", "en")}
    assert detail["steps"]["ja"]
    assert detail["sensor"] == str(facts.sakura_box.sensor.device_id)


def test_a_foreign_alert_is_not_found(sakura: Program, facts: Cast) -> None:
    (foreign,) = Program(token_for(facts.jiro, facts.yamada_works).secret).results("alerts")
    foreign_answer, none = sakura.get(f"alerts/{foreign['id']}"), sakura.get("alerts/999999999999999999999999")
    assert (foreign_answer.status_code, none.status_code) == (404, 404)
    assert {**foreign_answer.json(), "reference": ""} == {**none.json(), "reference": ""}


def test_partners_read_through_their_grants_and_by_their_part(facts: Cast) -> None:
    soc = Program(token_for(facts.analyst, facts.soc).secret)
    desk = Program(token_for(facts.agent, facts.desk).secret)
    office = Program(token_for(facts.clerk, facts.office).secret)
    seen = {
        name: {path: len(program.results(path)) for path in LISTS}
        for name, program in (("soc", soc), ("desk", desk), ("office", office))
    }
    assert seen == {
        "soc": {"alerts": 2, "incidents": 2, "reports": 0},
        "desk": {"alerts": 2, "incidents": 2, "reports": 2},
        "office": {"alerts": 0, "incidents": 0, "reports": 0},
    }
    assert {row["tenant"] for row in soc.results("alerts", {"tenant": facts.yamada_works.pk})} == {
        facts.yamada_works.pk
    }


def test_a_partners_program_loses_a_firm_the_moment_its_grant_ends(facts: Cast) -> None:
    soc = Program(token_for(facts.analyst, facts.soc).secret)
    assert len(soc.results("alerts")) == 2
    AccessGrant.objects.using("owner").filter(grantee_id=facts.soc.pk, tenant_id=facts.sakura_dental.pk).update(
        valid=(datetime(2026, 1, 1, tzinfo=UTC), datetime.now(UTC) - timedelta(seconds=1))
    )
    assert {row["tenant"] for row in soc.results("alerts")} == {facts.yamada_works.pk}


@pytest.mark.parametrize("path", LISTS)
def test_a_token_opens_only_what_it_was_made_for(facts: Cast, path: str) -> None:
    program = Program(token_for(facts.hanako, facts.sakura_dental, [f"read:{path}"]).secret)
    opened = [name for name in LISTS if program.get(name).status_code == 200]
    assert opened == [path]
    refused = next(name for name in LISTS if name != path)
    assert (program.get(refused).status_code, program.get(refused).json()["error"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    "change", [{"revoked_at": datetime.now(UTC)}, {"expires_at": datetime.now(UTC) - timedelta(seconds=1)}]
)
def test_an_ended_token_opens_nothing_from_the_next_call_on(sakura: Program, change: dict[str, Any]) -> None:
    assert sakura.get("alerts").status_code == 200
    ApiToken.objects.using("owner").update(**change)
    answer = sakura.get("alerts")
    assert (answer.status_code, answer.json()["error"]) == (401, "token_refused")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer otk_" + "A" * 43, "Bearer \xff"])
@pytest.mark.parametrize("path", [*LISTS, "alerts/1"])
def test_without_a_token_nothing_is_answered(facts: Cast, header: str, path: str) -> None:
    client = Client()
    client.force_login(facts.hanako)
    answer = client.get(f"/api/v1/{path}", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert set(answer.json()) == {"error", "detail", "reference"}


def test_a_token_that_is_revoked_during_the_request_sees_nothing(facts: Cast) -> None:
    """PostgreSQL checks it, not only the log-in at the beginning."""
    from alerts.models import AlertGroup
    from tenants.accounts.tokens import token_hash
    from tenants.tenancy.scope import token_scope

    issued = token_for(facts.hanako, facts.sakura_dental)
    with token_scope(token_hash(issued.secret), facts.sakura_dental.pk):
        assert AlertGroup.objects.count() == 1
    ApiToken.objects.using("owner").update(revoked_at=datetime.now(UTC))
    with token_scope(token_hash(issued.secret), facts.sakura_dental.pk) as scope:
        assert scope.tenants == ()
        assert AlertGroup.objects.count() == 0


def test_every_call_stands_in_the_trail_of_the_firms_given_out(facts: Cast) -> None:
    issued = token_for(facts.analyst, facts.soc)
    soc = Program(issued.secret)
    soc.results("alerts")
    soc.results("alerts", {"since": "2099-01-01T00:00:00Z"})
    for firm in (facts.sakura_dental, facts.yamada_works):
        grant = AccessGrant.objects.using("owner").get(grantee_id=facts.soc.pk, tenant_id=firm.pk)
        with tenant_scope(firm.pk):
            (event,) = AuditEvent.objects.filter(code="api.alerts_read")
        assert (event.token_id, event.organisation_id, event.grant_id) == (issued.token.pk, facts.soc.pk, grant.pk)
        assert (event.actor_id, event.ip) == (None, "127.0.0.1")


def test_pages_follow_each_other_without_a_gap_while_rows_come_in(facts: Cast, sakura: Program) -> None:
    for number in range(6):
        scenes.group_make(facts.sakura_box.sensor, "web-guard", count=1, family=f"f{number}")
    everything = [row["id"] for row in sakura.results("alerts")]
    first = sakura.get("alerts", {"page_size": 3}).json()
    scenes.group_make(facts.sakura_box.sensor, "web-guard", count=1, family="new")
    read, link = [row["id"] for row in first["results"]], first["next"]
    while link:
        page = sakura.get("alerts?" + link.partition("?")[2]).json()
        read += [row["id"] for row in page["results"]]
        link = page["next"]
    assert read == everything


def test_filters_narrow(facts: Cast, sakura: Program) -> None:
    scenes.group_make(facts.sakura_box.sensor, "web-guard", count=1)
    assert len(sakura.results("alerts")) == 2
    assert [row["grade"] for row in sakura.results("alerts", {"grade_min": 3})] == [3]
    assert [row["function"] for row in sakura.results("alerts", {"function": "wg"})] == ["wg"]
    assert sakura.results("alerts", {"since": "2099-01-01T00:00:00+09:00"}) == []
    assert len(sakura.results("incidents", {"state": "open"})) == 1
    assert sakura.results("incidents", {"state": "closed"}) == []
    assert len(sakura.results("reports", {"state": "ready"})) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"grade_min": "9"},
        {"function": "x\x00"},
        {"since": "yesterday"},
        {"tenant": "0"},
        {"tenant": str(10**30)},
        {"page_size": "1000"},
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(sakura: Program, query: dict[str, str]) -> None:
    answer = sakura.get("alerts", query)
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")


def test_a_program_that_asks_too_often_waits(sakura: Program) -> None:
    statuses = [sakura.get("reports").status_code for _ in range(121)]
    assert statuses[:120] == [200] * 120
    answer = sakura.get("reports")
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    cache.clear()


def test_guessing_tokens_is_slowed_down(facts: Cast) -> None:
    guess = Program("otk_" + "A" * 43)
    statuses = [guess.get("alerts").status_code for _ in range(31)]
    assert statuses == [401] * 30 + [429]
    cache.clear()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", LISTS)
def test_nothing_can_be_written(sakura: Program, method: str, path: str) -> None:
    answer = getattr(Client(), method)(
        f"/api/v1/{path}", "{}", content_type="application/json", headers={"Authorization": f"Bearer {sakura.secret}"}
    )
    assert answer.status_code == 405


def test_a_token_cannot_write_in_the_database_either(facts: Cast) -> None:
    from django.db import ProgrammingError, connection

    from tenants.accounts.tokens import token_hash
    from tenants.tenancy.scope import token_scope

    issued = token_for(facts.hanako, facts.sakura_dental)
    with token_scope(token_hash(issued.secret), facts.sakura_dental.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE alerts_alertgroup SET grade = 0")
        assert cursor.rowcount == 0
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        token_scope(token_hash(issued.secret), facts.sakura_dental.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO tenants_apitoken (organisation_id, name, scopes, shown, token_hash, created_at, created_by_id,"
            " expires_at) VALUES (%s, 'x', '{}', '', 'x', now(), %s, now())",
            [facts.sakura_dental.pk, facts.hanako.pk],
        )


def test_a_program_of_the_platforms_operator_does_not_follow_through_broken_glass(facts: Cast) -> None:
    from tenants.tenancy.break_glass import break_glass
    from tenants.tenancy.scope import person_scope
    from tests.factories import organisation_make, user_make

    platform = organisation_make("運用担当", "platform")
    operator = user_make("operator@platform.invalid", platform)
    program = Program(token_for(operator, platform).secret)
    with person_scope(operator.pk, platform.pk):
        break_glass(
            tenant_id=facts.sakura_dental.pk, reason="障害の調査のために記録を確認します", lasting=timedelta(hours=1)
        )
    with person_scope(operator.pk, platform.pk) as scope:
        assert scope.tenants == (facts.sakura_dental.pk,)
    assert program.results("alerts") == []
