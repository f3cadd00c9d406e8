"""The office counts over the firms of its own programme, from rows, and meets no firm."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from itertools import cycle

import pytest
from django.test import Client
from openpyxl import load_workbook

from incidents.models import Case, Contact, DeskTask, Incident, Job
from reports.months import Month
from reports.office import Span, office_figures
from reports.office_files import sheet_name, shown
from surveys.models import FeedbackAnswer, FeedbackRequest, JobHearing
from tenants.models import Enrolment, Organisation
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast, organisation_make

SEPTEMBER, DECEMBER = Month(date(2020, 9, 1)), Month(date(2020, 12, 1))
SPAN = Span(SEPTEMBER, DECEMBER)
MINUTE = timedelta(minutes=1)


def firms_make(cast: Cast, many: int) -> list[Organisation]:
    """The cast's two firms and more of the same programme."""
    firms = [cast.sakura_dental, cast.yamada_works]
    for number in range(many - 2):
        firm = organisation_make(f"会社{number}")
        Enrolment(tenant_id=firm.pk, programme_id=cast.programme.pk, contract_start=date(2020, 4, 1)).save(using=OWNER)
        firms.append(firm)
    return firms


def contacts_make(firms: list[Organisation], at: datetime, channel: str, offered: int, answered: int) -> None:
    for number, firm in zip(range(offered), cycle(firms), strict=False):
        when = at + number * MINUTE
        with tenant_scope(firm.pk):
            Contact.objects.create(
                tenant=firm,
                channel=channel,
                offered_at=when,
                ended_at=when + MINUTE,
                answered_at=when if number < answered else None,
            )


def cases_make(firms: list[Organisation], category: str, topic: str, way: str, many: int) -> None:
    at = datetime(2020, 11, 5, 3, tzinfo=UTC)
    for number, firm in zip(range(many), cycle(firms), strict=False):
        with tenant_scope(firm.pk):
            Case.objects.create(
                tenant=firm,
                number=Case.objects.filter(tenant=firm).count() + 1,
                title=f"{number}",
                category=category,
                topic=topic,
                channel="mail" if number % 2 else "phone",
                solved_by=way,
                state="solved",
                opened_at=at,
                due_at=at,
                closed_at=at,
            )


def tables(cast: Cast, span: Span = SPAN) -> dict[str, dict[str, list[str]]]:
    with person_scope(cast.clerk.pk, cast.office.pk):
        figures = office_figures(programme_id=cast.programme.pk, span=span)
    return {
        table.code: {row.label: [shown(cell) for cell in row.cells] for row in table.rows} for table in figures.tables
    }


def clerk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.clerk)
    return client


def test_the_tables_of_the_osaka_report_come_out_of_rows(cast: Cast) -> None:
    firms = firms_make(cast, 6)
    for month, offered, answered, mails in ((9, 3, 3, 0), (10, 23, 22, 4), (11, 32, 30, 5), (12, 6, 5, 1)):
        at = datetime(2020, month, 2, 1, tzinfo=UTC)
        contacts_make(firms, at, "phone", offered, answered)
        contacts_make(firms, at, "mail", mails, 0)
    for row in (
        ("box", "trouble", "phone", 22),
        ("box", "trouble", "remote", 1),
        ("box", "install", "visit", 4),
        ("portal", "login", "phone", 8),
        ("alert", "meaning", "phone", 4),
        ("security", "advice", "phone", 1),
        ("other", "pc", "phone", 12),
    ):
        cases_make(firms, *row)

    by_code = tables(cast)
    assert by_code["calls"]["入電件数"] == ["3", "23", "32", "6", "64"]
    assert by_code["calls"]["応答件数"] == ["3", "22", "30", "5", "60"]
    assert by_code["calls"]["応答率(件数の比)"][-1] == "93.8%"
    assert by_code["calls"]["応答率(各月の率の平均)"][-1] == "93.2%"
    assert by_code["mails"]["メール問合せ数"] == ["0", "4", "5", "1", "10"]
    assert by_code["solutions"]["UTM関連"] == ["22(81%)", "0(0%)", "1(4%)", "4(15%)", "27"]
    assert by_code["solutions"]["累計"][-1] == "52"


