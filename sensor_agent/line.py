"""The box's own connection: what kind of address it has, from whom, over which gateway."""

import ipaddress
import json
import socket
import struct
import subprocess
from pathlib import Path
from typing import Any

from sensor_agent.bridge import BRIDGE, exists

_CARRIER_GRADE = ipaddress.ip_network("100.64.0.0/10")  # RFC 6598


def line_facts() -> dict[str, Any]:
    """What `ip` and /proc say now; {} without a device to look at."""
    way = gateway(Path("/proc/net/route").read_text(encoding="ascii"))
    device = way[0] if way else BRIDGE if exists(BRIDGE) else ""
    if not device:
        return {}
    try:
        output = subprocess.run(
            ["ip", "-j", "addr", "show", "dev", device], capture_output=True, text=True, timeout=10, check=True
        ).stdout
        addresses = json.loads(output)[0]["addr_info"]
    except (OSError, subprocess.SubprocessError, ValueError, LookupError):
        return {}
    return facts_of(addresses, way[1] if way else "")


def gateway(routes: str) -> tuple[str, str] | None:
    """(device, address) of the default route in the text of /proc/net/route."""
    for line in routes.splitlines()[1:]:
        words = line.split()
        if len(words) > 3 and words[1] == "00000000" and int(words[3], 16) & 2:
            return words[0], socket.inet_ntoa(struct.pack("<I", int(words[2], 16)))
    return None


def facts_of(addresses: list[dict[str, Any]], way: str) -> dict[str, Any]:
    """`address`: class of the IPv4 address; `dhcp`: whether it was lent; `ipv6`: whether there is a global one."""
    four = next((each for each in addresses if each.get("family") == "inet" and each.get("scope") == "global"), None)
    six = any(each.get("family") == "inet6" and _is_global_six(str(each.get("local"))) for each in addresses)
    return {
        "address": address_class(str(four["local"])) if four else "none",
        "dhcp": bool(four and four.get("dynamic")),
        "gateway": way,
        "ipv6": six,
    }


def address_class(address: str) -> str:
    """`global`, `cgnat` (RFC 6598), `private` (RFC 1918 and other unroutable ones) or `link_local`."""
    read = ipaddress.ip_address(address)
    if read.is_link_local:
        return "link_local"
    if read in _CARRIER_GRADE:
        return "cgnat"
    return "global" if read.is_global else "private"


def _is_global_six(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False
