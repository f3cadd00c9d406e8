"""What boxes detected is counted by month, so that months can be put together without counting a firm twice."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.db import connections
from django.test import Client
from openpyxl import load_workbook

from alerts.models import AlertGroup
from reports import counting
from reports.months import Month
from reports.published.counts import OTHERS, DetectionCounts
from reports.published.doors import Counted, detections_counted, detections_to_count
from sensors.models import Sensor
from tenants.models import Enrolment, Organisation
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Box, Cast, box_make, organisation_make
from tests.reports.test_office_figures import clerk

MONTHS = [Month(date(2020, month, 1)) for month in (9, 10, 11, 12)]
NOON = datetime(2020, 12, 20, 3, tzinfo=UTC)
ALL = (
    "grades",
    "names",
    "months",
    "firms_all",
    "firms_prefecture",
    "firms_size",
    "firms_industry",
    "weeks_all",
    "weeks_size",
)
_numbers = itertools.count(1)


def firm_make(cast: Cast, *, since: date = date(2020, 4, 1), until: date | None = None, staff: int = 4) -> Box:
    """A firm of the programme whose box works from April 2020 on."""
    firm = organisation_make(f"会社{next(_numbers)}", industry="E", staff_count=staff)
    Organisation.objects.using(OWNER).filter(pk=firm.pk).update(prefecture="滋賀県")
    Enrolment(tenant_id=firm.pk, programme_id=cast.programme.pk, contract_start=since, contract_end=until).save(
        using=OWNER
    )
    box = box_make(firm)
    online(box, datetime(2020, 4, 2, tzinfo=UTC))
    return box


def online(box: Box, since: datetime | None) -> None:
    with tenant_scope(box.sensor.tenant_id):
        Sensor.objects.filter(pk=box.sensor.pk).update(activated_at=since)


def detected(
    box: Box,
    at: datetime,
    count: int = 1,
    function: str = "ips",
    direction: str = "inbound",
    *,
    name: str = "ET SCAN something",
    grade: int = 0,
    device: str = "192.168.1.20",
) -> None:
    """A notice of so many alerts."""
    with tenant_scope(box.sensor.tenant_id):
        AlertGroup.objects.create(
            tenant_id=box.sensor.tenant_id,
            sensor_id=box.sensor.pk,
            hour=at.replace(minute=0, second=0, microsecond=0),
            function=function,
            direction=direction,
            family=f"{name}{next(_numbers)}",
            asset_key=device,
            signature=name,
            grade=grade,
            notify="none",
            rule="test",
            alert_count=count,
            blocked_count=0,
            first_at=at,
            last_at=at,
        )


def in_month(month: int, day: int = 10) -> datetime:
    return datetime(2020, month, day, 3, tzinfo=UTC)


def seen(cast: Cast, first: Month = MONTHS[0], last: Month = MONTHS[-1], measures: Sequence[str] = ALL) -> Counted:
    with person_scope(cast.clerk.pk, cast.office.pk):
        return detections_counted(programme_id=cast.programme.pk, first=first.first, last=last.first, measures=measures)


def counts(cast: Cast, first: Month = MONTHS[0], last: Month = MONTHS[-1]) -> DetectionCounts:
    return seen(cast, first, last).counts


def everything(made: DetectionCounts) -> list[object]:
    return [*made.participants, *made.grades, *made.firms, *made.weeks, *made.names, *made.left_out, *made.months]


@pytest.fixture
def firms(cast: Cast) -> list[Box]:
    """Six firms with boxes; the cast's own two have none that worked."""
    for box in (cast.sakura_box, cast.yamada_box):
        online(box, None)
    return [firm_make(cast) for _ in range(6)]


