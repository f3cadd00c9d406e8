"""Attacks without end, some a second, for runs that count: `python -m lab.traffic outside|inside RATE`.

Each is one connection with one request that one rule answers to; nobody waits for an answer.
"""

import socket
import struct
import sys
import time

from lab.network import LAN_CLIENT, LAN_SERVER, WAN_ATTACKER, WAN_CALLBACK

REQUESTS = {
    "outside": (
        WAN_ATTACKER,
        (LAN_SERVER, 80),
        b"GET /item?id=1%20UNION%20SELECT%20a,b%20FROM%20users HTTP/1.1\r\nHost: shop\r\nUser-Agent: Mozilla\r\n\r\n",
    ),
    "inside": (
        LAN_CLIENT,
        (WAN_CALLBACK, 80),
        b"POST /gate.php HTTP/1.1\r\nHost: c2.example\r\nUser-Agent: lab-bot/1\r\nContent-Length: 0\r\n\r\n",
    ),
}


def main(side: str, rate: float) -> None:
    """Send until killed."""
    source, target, request = REQUESTS[side]
    while True:
        began = time.monotonic()
        _send_once(source, target, request)
        time.sleep(max(0.0, 1 / rate - (time.monotonic() - began)))


def _send_once(source: str, target: tuple[str, int], request: bytes) -> None:
    with socket.socket() as mouth:
        mouth.settimeout(0.3)
        mouth.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        try:
            mouth.bind((source, 0))
            mouth.connect(target)
            mouth.sendall(request)
            time.sleep(0.02)
        except OSError:
            return  # the line is cut for a moment: that is what is being tried


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
