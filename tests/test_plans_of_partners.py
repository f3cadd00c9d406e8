"""How PostgreSQL answers pages of partners who see thousands of firms: by an index, and never by a list of firms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from bench import scale_data
from bench.scale import PARTNER_PAGES, logged_in
from tenants.tenancy.scope import MOST_LISTED

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


@pytest.mark.parametrize(("page", "who", "path"), PARTNER_PAGES, ids=[page for page, _who, _path in PARTNER_PAGES])
def test_no_page_reads_a_large_table_whole_or_lists_the_firms(
    country: scale_data.Country, page: str, who: str, path: str
) -> None:
    client = logged_in(country.people[who])
    with _plans() as plans:
        answer = client.get(path)
    assert answer.status_code in (200, 204)
    assert len(plans) > 5
    assert [(query[:300], plan) for query, plan in plans if READ_WHOLE.search(plan)] == []
    assert [query[:300] for query, _plan in plans if LISTED.search(query)] == []
