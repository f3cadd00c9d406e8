"""What a page costs when the firms grow and the work does not: 1,000, 10,000 and 100,000 firms.

    python -m bench.scale [firms ...]

The same 1,000,000 groups of 10,000,000 alerts, 200,000 cases, 60,000 incidents and 2,000 claims every time
(bench.scale_data), seen by partners who serve every firm, and by firms. As bench.pages: Django's test client in this
process, through the whole middleware, each page twice in a row: as the application's role and as one with the same
rights that passes by row-level security. Writes var/bench/scale.json and prints the table of docs/performance.md.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.pages import NO_WALL, WALL, Cost, Visit, _platform, _Swap

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 15
OWNERS = 10
RESULT = Path("var/bench/scale.json")
# (page, who, address)
PARTNER_PAGES = (
    ("desk queue", "call_centre", "/desk/"),
    ("desk queue, late", "call_centre", "/desk/?show=late"),
    ("desk queue, by name", "call_centre", "/desk/?q=計測用 000500"),
    ("desk stamp", "call_centre", "/desk/stamp/?seen=x"),
    ("desk call", "call_centre", "/desk/call/?number=%2B81660000500"),
    ("desk records, calls", "call_centre", "/desk/records/?list=calls"),
    ("desk records, solved", "call_centre", "/desk/records/?list=solved"),
    ("desk records, log of calls", "call_centre", "/desk/records/?list=log"),
    ("desk records, all cases", "call_centre", "/desk/records/?list=cases&from=2026-01-01"),
    ("desk records, messages", "call_centre", "/desk/records/?list=talks"),
    ("desk records, a frequent word", "call_centre", "/desk/records/?list=all&q=プリンター"),
    ("desk records, a rare word", "call_centre", "/desk/records/?list=all&q=印刷できない 123456"),
    ("desk claims", "call_centre", "/insurance/claims/"),
    ("desk boxes", "call_centre", "/boxes/"),
    ("SOC alerts", "soc", "/soc/alerts/"),
    ("SOC alerts, high", "soc", "/soc/alerts/?grade=2"),
    ("SOC alerts, all of a year", "soc", "/soc/alerts/?grade=all&days=365"),
    ("SOC alerts, judged", "soc", "/soc/alerts/?state=judged"),
    ("SOC alerts, searched", "soc", "/soc/alerts/?q=203.0.113.7&state=all"),
    ("SOC alerts, searched in vain", "soc", "/soc/alerts/?q=nothing.test"),
    ("SOC changes of grading", "soc", "/soc/tunings/"),
    ("SOC unreadable", "soc", "/soc/quarantine/"),
    ("SOC boxes", "soc", "/boxes/"),
    ("SOC names", "soc", "/boxes/names/"),
    ("SOC boxes behind", "soc", "/boxes/?show=behind"),
    ("office home", "office", "/"),
    ("office firms", "office", "/office/firms/"),
    ("office firms, by name", "office", "/office/firms/?q=計測用 000500"),
    ("office figures", "office", "/office/figures/"),
    ("insurer claims", "insurer", "/insurance/claims/"),
    ("vendor home", "vendor", "/vendor/"),
    ("SOC of 0 firms, alerts", "soc of 0", "/soc/alerts/"),
    ("SOC of 0 firms, boxes", "soc of 0", "/boxes/"),
    ("SOC of 1 firm, alerts", "soc of 1", "/soc/alerts/"),
    ("SOC of 1 firm, boxes", "soc of 1", "/boxes/"),
    ("SOC of 50 firms, alerts", "soc of 50", "/soc/alerts/"),
    ("SOC of 50 firms, boxes", "soc of 50", "/boxes/"),
)
# Lists for programs, as an organisation's token reads them.
API_PAGES = (
    ("API alerts, SOC", "soc", "/api/v1/alerts"),
    ("API alerts, desk", "call_centre", "/api/v1/alerts"),
    ("API incidents, SOC", "soc", "/api/v1/incidents"),
    ("API incidents, desk", "call_centre", "/api/v1/incidents"),
    ("API reports, office", "office", "/api/v1/reports"),
)
# Files cost in proportion to what they hold; each is made once.
FILES = (
    ("file: office firms, CSV", "office", "/office/firms.csv"),
    ("file: office firms of one name, CSV", "office", "/office/firms.csv?q=計測用 000500"),
    ("file: desk log of calls, CSV", "call_centre", "/desk/records/log.csv"),
    ("file: desk cases, Excel", "call_centre", "/desk/records/cases.xlsx"),
    ("file: office figures", "office", "/office/figures/all.xlsx"),
)
FIRM_PAGES = (("firm home", "/"), ("firm alerts", "/alerts/"))


def run(sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS) -> dict[str, Any]:
    """Figures by number of firms and page."""
    return {str(firms): _of_size(firms, rounds) for firms in sizes}


def _of_size(firms: int, rounds: int) -> dict[str, Any]:
    with _platform() as connections:
        from django.utils import timezone

        from bench import scale_data
        from reports.counting import months_count

        began = time.monotonic()
        country = scale_data.load("loader", firms, timezone.now())
        loaded = time.monotonic() - began
        _say(f"{firms:,} firms: loaded in {loaded:.0f} s")
        began = time.monotonic()
        months = months_count(now=timezone.now())
        _say(f"{firms:,} firms: {months} months counted in {time.monotonic() - began:.1f} s")
        swap = _Swap(connections)
        pages: dict[str, Any] = {}
        for page, visits in _visits(country):
            pages[page] = _figures(swap, visits, rounds)
            _say(f"{firms:,} firms: {page}: {pages[page]}")
        files = _files(swap, country)
        _say(f"{firms:,} firms: {files}")
    return {"load_s": round(loaded, 1), "pages": pages, "files": files}


def _visits(country: Any) -> Iterator[tuple[str, list[Visit]]]:
    for page, who, path in PARTNER_PAGES:
        yield page, [Visit(page, path, logged_in(country.people[who]))]
    for page, who, path in API_PAGES:
        yield page, [Visit(page, path, program(country.people[who]))]
    for kind, owners in (("", country.quiet), (", noisy", country.noisy)):
        for page, path in FIRM_PAGES:
            yield page + kind, [Visit(page, path, logged_in(owner)) for _firm, owner in owners[:OWNERS]]


def logged_in(user: Any) -> Any:
    """A test client in which this person has logged in."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def program(user: Any) -> Any:
    """A test client with a token of this owner's organisation that may read everything."""
    from django.test import Client

    from tenants.accounts.tokens import token_create
    from tenants.models import ApiToken
    from tenants.selectors import memberships_now
    from tenants.tenancy.scope import person_scope

    organisation = memberships_now(user_id=user.pk)[0].organisation_id
    with person_scope(user.pk, organisation):
        readable = [scope for scope in ApiToken.Scope.values if scope.startswith("read:")]
        secret = token_create(name="bench", scopes=readable, days=1).secret
    return Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {secret}"})


