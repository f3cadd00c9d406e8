"""Three firms full of marked data, and a person for every role.

`assigned` is the firm of the firm's people and the one partners hold valid grants for; `expired` is a firm whose grants
and memberships have ended; `foreign` never had to do with anybody but its own owner.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import DateTimeTZRange

from tests import factories
from tests.access.world_dispatch import dispatch_make
from tests.access.world_sheet import sheet_make
from tests.factories import OWNER, SINCE, Kind

FIRMS = ("assigned", "expired", "foreign")
MARKS = {"assigned": "MARK7ASSIGNED", "expired": "MARK8EXPIRED", "foreign": "MARK9FOREIGN"}
MONTHS = {"assigned": date(2026, 10, 1), "expired": date(2026, 9, 1), "foreign": date(2026, 8, 1)}
MAC = "00:1b:a9:00:00:01"  # of the machine that every firm has
NUMBERS = {"assigned": 31, "expired": 32, "foreign": 33}
CAPABILITY = {
    Kind.SOC: "watch",
    Kind.CALL_CENTRE: "desk",
    Kind.OFFICE: "office",
    Kind.PLATFORM: "breakglass",
    Kind.VENDOR: "job",
    Kind.DATA_RECOVERY: "job_offer",
    Kind.INSURER: "claim",
    Kind.OUTREACH: "outreach",
}
# Capabilities whose holders may see the firm's data on a page at all.
SEEING = {"firm", "watch", "desk", "office", "breakglass", "job", "claim", "outreach"}
INSIDE = ("owner", "member", "read_only")


@dataclass(frozen=True)
class Role:
    """Somebody who asks. `kind` and `inside` are "" for people without an organisation."""

    name: str
    user_id: int | None
    organisation_id: int | None
    kind: str = ""
    inside: str = ""

    @property
    def capability(self) -> str:
        """The capability of the grants its organisation holds; "firm" for people of a firm, "" for none."""
        if self.name in {"former", "stranger"} or self.kind == "token":
            return ""
        return "firm" if self.kind == Kind.SME else CAPABILITY.get(Kind(self.kind), "") if self.kind else ""

    @property
    def sees(self) -> tuple[str, ...]:
        """Firms whose data may appear on this role's pages at all."""
        if self.name == "outsider":
            return ("foreign",)
        if self.name == "double":
            return ("assigned",)  # the names of its own organisations
        if self.kind == "token":
            return (self.name.removeprefix("token:"),)
        return ("assigned",) if self.capability in SEEING else ()


@dataclass
class World:
    """Ids of everything: roles by name, firms, and one object of each sort per firm."""

    roles: list[Role] = field(default_factory=list)
    firms: dict[str, int] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=lambda: {firm: {} for firm in FIRMS})
    programme: int = 0
    memberships: dict[str, int] = field(default_factory=dict)
    partners: list[int] = field(default_factory=list)
    spare: list[Role] = field(default_factory=list)  # ask tables only

    def save(self, path: Path) -> None:
        """Write it down for processes that use a copy of the database."""
        path.write_text(json.dumps(asdict(self), default=str))

    @classmethod
    def load(cls, path: Path) -> World:
        """Read what `save` wrote."""
        data = json.loads(path.read_text())
        roles, spare = ([Role(**role) for role in data.pop(name)] for name in ("roles", "spare"))
        return cls(roles=roles, spare=spare, **data)

    def role(self, name: str) -> Role:
        """A role by its name ("soc:owner", "anonymous", …)."""
        return next(role for role in self.roles if role.name == name)


def superuser() -> Any:
    """A connection that sees everything; like the application's it compiles no statement."""
    return psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], options="-c jit=off")


def world_make() -> World:
    """Store the world, committed. Needs an empty database."""
    world = World()
    office = factories.organisation_make("世界の事務局", Kind.OFFICE)
    from tenants.models import Programme, ProgrammePartner

    programme = Programme.objects.using("owner").create(
        name="見守り事業",
        office=office,
        desk_name="窓口",
        desk_phone="0120-000-000",
        desk_email="desk@otasuke.invalid",
    )
    world.programme = programme.pk
    organisations = {Kind.OFFICE: office}
    for kind in Kind:
        if kind not in {Kind.SME, Kind.OFFICE}:
            organisations[kind] = factories.organisation_make(f"{kind}の組織", kind)
            ProgrammePartner.objects.using("owner").create(programme=programme, organisation=organisations[kind])
    for name in FIRMS:
        _firm(world, name, programme.pk)
    for name, firm in world.firms.items():
        for make in (sheet_make, dispatch_make):
            make(world.things[name], firm, MARKS[name], organisations[Kind.VENDOR].pk, _as_superuser)
    _claims(world, organisations)
    _grants(world, organisations)
    _offers(world, organisations)
    from tenants.models import Organisation

    organisations[Kind.SME] = Organisation.objects.using(OWNER).get(pk=world.firms["assigned"])
    _people(world, organisations)
    _of_programme(world)
    _joining(world)
    for role in world.roles:
        if role.kind and role.user_id:
            world.memberships[role.name] = _as_superuser(
                "SELECT id FROM tenants_membership WHERE organisation_id = %s AND user_id = %s",
                (role.organisation_id, role.user_id),
            )
    return world


