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
from django.utils import timezone
from psycopg2.extras import DateTimeTZRange

from incidents.models import Job, VendorListing, VendorProfile
from insurance.models import PolicyVersion
from portal.demo.firms import FirmPlan, firm_plans
from portal.demo.partners import PARTNERS, PEOPLE, PROGRAMME, PartnerPlan, PersonPlan
from reports.months import jst_day
from sensors.installing import consent_give
from sensors.models import Sensor
from sensors.services import sensor_prepare
from tenants.models import AccessGrant, Enrolment, Membership, Organisation, Programme, ProgrammePartner, User
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
    with transaction.atomic(using=OWNER):
        partners = {plan.key: _partner_store(plan) for plan in PARTNERS}
        stored = [_firm_store(plan) for plan in plans]
    programme = _programme_store(partners)
    with transaction.atomic(using=OWNER):
        for plan, firm in zip(plans, stored, strict=True):
            _enrol(programme, plan, firm, today)
            for partner in PARTNERS:
                if partner.sees:
                    _grant(partners[partner.key], firm, partner.sees, now)
    _policy_store(programme, partners["insurer"], today)
    _vendors_list(programme, partners, today)
    places = {**partners, "sme": stored[0]}
    logins = tuple(_login(plan, places, now, password or secrets.token_urlsafe(PASSWORD_BYTES)) for plan in PEOPLE)
    sensor = _demo_box(stored[0])
    owner = User.objects.get(email=next(person.email for person in PEOPLE if person.place == "sme"))
    _agree(stored[0], owner, now)
    for plan, firm in zip(plans[1:], stored[1:], strict=True):
        _simulated_box(plan, firm, today, seen_at)
        _agree(firm, _representative(plan, firm, now), _started(plan, today) - timedelta(days=1))
    return Loaded(programme.pk, stored[0].pk, stored[0].name, sensor.pk, len(stored), logins)


def _partner_store(plan: PartnerPlan) -> Organisation:
    return _organisation_store(
        kind=plan.kind,
        name=plan.name,
        prefecture=plan.place.prefecture,
        municipality=plan.place.municipality,
        municipality_code=plan.place.code,
        postal_code=plan.place.postal_code,
        email=f"{plan.key}@otasuke-demo.invalid",
    )


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


def _programme_store(partners: Mapping[str, Organisation]) -> Programme:
    details = {key: value for key, value in PROGRAMME.items() if key != "name"}
    programme, _made = Programme.objects.using(OWNER).get_or_create(
        name=PROGRAMME["name"], defaults={**details, "office_id": partners["office"].pk}
    )
    for partner in partners.values():
        ProgrammePartner.objects.using(OWNER).get_or_create(programme=programme, organisation_id=partner.pk)
    return programme


def _months_ago(today: date, months: int) -> date:
    whole = today.year * 12 + today.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1)


def _enrol(programme: Programme, plan: FirmPlan, firm: Organisation, today: date) -> None:
    enrolments = Enrolment._base_manager.using(OWNER)
    if not enrolments.filter(tenant_id=firm.pk, programme_id=programme.pk).exists():
        Enrolment(
            tenant_id=firm.pk,
            programme_id=programme.pk,
            contract_start=_months_ago(today, plan.months_before),
            chamber_member=plan.chamber_member,
        ).save(using=OWNER)


def _grant(partner: Organisation, firm: Organisation, capability: str, now: datetime) -> None:
    grants = AccessGrant.objects.using(OWNER)
    wanted = {"grantee_id": partner.pk, "tenant_id": firm.pk, "capability": capability}
    if not grants.filter(**wanted, valid__contains=now).exists():
        grants.create(**wanted, valid=DateTimeTZRange(now - timedelta(days=1), None), reason="demo")


def _policy_store(programme: Programme, insurer: Organisation, today: date) -> None:
    # Of the year before, too: the firms have been with the programme for up to a year.
    fiscal_year = today.year - 1 if today.month >= programme.fiscal_year_start_month else today.year - 2
    PolicyVersion.objects.using(OWNER).get_or_create(
        programme=programme,
        valid_from=date(fiscal_year, programme.fiscal_year_start_month, 1),
        defaults={
            "insurer_id": insurer.pk,
            "premium_yen": 500,
            "agent_name": "みほん保険代理店",
            "agent_email": "agent@otasuke-demo.invalid",
        },
    )


def _vendors_list(programme: Programme, places: Mapping[str, Organisation], today: date) -> None:
    """Work of vendors that are not on the list would not be covered; their profiles say where they go."""
    for plan in PARTNERS:
        if plan.kind == Organisation.Kind.VENDOR:
            VendorProfile.objects.using(OWNER).get_or_create(
                organisation=places[plan.key],
                defaults={
                    "kinds": Job.Kind.values,
                    "areas": [{"prefecture": plan.place.prefecture, "reach": "whole", "codes": [], "words": ""}],
                    "weekdays": list(range(5)),
                    "qualifications": "情報処理安全確保支援士(見本)",
                    "changed_at": timezone.now(),
                },
            )
            VendorListing.objects.using(OWNER).get_or_create(
                programme=programme, organisation=places[plan.key], defaults={"listed_from": _months_ago(today, 12)}
            )


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
    return datetime.combine(_months_ago(today, plan.months_before) + timedelta(days=9), time(1), tzinfo=UTC)


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
