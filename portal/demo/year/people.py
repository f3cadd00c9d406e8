"""Who acts in the year: people of the demo's partners and one of each firm, found by the addresses they log in with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from portal.demo.partners import PEOPLE, PROGRAMME_NAME
from tenants.models import Organisation, Programme, User
from tenants.tenancy.scope import person_scope

OWNER: Final = "owner"  # the registry is read on this connection


@dataclass(frozen=True)
class Person:
    """Somebody, and for which organisation they act."""

    user: User
    organisation: Organisation

    @contextmanager
    def acting(self) -> Iterator[User]:
        """Inside it, what this person may see and do."""
        with person_scope(self.user.pk, self.organisation.pk):
            yield self.user


@dataclass(frozen=True)
class Partners:
    """One person of each partner that acts."""

    programme: Programme
    analyst: Person
    agent: Person
    engineer: Person
    adjuster: Person


def partners_of_demo() -> Partners:
    """The demo's people. Raises DoesNotExist before the consortium is loaded."""
    return Partners(
        programme=Programme.objects.using(OWNER).get(name=PROGRAMME_NAME),
        analyst=_person("soc"),
        agent=_person("desk"),
        engineer=_person("vendor"),
        adjuster=_person("insurer"),
    )


def _person(role: str) -> Person:
    plan = next(person for person in PEOPLE if person.role == role)
    user = User.objects.using(OWNER).get(email=plan.email)
    place = Organisation.objects.using(OWNER).get(memberships__user_id=user.pk)
    return Person(user, place)
