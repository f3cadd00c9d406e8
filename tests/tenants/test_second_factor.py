"""Partners and administrators get nowhere without a second factor; firms are offered one."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from tenants.models import User
from tenants.tenancy.scope import person_scope
from tests.factories import PASSWORD, Cast, organisation_make, totp_code, totp_make, user_make
from tests.tenants.people import is_inside, log_in

REQUIRED = "/account/second-factor/"


@pytest.fixture
def newcomer(cast: Cast) -> Client:
    """A call-centre agent who has set up nothing yet."""
    user = user_make("new@desk.invalid", cast.desk, "member")
    Authenticator.objects.using("owner").filter(user=user).delete()
    return log_in(user.email)


@pytest.mark.parametrize(
    "page", ["/", "/desk/", "/organisation/", "/account/security/", "/admin/", "/office/settings/"]
)
def test_a_partner_without_a_second_factor_opens_nothing_else(newcomer: Client, page: str) -> None:
    assert newcomer.get(page).url == REQUIRED  # type: ignore[attr-defined]
    assert newcomer.post(page).url == REQUIRED  # type: ignore[attr-defined]


def test_what_leads_to_a_second_factor_or_out_stays_open(newcomer: Client) -> None:
    for page in (REQUIRED, "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"):
        assert newcomer.get(page).status_code == 200, page
    assert newcomer.post("/accounts/logout/").status_code == 302
    assert not is_inside(newcomer)


@pytest.mark.parametrize(
    "kind", ["office", "soc", "vendor", "insurer", "outreach", "buyer", "data_recovery", "platform"]
)
def test_every_kind_of_partner_needs_one(database: None, kind: str) -> None:
    user = user_make("p@partner.invalid", organisation_make("見本", kind), "read_only")
    Authenticator.objects.using("owner").filter(user=user).delete()
    assert log_in(user.email).get("/").url == REQUIRED  # type: ignore[attr-defined]


def test_an_owner_of_a_firm_who_also_helps_at_the_desk_needs_one_whoever_they_act_for(cast: Cast) -> None:
    from psycopg2.extras import DateTimeTZRange

    from tenants.models import Membership
    from tests.factories import SINCE

    client = log_in("hanako@sakura.invalid")
    assert client.get("/").status_code == 200
    Membership.objects.using("owner").create(
        user_id=cast.hanako.pk, organisation_id=cast.desk.pk, role="member", valid=DateTimeTZRange(SINCE, None)
    )
    assert client.get("/").url == REQUIRED  # type: ignore[attr-defined]


def test_an_administrator_of_the_configuration_needs_one_and_gets_no_log_in_form_of_their_own(database: None) -> None:
    User.objects.create_superuser("root@platform.invalid", PASSWORD)
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=User.objects.get(), email="root@platform.invalid", verified=True, primary=True)
    assert Client().get("/admin/login/").url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    assert log_in("root@platform.invalid").get("/admin/").url == REQUIRED  # type: ignore[attr-defined]


def test_setting_up_an_authenticator_app_opens_the_desk(newcomer: Client) -> None:
    page = newcomer.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert newcomer.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)}).status_code == 302
    assert newcomer.get("/desk/").status_code == 200
    codes = newcomer.get("/accounts/2fa/recovery-codes/")
    assert "予備の番号" in codes.content.decode()


def test_the_secret_is_sealed_in_the_database(newcomer: Client) -> None:
    secret = newcomer.get("/accounts/2fa/totp/activate/").context["form"].secret
    newcomer.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})
    rows = Authenticator.objects.filter(user__email="new@desk.invalid")
    assert rows.exists()
    assert secret not in str([row.data for row in rows])


def test_logging_in_asks_for_the_code_and_a_used_code_works_no_second_time(cast: Cast) -> None:
    secret = totp_make(cast.agent)
    half = log_in("agent@desk.invalid")
    assert not is_inside(half)
    code = totp_code(secret)
    assert half.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert half.get("/desk/").status_code == 200
    again = log_in("agent@desk.invalid")
    again.post("/accounts/2fa/authenticate/", {"code": code})
    assert not is_inside(again)


def test_a_recovery_code_works_once(cast: Cast) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    with person_scope(cast.agent.pk, cast.desk.pk):
        code = RecoveryCodes.activate(cast.agent).get_unused_codes()[0]
    for expected in (True, False):
        client = log_in("agent@desk.invalid")
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_inside(client) is expected


def test_guessing_codes_is_throttled(cast: Cast) -> None:
    secret = totp_make(cast.agent)
    client = log_in("agent@desk.invalid")
    for n in range(6):
        client.post("/accounts/2fa/authenticate/", {"code": f"{n:06}"})
    client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert not is_inside(client)


def test_the_last_factor_of_a_partner_cannot_be_switched_off(cast: Cast) -> None:
    secret = totp_make(cast.agent)
    client = log_in("agent@desk.invalid", secret=secret)
    page = client.post("/accounts/2fa/totp/deactivate/").content.decode()
    assert "あなたの役割では2段階認証が必要です" in page
    assert Authenticator.objects.filter(user=cast.agent, type="totp").exists()


def _passkey(user: User) -> Authenticator:
    data = {"name": "鍵", "credential": {}}
    return Authenticator.objects.using("owner").create(user_id=user.pk, type="webauthn", data=data)


def test_the_last_passkey_of_a_partner_cannot_be_removed_and_the_page_leads_on(cast: Cast) -> None:
    secret = totp_make(cast.agent)
    client = log_in("agent@desk.invalid", secret=secret)
    key = Authenticator.objects.using("owner").create(
        user=cast.agent, type="webauthn", data={"name": "鍵", "credential": {}}
    )
    remove = f"/accounts/2fa/webauthn/keys/{key.pk}/remove/"
    Authenticator.objects.using("owner").filter(user=cast.agent, type="totp").delete()
    page = client.get(remove).content.decode()
    assert "これが最後の2段階認証です" in page
    assert "/accounts/2fa/totp/activate/" in page
    assert client.post(remove).status_code == 409
    assert Authenticator.objects.filter(pk=key.pk).exists()
    totp_make(cast.agent)
    assert client.post(remove).status_code == 302
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_a_firms_last_passkey_may_go(cast: Cast) -> None:
    client = log_in("hanako@sakura.invalid")
    key = Authenticator.objects.using("owner").create(
        user=cast.hanako, type="webauthn", data={"name": "鍵", "credential": {}}
    )
    assert client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/").status_code == 302
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_firms_are_offered_one_and_may_say_not_now(cast: Cast) -> None:
    client = log_in("hanako@sakura.invalid")
    offer = "パスワードが盗まれても入られないようにできます"
    assert client.get("/").status_code == 200
    assert offer in client.get("/account/security/").content.decode()
    client.post("/account/security/hint/")
    assert offer not in client.get("/account/security/").content.decode()


def test_a_demonstration_may_go_without(cast: Cast, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    Authenticator.objects.using("owner").filter(user=cast.agent).delete()
    assert log_in("agent@desk.invalid").get("/desk/").status_code == 200


def test_it_is_required_unless_somebody_says_otherwise(settings: Settings) -> None:
    assert settings.REQUIRE_SECOND_FACTOR is True
