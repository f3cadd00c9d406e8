"""Three network namespaces, LAN – box – WAN, joined by veth. The box has two ports without addresses."""

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass
from typing import Self

LAN_NET = "192.168.50.0/24"
ROUTER = "192.168.50.1"
LAN_CLIENT = "192.168.50.10"
LAN_SERVER = "192.168.50.20"
WAN_WEB = "203.0.113.10"
WAN_PHISHING = "203.0.113.80"
WAN_CALLBACK = "203.0.113.66"
WAN_ATTACKER = "198.51.100.7"
LAN_PORT, WAN_PORT = "lan0", "wan0"
ROUTER_MAC = "02:00:00:00:50:01"
CLIENT_MAC = "02:00:00:00:50:10"


class LabError(Exception):
    """The lab could not be built or a step of it could not be run."""


def ip(*arguments: str, check: bool = True) -> str:
    """Run ip(8). Raises LabError with its complaint."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        raise LabError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


@dataclass(frozen=True)
class Network:
    """The namespaces `<prefix>-lan`, `<prefix>-box`, `<prefix>-wan`. Use as a context manager."""

    prefix: str

    @property
    def lan(self) -> str:
        return f"{self.prefix}-lan"

    @property
    def box(self) -> str:
        return f"{self.prefix}-box"

    @property
    def wan(self) -> str:
        return f"{self.prefix}-wan"

    @staticmethod
    def inside(namespace: str) -> tuple[str, ...]:
        """What to put before a command so that it runs in the namespace."""
        return ("ip", "netns", "exec", namespace)

    def __enter__(self) -> Self:
        self.remove()
        try:
            self._build()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def remove(self) -> None:
        """Delete the namespaces with all that is in them; fine when they do not exist."""
        for namespace in (self.lan, self.box, self.wan):
            for process in ip("netns", "pids", namespace, check=False).split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)  # the guard and the engine outlive the agent
            ip("netns", "del", namespace, check=False)

    def own_port(self, here: str, there: str) -> None:
        """A third port of the box for its own traffic: `there` on it, `here` is its gateway in the root namespace."""
        outside = f"{self.prefix}-m"[-15:]
        ip("link", "add", outside, "type", "veth", "peer", "name", "mgmt0", "netns", self.box)
        ip("addr", "add", f"{here}/30", "dev", outside)
        ip("link", "set", outside, "up")
        ip("-n", self.box, "addr", "add", f"{there}/30", "dev", "mgmt0")
        ip("-n", self.box, "link", "set", "mgmt0", "up")
        ip("-n", self.box, "route", "add", "default", "via", here)

    def _build(self) -> None:
        for namespace in (self.lan, self.box, self.wan):
            ip("netns", "add", namespace)
            for setting in ("net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"):
                subprocess.run([*self.inside(namespace), "sysctl", "-qw", setting], check=False, capture_output=True)
            ip("-n", namespace, "link", "set", "lo", "up")
        self._cable(LAN_PORT, self.lan, CLIENT_MAC)
        self._cable(WAN_PORT, self.wan, ROUTER_MAC)
        for address in (LAN_CLIENT, LAN_SERVER):
            ip("-n", self.lan, "addr", "add", f"{address}/24", "dev", "eth0")
        ip("-n", self.wan, "addr", "add", f"{ROUTER}/24", "dev", "eth0")
        for address in (WAN_WEB, WAN_PHISHING, WAN_CALLBACK, WAN_ATTACKER):
            ip("-n", self.wan, "addr", "add", f"{address}/32", "dev", "lo")
        ip("-n", self.lan, "route", "add", "default", "via", ROUTER, "src", LAN_CLIENT)

    def _cable(self, port: str, end: str, mac: str) -> None:
        ip("-n", self.box, "link", "add", "name", port, "type", "veth", "peer", "name", "eth0", "netns", end)
        ip("-n", end, "link", "set", "eth0", "address", mac)
        ip("-n", self.box, "link", "set", port, "up", "promisc", "on")
        ip("-n", end, "link", "set", "eth0", "up")