def _firm(world: World, name: str, programme: int) -> None:
    from tenants.models import Enrolment

    mark = MARKS[name]
    firm = factories.organisation_make(
        f"{mark}社",
        name_kana=mark,
        address=f"{mark}町1",
        phone=f"06-{mark}",
        email=f"{mark.lower()}@firm.invalid",
        prefecture="みどり県",
        municipality=f"{mark}市",
    )
    world.firms[name] = firm.pk
    enrolment = Enrolment(tenant_id=firm.pk, programme_id=programme, contract_start=date(2026, 4, 1))
    enrolment.save(using=OWNER)
    owner = factories.user_make(f"owner-{name}@firm.invalid", firm, family_name=mark, given_name="社長")
    world.things[name] |= {"tenant": firm.pk, "owner": owner.pk, "month": MONTHS[name], "number": NUMBERS[name]}
    _data(world.things[name], name, firm, owner)
    tuning = _as_superuser(
        "INSERT INTO alerts_tuning (programme_id, firm_id, organisation_id, signature_id, signature, family, direction,"
        " device, destination, grade, basis, reason, days, state, proposed_by_id, proposed_at, progress, replay,"
        " replayed_at, hidden, override_reason, end_reason) VALUES (%s, %s, %s, 1, %s, 'x', '', '', '', 0, '', %s, 90,"
        " 'replayed', %s, now(), 100, '{}', now(), 0, '', '') RETURNING id",
        (programme, firm.pk, firm.pk, mark, mark, owner.pk),
    )
    _as_superuser(
        "INSERT INTO alerts_tuningeffect (tenant_id, tuning_id, day, hits) VALUES (%s, %s, '2026-11-20', 7)",
        (firm.pk, tuning),
    )
    world.things[name]["tuning"] = tuning


