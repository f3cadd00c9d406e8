"""`manage.py grade FILE` lets an analyst try the rules on a file, with no database and nothing configured."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard
from django.core.management import CommandError, call_command

from alerts.eve_cut import Shortener
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
        "grade",
        "notify",
        "function",
        "direction",
        "rule",
        "reason",
        "advice",
        "signature_id",
        "flow_id",
        "timestamp",
    }
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


# What the exit status says


def written(tmp_path: Path, content: bytes) -> str:
    file = tmp_path / "eve.json"
    file.write_bytes(content)
    return str(file)


def graded(tmp_path: Path, content: bytes, *arguments: str) -> tuple[int, str, str]:
    """The same as `run` without a process of its own: (exit status, output, complaints)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("grade", written(tmp_path, content), *arguments, stdout=out, stderr=err)
    except CommandError as problem:
        return problem.returncode, out.getvalue(), f"{err.getvalue()}{problem}"
    return 0, out.getvalue(), err.getvalue()


def test_a_quiet_night_is_told_from_a_file_nobody_can_read(tmp_path: Path) -> None:
    quiet = line({"timestamp": "2026-11-20T01:00:00.000000+0000", "event_type": "flow"})
    assert graded(tmp_path, quiet)[0] == 0
    assert graded(tmp_path, b"")[0] == 0
    code, out, err = graded(tmp_path, b"\x00garbage\n\xff\xfe\xfd no json\n", "--json")
    assert code == 2
    assert json.loads(out.splitlines()[-1])["summary"]["total"] == 0
    assert "読めるものがありませんでした" in err


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PK\x03\x04rest", "ZIP"),
        (b"\xd4\xc3\xb2\xa1rest", "pcap"),
        (b"\x0a\x0d\x0d\x0arest", "pcapng"),
        (b"%PDF-1", "PDF"),
    ],
)
def test_what_holds_no_events_is_named(tmp_path: Path, content: bytes, name: str) -> None:
    code, _, err = graded(tmp_path, content)
    assert code == 2
    assert name in err
    assert "Traceback" not in err


