"""Refuses passwords known from leaks, by a list on our own disk: nothing is sent anywhere."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.translation import gettext

HEX_LENGTH = 40


def stands_in(file: BinaryIO, digest: str) -> bool:
    """Binary search of a SHA-1 (upper-case hex) in lines sorted by hash, with or without `:count` behind it."""
    wanted = digest.upper().encode()
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        start, line = _line_from(file, middle)
        at_middle = line[:HEX_LENGTH].upper()
        if at_middle == wanted:
            return True
        if not line or at_middle > wanted:
            high = middle
        else:
            low = start + len(line)
    return False


def _line_from(file: BinaryIO, position: int) -> tuple[int, bytes]:
    """The first whole line that begins at `position` or later."""
    if position == 0:
        file.seek(0)
    else:
        file.seek(position - 1)
        file.readline()
    start = file.tell()
    return start, file.readline()


class BreachedPasswordValidator:
    """Refuses passwords in BREACHED_PASSWORDS_FILE; allows all while the setting is empty.

    Raises ImproperlyConfigured for a file that is not there: a check that silently does nothing would be believed in.
    """

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for a password that is in the list."""
        name = str(settings.BREACHED_PASSWORDS_FILE or "")
        if not name:
            return
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()
        try:
            with Path(name).open("rb") as file:
                breached = stands_in(file, digest)
        except OSError as error:
            raise ImproperlyConfigured(f"BREACHED_PASSWORDS_FILE cannot be read: {error}") from error
        if breached:
            raise ValidationError(
                gettext("このパスワードは、ほかのサービスから漏れたことがあるため使えません。別のものにしてください。"),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        """Shown beside the field."""
        return gettext("ほかのサービスから漏れたことのあるパスワードは使えません。")