def _data(thing: dict[str, Any], name: str, firm: Any, owner: Any) -> None:
    from alerts.models import CallbackCount, TrafficAggregate
    from incidents.models import DeskTask, Incident, IncidentEvent
    from notifications.models import Attention, OutboxMessage
    from sensors.models import ActivationCode, Sensor
    from tenants.tenancy.scope import tenant_scope
    from tests.portal import scenes

    mark, now = MARKS[name], datetime.now(UTC)
    box = factories.box_make(firm)
    scenes.box_seen(box.sensor)
    group = scenes.group_make(
        box.sensor,
        "outbound-malware-count",
        signature=f"{mark} callback",
        peer=f"{mark.lower()}.test",
        family=f"{mark}/family",
        category=f"{mark} class",
    )
    incident = scenes.incident_make(group, number=NUMBERS[name], opened_reason=mark)
    scenes.silence_make(box.sensor)
    task = scenes.task_make(incident)
    report = scenes.report_make(firm.pk, MONTHS[name], pdf=b"%PDF-1.7 " + mark.encode(), figures={"mark": mark})
    scenes.mail_make(firm.pk, f"{mark}のお知らせ")
    scenes.unreadable_make(box.sensor, head=f"{mark} broken")
    scenes.failed_batch_make(box.sensor, error=f"{mark} failed")
    with tenant_scope(firm.pk):
        Sensor.objects.filter(pk=box.sensor.pk).update(name=f"{mark}の箱")
        Incident.objects.filter(pk=incident.pk).update(asset_key=mark)
        IncidentEvent.objects.filter(incident=incident).update(data={"reason": mark})
        DeskTask.objects.filter(pk=task.pk).update(outcome=mark)
        Attention.objects.update(facts={"name": mark, "last_seen_at": now.isoformat()})
        OutboxMessage.objects.update(text=mark, html=mark)
        CallbackCount.objects.create(tenant=firm, sensor=box.sensor, device="d", family=mark, recent=[now])
        TrafficAggregate.objects.create(
            tenant=firm, sensor=box.sensor, epoch=1, seq=1, period_from=now, period_to=now, values={"mark": mark}
        )
        ActivationCode.objects.create(
            tenant=firm,
            sensor=box.sensor,
            lookup=mark[-4:],
            code_hash=hashlib.sha256(mark.encode()).digest(),
            expires_at=now + timedelta(days=1),
        )
    _as_superuser(
        "INSERT INTO reports_formerreport (tenant_id, report_id, revision, figures, pdf, pdf_sha256, made_at)"
        " VALUES (%s, %s, 7, '{}', %s, '', now())",
        (firm.pk, report.pk, b"%PDF-1.7 " + mark.encode()),
    )
    _as_superuser(
        "INSERT INTO reports_reportopinion (tenant_id, report_id, opinion, given_at, way, by_id)"
        " VALUES (%s, %s, 'rather', now(), 'page', %s)",
        (firm.pk, report.pk, owner.pk),
    )
    _as_superuser(
        "INSERT INTO reports_dailysales (tenant_id, yen, given_at, by_id) VALUES (%s, 1234567, now(), %s)",
        (firm.pk, owner.pk),
    )
    _as_superuser(
        "INSERT INTO tenants_consent (tenant_id, field_group, version, given_at, given_by_id)"
        " VALUES (%s, 'watching', 1, now(), %s)",
        (firm.pk, owner.pk),
    )
    _as_superuser(
        "INSERT INTO tenants_auditevent (tenant_id, at, actor_id, organisation_id, code, subject, data, agent, xid)"
        " VALUES (%s, now(), %s, %s, 'world.made', %s, '{}', '', 0)",
        (firm.pk, owner.pk, firm.pk, mark),
    )
    _as_superuser(
        "INSERT INTO sensors_order (tenant_id, sensor_id, version, made_at, content_sha256, manifest, signature, state,"
        " detail) VALUES (%s, %s, 1, now(), '', '{}', '', 'waiting', %s)",
        (firm.pk, box.sensor.pk, mark),
    )
    suppression = _as_superuser(
        "INSERT INTO sensors_suppression (tenant_id, sensor_id, signature_id, signature, source, destination, device,"
        " effect, reason, created_at, created_by_id, expires_at, problem, hits)"
        " VALUES (%s, %s, 1, %s, '10.0.0.1/32', '', '', 'silence', %s, now(), %s, now() + interval '1 day', '', 0)"
        " RETURNING id",
        (firm.pk, box.sensor.pk, mark, mark, owner.pk),
    )
    thing["suppression"] = suppression
    _as_superuser(
        "INSERT INTO sensors_filereport (tenant_id, sensor_id, sha256, signature, reported_at)"
        " VALUES (%s, %s, %s, %s, now())",
        (firm.pk, box.sensor.pk, "c" * 64, mark),
    )
    _as_superuser(
        "INSERT INTO alerts_alertjudgement (tenant_id, group_id, verdict, basis, reason, grade, judged_at,"
        " judged_by_id, by_role) VALUES (%s, %s, 'harmless', '', %s, 3, now(), %s, 'watch')",
        (firm.pk, group.pk, mark, owner.pk),
    )
    _as_superuser(
        "INSERT INTO alerts_alertnote (tenant_id, group_id, body, noted_at, noted_by_id)"
        " VALUES (%s, %s, %s, now(), %s)",
        (firm.pk, group.pk, mark, owner.pk),
    )
    _as_superuser(
        "INSERT INTO incidents_alertanswer (tenant_id, group_id, act, answer, reason, words, extent, os_supported,"
        " ends, grade, seen_until, answered_at, way, by_id, contact)"
        " VALUES (%s, %s, gen_random_uuid(), 'other', '', %s, '', '', true, 3, now(), now(), 'page', %s, '')",
        (firm.pk, group.pk, mark, owner.pk),
    )
    _as_superuser(
        "INSERT INTO incidents_answerwatch (tenant_id, act, asset_key, family, rating, opened_at, until, state)"
        " VALUES (%s, gen_random_uuid(), %s, %s, 'weak', now(), now() + interval '30 days', 'running')",
        (firm.pk, mark, mark),
    )
    _as_superuser(
        "INSERT INTO alerts_unexaminedfile (tenant_id, sensor_id, epoch, seq, at, time_trusted, reason, file_name,"
        " file_sha256, to_inside, host, mail_subject, asset_mac)"
        " VALUES (%s, %s, 1, 1, now(), true, 'encrypted', %s, '', true, '', '', '')",
        (firm.pk, box.sensor.pk, mark),
    )
    thing["device_row"] = _as_superuser(
        "INSERT INTO sensors_device (tenant_id, sensor_id, mac, names_seen, vendor, random_mac, first_seen_at,"
        " last_seen_at, given_name, owner, whose, antivirus)"
        " VALUES (%s, %s, %s, '{}', '', false, now(), now(), %s, '', '', '') RETURNING id",
        (firm.pk, box.sensor.pk, MAC, mark),
    )
    _as_superuser(
        "INSERT INTO sensors_deviceanswer (tenant_id, device_id, question, answer, words, at, by_id, said_by)"
        " VALUES (%s, %s, 'user', 'named', %s, now(), %s, '')",
        (firm.pk, thing["device_row"], mark, owner.pk),
    )
    entry = {name: "" for name in ("number", "kind", "mac", "ip", "owner", "place", "note")} | {"name": mark}
    _as_superuser(
        "INSERT INTO sensors_ledgerfile (tenant_id, file_name, form, entries, errors, unknown, is_cut, read_at,"
        " read_by_id, taken_at, taken_by_id) VALUES (%s, %s, 'Excel', %s, '[]', '[]', false, now(), %s, now(), %s)",
        (firm.pk, f"{mark}.xlsx", json.dumps([entry]), owner.pk, owner.pk),
    )
    _as_superuser(
        "INSERT INTO sensors_isolation (tenant_id, sensor_id, device_id, incident_number, mac, addresses, state, until,"
        " wished_at, wished_party, wished_by_id, contact, reason, must_run_confirmed, consent_way, consent_words,"
        " release_party, problem, followed, followed_steps)"
        " VALUES (%s, %s, %s, %s, '00:1b:a9:00:00:01', '{}', 'wished', now() + interval '1 day', now(), 'analyst',"
        " NULL, '', %s, false, '', '', '', '', true, '{wished}')",
        (firm.pk, box.sensor.pk, thing["device_row"], NUMBERS[name], mark),
    )
    _as_superuser(
        "INSERT INTO sensors_isolationconsent (tenant_id, version, hours, given_at, given_by_id)"
        " VALUES (%s, 1, '月 0:00-0:01', now(), %s)",
        (firm.pk, owner.pk),
    )
    _as_superuser(
        'UPDATE sensors_sensor SET heartbeat = heartbeat || \'{"isolation": {"able": true}}\' WHERE id = %s',
        (box.sensor.pk,),
    )
    _as_superuser(
        "INSERT INTO sensors_protectionday (tenant_id, sensor_id, day, off_s) VALUES (%s, %s, '2026-11-20', 60)",
        (firm.pk, box.sensor.pk),
    )
    _as_superuser(
        "INSERT INTO sensors_watchgap (tenant_id, sensor_id, function, cause, began_at, ended_at)"
        " VALUES (%s, %s, 'av', 'unavailable', now(), now())",
        (firm.pk, box.sensor.pk),
    )
    _as_superuser(
        "INSERT INTO sensors_inspectionconsent (tenant_id, version, given_at, given_by_id) VALUES (%s, 1, now(), %s)",
        (firm.pk, owner.pk),
    )
    job = _as_superuser(
        "INSERT INTO incidents_job (tenant_id, number, kind, way, state, incident_id, wish, requested_at)"
        " VALUES (%s, %s, 'first_response', 'remote', 'offered', %s, %s, now()) RETURNING id",
        (firm.pk, NUMBERS[name], incident.pk, mark),
    )
    feedback_id = _as_superuser(
        'INSERT INTO surveys_feedbackrequest (tenant_id, kind, about_type, about_id, number, ended_at, "to",'
        " token_hash, token_sealed, asked_at, expires_at, vendor_id) VALUES (%s, 'desk', 'case', 1, 1, now(),"
        " %s, %s, %s, now(), now(), NULL) RETURNING id",
        (firm.pk, f"{mark.lower()}@firm.invalid", hashlib.sha256(mark.encode()).digest(), mark),
    )
    _as_superuser(
        "INSERT INTO surveys_feedbackanswer (tenant_id, request_id, given_at, verdict, reason, words, more)"
        " VALUES (%s, %s, now(), 'good', '', %s, '{}')",
        (firm.pk, feedback_id, mark),
    )
    _as_superuser(
        "INSERT INTO surveys_jobhearing (tenant_id, job_id, given_at, given_by_id, vendor_id, answers)"
        " VALUES (%s, %s, now(), %s, %s, '{}')",
        (firm.pk, job, owner.pk, firm.pk),
    )
    _as_superuser(
        "INSERT INTO incidents_callbooking (tenant_id, incident_id, at, phone, asked_at)"
        " VALUES (%s, %s, now(), %s, now())",
        (firm.pk, incident.pk, mark),
    )
    _as_superuser(
        "INSERT INTO incidents_breachnote (tenant_id, incident_id, aware_on, reasons, said, changed_at, changed_by_id)"
        " VALUES (%s, %s, '2026-11-20', '{intent}', jsonb_build_object('summary', %s::text), now(), %s)",
        (firm.pk, incident.pk, mark, owner.pk),
    )
    thing["notice_contact"] = _notice_contacts(firm.pk, mark)
    thing |= _desk(firm, name, incident, owner)
    thing |= {"group": group.pk, "job": job, "incident": incident.pk, "task": task.pk, "sensor": box.sensor.pk}
    thing |= {"device": str(box.sensor.device_id), "key": str(box.key_id)}
    thing["private"] = box.private_key.private_bytes_raw().hex()


