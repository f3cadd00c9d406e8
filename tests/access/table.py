"""Reads docs/access.toml, and answers what it expects."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from tests.access.world import Role

PATH = Path(__file__).resolve().parents[2] / "docs" / "access.toml"
WRITERS = ("owner", "member")


@cache
def access() -> dict[str, Any]:
    """The whole table."""
    return tomllib.loads(PATH.read_text())


def may(role: Role, rights: list[str], *, writing: bool = False) -> bool:
    """Whether a role's capability is among `rights` (see the head of docs/access.toml)."""
    for right in rights:
        capability, _, inside = right.partition(":")
        if not role.capability or capability != role.capability:
            continue
        if inside == "any" or inside == role.inside or (not inside and (not writing or role.inside in WRITERS)):
            return True
    return False


def fits(role: Role, who: list[str]) -> bool:
    """Whether a role is among `who` of a page: "everyone", "person", "admin", a kind, or "kind:inside+inside"."""
    for name in who:
        kind, _, inside = name.partition(":")
        if kind == "everyone" or (kind == "person" and role.user_id is not None) or kind == role.name:
            return True
        if kind == "member" and role.kind not in {"", "token"} and (not inside or role.inside in inside.split("+")):
            return True
        if kind == role.kind and role.name != "former" and (not inside or role.inside in inside.split("+")):
            return True
    return False
