"""`manage.py grade FILE` lets an analyst try the rules on a file, with no database and nothing configured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.alerts.eve_lines import C2, DEFAULT_LOGIN, INSIDE, OUTSIDE, OUTSIDE_2, ROUTER, alert, line, virus

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    """In a process of its own, with no setting at all and no database to reach."""
    unset = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "OWNER_DATABASE_URL", "CELERY_BROKER_URL")
    done = subprocess.run(
        [sys.executable, "manage.py", "grade", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        env={key: value for key, value in os.environ.items() if key not in unset},
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_each_alert_gets_one_json_verdict_and_then_the_summary(tmp_path: Path) -> None:
    file = tmp_path / "eve.json"
    file.write_bytes(
        b"\n".join(
            [
                line(alert(category=C2)),
                b"not json",
                line({"timestamp": "2026-11-20T01:00:00.000000+0000", "event_type": "flow"}),
                line(virus()),
                b"",
                line(alert(INSIDE, ROUTER, DEFAULT_LOGIN)),
            ]
        )
    )
    code, out, err = run(str(file), "--json")
    *verdicts, last = [json.loads(text) for text in out.splitlines()]
    assert code == 0
    assert [verdict["grade"] for verdict in verdicts] == [2, 2, 1]
    assert set(verdicts[0]) == {
        "grade", "notify", "function", "direction", "rule", "reason", "advice", "signature_id", "flow_id", "timestamp",
    }  # fmt: skip
    assert verdicts[0]["timestamp"] == "2026-11-20T01:00:00.000000+0000"
    assert set(verdicts[0]["reason"]) == set(verdicts[0]["advice"]) == {"ja", "en"}
    assert list(last) == ["summary"]
    assert (last["summary"]["total"], last["summary"]["notified"]) == (3, 3)
    assert "2行目" in err
    assert "読めない行: 1" in err


def test_the_plain_output_is_readable_japanese() -> None:
    code, out, _ = run("-", stdin=line(alert(category=C2)))
    assert code == 0
    assert "重要度 中(★★☆)" in out
    assert "外部への不正通信" in out
    assert "表4-21" in out


def test_home_net_and_settings_can_be_tried(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"callback_count": 1}))
    raw = line(alert(OUTSIDE, OUTSIDE_2, C2))
    _, out, _ = run(
        "-", "--json", "--home-net", "203.0.113.0/24,10.0.0.0/8", "--settings-file", str(settings), stdin=raw
    )
    assert json.loads(out.splitlines()[0])["grade"] == 3


def test_a_missing_file_or_a_wrong_network_is_one_plain_line() -> None:
    for arguments in (["/nowhere/eve.json"], ["-", "--home-net", "home"]):
        code, _, err = run(*arguments)
        assert code == 1
        assert "Traceback" not in err
