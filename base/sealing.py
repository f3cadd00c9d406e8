"""Seals secrets that must be read again (second factors, links in waiting mails) before they go into the database.

The keys come from SEALING_KEYS, the newest first: the first seals, all open. SECRET_KEY and its fallbacks always open,
and seal while SEALING_KEYS is empty. `manage.py seals_renew` seals everything anew with the first key, after which an
older one may be taken out.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(ValueError):
    """Sealed with a key that is not known any more, or not sealed by us."""


@lru_cache(maxsize=4)
def _ring(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([_fernet(secret) for secret in secrets])


def _fernet(secret: str) -> Fernet:
    # The words bind the key to this use; changing them makes every seal unreadable.
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"otasuke second factors 1").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def _keys() -> MultiFernet:
    return _ring((*settings.SEALING_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(text: str) -> str:
    """`text` encrypted and authenticated with the first key."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text again. Raises Unreadable."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable("sealed with an unknown key") from None


def reseal(sealed: str) -> str:
    """The same text sealed with the first key; its time of sealing stays. Raises Unreadable."""
    try:
        return _keys().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable("sealed with an unknown key") from None
