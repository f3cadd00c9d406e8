"""Reads a programme's grading settings from plain data, as a file of an analyst or a database row holds them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alerts.direction import Direction, HomeNet
from alerts.grading import Function, Settings

_COUNTS = ("callback_count", "callback_minutes", "inside_kinds", "inside_minutes")
FIGURES: Mapping[str, int] = {name: getattr(Settings, name) for name in _COUNTS}  # what counts without settings
_KEYS = frozenset({*_COUNTS, "mail_inbound_av_blocked", "mail", "home_net"})


def settings_from(data: Mapping[str, Any]) -> Settings:
    """Keys: callback_count, callback_minutes, inside_kinds, inside_minutes (each ≥ 1), mail_inbound_av_blocked,
    home_net (list of CIDR), and mail: {"ips/inbound/blocked": false, …} with function/direction/blocked or passed.
    Raises ValueError when wrong."""
    unknown = set(data) - _KEYS
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(sorted(unknown))}")
    plain: dict[str, Any] = {key: data[key] for key in data if key not in ("mail", "home_net")}
    for key in _COUNTS:
        value = plain.get(key, 1)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{key} must be a whole number from 1")
    if not isinstance(plain.get("mail_inbound_av_blocked", False), bool):
        raise ValueError("mail_inbound_av_blocked must be true or false")
    if "home_net" in data:
        plain["home_net"] = home_net_from(data["home_net"])
    return Settings(mail=dict(_cell(name, value) for name, value in data.get("mail", {}).items()), **plain)


def home_net_from(networks: Sequence[str]) -> HomeNet:
    """Raises ValueError for a network that cannot be read, or an empty list."""
    if isinstance(networks, str) or not networks:
        raise ValueError("home_net must be a list of networks")
    return HomeNet(tuple(networks))


def load(path: Path) -> Mapping[str, Any]:
    """JSON, or TOML by its name's end. Raises ValueError or OSError."""
    text = path.read_text(encoding="utf-8")
    data = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    if not isinstance(data, dict):
        raise ValueError("settings must be an object")
    return data


def _cell(name: str, value: Any) -> tuple[tuple[str, str, bool], bool]:
    parts = name.split("/")
    if len(parts) != 3 or parts[2] not in ("blocked", "passed") or not isinstance(value, bool):
        raise ValueError(f"mail: {name!r} must be function/direction/blocked|passed = true|false")
    return (Function(parts[0]).value, Direction(parts[1]).value, parts[2] == "blocked"), value
