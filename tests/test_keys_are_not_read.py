"""A key is there to store a thing once. What it is about stands in columns, so nobody takes a key apart.

Mails of the outbox, digests and requests to look once said in their keys what they were about, and five rooms read it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from django.apps import apps

from tests.test_architecture import ROOMS, ROOT

PARTS = {
    "endswith",
    "find",
    "index",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rpartition",
    "rsplit",
    "split",
    "startswith",
}
LOOKUP = re.compile(r"(^|__|_)key__i?(startswith|endswith|contains|regex)$")
IN_SQL = re.compile(
    r"(?i)\b\w*key\s*(::\w+\s*)?(NOT\s+)?(LIKE|ILIKE|SIMILAR|~)"  # m.key LIKE 'incident:%'
    r"|\b(split_part|starts_with|substr|substring|strpos|left|right|regexp_\w+)\(\s*(\w+\.)?\w*key\b"
    r"|\b\w*key\s*=\s*'[^']*'\s*\|\|"  # m.key = 'warning:' || w.id
)
# The whole key: the hash of the link's secret is all that a mail and its invitation have in common.
WHOLE = {"notifications/sql/functions/undelivered_invitations.sql"}


def _is_key(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name == "key" or name.endswith("_key")


def _taken_apart(tree: ast.AST) -> Iterator[int]:
    """Lines that take a key apart or look for rows by a part of one."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in PARTS and _is_key(value):
                yield node.lineno
            case ast.Subscript(value=value, slice=ast.Slice()) if _is_key(value):
                yield node.lineno
            case ast.keyword(arg=str(name)) | ast.Constant(value=str(name)) if LOOKUP.search(name):
                yield node.lineno
            case ast.Constant(value=str(text)) if IN_SQL.search(text):
                yield node.lineno


@pytest.mark.parametrize(
    "line",
    [
        'kind, _, number = message.key.partition(":")',
        'pk = int(subject_key.removeprefix("sensor:"))',
        'number = key[len("incident:"):]',
        'mails = OutboxMessage.objects.filter(key__startswith=f"incident:{number}:")',
        'groups = AlertGroup.objects.filter(Q(digest_key__contains=":") & waiting)',
        'tasks = DeskTask.objects.filter(**{"attention__subject_key__startswith": "job:"})',
        """LATE = "g.digest_key LIKE 'digest:%%'" """,
        """cursor.execute("SELECT split_part(m.key, ':', 2) FROM notifications_outboxmessage m")""",
        """cursor.execute("SELECT 1 FROM notifications_outboxmessage m WHERE m.key = 'warning:' || w.id")""",
    ],
)
def test_a_key_taken_apart_is_seen(line: str) -> None:
    assert set(_taken_apart(ast.parse(line))) == {1}


@pytest.mark.parametrize(
    "line",
    [
        'OutboxMessage.objects.filter(tenant_id=firm, key=f"digest:{hour}").exists()',
        "message_id(firm, message.key, domain)",
        'names[key] = value.split(":")',
    ],
)
def test_a_whole_key_may_be_used(line: str) -> None:
    assert list(_taken_apart(ast.parse(line))) == []


def test_nobody_takes_a_key_apart() -> None:
    product = [room for room in ROOMS if room not in {"sensor_agent", "ops", "lab", "bench"}]
    seen = [
        f"{path.relative_to(ROOT)}:{line}"
        for room in product
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations" not in path.parts
        for line in _taken_apart(ast.parse(path.read_text()))
    ]
    assert seen == [], "what a row is about stands in its about_type and about_id (base.about)"


def test_no_function_of_postgresql_takes_a_key_apart() -> None:
    files = [path for room in ROOMS for path in sorted((ROOT / room).glob("sql/functions/*.sql"))]
    assert len(files) > 100
    seen = {str(path.relative_to(ROOT)) for path in files if IN_SQL.search(path.read_text())}
    assert seen == WHOLE


def test_no_key_that_speaks_comes_back() -> None:
    """Names of columns that held "sensor:5" and the like; what is new has about_type and about_id."""
    fields = {f"{model._meta.label}.{field.name}" for model in apps.get_models() for field in model._meta.local_fields}
    assert [field for field in sorted(fields) if field.endswith((".subject_key", ".digest_key"))] == []
