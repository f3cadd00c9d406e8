"""The tables of a programme as the reports of the pilots print them, from counts. Plain data, no database.

Every table names its denominator and its rounding: halves go up (D7); totals are computed, never typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.answers.figures import FirmsByAnswer
from incidents.models import ANSWERS
from incidents.states.answer import Answer
from reports.doors import (
    CaseCount,
    ContactCount,
    FeedbackCount,
    HearingCount,
    IncidentCount,
    InquiryCount,
    JobCount,
    LeadCount,
    MinuteCount,
    OpinionCount,
    PayCount,
)
from reports.hearing_words import FIRM_HEARINGS, HEARINGS
from reports.opinion import GOOD as SATISFIED
from reports.opinion import OPINIONS

# The pilot programmes whose reports print such tables.
PILOTS = {
    "OSK": gettext_lazy("大阪の実証事業(2020年度)"),
    "KMM": gettext_lazy("熊本の実証事業(2020年度)"),
}

# Fewer firms than this could be recognised in a count (k-anonymity; the doors keep to it too).
LEAST_FIRMS = 5


@dataclass(frozen=True)
class Counts:
    """Everything the tables are made of."""

    months: Sequence[date]
    contacts: Sequence[ContactCount] = ()
    cases: Sequence[CaseCount] = ()
    inquiries: Sequence[InquiryCount] = ()
    incidents: Sequence[IncidentCount] = ()
    visits: Sequence[JobCount] = ()
    lead_times: Sequence[LeadCount] = ()
    minutes: Sequence[MinuteCount] = ()
    feedback: Sequence[FeedbackCount] = ()
    hearings: Sequence[HearingCount] = ()
    firm_hearings: Sequence[HearingCount] = ()
    pay: Sequence[PayCount] = ()
    opinions: Sequence[OpinionCount] = ()
    answers: FirmsByAnswer | None = None


@dataclass(frozen=True)
class Cell:
    """A number (None: nothing to say) and its share in per cent, where the table prints one."""

    value: int | Decimal | None
    share: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class Row:
    """One line."""

    label: str
    cells: Sequence[Cell]
    total: bool = False


@dataclass(frozen=True)
class Table:
    """One table, ready for the screen and for files. `monthly`: its columns are months, the oldest first, and a sum.

    `source`: the printed table it is counted like, for a note.
    """

    code: str
    title: str
    source: str
    header: Sequence[str]
    rows: Sequence[Row]
    notes: Sequence[str] = field(default_factory=tuple)
    monthly: bool = False

    @property
    def source_note(self) -> str:
        """Where the form of the table comes from, in a sentence."""
        place, _space, number = self.source.partition(" ")
        sentence = _("%(where)sの報告書の「%(number)s」と同じ形です。")
        return sentence % {"where": str(PILOTS[place]), "number": number}

    @property
    def shares(self) -> bool:
        """Whether cells carry shares."""
        return any(cell.share is not None for row in self.rows for cell in row.cells)


Built = tuple[Sequence[str], Sequence[Row], Sequence[str]]  # header, rows, notes


@dataclass(frozen=True)
class Measure:
    """A registered table. `version` rises whenever the same counts would give other numbers."""

    code: str
    version: int
    title: str | Promise
    source: str
    build: Callable[[Counts], Built]
    monthly: bool = False

    @property
    def sources(self) -> str:
        """Document and number: `大阪の実証事業(2020年度) 表4-26`."""
        place, _space, number = self.source.partition(" ")
        return f"{PILOTS[place]} {number}"

    def table(self, counts: Counts) -> Table:
        """The table of these counts."""
        header, rows, notes = self.build(counts)
        return Table(self.code, str(self.title), self.source, header, rows, notes, self.monthly)


def percent(part: int, whole: int, digits: int = 0) -> Decimal | None:
    """Per cent, halves rounded up; None when the whole is 0."""
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _share(part: int, whole: int) -> Cell:
    share = percent(part, whole)
    return Cell(part, int(share) if share is not None else None)


def month_label(month: date) -> str:
    """`2020/9`."""
    return f"{month.year}/{month.month}"


# --- the desk: 表4-26 to 4-28, 図75 -----------------------------------------------------------------------------


def mean_of_rates(pairs: Iterable[tuple[int, int]]) -> Decimal | None:
    """Mean of the months' own rates, one decimal; months without a call are left out (表4-26 prints this: 93.2)."""
    rates = [Decimal(100 * answered) / offered for answered, offered in pairs if offered]
    if not rates:
        return None
    return (sum(rates, Decimal(0)) / len(rates)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _calls(counts: Counts) -> Built:
    phone = [row for row in counts.contacts if row.channel == "phone"]
    offered = [sum(row.offered for row in phone if row.month == month) for month in counts.months]
    answered = [sum(row.answered for row in phone if row.month == month) for month in counts.months]
    pairs = list(zip(answered, offered, strict=True))
    rates = [Cell(percent(part, whole, 1), unit="%") for part, whole in [*pairs, (sum(answered), sum(offered))]]
    mean = [Cell(None) for _month in counts.months]
    rows = [
        Row(_("入電件数"), [Cell(n) for n in [*offered, sum(offered)]]),
        Row(_("応答件数"), [Cell(n) for n in [*answered, sum(answered)]]),
        Row(_("応答率(件数の比)"), rates),
        Row(_("応答率(各月の率の平均)"), [*mean, Cell(mean_of_rates(pairs), unit="%")]),
    ]
    notes = [
        _("応答率(件数の比) = 応答件数 ÷ 入電件数。累計も合計どうしを割ります。"),
        _("応答率(各月の率の平均) = 入電のあった月の率を平均します。大阪の報告書の表4-26は、この方法です。"),
    ]
    return _by_month(counts), rows, notes


def _mails(counts: Counts) -> Built:
    mails = [
        sum(row.offered for row in counts.contacts if row.channel == "mail" and row.month == month)
        for month in counts.months
    ]
    return _by_month(counts), [Row(_("メール問合せ数"), [Cell(n) for n in [*mails, sum(mails)]])], []


def _by_month(counts: Counts) -> list[str]:
    return [_("項目"), *(month_label(month) for month in counts.months), _("累計")]


CATEGORIES = {
    "box": gettext_lazy("UTM関連"),
    "portal": gettext_lazy("ポータルサイト関連"),
    "alert": gettext_lazy("アラート関連"),
    "security": gettext_lazy("セキュリティ関連"),
    "other": gettext_lazy("その他"),
}
WAYS = {
    "phone": gettext_lazy("電話"),
    "mail": gettext_lazy("メール"),
    "remote": gettext_lazy("窓口リモート"),
    "visit": gettext_lazy("駆け付け案内"),
}
OTHER_WAYS = {"portal": gettext_lazy("画面"), "by_itself": gettext_lazy("自然に解決")}


def _solutions(counts: Counts) -> Built:
    used = {row.solved_by for row in counts.cases}
    ways = {**WAYS, **{way: label for way, label in OTHER_WAYS.items() if way in used}}
    rows = [
        _solution_row(str(label), [row for row in counts.cases if row.category == category], list(ways))
        for category, label in CATEGORIES.items()
    ]
    rows.append(_solution_row(_("累計"), counts.cases, list(ways), total=True))
    contacts = sum(row.offered for row in counts.contacts)
    notes = [
        _("かっこ内は、その行の件数に対する割合です。端数は四捨五入します。"),
        _(
            "ここで数えるのは解決した相談です。同じ相談で何度か連絡があるため、連絡の数(%(contacts)s件)とは一致しません。"
        )
        % {"contacts": contacts},
        _("受付の手段ではなく、解決した手段で分けています。"),
    ]
    return [_("お問い合せ内容"), *(str(label) for label in ways.values()), _("累計")], rows, notes


def _solution_row(label: str, rows: Sequence[CaseCount], ways: Sequence[str], *, total: bool = False) -> Row:
    whole = sum(row.cases for row in rows)
    parts = [sum(row.cases for row in rows if row.solved_by == way) for way in ways]
    return Row(label, [*(_share(part, whole) for part in parts), Cell(whole)], total)


def _part(label: str) -> str:
    """A line that is part of the line with a total above it."""
    return _("うち、%(what)s") % {"what": label}


def _summary(counts: Counts) -> Built:
    inquiries = [row for row in counts.inquiries if not row.of_incident]
    joining = sum(row.cases for row in inquiries if row.topic == "joining")
    boxes = sum(row.cases for row in inquiries if row.category == "box")
    security = sum(row.cases for row in inquiries if row.category in ("security", "alert"))
    calls = sum(row.cases for row in inquiries if row.category == "call")
    desk = sum(row.cases for row in inquiries)
    remote, visited = (
        sum(row.incidents for row in counts.incidents if row.visited is there) for there in (False, True)
    )
    install = sum(row.jobs for row in counts.visits if row.kind == "installation")
    visits = sum(row.jobs for row in counts.visits)
    rows = [
        Row(_("コールセンター対応"), [Cell(desk)], total=True),
        Row(_part(_("参加に関する問合せ")), [Cell(joining)]),
        Row(_part(_("セキュリティ機器の設置などの問合せ")), [Cell(boxes)]),
        Row(_part(_("セキュリティ対応の相談")), [Cell(security)]),
        Row(_part(_("電話だけで終わり、相談にしなかったもの")), [Cell(calls)]),
        Row(_part(_("その他")), [Cell(desk - joining - boxes - security - calls)]),
        Row(_("インシデント対応"), [Cell(remote + visited)], total=True),
        Row(_part(_("電話・遠隔によるインシデント対応")), [Cell(remote)]),
        Row(_part(_("訪問によるインシデント対応(駆付け)")), [Cell(visited)]),
        Row(_("その他の訪問対応"), [Cell(visits)], total=True),
        Row(_part(_("機器の設置などのトラブル対応")), [Cell(visits - install)]),
        Row(_part(_("機器の導入・設置の支援")), [Cell(install)]),
    ]
    notes = [
        _("この期間に受け付けた相談のうち、窓口が手をつけたものを数えます。解決したかどうかは問いません。"),
        _("インシデントは、電話をした、訪問や遠隔の作業を始めた、または状態を進めたものだけを数えます。"),
        _("インシデントにつながった相談は、インシデント対応で数えます。訪問は、作業を始めたものを数えます。"),
    ]
    return [_("対応"), _("件数")], rows, notes


# --- vendors: OSK 表4-32, 表4-33, 6.2.5 -----------------------------------------------------------------------------

WITHIN_DAYS = 7


def _nothing() -> Built:
    return [], [], [_("この期間の記録はありません。")]


def _speed(counts: Counts) -> Built:
    if not counts.lead_times:
        return _nothing()
    whole = sum(row.incidents for row in counts.lead_times)

    def within(least: int, most: int | None) -> Cell:
        incidents = (r.incidents for r in counts.lead_times if r.days >= least and (most is None or r.days <= most))
        return _share(sum(incidents), whole)

    rows = [
        Row(_("当日中"), [within(0, 0)]),
        Row(_("数日中(1~3日後)"), [within(1, 3)]),
        Row(_("4~7日後"), [within(4, WITHIN_DAYS)]),
        Row(_("8日後より遅い"), [within(WITHIN_DAYS + 1, None)]),
        Row(_("合計"), [Cell(whole)], total=True),
    ]
    notes = [
        _(
            "インシデントの受付から、事業者が作業を始めるまでの日数(日本の日付)。分母は、事業者が作業を始めたインシデント。"
        )
    ]
    return [_("初動までの時間"), _("件数")], rows, notes


KINDS = {
    "travel": gettext_lazy("移動"),
    "hearing": gettext_lazy("聴取"),
    "preparation": gettext_lazy("下調べ"),
    "work": gettext_lazy("作業"),
    "waiting": gettext_lazy("待ち"),
    "report": gettext_lazy("完了報告"),
    "other": gettext_lazy("その他"),
}


def _minutes(counts: Counts) -> Built:
    if not counts.minutes:
        return _nothing()
    by_kind = {row.kind: row for row in counts.minutes}
    whole = sum(row.minutes for row in counts.minutes)
    rows = [
        Row(str(label), [_share(by_kind[kind].minutes, whole), Cell(by_kind[kind].jobs)])
        for kind, label in KINDS.items()
        if kind in by_kind
    ]
    rows.append(Row(_("合計"), [Cell(whole), Cell(None)], total=True))
    return [_("種別"), _("分"), _("作業の数")], rows, [_("訂正した記録は、訂正後だけを数えます。")]


def _hearings(counts: Counts) -> Built:
    if not counts.hearings:
        return [], [], [_("5つの作業で答えがそろうまで、出しません。")]
    rows = _answer_rows(counts.hearings, HEARINGS)
    return [_("事業者の回答"), _("件数")], rows, [_("割合の分母は、回答のあった作業。")]


def _firm_hearings(counts: Counts) -> Built:
    if not counts.firm_hearings:
        return [], [], [_("回答した会社が%(least)s社になるまで、出しません。") % {"least": LEAST_FIRMS}]
    known = {row.question for row in counts.firm_hearings}
    rows = _answer_rows(counts.firm_hearings, {key: label for key, label in FIRM_HEARINGS.items() if key[0] in known})
    note = _("割合の分母は、質問ごとの答えの数(複数を選べる質問もあります)。5社が答えた質問だけを出します。")
    return [_("会社の回答"), _("件数")], rows, [note]


def _answer_rows(counted: Sequence[HearingCount], labels: Mapping[tuple[str, str], Any]) -> list[Row]:
    """A row for each answer there is, with its share of the question's answers."""
    count_of = {(row.question, row.answer): row.count for row in counted}
    rows = []
    for (question, answer), label in labels.items():
        whole = sum(count for (of_question, _answer), count in count_of.items() if of_question == question)
        rows.append(Row(str(label), [_share(count_of.get((question, answer), 0), whole)]))
    return rows


def _pay(counts: Counts) -> Built:
    if not counts.pay:
        return _nothing()
    rows = [
        Row(row.vendor, [Cell(row.invoices), Cell(row.minutes), Cell(row.yen), Cell(_an_hour(row.yen, row.minutes))])
        for row in counts.pay
    ]
    invoices, minutes, yen = (sum(getattr(row, name) for row in counts.pay) for name in ("invoices", "minutes", "yen"))
    rows.append(Row(_("合計"), [Cell(invoices), Cell(minutes), Cell(yen), Cell(_an_hour(yen, minutes))], total=True))
    header = [_("事業者"), _("請求書"), _("分(移動と作業)"), _("請求額(税込・円)"), _("1時間あたり(円)")]
    return header, rows, [_("取り消した請求書は数えません。1時間あたり = 請求額 ÷ 時間。")]


def _an_hour(yen: int, minutes: int) -> int | None:
    return int((Decimal(yen) * 60 / minutes).quantize(Decimal(1), ROUND_HALF_UP)) if minutes else None


# --- satisfaction: 表4-29, 6-3 ----------------------------------------------------------------------------------

VERDICTS = {
    "very_good": gettext_lazy("とても良かった"),
    "good": gettext_lazy("良かった"),
    "fair": gettext_lazy("普通"),
    "bad": gettext_lazy("悪かった"),
    "very_bad": gettext_lazy("とても悪かった"),
}
REASONS = {
    "words": gettext_lazy("指示・助言・用語"),
    "understanding": gettext_lazy("状況・要望の理解"),
    "time": gettext_lazy("解決までの時間"),
    "other": gettext_lazy("その他"),
}
GOOD = ("very_good", "good")


def _satisfaction(kind: str) -> Callable[[Counts], Built]:
    def build(counts: Counts) -> Built:
        of_kind = [row for row in counts.feedback if row.kind == kind]
        answers = [row for row in of_kind if row.verdict]
        requests, n = sum(row.count for row in of_kind if not row.verdict), sum(row.count for row in answers)
        header = [_("評価"), _("回答"), *(str(label) for label in REASONS.values())]
        if not n:
            return header, [], [_("回答した会社が%(least)s社になるまで、出しません。") % {"least": LEAST_FIRMS}]
        rows = [_verdict_row(verdict, answers, n) for verdict in VERDICTS]
        good = sum(row.count for row in answers if row.verdict in GOOD)
        blank = [Cell(None) for _reason in REASONS]
        rows.append(Row(_("良かった(とても良かった を含む)"), [_share(good, n), *blank], total=True))
        rows.append(Row(_("回答数(n)"), [Cell(n), *blank], total=True))
        note = _("割合の分母は回答数 n = %(n)s。お願いしたのは%(asked)s件、回答率は%(rate)s%%。")
        return header, rows, [note % {"n": n, "asked": requests, "rate": percent(n, requests) or "―"}]

    return build


def _verdict_row(verdict: str, answers: Sequence[FeedbackCount], n: int) -> Row:
    given = [row for row in answers if row.verdict == verdict]
    reasons = [Cell(sum(row.count for row in given if row.reason == reason)) for reason in REASONS]
    return Row(str(VERDICTS[verdict]), [_share(sum(row.count for row in given), n), *reasons])


# --- what firms made of notices and reports: 表5-24, 図67 ------------------------------------------------------------


def _notices_answered(counts: Counts) -> Built:
    counted = counts.answers
    if counted is None:
        return [], [], [_("お知らせに答えた会社が%(least)s社になるまで、出しません。") % {"least": LEAST_FIRMS}]
    whole = counted.firms
    rows = [Row(str(label), [_share(counted.answers[Answer(code)], whole)]) for code, label in ANSWERS]
    rows += [
        Row(_("1つ以上の対応をした会社"), [_share(counted.acted, whole)], total=True),
        Row(_("「何もしていない」だけの会社"), [_share(counted.not_done_only, whole)]),
        Row(_("「電話がほしい」だけの会社"), [_share(counted.call_only, whole)]),
        Row(_("メールは届いたが、答えのない会社"), [_share(counted.unanswered, whole)]),
        Row(_("お知らせのメールがなかった会社"), [_share(counted.no_mail, whole)]),
        Row(_("参加企業(n)"), [Cell(whole)], total=True),
    ]
    notes = [
        _("割合の分母は、この期間に参加した会社。いくつも答えた会社は、答えごとに数えます。"),
        _("同じお知らせに何度も答えたときは、その月の最後の答えだけを数えます。"),
        _(
            "「1つ以上の対応をした会社」から「お知らせのメールがなかった会社」までの5つは、合わせると参加企業の数になります。"
        ),
    ]
    return [_("答え"), _("会社数")], rows, notes


def _report_opinions(counts: Counts) -> Built:
    made = sum(row.count for row in counts.opinions if not row.opinion)
    given = {row.opinion: row.count for row in counts.opinions if row.opinion}
    n = sum(given.values())
    header = [_("満足度"), _("回答")]
    if not n:
        return header, [], [_("回答した会社が%(least)s社になるまで、出しません。") % {"least": LEAST_FIRMS}]
    rows = [Row(str(label), [_share(given.get(code, 0), n)]) for code, label in OPINIONS]
    satisfied = sum(given.get(code, 0) for code in SATISFIED)
    rows.append(Row(_("満足(満足 と やや満足 の合計)"), [_share(satisfied, n)], total=True))
    rows.append(Row(_("回答数(n)"), [Cell(n)], total=True))
    note = _("割合の分母は回答数 n = %(n)s。対象の月の報告書は%(made)s冊、回答率は%(rate)s%%。")
    again = _("1冊の報告書に何度も答えた会社は、最後の答えだけを数えます。")
    return header, rows, [note % {"n": n, "made": made, "rate": percent(n, made) or "―"}, again]


MEASURES = (
    Measure("calls", 1, gettext_lazy("月ごとの電話の問合せ"), "OSK 表4-26", _calls, monthly=True),
    Measure("mails", 1, gettext_lazy("月ごとのメールの問合せ"), "OSK 表4-27", _mails, monthly=True),
    Measure("solutions", 1, gettext_lazy("問合せ内容ごとの解決方法"), "OSK 表4-28", _solutions),
    Measure("summary", 2, gettext_lazy("相談窓口とインシデント対応の状況"), "KMM 図75", _summary),
    Measure("speed", 1, gettext_lazy("初動までの時間"), "OSK 5.3.3", _speed),
    Measure("minutes", 1, gettext_lazy("作業の時間"), "OSK 表4-33", _minutes),
    Measure("desk", 1, gettext_lazy("相談窓口の評価"), "OSK 表4-29", _satisfaction("desk")),
    Measure("vendor", 1, gettext_lazy("事業者の対応の評価"), "OSK 表6-3", _satisfaction("vendor")),
    Measure("incident", 1, gettext_lazy("インシデント対応全体の評価"), "OSK 表4-35", _satisfaction("incident")),
    Measure("hearings", 1, gettext_lazy("事業者に聞いたこと"), "OSK 表4-34", _hearings),
    Measure("heard", 1, gettext_lazy("会社に聞いたこと"), "OSK 表4-35・4-36", _firm_hearings),
    Measure("answers", 1, gettext_lazy("お知らせを受けて、会社がしたこと"), "OSK 表5-24", _notices_answered),
    Measure("report", 1, gettext_lazy("月次の報告書の満足度"), "KMM 図67", _report_opinions),
    Measure("pay", 1, gettext_lazy("事業者への支払い"), "OSK 6.2.5", _pay),
)
