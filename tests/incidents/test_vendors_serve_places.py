"""Who comes where, as vendors say it: the nine vendors of OSK 表3-4 against the towns of the 53 firms of 表3-2."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from base.places import place_fold
from incidents.dispatch.matching import Area, Candidate, Fit, Match, Reach, Reason, Wanted, match
from incidents.dispatch.municipalities import municipalities, of_prefecture, places_read, prefectures
from incidents.dispatch.wording import reason_text
from tests.incidents.vendors_of_2020 import NARA, SHIGA, SOUTH_IN_HIDAKA, TOWNS, WAKAYAMA, Town, vendors
from web.jst import JST

TUESDAY = datetime(2020, 11, 10, 10, 0, tzinfo=JST)
SUNDAY = datetime(2020, 11, 8, 10, 0, tzinfo=JST)
MONDAY = datetime(2020, 11, 9, 10, 0, tzinfo=JST)
HOLIDAY = datetime(2020, 11, 3, 10, 0, tzinfo=JST)  # a Tuesday
NEW_YEAR = datetime(2021, 1, 2, 10, 0, tzinfo=JST)


def _wanted(code: str, at: datetime | None = TUESDAY, **more: Any) -> Wanted:
    place = municipalities()[code]
    facts: dict[str, Any] = {"kind": "first_response", "remote": False, "starts_at": at, **more}
    return Wanted(place.prefecture, code, **facts)


def _by(matches: list[Match], fit: Fit) -> str:
    return "".join(sorted(str(line.candidate.vendor_id) for line in matches if line.fit == fit))


def _code(prefecture: str, name: str) -> str:
    codes, unknown = places_read(prefecture, name)
    assert not unknown
    assert len(codes) == 1
    return next(iter(codes))


def test_there_are_53_firms_in_three_prefectures_and_all_municipalities_of_japan() -> None:
    by_prefecture = {p: sum(town.firms for town in TOWNS if town.prefecture == p) for p in (SHIGA, NARA, WAKAYAMA)}
    assert by_prefecture == {SHIGA: 12, NARA: 18, WAKAYAMA: 23}
    assert len(prefectures()) == 47
    assert prefectures()[0] == "北海道"
    # 1,718 cities, towns and villages, 23 wards of Tokyo, and the wards of 20 big cities instead of these.
    assert len(municipalities()) > 1_880
    assert len(of_prefecture(WAKAYAMA)) == 30


@pytest.mark.parametrize(
    ("prefecture", "written", "code"),
    [
        ("千葉県", "鎌ヶ谷市", "12224"),
        ("茨城県", "竜ヶ崎市", "08208"),
        ("青森県", "六ケ所村", "02411"),
        ("宮城県", "宮城県塩釜市", "04203"),
        ("兵庫県", "上郡町", "28481"),
        ("兵庫県", "赤穂郡", "28481"),
        ("福島県", "郡山市\u200b", "07203"),
    ],
)
def test_a_vendor_names_its_towns_as_people_there_write_them(prefecture: str, written: str, code: str) -> None:
    assert places_read(prefecture, written) == (frozenset({code}), ())


def test_no_two_places_of_a_prefecture_are_taken_for_each_other() -> None:
    names = [(place.prefecture, place_fold(place.name)) for place in municipalities().values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_the_nine_vendors_come_to_the_towns_of_the_firms(town: Town) -> None:
    codes, unknown = places_read(town.prefecture, town.name)
    assert codes
    assert not unknown
    for code in codes:
        south = municipalities()[code].name in SOUTH_IN_HIDAKA
        yes = "".join(sorted(town.yes + "5")) if south else town.yes
        matches = match(_wanted(code), vendors())
        assert (_by(matches, Fit.YES), _by(matches, Fit.ASK)) == (yes, town.ask), municipalities()[code].name


@pytest.mark.parametrize(
    ("at", "yes", "ask"),
    [
        (TUESDAY, "236", "789"),
        (MONDAY.replace(hour=18, minute=30), "6", "7"),  # two hours: 8 ends at 19:30
        (SUNDAY, "6", "89"),  # 2, 3 and 7 not on Sundays
        (HOLIDAY, "6", "78"),  # 2, 3 and 9 not on holidays
        (NEW_YEAR, "", ""),
    ],
)
def test_who_comes_to_nara_depends_on_day_and_hour(at: datetime, yes: str, ask: str) -> None:
    matches = match(_wanted(_code(NARA, "奈良市"), at), vendors())
    assert (_by(matches, Fit.YES), _by(matches, Fit.ASK)) == (yes, ask)


def test_remote_help_reaches_everywhere_when_the_hours_fit() -> None:
    for code in (_code("沖縄県", "那覇市"), _code("北海道", "札幌市中央区")):
        matches = match(_wanted(code, remote=True), vendors())
        assert (_by(matches, Fit.YES), _by(matches, Fit.ASK), _by(matches, Fit.NO)) == ("12345679", "8", "")
        late = match(_wanted(code, TUESDAY.replace(hour=20), remote=True, minutes=60), vendors())
        assert _by(late, Fit.YES) == "67"


def test_the_list_says_in_plain_words_why() -> None:
    reasons = {
        line.candidate.vendor_id: [reason_text(because) for because in line.reasons]
        for line in match(_wanted(_code(NARA, "奈良市"), SUNDAY), vendors())
    }
    assert "日曜は対応できません" in reasons[2]
    assert "この地域には対応していません" in reasons[1]
    assert "近鉄奈良線最寄駅から徒歩圏エリア（駅から歩ける場所か、直接ご確認ください）" in reasons[7]
    assert "対応できる曜日は直接ご確認ください" in reasons[8]
    assert "相談（直接ご確認ください）" in reasons[9]
    assert "県北部に伺えます" in reasons[6]


def test_best_first_near_first_and_nobody_is_left_out() -> None:
    there = {2: "29100", 3: "29201"}
    near = [
        replace(vendor, prefecture=NARA, municipality_code=there[vendor.vendor_id])
        if vendor.vendor_id in there
        else vendor
        for vendor in vendors()
    ]
    matches = match(_wanted(_code(NARA, "奈良市")), near)
    assert [line.candidate.vendor_id for line in matches][:3] == [3, 2, 6]
    assert len(matches) == 9
    assert [line.fit for line in matches] == sorted(line.fit for line in matches)


def _plain(**more: Any) -> Candidate:
    return Candidate(1, "川辺システム", frozenset({"first_response"}), (Area(NARA, Reach.WHOLE),), **more)


@pytest.mark.parametrize(
    ("candidate", "wanted", "fit", "reason"),
    [
        (_plain(), {"kind": "installation"}, Fit.NO, Reason.KIND_NO),
        (_plain(week_capacity=2, busy=2), {}, Fit.ASK, Reason.FULL),
        (_plain(ask_first=True), {}, Fit.ASK, Reason.ASK_FIRST),
        (_plain(declined=True), {}, Fit.NO, Reason.DECLINED),
        (_plain(listed=False), {}, Fit.YES, Reason.UNLISTED),
        (_plain(closes=11 * 60 + 59), {}, Fit.NO, Reason.HOURS_NO),
    ],
)
def test_each_reason_has_its_effect(candidate: Candidate, wanted: dict[str, Any], fit: Fit, reason: Reason) -> None:
    vendor_match = match(_wanted(_code(NARA, "奈良市"), **wanted), [candidate])[0]
    assert vendor_match.fit == fit
    assert reason in {because.reason for because in vendor_match.reasons}


def test_without_a_time_only_place_and_kind_count_and_without_a_town_a_part_is_asked_about() -> None:
    matches = match(_wanted(_code(NARA, "奈良市"), None), vendors())
    assert _by(matches, Fit.YES) == "2368"
    unknown = match(Wanted(NARA, "", "first_response", remote=False), vendors())
    assert (_by(unknown, Fit.YES), _by(unknown, Fit.ASK)) == ("238", "679")


def test_an_editor_types_places_and_is_told_which_words_are_none() -> None:
    codes, unknown = places_read(WAKAYAMA, "御坊市、西牟婁郡 印南町・新宮,大阪市")
    names = {municipalities()[code].name for code in codes}
    assert {"御坊市", "日高郡印南町", "西牟婁郡白浜町", "西牟婁郡上富田町", "西牟婁郡すさみ町"} == names
    assert unknown == ("新宮", "大阪市")
    wards, _none = places_read("大阪府", "堺市")
    assert len(wards) == 7
