"""Names that machines give themselves: DHCP (RFC 2132 option 12), mDNS (RFC 6762) and NetBIOS (RFC 1002) frames."""

import socket
import struct

LONGEST = 80
_MDNS, _NETBIOS, _DHCP_CLIENT = 1, 2, 3  # the higher one is believed
_REGISTRATION = (5, 8, 9)  # registration, and both numbers in use for refresh


def name_of(frame: bytes) -> tuple[int, str] | None:
    """(how good the source is, name) in an Ethernet frame of a machine about itself; None in any other frame."""
    try:
        return _name_of(frame)
    except (IndexError, struct.error, UnicodeDecodeError):
        return None  # cut or forged


def _name_of(frame: bytes) -> tuple[int, str] | None:
    if frame[12:14] != b"\x08\x00" or frame[23] != 17:
        return None
    at = 14 + (frame[14] & 15) * 4
    source, target = struct.unpack_from("!HH", frame, at)
    payload = frame[at + 8 :]
    if (source, target) == (68, 67):
        return _named(_DHCP_CLIENT, _dhcp(payload))
    if (source, target) == (5353, 5353):
        return _named(_MDNS, _mdns(payload))
    if target == 137:
        return _named(_NETBIOS, _netbios(payload))
    return None


def _named(rank: int, raw: bytes) -> tuple[int, str] | None:
    text = "".join(letter for letter in raw.decode("utf-8") if letter.isprintable()).strip()[:LONGEST]
    return (rank, text) if text else None


def resolvers_of(frame: bytes) -> list[str]:
    """Addresses of resolvers in a DHCP server's answer (RFC 2132 option 6); none in any other frame."""
    try:
        payload = frame[14 + (frame[14] & 15) * 4 + 8 :]
        listed = _option(payload, operation=2, wanted=6)
    except IndexError:
        return []
    return [socket.inet_ntoa(listed[at : at + 4]) for at in range(0, len(listed) - 3, 4)]


def _dhcp(packet: bytes) -> bytes:
    """The host name a client tells the DHCP server."""
    return _option(packet, operation=1, wanted=12).rstrip(b"\0")


def _option(packet: bytes, *, operation: int, wanted: int) -> bytes:
    """An option of a DHCP message of this kind (1: of a client, 2: of a server); raises IndexError for a cut one."""
    if packet[0] != operation or packet[236:240] != b"\x63\x82\x53\x63":
        return b""
    at = 240
    while packet[at] != 255:
        if packet[at] == 0:  # padding
            at += 1
            continue
        length = packet[at + 1]
        if packet[at] == wanted:
            return packet[at + 2 : at + 2 + length]
        at += 2 + length
    return b""


def _mdns(packet: bytes) -> bytes:
    """`desk-pc` of an answer that gives the address of `desk-pc.local`."""
    flags, questions, answers, authority, additional = struct.unpack_from("!5H", packet, 2)
    if not flags & 0x8000:
        return b""
    at = 12
    for _ in range(min(questions, 20)):
        at = _skipped(packet, at) + 4
    for _ in range(min(answers + authority + additional, 50)):
        begins, at = at, _skipped(packet, at)
        kind, _class, _ttl, length = struct.unpack_from("!HHIH", packet, at)
        at += 10 + length
        labels = _labels(packet, begins)
        if kind in (1, 28) and len(labels) == 2 and labels[1].lower() == b"local":
            return labels[0]
    return b""


def _skipped(packet: bytes, at: int) -> int:
    """Where a name that begins at `at` ends."""
    while length := packet[at]:
        if length & 0xC0:
            return at + 2
        at += 1 + length
    return at + 1


def _labels(packet: bytes, at: int) -> list[bytes]:
    """The labels of a name, pointers followed; at most 20 steps, so a loop ends."""
    labels: list[bytes] = []
    for _ in range(20):
        length = packet[at]
        if not length:
            break
        if length & 0xC0:
            at = struct.unpack_from("!H", packet, at)[0] & 0x3FFF
        else:
            labels.append(packet[at + 1 : at + 1 + length])
            at += 1 + length
    return labels


def _netbios(packet: bytes) -> bytes:
    """The workstation name a machine registers for itself (suffix 00, not a group)."""
    operation = packet[2] >> 3 & 15
    if packet[2] & 0x80 or operation not in _REGISTRATION or packet[12] != 32:
        return b""
    letters = packet[13:45]
    if len(letters) != 32 or not all(65 <= letter < 81 for letter in letters):
        return b""
    plain = bytes((letters[at] - 65) << 4 | (letters[at + 1] - 65) for at in range(0, 32, 2))
    group = packet[-6] & 0x80
    return b"" if plain[15] != 0 or group else plain[:15].rstrip(b" ")
