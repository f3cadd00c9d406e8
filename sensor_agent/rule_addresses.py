"""The addresses in a rule's header, as the engine reads them: variables, lists, ranges and negations.

A rule of which no address is left, or two under one number, are refused by the engine, and with them the whole order.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_EVERYWHERE: tuple[Network, ...] = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
_OUTSIDE = frozenset({"$EXTERNAL_NET", "$AIM_SERVERS"})  # the other variables of suricata.yaml are the firm's networks


@dataclass(frozen=True)
class Side:
    """Source or destination of a rule: how it is written, and the networks meant (all, where that is not known)."""

    text: str
    networks: tuple[Network, ...]

    def only(self, network: str) -> "Side | None":
        """What of it lies in a network ("": any); None when nothing does."""
        if not network:
            return self
        wanted = ipaddress.ip_network(network)
        common = tuple(_common(each, wanted) for each in self.networks if _overlap(each, wanted))
        if common == self.networks:
            return self
        return Side(_list(common), common) if common else None

    def without(self, network: str) -> "Side | None":
        """What of it lies outside a network ("": any); None when nothing does."""
        left = _less(self.networks, [ipaddress.ip_network(network)] if network else _EVERYWHERE)
        if left == self.networks:
            return self
        if not left:
            return None
        # The engine refuses a list without an address of IPv4, or of IPv6, that had some.
        same_kinds = {each.version for each in left} == {each.version for each in self.networks}
        return Side(_but(self.text, network) if same_kinds else _list(left), left)


def side_read(text: str, home_net: Iterable[str]) -> Side:
    """A header's addresses; `home_net` is what its variables stand for."""
    home = tuple(ipaddress.ip_network(each, strict=False) for each in home_net)
    meant = _meant(text, home)
    return Side(text, _EVERYWHERE if meant is None else _joined(meant))


def _meant(text: str, home: tuple[Network, ...]) -> tuple[Network, ...] | None:
    """None when it is not known."""
    if text.startswith("!"):
        inner = _meant(text[1:], home)
        return None if inner is None else _less(_EVERYWHERE, inner)
    if text.startswith("["):
        return _listed(_items(text[1:-1]), home)
    if text == "any":
        return _EVERYWHERE
    if text.startswith("$"):
        if not home:
            return None
        return _less(_EVERYWHERE, home) if text in _OUTSIDE else home
    return _literal(text)


def _listed(items: list[str], home: tuple[Network, ...]) -> tuple[Network, ...]:
    named = [_meant(item, home) for item in items if not item.startswith("!")]
    networks = tuple(each for several in named for each in (_EVERYWHERE if several is None else several))
    for item in items:
        if item.startswith("!"):
            networks = _less(networks if named else _EVERYWHERE, _meant(item[1:], home) or ())
            named = named or [None]
    return networks


def _literal(text: str) -> tuple[Network, ...] | None:
    first, dash, last = text.partition("-")
    try:
        if dash:
            ends = ipaddress.ip_address(first), ipaddress.ip_address(last)
            return tuple(ipaddress.summarize_address_range(*ends))
        return (ipaddress.ip_network(text, strict=False),)
    except (TypeError, ValueError):
        return None


def _items(text: str) -> list[str]:
    """A list's items; commas of lists within it do not count."""
    items, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and not depth:
            items.append("")
        else:
            items[-1] += letter
    return [item for item in items if item]


def _list(networks: tuple[Network, ...]) -> str:
    texts = ",".join(map(str, networks))
    return f"[{texts}]" if len(networks) > 1 else texts


def _but(text: str, network: str) -> str:
    if text == "any":
        return f"!{network}"
    inner = text[1:-1] if text.startswith("[") else text
    return f"[{inner},!{network}]"


def _joined(networks: Iterable[Network]) -> tuple[Network, ...]:
    several = list(networks)
    four = ipaddress.collapse_addresses(each for each in several if isinstance(each, ipaddress.IPv4Network))
    six = ipaddress.collapse_addresses(each for each in several if isinstance(each, ipaddress.IPv6Network))
    return (*four, *six)


def _less(networks: Iterable[Network], taken: Iterable[Network]) -> tuple[Network, ...]:
    left = tuple(networks)
    for each in taken:
        left = tuple(part for network in left for part in _cut(network, each))
    return left


def _cut(network: Network, taken: Network) -> Iterable[Network]:
    if not _overlap(network, taken):
        return (network,)
    if network.prefixlen >= taken.prefixlen:
        return ()
    return network.address_exclude(taken)  # type: ignore[arg-type]


def _common(left: Network, right: Network) -> Network:
    """Of two that overlap, one lies in the other."""
    return left if left.prefixlen >= right.prefixlen else right


def _overlap(left: Network, right: Network) -> bool:
    return left.version == right.version and left.overlaps(right)
