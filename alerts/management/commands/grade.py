"""Grades an EVE file without a database, so that an analyst can try the rules.

Exit status: 0 read (also a quiet night), 1 a wrong argument, 2 nothing could be read, 3 the file breaks off.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from alerts import eve, grading_settings
from alerts.direction import LABELS
from alerts.eve_cut import MOST_SHORTENED
from alerts.eve_fields import Event
from alerts.eve_files import Record, UnreadableFile, records
from alerts.grading import Settings, Verdict, grade_next
from alerts.summary import GRADE_LABELS, Summary

NOTHING_READ, BROKEN_OFF = 2, 3
_RECORD_START = b'{"timestamp"'
_MARKS = {"time_of_receipt": "時刻が読めないため受け取った時刻", "cut": "長いため一部を省略"}


@dataclass
class _Tally:
    """What became of the file's records."""

    events: int = 0
    unreadable: int = 0
    problem: str = ""  # why the file could not be read to its end


class Command(BaseCommand):
    help = (
        "EVEファイルを判定し、アラートごとの判定と集計を表示します(データベースは使いません)。"
        "終了コード: 0=読めた(アラートがない場合も)、1=引数の誤り、2=何も読めなかった、3=途中で読めなくなった"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="EVEファイル(gzipなどの圧縮、UTF-16、JSONの配列も可)。- で標準入力")
        parser.add_argument("--home-net", default="", help="社内ネットワーク(CIDR、カンマ区切り)")
        parser.add_argument("--json", action="store_true", help="1行に1つのJSONで出力")
        parser.add_argument("--settings-file", default="", help="判定設定のファイル(JSONまたはTOML)")

    def handle(self, *args: Any, **options: Any) -> None:
        settings = _settings(options["settings_file"], options["home_net"])
        try:
            source = sys.stdin.buffer if options["file"] == "-" else Path(options["file"]).open("rb")  # noqa: SIM115
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        tally = _Tally()
        try:
            with source:
                self._write(source, settings, tally, as_json=options["json"])
        except BrokenPipeError:
            # Whoever read has enough (`| head`): nothing is wrong, and the interpreter's own flush must not say so.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        if not tally.events and (tally.unreadable or tally.problem):
            raise CommandError(f"{options['file']}: 読めるものがありませんでした", returncode=NOTHING_READ)
        if tally.problem:
            raise CommandError(f"{options['file']}: 途中までしか読めませんでした", returncode=BROKEN_OFF)

    def _write(self, source: BinaryIO, settings: Settings, tally: _Tally, *, as_json: bool) -> None:
        summary, window = Summary(), settings.window()
        written = _as_json if as_json else _as_text
        for event, marks in self._events(source, tally):
            if event.is_alert:
                verdict = grade_next(event, window, settings)
                summary.add(verdict, event.host)
                self.stdout.write(written(event, verdict, marks))
        if tally.unreadable:
            self.stderr.write(f"読めない行: {tally.unreadable}")
        if tally.problem:
            self.stderr.write(f"読めないファイル: {tally.problem}")
        if as_json:
            self.stdout.write(json.dumps({"summary": summary.as_dict()}, ensure_ascii=False))
        else:
            self.stdout.write("\n" + summary.as_text())

    def _events(self, source: BinaryIO, tally: _Tally) -> Iterator[tuple[Event, list[str]]]:
        """(event, marks) of all that could be read."""
        received_at = datetime.now(UTC)
        try:
            for record in records(source):
                event = self._event(record, received_at, tally)
                if event is not None:
                    tally.events += 1
                    yield event, [*event.flags, *(["cut"] if record.cut else [])]
        except UnreadableFile as problem:
            tally.problem = str(problem)

    def _event(self, record: Record, received_at: datetime, tally: _Tally) -> Event | None:
        """The record's event. Where one was torn and the next written behind it, that next one."""
        line = record.line
        while True:
            try:
                return eve.decode(line, received_at=received_at, longest=MOST_SHORTENED)
            except eve.Unreadable as problem:
                tally.unreadable += 1
                self.stderr.write(f"{record.number}行目: 読めません: {problem}")
                begins = line.rfind(_RECORD_START)
                if problem.reason != "not_json" or begins <= 0:
                    return None
                line = line[begins:]


def _settings(path: str, home_net: str) -> Settings:
    try:
        data = dict(grading_settings.load(Path(path))) if path else {}
        if home_net:
            data["home_net"] = [part for part in home_net.split(",") if part.strip()]
        return grading_settings.settings_from(data)
    except (OSError, ValueError) as error:
        raise CommandError(str(error)) from error


def _as_json(event: Event, verdict: Verdict, marks: list[str]) -> str:
    return json.dumps(
        {
            "grade": verdict.grade,
            "notify": verdict.notify,
            "function": verdict.function,
            "direction": verdict.direction,
            "rule": verdict.rule,
            "reason": verdict.reason,
            "advice": verdict.advice,
            "signature_id": event.alert.signature_id if event.alert else None,
            "flow_id": event.flow_id,
            "timestamp": _time(event),
            **({"marks": marks} if marks else {}),
        },
        ensure_ascii=False,
    )


def _time(event: Event) -> str:
    """The time as it was written, or that of receipt."""
    return event.timestamp.isoformat() if "time_of_receipt" in event.flags else event.timestamp_raw or ""


def _as_text(event: Event, verdict: Verdict, marks: list[str]) -> str:
    notes = "".join(f" ※{_MARKS[mark]}" for mark in marks if mark in _MARKS)
    return "\t".join(
        [
            f"{_time(event)}{notes}",
            f"重要度 {GRADE_LABELS[verdict.grade]}",
            {"none": "知らせない", "digest": "まとめ便", "at_once": "至急メール"}[verdict.notify],
            LABELS[verdict.direction]["ja"],
            verdict.function.upper(),
            verdict.rule,
            eve.threat_name(event),
            verdict.reason["ja"],
        ]
    )
