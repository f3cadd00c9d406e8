"""The nine vendors of OSK 表3-4 and the towns of the 53 firms of 表3-2, written down by us from those facts.

What a phrase such as "south of the prefecture" covers is our reading: regions as the weather service divides them,
"south of Gobo" by where the town halls lie. The phrase itself stays with the rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from incidents.dispatch.matching import Area, Candidate, Reach
from incidents.dispatch.municipalities import of_prefecture, places_read

SHIGA, NARA, WAKAYAMA = "滋賀県", "奈良県", "和歌山県"
BOTH_KINDS = frozenset({"first_response", "installation", "removal"})
WORKDAYS = frozenset(range(5))

SOUTH_OF_SHIGA = "大津市、草津市、守山市、栗東市、野洲市、近江八幡市、東近江市、蒲生郡、甲賀市、湖南市"
NORTH_OF_NARA = (
    "奈良市、大和高田市、大和郡山市、天理市、橿原市、桜井市、御所市、生駒市、香芝市、葛城市、宇陀市、"
    "山辺郡、生駒郡、磯城郡、宇陀郡、高市郡、北葛城郡"
)
SOUTH_OF_GOBO = "御坊市、印南町、みなべ町、田辺市、西牟婁郡、東牟婁郡、新宮市"
JR_TOWNS = (
    "大津市、草津市、守山市、栗東市、野洲市、近江八幡市、東近江市、彦根市、米原市、長浜市、高島市、湖南市、甲賀市"
)
KINTETSU_NARA_LINE = "生駒市、奈良市"
BEYOND_TANABE = {"新宮市", "西牟婁郡", "東牟婁郡"}


def part(prefecture: str, names: str, words: str, reach: str = Reach.PART) -> Area:
    """A rule for towns by their names; a misspelt name is an error."""
    codes, unknown = places_read(prefecture, names)
    assert not unknown, unknown
    return Area(prefecture, reach, codes, words)


def whole(*prefectures: str) -> tuple[Area, ...]:
    """全域"""
    return tuple(Area(prefecture, Reach.WHOLE, words="全域") for prefecture in prefectures)


def north_of_tanabe() -> Area:
    """田辺市以北"""
    codes = {place.code for place in of_prefecture(WAKAYAMA) if not {place.name, place.county} & BEYOND_TANABE}
    return Area(WAKAYAMA, Reach.PART, frozenset(codes), "田辺市以北")


def _vendor(number: int, areas: tuple[Area, ...], opens: int, closes: int, **more: object) -> Candidate:
    return Candidate(number, f"事業者{number}", BOTH_KINDS, areas, opens=opens * 60, closes=closes, **more)  # type: ignore[arg-type]


def vendors() -> list[Candidate]:
    """表3-4, in its order."""
    return [
        _vendor(1, whole(SHIGA), 10, 18 * 60),
        _vendor(2, whole(NARA), 9, 17 * 60, weekdays=WORKDAYS, holidays=False),
        _vendor(3, whole(NARA), 10, 18 * 60, weekdays=WORKDAYS, holidays=False),
        _vendor(4, whole(WAKAYAMA), 10, 18 * 60, weekdays=WORKDAYS, holidays=False),
        _vendor(5, (part(WAKAYAMA, SOUTH_OF_GOBO, "御坊市以南"),), 9, 17 * 60),
        _vendor(6, (part(SHIGA, SOUTH_OF_SHIGA, "県南部"), part(NARA, NORTH_OF_NARA, "県北部")), 9, 21 * 60),
        _vendor(
            7,
            (
                part(SHIGA, JR_TOWNS, "JR沿線最寄駅から徒歩圏エリア", Reach.STATION),
                part(NARA, KINTETSU_NARA_LINE, "近鉄奈良線最寄駅から徒歩圏エリア", Reach.STATION),
            ),
            9,
            21 * 60,
            weekdays=frozenset(range(6)),
        ),
        _vendor(8, whole(SHIGA, NARA, WAKAYAMA), 9, 19 * 60 + 30, days_ask=True),
        _vendor(
            9,
            (*(Area(p, Reach.ASK, words="相談") for p in (SHIGA, NARA)), north_of_tanabe()),
            10,
            16 * 60,
            holidays=False,
        ),
    ]


@dataclass(frozen=True)
class Town:
    """A line of 表3-2: firms in a town (or in a county, by all its towns), and who comes on a Tuesday at ten.

    `yes`: fits; `ask`: has to be asked first; everybody else does not.
    """

    prefecture: str
    name: str
    firms: int
    yes: str
    ask: str


TOWNS = (
    Town(SHIGA, "大津市", 2, "16", "789"),
    Town(SHIGA, "守山市", 2, "16", "789"),
    Town(SHIGA, "草津市", 2, "16", "789"),
    Town(SHIGA, "東近江市", 2, "16", "789"),
    Town(SHIGA, "高島市", 1, "1", "789"),
    Town(SHIGA, "湖南市", 1, "16", "789"),
    Town(SHIGA, "米原市", 1, "1", "789"),
    Town(SHIGA, "愛知郡", 1, "1", "89"),
    Town(NARA, "生駒市", 5, "236", "789"),
    Town(NARA, "橿原市", 5, "236", "89"),
    Town(NARA, "奈良市", 3, "236", "789"),
    Town(NARA, "大和高田市", 1, "236", "89"),
    Town(NARA, "香芝市", 1, "236", "89"),
    Town(NARA, "明日香村", 1, "236", "89"),
    Town(NARA, "北葛城郡", 1, "236", "89"),
    Town(NARA, "磯城郡", 1, "236", "89"),
    Town(WAKAYAMA, "和歌山市", 9, "49", "8"),
    Town(WAKAYAMA, "田辺市", 6, "459", "8"),
    Town(WAKAYAMA, "紀の川市", 2, "49", "8"),
    Town(WAKAYAMA, "西牟婁郡", 2, "45", "8"),
    Town(WAKAYAMA, "海南市", 1, "49", "8"),
    # 日高郡 lies on both sides of Gobo: 印南 and みなべ south of it, the others not.
    Town(WAKAYAMA, "日高郡", 1, "49", "8"),
    Town(WAKAYAMA, "有田市", 1, "49", "8"),
    Town(WAKAYAMA, "東牟婁郡", 1, "45", "8"),
)
SOUTH_IN_HIDAKA = {"日高郡印南町", "日高郡みなべ町"}
