"""Grades an EVE file without a database, so that an analyst can try the rules."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from alerts import eve, grading_settings
from alerts.direction import LABELS
from alerts.eve_fields import Event
from alerts.grading import Settings, Verdict, grade_next
from alerts.summary import GRADE_LABELS, Summary


class Command(BaseCommand):
    help = "EVEファイルを判定し、アラートごとの判定と集計を表示します(データベースは使いません)。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="EVEファイル。- で標準入力")
        parser.add_argument("--home-net", default="", help="社内ネットワーク(CIDR、カンマ区切り)")
        parser.add_argument("--json", action="store_true", help="1行に1つのJSONで出力")
        parser.add_argument("--settings-file", default="", help="判定設定のファイル(JSONまたはTOML)")

    def handle(self, *args: Any, **options: Any) -> None:
        settings = _settings(options["settings_file"], options["home_net"])
        summary = Summary()
        try:
            source = sys.stdin.buffer if options["file"] == "-" else Path(options["file"]).open("rb")  # noqa: SIM115
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        with source:
            for event, verdict in self._graded(source, settings):
                summary.add(verdict, event.host)
                self.stdout.write(_as_json(event, verdict) if options["json"] else _as_text(event, verdict))
        if options["json"]:
            self.stdout.write(json.dumps({"summary": summary.as_dict()}, ensure_ascii=False))
        else:
            self.stdout.write("\n" + summary.as_text())

    def _graded(self, source: BinaryIO, settings: Settings) -> Iterator[tuple[Event, Verdict]]:
        window = settings.window()
        unreadable = 0
        for number, line in enumerate(source, start=1):
            if not line.strip():
                continue
            try:
                event = eve.decode(line)
            except eve.Unreadable as problem:
                unreadable += 1
                self.stderr.write(f"{number}行目: 読めません: {problem}")
                continue
            if event.is_alert:
                yield event, grade_next(event, window, settings)
        if unreadable:
            self.stderr.write(f"読めない行: {unreadable}")


def _settings(path: str, home_net: str) -> Settings:
    try:
        data = dict(grading_settings.load(Path(path))) if path else {}
        if home_net:
            data["home_net"] = [part for part in home_net.split(",") if part.strip()]
        return grading_settings.settings_from(data)
    except (OSError, ValueError) as error:
        raise CommandError(str(error)) from error


def _as_json(event: Event, verdict: Verdict) -> str:
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
            "timestamp": event.timestamp_raw,
        },
        ensure_ascii=False,
    )


def _as_text(event: Event, verdict: Verdict) -> str:
    return "\t".join(
        [
            event.timestamp_raw or "",
            f"重要度 {GRADE_LABELS[verdict.grade]}",
            {"none": "知らせない", "digest": "まとめ便", "at_once": "至急メール"}[verdict.notify],
            LABELS[verdict.direction]["ja"],
            verdict.function.upper(),
            verdict.rule,
            eve.threat_name(event),
            verdict.reason["ja"],
        ]
    )
