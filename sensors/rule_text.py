"""A detection rule's own text, as the platform gives it to the boxes."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass

from sensors.models import RuleBundle


@dataclass(frozen=True)
class RuleText:
    """A rule of the newest state of the rules (`version`): its line, and whether that state has it switched off."""

    text: str
    version: int
    off: bool


def rule_text(signature_id: int) -> RuleText | None:
    """The rule with this number; None when the newest state has none.

    Rules that the platform itself makes for a box (lists of sites and files) are not among them.
    """
    newest = RuleBundle.objects.select_related("file").order_by("-version").first()
    if newest is None:
        return None
    rules = gzip.decompress(bytes(newest.file.content)).decode("utf-8", "replace")
    match = re.search(rf"^.*\bsid:\s*{signature_id}\s*;.*$", rules, re.MULTILINE)
    if match is None:
        return None
    line = match.group().strip()
    return RuleText(line.lstrip("# "), newest.version, line.startswith("#"))