def _notice_contacts(firm: int, mark: str) -> int:
    """The firm's own address, and a contact beside it; both are active, so that either may be paused."""
    contact = 0
    for is_main, address in ((True, ""), (False, f"{mark.lower()}@contact.invalid")):
        contact = _as_superuser(
            "INSERT INTO notifications_noticecontact (tenant_id, name, carrier, address, is_main, language, serious,"
            " digest, course, monthly, state, created_at, confirmed_at)"
            " VALUES (%s, %s, 'mail', %s, %s, 'ja', true, true, true, true, 'active', now(), now()) RETURNING id",
            (firm, mark, address, is_main),
        )
    return contact


def _desk(firm: Any, name: str, incident: Any, owner: Any) -> dict[str, int]:
    """A case of the firm with a row of everything that belongs to one."""
    mark, number = MARKS[name], NUMBERS[name]
    case = _as_superuser(
        "INSERT INTO incidents_case (tenant_id, number, title, category, topic, channel, solved_by, state, importance,"
        " incident_id, opened_at, due_at, version)"
        " VALUES (%s, %s, %s, 'box', 'install', 'phone', '', 'new', 1, %s, now(), now(), 1) RETURNING id",
        (firm.pk, number, mark, incident.pk),
    )
    caller = _as_superuser(
        "INSERT INTO incidents_caller (tenant_id, name, firm_told, number_raw, number_e164, email, first_at)"
        " VALUES (%s, %s, '', '', '', '', now()) RETURNING id",
        (firm.pk, mark),
    )
    contact = _as_superuser(
        # Of no case: a call of a case stands on that case's page, this one in the desk's list of calls apart.
        "INSERT INTO incidents_contact (tenant_id, channel, direction, number_raw, number_e164, call_key, offered_at,"
        " answered_at, ended_at, caller_id)"
        " VALUES (%s, 'phone', 'in', %s, '', '', now(), now(), now(), %s) RETURNING id",
        (firm.pk, mark, caller),
    )
    for table, columns, values in (
        ("caseevent", "at, code, data", "now(), 'opened', '{}'"),
        ("internalnote", "body, at, author_id", f"'{mark}', now(), {owner.pk}"),
        ("customermessage", "from_firm, body, at, author_id", f"true, '{mark}', now(), {owner.pk}"),
        (
            "escalation",
            '"to", name, question, at, by_id, answer',
            f"'soc', '', '{mark}', now(), {owner.pk}, ''",
        ),
    ):
        _as_superuser(
            f"INSERT INTO incidents_{table} (tenant_id, case_id, {columns}) VALUES (%s, %s, {values})", (firm.pk, case)
        )
    _as_superuser(
        "INSERT INTO incidents_deskpresence (tenant_id, subject, subject_id, user_id, seen_at)"
        " VALUES (%s, 'case', %s, %s, now())",
        (firm.pk, case, owner.pk),
    )
    _as_superuser(
        "INSERT INTO incidents_incidentreceipt (tenant_id, incident_id, how, at, by_id)"
        " VALUES (%s, %s, 'portal', now(), %s)",
        (firm.pk, incident.pk, owner.pk),
    )
    return {"case": case, "contact": contact}