def test_months_are_japans_and_calls_going_out_are_not_counted(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    contacts_make(firms, datetime(2020, 9, 30, 15, 0, tzinfo=UTC), "phone", 1, 1)  # 1 October 00:00 in Japan
    contacts_make(firms, datetime(2020, 8, 31, 14, 59, tzinfo=UTC), "phone", 1, 1)
    with tenant_scope(firms[0].pk):
        Contact.objects.create(
            tenant=firms[0], channel="phone", direction="out", offered_at=datetime(2020, 9, 3, tzinfo=UTC)
        )
    assert tables(cast)["calls"]["入電件数"] == ["0", "1", "0", "0", "1"]


def test_speed_and_visits_come_from_the_jobs(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    opened = datetime(2020, 10, 1, 14, 30, tzinfo=UTC)  # 23:30 in Japan
    for number, (lag, way) in enumerate(((timedelta(minutes=20), "remote"), (timedelta(days=7), "on_site")), start=1):
        with tenant_scope(firms[0].pk):
            incident = Incident.objects.create(
                tenant=firms[0],
                number=number,
                kind="malware_suspected",
                opened_by="callbacks",
                grade=3,
                family=f"{number}",
                asset_key="a",
                opened_at=opened,
            )
            Job.objects.create(
                tenant=firms[0],
                number=number,
                kind="first_response",
                way=way,
                incident=incident,
                state="closed",
                requested_at=opened,
                started_at=opened + lag,
            )
    with tenant_scope(firms[1].pk):
        Job.objects.create(
            tenant=firms[1],
            number=1,
            kind="installation",
            way="on_site",
            state="closed",
            requested_at=opened,
            started_at=opened,
        )
    by_code = tables(cast)
    assert by_code["speed"]["当日中"] == ["1(50%)"]
    assert by_code["speed"]["4~7日後"] == ["1(50%)"]
    assert by_code["summary"]["うち、訪問によるインシデント対応(駆付け)"] == ["1"]
    assert by_code["summary"]["うち、機器の導入・設置の支援"] == ["1"]


def feedback_make(firms: list[Organisation], kind: str, verdicts: str) -> None:
    at = datetime(2020, 11, 1, tzinfo=UTC)
    for number, (firm, letter) in enumerate(zip(cycle(firms), verdicts, strict=False)):
        with tenant_scope(firm.pk):
            request = FeedbackRequest.objects.create(
                tenant=firm,
                kind=kind,
                about_type="x",
                about_id=number,
                number=number,
                ended_at=at,
                asked_at=at,
                expires_at=at,
                token_hash=f"{kind}{number}".encode(),
                token_sealed="",
            )
            verdict = {"V": "very_good", "G": "good", "F": "fair", "-": ""}[letter]
            if verdict:
                FeedbackAnswer.objects.create(tenant=firm, request=request, given_at=at, verdict=verdict)


def test_satisfaction_needs_answers_of_five_firms_and_then_has_its_n(cast: Cast) -> None:
    firms = firms_make(cast, 6)
    feedback_make(firms[:4], "desk", "VVVVVVVV")
    feedback_make(firms, "vendor", "V" * 15 + "G" * 8 + "F" * 3 + "----")
    by_code = tables(cast)
    assert by_code["desk"] == {}, "eight answers of four firms could be traced to them"
    assert by_code["vendor"]["とても良かった"][0] == "15(58%)"
    assert by_code["vendor"]["回答数(n)"][0] == "26"


def test_what_firms_said_of_help_shows_question_by_question_from_five_firms_on(cast: Cast) -> None:
    firms = firms_make(cast, 6)
    at = datetime(2020, 11, 1, tzinfo=UTC)
    for number, firm in enumerate(firms):
        more = {"remote": "no" if number else "yes", "least": ["first", "cause"] if number else ["again"]}
        more |= {"afford": "50000"} if number < 4 else {}
        with tenant_scope(firm.pk):
            request = FeedbackRequest.objects.create(
                tenant=firm,
                kind="vendor",
                about_type="job",
                about_id=1,
                number=1,
                ended_at=at,
                asked_at=at,
                expires_at=at,
                token_hash=f"h{number}".encode(),
                token_sealed="",
            )
            FeedbackAnswer.objects.create(tenant=firm, request=request, given_at=at, verdict="good", more=more)
        if number == 3:
            assert tables(cast)["heard"] == {}
    table = tables(cast)["heard"]
    assert table["次も遠隔を希望するか: いいえ"] == ["5(83%)"]
    assert table["最低限してほしいこと: 原因の特定"] == ["5(45%)"]
    assert "自費で払える額: 5万円まで" not in table, "four firms answered that one"


def test_what_vendors_told_shows_from_five_jobs_on(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    at = datetime(2020, 11, 1, tzinfo=UTC)
    for number, firm in enumerate(firms):
        assert tables(cast)["hearings"] == {}
        with tenant_scope(firm.pk):
            job = Job.objects.create(
                tenant=firm, number=1, kind="first_response", way="remote", state="closed", requested_at=at
            )
            JobHearing.objects.create(
                tenant=firm,
                job=job,
                vendor=cast.vendor,
                given_by=cast.engineer,
                given_at=at,
                answers={"solved": "remote" if number else "visit", "again": "yes", "good": "速い"},
            )
    table = tables(cast)["hearings"]
    assert table["遠隔で解決したか: 遠隔だけ"] == ["4(80%)"]
    assert table["また遠隔を使いたいか: はい"] == ["5(100%)"]


def test_a_programme_of_four_firms_has_no_figures_and_the_page_says_why(cast: Cast) -> None:
    firms = firms_make(cast, 4)
    contacts_make(firms, datetime(2020, 9, 2, tzinfo=UTC), "phone", 5, 5)
    assert tables(cast) == {}
    page = clerk(cast).get("/office/figures/").content.decode()
    assert "まだ統計は出せません" in page
    assert clerk(cast).get("/office/figures/all.xlsx").status_code == 404


def test_another_programmes_office_and_other_partners_count_nothing(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    contacts_make(firms, datetime(2020, 9, 2, tzinfo=UTC), "phone", 5, 5)
    for person, organisation in ((cast.agent, cast.desk), (cast.analyst, cast.soc), (cast.hanako, cast.sakura_dental)):
        with person_scope(person.pk, organisation.pk):
            figures = office_figures(programme_id=cast.programme.pk, span=SPAN)
            assert (figures.firms, figures.tables) == (0, [])
        client = Client()
        client.force_login(person)
        assert client.get("/office/figures/").status_code == 404


def test_the_office_looks_at_its_page_and_saves_the_files(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    contacts_make(firms, datetime(2020, 9, 2, tzinfo=UTC), "phone", 5, 4)
    page = clerk(cast).get("/office/figures/?first=2020-09&last=2020-12").content.decode()
    assert "月ごとの電話の問合せ" in page
    assert "大阪の実証事業(2020年度)の報告書の「表4-26」と同じ形です。" in page
    assert "OSK" not in page
    assert not [firm.name for firm in firms if firm.name in page], "no firm is named"
    saved = clerk(cast).get("/office/figures/calls.csv?first=2020-09&last=2020-12")
    assert saved.content.decode().startswith('\ufeff"項目","2020/9"')
    book = clerk(cast).get("/office/figures/all.xlsx?first=2020-09&last=2020-12")
    sheets = load_workbook(io.BytesIO(book.content))
    assert sheets.sheetnames[:2] == ["この表について", "月ごとの電話の問合せ"]
    assert [cell.value for cell in sheets["月ごとの電話の問合せ"][3]][:2] == ["入電件数", 5]
    english = clerk(cast).get("/office/figures/all.xlsx?first=2020-09&last=2020-12", headers={"Accept-Language": "en"})
    assert "Calls by month" in load_workbook(io.BytesIO(english.content)).sheetnames
    assert clerk(cast).get("/office/figures/nothing.csv").status_code == 404


@pytest.mark.parametrize(
    "query", ["?first=2020-13", "?first=x&last=2020-99", "?first=2020-12&last=2020-09", "?programme=0"]
)
def test_a_mistyped_month_shows_something_sensible(cast: Cast, query: str) -> None:
    firms_make(cast, 5)
    assert clerk(cast).get(f"/office/figures/{query}").status_code == 200


def test_at_most_two_years_are_shown(cast: Cast) -> None:
    assert len(Span(Month(date(2018, 1, 1)), DECEMBER).months) == 24


def summary(cast: Cast) -> dict[str, str]:
    return {label: cells[0] for label, cells in tables(cast)["summary"].items()}


def test_an_incident_nobody_has_touched_is_no_response_yet(cast: Cast) -> None:
    firms = firms_make(cast, 5)
    opened = datetime(2020, 10, 1, 1, tzinfo=UTC)
    with tenant_scope(firms[0].pk):
        untouched, called, moved, helped = (
            Incident.objects.create(
                tenant=firms[0],
                number=number,
                kind="malware_suspected",
                opened_by="callbacks",
                grade=3,
                family=f"{number}",
                asset_key="a",
                opened_at=opened,
            )
            for number in range(1, 5)
        )
        for incident, by in ((untouched, None), (called, cast.agent)):
            DeskTask.objects.create(
                tenant=firms[0],
                incident=incident,
                kind="first_response",
                opened_at=opened,
                due_at=opened,
                done_at=opened,
                taken_by=by,
                outcome="settled",
                state="done",
            )
        assert summary(cast)["うち、電話・遠隔によるインシデント対応"] == "1"
        Incident.objects.filter(pk=moved.pk).update(state="contacted")
        Job.objects.create(
            tenant=firms[0],
            number=1,
            kind="first_response",
            way="remote",
            incident=helped,
            state="working",
            requested_at=opened,
            started_at=opened,
        )
    assert summary(cast)["うち、電話・遠隔によるインシデント対応"] == "3"
    assert summary(cast)["インシデント対応"] == "3"


def test_a_call_and_a_case_count_as_soon_as_the_desk_deals_with_them(cast: Cast) -> None:
    firms, at = firms_make(cast, 5), datetime(2020, 10, 5, 3, tzinfo=UTC)
    contacts_make(firms, at, "phone", offered=2, answered=1)
    with tenant_scope(firms[0].pk):
        for number, state in enumerate(("new", "working", "solved", "merged"), start=1):
            Case.objects.create(
                tenant=firms[0],
                number=number,
                title="x",
                category="other",
                topic="pc",
                channel="phone",
                state=state,
                opened_at=at,
                due_at=at,
            )
    counts = summary(cast)
    assert counts["コールセンター対応"] == "3", "one call that needed no case, two cases"
    assert counts["うち、電話だけで終わり、相談にしなかったもの"] == "1"
    assert counts["うち、その他"] == "2"


def test_this_month_stands_first_where_a_phone_shows_it(cast: Cast) -> None:
    firms_make(cast, 5)
    page = clerk(cast).get("/office/figures/?first=2020-09&last=2020-12").content.decode()
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page)
    assert heads[:6] == ["項目", "2020/12", "2020/11", "2020/10", "2020/9", "累計"]
    assert 'data-label="2020/12"' in page, "on a phone each month is a line of a card, none is off the screen"


def test_a_title_becomes_the_name_of_a_sheet_whatever_it_holds() -> None:
    assert sheet_name("a/b:c?[d]*", ()) == "a b c  d"
    assert sheet_name("月" * 40, ()) == "月" * 31
    assert sheet_name("月" * 40, ["月" * 31]) == "月" * 29 + " 2"
    assert sheet_name("'", ()) == "-"
