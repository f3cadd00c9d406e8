"""What OSK and KMM print of detections, as inputs of the measures, and where their own print differs from these."""

from __future__ import annotations

from datetime import date

from reports.published.counts import DetectionCounts, FirmCount, GradeCount, MonthCount, NameCount

# OSK 表4-21 and 表4-22 together: function, direction, importance, alerts.
GRADES = [
    GradeCount("av", "inbound", 1, 524),
    GradeCount("ips", "inbound", 0, 7906),
    GradeCount("ips", "outbound", 0, 1543),
    GradeCount("ips", "outbound", 1, 478),
    GradeCount("ips", "outbound", 2, 70),
    GradeCount("ips", "internal", 1, 199),
    GradeCount("wg", "outbound", 2, 76),
]
DIRECTION_FIRMS = {
    "ips:inbound": 22,
    "av:inbound": 12,
    "ips:outbound": 15,
    "wg:outbound": 12,
    "ips:internal": 3,
    "inbound": 30,
    "inside": 23,
    "any": 38,
    "ips": 30,
    "av": 12,
    "wg": 12,
    "online": 53,
}
NAMES = {
    "av": [
        ("Trojan.Multi.Generic.4", 196, "37.4"),
        ("Hacktool.MSOffice.Generic.3", 93, "17.7"),
        ("Trojan.Script.Generic.a", 57, "10.9"),
        ("Trojan.MSIL.Agensla.i", 24, "4.6"),
        ("Trojan.Win32.Generic.4", 20, "3.8"),
        ("Trojan.MSIL.Injects.4", 18, "3.4"),
        ("Trojan.Win32.Malicious.4", 18, "3.4"),
        ("Trojan.Script.Generic.4", 15, "2.9"),
        ("Trojan.MSOffice.Alien.4", 13, "2.5"),
        ("Trojan.MSOffice.SAgent.4", 12, "2.3"),
    ],
    "ips": [
        ("Cross Site Script attack", 1964, "19.3"),
        ("JSIG-WEB SQL-Union-ALL-Select-1", 1697, "16.6"),
        ("JSIG-WEB:SQL-Union-ALL-Select-3", 1662, "16.3"),
        ("Possible SQLMAP SCAN -2", 1571, "15.4"),
        ("Brute Force attack", 457, "4.5"),
        ("JSIG-WEB:Netgear-SetuPCGI-Cmd-Exec", 447, "4.4"),
        ("RealNetworks Helix RTSP overflow", 275, "2.7"),
        ("HTTP Basic Auth Null Password Login attempt", 241, "2.4"),
        ("HTTP Basic Auth Default Password Login attempt (admin) -2", 179, "1.8"),
        ("PHPCGI Remote File Include attempt", 163, "1.6"),
    ],
    "wg": [
        ("infopicked.com", 26, "34.2"),
        ("images2.imgbox.com", 19, "25.0"),
        ("eu.dspultra.com/api/submit_form_request", 15, "19.7"),
        ("poPCash.net", 5, "6.6"),
        ("p238000.infopicked.com/adServe/domainClick", 3, "3.9"),
        ("apps.identrust.com/roots/dstrootcax3.p7c", 2, "2.6"),
        ("beta.infopicked.com/aS/feedclick", 2, "2.6"),
        ("infopicked.com/aS/feedclick", 2, "2.6"),
        ("poPCash.net/world/go/134600/426377", 1, "1.3"),
        ("usd.mnason-hec.com/zcvisitor", 1, "1.3"),
    ],
}

