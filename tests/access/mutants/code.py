"""Finds the checks in the code of pages, API and intake that `make access-mutants` takes away one at a time.

Found by themselves, wherever they stand: every decorator of a function that takes a `request` (but for those of
HARMLESS), each of its arguments, every refusal (`if …: raise Http404`, a way to log in, `return False` in a file that
makes guards), and the scope an API view needs of a token.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("tenants", "notifications", "sensors", "alerts", "incidents", "surveys", "insurance", "reports", "portal")
# Decorators of views that let nobody in or out: methods, caches, words for the schema, and the making of decorators.
HARMLESS = {
    "cache_control",
    "csrf_exempt",
    "csrf_protect",
    "extend_schema",
    "never_cache",
    "require_GET",
    "require_POST",
    "require_http_methods",
    "require_safe",
    "sensitive_post_parameters",
    "vary_on_headers",
    "wraps",
    "xframe_options",
    "box_operation",
    "property",
    "staticmethod",
    "classmethod",
    "override",
    "contextmanager",
    "method_decorator",
    "CHECKED",
}
REFUSALS = {"Http404", "PermissionDenied", "ReauthenticationRequired"}
REFUSED_STATUS = {401, 403, 404}
KINDS = "__import__('tenants.models', fromlist=['x']).Organisation.Kind"
# Refusals that ask nothing about a person, and why.
NO_RIGHT = {
    "report_pdf: refuses not if report.pdf is None": "a report without its paper",
    "_programme: refuses not if programme is None": "a programme that is not there",
    "invoice_withdraw: refuses not if standing is None": "a job without an invoice",
    "entry: refuses not if form_class is None": "a kind of line that no sheet has",
    "times: refuses not if act is None": "an act that no page offers",
    "presence: refuses not if subject not in rows": "a kind of thing that the desk has no page for",
    "figures_file: refuses not if programme is None": "an office without a programme",
    "_article_action: refuses not if to not in {state.value for state in ArticleState}": "a state that no article has",
    "sheet_page: refuses not if card is None": "whoever reads a job's row has its card: both come of one grant",
    "_start: refuses not if firm is None and (not offices)": "a desk of no programme",
    "job_entitlement: refuses not if cover is None": "a job about no incident",
    "breach_text: refuses not if note is None": "an incident about which the firm has noted nothing",
}


@dataclass(frozen=True)
class Place:
    """A check in the code: the file, its number among the file's checks, and what is taken away."""

    name: str
    path: str
    number: int
    kind: str

    @property
    def module(self) -> str:
        """Its dotted name."""
        return module_of(self.path)

    def concerns(self, role: str, inside: str) -> bool:
        """Whether a role is likeliest to notice: who proved nothing, who owns nothing, who may only read."""
        if self.name.endswith("without proven"):
            return role == "unproven"
        if self.name.endswith(("without owner", "Role.OWNER")):
            return inside == "member"
        return self.name.endswith(("without writer", "may_write", "may_write)")) and inside == "read_only"


