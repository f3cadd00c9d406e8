"""Calls the functions that open fields of a firm to partners, as every role, with every grant there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.access.rows import Case, askers, scope_of
from tests.access.world import MARKS, Role, World

# Door → kind of organisation → what its people get: for doors without arguments.
CARDS: dict[str, Any] = {
    "SELECT firm FROM sec.job_cards()": {"vendor": [f"{MARKS['assigned']}社"], "data_recovery": [None]},
    "SELECT municipality FROM sec.job_cards()": {
        "vendor": [f"{MARKS['assigned']}市"],
        "data_recovery": [f"{MARKS['assigned']}市"],
    },
    "SELECT firm FROM sec.claim_cards()": {"insurer": [f"{MARKS['assigned']}社"]},
    "SELECT contract_start::text FROM sec.claim_cards()": {"insurer": ["2026-04-01"]},
    "SELECT DISTINCT paid_yen FROM sec.insurance_months()": {"insurer": [0], "office": [0]},
    "SELECT 1 FROM sec.claim_payees()": {},
    "SELECT 1 FROM sec.claim_payer()": {},
    "SELECT firm FROM sec.introduced_firms()": {"outreach": [f"{MARKS['assigned']}社"]},
    "SELECT watched FROM sec.introduced_firms()": {"outreach": [True]},
    "SELECT enrolled_since::text FROM sec.introduced_firms()": {"outreach": ["2026-04-01"]},
    "SELECT firm FROM sec.office_firms()": {"office": [f"{MARKS['assigned']}社"]},
    "SELECT active_boxes FROM sec.office_firms()": {"office": [1]},
    "SELECT last_seen_at > now() - interval '2 days' FROM sec.office_firms()": {"office": [True]},
    "SELECT incidents FROM sec.office_firms()": {"office": [None]},
    "SELECT id FROM tenants_application": None,
}


def doors_check(world: World) -> Iterator[Case]:
    """Every role × door × grant."""
    for role in askers(world):
        with scope_of(role) as cursor:
            for sql, expected in CARDS.items():
                cursor.execute(sql)
                found = [row[0] for row in cursor.fetchall()]
                if expected is None:
                    mine = [world.things["assigned"]["uuid"]] if _is(role, "office") else []
                    yield Case(sql, role.name, "reads", "all", mine, [str(value) for value in found])
                else:
                    yield Case(sql, role.name, "reads", "all", expected.get(role.kind if _is(role) else "", []), found)
            yield from _memberships(cursor, role, world)
            for name, thing in world.things.items():
                cursor.execute("SELECT signature FROM sec.job_findings(%s)", (thing["job"],))
                told = [f"{MARKS[name]} callback"] if name == "assigned" and _is(role, "vendor") else []
                yield Case("job_findings", role.name, "reads", name, told, _first(cursor))
                cursor.execute("SELECT name FROM sec.job_sites(%s)", (thing["job"],))
                told = [f"{MARKS[name]}の箱"] if name == "assigned" and _is(role, "vendor") else []
                yield Case("job_sites", role.name, "reads", name, told, _first(cursor))
                cursor.execute("SELECT grade FROM sec.job_cover(%s)", (thing["job"],))
                told = [3] if name == "assigned" and _is(role, "vendor") else []
                yield Case("job_cover", role.name, "reads", name, told, _first(cursor))
                cursor.execute("SELECT signature FROM sec.claim_evidence(%s)", (thing["claim"],))
                told = [f"{MARKS[name]} callback"] if name == "assigned" and _is(role, "insurer") else []
                yield Case("claim_evidence", role.name, "reads", name, told, _first(cursor))


def _memberships(cursor: Any, role: Role, world: World) -> Iterator[Case]:
    """Owners change roles where they act; nobody does elsewhere. Answers of others are "not_allowed"."""
    for place in ("soc:read_only", "sme:read_only"):
        target = world.role(place)
        cursor.execute("SAVEPOINT tried")
        number = world.memberships[place]
        cursor.execute("SELECT sec.membership_change(%s, 'member')", (number,))
        found = cursor.fetchone()[0]
        cursor.execute("ROLLBACK TO SAVEPOINT tried")
        owns = _is(role) and role.inside == "owner" and role.organisation_id == target.organisation_id
        yield Case("membership_change", role.name, "changes", place, "done" if owns else "not_allowed", found)


def _is(role: Role, kind: str = "") -> bool:
    """A member who acts for an organisation (of this kind)."""
    acts = role.name not in {"stranger", "former", "double"} and role.kind != "token"
    return acts and (not kind or role.kind == kind)


def _first(cursor: Any) -> list[Any]:
    return [row[0] for row in cursor.fetchall()]
