"""The family of refusals: a service does not do what somebody wants, and the page can say why in words."""

from __future__ import annotations


class Refusal(Exception):
    """Nothing was changed, for a reason the person can be told (`web.refusals`)."""
