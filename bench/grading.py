"""Microseconds of processor time to read and to grade one alert of the synthetic stream (alerts.stream), one process.

The count of repeated callbacks (the window) runs over the whole stream in order, as in ingest. The measure to compare
with is `json.loads` of the same lines: what any program in Python pays before it can look at an event.
"""

from __future__ import annotations

import json
import sys
from statistics import median
from time import process_time
from typing import Any

RUNS = 5


def run(runs: int = RUNS) -> dict[str, Any]:
    """Medians. `grade` is direction, facts, rules and window; `decode` is EVE text to a checked event."""
    from alerts.eve import decode
    from alerts.grading import Settings, grade_next
    from alerts.stream import lines

    stream = list(lines())
    settings = Settings()
    plain, reading, grading = [], [], []
    for _ in range(runs):
        start = process_time()
        for line in stream:
            json.loads(line)
        began = process_time()
        events = [decode(line) for line in stream]
        read = process_time()
        window = settings.window()
        for event in events:
            grade_next(event, window, settings)
        grading.append((process_time() - read) / len(events))
        reading.append((read - began) / len(events))
        plain.append((began - start) / len(events))
    return {
        "runs": runs,
        "alerts": len(stream),
        "json_loads_us": round(median(plain) * 1e6, 2),
        "decode_us": round(median(reading) * 1e6, 2),
        "grade_us": round(median(grading) * 1e6, 2),
    }


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2)
    print()