def test_a_firm_hit_in_several_months_is_counted_once(cast: Cast, firms: list[Box]) -> None:
    for month in (9, 10, 12):
        detected(firms[0], in_month(month))
    detected(firms[1], in_month(10), function="av")
    detected(firms[2], in_month(8), function="wg", direction="outbound")
    detected(firms[2], in_month(11), function="wg", direction="outbound")
    counting.months_count(now=NOON)
    together = counts(cast)
    assert [together.firms_of(what) for what in ("any", "inbound", "inside", "ips", "av", "wg", "online")] == [
        3,
        2,
        1,
        1,
        1,
        1,
        6,
    ]
    assert counts(cast, MONTHS[2], MONTHS[2]).firms_of("any") == 1
    assert counts(cast, MONTHS[1], MONTHS[2]).firms_of("any") == 3


def test_any_months_give_the_firms_a_plain_count_gives(cast: Cast, firms: list[Box]) -> None:
    """Random detections of a year before and these months; every span of months against sets in Python."""
    random = Random(21)
    hit: dict[tuple[int, str], set[int]] = {}
    first = date(2020, 1, 1)
    for _each in range(60):
        box, function = random.choice(firms), random.choice(["ips", "av", "wg"])
        at = datetime(2020, 4, 3, 3, tzinfo=UTC) + timedelta(days=random.randrange(262))
        detected(box, at, function=function, direction=random.choice(["inbound", "outbound", "internal"]))
        for what in ("any", function):
            hit.setdefault((at.month, what), set()).add(box.sensor.tenant_id)
    counting.months_count(now=NOON)
    months = [Month(first.replace(month=month)) for month in range(4, 13)]
    for begin, end in itertools.combinations_with_replacement(months, 2):
        together = counts(cast, begin, end)
        for what in ("any", "ips", "av", "wg"):
            plain: set[int] = set()
            for month in range(begin.first.month, end.first.month + 1):
                plain |= hit.get((month, what), set())
            assert together.firms_of(what) == len(plain), (begin, end, what)


def test_volumes_weeks_names_and_devices_add_up(cast: Cast, firms: list[Box]) -> None:
    detected(firms[0], in_month(9, 7), 5, grade=1)
    detected(firms[0], in_month(9, 8), 7, grade=2, name="ET MALWARE x", direction="outbound", device="192.168.1.21")
    detected(firms[1], in_month(12, 29), 11, function="av", name="Trojan")
    counting.months_count(now=NOON + timedelta(days=11))
    made = counts(cast)
    assert {(row.function, row.direction, row.grade): row.alerts for row in made.grades} == {
        ("ips", "inbound", 1): 5,
        ("ips", "outbound", 2): 7,
        ("av", "inbound", 0): 11,
    }
    weeks = {(row.month.month, row.week, row.function): row.alerts for row in made.weeks if row.cut == "all"}
    assert weeks == {(9, 1, "ips"): 5, (9, 2, "ips"): 7, (12, 5, "av"): 11}
    assert {(row.function, row.name): row.alerts for row in made.names} == {
        ("ips", "ET SCAN something"): 5,
        ("ips", "ET MALWARE x"): 7,
        ("av", "Trojan"): 11,
    }
    months = {(row.month.month, row.function): (row.alerts, row.devices, row.firms) for row in made.months}
    assert months == {(9, "ips"): (12, 2, 1), (12, "av"): (11, 1, 1)}


def test_only_days_of_the_contract_and_boxes_that_work_count(cast: Cast, firms: list[Box]) -> None:
    left = firm_make(cast, until=date(2020, 10, 15))
    waiting = firm_make(cast)
    online(waiting, None)
    detected(left, in_month(10, 15), 2)
    detected(left, in_month(10, 16), 30)
    detected(waiting, in_month(10), 500)
    counting.months_count(now=NOON)
    made = counts(cast)
    assert made.alerts_of("ips") == 2
    assert [made.participants[month.first] for month in MONTHS] == [7, 7, 6, 6]
    assert made.firms_of("online") == 7


