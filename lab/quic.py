"""The first packet of a QUIC connection (RFC 9000, 9001) around a real TLS hello, for whoever looks for its name."""

import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SALT = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")  # RFC 9001, 5.2
_LEAST = 1200  # RFC 9000, 14.1
_NUMBER_BYTES, _TAG_BYTES = 4, 16


def initial(hello: bytes) -> bytes:
    """One datagram: an Initial packet of version 1 whose CRYPTO frame holds the hello (a handshake message)."""
    wanted = os.urandom(8)
    frame = b"\x06\x00" + _number(len(hello)) + hello
    head = b"\xc3\0\0\0\x01" + bytes([len(wanted)]) + wanted + b"\0\0"
    padding = _LEAST - len(head) - 2 - _NUMBER_BYTES - len(frame) - _TAG_BYTES
    plain = frame + b"\0" * max(0, padding)
    head += _number(_NUMBER_BYTES + len(plain) + _TAG_BYTES) + b"\0" * _NUMBER_BYTES  # packet number 0
    secret = _expand(hmac.digest(_SALT, wanted, "sha256"), b"client in", 32)
    key, nonce, mask_key = (
        _expand(secret, label, length) for label, length in ((b"quic key", 16), (b"quic iv", 12), (b"quic hp", 16))
    )
    sealed = AESGCM(key).encrypt(nonce, plain, head)
    cipher = Cipher(algorithms.AES(mask_key), modes.ECB()).encryptor()  # noqa: S305 - one block, as RFC 9001, 5.4 has it
    mask = cipher.update(sealed[:16])  # the sample begins four bytes after the number begins, which is its end
    number_at = len(head) - _NUMBER_BYTES
    number = bytes(plain_byte ^ mask_byte for plain_byte, mask_byte in zip(head[number_at:], mask[1:5], strict=True))
    return bytes([head[0] ^ mask[0] & 0x0F]) + head[1:number_at] + number + sealed


def _number(value: int) -> bytes:
    """A number of two bytes (RFC 9000, 16)."""
    return (0x4000 | value).to_bytes(2, "big")


def _expand(secret: bytes, label: bytes, length: int) -> bytes:
    """HKDF-Expand-Label of TLS 1.3 for at most 32 bytes."""
    full = b"tls13 " + label
    wanted = length.to_bytes(2, "big") + bytes([len(full)]) + full + b"\0"
    return hmac.new(secret, wanted + b"\x01", hashlib.sha256).digest()[:length]
