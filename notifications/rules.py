"""Rules of delivery: Message-IDs, when to try again."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from django.utils.crypto import salted_hmac

MAX_ATTEMPTS = 30  # with the pauses below, about a day
LONGEST_PAUSE = timedelta(hours=1)
WARN_AFTER_ATTEMPTS = 3  # after so many tries an urgent mail is worth a phone call

CONFIRM_KIND = "contact_confirm"
TEST_KIND = "contact_test"
# Whoever sent these sees on the page what became of them.
OWN_AFFAIRS = frozenset({CONFIRM_KIND, TEST_KIND})
# Whoever opens an invitation's link can join with it, who has a question's link answers for the firm, and who has a
# confirmation's gets its notices: such a message waits sealed, and is forgotten once it is sent.
SECRET_KINDS = frozenset({"invitation", "feedback", CONFIRM_KIND})


_LINE_ENDS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"


class HeaderInjection(ValueError):
    """A line break where a mail header would end up."""


def one_line(text: str) -> str:
    """`text` in one line, other control characters as blanks. Raises HeaderInjection when it has a line break.

    What a firm's name may hold, such as a character of its own printer's making or an invisible joiner, stops no mail.
    """
    if len(text.splitlines()) > 1 or text != text.rstrip(_LINE_ENDS):
        raise HeaderInjection(text)
    return "".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text)


def message_id(tenant_id: int, key: str, domain: str) -> str:
    """The same for the same message at every try, so that a repeat is recognised; it tells nothing about the firm.

    Keyed with SECRET_KEY: who knows it has seen the mail, so that an answer goes on with its case and a mail that came
    back is believed. With another SECRET_KEY, answers to older mails begin a new case.
    """
    digest = salted_hmac("otasuke.message-id", f"{tenant_id}\n{key}", algorithm="sha256").hexdigest()[:40]
    return f"<{digest}@{domain}>"


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the given number of failed tries: 1, 2, 4 … minutes, at most an hour."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_PAUSE)


def is_permanent(reply_code: int) -> bool:
    """Whether an SMTP reply means that trying again is useless (RFC 5321 4.2.1)."""
    return 500 <= reply_code <= 599
