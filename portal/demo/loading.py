"""Writes the demo consortium. Run twice it changes nothing but passwords and when the simulated boxes spoke last."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import transaction
from psycopg2.extras import DateTimeTZRange

from portal.consortium.entering import consortium_enter
from portal.demo.firms import FirmPlan, firm_plans
from portal.demo.partners import PARTNERS, PEOPLE, PersonPlan, consortium_plan, months_ago
from reports.months import jst_day
from sensors.installing import consent_give
from sensors.models import Sensor
from sensors.services import sensor_prepare
from tenants.founding import founding_by_command
from tenants.models import AccessGrant, Enrolment, Membership, Organisation, Programme, User
from tenants.selectors import programme_named
from tenants.tenancy.scope import tenant_scope

OWNER: Final = "owner"  # the registry is written on this connection only
PASSWORD_BYTES: Final = 12
SENSOR_NAME: Final = "本社"


@dataclass(frozen=True)
class Login:
    """What a visitor of the demo needs to log in."""

    role: str
    organisation: str
    email: str
    password: str


@dataclass(frozen=True)
class Loaded:
    """What was loaded: the firm with the real sensor, its prepared box, and the logins."""

    programme_id: int
    firm_id: int
    firm_name: str
    sensor_id: int
    firm_count: int
    logins: tuple[Login, ...]

    def as_json(self) -> dict[str, object]:
        """Plain data for the demo's runner."""
        return asdict(self)


def demo_load(*, seed: int, firms: int, now: datetime, seen_at: datetime, password: str = "") -> Loaded:
    """Store programme, partners, firms, grants, logins and one box per firm.

    The first firm's box is only prepared: it becomes active by real activation. The other firms' boxes do not exist;
    they are recorded as active and heard of at `seen_at`, and no alert is invented for them. `password` "" makes one
    for each login.
    """
    plans = firm_plans(seed, firms)
    today = jst_day(now)
    consortium = consortium_plan(today)
    with founding_by_command(programme_named(consortium.name)):
        entered = consortium_enter(consortium)
    programme = entered.programme
    partners = {plan.key: entered.partners[plan.kind, plan.name] for plan in PARTNERS}
    with transaction.atomic(using=OWNER):
        stored = [_firm_store(plan) for plan in plans]
    with transaction.atomic(using=OWNER):
        for plan, firm in zip(plans, stored, strict=True):
            _enrol(programme, plan, firm, today)
            for partner in PARTNERS:
                if partner.sees:
                    _grant(partners[partner.key], firm, partner.sees, now)
    places = {**partners, "sme": stored[0]}
    logins = tuple(_login(plan, places, now, password or secrets.token_urlsafe(PASSWORD_BYTES)) for plan in PEOPLE)
    sensor = _demo_box(stored[0])
    owner = User.objects.get(email=next(person.email for person in PEOPLE if person.place == "sme"))
    _agree(stored[0], owner, now)
    for plan, firm in zip(plans[1:], stored[1:], strict=True):
        _simulated_box(plan, firm, today, seen_at)
        _agree(firm, _representative(plan, firm, now), _started(plan, today) - timedelta(days=1))
    return Loaded(programme.pk, stored[0].pk, stored[0].name, sensor.pk, len(stored), logins)


def _firm_store(plan: FirmPlan) -> Organisation:
    return _organisation_store(
        kind=Organisation.Kind.SME,
        name=plan.name,
        name_kana=plan.name_kana,
        prefecture=plan.place.prefecture,
        municipality=plan.place.municipality,
        municipality_code=plan.place.code,
        postal_code=plan.place.postal_code,
        address="見本町1丁目",
        phone=plan.phone,
        email=f"info@{plan.domain}",
        industry=plan.industry,
        staff_count=plan.staff_count,
        pc_count=plan.pc_count,
    )


def _organisation_store(*, kind: str, name: str, **fields: object) -> Organisation:
    stored, _made = Organisation.objects.using(OWNER).get_or_create(kind=kind, name=name, defaults=fields)
    return stored


