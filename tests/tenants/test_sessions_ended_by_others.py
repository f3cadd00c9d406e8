"""Owners and operators end a person's sessions; they end by themselves with a membership or a greater role."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tenants.models import AuditEvent, Membership, User
from tenants.tenancy.scope import tenant_scope
from tests.access.world import superuser
from tests.factories import Cast, user_make
from tests.tenants.people import is_inside, log_in

HANAKO = "hanako@sakura.invalid"


@pytest.fixture
def member(cast: Cast) -> User:
    return user_make("m@sakura.invalid", cast.sakura_dental, "member", family_name="見習")


def page_of(user: User) -> str:
    membership = Membership.objects.using("owner").get(user_id=user.pk, valid__contains=timezone.now())
    return f"/organisation/members/{membership.pk}/"


def test_an_owner_ends_a_members_sessions_and_it_is_written_down(cast: Cast, member: User) -> None:
    theirs, others = log_in(member.email), log_in("jiro@yamada.invalid")
    answer = log_in(HANAKO).post(page_of(member), {"action": "sessions"}, follow=True)
    assert "見習さんのログインを1件終わらせました" in answer.content.decode()
    assert not is_inside(theirs)
    assert is_inside(others)
    with tenant_scope(cast.sakura_dental.pk):
        event = AuditEvent.objects.get(code="person.sessions_ended")
    assert (event.actor_id, event.subject, event.data) == (cast.hanako.pk, f"user:{member.pk}", {"count": 1})
    assert is_inside(log_in(member.email)), "the account itself stays open"


def test_an_owners_own_session_stays_when_they_end_the_others(cast: Cast) -> None:
    here, there = log_in(HANAKO), log_in(HANAKO)
    here.post(page_of(cast.hanako), {"action": "sessions"})
    assert (is_inside(here), is_inside(there)) == (True, False)


@pytest.mark.parametrize("who", ["m@sakura.invalid", "jiro@yamada.invalid"])
def test_who_is_no_owner_there_ends_nobodys(cast: Cast, member: User, who: str) -> None:
    owners = log_in(HANAKO)
    assert log_in(who).post(page_of(cast.hanako), {"action": "sessions"}).status_code == 404
    assert is_inside(owners)


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        ({"action": "end"}, False),
        ({"action": "role", "role": "read_only"}, False),
        ({"action": "role", "role": "owner"}, True),
    ],
)
def test_they_end_with_the_membership_and_with_a_lesser_role_only(
    cast: Cast, member: User, change: dict[str, str], stays: bool
) -> None:
    theirs = log_in(member.email)
    assert log_in(HANAKO).post(page_of(member), change).status_code == 302
    assert is_inside(theirs) is stays


def test_an_operator_ends_them_and_closes_the_account(cast: Cast) -> None:
    theirs, output = log_in(HANAKO), io.StringIO()
    call_command("sessions_end", "--user", HANAKO.upper(), stdout=output)
    assert "1 sessions" in output.getvalue()
    assert not is_inside(theirs)
    assert is_inside(log_in(HANAKO))
    call_command("sessions_end", "--user", str(cast.hanako.pk), "--close", stdout=output)
    assert not is_inside(log_in(HANAKO))
    assert _trail() == [(None, {"count": 1, "closed": False}), (None, {"count": 1, "closed": True})]
    with pytest.raises(CommandError):
        call_command("sessions_end", "--user", "nobody@x.invalid")


def _trail() -> list[tuple[int | None, dict[str, object]]]:
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute("SELECT actor_id, data FROM tenants_auditevent WHERE code LIKE '%by_operator' ORDER BY id")
        rows = list(cursor.fetchall())
    server.close()
    return rows


def test_a_stolen_cookie_is_of_no_use_afterwards(cast: Cast, member: User) -> None:
    thief = Client()
    thief.cookies = log_in(member.email).cookies
    assert thief.get("/alerts/").status_code == 200
    log_in(HANAKO).post(page_of(member), {"action": "sessions"})
    assert thief.get("/alerts/").status_code == 302
