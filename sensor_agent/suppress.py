"""What an analyst told this box to let be: rules changed for some addresses, events counted instead of sent.

`allow`: the rule no longer stops these addresses; a copy that only notices them is added, so that the count is exact.
`silence`: the engine goes on as before; the event is counted here and does not leave the box.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from suricata.update import rule as rule_parser

METADATA = "otasuke_suppression"
FIRST_SID = 1_990_000_000
_NUMBER = re.compile(r"[0-9]{1,18}")
_CONTINUED = re.compile(r"\\[ \t]*\r?\n\s*")


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
        alert = event.get("alert")
        if not isinstance(alert, dict) or alert.get("signature_id") != self.signature_id:
            return False
        return (
            _within(event.get("src_ip"), self.source)
            and _within(event.get("dest_ip"), self.destination)
            and (not self.device or self.device in _macs(event.get("ether")))
        )


def suppressions_read(listed: Iterable[Any]) -> tuple[tuple[Suppression, ...], tuple[str, ...]]:
    """From an order: those that can be understood, and for each other one a sentence why not."""
    read, problems = list[Suppression](), list[str]()
    for item in listed:
        try:
            read.append(
                Suppression(
                    int(item["id"]),
                    int(item["signature_id"]),
                    _network(item["source"]),
                    _network(item["destination"]),
                    *(str(item[name]) for name in ("device", "effect", "until")),
                )
            )
        except (KeyError, TypeError, ValueError) as problem:
            problems.append(f"suppression {str(item)[:60]}: {problem!r}"[:200])
    return tuple(read), tuple(problems)


def _network(text: Any) -> str:
    """A network as the order writes it, or "" for any. Raises ValueError."""
    return str(ipaddress.ip_network(text)) if text else ""


def counted(event: Mapping[str, Any], suppressions: Iterable[Suppression]) -> int | None:
    """The suppression an alert falls under, None when it is to be sent."""
    alert = event.get("alert")
    metadata = alert.get("metadata") if isinstance(alert, dict) else None
    marked = metadata.get(METADATA) if isinstance(metadata, dict) else None
    if isinstance(marked, list) and marked and _NUMBER.fullmatch(str(marked[0])):
        return int(marked[0])
    for suppression in suppressions:
        if suppression.effect == "silence" and suppression.covers(event):
            return suppression.number
    return None


def rules_adapt(text: str, suppressions: Iterable[Suppression]) -> tuple[str, tuple[str, ...]]:
    """The rules with every `allow` put in, and for each that could not be put in a sentence why.

    A signature that is not there changes nothing; a rule that cannot be changed stays as it is.
    """
    wanted: dict[int, list[Suppression]] = {}
    for suppression in suppressions:
        if suppression.effect == "allow":
            wanted.setdefault(suppression.signature_id, []).append(suppression)
    if not wanted:
        return text, ()
    mentioned = re.compile("|".join(map(str, wanted)))  # parsing every rule would take seconds
    lines, problems = list[str](), list[str]()
    for line in _CONTINUED.sub(" ", text).splitlines():
        applying = wanted.get(_signature(line)) if mentioned.search(line) else None
        try:
            lines += _adapted(line, applying) if applying else [line]
        except CannotAdaptError as problem:
            lines.append(line)
            problems.append(str(problem))
    return "\n".join(lines) + "\n", tuple(problems)


def _signature(line: str) -> int:
    """The signature number of a rule that is in force, by its option `sid`; 0 when the line is none."""
    with suppress(Exception):  # the parser raises what it likes on lines that are no rules
        rule = rule_parser.parse(line)
        if rule is not None and rule.enabled:
            return int(rule.sid)
    return 0


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
    marked = (f"metadata:{METADATA} {suppression.number}",)
    return less, _renumbered(_joined(noticing, options), suppression.number * 2, place, marked)


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


def _renumbered(rule: str, number: int, place: int, before: tuple[str, ...] = ()) -> str:
    """The rule under a signature number of ours, `before` among its options."""
    head, bracket, options = rule.partition("(")
    changed: list[str] = []
    for option in _options(options.rstrip().removesuffix(")")):
        ours = option.partition(":")[0].strip() == "sid"
        changed += [*before, f"sid:{FIRST_SID + number * 16 + place}"] if ours else [option]
    return f"{head}{bracket}{'; '.join(changed)};)"


def _options(text: str) -> list[str]:
    """A rule's options, as the parser divides them."""
    found, rest = list[str](), text.strip()
    while rest:
        end = rule_parser.find_opt_end(rest)
        if end < 0:
            raise CannotAdaptError(f"not understood: {text[:80]}")
        found.append(rest[:end].strip())
        rest = rest[end + 1 :].strip()
    return found


def _macs(ether: Any) -> set[str]:
    """All MAC addresses of an event's `ether`: each value is one, or a list of some."""
    values = ether.values() if isinstance(ether, dict) else ()
    several = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return {each for each in several if isinstance(each, str)}


def _within(address: Any, network: str) -> bool:
    if not network:
        return True
    try:
        return ipaddress.ip_address(str(address)) in ipaddress.ip_network(network)
    except ValueError:
        return False
