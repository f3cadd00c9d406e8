"""The box's two ports: offloads off, because merged or unsummed packets cannot be forwarded as they came.

Run as `python3 -m sensor_agent.ports NAME NAME` inside the network namespace that holds the ports.
"""

import array
import fcntl
import socket
import struct
import sys

_SIOCETHTOOL = 0x8946
# linux/ethtool.h: set receive/transmit checksum, scatter-gather, TSO, UFO, GSO, GRO
_SETTERS = (0x15, 0x17, 0x19, 0x1F, 0x22, 0x24, 0x2C)


def offloads_off(name: str) -> int:
    """Switch a port's offloads off. Returns how many settings the driver took (it may not know some)."""
    taken = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for setter in _SETTERS:
            value = array.array("B", struct.pack("II", setter, 0))
            address, _ = value.buffer_info()
            request = struct.pack("16sP16x", name.encode(), address)
            try:
                fcntl.ioctl(control.fileno(), _SIOCETHTOOL, request)
                taken += 1
            except OSError:
                continue
    return taken


if __name__ == "__main__":
    for port in sys.argv[1:]:
        offloads_off(port)
