"""What may be proposed as a change of grading."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network
from re import fullmatch

from alerts.tuning.rules import Pattern
from base.refusals import Refusal
from sensors.web_names import NameRefused, host_read

LONGEST = timedelta(days=365)


class TuningRefused(Refusal):
    """A change cannot be proposed like this; the text is a code for the page."""


def pattern_check(pattern: Pattern, *, one_firm: bool) -> Pattern:
    """The pattern in one spelling.

    Raises TuningRefused: a machine can only be named at one firm; a network must lead somewhere.
    """
    device, destination = _device(pattern.device), _destination(pattern.destination)
    if device and not one_firm:
        raise TuningRefused("device_of_one_firm")
    return Pattern(pattern.signature_id, pattern.direction, device, destination)


def _device(text: str) -> str:
    plain = text.strip().lower()
    if not plain:
        return ""
    mac = plain.replace("-", ":")
    if fullmatch(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", mac):
        return mac
    try:
        return str(ip_address(plain))
    except ValueError:
        raise TuningRefused("bad_device") from None


def _destination(text: str) -> str:
    plain = text.strip()
    if not plain:
        return ""
    try:
        network = ip_network(plain, strict=False)
    except ValueError:
        return _name(plain)
    if network.prefixlen == 0:
        raise TuningRefused("bad_destination")
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def _name(text: str) -> str:
    try:
        return host_read(text)
    except NameRefused:
        raise TuningRefused("bad_destination") from None