def _as_superuser(sql: str, values: tuple[Any, ...] = ()) -> Any:
    connection = superuser()
    with connection, connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone() if cursor.description else None
    connection.close()
    return row[0] if row else None


def _claims(world: World, organisations: dict[Any, Any]) -> None:
    """Every firm has a claim with a question and evidence; the grant is written by hand below, with its own times."""
    insurer = organisations[Kind.INSURER].pk
    policy = _as_superuser(
        "INSERT INTO insurance_policyversion (programme_id, insurer_id, valid_from, limit_yen, claims_per_year,"
        " remote_covered, listed_only, tax_rule, year_rule, premium_yen, agent_name, agent_email)"
        " VALUES (%s, %s, '2026-04-01', 50000, 1, true, true, 'included', 'contract', 500, '見本の代理店',"
        " 'agent@agent.invalid') RETURNING id",
        (world.programme, insurer),
    )
    for name, thing in world.things.items():
        firm, mark = world.firms[name], MARKS[name]
        thing["claim"] = _as_superuser(
            "SET LOCAL session_replication_role = replica;"
            "UPDATE incidents_job SET vendor_id = %s WHERE id = %s;"
            "INSERT INTO insurance_claim (tenant_id, number, incident_id, job_id, policy_id, insurer_id, vendor_id,"
            " limit_yen, claims_per_year, year_first, year_last, state, claimed_yen, tax_yen, asked_yen, own_yen,"
            " invoice_number, invoice_on, made_at, reason, round, chain_sha256)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, 50000, 1, '2026-04-01', '2027-03-31', 'draft', 48000, 0, 48000, 0,"
            " %s, '2026-11-01', now(), '', 0, '') RETURNING id",
            (
                organisations[Kind.VENDOR].pk,
                thing["job"],
                firm,
                NUMBERS[name],
                thing["incident"],
                thing["job"],
                policy,
                insurer,
                organisations[Kind.VENDOR].pk,
                mark,
            ),
        )
        _as_superuser(
            "INSERT INTO insurance_claimmessage (tenant_id, claim_id, kind, state, text, at)"
            " VALUES (%s, %s, 'question', '', %s, now())",
            (firm, thing["claim"], mark),
        )
        _as_superuser(
            "INSERT INTO insurance_claimevidence (tenant_id, claim_id, round, position, kind, data, sha256,"
            " chain_sha256) VALUES (%s, %s, 1, 1, 'notice', jsonb_build_object('subject', %s), '', '')",
            (firm, thing["claim"], mark),
        )
        _as_superuser(
            "INSERT INTO insurance_referral (tenant_id, agent_name, agent_email, words, shared, given_at, given_by_id)"
            " VALUES (%s, %s, 'agent@agent.invalid', '', '{}', now(), %s)",
            (firm, mark, thing["owner"]),
        )


