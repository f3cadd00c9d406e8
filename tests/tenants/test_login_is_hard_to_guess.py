"""Log-in: good passwords only, few tries, no hint who has an account, and it works without Redis."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import Client
from pytest_django import Settings

from tenants.accounts.passwords import BreachedPasswordValidator
from tenants.models import User
from tests.factories import PASSWORD, Cast
from tests.tenants.people import is_inside, log_in


def _list_of(tmp_path: Path, passwords: list[str], counts: bool) -> str:
    lines = sorted(hashlib.sha1(p.encode()).hexdigest().upper() for p in passwords)
    path = tmp_path / "breached.txt"
    path.write_text("".join(f"{line}{f':{n}' if counts else ''}\n" for n, line in enumerate(lines, 1)))
    return str(path)


@pytest.mark.parametrize("counts", [True, False])
def test_a_breached_password_is_found_wherever_it_stands_in_the_list(
    settings: Settings, tmp_path: Path, counts: bool
) -> None:
    breached = [f"breached passphrase {n}" for n in range(200)]
    settings.BREACHED_PASSWORDS_FILE = _list_of(tmp_path, breached, counts)
    for password in breached:
        with pytest.raises(ValidationError, match="漏れた"):
            BreachedPasswordValidator().validate(password)
    for n in range(200):
        BreachedPasswordValidator().validate(f"never seen {n}")


def test_a_missing_list_is_said_aloud(settings: Settings, tmp_path: Path) -> None:
    settings.BREACHED_PASSWORDS_FILE = str(tmp_path / "none.txt")
    with pytest.raises(ImproperlyConfigured):
        BreachedPasswordValidator().validate("whatever it is")


def test_passwords_are_kept_by_argon2(database: None) -> None:
    assert User.objects.create_user("a@b.invalid", PASSWORD).password.startswith("argon2$argon2id$")


def test_after_five_wrong_passwords_the_right_one_waits_too(cast: Cast) -> None:
    for _ in range(5):
        assert not is_inside(log_in("hanako@sakura.invalid", "wrong password!"))
    assert not is_inside(log_in("hanako@sakura.invalid"))
    assert is_inside(log_in("jiro@yamada.invalid"))


def test_the_answers_do_not_tell_who_has_an_account(cast: Cast) -> None:
    pages = []
    for email in ("hanako@sakura.invalid", "nobody@sakura.invalid"):
        page = Client().post("/accounts/login/", {"login": email, "password": "wrong password!"}).content.decode()
        pages.append(page.replace(email, "X"))
        reset = Client().post("/accounts/password/reset/", {"email": email})
        assert reset.url == "/accounts/password/reset/done/"  # type: ignore[attr-defined]
    assert [_visible(page) for page in pages] == [_visible(pages[0])] * 2


def _visible(page: str) -> str:
    import re

    return re.sub(r'value="[^"]{30,}"|"X-CSRFToken": "[^"]*"', "", page)


def test_nobody_signs_up_by_themselves(cast: Cast) -> None:
    fields = {"email": "x@x.invalid", "password1": PASSWORD, "password2": PASSWORD}
    assert "登録は招待制です" in Client().get("/accounts/signup/").content.decode()
    Client().post("/accounts/signup/", fields)
    assert not User.objects.filter(email="x@x.invalid").exists()


def test_log_in_and_its_limits_work_while_redis_is_down(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0", "OPTIONS": {}}}
    caches["default"].close()
    connections = vars(caches)["_connections"]
    monkeypatch.setattr(connections, "default", caches.create_connection("default"))
    assert is_inside(log_in("hanako@sakura.invalid"))
    for _ in range(5):
        log_in("jiro@yamada.invalid", "wrong password!")
    assert not is_inside(log_in("jiro@yamada.invalid"))
