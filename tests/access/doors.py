"""Calls the functions that open fields of a firm to partners, as every role, with every grant there is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from tests.access.rows import Case, askers, scope_of
from tests.access.table import access
from tests.access.world import MARKS, Role, World, superuser

CLAIMS = "sec.claim_cards(ARRAY(SELECT n FROM generate_series(1, 10000) n))"  # all there are, whoever may see them
# Door → kind of organisation → what its people get: for doors without arguments.
CARDS: dict[str, Any] = {
    "SELECT firm FROM sec.job_cards()": {"vendor": [f"{MARKS['assigned']}社"], "data_recovery": [None]},
    "SELECT municipality FROM sec.job_cards()": {
        "vendor": [f"{MARKS['assigned']}市"],
        "data_recovery": [f"{MARKS['assigned']}市"],
    },
    f"SELECT firm FROM {CLAIMS}": {"insurer": [f"{MARKS['assigned']}社"]},
    f"SELECT contract_start::text FROM {CLAIMS}": {"insurer": ["2026-04-01"]},
    "SELECT DISTINCT paid_yen FROM sec.insurance_months()": {"insurer": [0], "office": [0]},
    "SELECT 1 FROM sec.claim_payees()": {},
    "SELECT 1 FROM sec.claim_payer()": {},
    "SELECT vendor AND insurer FROM sec.claim_accounts()": {
        "insurer": [False],
        "call_centre": [False],
        "sme": [False],
    },
    "SELECT 1 FROM sec.payee_account()": {},
    "SELECT firm FROM sec.introduced_firms()": {"outreach": [f"{MARKS['assigned']}社"]},
    "SELECT watched FROM sec.introduced_firms()": {"outreach": [True]},
    "SELECT enrolled_since::text FROM sec.introduced_firms()": {"outreach": ["2026-04-01"]},
    "SELECT firm FROM sec.office_firms()": {"office": [f"{MARKS['assigned']}社"]},
    "SELECT active_boxes FROM sec.office_firms()": {"office": [1]},
    "SELECT last_seen_at > now() - interval '2 days' FROM sec.office_firms()": {"office": [True]},
    "SELECT incidents FROM sec.office_firms()": {"office": [None]},
}


# What is asked about one job or claim → its number, the kind of organisation that gets an answer for the assigned firm,
# and which.
OF_ONE = {
    "SELECT signature FROM sec.job_findings(%s)": ("job", "vendor", f"{MARKS['assigned']} callback"),
    "SELECT name FROM sec.job_sites(%s)": ("job", "vendor", f"{MARKS['assigned']}の箱"),
    "SELECT name FROM sec.job_devices(%s)": ("job", "vendor", MARKS["assigned"]),
    "SELECT grade FROM sec.job_cover(%s)": ("job", "vendor", 3),
    "SELECT signature FROM sec.claim_evidence(%s)": ("claim", "insurer", f"{MARKS['assigned']} callback"),
}


def doors_check(world: World, only: Collection[str] | None = None) -> Iterator[Case]:
    """Every role × door × grant. `only`: questions that call one of these functions."""

    def wanted(sql: str) -> bool:
        return only is None or any(f"sec.{name}(" in sql for name in only)

    for role in askers(world):
        with scope_of(role) as cursor:
            for sql, expected in CARDS.items():
                if wanted(sql):
                    cursor.execute(sql)
                    answer_expected = expected.get(role.kind if _is(role) else "", [])
                    yield Case(sql, role.name, "reads", "all", answer_expected, _first(cursor))
            if wanted("sec.membership_change("):
                yield from _memberships(cursor, role, world)
            if only is None:
                cursor.execute("SELECT id::text FROM tenants_application")
                mine = [world.things["assigned"]["uuid"]] if _is(role, "office") else []
                yield Case("tenants_application", role.name, "reads", "all", mine, _first(cursor))
            for sql, (about, kind, answer) in OF_ONE.items():
                for name, thing in world.things.items() if wanted(sql) else ():
                    cursor.execute(sql, (thing[about],))
                    answer_expected = [answer] if name == "assigned" and _is(role, kind) else []
                    yield Case(sql, role.name, "reads", name, answer_expected, _first(cursor))


def callers_check() -> Iterator[Case]:
    """Every function and view of schema sec is asked by those whom the table of rights names, and by nobody else."""
    listed = access()["doors"]
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute(
            "SELECT proname::text, array(SELECT coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC')"
            " FROM aclexplode(proacl) WHERE privilege_type = 'EXECUTE' AND grantee <> proowner)"
            " FROM pg_proc WHERE pronamespace = 'sec'::regnamespace"
            " UNION ALL SELECT relname::text, array(SELECT coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC')"
            " || CASE privilege_type WHEN 'SELECT' THEN '' ELSE ' ' || privilege_type END"
            " FROM aclexplode(relacl) WHERE grantee <> relowner)"
            " FROM pg_class WHERE relnamespace = 'sec'::regnamespace AND relkind = 'v' ORDER BY 1"
        )
        doors = cursor.fetchall()
    server.close()
    for name, callers in doors:
        door = listed.get(name, {"kind": "not listed"})
        # Policies of the owner's own tables ask these; sec_definer's rights are no way in: nobody logs in as it.
        others = {"sec_definer"} | ({"otasuke_owner"} if door["kind"] == "decides" else set())
        expected = set(door.get("callers", ["otasuke_app"]))
        yield Case(f"sec.{name}", "callers", "calls", "all", expected, set(callers) - others | expected & set(callers))


def _memberships(cursor: Any, role: Role, world: World) -> Iterator[Case]:
    """Owners change roles where they act; nobody does elsewhere. Answers of others are "not_allowed"."""
    for place in ("soc:read_only", "sme:read_only"):
        target = world.role(place)
        cursor.execute("SAVEPOINT tried")
        number = world.memberships[place]
        cursor.execute("SELECT sec.membership_change(%s, 'member')", (number,))
        answer = cursor.fetchone()[0]
        cursor.execute("ROLLBACK TO SAVEPOINT tried")
        owns = _is(role) and role.inside == "owner" and role.organisation_id == target.organisation_id
        yield Case("membership_change", role.name, "changes", place, "done" if owns else "not_allowed", answer)


def _is(role: Role, kind: str = "") -> bool:
    """A member who acts for an organisation (of this kind)."""
    acts = role.name not in {"stranger", "former", "double"} and role.kind != "token"
    return acts and (not kind or role.kind == kind)


def _first(cursor: Any) -> list[Any]:
    return [row[0] for row in cursor.fetchall()]
