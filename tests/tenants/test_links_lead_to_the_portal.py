"""Every link we send leads to the configured portal, whatever host, port or scheme a request names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.factories import PASSWORD, Cast
from tests.mailing import account_mails
from tests.tenants.people import log_in, mails_of, words_of

ROOT = Path(__file__).resolve().parents[2]
HANAKO = "hanako@sakura.invalid"
FORGED = ("testserver:6666", "evil.example", "testserver.evil.example:80")


@pytest.fixture(autouse=True)
def fresh_counts(settings: Settings) -> None:
    settings.PORTAL_URL = "http://testserver"
    cache.clear()


def addresses(text: str) -> set[str]:
    """Scheme, host and port of every link."""
    return set(re.findall(r"https?://[^/\s]+", text))


@pytest.mark.parametrize("host", FORGED)
def test_a_reset_mail_does_not_follow_the_host_header(cast: Cast, host: str) -> None:
    Client().post("/accounts/password/reset/", {"email": HANAKO}, HTTP_HOST=host)
    text = account_mails()[-1]["text"]
    assert "/accounts/password/reset/key/" in text
    assert addresses(text) == {"http://testserver"}
    assert host not in text


@pytest.mark.parametrize("host", FORGED)
def test_a_confirmation_of_an_address_does_not_either(cast: Cast, host: str) -> None:
    client = log_in(HANAKO)
    client.post("/accounts/email/", {"action_add": "", "email": "new@sakura.invalid"}, HTTP_HOST=host)
    mail = account_mails()[-1]
    assert mail["to"] == "new@sakura.invalid"
    assert "/accounts/confirm-email/" in mail["text"]
    assert addresses(mail["text"]) == {"http://testserver"}


@pytest.mark.parametrize("host", FORGED)
def test_notices_and_their_subjects_name_no_foreign_host(cast: Cast, host: str) -> None:
    fields = {"oldpassword": PASSWORD, "password1": "correct horse 電池", "password2": "correct horse 電池"}
    log_in(HANAKO).post("/accounts/password/change/", fields, HTTP_HOST=host)
    mails = account_mails()
    assert mails
    for mail in mails:
        assert host not in "".join(mail.values())
        assert addresses(mail["text"]) <= {"http://testserver"}


@pytest.mark.parametrize("host", FORGED)
def test_invitations_and_applications_lead_to_the_portal(cast: Cast, host: str) -> None:
    owner = log_in(HANAKO)
    owner.post("/organisation/members/invite/", {"email": "x@sakura.invalid", "role": "member"}, HTTP_HOST=host)
    assert addresses(words_of(mails_of(cast.sakura_dental.pk, "invitation")[-1])) == {"http://testserver"}
    office = Client()
    office.force_login(cast.clerk)
    page = office.get("/office/applications/", HTTP_HOST=host).content.decode()
    assert f"http://testserver/apply/{cast.programme.pk}/" in page
    assert host not in page


def test_no_code_of_ours_makes_an_address_from_the_request() -> None:
    folders = (
        "tenants",
        "notifications",
        "sensors",
        "alerts",
        "incidents",
        "insurance",
        "surveys",
        "reports",
        "portal",
    )
    sources = [path for name in (*folders, "templates") for path in (ROOT / name).rglob("*.*") if path.suffix != ".pyc"]
    makers = re.compile(r"build_absolute_uri|get_host\b|get_current_site")
    assert [str(path) for path in sources if makers.search(path.read_text(errors="replace"))] == []