def module_of(path: str) -> str:
    """ "portal/ui/desk.py" → "portal.ui.desk"."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def every_check() -> tuple[tuple[str, Place], ...]:
    """(what is taken away, where) for every check of every room, in order."""
    checks = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if "/migrations/" not in name and "/management/" not in name:
                remover = Remover(-1)
                remover.visit(ast.parse(path.read_text(), name))
                checks += [
                    (what, Place(f"{name}: {what}", name, number, kind))
                    for number, (kind, what) in enumerate(remover.hits)
                ]
    return tuple(checks)


def code_places() -> tuple[Place, ...]:
    """The checks that ask something about a person."""
    return tuple(place for what, place in every_check() if what not in NO_RIGHT)


def rewritten(path: str, number: int) -> ast.Module:
    """The module without the numbered check."""
    tree = ast.parse((ROOT / path).read_text(), path)
    changed: ast.Module = Remover(number).visit(tree)
    return ast.fix_missing_locations(changed)


class Remover(ast.NodeTransformer):
    """Counts the checks of a module and takes away the one numbered `wanted` (-1: none)."""

    def __init__(self, wanted: int) -> None:
        self.hits: list[tuple[str, str]] = []
        self._wanted = wanted
        self._function = ""
        self._guards = False

    def visit_Module(self, node: ast.Module) -> Any:
        """A file that makes guards says so by an inner function that takes the request."""
        self._guards = any(
            isinstance(inner, ast.FunctionDef) and inner is not outer and _asks(inner) and inner.decorator_list
            for outer in ast.walk(node)
            if isinstance(outer, ast.FunctionDef)
            for inner in ast.walk(outer)
        )
        return self.generic_visit(node)

    def _hit(self, kind: str, what: str) -> bool:
        self.hits.append((kind, f"{self._function}: {what}"))
        return len(self.hits) - 1 == self._wanted

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        """Decorators that guard, one by one, and their arguments."""
        outer, self._function = self._function, node.name
        if _asks(node):
            node.decorator_list = [kept for kept in node.decorator_list if not self._taken(kept)]
        self.generic_visit(node)
        self._function = outer
        return node

    def _taken(self, decorator: ast.expr) -> bool:
        """Whether the decorator goes as a whole; else perhaps one of its arguments did."""
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        if not name or name in HARMLESS or ast.unparse(called).startswith(("register.", "pytest.", "transaction.")):
            return False
        if self._hit("guard", f"without @{name}"):
            return True
        if isinstance(decorator, ast.Call):
            decorator.keywords = [
                word for word in decorator.keywords if not self._hit("guard's argument", f"@{name} without {word.arg}")
            ]
            if any(_kind(argument) for argument in decorator.args) and self._hit(
                "guard's argument", f"@{name} for every kind"
            ):
                decorator.args = [ast.parse(f"f(*{KINDS})", mode="eval").body.args[0]]  # type: ignore[attr-defined]
        return False

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        """The scope of a token that an API view needs, one other scope at a time."""
        outer, self._function = self._function, node.name
        for statement in node.body:
            if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "needs":
                self._scope(statement)
        self.generic_visit(node)
        self._function = outer
        return node

    def _scope(self, statement: ast.Assign) -> None:
        mine = statement.value
        for scope in ("ALERTS", "INCIDENTS", "REPORTS"):
            if isinstance(mine, ast.Attribute) and mine.attr != scope and self._hit("scope", f"needs {scope} instead"):
                statement.value = ast.Attribute(mine.value, scope, ast.Load())

    def visit_Return(self, node: ast.Return) -> Any:
        """Where a middleware sends somebody instead of letting the view answer."""
        if (
            self._function == "process_view"
            and isinstance(node.value, ast.Call)
            and self._hit("refusal", f"lets through, not {ast.unparse(node.value)}")
        ):
            node.value = ast.Constant(None)
        return node

    def visit_If(self, node: ast.If) -> Any:
        """A refusal that is never reached, and each part of its condition."""
        if len(node.body) == 1 and self._refuses(node.body[0]):
            node.test = self._without(node.test)
        self.generic_visit(node)
        return node

    def _without(self, test: ast.expr) -> ast.expr:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
            test.values = [
                ast.Constant(False) if self._hit("refusal", f"refuses not if {ast.unparse(part)}") else part
                for part in test.values
            ]
            return test
        return ast.Constant(False) if self._hit("refusal", f"refuses not if {ast.unparse(test)}") else test

    def _refuses(self, statement: ast.stmt) -> bool:
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
            self._guards
            and isinstance(statement, ast.Return)
            and isinstance(statement.value, ast.Constant)
            and statement.value.value is False
        )


def _asks(node: ast.FunctionDef) -> bool:
    """Whether the function answers a request."""
    names = [argument.arg for argument in node.args.args[:2]]
    return "request" in names or "visit" in names


def _kind(argument: ast.expr) -> bool:
    """Whether an argument names a kind of organisation."""
    text = ast.unparse(argument)
    return ".Kind." in text or text.startswith(("Kind.", "*")) or text.isupper()
