"""A steady stream of numbered UDP packets through the box: how many are lost or doubled, and for how long.

`python -m lab.stream hear PORT` waits for a stream and prints one JSON line when it has been silent for 3 s;
`python -m lab.stream send ADDRESS PORT SECONDS RATE` sends one.
"""

import itertools
import json
import socket
import struct
import sys
import time

SILENT_S = 3.0


def hear(port: int) -> dict[str, float]:
    """Count a stream: packets sent (the highest number + 1), lost, doubled, longest silence in it (seconds)."""
    times: dict[int, float] = {}
    doubled = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        ear.bind(("0.0.0.0", port))  # noqa: S104 - inside a namespace of the lab
        print("ready", flush=True)
        ear.settimeout(60.0)
        while True:
            try:
                (number,) = struct.unpack_from("!Q", ear.recv(2048))
            except TimeoutError:
                break
            ear.settimeout(SILENT_S)
            doubled += number in times
            times.setdefault(number, time.monotonic())
    arrivals = sorted(times.values())
    gaps = [after - before for before, after in itertools.pairwise(arrivals)]
    sent = max(times, default=-1) + 1
    return {"sent": sent, "lost": sent - len(times), "doubled": doubled, "longest_silence_s": max(gaps, default=0.0)}


def send(address: str, port: int, seconds: float, rate: int) -> None:
    """Send `rate` packets a second."""
    payload = b"\0" * 92
    began = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
        for number in range(int(seconds * rate)):
            mouth.sendto(struct.pack("!Q", number) + payload, (address, port))
            time.sleep(max(0.0, began + number / rate - time.monotonic()))


if __name__ == "__main__":
    if sys.argv[1] == "hear":
        print(json.dumps(hear(int(sys.argv[2]))), flush=True)
    else:
        send(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
