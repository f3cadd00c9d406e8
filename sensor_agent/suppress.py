"""What an analyst told this box to let be: rules changed for some addresses, events counted instead of sent.

`allow`: the rule no longer stops these addresses; a copy that only notices them is added, so that the count is exact.
`silence`: the engine goes on as before; the event is counted here and does not leave the box.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

METADATA = "otasuke_suppression"
FIRST_SID = 1_990_000_000
_SIGNATURE = re.compile(r"\bsid\s*:\s*(\d+)\s*;")
_SIDES = ("src", "dest")


class CannotAdaptError(ValueError):
    """A rule cannot be changed for some addresses only; the text says which and why."""


@dataclass(frozen=True)
class Suppression:
    """One of them; empty fields mean any."""

    number: int
    signature_id: int
    source: str
    destination: str
    device: str
    effect: str
    until: str

    def covers(self, event: Mapping[str, Any]) -> bool:
        """Whether an alert's event is meant."""
        alert, ether = event.get("alert"), event.get("ether")
        if not isinstance(alert, dict) or alert.get("signature_id") != self.signature_id:
            return False
        macs = set(ether.values()) if isinstance(ether, dict) else set()
        return (
            _within(event.get("src_ip"), self.source)
            and _within(event.get("dest_ip"), self.destination)
            and (not self.device or self.device in macs)
        )


def suppressions_read(listed: Iterable[Mapping[str, Any]]) -> tuple[Suppression, ...]:
    """From an order. Raises KeyError, TypeError, ValueError when it is not what we know."""
    return tuple(
        Suppression(
            int(item["id"]),
            int(item["signature_id"]),
            *(str(item[name]) for name in ("source", "destination", "device", "effect", "until")),
        )
        for item in listed
    )


def counted(event: Mapping[str, Any], suppressions: Iterable[Suppression]) -> int | None:
    """The suppression an alert falls under, None when it is to be sent."""
    alert = event.get("alert")
    metadata = alert.get("metadata") if isinstance(alert, dict) else None
    marked = metadata.get(METADATA) if isinstance(metadata, dict) else None
    if isinstance(marked, list) and marked and str(marked[0]).isdigit():
        return int(marked[0])
    for suppression in suppressions:
        if suppression.effect == "silence" and suppression.covers(event):
            return suppression.number
    return None


def rules_adapt(text: str, suppressions: Iterable[Suppression]) -> str:
    """The rules with every `allow` put in. A signature that is not there changes nothing. Raises CannotAdaptError."""
    wanted: dict[int, list[Suppression]] = {}
    for suppression in suppressions:
        if suppression.effect == "allow":
            wanted.setdefault(suppression.signature_id, []).append(suppression)
    if not wanted:
        return text
    lines = []
    for line in text.splitlines():
        found = _SIGNATURE.search(line)
        applying = wanted.get(int(found[1])) if found and not line.startswith("#") else None
        lines += _adapted(line, applying) if applying else [line]
    return "\n".join(lines) + "\n"


def _adapted(rule: str, suppressions: list[Suppression]) -> list[str]:
    """The rule and its copies. What one suppression takes out of the rule, the next sees taken out as well."""
    kept, copies = [rule], list[str]()
    for suppression in suppressions:
        after: list[str] = []
        for each in kept:
            less, copy = _split(each, suppression, len(after))
            after += less
            copies.append(copy)
        kept = after
    return kept + copies


def _split(rule: str, suppression: Suppression, place: int) -> tuple[list[str], str]:
    """(the rule without the addresses, a copy that only notices them)."""
    header, options = _parted(rule)
    if header[4] != "->":
        raise CannotAdaptError(f"rule {suppression.signature_id} is two-way")
    source, destination = suppression.source, suppression.destination
    less = []
    if source:
        less.append(_joined([*header[:2], _without(header[2], source), *header[3:]], options))
    if destination:
        narrowed = source or header[2]
        other = _joined([*header[:2], narrowed, *header[3:5], _without(header[5], destination), header[6]], options)
        less.append(_renumbered(other, suppression.number * 2 + 1, place) if source else other)
    noticing = ["alert", header[1], source or header[2], *header[3:5], destination or header[5], header[6]]
    marked = f"metadata:{METADATA} {suppression.number}; "
    at = options.rindex("sid")
    copy = _joined(noticing, options[:at] + marked + options[at:])
    return less, _renumbered(copy, suppression.number * 2, place)


def _parted(rule: str) -> tuple[list[str], str]:
    """(action, protocol, source, its port, arrow, destination, its port) and the options."""
    head, bracket, options = rule.partition("(")
    words: list[str] = []
    depth = 0
    for word in head.split():
        if depth and words:
            words[-1] += word
        else:
            words.append(word)
        depth += word.count("[") - word.count("]")
    if len(words) != 7 or not bracket:
        raise CannotAdaptError(f"not understood: {rule[:80]}")
    return words, options


def _joined(header: list[str], options: str) -> str:
    return f"{' '.join(header)} ({options}"


def _without(addresses: str, network: str) -> str:
    if addresses == "any":
        return f"!{network}"
    inner = addresses[1:-1] if addresses.startswith("[") else addresses
    return f"[{inner},!{network}]"


def _renumbered(rule: str, number: int, place: int) -> str:
    return _SIGNATURE.sub(f"sid:{FIRST_SID + number * 16 + place};", rule)


def _within(address: Any, network: str) -> bool:
    if not network:
        return True
    try:
        return ipaddress.ip_address(str(address)) in ipaddress.ip_network(network)
    except ValueError:
        return False
