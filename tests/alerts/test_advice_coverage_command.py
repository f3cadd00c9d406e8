"""`manage.py advice_coverage FILE` counts which threat families a rule set's signatures are of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.eve_lines import C2, OUTSIDE, alert

ROOT = Path(__file__).resolve().parents[2]


def run(file: Path) -> tuple[int, list[str], str]:
    """In a process of its own, with nothing configured."""
    unset = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "OWNER_DATABASE_URL", "CELERY_BROKER_URL")
    done = subprocess.run(
        [sys.executable, "manage.py", "advice_coverage", str(file)],
        cwd=ROOT,
        capture_output=True,
        env={key: value for key, value in os.environ.items() if key not in unset},
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout.decode().splitlines(), done.stderr.decode()


def written(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_it_counts_families_and_says_last_how_many_have_more_than_the_general_text(tmp_path: Path) -> None:
    named = {"malware_family": ["Redline_Stealer"]}
    rows = [
        {"msg": "ET MALWARE Win32/AB Activity", "category": "A Network Trojan was detected", "metadata": named},
        {"msg": "ET MALWARE Sample Stealer", "category": "A Network Trojan was detected", "metadata": None},
        {"msg": "Sample", "category": "Misc activity", "metadata": None},
        alert(OUTSIDE, category=C2, message="ET MALWARE Sample CnC"),
    ]
    status, lines, _ = run(written(tmp_path / "rules.jsonl", rows))
    assert status == 0
    assert lines[0].split() == ["2", "stealer", "情報を盗むウイルス"]
    assert lines[-1] == "specific 3 of 4 (75.0 %)"


def test_what_is_no_signature_is_passed_over(tmp_path: Path) -> None:
    file = written(tmp_path / "mixed.jsonl", [1, {}, {"event_type": "dns"}, {"msg": "ET TOR Sample", "category": None}])
    with file.open("a") as more:
        more.write("{broken\n")
    status, lines, _ = run(file)
    assert (status, lines[-1]) == (0, "specific 1 of 1 (100.0 %)")


@pytest.mark.parametrize(("content", "status"), [(None, 1), ("", 2), ("no json\n", 2)])
def test_a_file_that_gives_nothing_is_told_by_the_exit_status(tmp_path: Path, content: str | None, status: int) -> None:
    file = tmp_path / "rules.jsonl"
    if content is not None:
        file.write_text(content)
    ended, lines, errors = run(file)
    assert ended == status
    assert lines == []
    assert str(file) in errors
