"""The way around the engine: a kernel bridge that joins the two ports whenever the engine does not.

    router ── wan port ── otwan (bridge) ── otin0 ═ otin1 ── engine ── lan port ── LAN       the engine looks
    router ── wan port ── otwan (bridge) ─────────────────────────── lan port ── LAN         the way around

The WAN port always stays in the bridge, where the box may have an address of its own; only the LAN port goes in and
out, by one call to the kernel. Needs CAP_NET_ADMIN and to run in the network namespace that holds the ports.
"""

import contextlib
import fcntl
import socket
import struct
import subprocess
from pathlib import Path

from sensor_agent.ports import offloads_off

BRIDGE = "otwan"
BRIDGE_SIDE, ENGINE_SIDE = "otin0", "otin1"
_ADD_PORT, _REMOVE_PORT = 0x89A2, 0x89A3  # linux/sockios.h: SIOCBRADDIF, SIOCBRDELIF
_ENTRY_BYTES = 16
_DEVICES = Path("/sys/class/net")
_SETTINGS = Path("/proc/sys/net/ipv6/conf")
_FIREWALLS = Path("/proc/sys/net/bridge")


class BridgeError(Exception):
    """The kernel refused a device; the text is its answer."""


def ip(*arguments: str) -> None:
    """Run ip(8). Raises BridgeError with its complaint."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, timeout=20, check=False)
    if done.returncode != 0:
        raise BridgeError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


def exists(device: str) -> bool:
    """Whether a network device of this name is here."""
    return (_DEVICES / device).exists()


def veth_build(near: str, far: str) -> None:
    """A pair of joined devices, up, without addresses and offloads; fine when it exists."""
    if not exists(near):
        ip("link", "add", near, "type", "veth", "peer", "name", far)
    for device in (near, far):
        quiet(device)
        ip("link", "set", device, "up")


def quiet(device: str) -> None:
    """No address of its own and no offloads: packets are forwarded as they came."""
    setting = _SETTINGS / device / "disable_ipv6"
    if setting.exists():
        setting.write_text("1")
    offloads_off(device)


def learnt_at(port: str) -> set[str]:
    """MAC addresses the bridge met at a port in the last minutes (linux/if_bridge.h: struct __fdb_entry)."""
    try:
        number = int((_DEVICES / port / "brport" / "port_no").read_text(encoding="ascii"), 16)
        table = (_DEVICES / BRIDGE / "brforward").read_bytes()
    except (OSError, ValueError):
        return set()
    entries = (table[at : at + _ENTRY_BYTES] for at in range(0, len(table) - _ENTRY_BYTES + 1, _ENTRY_BYTES))
    return {entry[:6].hex(":") for entry in entries if entry[6] == number & 0xFF and not entry[7]}


def own_macs() -> set[str]:
    """MAC addresses of this machine's devices."""
    addresses = set[str]()
    for path in _DEVICES.glob("*/address"):
        with contextlib.suppress(OSError):  # the device went away meanwhile
            addresses.add(path.read_text(encoding="ascii").strip())
    return addresses


def firewalls_off() -> None:
    """A firewall for this machine (ufw, a container engine's) is not asked about what it only passes on."""
    for setting in _FIREWALLS.glob("bridge-nf-call-*"):
        with contextlib.suppress(OSError):
            setting.write_text("0")


class Bypass:
    """The bridge over two ports. `build` once, then `open` and `close`; both are quick and may be repeated."""

    def __init__(self, lan: str, wan: str) -> None:
        self._lan, self.wan = lan, wan

    def build(self) -> None:
        """Make the bridge and its link to the engine. Raises BridgeError."""
        for port in (self._lan, self.wan):
            if not exists(port):
                raise BridgeError(f"there is no port {port}")
        if not exists(BRIDGE):
            ip("link", "add", BRIDGE, "type", "bridge", "stp_state", "0", "forward_delay", "0", "mcast_snooping", "0")
        firewalls_off()
        veth_build(BRIDGE_SIDE, ENGINE_SIDE)
        for port in (self._lan, self.wan):
            quiet(port)
            ip("link", "set", port, "up", "promisc", "on")
        for port in (BRIDGE_SIDE, self.wan):
            if not self._enslaved(port):
                self._call(_ADD_PORT, port)
        self._unlearn(BRIDGE_SIDE)
        ip("link", "set", BRIDGE, "up")

    @property
    def is_open(self) -> bool:
        """Whether traffic goes around the engine now."""
        return self._enslaved(self._lan)

    def open(self) -> None:
        """Lead traffic around the engine. Raises BridgeError."""
        if not self.is_open:
            self._call(_ADD_PORT, self._lan)
            self._unlearn(self._lan)

    def close(self) -> None:
        """Leave the ports to the engine. Raises BridgeError."""
        if self.is_open:
            self._call(_REMOVE_PORT, self._lan)

    def remove(self) -> None:
        """Take everything away again that `build` made; the ports are no longer joined."""
        for device in (BRIDGE, BRIDGE_SIDE):
            if exists(device):
                ip("link", "del", device)

    def _enslaved(self, port: str) -> bool:
        return (_DEVICES / port / "master").exists()

    @staticmethod
    def _unlearn(port: str) -> None:
        # The LAN's machines move between two ports of the bridge: what was learned at one would be wrong at the other.
        ip("link", "set", port, "type", "bridge_slave", "learning", "off")

    @staticmethod
    def _call(order: int, port: str) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            request = struct.pack("16si20x", BRIDGE.encode(), socket.if_nametoindex(port))
            try:
                fcntl.ioctl(control.fileno(), order, request)
            except OSError as problem:
                raise BridgeError(f"{port}: {problem}") from problem
