"""What the benches fill the database with still fits its tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections
from django.utils import timezone

from bench import desk, pages_data, replay

SMALL = {"FIRMS": 20, "BUSY": 2, "GROUPS": 4, "GROUPS_BUSY": 8, "ALERTS": 400, "MAILS": 2}
NOW = timezone.now()

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def loader() -> Iterator[str]:
    connections.settings["loader"] = {**connections.settings["default"], "USER": "postgres"}
    yield "loader"
    connections["loader"].close()
    del connections["loader"]
    del connections.settings["loader"]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SMALL.items():
        monkeypatch.setattr(pages_data, name, value)


def _count(alias: str, table: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_the_pages_bench_fills_firms_groups_and_alerts(loader: str) -> None:
    world = pages_data.load(loader, NOW)
    assert (len(world.firms), len(world.busy)) == (18, 2)
    assert _count(loader, "alerts_alertgroup") == 18 * 4 + 2 * 8
    assert _count(loader, "alerts_alert") == 400


def test_the_desks_bench_fills_cases_with_their_calls(loader: str) -> None:
    with connections[loader].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        firms, _partners, _people = pages_data.programme_full(loader, NOW)
        cursor.execute(desk.FILL, {"firms": len(firms), "cases": 60, "open": 10, "now": NOW})
        cursor.execute(desk.CALLS)
    assert _count(loader, "incidents_case") == _count(loader, "incidents_contact") == 60


def test_the_trials_bench_fills_one_signature_at_every_firm(loader: str) -> None:
    pages_data.load(loader, NOW)
    with connections[loader].cursor() as cursor:
        replay.fill(cursor, NOW)
        cursor.execute(replay.COUNT, {"family": replay.FAMILY, "number": replay.NUMBER, "now": NOW})
        assert cursor.fetchone() == (20 * 30 * replay.EACH, 20)
