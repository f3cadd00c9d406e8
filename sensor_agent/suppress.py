"""What an analyst told this box to let be: rules changed for some addresses, events counted instead of sent.

`allow`: the rule no longer stops these addresses; a copy that only notices them is added, so that the count is exact.
`silence`: the engine goes on as before; the event is counted here and does not leave the box.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from suricata.update import rule as rule_parser

from sensor_agent.rule_addresses import Side, side_read

METADATA = "otasuke_suppression"
FIRST_SID = 1_990_000_000
_NUMBER = re.compile(r"[0-9]{1,18}")
_BLANK = " \t\r\v\f"
_NO_RULE = ("#", " ", "\r")  # the engine passes over lines that begin so
_REJECTS = re.compile(r"^\s*reject(?:src|dst|both)\s")
_MOST_PIECES = 16  # numbers of one suppression


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


def rules_adapt(
    text: str, suppressions: Iterable[Suppression], home_net: Iterable[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """The rules with every `allow` put in, and for each that could not be put in a sentence why.

    A signature that is not there changes nothing; a rule that cannot be changed stays as it is. `home_net`: what the
    rules' variables stand for.
    """
    wanted: dict[int, list[Suppression]] = {}
    for suppression in suppressions:
        if suppression.effect == "allow":
            wanted.setdefault(suppression.signature_id, []).append(suppression)
    if not wanted:
        return text, ()
    home = tuple(home_net)
    mentioned = re.compile("|".join(map(str, wanted)))  # parsing every rule would take seconds
    lines, problems = list[str](), list[str]()
    for line in _rule_lines(text.removesuffix("\n")):
        applying = wanted.get(_signature(line)) if mentioned.search(line) else None
        try:
            lines += _adapted(line, applying, home) if applying else [line]
        except CannotAdaptError as problem:
            lines.append(line)
            problems.append(str(problem))
    return "\n".join(lines) + "\n", tuple(problems)


def _rule_lines(text: str) -> Iterator[str]:
    """Lines as the engine reads them: a backslash at the end of a rule's line continues it, not that of a comment."""
    begun = ""
    for line in text.split("\n"):
        whole = begun + line
        begun = ""
        if not whole.startswith(_NO_RULE) and (bare := whole.rstrip(_BLANK)).endswith("\\"):
            begun = bare[:-1]
        else:
            yield whole
    if begun:
        yield begun + "\\"


def _signature(line: str) -> int:
    """The signature number of a rule that is in force, by its option `sid`; 0 when the line is none."""
    if line.startswith(_NO_RULE):
        return 0
    with suppress(Exception):  # the parser raises what it likes on lines that are no rules
        rule = rule_parser.parse(_REJECTS.sub("reject ", line))  # it knows one of the engine's kinds only
        if rule is not None and rule.enabled:
            return int(rule.sid)
    return 0


def _adapted(rule: str, suppressions: list[Suppression], home_net: tuple[str, ...]) -> list[str]:
    """The rule without all the addresses, in as many pieces as it takes, and a copy for each suppression."""
    header, options = _parted(rule)
    if header[4] != "->":
        raise CannotAdaptError(f"rule {suppressions[0].signature_id} is two-way")
    kept, copies = [(side_read(header[2], home_net), side_read(header[5], home_net))], list[str]()
    for suppression in suppressions:
        kept, let_be = _split(kept, suppression)
        if max(len(kept), len(let_be)) > _MOST_PIECES:
            raise CannotAdaptError(f"rule {suppression.signature_id} has too many suppressions")
        marked = (f"metadata:{METADATA} {suppression.number}",)
        for place, sides in enumerate(let_be):
            noticing = _joined(["alert", *_between(header[1:], *sides)], options)
            copies.append(_renumbered(noticing, suppression.number * 2, place, marked))
    if not copies:
        return [rule]
    pieces = [_joined([header[0], *_between(header[1:], *sides)], options) for sides in kept]
    number = suppressions[0].number * 2 + 1
    return [*pieces[:1], *(_renumbered(each, number, place) for place, each in enumerate(pieces[1:])), *copies]


def _split(
    kept: list[tuple[Side, Side]], suppression: Suppression
) -> tuple[list[tuple[Side, Side]], list[tuple[Side, Side]]]:
    """(what is left of the rule's pieces, what is let be)."""
    after, let_be = list[tuple[Side, Side]](), list[tuple[Side, Side]]()
    for source, destination in kept:
        inside, to = source.only(suppression.source), destination.only(suppression.destination)
        if inside is None or to is None:
            after.append((source, destination))
            continue
        let_be.append((inside, to))
        if (other := source.without(suppression.source)) is not None:
            after.append((other, destination))
        if (elsewhere := destination.without(suppression.destination)) is not None:
            after.append((inside, elsewhere))
    return after, let_be


def _between(header: list[str], source: Side, destination: Side) -> list[str]:
    """Protocol to port of a header, with other addresses."""
    return [header[0], source.text, *header[2:4], destination.text, header[5]]


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
    options, rest = list[str](), text.strip()
    while rest:
        end = rule_parser.find_opt_end(rest)
        if end < 0:
            raise CannotAdaptError(f"not understood: {text[:80]}")
        options.append(rest[:end].strip())
        rest = rest[end + 1 :].strip()
    return options


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
