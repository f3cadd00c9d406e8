"""Where a mail to the desk stands, what the scanner may say, and how much is taken. Plain data."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import Final

LARGEST_MAIL: Final = 30 * 1024 * 1024  # more is kept aside with its head only; mail servers refuse at about 25 MB
LARGEST_FILE: Final = 20 * 1024 * 1024  # clamd's StreamMaxLength is 25 MB as it comes
MOST_FILES: Final = 50
DAYS_BACK: Final = 30  # older mails of a mailbox that is read for the first time stay where they are
MOST_TRIES: Final = (
    5  # a mail that breaks the intake so often is kept aside, and a person is asked to look at a mailbox
)
PAUSE: Final = timedelta(hours=1)  # then a mail that a mailbox does not give is asked for so often
# "相談 12番" as our own subjects write it, in both languages; or nothing else as the subject, by who knows the number.
_MARKS: Final = (
    re.compile(r"相談\s{0,5}(\d{1,9})\s{0,5}番に、?(?:相談)?窓口から"),
    re.compile(r"message of the desk in case (\d{1,9})\b", re.IGNORECASE),
    re.compile(
        r"(?:相談\s{0,5}(?P<ja>\d{1,9})\s{0,5}番(?:の件)?(?:について|です)?|case (?P<en>\d{1,9}))[.。!:\s]{0,5}",
        re.IGNORECASE,
    ),
)
# What mail programs of several languages and mail servers ("[EXTERNAL]", 【外部】) put before a subject.
_BEFORE: Final = re.compile(
    r"\s{0,5}(?:(?:re|fw|fwd|aw|wg|sv|vs|tr|rv|res|enc|antw|返信|転送|回复|答复|转发|回覆|轉寄)(?:[\[(^]\d{1,3}[\])]?)?\s{0,5}:"
    r"|\[[^\[\]]{1,30}\]|【[^【】]{1,30}】)",
    re.IGNORECASE,
)


def case_number_in(subject: str) -> int | None:
    """The number of the firm's case when a subject carries our mark of it: "In case 2 PCs stop" does not."""
    text = unicodedata.normalize("NFKC", subject[:300])
    for mark in _MARKS[:2]:
        if number := mark.search(text):
            return int(number[1])
    while before := _BEFORE.match(text):
        text = text[before.end() :]
    alone = _MARKS[2].fullmatch(text.strip())
    return int(alone["ja"] or alone["en"]) if alone else None