def _files(swap: Any, country: Any) -> dict[str, dict[str, float]]:
    """Seconds and kilobytes of each file, made once."""
    made: dict[str, dict[str, float]] = {}
    for page, who, path in FILES:
        cost, body = swap.open(Visit(page, path, logged_in(country.people[who])), WALL)
        made[page] = {
            "s": round(cost.wall, 2),
            "database_s": round(cost.database, 2),
            "kB": round(len(body) / 1000),
        }
    return made


def _figures(swap: Any, visits: list[Visit], rounds: int) -> dict[str, float]:
    """Milliseconds: median, p95, PostgreSQL's share; the median without row-level security."""
    for visit in visits:
        for wall in (WALL, NO_WALL):
            swap.open(visit, wall)
    costs: dict[str, list[Cost]] = {WALL: [], NO_WALL: []}
    for number in range(max(1, rounds // len(visits)) if len(visits) > 1 else rounds):
        for visit in visits:
            for wall in (WALL, NO_WALL) if number % 2 else (NO_WALL, WALL):
                cost, _body = swap.open(visit, wall)
                costs[wall].append(cost)
        if sum(cost.wall for cost in costs[WALL]) > 60:
            break  # slow enough to be certain
    walls = [cost.wall for cost in costs[WALL]]
    return {
        "median_ms": round(median(walls) * 1000, 1),
        "p95_ms": round((quantiles(walls, n=20, method="inclusive")[-1] if len(walls) > 1 else walls[0]) * 1000, 1),
        "database_ms": round(median(cost.database for cost in costs[WALL]) * 1000, 1),
        "no_wall_ms": round(median(cost.wall for cost in costs[NO_WALL]) * 1000, 1),
    }


def table(figures: dict[str, Any]) -> str:
    """Markdown: page × firms, and what the largest costs against the smallest."""
    sizes = list(figures)
    lines = [
        "| page | "
        + " | ".join(f"{int(size):,} firms: median (p95), PostgreSQL, no wall" for size in sizes)
        + " | × |",
        "|---|" + "---|" * (len(sizes) + 1),
    ]
    for page in figures[sizes[0]]["pages"]:
        cells = [figures[size]["pages"][page] for size in sizes]
        words = [f"{c['median_ms']} ({c['p95_ms']}), {c['database_ms']}, {c['no_wall_ms']}" for c in cells]
        growth = cells[-1]["median_ms"] / cells[0]["median_ms"]
        lines.append(f"| {page} | {' | '.join(words)} | {growth:.2f} |")
    for name in figures[sizes[0]]["files"]:
        made = [figures[size]["files"][name] for size in sizes]
        words = [f"{file['s']} s, {file['database_s']} s, {file['kB']:,} kB" for file in made]
        lines.append(f"| {name} | {' | '.join(words)} | – |")
    return "\n".join(lines)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    made = run(tuple(int(size) for size in sys.argv[1:]) or SIZES)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(made, indent=2, ensure_ascii=False))
    print(table(made))
