"""What a page costs when the firms grow and the work does not: 1,000, 10,000 and 100,000 firms.

    python -m bench.scale [firms ...]

The same 1,000,000 groups of 10,000,000 alerts, 200,000 cases, 60,000 incidents and 2,000 claims every time
(bench.scale_data), seen by partners who serve every firm, and by firms. As bench.pages: Django's test client in this
process, through the whole middleware, each page as the application's role and as one with the same rights that passes
by row-level security. Each size has a database of its own, and a page is opened at one size after the other in turn.
Writes var/bench/scale.json and prints the table of docs/scale.md.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.pages import DATABASE, DIRECTORY, NO_WALL, WALL, Cost, Visit, _platform, _Swap
from ops import services

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 20
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
    ("desk search of all", "call_centre", "/search/?q=計測用 000500"),
    ("desk bell", "call_centre", "/news/count/"),
    ("desk claims", "call_centre", "/insurance/claims/"),
    ("desk boxes", "call_centre", "/boxes/"),
    ("SOC alerts", "soc", "/soc/alerts/"),
    ("SOC alerts, high", "soc", "/soc/alerts/?grade=2"),
    ("SOC alerts, all of a year", "soc", "/soc/alerts/?grade=all&days=365"),
    ("SOC alerts, judged", "soc", "/soc/alerts/?state=judged"),
    ("SOC alerts, searched", "soc", "/soc/alerts/?q=203.0.113.7&state=all"),
    ("SOC alerts, searched in vain", "soc", "/soc/alerts/?q=nothing.test"),
    ("SOC alerts, words in one place", "soc", "/soc/alerts/?q=nothing.test&where=machine"),
    ("SOC search of all", "soc", "/search/?q=計測用 000500"),
    ("SOC bell", "soc", "/news/count/"),
    ("SOC changes of grading", "soc", "/soc/tunings/"),
    ("SOC unreadable", "soc", "/soc/quarantine/"),
    ("SOC boxes", "soc", "/boxes/"),
    ("SOC names", "soc", "/boxes/names/"),
    ("SOC boxes behind", "soc", "/boxes/?show=behind"),
    ("desk boxes, sorted by firm", "call_centre", "/boxes/?sort=firm"),
    ("desk claims, sorted by age", "call_centre", "/insurance/claims/?sort=-age"),
    ("office home", "office", "/"),
    ("office firms", "office", "/office/firms/"),
    ("office firms, by name", "office", "/office/firms/?q=計測用 000500"),
    ("office figures", "office", "/office/figures/"),
    ("office partners", "office", "/office/partners/"),
    ("office measures", "office", "/office/measures/"),
    ("office measure, firms by size", "office", "/office/measures/size_any/"),
    ("office measure, names", "office", "/office/measures/attacks/"),
    ("insurer bell", "insurer", "/news/count/"),
    ("insurer claims", "insurer", "/insurance/claims/"),
    ("vendor home", "vendor", "/vendor/"),
    ("vendor bell", "vendor", "/news/count/"),
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
    ("file: office measures", "office", "/office/measures/all.xlsx"),
)
FIRM_PAGES = (("firm home", "/"), ("firm alerts", "/alerts/"))


def run(sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS) -> dict[str, Any]:
    """Figures by number of firms and page."""
    with _platform() as connections, ExitStack() as until_the_end:
        lands = {firms: _land(connections, firms, until_the_end) for firms in sizes}
        pages: dict[str, Any] = {str(firms): {} for firms in sizes}
        for page in lands[sizes[0]].visits:
            made = _figures({firms: (land.swap, land.visits[page]) for firms, land in lands.items()}, rounds)
            for firms in sizes:
                pages[str(firms)][page] = made[firms]
                _say(f"{page}, {firms:,} firms: {made[firms]}")
        return {
            str(firms): {"load_s": land.load_s, "pages": pages[str(firms)], "files": _files(land.swap, land.files)}
            for firms, land in lands.items()
        }


@dataclass(frozen=True)
class Land:
    """A country of one size in a database of its own, and who visits which page there."""

    load_s: float
    swap: Any
    visits: dict[str, list[Visit]]
    files: list[Visit]


def _land(connections: Any, firms: int, until_the_end: ExitStack) -> Land:
    """Fill a copy of the empty database; it is the one that `connections` lead to from now on."""
    from django.utils import timezone

    from bench import scale_data
    from reports.counting import months_count
    from tenants.partners import grants_give

    postgres, _redis = services.servers(DIRECTORY)
    name = f"{DATABASE}_{firms}"
    connections.close_all()
    postgres.database_create(name, template=DATABASE)
    until_the_end.callback(postgres.database_drop, name)
    for alias in (WALL, NO_WALL, "loader"):
        connections.settings[alias] = {**connections.settings[alias], "NAME": name}
        connections[alias] = connections.create_connection(alias)
    began = time.monotonic()
    country = scale_data.load("loader", firms, timezone.now())
    loaded = time.monotonic() - began
    _say(f"{firms:,} firms: loaded in {loaded:.0f} s")
    began = time.monotonic()
    months = months_count(now=timezone.now())
    grants_give(now=timezone.now())  # counts how many firms each partner sees, as once an hour
    _say(f"{firms:,} firms: {months} months counted in {time.monotonic() - began:.1f} s")
    files = [Visit(page, path, logged_in(country.people[who])) for page, who, path in FILES]
    return Land(round(loaded, 1), _Swap(connections), dict(_visits(country)), files)


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


def _files(swap: Any, files: list[Visit]) -> dict[str, dict[str, float]]:
    """Seconds and kilobytes of each file, made once."""
    made: dict[str, dict[str, float]] = {}
    for visit in files:
        cost, body = swap.open(visit, WALL)
        made[visit.page] = {
            "s": round(cost.wall, 2),
            "database_s": round(cost.database, 2),
            "kB": round(len(body) / 1000),
        }
    return made


def _figures(lands: dict[int, tuple[Any, list[Visit]]], rounds: int) -> dict[int, dict[str, float]]:
    """By firms, milliseconds: median, p95, PostgreSQL's share; the median without row-level security. And rows read.

    The sizes take turns, so that a machine that becomes slower meanwhile is slower for all of them.
    """
    from django.core.cache import cache

    ways = [(firms, wall) for firms in lands for wall in (WALL, NO_WALL)]
    for firms, wall in ways:
        swap, visits = lands[firms]
        for visit in visits:
            swap.open(visit, wall)
    costs: dict[tuple[int, str], list[Cost]] = {way: [] for way in ways}
    for number in range(rounds):
        cache.clear()  # calls are counted by the token's number, which is the same in each country
        for firms, wall in ways if number % 2 else reversed(ways):
            swap, visits = lands[firms]
            costs[firms, wall].append(swap.open(visits[number % len(visits)], wall)[0])
    return {
        firms: _figure(costs[firms, WALL], costs[firms, NO_WALL])
        | {"rows_read": round(median(swap.rows_read(visit) for visit in visits))}
        for firms, (swap, visits) in lands.items()
    }


def _figure(wall: list[Cost], no_wall: list[Cost]) -> dict[str, float]:
    return {
        "median_ms": round(median(cost.wall for cost in wall) * 1000, 1),
        "p95_ms": round(quantiles([cost.wall for cost in wall], n=20, method="inclusive")[-1] * 1000, 1),
        "database_ms": round(median(cost.database for cost in wall) * 1000, 1),
        "no_wall_ms": round(median(cost.wall for cost in no_wall) * 1000, 1),
    }


def table(figures: dict[str, Any]) -> str:
    """Markdown: page × firms, and what the largest costs against the smallest."""
    sizes = list(figures)
    lines = [
        "| page | "
        + " | ".join(f"{int(size):,} firms: median (p95), PostgreSQL, no wall; rows" for size in sizes)
        + " | × |",
        "|---|" + "---|" * (len(sizes) + 1),
    ]
    for page in figures[sizes[0]]["pages"]:
        cells = [figures[size]["pages"][page] for size in sizes]
        words = [
            f"{c['median_ms']} ({c['p95_ms']}), {c['database_ms']}, {c['no_wall_ms']}; {c['rows_read']:,}"
            for c in cells
        ]
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