def _grants(world: World, organisations: dict[Any, Any]) -> None:
    now = datetime.now(UTC)
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    for kind, capability in CAPABILITY.items():
        for name, begins, ends in (("assigned", now - second, now + 3 * hour), ("expired", now - hour, now - second)):
            subject = _subject(world.things[name], capability)
            _as_superuser(
                "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)"
                " VALUES (%s, %s, %s, %s, tstzrange(%s, %s), 'a reason that is told')",
                (organisations[kind].pk, world.firms[name], capability, subject, begins, ends),
            )
        # One that has not begun.
        _as_superuser(
            "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)"
            " VALUES (%s, %s, %s, %s, tstzrange(%s, %s), 'a reason that is told')",
            (
                organisations[kind].pk,
                world.firms["foreign"],
                capability,
                _subject(world.things["foreign"], capability),
                now + 20 * hour,
                now + 23 * hour,
            ),
        )


def _subject(thing: dict[str, Any], capability: str) -> int | None:
    """What a grant is about: a job, a claim, or the firm as a whole."""
    subject_id: int | None = {"job": thing["job"], "job_offer": thing["job"], "claim": thing["claim"]}.get(capability)
    return subject_id


def _offers(world: World, organisations: dict[Any, Any]) -> None:
    """Every firm has asked a vendor; the grant that asking makes is written by hand here, with its own times."""
    other = factories.organisation_make("ほかの事業者", Kind.VENDOR)
    for name, firm in world.firms.items():
        vendor = organisations[Kind.DATA_RECOVERY] if name == "assigned" else other
        _as_superuser(
            "SET LOCAL session_replication_role = replica;"
            "INSERT INTO incidents_joboffer (tenant_id, job_id, vendor_id, state, offered_at, expires_at, reason)"
            " VALUES (%s, %s, %s, 'waiting', now(), now() + interval '3 hours', %s)",
            (firm, world.things[name]["job"], vendor.pk, MARKS[name]),
        )


def _people(world: World, organisations: dict[Any, Any]) -> None:
    from allauth.mfa.models import Authenticator

    from tenants.models import Membership, Organisation, User

    for kind, organisation in organisations.items():
        for inside in INSIDE:
            user = factories.user_make(f"{kind}-{inside}@people.invalid", organisation, role=inside)
            world.roles.append(Role(f"{kind}:{inside}", user.pk, organisation.pk, str(kind), inside))
    outsider = Organisation.objects.using(OWNER).get(pk=world.firms["foreign"])
    world.roles.append(Role("outsider", world.things["foreign"]["owner"], outsider.pk, "sme", "owner"))
    lost = User.objects.create_user("lost@people.invalid", factories.PASSWORD)
    admin = User.objects.create_superuser("admin@people.invalid", factories.PASSWORD)
    former = User.objects.create_user("former@people.invalid", factories.PASSWORD)
    for organisation in organisations.values():
        Membership.objects.using(OWNER).create(
            user_id=former.pk,
            organisation_id=organisation.pk,
            role="owner",
            valid=DateTimeTZRange(SINCE, datetime.now(UTC) - timedelta(seconds=1)),
        )
    world.roles += [
        Role("anonymous", None, None),
        Role("nobody", lost.pk, None),
        Role("admin", admin.pk, None),
        Role("former", former.pk, None),
    ]
    _second_factors(world)
    bare = factories.user_make("bare@people.invalid", organisations[Kind.SOC])
    Authenticator.objects.using("owner").filter(user=bare).delete()
    Membership.objects.using(OWNER).create(
        user_id=world.role("soc:member").user_id or 0,
        organisation_id=organisations[Kind.BUYER].pk,
        role="owner",
        valid=DateTimeTZRange(SINCE, None),
    )
    everywhere = factories.user_make("double@people.invalid", organisations[Kind.BUYER])
    for kind, organisation in organisations.items():
        if kind != Kind.BUYER:
            Membership.objects.using(OWNER).create(
                user_id=everywhere.pk, organisation_id=organisation.pk, role="owner", valid=DateTimeTZRange(SINCE, None)
            )
    stale = factories.user_make("stale@people.invalid", organisations[Kind.SME])
    world.roles += [
        Role("factorless", bare.pk, organisations[Kind.SOC].pk, "soc", "owner"),
        # Belongs to every organisation and acts for one that sees nothing.
        Role("double", everywhere.pk, organisations[Kind.BUYER].pk, "buyer", "owner"),
        Role("unproven", stale.pk, organisations[Kind.SME].pk, "sme", "owner"),
    ]