def test_months_of_fewer_than_five_firms_and_those_before_are_kept_back(cast: Cast, firms: list[Box]) -> None:
    with connections[OWNER].cursor() as cursor:
        ids = [box.sensor.tenant_id for box in firms[:2]]
        cursor.execute("UPDATE tenants_enrolment SET contract_start = '2020-11-01' WHERE tenant_id = ANY(%s)", [ids])
    for month in (9, 10, 11):
        detected(firms[5], in_month(month), 3)
    counting.months_count(now=NOON)
    made = counts(cast)
    assert sorted(made.participants) == [MONTHS[2].first, MONTHS[3].first]
    assert (made.alerts_of("ips"), made.firms_of("any")) == (3, 1)
    early = seen(cast, MONTHS[0], MONTHS[1])
    assert (early.firms, everything(early.counts)) == (4, [])


def test_lines_of_fewer_than_five_firms_are_one_line_of_five_or_more(cast: Cast, firms: list[Box]) -> None:
    for staff in (8, 8, 40, 40, 40, 40, 40):
        firm_make(cast, staff=staff)
    counting.months_count(now=NOON)
    online_by = {row.value: row.firms for row in counts(cast).firms if (row.cut, row.what) == ("size", "online")}
    assert online_by == {"1": 6, OTHERS: 7}, "the two of 6 to 10 and, so that they are five, the smallest others"


def test_this_month_and_the_last_are_due_hourly_and_old_ones_once(cast: Cast, firms: list[Box]) -> None:
    assert [month for _programme, month in detections_to_count(NOON)][:2] == [date(2020, 12, 1), date(2020, 11, 1)]
    counting.months_count(now=NOON)
    assert detections_to_count(NOON + timedelta(minutes=59)) == []
    hourly = [month for _programme, month in detections_to_count(NOON + timedelta(hours=1))]
    assert hourly == [date(2020, 12, 1), date(2020, 11, 1)]
    nightly = [month for _programme, month in detections_to_count(NOON + timedelta(hours=12))]
    assert nightly == [date(2020, month, 1) for month in (12, 11, 10, 9)]


def test_the_page_shows_the_table_its_rules_and_its_sql(cast: Cast, firms: list[Box]) -> None:
    detected(firms[0], in_month(11), 1234, grade=1)
    counting.months_count(now=NOON)
    office = clerk(cast)
    listed = office.get("/office/measures/?first=2020-09&last=2020-12").content.decode()
    assert "機能と重要度ごとの検知" in listed
    assert "表4-21" in listed
    page = office.get("/office/measures/grades/?first=2020-09&last=2020-12").content.decode()
    for words in ("1,234", "表4-21", "sec.detections_counted", "n=6", "2020年9月", "印刷された表との違い"):
        assert words in page, words
    assert "会社1" not in page, "no firm is named"
    assert office.get("/office/measures/nothing/").status_code == 404


def test_the_workbook_holds_a_sheet_of_every_measure_with_real_numbers(cast: Cast, firms: list[Box]) -> None:
    detected(firms[0], in_month(11), 1234, grade=1)
    counting.months_count(now=NOON)
    book = load_workbook(io.BytesIO(clerk(cast).get("/office/measures/all.xlsx?first=2020-09&last=2020-12").content))
    assert len(book.sheetnames) == 21
    assert [cell.value for cell in book["機能と重要度ごとの検知"][4]] == ["不正侵入対策", 1234, 0, 0, 1234, 0]
    assert clerk(cast).get("/office/measures/grades.csv?first=2020-09&last=2020-12").content.decode().count("1234") == 4


def test_nobody_but_the_office_reads_them(cast: Cast, firms: list[Box]) -> None:
    detected(firms[0], in_month(11))
    counting.months_count(now=NOON)
    for person, place in ((cast.agent, cast.desk), (cast.analyst, cast.soc), (cast.hanako, cast.sakura_dental)):
        with person_scope(person.pk, place.pk):
            answer = detections_counted(
                programme_id=cast.programme.pk, first=MONTHS[0].first, last=MONTHS[-1].first, measures=ALL
            )
        assert (answer.firms, everything(answer.counts)) == (0, [])
    client = Client()
    client.force_login(cast.agent)
    assert client.get("/office/measures/").status_code == 404