# Firms of each line; then of each table those with detections, and what it prints as 参加比率 and 検知比率.
SIZES_BEFORE, SIZES = (35, 20, 12, 28, 12, 3, 2), (21, 6, 10, 8, 1, 5, 2)
INDUSTRIES_BEFORE = {"D": 8, "E": 44, "G": 0, "H": 1, "I": 21, "K": 0, "L": 0, "M": 3, "O": 0, "Q": 0, "R": 35}
INDUSTRIES = {"D": 6, "E": 12, "G": 4, "H": 1, "I": 9, "K": 1, "L": 4, "M": 2, "O": 2, "Q": 2, "R": 10}
PRINTED_SHARES_BEFORE = (30, 18, 11, 25, 11, 3, 2)
PRINTED_SHARES = (40, 11, 19, 15, 2, 9, 4)
BY_SIZE = {
    "表5-2": ("any", SIZES_BEFORE, (24, 14, 11, 24, 10, 3, 2), PRINTED_SHARES_BEFORE, (27, 16, 13, 27, 12, 3, 2)),
    "表5-3": ("any", SIZES, (11, 6, 7, 7, 1, 4, 2), PRINTED_SHARES, (29, 16, 18, 18, 3, 11, 5)),
    "表5-4": ("av", SIZES_BEFORE, (9, 4, 4, 10, 5, 1, 1), PRINTED_SHARES_BEFORE, (26, 12, 12, 29, 15, 3, 3)),
    "表5-5": ("av", SIZES, (6, 1, 3, 0, 0, 1, 1), PRINTED_SHARES, (50, 8, 26, 0, 0, 8, 8)),
    "表5-6": ("ips", SIZES_BEFORE, (20, 13, 9, 22, 10, 3, 2), PRINTED_SHARES_BEFORE, (25, 16, 11, 28, 13, 4, 3)),
    "表5-7": ("ips", SIZES, (5, 5, 6, 7, 1, 4, 2), PRINTED_SHARES, (17, 17, 20, 23, 3, 13, 7)),
    "表5-8": ("wg", SIZES_BEFORE, (0, 0, 0, 3, 1, 1, 0), PRINTED_SHARES_BEFORE, (0, 0, 0, 60, 20, 20, 0)),
    "表5-9": ("wg", SIZES, (4, 1, 2, 2, 0, 2, 1), PRINTED_SHARES, (33, 8, 17, 17, 0, 17, 8)),
}
_PARTS_BEFORE, _PARTS = (7, 39, 0, 1, 19, 0, 0, 3, 0, 0, 31), (11, 22, 7, 2, 17, 2, 7, 4, 4, 4, 19)
BY_INDUSTRY = {
    "表5-10": ("any", (7, 35, 0, 1, 15, 0, 0, 3, 0, 0, 27), _PARTS_BEFORE, (8, 40, 0, 1, 17, 0, 0, 3, 0, 0, 31)),
    "表5-11": ("any", (4, 9, 4, 1, 9, 0, 1, 1, 1, 2, 6), _PARTS, (11, 23, 11, 3, 23, 0, 3, 3, 3, 5, 15)),
    "表5-12": ("av", (4, 19, 0, 0, 3, 0, 0, 0, 0, 0, 8), _PARTS_BEFORE, (12, 55, 0, 0, 9, 0, 0, 0, 0, 0, 24)),
    "表5-13": ("av", (0, 4, 3, 0, 3, 0, 0, 0, 0, 0, 2), _PARTS, (0, 33, 25, 0, 25, 0, 0, 0, 0, 0, 17)),
    "表5-14": ("ips", (6, 31, 0, 1, 14, 0, 0, 3, 0, 0, 24), _PARTS_BEFORE, (8, 39, 0, 1, 18, 0, 0, 4, 0, 0, 30)),
    "表5-15": ("ips", (3, 8, 1, 1, 6, 0, 1, 1, 1, 2, 6), _PARTS, (11, 27, 3, 3, 20, 0, 3, 3, 3, 7, 20)),
    "表5-16": ("wg", (1, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0), _PARTS_BEFORE, (20, 60, 0, 0, 20, 0, 0, 0, 0, 0, 0)),
    "表5-17": ("wg", (2, 3, 2, 0, 2, 0, 1, 1, 0, 0, 1), _PARTS, (17, 25, 17, 0, 17, 0, 8, 8, 0, 0, 8)),
}

MONTHS = [date(2020, month, 1) for month in (10, 11, 12)]
# KMM 図79 from October on (September has no number of firms): alerts, devices, firms, printed share.
KUMAMOTO = {
    "ウイルス": [(43, 4, 3, 7), (0, 0, 0, 0), (0, 0, 0, 0)],
    "スパイウェア": [(25, 3, 3, 7), (8, 3, 3, 3), (17, 4, 3, 3)],
    "WRSブロック": [(15, 8, 6, 14), (88, 24, 17, 17), (195, 46, 29, 28)],
    "その他の脅威": [(4, 3, 3, 7), (21, 5, 5, 5), (36, 9, 9, 9)],
}


def detected() -> DetectionCounts:
    """OSK 表4-21 to 4-25 and the firms of their text."""
    return DetectionCounts(
        participants=dict.fromkeys(MONTHS, 53),
        grades=GRADES,
        firms=[FirmCount("all", "", what, firms) for what, firms in DIRECTION_FIRMS.items()],
        names=[NameCount(function, name, alerts) for function, rows in NAMES.items() for name, alerts, _ in rows],
    )


def cut(kind: str, what: str, firms: dict[str, int], hit: dict[str, int]) -> DetectionCounts:
    """Firms by size or industry and those with detections."""
    return DetectionCounts(
        participants=dict.fromkeys(MONTHS, sum(firms.values())),
        firms=[
            FirmCount(kind, value, named, number)
            for named, numbers in (("online", firms), (what, hit))
            for value, number in numbers.items()
        ],
    )


def kumamoto() -> DetectionCounts:
    """KMM 図79."""
    return DetectionCounts(
        participants=dict(zip(MONTHS, (43, 100, 105), strict=True)),
        months=[
            MonthCount(month, kind, *row[:3])
            for kind, rows in KUMAMOTO.items()
            for month, row in zip(MONTHS, rows, strict=True)
        ],
    )