def _enrol(programme: Programme, plan: FirmPlan, firm: Organisation, today: date) -> None:
    enrolments = Enrolment._base_manager.using(OWNER)
    if not enrolments.filter(tenant_id=firm.pk, programme_id=programme.pk).exists():
        Enrolment(
            tenant_id=firm.pk,
            programme_id=programme.pk,
            contract_start=months_ago(today, plan.months_before),
            chamber_member=plan.chamber_member,
        ).save(using=OWNER)


def _grant(partner: Organisation, firm: Organisation, capability: str, now: datetime) -> None:
    grants = AccessGrant.objects.using(OWNER)
    wanted = {"grantee_id": partner.pk, "tenant_id": firm.pk, "capability": capability}
    if not grants.filter(**wanted, valid__contains=now).exists():
        grants.create(**wanted, valid=DateTimeTZRange(now - timedelta(days=1), None), reason="demo")


def _login(plan: PersonPlan, places: Mapping[str, Organisation], now: datetime, password: str) -> Login:
    user = User.objects.filter(email=plan.email).first()
    if user is None:
        make = User.objects.create_user if plan.place else User.objects.create_superuser
        user = make(plan.email, family_name=plan.family_name, given_name=plan.given_name)
    user.set_password(password)
    user.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(user=user, email=plan.email, defaults={"verified": True, "primary": True})
    if not plan.place:
        return Login(plan.role, "", plan.email, password)
    place = places[plan.place]
    memberships = Membership.objects.using(OWNER)
    if not memberships.filter(user_id=user.pk, organisation_id=place.pk, valid__contains=now).exists():
        memberships.create(
            user_id=user.pk,
            organisation_id=place.pk,
            role=Membership.Role.OWNER,
            valid=DateTimeTZRange(now - timedelta(days=1), None),
        )
    return Login(plan.role, place.name, plan.email, password)


def _demo_box(firm: Organisation) -> Sensor:
    with tenant_scope(firm.pk):
        sensor = Sensor.objects.filter(tenant_id=firm.pk).order_by("pk").first()
        return sensor or sensor_prepare(tenant_id=firm.pk, name=SENSOR_NAME)


def _representative(plan: FirmPlan, firm: Organisation, now: datetime) -> User:
    """The person who agreed for an invented firm; nobody can log in as them."""
    email = f"daihyo@{plan.domain}"
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, family_name="代表者")
    memberships = Membership.objects.using(OWNER)
    if not memberships.filter(user_id=user.pk, organisation_id=firm.pk, valid__contains=now).exists():
        since = DateTimeTZRange(now - timedelta(days=1), None)
        memberships.create(user_id=user.pk, organisation_id=firm.pk, role=Membership.Role.OWNER, valid=since)
    return user


def _agree(firm: Organisation, by: User, at: datetime) -> None:
    """No box inspects before its firm has agreed."""
    with tenant_scope(firm.pk):
        consent_give(tenant_id=firm.pk, by=by, now=at)


def _started(plan: FirmPlan, today: date) -> datetime:
    return datetime.combine(months_ago(today, plan.months_before) + timedelta(days=9), time(1), tzinfo=UTC)


def _simulated_box(plan: FirmPlan, firm: Organisation, today: date, seen_at: datetime) -> None:
    started = _started(plan, today)
    with tenant_scope(firm.pk):
        if Sensor.objects.filter(tenant_id=firm.pk).update(last_seen_at=seen_at):
            return
        Sensor.objects.create(
            tenant_id=firm.pk,
            device_id=uuid4(),
            name=SENSOR_NAME,
            state=Sensor.State.ACTIVE,
            shipped_at=started - timedelta(days=4),
            arrived_at=started - timedelta(days=2),
            activated_at=started,
            protecting_at=started + timedelta(minutes=5),
            last_seen_at=seen_at,
            home_net=["192.168.1.0/24"],
            heartbeat={"protection": "on", "functions": {"ips": "on", "av": "on", "wg": "on"}},
        )
