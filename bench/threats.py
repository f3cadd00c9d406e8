"""Microseconds of processor time to tell the threat family of a signature that was not met before, one process.

The messages are made of the catalogue's own words: for each entry, each of its words in each of its sections, with a
class it allows and a tail as rule sets write it. Known signatures are remembered and cost a look into a table.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from statistics import median
from time import process_time
from typing import Any

RUNS = 7
_TAILS = ("Activity Observed M2", "in TLS SNI (name .example)", "Attempt Inbound (CVE-2026-0001)", "Request Outbound 3")


def signatures() -> list[tuple[str, str]]:
    """Different (message, class), some ten thousand."""
    return list(dict.fromkeys(_made()))


def _made() -> Iterator[tuple[str, str]]:
    from alerts.threats import ENTRIES

    for entry in ENTRIES:
        for number, section in enumerate(entry.sections or ("malware", "policy")):
            for place, phrase in enumerate(entry.phrases or (" Sample ",)):
                category = sorted(entry.categories)[number % len(entry.categories)] if entry.categories else ""
                tail = _TAILS[(number + place) % len(_TAILS)]
                yield f"ET {section.upper()} Win32/Sample{phrase}{tail}", category or "A Network Trojan was detected"


def run(runs: int = RUNS) -> dict[str, Any]:
    """Medians over the runs. `longest_us`: the dearest single kind of message, 300 letters of the commonest words."""
    from alerts.threats import threat_of

    anew = threat_of.__wrapped__
    made = signatures()
    worst = ("sql fake malware dns " * 20)[:300]
    spent, plain, long = [], [], []
    lines = [json.dumps({"signature": message, "category": category}) for message, category in made]
    for _ in range(runs):
        start = process_time()
        for line in lines:
            json.loads(line)
        began = process_time()
        for message, category in made:
            anew(message, category)
        read = process_time()
        for _again in range(1000):
            anew(worst, "")
        long.append((process_time() - read) / 1000)
        spent.append((read - began) / len(made))
        plain.append((began - start) / len(made))
    return {
        "runs": runs,
        "signatures": len(made),
        "json_loads_us": round(median(plain) * 1e6, 2),
        "threat_us": round(median(spent) * 1e6, 2),
        "longest_us": round(median(long) * 1e6, 2),
    }


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2)
    print()
