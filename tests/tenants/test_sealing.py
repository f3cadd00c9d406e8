"""What is sealed opens with every known key, is sealed anew with the newest, and with no other."""

from __future__ import annotations

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from pytest_django import Settings

from base.sealing import Unreadable, reseal, seal, unseal
from tests.factories import Cast, totp_code, totp_make
from tests.tenants.people import is_inside, log_in


def test_a_key_of_its_own_takes_over_and_the_secret_keys_seals_still_open(settings: Settings) -> None:
    before = seal("秘密")
    settings.SEALING_KEYS = ["first"]
    first = seal("秘密")
    assert (unseal(before), unseal(first)) == ("秘密", "秘密")
    settings.SEALING_KEYS = ["second", "first"]
    assert unseal(first) == "秘密"
    renewed = reseal(first)
    settings.SEALING_KEYS = ["second"]
    assert unseal(renewed) == "秘密"
    with pytest.raises(Unreadable):
        unseal(first)
    with pytest.raises(Unreadable):
        unseal("秘密")


def test_a_changed_secret_key_with_its_fallback_locks_nobody_out(settings: Settings) -> None:
    before = seal("x")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another secret key"
    with pytest.raises(Unreadable):
        unseal(before)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(before) == "x"


def test_second_factors_move_to_the_new_key_and_work_without_the_old(cast: Cast, settings: Settings) -> None:
    secret = totp_make(cast.agent)
    settings.SEALING_KEYS = ["new"]
    output = StringIO()
    call_command("seals_renew", stdout=output)
    sealed = Authenticator.objects.filter(type="totp").count()
    assert f"{sealed} sealed anew" in output.getvalue()
    settings.SECRET_KEY = "another secret key"
    assert is_inside(log_in("agent@desk.invalid", secret=secret))
    assert totp_code(secret)


def test_a_factor_no_key_opens_is_named(cast: Cast, settings: Settings) -> None:
    lost = Authenticator.objects.get(user=cast.agent, type="totp").pk
    settings.SECRET_KEY = "another secret key"
    with pytest.raises(CommandError, match=str(lost)):
        call_command("seals_renew", stdout=StringIO())
