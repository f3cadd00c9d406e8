"""Finds what `make access-mutants` takes away from PostgreSQL, in its catalogue; the checks in code: access_code.

Nothing is listed by hand: a policy, function, right or constraint that a migration adds is found the next time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

REFUSAL = re.compile(
    r"(?<!END )\bIF\b((?:(?!\bIF\b|\bTHEN\b).)*?)\bTHEN\s+(?:RAISE|RETURN\s+(?:NULL|'not_allowed'|'last_owner'))",
    re.DOTALL,
)
# What changes no answer anybody could see, and why. Four more kinds are known by rule and counted with these:
# UNUSED, UNWRITABLE, REPEATED and SAME_FIRM.
MISSING = "a missing number is found in no list"
NEXT = "the refusal after it says the same of what is not there"
GRAMS = "what an index finds; the condition after it asks the same of each"
OF_LETTERS = "sec.grams(f.search_name || ' ' || f.search_place, 2"
OF_BRANCH = "sec.grams(f.search_name || ' '"
NO_DIFFERENCE = {
    "function accept_invitation: never refuses: NOT FOUND": NEXT,
    "function approve_application: never refuses: NOT FOUND": NEXT,
    "function break_glass: never refuses: minutes IS NULL OR minutes < 1 OR minutes > 240": (
        "the constraint access_grant_break_glass refuses the same"
    ),
    "function desk_rows_worded: without sec.grams(t.words, 2) @> sec.grams(desk_rows_worded.words, 2)": GRAMS,
    "function firms_named: without sec.grams(o.search_name, 2) @> sec.grams(words, 2)": GRAMS,
    "function firms_numbered: without sec.grams(o.phone_digits, 4) @> sec.grams(figures, 4)": GRAMS,
    "function identify_caller: without k.caller_id IS NOT NULL": MISSING,
    "function identify_caller: without s.capability = 'desk'": "a call centre can hold no other (sec.grant_fits)",
    "function identify_caller: without c.merged_into_id IS NOT NULL": MISSING,
    "function insurance_months: without x.programme_id = p.id": "months before the programme's first terms have none",
    "function insurance_months: without s.since IS NOT NULL": "months that begin nowhere are none",
    "function membership_change: without o.id = organisation": "only chooses the row to lock",
    "function office_firm_ids: without cardinality(a.industries) > 0": GRAMS,
    f"function office_firm_ids: without (cardinality(letters) = 0 OR {OF_LETTERS}": GRAMS,
    f"function office_firm_ids: without (branch IS NULL OR f.industry = ANY (branches) OR {OF_BRANCH}": GRAMS,
    "function office_firm_ids: without f.kind = 'sme'": "no grant is for anything but a firm (sec.grant_fits)",
}
UNUSED = "a policy for a verb that the application has no right to use on any column"
REPEATED = "a part of the check repeats one of the condition, over columns that the application has no right to write"
UNWRITABLE = "the check repeats the condition, over columns that the application has no right to write"
SAME_FIRM = "the join by id already stays in the firm: the reference is (tenant_id, id)"
END = re.compile(
    r"\b(AND|OR|WHERE|ON|ORDER|GROUP|HAVING|UNION|EXCEPT|INTERSECT|LIMIT|OFFSET|JOIN|LEFT|RIGHT|INNER|CROSS|FULL|FOR"
    r"|RETURNING|THEN|WHEN|END|LOOP|INTO|ELSE)\b|;"
)


@dataclass(frozen=True)
class Mutant:
    """One thing taken away from the database by `do` and given back by `undo`. `about`: a table or a function."""

    name: str
    do: str
    undo: str
    about: str
    kind: str
    no_difference: str = ""  # why nobody could see it; "" for all that are tried


def database_mutants(cursor: Any, deciding: list[str]) -> list[Mutant]:
    """Policies, conditions of policies, functions and views, rights, constraints.

    `deciding`: functions of schema sec whose conditions count, besides those that write or judge grants.
    """
    mutants = [*_policies(cursor), *_walls(cursor), *_functions(cursor, deciding), *_views(cursor), *_rights(cursor)]
    return _told_apart([*mutants, *_constraints(cursor)])


def _told_apart(mutants: list[Mutant]) -> list[Mutant]:
    """A function may ask the same twice."""
    seen: Counter[str] = Counter()
    for place, mutant in enumerate(mutants):
        seen[mutant.name] += 1
        name = mutant.name if seen[mutant.name] == 1 else f"{mutant.name} ({seen[mutant.name]})"
        mutants[place] = replace(mutant, name=name, no_difference=NO_DIFFERENCE.get(name, mutant.no_difference))
    return mutants


def _policies(cursor: Any) -> Iterator[Mutant]:
    writable = _writable(cursor)
    cursor.execute(
        "SELECT tablename, policyname, cmd, roles::text[], qual, with_check FROM pg_policies"
        " WHERE schemaname = 'public' ORDER BY 1, 2"
    )
    policies = cursor.fetchall()
    for table, name, verb, roles, qual, check in policies:
        others = [
            policy[4:]
            for policy in policies
            if policy[0] == table and policy[1] != name and policy[2] in {"UPDATE", "ALL"}
        ]
        made = _policy(table, name, verb, roles, qual, check)
        label = f"policy {table}.{name}"
        unused = UNUSED if verb in {"INSERT", "UPDATE"} and not writable.get((table, verb)) else ""
        yield Mutant(f"{label}: dropped", f"DROP POLICY {name} ON {table}", made, table, "policy", unused)
        if "otasuke_owner" in roles:
            # What the owner may: only what its WITH CHECK keeps out is a protection.
            if check not in {None, "true"}:
                yield Mutant(
                    f"{label}: WITH CHECK (true)",
                    f"ALTER POLICY {name} ON {table} WITH CHECK (true)",
                    f"ALTER POLICY {name} ON {table} WITH CHECK ({check})",
                    table,
                    "condition of a policy",
                )
            continue
        for word, text in (("USING", qual), ("WITH CHECK", check)):
            columns = {
                column for column in writable.get((table, "UPDATE"), ()) if re.search(rf"\b{column}\b", text or "")
            }
            twice = UNWRITABLE if word == "WITH CHECK" and verb == "UPDATE" and qual == check and not columns else ""
            kept = word == "WITH CHECK" and verb == "UPDATE"
            again = _repeated(qual or "", others, writable.get((table, verb), [])) if kept else set()
            for what, weaker in _weaker(text or "true"):
                yield Mutant(
                    f"{label}: {word} {what}",
                    f"ALTER POLICY {name} ON {table} {word} ({weaker})",
                    f"ALTER POLICY {name} ON {table} {word} ({text})",
                    table,
                    "condition of a policy",
                    unused or (twice if what == "(true)" else REPEATED if what in again else ""),
                )


def _repeated(qual: str, others: list[Any], writable: list[str]) -> set[str]:
    """Parts of a policy's condition that its check need not repeat: they and the checks of the others cannot change.

    A row found by another policy and let in by this one's check would have been let in by the other's as well.
    """
    fixed = [check in {None, other} and not _names(other or "", writable) for other, check in others]
    parts = _split(qual[1:-1] if _encloses(qual) else qual, "AND")
    return {f"without {part[:70]}" for part in parts if all(fixed) and not _names(part, writable)}


def _names(text: str, columns: list[str]) -> bool:
    return any(re.search(rf"\b{column}\b", text) for column in columns)


def _writable(cursor: Any) -> dict[tuple[str, str], list[str]]:
    """(Table, verb) → the columns the application may write by it."""
    cursor.execute(
        "SELECT c.relname::text, v.verb, array_agg(a.attname::text) FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped,"
        " (VALUES ('INSERT'), ('UPDATE')) v(verb) WHERE c.relrowsecurity"
        " AND has_column_privilege('otasuke_app', c.oid, a.attnum, v.verb) GROUP BY 1, 2"
    )
    return {(table, verb): columns for table, verb, columns in cursor.fetchall()}


def _policy(table: str, name: str, verb: str, roles: list[str], qual: str | None, check: str | None) -> str:
    using = f" USING ({qual})" if qual is not None else ""
    checking = f" WITH CHECK ({check})" if check is not None else ""
    return f"CREATE POLICY {name} ON {table} FOR {verb} TO {', '.join(roles)}{using}{checking}"


def _weaker(text: str) -> Iterator[tuple[str, str]]:
    """Everything let through; each part of an AND gone; each part of an OR and each capability gone."""
    if text == "true":
        return
    yield "(true)", "true"
    inner = text[1:-1] if _encloses(text) else text
    for joiner, nothing in (("AND", "true"), ("OR", "false")):
        parts = _split(inner, joiner)
        for place, part in enumerate(parts if len(parts) > 1 else []):
            rest = [*parts[:place], nothing, *parts[place + 1 :]]
            yield f"without {part.strip()[:70]}", f" {joiner} ".join(rest)
    yield from _names_gone(text)


def _names_gone(text: str) -> Iterator[tuple[str, str]]:
    """Each capability and role that something of schema sec is asked for."""
    for name in re.finditer(r"'(\w+)'::text", text):
        if "sec." in text[: name.start()]:
            yield f"not for {name[1]}", text[: name.start()] + "'nobody'::text" + text[name.end() :]


def _encloses(text: str) -> bool:
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place == len(text) - 1 and text.startswith("(")
    return False


def _split(text: str, joiner: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for token in re.finditer(rf"[()]|\b{joiner}\b", text):
        depth += (token[0] == "(") - (token[0] == ")")
        if token[0] == joiner and depth == 0:
            parts.append(text[start : token.start()].strip())
            start = token.end()
    return [*parts, text[start:].strip()]


def _walls(cursor: Any) -> Iterator[Mutant]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    for (table,) in cursor.fetchall():
        for off, on in (("DISABLE", "ENABLE"), ("NO FORCE", "FORCE")):
            alter = f"ALTER TABLE {table} {{}} ROW LEVEL SECURITY"
            yield Mutant(f"table {table}: {off}", alter.format(off), alter.format(on), table, "wall")


def _functions(cursor: Any, deciding: list[str]) -> Iterator[Mutant]:
    cursor.execute(
        "SELECT proname::text, pg_get_functiondef(oid), oid::regprocedure::text FROM pg_proc"
        " WHERE pronamespace = 'sec'::regnamespace AND (proname = ANY (%s) OR prosrc LIKE '%%tenants_accessgrant%%'"
        " OR proname = 'grant_fits') ORDER BY 1",
        (deciding,),
    )
    functions = cursor.fetchall()
    cursor.execute(
        "SELECT a.attname::text FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid"
        " AND a.attnum = c.conkey[2] WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 2"
    )
    references = {column for (column,) in cursor.fetchall()}
    for name, whole, signature in functions:
        head, body, tail = whole.split("$function$")
        for what, weaker in _conditions(body):
            same_firm = _same_firm(body, what, references) or _beside(weaker, what, references)
            yield Mutant(
                f"function {name}: {what}",
                f"{head}$function${weaker}$function${tail}",
                whole,
                name,
                "condition of a function",
                SAME_FIRM if same_firm else "",
            )
        public = f"EXECUTE ON FUNCTION {signature}"
        cursor.execute("SELECT has_function_privilege('public', %s, 'EXECUTE')", (signature,))
        if not cursor.fetchone()[0]:
            yield Mutant(
                f"function {name}: for everybody",
                f"GRANT {public} TO PUBLIC",
                f"REVOKE {public} FROM PUBLIC",
                name,
                "right to call",
            )


def _views(cursor: Any) -> Iterator[Mutant]:
    """Views of schema sec: each condition gone, each role gone, everybody may read."""
    cursor.execute(
        "SELECT relname::text, pg_get_viewdef(oid), 'security_barrier=true' = ANY (reloptions) FROM pg_class"
        " WHERE relnamespace = 'sec'::regnamespace AND relkind = 'v' ORDER BY 1"
    )
    for name, text, barrier in cursor.fetchall():
        if not barrier:
            raise ValueError(f"sec.{name} is no security barrier: a function in a query could read beyond it")
        body = text.strip().removesuffix(";")
        make = f"CREATE OR REPLACE VIEW sec.{name} WITH (security_barrier) AS "
        for what, weaker in [*_conditions(body), *_names_gone(body)]:
            yield Mutant(f"view {name}: {what}", make + weaker, make + body, name, "condition of a function")
        public = f"SELECT ON sec.{name}"
        grant, revoke = f"GRANT {public} TO PUBLIC", f"REVOKE {public} FROM PUBLIC"
        yield Mutant(f"view {name}: for everybody", grant, revoke, name, "right to call")


def _conditions(body: str) -> Iterator[tuple[str, str]]:
    """Each condition after WHERE, ON, AND, WHEN taken as true; each refusal (IF … THEN RAISE/RETURN) never reached."""
    for match in re.finditer(r"\b(WHERE|ON|AND|WHEN)\b", body):
        end = _condition_end(body, match.end())
        condition = body[match.end() : end].strip()
        if condition and not condition.startswith("true") and not _no_condition(body, match, condition):
            yield f"without {' '.join(condition.split())[:80]}", f"{body[: match.end()]} true {body[end:]}"
    for match in REFUSAL.finditer(body):
        condition = match[1].strip()
        yield (
            f"never refuses: {' '.join(condition.split())[:80]}",
            f"{body[: match.start(1)]} false AND ({condition}) {body[match.end(1) :]}",
        )


def _same_firm(body: str, what: str, references: set[str]) -> bool:
    """Whether "without x.tenant_id = j.tenant_id" leaves a join by a reference that carries the firm."""
    firms = re.fullmatch(r"without (\w+)\.tenant_id = (\w+)\.tenant_id", what)
    if firms is None:
        return False
    joins = [
        re.findall(rf"\b{left}\.id = {right}\.(\w+)", body) for left, right in (firms.groups(), firms.groups()[::-1])
    ]
    joins.append(re.findall(rf"\b{firms[1]}\.(\w+_id) = {firms[2]}\.\1\b", body))
    return any(column in references for columns in joins for column in columns)


def _beside(weaker: str, what: str, references: set[str]) -> bool:
    """The same where "x.job_id = j.id" stands beside what was taken away ("true" in `weaker`)."""
    firms = re.fullmatch(r"without (\w+)\.tenant_id = (\w+)\.tenant_id", what)
    if firms is None:
        return False
    joined = rf"\b{firms[1]}\.(\w+) = {firms[2]}\.id\b"
    join = re.search(rf"{joined}\s+AND\s+true\b|\btrue\s+AND\s+{joined}", weaker)
    return join is not None and (join[1] or join[2]) in references


def _no_condition(body: str, word: re.Match[str], condition: str) -> bool:
    """ON CONFLICT, DISTINCT ON, the second bound of a BETWEEN, EXCEPTION WHEN, CASE x WHEN value."""
    before = body[: word.start()]
    if word[0] == "AND":
        return bool(re.search(r"\bBETWEEN\b(?:(?!\bAND\b).)*$", before, re.DOTALL))
    if word[0] == "WHEN":
        return bool(re.search(r"\bEXCEPTION\s*$", before) or re.search(r"\bCASE\s+[\w.]+\s*$", before)) or bool(
            re.fullmatch(r"'\w+'|\d+|\w+_violation", condition)
        )
    return condition.startswith("CONFLICT") or bool(re.search(r"\bDISTINCT\s*$", before))


def _condition_end(body: str, start: int) -> int:
    depth = 0
    for token in re.finditer(rf"[()]|{END.pattern}", body[start:]):
        if token[0] == "(":
            depth += 1
        elif token[0] == ")":
            depth -= 1
            if depth < 0:
                return start + token.start()
        elif depth == 0:
            return start + token.start()
    return len(body)


def _rights(cursor: Any) -> Iterator[Mutant]:
    """Rights on tables that the application lacks."""
    cursor.execute(
        "SELECT c.relname, p.verb, array_to_string(array(SELECT quote_ident(attname) FROM pg_attribute"
        " WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND p.verb IN ('SELECT', 'INSERT', 'UPDATE')"
        " AND has_column_privilege('otasuke_app', c.oid, attnum, p.verb)), ', ')"
        " FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])"
        " p(verb) WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND c.relnamespace = 'public'::regnamespace"
        " AND NOT has_table_privilege('otasuke_app', c.oid, p.verb) ORDER BY 1, 2"
    )
    for table, verb, columns in cursor.fetchall():
        back = f"; GRANT {verb} ({columns}) ON {table} TO otasuke_app" if columns else ""
        yield Mutant(
            f"right {verb} on {table}",
            f"GRANT {verb} ON {table} TO otasuke_app",
            f"REVOKE {verb} ON {table} FROM otasuke_app{back}",
            table,
            "right",
        )


def _constraints(cursor: Any) -> Iterator[Mutant]:
    """What holds grants and memberships together, and the triggers that make or judge them."""
    cursor.execute(
        "SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid IN ('tenants_accessgrant'::regclass, 'tenants_membership'::regclass) AND contype IN ('c', 'x')"
    )
    for name, table, text in cursor.fetchall():
        if "positive" not in name and not name.endswith("_check"):
            drop = f"ALTER TABLE {table} DROP CONSTRAINT {name}"
            add = f"ALTER TABLE {table} ADD CONSTRAINT {name} {text}"
            yield Mutant(f"constraint {name}", drop, add, table, "constraint")
    cursor.execute(
        "SELECT t.tgname, t.tgrelid::regclass::text, pg_get_triggerdef(t.oid), p.proname FROM pg_trigger t"
        " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgparentid = 0"
        " AND p.pronamespace = 'sec'::regnamespace ORDER BY 2, 1"
    )
    for name, table, text, function in cursor.fetchall():
        yield Mutant(f"trigger {table}.{name}", f"DROP TRIGGER {name} ON {table}", text, function, "trigger")
