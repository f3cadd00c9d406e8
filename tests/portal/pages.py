"""Reads pages as text, and checks what every page must keep."""

from __future__ import annotations

import re
from html import unescape


def text_of(page: str) -> str:
    """What a person reads: no tags, no scripts, single spaces."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", bare)))


def hero_of(page: str) -> str:
    """The markup of the page's answer."""
    hero = re.search(r'<section class="hero.*?</section>', page, flags=re.DOTALL)
    assert hero, "the page has no answer"
    return hero.group()


def inline_code(page: str) -> list[str]:
    """Style attributes, event handlers, script blocks: nothing a strict CSP would refuse may stand in a page."""
    attributes = re.findall(r"<[^>]*?\s(?:style|on[a-z]+)=[^>]*>", page)
    blocks = re.findall(r"<style\b[^>]*>|<script(?![^>]*\bsrc=)[^>]*>", page)
    return attributes + blocks
