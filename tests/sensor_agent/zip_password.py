"""A ZIP with the traditional password (PKWARE's APPNOTE 6.1), which Python's zipfile reads but does not write."""

import os
import struct
import zlib


class _Keys:
    def __init__(self, password: bytes) -> None:
        self._keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self._update(byte)

    def encrypted(self, plain: bytes) -> bytes:
        """Each byte by the keys that those before it left."""
        result = bytearray()
        for byte in plain:
            mask = (self._keys[2] | 2) & 0xFFFF
            result.append(byte ^ (mask * (mask ^ 1) >> 8 & 0xFF))
            self._update(byte)
        return bytes(result)

    def _update(self, byte: int) -> None:
        self._keys[0] = _crc(self._keys[0], byte)
        self._keys[1] = ((self._keys[1] + (self._keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self._keys[2] = _crc(self._keys[2], self._keys[1] >> 24)


def _crc(old: int, byte: int) -> int:
    return zlib.crc32(bytes([byte]), old ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def zip_encrypted(name: str, content: bytes, password: bytes) -> bytes:
    """An archive with one member."""
    crc = zlib.crc32(content)
    compressed = zlib.compress(content)[2:-4]
    data = _Keys(password).encrypted(os.urandom(11) + bytes([crc >> 24]) + compressed)
    raw = name.encode()
    # version, flags (encrypted, UTF-8), method, time, date, sums and sizes, lengths of name and extra field
    common = struct.pack("<HHHHHIIIHH", 20, 0x801, 8, 0, 0x21, crc, len(data), len(content), len(raw), 0)
    local = b"PK\x03\x04" + common + raw + data
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + raw
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
