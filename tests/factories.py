"""Makes organisations, people and boxes for tests, through the owner's connection as set-up commands do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth.hashers import make_password
from psycopg2.extras import DateTimeTZRange

from sensors.models import Sensor, SensorKey
from tenants.models import AccessGrant, Enrolment, Membership, Organisation, Programme, ProgrammePartner, User
from tenants.tenancy.scope import tenant_scope

OWNER = "owner"
PASSWORD = "a long enough passphrase"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
Kind = Organisation.Kind


def organisation_make(name: str, kind: str = Kind.SME, **fields: object) -> Organisation:
    """Store an organisation."""
    made: Organisation = Organisation.objects.using(OWNER).create(name=name, kind=kind, **fields)
    # Whatever day the tests run on, the cast was there before the months they are about.
    Organisation.objects.using(OWNER).filter(pk=made.pk).update(created_at=SINCE)
    return made


@cache
def _password_hash() -> str:
    return make_password(PASSWORD)


def user_make(email: str, organisation: Organisation, role: str = Membership.Role.OWNER, **fields: object) -> User:
    """Store a person with a verified address and a membership since 2026-01-01."""
    from allauth.account.models import EmailAddress

    user = User(email=email, password=_password_hash(), **fields)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    Membership.objects.using(OWNER).create(
        user_id=user.pk, organisation_id=organisation.pk, role=role, valid=DateTimeTZRange(SINCE, None)
    )
    if organisation.kind != Kind.SME:
        totp_make(user)
    return user


def totp_make(user: User) -> str:
    """Give the person an authenticator app (instead of an earlier one); its secret."""
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import generate_totp_secret

    factors, secret = Authenticator.objects.using(OWNER), str(generate_totp_secret())
    factors.filter(user_id=user.pk, type=Authenticator.Type.TOTP).delete()
    factors.create(user_id=user.pk, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(secret)})
    return secret


def totp_code(secret: str) -> str:
    """What the app shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    counters = list(yield_hotp_counters_from_time())
    code: str = format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))
    return code


def grant_make(
    grantee: Organisation, tenant: Organisation, capability: str, until: datetime | None = None
) -> AccessGrant:
    """Let `grantee` see `tenant`."""
    made: AccessGrant = AccessGrant.objects.using(OWNER).create(
        grantee_id=grantee.pk,
        tenant_id=tenant.pk,
        capability=capability,
        valid=DateTimeTZRange(SINCE, until),
        reason="test",
    )
    return made


@dataclass(frozen=True)
class Box:
    """A box with the private key that a real one would keep for itself."""

    sensor: Sensor
    key_id: uuid.UUID
    private_key: Ed25519PrivateKey


def box_make(tenant: Organisation, home_net: tuple[str, ...] = ("192.168.1.0/24",)) -> Box:
    """Store an active box of the firm with one valid key."""
    private_key = Ed25519PrivateKey.generate()
    public = private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    with tenant_scope(tenant.pk):
        sensor = Sensor.objects.create(
            tenant=tenant,
            device_id=uuid.uuid4(),
            name="本社",
            state=Sensor.State.ACTIVE,
            activated_at=SINCE,
            last_seen_at=SINCE,
            home_net=list(home_net),
        )
        key = SensorKey.objects.create(tenant=tenant, sensor=sensor, key_id=uuid.uuid4(), public_key=public)
    return Box(sensor, key.key_id, private_key)


@dataclass(frozen=True)
class Cast:
    """Who exists in every isolation test."""

    programme: Programme
    sakura_dental: Organisation
    yamada_works: Organisation
    soc: Organisation
    desk: Organisation
    office: Organisation
    vendor: Organisation
    hanako: User  # owner of sakura_dental
    jiro: User  # owner of yamada_works: the outsider
    analyst: User
    agent: User  # call-centre agent
    clerk: User  # programme office
    engineer: User  # vendor
    sakura_box: Box
    yamada_box: Box


def cast_make() -> Cast:
    """Store the cast."""
    office = organisation_make("みどり商工会議所", Kind.OFFICE)
    soc = organisation_make("監視センター", Kind.SOC)
    desk = organisation_make("お助け窓口", Kind.CALL_CENTRE)
    vendor = organisation_make("川辺システム", Kind.VENDOR)
    programme = Programme.objects.using(OWNER).create(
        name="みどり地域お助け隊",
        office=office,
        desk_name="お助け窓口",
        desk_phone="0120-000-000",
        desk_email="desk@otasuke.invalid",
    )
    programme = Programme.objects.get(pk=programme.pk)  # as the application reads it, not bound to the owner
    for partner in (soc, desk, vendor):
        ProgrammePartner.objects.using(OWNER).create(programme=programme, organisation=partner)
    firms = [
        organisation_make("さくら歯科", prefecture="みどり県", email="owner@sakura.invalid", staff_count=8),
        organisation_make("山田製作所", prefecture="あおば県", email="owner@yamada.invalid", staff_count=25),
    ]
    for firm in firms:
        Enrolment(tenant_id=firm.pk, programme_id=programme.pk, contract_start=date(2026, 4, 1)).save(using=OWNER)
        grant_make(soc, firm, AccessGrant.Capability.WATCH)
        grant_make(desk, firm, AccessGrant.Capability.DESK)
        grant_make(office, firm, AccessGrant.Capability.OFFICE)
    sakura, yamada = firms
    return Cast(
        programme=programme,
        sakura_dental=sakura,
        yamada_works=yamada,
        soc=soc,
        desk=desk,
        office=office,
        vendor=vendor,
        hanako=user_make("hanako@sakura.invalid", sakura, family_name="桜井", given_name="花子"),
        jiro=user_make("jiro@yamada.invalid", yamada, family_name="山田", given_name="次郎"),
        analyst=user_make("analyst@soc.invalid", soc),
        agent=user_make("agent@desk.invalid", desk),
        clerk=user_make("clerk@office.invalid", office),
        engineer=user_make("engineer@vendor.invalid", vendor),
        sakura_box=box_make(sakura),
        yamada_box=box_make(yamada),
    )