def test_a_packed_file_that_breaks_off_gives_what_it_holds_and_says_so(tmp_path: Path) -> None:
    whole = gzip.compress(b"\n".join([line(alert(category=C2, pad=os.urandom(600).hex())) for _ in range(50)]))
    code, out, err = graded(tmp_path, whole[: len(whole) // 2], "--json")
    assert code == 3
    assert len(out.splitlines()) > 10
    assert "途中までしか読めませんでした" in err


# How people keep their files

TWO = [alert(category=C2), virus()]


def arrays() -> list[bytes]:
    return [
        json.dumps(TWO).encode(),
        json.dumps(TWO, indent=2).encode(),
        b"[\n" + b",\n".join(map(line, TWO)) + b"\n]\n",
        b"[\n" + b"\n,".join(map(line, TWO)) + b"\n]\n",
        "\n".join(json.dumps(event, indent=4) for event in TWO).encode(),
        b"\xef\xbb\xbf" + json.dumps(TWO).encode(),
    ]


@pytest.mark.parametrize(
    "content",
    [
        *(pack(b"\n".join(map(line, TWO))) for pack in (gzip.compress, bz2.compress, lzma.compress)),
        zstandard.compress(b"\n".join(map(line, TWO))),
        *("\r\n".join(map(json.dumps, TWO)).encode(code) for code in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        gzip.compress("\n".join(map(json.dumps, TWO)).encode("utf-16")),
        b"\r".join(map(line, TWO)),
        b"\r\n".join(map(line, TWO)),
        *arrays(),
        gzip.compress(arrays()[0]),
        line(TWO[0]) + b"\x00" * 4096 + line(TWO[1]),
        b"\x00" * 5000 + line(TWO[0]) + b"\n" + line(TWO[1]),
    ],
)
def test_every_way_people_keep_the_file_gives_the_same_verdicts(tmp_path: Path, content: bytes) -> None:
    code, out, err = graded(tmp_path, content, "--json")
    assert (code, err) == (0, "")
    assert [json.loads(text)["grade"] for text in out.splitlines()[:-1]] == [2, 2]


def test_a_torn_record_does_not_take_the_next_one_with_it(tmp_path: Path) -> None:
    torn = line(alert())[:120]
    for content in (
        torn + line(alert(category=C2)),
        b"[\n" + torn + b",\n" + line(alert(category=C2)) + b"\n]",
        torn + b"\n" + line(alert(category=C2)),
    ):
        code, out, err = graded(tmp_path, content, "--json")
        assert code == 0
        assert len(out.splitlines()) == 2, content
        assert "読めない行: 1" in err


# What costs an alert nothing


@pytest.mark.parametrize(
    "time", [None, "yesterday", 17, "NaN", {}, "0001-01-01T00:00:00+1400", "2026-13-40T00:00:00+0000"]
)
def test_an_alert_without_a_sensible_time_is_graded_with_the_time_of_receipt_and_a_mark(
    tmp_path: Path, time: Any
) -> None:
    event = alert(category=C2) | {"timestamp": time}
    raw = line(event).replace(b'"NaN"', b"NaN")
    before = datetime.now(UTC)
    code, out, _ = graded(tmp_path, raw, "--json")
    verdict = json.loads(out.splitlines()[0])
    assert (code, verdict["grade"]) == (0, 2)
    assert "time_of_receipt" in verdict["marks"]
    assert before <= datetime.fromisoformat(verdict["timestamp"]) <= datetime.now(UTC)


def test_an_alert_whose_time_is_left_out_is_graded_too(tmp_path: Path) -> None:
    event = alert(category=C2)
    del event["timestamp"]
    code, out, _ = graded(tmp_path, line(event))
    assert code == 0
    assert "受け取った時刻" in out


@pytest.mark.parametrize(
    "more",
    [
        {"payload": "A" * 3_000_000},
        {"http": {"hostname": "x.example", "url": "\x07" * 11_000}},
        {"http": {"request_headers": [{"name": f"h{n}", "value": "v" * 50} for n in range(20_000)]}},
        {"files": [{"filename": f"請求書{n}.zip", "state": "CLOSED"} for n in range(30_000)]},
        {"metadata": {f"key{n}": n for n in range(30_000)}},
        {"tls": {"subject": "\\u0041" * 40_000}},
        {"n": 10**4000, "payload": '"\\' * 60_000},
    ],
)
def test_no_fields_length_hides_an_alert(tmp_path: Path, more: dict[str, Any]) -> None:
    """The long one stands first, so that what tells the direction comes behind it."""
    code, out, err = graded(tmp_path, line(more | alert(category=C2)) + b"\n" + line(virus()), "--json")
    assert (code, err) == (0, "")
    verdict, other = (json.loads(text) for text in out.splitlines()[:2])
    assert (verdict["grade"], verdict["direction"]) == (2, "outbound")
    assert "cut" in verdict["marks"]
    assert "marks" not in other


def test_a_long_record_becomes_a_short_one_that_is_json_however_its_pieces_fall() -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = [deep, {"a": deep}] if len(json.dumps(deep)) < 20_000 else {"d": deep}
    event = alert(category=C2) | {
        "deep": deep,
        "text": 'ー\\"\u0001' * 5_000,
        "many": list(range(50_000)),
        "keys": {f"k{n}": n for n in range(9_000)},
    }
    raw = line(event)
    wanted = None
    for size in (1, 7, 1000, len(raw)):
        shortener = Shortener()
        for start in range(0, len(raw), size):
            shortener.add(raw[start : start + size])
        short = shortener.done()
        assert len(short) < len(raw) / 4
        record = json.loads(short)
        assert record["alert"] == event["alert"]
        assert record["flow"] == event["flow"]
        assert record["many"] == list(range(64))
        assert record["text"].endswith("…")
        assert wanted in (None, short)
        wanted = short


def test_endless_depth_takes_no_memory() -> None:
    shortener = Shortener()
    shortener.add(b'{"a":' + b"[" * 500_000)
    assert len(shortener.done()) < 100
    assert len(shortener._open) < 100


def test_one_bad_byte_costs_no_alert(tmp_path: Path) -> None:
    raw = line(alert(category=C2, files=[{"filename": "MARK"}])).replace(b"MARK", "請求書.zip".encode("cp932"))
    code, out, _ = graded(tmp_path, raw, "--json")
    assert code == 0
    assert json.loads(out.splitlines()[0])["marks"] == ["invalid_utf8"]


def test_whoever_read_enough_ends_it_quietly(tmp_path: Path) -> None:
    file = written(tmp_path, b"\n".join([line(alert(category=C2))] * 5000))
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{sys.executable} manage.py grade {file} | head -1"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1


def test_memory_does_not_grow_with_the_families_of_a_file(tmp_path: Path) -> None:
    def peak(families: int) -> int:
        """KiB at most in use while a file of so many families is graded."""
        file = tmp_path / f"{families}.json"
        with file.open("wb") as out:
            for number in range(families):
                event = alert(category=C2, message=f"Sample {number:x}x loader", metadata={"tag": [f"t{number}"]})
                out.write(line(event) + b"\n")
        code = (
            "import resource, subprocess, sys;"
            "subprocess.run([sys.executable, 'manage.py', 'grade', sys.argv[1]], stdout=-3, check=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        done = subprocess.run([sys.executable, "-c", code, str(file)], cwd=ROOT, capture_output=True, check=True)
        return int(done.stdout)

    assert peak(60_000) < 1.5 * peak(20_000)
