"""Forms of the wall's question, side by side: what each costs on the SOC's list when a partner sees every firm.

    python -m bench.sight [firms]

In one database of bench.scale_data the policy of alerts_alertgroup is put into each form, and the application's role
asks as an analyst whose organisation holds a grant for every firm, as one with fifty, and as a firm's owner. The table
stands in docs/decisions/0012. Milliseconds, median of seven, planning included.
"""

from __future__ import annotations

import sys
import time
from statistics import median
from typing import Any

from bench.pages import _platform

ROUNDS = 7
OWN = "tenant_id = (SELECT sec.readable_firm())"
GRANTED = "s.capability IN ('watch', 'desk', 'breakglass')"
_SIGHT = f"SELECT FROM sec.sight s WHERE s.tenant_id = alerts_alertgroup.tenant_id AND {GRANTED}"
PREPARE = f"""
CREATE FUNCTION sec.bench_firms() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER AS $body$
BEGIN RETURN ARRAY(SELECT s.tenant_id FROM sec.sight s WHERE {GRANTED} UNION SELECT sec.readable_firm()); END $body$;
CREATE FUNCTION sec.bench_programmes() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER AS $body$
BEGIN RETURN ARRAY(SELECT x.programme_id FROM tenants_programmepartner x
  WHERE x.organisation_id = sec.acting_organisation('owner', 'member', 'read_only')); END $body$;
CREATE FUNCTION sec.bench_sees(firm bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $body$
BEGIN RETURN EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = firm AND {GRANTED}); END $body$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA sec TO otasuke_app;
ALTER TABLE alerts_alertgroup ADD COLUMN bench_programme bigint;
UPDATE alerts_alertgroup g SET bench_programme = e.programme_id FROM tenants_enrolment e
 WHERE e.tenant_id = g.tenant_id;
CREATE INDEX ON alerts_alertgroup (bench_programme, last_at DESC);
"""
# Name → the policy's condition.
FORMS = {
    "array of ids (before)": "tenant_id = ANY ((SELECT sec.bench_firms())::bigint[])",
    "IN (unnest(array))": "tenant_id IN (SELECT unnest(sec.bench_firms()))",
    "IN (grants)": f"{OWN} OR tenant_id IN (SELECT s.tenant_id FROM sec.sight s WHERE {GRANTED})",
    "EXISTS, PostgreSQL chooses": f"{OWN} OR EXISTS ({_SIGHT})",
    "EXISTS … OFFSET 0 (chosen)": f"{OWN} OR EXISTS ({_SIGHT} OFFSET 0)",
    "a function for each row": f"{OWN} OR sec.bench_sees(tenant_id)",
    "programme on the row": f"{OWN} OR bench_programme = ANY ((SELECT sec.bench_programmes())::bigint[])",
    "no wall": "true",
}
QUERIES = {
    "latest 100": "SELECT id FROM alerts_alertgroup WHERE grade >= 1 ORDER BY last_at DESC, id DESC LIMIT 100",
    "7 days by grade": "SELECT grade, count(*) FROM alerts_alertgroup WHERE last_at > now() - interval '7 days'"
    " GROUP BY 1",
    "one row": "SELECT * FROM alerts_alertgroup WHERE id = %(newest)s",
}


def run(firms: int) -> list[str]:
    """The table, as markdown."""
    with _platform() as connections:
        from django.utils import timezone

        from bench import scale_data

        country = scale_data.load("loader", firms, timezone.now(), scale_data.Amounts(each=1))
        few = _few(connections["loader"], country)
        firm, owner = country.quiet[0]
        readers = {
            "every firm": (country.people["soc"].pk, _place(connections["loader"], country.people["soc"].pk)),
            "50 firms": few,
            "a firm's owner": (owner.pk, firm),
        }
        with connections["loader"].cursor() as cursor:
            cursor.execute(PREPARE)
            cursor.execute("VACUUM ANALYZE alerts_alertgroup")
            heads = [f"{reader}: {query}" for reader in readers for query in QUERIES]
            lines = ["| form | " + " | ".join(heads) + " |", "|---|" + "---|" * len(heads)]
            for name, form in FORMS.items():
                cursor.execute("DROP POLICY reads ON alerts_alertgroup")
                cursor.execute(f"CREATE POLICY reads ON alerts_alertgroup FOR SELECT USING ({form})")
                cells = [
                    _timed(cursor, who, query, country.newest[firm])
                    for who in readers.values()
                    for query in QUERIES.values()
                ]
                lines.append(f"| {name} | {' | '.join(cells)} |")
                print(lines[-1], file=sys.stderr, flush=True)
    return lines


def _place(connection: Any, user: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id FROM tenants_membership WHERE user_id = %s", [user])
        place: int = cursor.fetchone()[0]
    return place


def _few(connection: Any, country: Any) -> tuple[int, int]:
    """(person, organisation) of a SOC that watches fifty of the firms."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_organisation (kind, name, name_kana, corporate_number, postal_code, prefecture,"
            " municipality, municipality_code, address, phone, phone_e164, email, industry, created_at)"
            " VALUES ('soc', '五十社', '', '', '', '', '', '', '', '', '', '', '', now()) RETURNING id"
        )
        place = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)"
            " SELECT %s, id, 'watch', tstzrange(now(), NULL), 'bench' FROM tenants_organisation WHERE kind = 'sme'"
            " ORDER BY id DESC LIMIT 50",
            [place],
        )
        person = country.noisy[0][1].pk
        cursor.execute(
            "INSERT INTO tenants_membership (user_id, organisation_id, role, valid)"
            " VALUES (%s, %s, 'owner', tstzrange(now() - interval '1 day', NULL))",
            [person, place],
        )
    return person, place


def _timed(cursor: Any, who: tuple[int, int], query: str, newest: int) -> str:
    """Milliseconds of the query as this person; "> 20 s" when it is stopped."""
    taken = []
    for _ in range(ROUNDS):
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL statement_timeout = '20s'")
        for name, value in zip(("user", "organisation"), who, strict=True):
            cursor.execute(f"SELECT set_config('otasuke.{name}', %s, true)", [str(value)])
        cursor.execute("SET LOCAL ROLE otasuke_app")
        began = time.perf_counter()
        try:
            cursor.execute(query, {"newest": newest})
            cursor.fetchall()
        except Exception as error:
            cursor.execute("ROLLBACK")
            return f"> 20 s ({type(error).__name__})"
        taken.append(time.perf_counter() - began)
        cursor.execute("ROLLBACK")
        if sum(taken) > 20:
            break
    return f"{median(taken) * 1000:.1f}"


if __name__ == "__main__":
    print("\n".join(run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)))
