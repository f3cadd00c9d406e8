"""Pages that rooms above publish for rooms below: a link names what the page is, not which room it belongs to.

A room publishes in its `ui/navigation.py`, which is read when the platform starts.
"""

from __future__ import annotations

_names: dict[str, str] = {}
_without_second_factor: set[str] = set()


def publish(**pages: str) -> None:
    """Give pages a name that every room may use: `publish(home=…)`, a URL name. Raises ValueError for a taken one."""
    for page, url_name in pages.items():
        if _names.setdefault(page, url_name) != url_name:
            raise ValueError(f"{page} is already {_names[page]}")


def published(page: str) -> str:
    """The URL name of a published page, for `reverse`, `redirect` and mails. Raises LookupError."""
    try:
        return _names[page]
    except KeyError:
        raise LookupError(f"no room publishes a page {page!r}") from None


def open_without_second_factor(*url_names: str) -> None:
    """Pages that a person who still lacks a required second factor may open: their link says who they are."""
    _without_second_factor.update(url_names)


def needs_no_second_factor(url_name: str) -> bool:
    """Whether a room has said so."""
    return url_name in _without_second_factor
