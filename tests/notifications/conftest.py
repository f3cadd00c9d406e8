"""A real SMTP server for these tests."""

from tests.mailing import mailbox

__all__ = ["mailbox"]
