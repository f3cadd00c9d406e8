"""Texts that strangers chose are shown as what they are: nothing hidden, nothing turned around, nothing to click on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.templates import template_files
from web.outside import as_it_is, defanged


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("見積書.xlsx", "見積書.xlsx"),
        ("fdp\u202eexe.scr", "fdp[U+202E]exe.scr"),
        ("a\u200bb", "a[U+200B]b"),
        ("one\r\ntwo", "one  two"),
        ("null\x00", "null[U+0000]"),
        ("line\u2028two", "line[U+2028]two"),
    ],
)
def test_a_page_shows_what_is_there(written: str, shown: str) -> None:
    assert as_it_is(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://example.com/now", "https[:]//example[.]com/now"),
        ("www.example.co.jp", "www[.]example[.]co[.]jp"),
        ("owner@example.com", "owner[@]example[.]com"),
        ("invoice.zip", "invoice[.]zip"),
        ("例え.テスト", "例え[.]テスト"),
        ("example。com", "example[.]com"),
        ("bücher.xn--p1ai", "bücher[.]xn--p1ai"),
        ("203.0.113.9", "203.0.113.9"),
        ("ET MALWARE Foobot v1.2", "ET MALWARE Foobot v1.2"),
        ("Ends here. Next.", "Ends here. Next."),
    ],
)
def test_a_mail_holds_nothing_to_click_on(written: str, shown: str) -> None:
    assert defanged(written) == shown


@given(st.text())
def test_no_text_keeps_a_scheme_an_address_or_a_hidden_letter(text: str) -> None:
    shown = defanged(text)
    assert "://" not in shown
    assert "@" not in shown.replace("[@]", "")
    assert as_it_is(shown) == shown


ROOT = Path(__file__).resolve().parents[2]
# What boxes and mails said, in templates. `called` and the like are the firm's own words.
_PRINTED = re.compile(
    r"\{\{ *[a-z_.]*\b(?:peer|signature|file_name|mail_subject|names_seen|sender_name"
    r"|mail\.subject|alert\.host|alert\.url)\b[^}]*\}\}"
)
_OUR_OWN = {
    "templates/portal/home.html": "mail.subject",  # of mails we wrote
}


def test_every_place_that_prints_a_strangers_text_shows_it_as_it_is() -> None:
    bare: list[str] = []
    for path, _name in template_files():
        if path.suffix not in {".html", ".txt"}:
            continue
        name = str(path.relative_to(ROOT))
        clickable = path.parent.name in {"mail", "pdf"}
        for printed in _PRINTED.findall(path.read_text()):
            filters = ("|defanged",) if clickable else ("|outside", "|defanged")
            if not any(word in printed for word in filters) and _OUR_OWN.get(name, "-") not in printed:
                bare.append(f"{name}: {printed}")
    assert bare == []
