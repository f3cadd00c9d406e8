"""An event too long to send is cut, never left out: an attacker who chooses a field's length must not hide an alert."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

MAX_SHIPPED_BYTES: Final = 64_000  # the platform refuses a batch with a line above 64 kB
MAX_DEPTH: Final = 32  # the platform refuses deeper ones
REPAIRED: Final = "otasuke_repaired"  # what was done to an event so that it could be sent
CUT: Final = "cut"

# How much is kept of a text (bytes as JSON), of a list and of an object, from mild to hard.
_STEPS: Final = ((4096, 256, 64), (1024, 64, 64), (256, 16, 48), (64, 4, 40))
_LONGEST_KEY = 100
# What grading reads; these keys are kept before others, at any depth.
_FIRST_WORDS: Final = (
    "timestamp event_type flow_id in_iface src_ip src_port dest_ip dest_port proto app_proto direction tx_id ether "
    "src_mac dest_mac alert action gid signature_id rev signature category severity metadata target source flow "
    "verdict xff ip port http hostname url http_method http_user_agent status tls sni subject version dns rrname "
    "query queries email from date attachment files fileinfo filename sha256 md5 size state antivirus engine "
    "learned otasuke_repaired otasuke_function otasuke_suppression signature_severity confidence malware_family "
    "tag attack_target mitre_tactic_id mitre_technique_id"
)
_FIRST: Final = frozenset(_FIRST_WORDS.split())


def encode(data: Mapping[str, Any]) -> bytes:
    """ASCII JSON on one line: lone surrogates of hostile traffic survive as escapes."""
    return json.dumps(data, separators=(",", ":")).encode("ascii")


def shortened(data: dict[str, Any]) -> dict[str, Any]:
    """The event so that `encode` fits; what grading reads comes first."""
    for text, items, keys in _STEPS:
        short = repaired({str(key): _cut(value, text, items, keys, 2) for key, value in _kept(data, keys)}, CUT)
        if len(encode(short)) <= MAX_SHIPPED_BYTES:
            return short
    bare = {key: _cut(value, 64, 0, 0, 2) for key, value in data.items() if key in _FIRST}
    alert = data.get("alert")
    if isinstance(alert, dict):
        bare["alert"] = {key: _cut(value, 64, 0, 0, 3) for key, value in alert.items() if key in _FIRST}
    return repaired(bare, CUT)


def repaired(data: dict[str, Any], how: str) -> dict[str, Any]:
    """The event with a mark that says what was done to it."""
    before = data.get(REPAIRED)
    data[REPAIRED] = [*(before if isinstance(before, list) else []), how][-8:]
    return data


def too_deep(raw: str, data: Any) -> bool:
    """Whether an event is nested deeper than the platform takes."""
    return raw.count("{") + raw.count("[") > MAX_DEPTH and _depth(data) > MAX_DEPTH


def text_cut(text: str, most: int) -> str:
    """The longest beginning that takes at most so many bytes as JSON."""
    if len(text) * 12 <= most:
        return text
    written = json.dumps(text[:most])[1:-1]
    if len(written) <= most:
        return text[:most]
    for end in range(most, max(0, most - 6), -1):  # not in the middle of an escape
        with suppress(ValueError):
            short = str(json.loads(f'"{written[:end]}"'))
            return short[:-1] if "\ud800" <= short[-1:] <= "\udbff" else short
    return ""


def _kept(value: dict[str, Any], keys: int) -> list[tuple[str, Any]]:
    known = [(key, each) for key, each in value.items() if key in _FIRST]
    others = [(key, each) for key, each in value.items() if key not in _FIRST and len(str(key)) <= _LONGEST_KEY]
    return [*known, *others][:keys]


def _cut(value: Any, text: int, items: int, keys: int, level: int) -> Any:
    if isinstance(value, str):
        return text_cut(value, text)
    if isinstance(value, list | dict) and level > MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [_cut(each, text, items, keys, level + 1) for each in value[:items]]
    if isinstance(value, dict):
        return {key: _cut(each, text, items, keys, level + 1) for key, each in _kept(value, keys)}
    return value


def _depth(value: Any) -> int:
    deepest, stack = 0, [(value, 1)]
    while stack:
        current, level = stack.pop()
        children = current.values() if isinstance(current, dict) else current if isinstance(current, list) else None
        if children is not None:
            deepest = max(deepest, level)
            stack.extend((child, level + 1) for child in children)
    return deepest
