"""Counting a month costs in proportion to what there is: no list of all firms is read again for each firm or row."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.access.world import superuser
from tests.factories import Cast

COUNTS = {
    "detections": "SELECT count(*) FROM sec.detections_counted(%(programme)s, '2026-11-01')",
    "figures": "SELECT count(*) FROM sec.figures_counted(%(programme)s, '2026-11-01', '2026-12-01')",
    "answers": "SELECT count(*) FROM sec.answers_counted(%(programme)s, '2026-11-01', '2026-12-01')",
}


@pytest.mark.parametrize("count", COUNTS)
def test_no_list_is_read_again_for_each_row(cast: Cast, count: str) -> None:
    """At 100,000 firms a list read for each of them had made a month's count take hours."""
    plans = _plans(COUNTS[count], {"programme": cast.programme.pk})
    nodes = [node for plan in plans for node in _nodes(plan["Plan"], within=False)]
    assert any(node["Node Type"] == "CTE Scan" for node, _each in nodes), "the plan inside the function is looked at"
    again = [node["CTE Name"] for node, for_each_row in nodes if for_each_row and node["Node Type"] == "CTE Scan"]
    assert again == []


def _plans(statement: str, values: dict[str, int]) -> list[dict[str, Any]]:
    """Plans of the statement and of those inside its functions, as PostgreSQL's auto_explain shows them."""
    with closing(superuser()) as server, server.cursor() as cursor:
        cursor.execute("LOAD 'auto_explain'")
        for name, value in (("log_min_duration", "0"), ("log_nested_statements", "on"), ("log_format", "json")):
            cursor.execute(f"SET LOCAL auto_explain.{name} = {value}")
        cursor.execute("SET LOCAL client_min_messages = log")
        cursor.execute(statement, values)
        notices = list(server.notices)
        server.rollback()
    written = (re.search(r"plan:\s*(\{.*\})", notice, re.DOTALL) for notice in notices)
    return [json.loads(match.group(1)) for match in written if match]


def _nodes(node: dict[str, Any], *, within: bool) -> Iterator[tuple[dict[str, Any], bool]]:
    """Each node of a plan, and whether it is done again for each row of the one above."""
    is_list = node.get("Subplan Name", "").startswith("CTE ")
    within = within or (node.get("Parent Relationship") == "SubPlan" and not is_list)
    yield node, within
    for below in node.get("Plans", ()):
        yield from _nodes(below, within=within)
