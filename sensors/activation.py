"""Activation codes: twelve characters people can read out on the telephone, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

# Crockford's base 32: no I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
LOOKUP_LENGTH = 4
TRIES = 5
VALID_FOR = timedelta(days=14)
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


class CodeMalformed(ValueError):
    """Not twelve characters of the alphabet."""


def code_make() -> str:
    """A new random code (60 bits) in plain form."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def code_shown(code: str) -> str:
    """A plain code as a person reads it: three groups of four characters with hyphens."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def code_read(text: str) -> str:
    """The plain form of what a person typed: small letters, spaces, and I, L, O for 1, 1, 0 are understood.

    Raises CodeMalformed.
    """
    code = text.strip().upper().translate(_MISREAD)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise CodeMalformed("twelve characters expected")
    return code


def code_lookup(code: str) -> str:
    """The part that finds the row."""
    return code[:LOOKUP_LENGTH]


def code_hash(code: str) -> bytes:
    """32 bytes. Slow on purpose: the 40 bits beside the look-up part must not be found from a stolen table."""
    return hashlib.scrypt(code.encode(), salt=b"otasuke-activation", n=2**13, r=8, p=1, dklen=32)


def code_matches(code: str, stored: bytes) -> bool:
    """Whether this is the code, in constant time."""
    return hmac.compare_digest(code_hash(code), bytes(stored))
