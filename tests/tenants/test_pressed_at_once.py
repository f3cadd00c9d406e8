"""Whoever presses at the same moment as somebody else reads what somebody reads who comes later; nobody reads 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from sensors.models import WebGuardName
from tenants.models import Membership, User
from tests.at_once import at_once, meeting_in
from tests.factories import Cast
from tests.tenants.people import log_in
from tests.tenants.test_invitations import NEW, _invite

HARU = "haru@sakura.invalid"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


def answers_of(*acts: Callable[[], Any]) -> list[int]:
    """The statuses that several browsers get at once, in order of size."""
    statuses: list[int] = []
    assert at_once(*(lambda act=act: statuses.append(act().status_code) for act in acts)) == ["done"] * len(acts)
    return sorted(statuses)


def test_six_acceptances_of_one_invitation_at_once_make_one_account(cast: Cast) -> None:
    link = _invite(cast, email=HARU)
    with patch("tenants.ui.invitation._person_make", meeting_in_front("tenants.ui.invitation._person_make", people=6)):
        statuses = answers_of(*[lambda: Client().post(link, NEW)] * 6)
    assert statuses == [302, *[410] * 5]
    assert User.objects.filter(email=HARU).count() == 1
    assert Membership.objects.using("owner").filter(user__email=HARU).count() == 1


def test_two_invitations_of_one_person_accepted_at_once_lead_the_second_to_the_log_in(cast: Cast) -> None:
    link = _invite(cast, email=HARU)
    answer = log_in("jiro@yamada.invalid").post("/organisation/members/invite/", {"email": HARU, "role": "member"})
    assert answer.status_code == 302
    from tests.tenants.people import link_in, mails_of

    other = link_in(mails_of(cast.yamada_works.pk, "invitation")[-1])
    with patch("tenants.ui.invitation._person_make", meeting_in_front("tenants.ui.invitation._person_make")):
        statuses = answers_of(lambda: Client().post(link, NEW), lambda: Client().post(other, NEW))
    assert statuses == [200, 302]
    assert User.objects.filter(email=HARU).count() == 1


def test_an_invitation_to_somebodys_second_address_asks_them_to_log_in(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.jiro, email="Jiro.Private@mail.invalid", verified=True, primary=False)
    link = _invite(cast, email="jiro.private@mail.invalid")
    for answer in (Client().get(link), Client().post(link, NEW)):
        assert answer.status_code == 200
        assert f"/accounts/login/?next={link}" in answer.content.decode()
    client = log_in("jiro@yamada.invalid")
    assert client.post(link).status_code == 302
    assert Membership.objects.using("owner").filter(user=cast.jiro, organisation=cast.sakura_dental).exists()
    assert not User.objects.filter(email="jiro.private@mail.invalid").exists()


def test_a_person_who_accepts_twice_in_two_windows_is_a_member_once(cast: Cast) -> None:
    link = _invite(cast, email="jiro@yamada.invalid")
    browsers = [log_in("jiro@yamada.invalid") for _ in range(2)]
    assert answers_of(*(lambda browser=browser: browser.post(link) for browser in browsers)) == [302, 410]
    assert Membership.objects.using("owner").filter(user=cast.jiro, organisation=cast.sakura_dental).count() == 1


def test_a_row_that_somebody_else_wrote_a_moment_ago_is_found_the_second_time(cast: Cast) -> None:
    browsers = [Client() for _ in range(2)]
    for browser in browsers:
        browser.force_login(cast.analyst)
    fields = {"name": "bad.example.com", "kind": "block", "reason": "偽のログイン画面を見つけたため"}

    def lost_once(**values: Any) -> object:
        """As if the look before writing had been a moment too early."""
        if not seen:
            seen.append(1)
            return WebGuardName.objects.create(programme_id=cast.programme.pk, name="bad.example.com", kind="block")
        return name_set(**values)

    from sensors.web_names import name_set

    seen: list[int] = []
    browsers[0].post("/boxes/names/", fields)
    with patch("sensors.ui.names.name_set", lost_once):
        answer = browsers[1].post("/boxes/names/", fields)
    assert answer.status_code == 302
    assert WebGuardName.objects.filter(name="bad.example.com").count() == 1


def test_who_loses_for_good_reads_that_somebody_was_faster(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.analyst)
    fields = {"name": "bad.example.com", "kind": "block", "reason": "偽のログイン画面を見つけたため"}
    browser.post("/boxes/names/", fields)

    def always_lost(**values: Any) -> object:
        return WebGuardName.objects.create(programme_id=cast.programme.pk, name="bad.example.com", kind="block")

    with patch("sensors.ui.names.name_set", always_lost):
        answer = browser.post("/boxes/names/", fields)
    assert answer.status_code == 409
    assert "ほぼ同時に、同じ操作がありました" in answer.content.decode()


def meeting_in_front(name: str, people: int = 2) -> Callable[..., object]:
    """The function called `name`, before which everybody waits for the others."""
    from importlib import import_module

    module, _, attribute = name.rpartition(".")
    act, together = getattr(import_module(module), attribute), meeting_in(lambda: None, people)

    def waiting(*args: object, **values: object) -> object:
        together()
        return act(*args, **values)

    return waiting