def _second_factors(world: World) -> None:
    """Partners need one; without it every page would only ask for it."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator

    for role in world.roles:
        if role.user_id is not None:
            secret = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
            Authenticator.objects.using("owner").get_or_create(
                user_id=role.user_id, type=Authenticator.Type.TOTP, defaults={"data": {"secret": secret}}
            )
            EmailAddress.objects.get_or_create(
                user_id=role.user_id, email=f"checked-{role.user_id}@people.invalid", defaults={"verified": True}
            )


def _of_programme(world: World) -> None:
    """Knowledge, a ready answer and a mail of the programme: of no firm, so the same beside every firm."""
    office, programme = world.role("office:owner"), world.programme
    article = _as_superuser(
        "INSERT INTO incidents_article (programme_id, state, title, answer, steps, signatures, families, words,"
        " written_by_id, written_at, checked_by_id, checked_at, remark)"
        " VALUES (%s, 'published', 'x', 'x', 'x', '{}', '{f}', '{}', %s, now(), %s, now(), '') RETURNING id",
        (programme, world.role("call_centre:owner").user_id, office.user_id),
    )
    answer = _as_superuser(
        "INSERT INTO incidents_readyanswer (programme_id, title, text, changed_by_id, changed_at)"
        " VALUES (%s, 'x', 'x', %s, now()) RETURNING id",
        (programme, office.user_id),
    )
    mail = _as_superuser(
        "INSERT INTO incidents_deskmail (programme_id, mailbox, identity, sha256, size, state, reason, taken_at,"
        " message_id, sender, sender_name, subject, automatic, attempts)"
        " VALUES (%s, 'x', 'x', '00', 1, 'aside', 'automatic', now(), '', 'x@x.invalid', '', 'x', true, 0)"
        " RETURNING id",
        (programme,),
    )
    _as_superuser(
        "INSERT INTO incidents_mailfile (mail_id, part, name, kind, size, sha256, verdict, found)"
        " VALUES (%s, 1, 'x', 'x', 1, '00', 'clean', '')",
        (mail,),
    )
    _as_superuser(
        "INSERT INTO incidents_mailboxfault (programme_id, mailbox, uid, tries, first_at, last_at, error)"
        " VALUES (%s, 'x', '', 1, now(), now(), '')",
        (programme,),
    )
    for thing in world.things.values():
        thing |= {"article": article, "answer": answer, "desk_mail": mail}


def _joining(world: World) -> None:
    """Invitations, applications and tokens, one of each beside every firm."""
    for name in FIRMS:
        mark, firm = MARKS[name], world.firms[name]
        owner = world.things[name]["owner"]
        world.things[name]["invitation"] = _as_superuser(
            "INSERT INTO tenants_invitation (organisation_id, email, role, token_hash, created_at, expires_at,"
            " invited_by_id) VALUES (%s, %s, 'member', sha256(%s), now(), now() + interval '7 days', %s) RETURNING id",
            (firm, f"{mark.lower()}-new@people.invalid", mark.encode(), owner),
        )
        world.things[name]["membership"] = _as_superuser(
            "SELECT id FROM tenants_membership WHERE organisation_id = %s AND user_id = %s", (firm, owner)
        )
        world.things[name]["api_token"] = _as_superuser(
            "INSERT INTO tenants_apitoken (organisation_id, name, scopes, shown, token_hash, created_at, expires_at,"
            " created_by_id) VALUES (%s, %s, ARRAY['read:alerts', 'read:incidents', 'read:reports'], 'x', sha256(%s),"
            " now(), now() + interval '30 days', %s) RETURNING id",
            (firm, mark, secret_of(name).encode(), owner),
        )
        world.things[name]["programme"] = world.programme
        world.roles.append(Role(f"token:{name}", None, firm, "token"))
    _applications(world)
    _slips(world)
    _tokens(world)
    _partners_own(world)


def _slips(world: World) -> None:
    """Grants of one firm about another's incident, and of every firm an alert that belongs to no incident."""
    from alerts.selectors import detections_of
    from sensors.models import Sensor
    from tenants.tenancy.scope import tenant_scope
    from tests.portal import scenes

    for kind, capability in ((Kind.VENDOR, "job"), (Kind.INSURER, "claim")):
        _as_superuser(
            "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)"
            " VALUES (%s, %s, %s, %s, tstzrange(now(), NULL), 'a slip')",
            (
                world.role(f"{kind}:owner").organisation_id,
                world.firms["assigned"],
                capability,
                _subject(world.things["foreign"], capability),
            ),
        )
    for name, thing in world.things.items():
        with tenant_scope(world.firms[name]):
            sensor = Sensor.objects.get(pk=thing["sensor"])
        words = f"{MARKS[name]} no incident"
        group = scenes.group_make(
            sensor, "web-guard", signature=words, family="no incident", peer="x.test", asset_mac=MAC
        )
        with tenant_scope(world.firms[name]):
            newest = detections_of(group)[0]
        thing |= {"group_alone": group.pk, "seq_alone": newest.seq}
    with tenant_scope(world.firms["assigned"]):
        sensor = Sensor.objects.get(pk=world.things["assigned"]["sensor"])
    # And one of another incident of the firm, which no job and no claim is about.
    group = scenes.group_make(sensor, "web-guard", signature="other incident", family="other", peer="y.test")
    scenes.incident_make(group, number=NUMBERS["assigned"] + 100, opened_reason=MARKS["assigned"])


