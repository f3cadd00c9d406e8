"""What a person calls the program they use, from its user agent: a plain rule for lists of sessions."""

from __future__ import annotations

from django.utils.translation import gettext

PROGRAMS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """`Windows の Chrome`; unknown ones are called that."""
    program = next((name for mark, name in PROGRAMS if mark in user_agent), "")
    machine = next((name for mark, name in MACHINES if mark in user_agent), "")
    if program and machine:
        return gettext("%(machine)s の %(program)s") % {"machine": machine, "program": program}
    return program or machine or gettext("不明なブラウザー")
