"""What is saved as an address can be delivered to, and old carriers' addresses are addresses everywhere."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.core.validators import validate_email
from django.test import Client

from base.mail_address import AddressUnusable, address_for_delivery
from notifications.account_mail import account_mail_put
from notifications.models import AccountMail
from tenants.models import Organisation, User
from tests.factories import PASSWORD, Cast
from tests.tenants.people import is_inside, link_in, log_in, mails_of
from tests.tenants.test_invited_after_application import FIRM

CARRIERS = ["taro..yamada@docomo.invalid", "taro.@ezweb.invalid", ".taro@softbank.invalid", "ta--ro...@docomo.invalid"]
NOWHERE = [
    "hanako",
    "hanako@sakura,co.jp",
    "hanako@sakura",
    "hanako@sakura..co.jp",
    "hanako@sakura.co.jp.",
    "@sakura.co.jp",
    "hanako@",
    "hanako sakura@sakura.co.jp",
    "hanako@192.0.2.1",
    "hanako@[192.0.2.1]",
    "花子@sakura.co.jp",
    "hanako@sakura.co.jp\nBcc: x@x.invalid",
    "hanako＠sakura.co.jp",
    "a" * 65 + "@sakura.co.jp",
    "hanako@-sakura.co.jp",
    "hanako@sakura.co.jp, taro@sakura.co.jp",
    "hanako@" + "a." * 130 + "jp",
    "hanako@sakura.co.jp、",
    "hanako@sakura.co.j",
    "hanako@sakura.co.jp1",
    "hanako@sakura.co.♥",
]


@pytest.mark.parametrize("address", CARRIERS)
def test_an_old_carriers_address_gets_its_local_part_quoted(address: str) -> None:
    local, _, domain = address.rpartition("@")
    assert address_for_delivery(address) == f'"{local}"@{domain}' or "." not in local
    validate_email(address)


@pytest.mark.parametrize("address", NOWHERE)
def test_an_address_nothing_can_be_delivered_to_is_no_address(address: str) -> None:
    with pytest.raises(AddressUnusable):
        address_for_delivery(address)
    with pytest.raises(ValidationError):
        validate_email(address)


def test_a_firm_cannot_save_where_its_warnings_would_be_lost(cast: Cast) -> None:
    client = log_in(cast.hanako.email)
    for address in NOWHERE[:6]:
        firm = {"name": "さくら歯科", "name_kana": "さくらしか", "email": address}
        assert 'class="error-summary"' in client.post("/organisation/edit/", firm).content.decode()
    assert Organisation.objects.using("owner").get(pk=cast.sakura_dental.pk).email == cast.sakura_dental.email


@pytest.mark.parametrize("address", CARRIERS[:2])
def test_a_person_with_an_old_carriers_address_joins_is_told_logs_in_and_gets_a_new_password(
    cast: Cast, address: str
) -> None:
    assert Client().post(f"/apply/{cast.programme.pk}/", FIRM | {"email": address}).status_code == 302
    owner = log_in(cast.hanako.email)
    owner.post("/organisation/edit/", {"name": "さくら歯科", "name_kana": "さくらしか", "email": address})
    assert Organisation.objects.using("owner").get(pk=cast.sakura_dental.pk).email == address
    assert owner.post("/organisation/members/invite/", {"email": address, "role": "member"}).status_code == 302
    person = {
        "family_name": "山田",
        "given_name": "太郎",
        "family_name_kana": "やまだ",
        "given_name_kana": "たろう",
        "password": PASSWORD,
        "password_again": PASSWORD,
    }
    assert Client().post(link_in(mails_of(cast.sakura_dental.pk, "invitation")[0]), person).status_code == 302
    assert User.objects.get(email=address).full_name == "山田 太郎"
    assert is_inside(log_in(address))
    before = AccountMail.objects.using("owner").count()
    Client().post("/accounts/password/reset/", {"email": address})
    assert AccountMail.objects.using("owner").count() == before + 1
    account_mail_put(kind="x", to=address, subject="x", text="x")


def test_the_first_owner_is_not_invited_to_an_address_that_cannot_be(cast: Cast) -> None:
    with pytest.raises(CommandError, match="no mail can be delivered"):
        call_command("invite", organisation=str(cast.sakura_dental.pk), email="hanako@sakura")
