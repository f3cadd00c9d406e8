"""Owners make and end tokens of their own organisation; the secret is shown once and not kept."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection
from django.test import Client
from django.utils import timezone

from tenants.accounts.tokens import TokenMistake, token_create, token_hash, tokens_of
from tenants.models import ApiToken, AuditEvent
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.api.programs import Program, token_for
from tests.factories import Cast, user_make
from tests.tenants.people import log_in

WANTED = {"name": "社内の監視画面", "scopes": ["read:alerts"], "days": "30"}


def _made(client: Client, **changed: Any) -> str:
    """The secret on the page."""
    page = client.post("/tokens/new/", {**WANTED, **changed}).content.decode()
    token = re.search(r'value="(otk_[A-Za-z0-9_-]{43})"', page)
    assert token, page
    return token[1]


def test_an_owner_makes_a_token_and_sees_it_once(cast: Cast) -> None:
    client = log_in("hanako@sakura.invalid")
    secret = _made(client)
    assert Program(secret).get("alerts").status_code == 200
    listed = client.get("/tokens/").content.decode()
    assert secret not in listed
    assert secret[:12] in listed
    with connection.cursor() as cursor, person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        cursor.execute("SELECT t::text, token_hash FROM tenants_apitoken t")
        text, hashed = cursor.fetchone()
    assert secret[12:] not in text
    assert bytes(hashed) == token_hash(secret)


def test_reporting_calls_is_offered_to_desks_only(cast: Cast) -> None:
    firm = log_in("hanako@sakura.invalid")
    assert "電話の着信を伝える" not in firm.get("/tokens/new/").content.decode()
    answer = firm.post("/tokens/new/", WANTED | {"scopes": ["write:calls"]}).content.decode()
    assert 'class="error-summary"' in answer
    assert not ApiToken.objects.using("owner").exists()
    with person_scope(cast.agent.pk, cast.desk.pk):
        assert token_create(name="x", scopes=["write:calls"], days=30).secret


def test_making_and_ending_stand_in_the_firms_trail(cast: Cast) -> None:
    client = log_in("hanako@sakura.invalid")
    secret = _made(client)
    token = ApiToken.objects.using("owner").get()
    assert client.post(f"/tokens/{token.pk}/end/").status_code == 302
    assert Program(secret).get("alerts").status_code == 401
    with tenant_scope(cast.sakura_dental.pk):
        codes = list(AuditEvent.objects.filter(code__startswith="token.").order_by("pk").values_list("code", flat=True))
    assert codes == ["token.created", "token.revoked"]
    assert "止めました" in client.get("/tokens/").content.decode()


def test_it_asks_for_the_password_again_first(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.hanako)
    answer = client.post("/tokens/new/", WANTED)
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url  # type: ignore[attr-defined]
    assert not ApiToken.objects.using("owner").exists()


@pytest.mark.parametrize("role", ["member", "read_only"])
def test_others_of_the_organisation_cannot(cast: Cast, role: str) -> None:
    user = user_make("m@sakura.invalid", cast.sakura_dental, role)
    client = log_in(user.email)
    issued = token_for(cast.hanako, cast.sakura_dental)
    assert client.get("/tokens/").status_code == 404
    assert client.post("/tokens/new/", WANTED).status_code == 404
    assert client.post(f"/tokens/{issued.token.pk}/end/").status_code == 404
    with pytest.raises(ProgrammingError, match="row-level security"), person_scope(user.pk, cast.sakura_dental.pk):
        token_create(name="x", scopes=["read:alerts"], days=1)


def test_nobody_sees_or_ends_the_tokens_of_another_organisation(cast: Cast) -> None:
    issued = token_for(cast.hanako, cast.sakura_dental)
    client = log_in("jiro@yamada.invalid")
    assert issued.token.shown not in client.get("/tokens/").content.decode()
    assert client.post(f"/tokens/{issued.token.pk}/end/").status_code == 404
    for user, organisation in ((cast.jiro, cast.yamada_works), (cast.agent, cast.desk), (cast.hanako, cast.desk)):
        with person_scope(user.pk, organisation.pk):
            assert list(tokens_of(organisation_id=cast.sakura_dental.pk)) == []
    assert Program(issued.secret).get("alerts").status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["write:all"]}, {"days": "3650"}, {"name": "a\x07b"}]
)
def test_a_token_without_end_purpose_or_name_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    assert "otk_" not in log_in("hanako@sakura.invalid").post("/tokens/new/", {**WANTED, **wrong}).content.decode()
    assert not ApiToken.objects.using("owner").exists()


def test_the_database_refuses_a_token_that_lasts_years_or_lives_again(cast: Cast) -> None:
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk), pytest.raises(TokenMistake):
        token_create(name="x", scopes=["read:alerts"], days=3650)
    issued = token_for(cast.hanako, cast.sakura_dental)
    statements = [
        f"UPDATE tenants_apitoken SET expires_at = now() + interval '9 years' WHERE id = {issued.token.pk}",
        f"UPDATE tenants_apitoken SET revoked_at = NULL WHERE id = {issued.token.pk}",
        f"DELETE FROM tenants_apitoken WHERE id = {issued.token.pk}",
    ]
    for statement in statements:
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|row-level security"),
            person_scope(cast.hanako.pk, cast.sakura_dental.pk),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_last_use_is_noted_at_most_once_a_minute(cast: Cast) -> None:
    program = Program(token_for(cast.hanako, cast.sakura_dental).secret)
    program.get("alerts")
    first = ApiToken.objects.using("owner").get().last_used_at
    assert first is not None
    program.get("alerts")
    assert ApiToken.objects.using("owner").get().last_used_at == first
    ApiToken.objects.using("owner").update(last_used_at=timezone.now() - timedelta(minutes=2))
    program.get("alerts")
    again = ApiToken.objects.using("owner").get().last_used_at
    assert again is not None
    assert timezone.now() - again < timedelta(minutes=1)
