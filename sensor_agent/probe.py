"""Whether the engine forwards: a frame sent through it, on a pair of devices of its own, must come out again.

A process can live and forward nothing (stopped, spinning, out of memory). The probe's frame is an ARP question that
nobody answers, so the engine logs nothing about it.
"""

import os
import select
import socket
import struct
import time
from pathlib import Path

from sensor_agent.bridge import veth_build

IN_OUTSIDE, IN_ENGINE = "otpr0", "otpr1"
OUT_ENGINE, OUT_OUTSIDE = "otpr2", "otpr3"
_ARP = 0x0806
_SENDER = bytes.fromhex("020000006f74")
_CAPTURES = Path("/proc/net/packet")


class Probe:
    """Two devices the engine joins, and our ends of them."""

    def __init__(self) -> None:
        veth_build(IN_OUTSIDE, IN_ENGINE)
        veth_build(OUT_ENGINE, OUT_OUTSIDE)
        self._sending = self._socket(IN_OUTSIDE)
        self._hearing = self._socket(OUT_OUTSIDE)

    def passes(self, within_s: float) -> bool:
        """Send one frame; whether it came through in time."""
        nonce = os.urandom(6)
        # who has 192.0.2.2? An address nobody has (RFC 5737).
        question = struct.pack(
            "!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, _SENDER, b"\0\0\0\0", nonce, socket.inet_aton("192.0.2.2")
        )
        try:
            self._sending.send(b"\xff" * 6 + _SENDER + struct.pack("!H", _ARP) + question.ljust(46, b"\0"))
        except OSError:
            return False
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0:
            if not select.select([self._hearing], [], [], left)[0]:
                break
            if nonce in self._hearing.recv(2048):
                return True
        return False

    def close(self) -> None:
        """Let go of the devices."""
        self._sending.close()
        self._hearing.close()

    @staticmethod
    def _socket(device: str) -> socket.socket:
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ARP))
        opened.bind((device, _ARP))
        return opened


def captures(process: int, devices: set[int]) -> set[int]:
    """Of `devices` (interface indexes), those on which the process has opened a capture.

    Raises nothing: a process that has gone has none.
    """
    opened = set()
    for line in _CAPTURES.read_text().splitlines()[1:]:
        fields = line.split()  # sk RefCnt Type Proto Iface R Rmem User Inode
        if int(fields[4]) in devices:
            opened.add((int(fields[4]), fields[8]))
    if not opened:
        return set()
    own = _sockets_of(process)
    return {device for device, inode in opened if inode in own}


def _sockets_of(process: int) -> set[str]:
    inodes = set()
    try:
        for handle in os.scandir(f"/proc/{process}/fd"):
            try:
                target = os.readlink(handle.path)
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    except OSError:
        return set()
    return inodes
