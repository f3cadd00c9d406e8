"""People edit their own name and language, and nobody else's."""

from __future__ import annotations

import pytest
from django.test import Client

from tenants.models import User
from tests.factories import Cast, user_make
from tests.tenants.people import log_in

NEW = {
    "family_name": "髙橋",
    "given_name": "花子",
    "family_name_kana": "たかはし",
    "given_name_kana": "はなこ",
    "language": "en",
}


@pytest.mark.parametrize("role", ["owner", "member", "read_only"])
def test_everybody_edits_their_own_and_the_pages_change_language(cast: Cast, role: str) -> None:
    user = user_make("m@sakura.invalid", cast.sakura_dental, role)
    client = log_in(user.email)
    assert client.post("/account/profile/", NEW).status_code == 302
    user.refresh_from_db()
    assert (user.full_name, user.language) == ("髙橋 花子", "en")
    assert 'lang="en"' in client.get("/account/security/").content.decode()
    assert 'lang="ja"' in Client().get("/accounts/login/").content.decode()


def test_an_address_or_a_right_slipped_in_changes_nothing(cast: Cast) -> None:
    log_in("hanako@sakura.invalid").post(
        "/account/profile/", NEW | {"email": "x@x.invalid", "is_staff": "on", "id": cast.jiro.pk, "user": cast.jiro.pk}
    )
    hanako, jiro = User.objects.get(pk=cast.hanako.pk), User.objects.get(pk=cast.jiro.pk)
    assert (hanako.email, hanako.is_staff, hanako.family_name) == ("hanako@sakura.invalid", False, "髙橋")
    assert jiro.family_name == "山田"


def test_a_reading_that_is_none_and_an_unknown_language_are_refused(cast: Cast) -> None:
    page = log_in("hanako@sakura.invalid").post(
        "/account/profile/", NEW | {"family_name_kana": "髙橋", "language": "xx"}
    )
    assert set(page.context["form"].errors) == {"family_name_kana", "language"}
    assert User.objects.get(pk=cast.hanako.pk).family_name == "桜井"


def test_who_is_nobody_is_asked_to_log_in(database: None) -> None:
    assert Client().get("/account/profile/").status_code == 302
