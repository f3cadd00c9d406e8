"""How PostgreSQL answers pages of partners who see thousands of firms: by an index, and never by a list of firms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from alerts.models import Tuning
from alerts.tuning import replay
from bench import scale_data
from bench.scale import API_PAGES, PARTNER_PAGES, logged_in, program
from tenants.selectors import memberships_now
from tenants.tenancy.scope import MOST_LISTED, person_scope

FIRMS = 2_000
AMOUNTS = scale_data.Amounts(
    groups=30_000,
    each=1,
    cases=12_000,
    cases_open=600,
    incidents=6_000,
    incidents_open=300,
    jobs=600,
    jobs_open=100,
    vendors=10,
    claims=200,
    claims_open=40,
)
LARGE = ("alerts_alert", "alerts_alertgroup", "incidents_case", "incidents_contact", "incidents_incident")
READ_WHOLE = re.compile(rf"Seq Scan on ({'|'.join(LARGE)})(?:_\w+)?\b")
# A list of ids as long as the firms: in an array, or behind IN.
LISTED = re.compile(rf"'\{{(?:\d+,){{{MOST_LISTED},}}|\((?:\d+, ){{{MOST_LISTED},}}")


@pytest.fixture(scope="module")
def country(django_db_blocker: Any) -> Iterator[scale_data.Country]:
    from tests.conftest import _flush

    with django_db_blocker.unblock():
        connections.settings["loader"] = {**connections.settings["default"], "USER": "postgres"}
        yield scale_data.load("loader", FIRMS, timezone.now(), AMOUNTS)
        connections.close_all()
        del connections.settings["loader"]
    _flush()


@contextmanager
def _plans() -> Iterator[list[tuple[str, str]]]:
    """(query, plan) of every SELECT meanwhile, as it is planned for whoever asks."""
    plans: list[tuple[str, str]] = []

    def explained(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if str(sql).lstrip().upper().startswith(("SELECT", "(SELECT")):
            with connection.connection.cursor() as raw:
                raw.execute(raw.mogrify(sql, params))
                query = raw.query.decode()
                raw.execute("EXPLAIN " + query)
                plans.append((query, "\n".join(row[0] for row in raw.fetchall())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        yield plans


PAGES = (*PARTNER_PAGES, *API_PAGES, ("boxes that need a look", "soc", "/boxes/?show=look"))


@pytest.mark.parametrize(("page", "who", "path"), PAGES, ids=[page for page, _who, _path in PAGES])
def test_no_page_reads_a_large_table_whole_or_lists_the_firms(
    country: scale_data.Country, page: str, who: str, path: str
) -> None:
    client = (program if path.startswith("/api/") else logged_in)(country.people[who])
    with _plans() as plans:
        answer = client.get(path)
    assert answer.status_code in (200, 204)
    assert len(plans) > 3
    assert [(query[:300], plan) for query, plan in plans if READ_WHOLE.search(plan)] == []
    assert [query[:300] for query, _plan in plans if LISTED.search(query)] == []


@pytest.mark.parametrize(
    ("show", "index"),
    [("look", "box_in_need"), ("behind", "box_by_agent|box_in_need"), ("way", "box_under_way")],
)
def test_boxes_of_a_tab_are_found_by_an_index(country: scale_data.Country, show: str, index: str) -> None:
    """Nobody reads all boxes to show those that fell silent, run an old program or are on their way."""
    with _plans() as plans:
        answer = logged_in(country.people["soc"]).get(f"/boxes/?show={show}")
    assert len(answer.context["rows"]) == 50
    lists = [plan for query, plan in plans if '"sensors_sensor"."heartbeat"' in query]
    assert len(lists) == 1
    assert re.search(rf"Index Scan (?:using|on) (?:{index})\b", lists[0]), lists[0]


SORTED = (
    ("soc", "/boxes/?sort=firm"),
    ("soc", "/boxes/?sort=-seen"),
    ("soc", "/boxes/?show=look&sort=seen"),
    ("call_centre", "/insurance/claims/?show=over&sort=firm"),
    ("insurer", "/insurance/claims/?sort=vendor"),
)


@pytest.mark.parametrize(("who", "path"), SORTED)
def test_a_sort_reads_a_bounded_part_in_the_lists_own_order(country: scale_data.Country, who: str, path: str) -> None:
    """Nobody sorts the rows of all firms: 1,000 are read as the list has them, and whole rows of one page."""
    with _plans() as plans:
        answer = logged_in(country.people[who]).get(path)
    assert answer.context["rows"]
    assert answer.context["part_sorted"] == (answer.context["page"].paginator.count >= 1000)
    keys = [(query, plan) for query, plan in plans if query.rstrip().endswith("LIMIT 1000") and "ORDER BY" in query]
    assert len(keys) == 1
    query, plan = keys[0]
    assert '"heartbeat"' not in query
    assert not re.search(r"Seq Scan on tenants_organisation\b", plan), plan
    assert "/boxes/" not in path or not re.search(r"Seq Scan on sensors_sensor\b", plan), plan


@contextmanager
def _plans_inside(user: Any, organisation_id: int) -> Iterator[list[str]]:
    """Plans of all that functions of schema sec ask, while this person acts for the organisation."""
    notices: list[str] = []
    with connections["loader"].cursor() as cursor:
        cursor.execute(
            "LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on;"
            " SELECT set_config('otasuke.user', %s, false), set_config('otasuke.organisation', %s, false);"
            " SET client_min_messages = log",
            [str(user.pk), str(organisation_id)],
        )
        connections["loader"].connection.notices = notices
        try:
            yield notices
        finally:
            cursor.execute("RESET ALL")


def test_an_office_finds_its_firms_without_reading_every_name(country: scale_data.Country) -> None:
    user = country.people["office"]
    office = memberships_now(user_id=user.pk)[0].organisation_id
    rare = json.dumps([{"words": word, "industries": []} for word in ("計測用", "000500")])
    for asked, index in (("[]", "organisation_in_order"), (rare, "organisation_by_name_and_place")):
        with _plans_inside(user, office) as plans, connections["loader"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sec.office_firms(%s, NULL, 0, 30)", [asked])
            assert cursor.fetchone()[0] == (30 if asked == "[]" else 1)
            cursor.execute("SELECT every, matches FROM sec.office_firms_counted(%s, NULL, 100)", [asked])
            assert cursor.fetchone() == ((100, 100) if asked == "[]" else (100, 1))
        text = "\n".join(plans)
        assert f"{index}" in text
        assert "Seq Scan on tenants_organisation" not in text
        assert "Seq Scan on tenants_accessgrant" not in text


def test_the_page_of_a_group_looks_over_all_firms_by_an_index(country: scale_data.Country) -> None:
    client = logged_in(country.people["soc"])
    firm, group = next(iter(country.newest.items()))
    with _plans() as plans:
        assert client.get(f"/desk/alerts/{firm}/{group}/").status_code == 200
    elsewhere = [plan for query, plan in plans if '"family" = ' in query and "NOT" in query]
    assert elsewhere
    assert [plan for plan in elsewhere if "alert_group_family" not in plan] == []
    assert [(query[:300], plan) for query, plan in plans if READ_WHOLE.search(plan)] == []
    assert [query[:300] for query, _plan in plans if LISTED.search(query)] == []


def test_a_signatures_number_is_searched_for_by_an_index(country: scale_data.Country) -> None:
    client = logged_in(country.people["soc"])
    with _plans() as plans:
        assert client.get("/soc/alerts/?q=2100110&state=all&days=365").status_code == 200
    asked = [plan for query, plan in plans if '"signature_id" = 2100110' in query]
    assert asked
    assert [plan for plan in asked if "alert_group_mark" not in plan] == []


def test_a_change_of_grading_is_tried_on_groups_found_by_an_index(country: scale_data.Country) -> None:
    user, now = country.people["soc"], timezone.now()
    family = "message:sample rule 110"
    place = memberships_now(user_id=user.pk)[0].organisation_id
    with person_scope(user.pk, place), _plans() as plans:
        groups = replay._groups(Tuning(family=family, signature_id=2100110), now - replay.SPAN, None)
        events = replay._events(groups, now - replay.SPAN)
    assert {group.family for group in groups} == {family}
    assert set(events) == {group.pk for group in groups}
    assert "alert_group_family" in plans[0][1]
    # Empty months are read whole.
    assert plans[1][1].count("_tenant_id_group_id_event_time_idx on alerts_alert_") >= 2


def test_what_waits_is_read_from_its_own_index(country: scale_data.Country) -> None:
    client = logged_in(country.people["soc"])
    for path, index in (("/soc/alerts/", "alert_group_waiting"), ("/soc/alerts/?state=judged", "alert_group_handled")):
        with _plans() as plans:
            client.get(path)
        assert any(index in plan for _query, plan in plans), path
