"""Finds what `make access-mutants` takes away: in PostgreSQL's catalogue, and in the code of views."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# Modules that decide who gets through.
MODULES = (
    "tenants/middleware.py", "tenants/scope.py", "tenants/second_factor.py", "tenants/tokens.py",
    "tenants/api/*.py", "tenants/ui/*.py", "portal/access.py", "portal/ui/*.py", "insurance/ui/views.py",
    "sensors/api/authentication.py", "incidents/api/*.py", "reports/api/*.py", "alerts/api/read.py",
)  # fmt: skip
GUARDS = {"acting_as", "acting_page", "login_required"}
REFUSALS = {"Http404", "PermissionDenied", "ReauthenticationRequired"}
REFUSAL = re.compile(
    r"(?<!END )\bIF\b((?:(?!\bIF\b|\bTHEN\b).)*?)\bTHEN\s+(?:RAISE|RETURN\s+(?:NULL|'not_allowed'|'last_owner'))",
    re.DOTALL,
)
# Refusals that ask nothing about a person: a report without its paper, a programme that is not there.
NO_RIGHT = {"report_pdf: report.pdf is None", "_programme: found is None"}
# Conditions whose absence changes no answer, and why.
NO_DIFFERENCE = {
    "function membership_change: without o.id = organisation": "only chooses the row to lock",
}
REFUSED_STATUS = {401, 403, 404}
END = re.compile(r"\b(AND|OR|WHERE|ON|ORDER|GROUP|UNION|LIMIT|JOIN|LEFT|FOR|RETURNING|THEN|END|LOOP|INTO|ELSE)\b|;")


@dataclass(frozen=True)
class Mutant:
    """One thing taken away. `do`/`undo` are SQL; or `path`/`number` name a place in the code. `about` is a table."""

    name: str
    do: str = ""
    undo: str = ""
    path: str = ""
    number: int = -1
    about: str = ""

    @property
    def room(self) -> str:
        """The app whose tests may notice it."""
        return self.path.split("/", 1)[0] if self.path else "database"


# -- PostgreSQL


def database_mutants(cursor: Any, deciding: list[str]) -> list[Mutant]:
    """Policies, conditions of policies and of deciding functions, rights, constraints."""
    found = [*_policies(cursor), *_walls(cursor), *_functions(cursor, deciding), *_rights(cursor)]
    return [mutant for mutant in [*found, *_constraints(cursor)] if mutant.name not in NO_DIFFERENCE]


def _policies(cursor: Any) -> Iterator[Mutant]:
    cursor.execute(
        "SELECT tablename, policyname, cmd, roles::text[], qual, with_check FROM pg_policies"
        " WHERE schemaname = 'public' ORDER BY 1, 2"
    )
    for table, name, verb, roles, qual, check in cursor.fetchall():
        made = _policy(table, name, verb, roles, qual, check)
        label = f"policy {table}.{name}"
        yield Mutant(f"{label}: dropped", f"DROP POLICY {name} ON {table}", made, about=table)
        if "otasuke_owner" in roles:
            # What the owner may: only what its WITH CHECK keeps out is a protection.
            if check not in {None, "true"}:
                yield Mutant(
                    f"{label}: WITH CHECK (true)", f"ALTER POLICY {name} ON {table} WITH CHECK (true)",
                    f"ALTER POLICY {name} ON {table} WITH CHECK ({check})", about=table,
                )  # fmt: skip
            continue
        for word, text in (("USING", qual), ("WITH CHECK", check)):
            for what, weaker in _weaker(text or "true"):
                yield Mutant(
                    f"{label}: {word} {what}", f"ALTER POLICY {name} ON {table} {word} ({weaker})",
                    f"ALTER POLICY {name} ON {table} {word} ({text})", about=table,
                )  # fmt: skip


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
    for found in re.finditer(r"'(\w+)'::text", text):
        if "sec." in text[: found.start()]:
            yield f"not for {found[1]}", text[: found.start()] + "'nobody'::text" + text[found.end() :]


def _encloses(text: str) -> bool:
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place == len(text) - 1 and text.startswith("(")
    return False


def _split(text: str, joiner: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for found in re.finditer(rf"[()]|\b{joiner}\b", text):
        depth += (found[0] == "(") - (found[0] == ")")
        if found[0] == joiner and depth == 0:
            parts.append(text[start : found.start()].strip())
            start = found.end()
    return [*parts, text[start:].strip()]


def _walls(cursor: Any) -> Iterator[Mutant]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    for (table,) in cursor.fetchall():
        for off, on in (("DISABLE", "ENABLE"), ("NO FORCE", "FORCE")):
            alter = f"ALTER TABLE {table} {{}} ROW LEVEL SECURITY"
            yield Mutant(f"table {table}: {off}", alter.format(off), alter.format(on), about=table)


def _functions(cursor: Any, deciding: list[str]) -> Iterator[Mutant]:
    for name in deciding:
        cursor.execute(
            "SELECT pg_get_functiondef(oid), oid::regprocedure::text FROM pg_proc"
            " WHERE proname = %s AND pronamespace = 'sec'::regnamespace",
            (name,),
        )
        whole, signature = cursor.fetchone()
        head, body, tail = whole.split("$function$")
        for what, weaker in _conditions(body):
            yield Mutant(f"function {name}: {what}", f"{head}$function${weaker}$function${tail}", whole)
        public = f"EXECUTE ON FUNCTION {signature}"
        yield Mutant(f"function {name}: for everybody", f"GRANT {public} TO PUBLIC", f"REVOKE {public} FROM PUBLIC")


def _conditions(body: str) -> Iterator[tuple[str, str]]:
    """Each condition after WHERE, ON, AND taken as true; each refusal (IF … THEN RAISE/RETURN) never reached."""
    for found in re.finditer(r"\b(WHERE|ON|AND)\b", body):
        end = _condition_end(body, found.end())
        condition = body[found.end() : end].strip()
        if condition and not condition.startswith("true"):
            yield f"without {' '.join(condition.split())[:80]}", f"{body[: found.end()]} true {body[end:]}"
    for found in REFUSAL.finditer(body):
        condition = found[1].strip()
        yield (
            f"never refuses: {' '.join(condition.split())[:80]}",
            f"{body[: found.start(1)]} false AND ({condition}) {body[found.end(1) :]}",
        )


def _condition_end(body: str, start: int) -> int:
    depth = 0
    for found in re.finditer(rf"[()]|{END.pattern}", body[start:]):
        if found[0] == "(":
            depth += 1
        elif found[0] == ")":
            depth -= 1
            if depth < 0:
                return start + found.start()
        elif depth == 0:
            return start + found.start()
    return len(body)


def _rights(cursor: Any) -> Iterator[Mutant]:
    """Rights the application lacks: deleting, and changing where columns or nothing may be changed."""
    cursor.execute(
        "SELECT c.relname, p.verb FROM pg_class c, (VALUES ('DELETE'), ('UPDATE'), ('TRUNCATE')) p(verb)"
        " WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace"
        " AND NOT has_table_privilege('otasuke_app', c.oid, p.verb) ORDER BY 1, 2"
    )
    for table, verb in cursor.fetchall():
        if verb == "UPDATE":
            cursor.execute(
                "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = %s::regclass"
                " AND attnum > 0 AND has_column_privilege('otasuke_app', attrelid, attnum, 'UPDATE')",
                (table,),
            )
            (columns,) = cursor.fetchone()
            back = f"; GRANT UPDATE ({columns}) ON {table} TO otasuke_app" if columns else ""
        else:
            back = ""
        yield Mutant(
            f"right {verb} on {table}", f"GRANT {verb} ON {table} TO otasuke_app",
            f"REVOKE {verb} ON {table} FROM otasuke_app{back}", about=table,
        )  # fmt: skip


def _constraints(cursor: Any) -> Iterator[Mutant]:
    cursor.execute(
        "SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid IN ('tenants_accessgrant'::regclass, 'tenants_membership'::regclass) AND contype IN ('c', 'x')"
    )
    for name, table, text in cursor.fetchall():
        if "positive" not in name and not name.endswith("_check"):
            drop, add = (
                f"ALTER TABLE {table} DROP CONSTRAINT {name}",
                f"ALTER TABLE {table} ADD CONSTRAINT {name} {text}",
            )
            yield Mutant(f"constraint {name}", drop, add)
    cursor.execute(
        "SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'tenants_%'"
    )
    for name, table, text in cursor.fetchall():
        yield Mutant(f"trigger {table}.{name}", f"DROP TRIGGER {name} ON {table}", text)


# -- code


def code_mutants() -> list[Mutant]:
    """Places in MODULES where a guard stands or a request is refused."""
    found = []
    for pattern in MODULES:
        for path in sorted(ROOT.glob(pattern)):
            name = str(path.relative_to(ROOT))
            for number, what in enumerate(Remover(-1).places(path.read_text())):
                found.append(Mutant(f"{name}: {what}", path=name, number=number))
    return found


class Remover(ast.NodeTransformer):
    """Counts the places of a module and takes away the one numbered `wanted` (-1: none)."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._names: list[str] = []
        self._function = ""

    def places(self, source: str) -> list[str]:
        """What could be taken away, in order."""
        self.visit(ast.parse(source))
        return self._names

    def _hit(self, what: str) -> bool:
        self._names.append(f"{self._function}: {what}")
        return len(self._names) - 1 == self._wanted

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        """Decorators that guard, one by one, and their arguments."""
        outer, self._function = self._function, node.name
        kept = []
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(called, ast.Name) and called.id in GUARDS:
                if self._hit(f"without @{called.id}"):
                    continue
                if isinstance(decorator, ast.Call):
                    decorator.keywords = [
                        k for k in decorator.keywords if not self._hit(f"@{called.id} without {k.arg}")
                    ]
            kept.append(decorator)
        node.decorator_list = kept
        self.generic_visit(node)
        self._function = outer
        return node

    def visit_If(self, node: ast.If) -> Any:
        """A refusal that is never reached, and each part of its condition."""
        if len(node.body) == 1 and _refuses(node.body[0]):
            node.test = self._without(node.test)
        self.generic_visit(node)
        return node

    def _without(self, test: ast.expr) -> ast.expr:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
            test.values = [
                ast.Constant(False) if self._hit(f"refuses not if {ast.unparse(part)}") else part
                for part in test.values
            ]
            return test
        return ast.Constant(False) if self._hit(f"refuses not if {ast.unparse(test)}") else test


def _refuses(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise) and statement.exc is not None:
        raised = statement.exc
        called = raised.func if isinstance(raised, ast.Call) else raised
        name = called.id if isinstance(called, ast.Name) else ""
        if name == "Refusal" and isinstance(raised, ast.Call) and isinstance(raised.args[0], ast.Constant):
            return raised.args[0].value in REFUSED_STATUS
        return name in REFUSALS
    if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Call):
        return "redirect_to_login" in ast.unparse(statement.value)
    return (
        isinstance(statement, ast.Return)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is False
    )


def rewritten(path: str, number: int) -> ast.Module:
    """The module without the numbered place."""
    tree = ast.parse((ROOT / path).read_text(), path)
    changed: ast.Module = Remover(number).visit(tree)
    return ast.fix_missing_locations(changed)
