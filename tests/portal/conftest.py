"""Fixtures of the portal's tests."""

from tests.mailing import mailbox

__all__ = ["mailbox"]
