"""The desk's lists as tables for a spreadsheet: what the page shows and more, never what the desk keeps to itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from base.spreadsheet import Cell
from incidents.desk.ui.case_words import TOPICS
from incidents.desk.ui.records import Record
from incidents.models import Case, Contact, CustomerMessage
from tenants.models import Organisation


@dataclass(frozen=True)
class Table:
    """Names of the columns, what is read with a row, and the cells of one."""

    header: Callable[[], list[str]]
    related: tuple[str, ...]
    cells: Callable[[Any], Sequence[Cell]]

    def lines(self, rows: QuerySet[Any], ids: Sequence[int], at_once: int = 500) -> Iterator[Sequence[Cell]]:
        """The cells of these rows in this order, read so many at a time."""
        for start in range(0, len(ids), at_once):
            part = ids[start : start + at_once]
            by_id = {row.pk: row for row in rows.filter(pk__in=part).select_related(*self.related)}
            yield from (self.cells(by_id[pk]) for pk in part if pk in by_id)


def _firm(tenant: Organisation) -> tuple[str, int | None]:
    if tenant.kind == Organisation.Kind.SME:
        return tenant.name, tenant.pk
    return gettext("会社が未確認"), None


def _call_header() -> list[str]:
    return [
        gettext("着信"),
        gettext("応答"),
        gettext("終了"),
        gettext("通話(秒)"),
        gettext("向き"),
        gettext("結果"),
        gettext("会社"),
        gettext("会社番号"),
        gettext("電話番号"),
        gettext("お名前"),
        gettext("会社名(お聞きしたまま)"),
        gettext("担当"),
        gettext("相談番号"),
        gettext("件名"),
    ]


def _call_cells(call: Contact) -> Sequence[Cell]:
    talked = call.ended_at - call.answered_at if call.ended_at and call.answered_at else None
    outcomes = {
        "offered": gettext("呼び出し中"),
        "talking": gettext("通話中"),
        "abandoned": gettext("応答できず"),
        "answered": gettext("応答"),
    }
    return (
        call.offered_at,
        call.answered_at,
        call.ended_at,
        int(talked.total_seconds()) if talked is not None else None,
        str(call.get_direction_display()),
        outcomes[call.outcome],
        *_firm(call.tenant),
        call.number_raw or gettext("非通知"),
        call.caller.name if call.caller else "",
        call.caller.firm_told if call.caller else "",
        str(call.agent or ""),
        call.case.number if call.case else None,
        call.case.title if call.case else "",
    )


def _case_header() -> list[str]:
    return [
        gettext("相談番号"),
        gettext("会社"),
        gettext("会社番号"),
        gettext("件名"),
        gettext("種類"),
        gettext("内容"),
        gettext("受付の手段"),
        gettext("状態"),
        gettext("重要度"),
        gettext("受付"),
        gettext("目標"),
        gettext("最初の返事"),
        gettext("解決した日時"),
        gettext("解決の手段"),
        gettext("担当"),
        gettext("インシデント"),
    ]


def _case_cells(case: Case) -> Sequence[Cell]:
    return (
        case.number,
        *_firm(case.tenant),
        case.title,
        str(case.get_category_display()) if case.category else "",
        str(TOPICS.get(case.topic, "")),
        str(case.get_channel_display()),
        str(case.get_state_display()),
        case.importance,
        case.opened_at,
        case.due_at,
        case.answered_at,
        case.closed_at,
        str(case.get_solved_by_display()) if case.solved_by else "",
        str(case.assignee or ""),
        case.incident.number if case.incident else None,
    )


def _talk_header() -> list[str]:
    return [
        gettext("日時"),
        gettext("会社"),
        gettext("会社番号"),
        gettext("相談番号"),
        gettext("件名"),
        gettext("送った側"),
        gettext("書いた方"),
        gettext("メッセージ"),
    ]


def _talk_cells(message: CustomerMessage) -> Sequence[Cell]:
    return (
        message.at,
        *_firm(message.tenant),
        message.case.number,
        message.case.title,
        gettext("会社から") if message.from_firm else gettext("窓口から"),
        str(message.author or ""),
        message.body,
    )


CALLS = Table(_call_header, ("tenant", "agent", "caller", "case"), _call_cells)
CASES = Table(_case_header, ("tenant", "assignee", "incident"), _case_cells)
TALKS = Table(_talk_header, ("tenant", "case", "author"), _talk_cells)


def record_header() -> list[str]:
    """Columns of the lists that are short enough to be read whole."""
    return [
        gettext("日時"),
        gettext("会社"),
        gettext("会社番号"),
        gettext("内容"),
        gettext("詳しく"),
        gettext("状態"),
    ]


def record_lines(lines: Iterable[Record]) -> Iterator[Sequence[Cell]]:
    """Lines of such a list."""
    for line in lines:
        yield (line.at, *_firm(line.firm), line.what, line.detail, line.state)
