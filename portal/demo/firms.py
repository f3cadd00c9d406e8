"""Invented firms of the demo consortium: plain data from a seed.

Names are put together from a colour, a small thing of nature and a trade, so that none is a real firm's. Mail domains
end in .invalid, telephone numbers are from a block that is not given out.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import Final

# Part of a name → the same in Latin letters, for the mail domain.
COLOURS: Final = {
    "もえぎ": "moegi",
    "あかね": "akane",
    "るりいろ": "ruriiro",
    "やまぶき": "yamabuki",
    "ときわ": "tokiwa",
    "すおう": "suo",
    "あさぎ": "asagi",
    "こはく": "kohaku",
    "わかくさ": "wakakusa",
    "ききょう": "kikyo",
}
THINGS: Final = {
    "どんぐり": "donguri",
    "つくし": "tsukushi",
    "ほたる": "hotaru",
    "こだま": "kodama",
    "まつぼっくり": "matsubokkuri",
    "たんぽぽ": "tanpopo",
    "すずめ": "suzume",
    "ゆきだるま": "yukidaruma",
    "みずたま": "mizutama",
}

# Major division of the Japan Standard Industrial Classification → trades (name, kana), with how often it is drawn.
TRADES: Final[tuple[tuple[str, int, tuple[tuple[str, str], ...]], ...]] = (
    ("E", 16, (("製作所", "せいさくしょ"), ("精密", "せいみつ"), ("食品工業", "しょくひんこうぎょう"))),
    ("I", 13, (("商店", "しょうてん"), ("商会", "しょうかい"))),
    ("D", 8, (("建設", "けんせつ"), ("設備", "せつび"))),
    ("L", 5, (("設計事務所", "せっけいじむしょ"), ("会計事務所", "かいけいじむしょ"))),
    ("P", 4, (("歯科医院", "しかいいん"), ("介護サービス", "かいごさーびす"))),
    ("R", 3, (("ビル管理", "びるかんり"),)),
    ("H", 2, (("運送", "うんそう"),)),
    ("M", 2, (("旅館", "りょかん"),)),
)

# Staff bands and how many firms of the region's self-check (57 firms) were in each.
STAFF: Final = (
    ((1, 5), 21),
    ((6, 10), 5),
    ((11, 20), 11),
    ((21, 50), 9),
    ((51, 100), 3),
    ((101, 200), 5),
    ((201, 300), 2),
    ((301, 400), 1),
)


_FIRST_MONTHS: Final = 12  # of contract, of the firm people look at


@dataclass(frozen=True)
class Place:
    """A municipality with its JIS code and general postal code."""

    prefecture: str
    municipality: str
    code: str
    postal_code: str


PLACES: Final = (
    Place("長野県", "長野市", "20201", "380-0000"),
    Place("長野県", "松本市", "20202", "390-0000"),
    Place("長野県", "上田市", "20203", "386-0000"),
    Place("山梨県", "甲府市", "19201", "400-0000"),
    Place("山梨県", "富士吉田市", "19202", "403-0000"),
    Place("山梨県", "都留市", "19204", "402-0000"),
    Place("岐阜県", "岐阜市", "21201", "500-0000"),
    Place("岐阜県", "大垣市", "21202", "503-0000"),
    Place("岐阜県", "高山市", "21203", "506-0000"),
)


@dataclass(frozen=True)
class FirmPlan:
    """One invented firm. `months_before`: how many months ago its contract began."""

    name: str
    name_kana: str
    domain: str
    place: Place
    phone: str
    industry: str
    staff_count: int
    pc_count: int
    months_before: int
    chamber_member: bool


def firm_plans(seed: int, count: int) -> list[FirmPlan]:
    """`count` firms, the same for the same seed; the first `n` do not depend on `count`.

    Raises ValueError when more are asked for than there are names.
    """
    names = list(itertools.product(COLOURS, THINGS))
    if not 1 <= count <= len(names):
        raise ValueError(f"between 1 and {len(names)} firms can be invented, not {count}")
    # Not for secrets: the same seed must give the same firms.
    dice = random.Random(seed)  # noqa: S311
    dice.shuffle(names)
    return [_plan(dice, at, *names[at]) for at in range(count)]


def _plan(dice: random.Random, at: int, colour: str, thing: str) -> FirmPlan:
    industry, trades = dice.choices([(code, trades) for code, _, trades in TRADES], [row[1] for row in TRADES])[0]
    trade, kana = dice.choice(trades)
    staff = _staff(at)
    return FirmPlan(
        name=f"{colour}{thing}{trade}",
        name_kana=f"{colour}{thing}{kana}",
        domain=f"{COLOURS[colour]}-{THINGS[thing]}.invalid",
        # One after the other, so that every prefecture has firms whatever the seed.
        place=PLACES[(at * 4) % len(PLACES)],
        phone=f"0120-000-{at + 1:03d}",
        industry=industry,
        staff_count=staff,
        pc_count=max(1, round(staff * dice.uniform(0.5, 1.1))),
        months_before=_FIRST_MONTHS if at == 0 else dice.randint(2, 11),
        chamber_member=dice.random() < 0.7,
    )


def _staff(at: int) -> int:
    """Staff of the firm at a position: steps of the golden ratio keep any number of firms close to the cohort.

    The first firm, the one people look at, has about ten.
    """
    share = (0.45 + at * 0.618034) % 1 * sum(weight for _, weight in STAFF)
    for (low, high), weight in STAFF:
        if share < weight:
            return low + int(share / weight * (high - low + 1))
        share -= weight
    return STAFF[-1][0][1]
