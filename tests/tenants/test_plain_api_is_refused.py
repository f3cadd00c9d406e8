"""Over http the API answers nothing and leads nowhere; people's browsers are led to https."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture(autouse=True)
def https_site(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True


@pytest.mark.parametrize(("method", "path"), [("get", "/api/v1/alerts/"), ("post", "/api/v1/batches")])
def test_a_call_over_http_is_refused_and_not_redirected(database: None, method: str, path: str) -> None:
    answer = getattr(Client(), method)(path)
    assert (answer.status_code, answer.json()["error"]) == (403, "https_only")
    assert "Location" not in answer


def test_over_https_it_answers_as_ever(database: None) -> None:
    assert Client().get("/api/v1/time?nonce=00112233445566778899aabbccddeeff", secure=True).status_code == 200


def test_a_browser_is_led_to_https(database: None) -> None:
    answer = Client().get("/accounts/login/")
    assert (answer.status_code, answer["Location"].split(":")[0]) == (301, "https")