def _tokens(world: World) -> None:
    """Tokens of partners, and tokens that hold no more."""
    for kind in (Kind.SOC, Kind.CALL_CENTRE, Kind.PLATFORM, Kind.VENDOR, Kind.BUYER):
        owner = world.role(f"{kind}:owner")
        for state, revoked, until in (
            ("", "NULL", "30 days"),
            ("-revoked", "now()", "30 days"),
            ("-expired", "NULL", "-1 second"),
        ):
            name = f"{kind}{state}"
            _token(name, owner.organisation_id or 0, owner.user_id or 0, revoked, until)
            role = Role(f"token:{name}", None, owner.organisation_id, "token", "" if state else str(kind))
            world.spare.append(role)
    firm, owner_id = world.firms["assigned"], world.things["assigned"]["owner"]
    for state, revoked, until in (("revoked", "now()", "30 days"), ("expired", "NULL", "-1 second")):
        _token(f"firm-{state}", firm, owner_id, revoked, until)
        world.spare.append(Role(f"token:firm-{state}", None, firm, "token"))


def _token(name: str, organisation: int, owner: int, revoked: str, until: str) -> None:
    _as_superuser(
        "INSERT INTO tenants_apitoken (organisation_id, name, scopes, shown, token_hash, created_at, expires_at,"
        f" revoked_at, created_by_id) VALUES (%s, %s, ARRAY['read:alerts'], 'x', sha256(%s), now(),"
        f" now() + interval '{until}', {revoked}, %s)",
        (organisation, name, secret_of(name).encode(), owner),
    )


def _partners_own(world: World) -> None:
    """Mail to partners lies in the outbox under their own number, which opens no firm's table to them."""
    for kind in (Kind.SOC, Kind.BUYER, Kind.VENDOR, Kind.PLATFORM):
        organisation = world.role(f"{kind}:owner").organisation_id
        world.partners.append(organisation or 0)
        _as_superuser(
            'INSERT INTO notifications_outboxmessage (tenant_id, key, kind, "to", subject, text, html, state,'
            " created_at, due_at, attempts, error)"
            " VALUES (%s, 'x', 'invitation', 'x@people.invalid', 's', 't', 'h', 'sent', now(), now(), 0, '')",
            (organisation,),
        )


def _applications(world: World) -> None:
    """One to the world's programme, the others to a programme of another office."""
    other = factories.organisation_make("別の事務局", Kind.OFFICE)
    elsewhere = _as_superuser(
        "INSERT INTO tenants_programme (name, office_id, desk_name, desk_phone, desk_email,"
        " fiscal_year_start_month) VALUES ('別の事業', %s, '', '', '', 4) RETURNING id",
        (other.pk,),
    )
    for name, thing in world.things.items():
        thing["uuid"] = str(uuid.uuid4())
        _as_superuser(
            "INSERT INTO tenants_application (id, created_at, state, name, name_kana, corporate_number, postal_code,"
            " prefecture, municipality, municipality_code, address, phone, phone_e164, staff_count, pc_count,"
            " contact_name, contact_kana, email, chamber_member, language, reason, programme_id)"
            " VALUES (%s, now(), 'waiting', %s, 'かな', '', '530-0001', 'みどり県', '市', '', '', '06-0000-0000', '',"
            " 5, 5, '申込 花子', 'かな', 'new@applicant.invalid', false, 'ja', '', %s)",
            (thing["uuid"], MARKS[name], world.programme if name == "assigned" else elsewhere),
        )


def secret_of(firm: str) -> str:
    """The secret of the firm's token."""
    return "otk_" + hashlib.sha256(firm.encode()).hexdigest()[:43]
