"""A help chain in full swing, for looking at its pages.

さくら歯科 was helped and its claim waits, 山田製作所 is asked about its claim, an offer waits for the vendor, and a
box is to be installed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from base.about import About
from base.moves import Party
from base.moves import Party as Mover
from incidents.core.call_links import call_token
from incidents.core.triage import desk_tasks_open
from incidents.dispatch.services import job_request
from incidents.jobsheet.checking import uploads_check
from incidents.knowledge import services as knowledge
from incidents.models import Appointment, DeskTask, EarlyWarning, Incident, Job, ReadyAnswer
from incidents.states.article import ArticleState
from insurance.models import Claim, PolicyVersion
from insurance.services import claim_decide, claim_make, claim_submit
from sensors.models import Device
from surveys.models import FeedbackRequest
from surveys.services import feedback_ask
from tenants.models import Enrolment, Organisation, User
from tenants.tenancy.scope import person_scope, programme_scope, tenant_scope
from tests import factories
from tests.factories import OWNER, Cast, Kind
from tests.incidents.jobsheets import jpeg
from tests.insurance.stage import bill, invoice_make, job_make
from tests.portal import scenes
from tests.portal.desk_scenes import desk_day
from tests.portal.help_stage import Stage, stage_make, workday

MINUTES = (("travel", 40), ("hearing", 50), ("work", 80), ("waiting", 30), ("report", 35))


@dataclass(frozen=True)
class HelpDay:
    """Numbers of what was stored."""

    stage: Stage
    done: Job
    open_incident: Incident
    offered: Job
    installing: Job
    claim: Claim
    claim_in_question: Claim
    asked_task: DeskTask
    case: int
    article: int
    answer: int
    booking: str
    feedback: str


def help_day(cast: Cast) -> HelpDay:
    """Store it, on an otherwise quiet day."""
    stage, now = stage_make(cast), datetime.now(UTC)
    insurer = factories.organisation_make("みどり損害保険", Kind.INSURER)
    adjuster = factories.user_make("adjuster@insurer.invalid", insurer, family_name="保坂", given_name="恵")
    PolicyVersion.objects.using(OWNER).update(
        insurer=insurer, agent_name="みどり保険代理店", agent_email="agent@agency.invalid", premium_yen=300
    )
    for number in range(4):
        firm = factories.organisation_make(f"みどり商店{number}", prefecture="奈良県", municipality="奈良市")
        enrolled = Enrolment(tenant_id=firm.pk, programme_id=cast.programme.pk, contract_start=date(2026, 4, 1))
        enrolled.save(using=OWNER)
    scenes.box_seen(cast.sakura_box.sensor)
    scenes.box_seen(cast.yamada_box.sensor)
    done = _helped(stage, now)
    invoice_make(done, 62_000, 5_636)
    with person_scope(cast.agent.pk, cast.desk.pk):
        claim = claim_make(job=done, by=cast.agent, now=now)
        claim_submit(claim_id=claim.pk, party=Mover.DESK, now=now)
    claim_in_question = _claim_in_question(stage, insurer, adjuster, now)
    newer = scenes.incident_make(
        scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", family="callback/newer"), number=4
    )
    scenes.task_make(newer)
    offered = _offered(stage, now)
    with person_scope(cast.agent.pk, cast.desk.pk):
        installing = job_request(
            tenant_id=cast.yamada_works.pk,
            kind=Job.Kind.INSTALLATION,
            way=Job.Way.ON_SITE,
            wish="駐車場は裏です",
            by=cast.agent,
            now=now,
            party=Party.DESK,
        )
    article, answer = _knowledge(cast, now)
    with programme_scope(cast.programme.pk):
        EarlyWarning.objects.create(
            programme_id=cast.programme.pk,
            kind="signature",
            value="ET MALWARE Foobot Checkin",
            firms=4,
            raised_at=now - timedelta(hours=3),
        )
    desk_tasks_open(now=now)
    with tenant_scope(cast.yamada_works.pk):
        task = DeskTask.objects.get(attention__kind="claim_returned")
        call = call_token(newer)
    return HelpDay(
        stage,
        done,
        newer,
        offered,
        installing,
        claim,
        claim_in_question,
        task,
        desk_day(cast).case.pk,
        article,
        answer,
        call,
        _feedback(cast, now),
    )


def _helped(stage: Stage, now: datetime) -> Job:
    """Remote help, 235 minutes over two days, a find, scans, a photo; reported."""
    job = stage.taken()
    path, client = f"/jobs/{job.pk}/", stage.vendor.client

    def write(what: str, **fields: Any) -> None:
        answer = client.post(f"{path}entries/", {"what": what, "key": str(uuid.uuid4())} | fields)
        assert answer.status_code == 302, (what, answer.status_code)

    at = now - timedelta(days=1, hours=4)
    for kind, minutes in MINUTES:
        write("time", kind=kind, way="remote", started_at=at.isoformat(), minutes=minutes, note="手控えから")
        at += timedelta(minutes=minutes)
    write("step", doer="firm", text="LAN線を抜き、フルスキャンを始めた")
    write("step", doer="vendor", text="画面コピーの採り方を説明した")
    write("finding", device="受付のPC", name="Trojan.Sample", severity="high", count=2, done="removed")
    scan = {"device": "受付のPC", "tool": "Defender", "os_supported": "yes", "definitions": now.date().isoformat()}
    write("scan", extent="full", found=2, **scan)
    write("scan", extent="quick", found=0, **scan)
    photo = jpeg(900, 600)
    client.put(
        f"{path}files/{uuid.uuid4()}/?offset=0&size={len(photo)}&name=photo.jpg&caption=検査の画面",
        photo,
        content_type="application/octet-stream",
    )
    uploads_check(now=now)
    with tenant_scope(job.tenant_id):
        for number, name, maker in (
            (0x17, "受付のPC", "NEC"),
            (0x18, "", "ブラザー工業"),
            (0x19, "院長のタブレット", "Apple"),
        ):
            Device.objects.create(
                tenant_id=job.tenant_id,
                sensor_id=stage.cast.sakura_box.sensor.pk,
                mac=f"02:00:5e:00:53:{number:02x}",
                last_ip=f"192.168.1.{number}",
                vendor=maker,
                given_name=name,
                first_seen_at=now - timedelta(days=30),
                last_seen_at=now - timedelta(hours=2),
                whose="private" if "院長" in name else "company",
                night_seen_at=now - timedelta(days=2) if "院長" in name else None,
            )
    words = {"summary": "LAN線を抜き、フルスキャンで見つかった2件を取り除きました。", "result": "駆除しました。"}
    stage.vendor.status(f"{path}report/", key=str(uuid.uuid4()), advice="1か月は様子を見てください。", **words)
    return stage.job()


def _claim_in_question(stage: Stage, insurer: Organisation, adjuster: User, now: datetime) -> Claim:
    """山田製作所's claim, about which the insurer asks."""
    cast = stage.cast
    other = scenes.incident_make(scenes.group_make(cast.yamada_box.sensor, "outbound-malware-count"))
    job = job_make(other, cast.vendor, 1, "on_site")
    with person_scope(cast.agent.pk, cast.desk.pk):
        claim = claim_make(job=job, bill=bill(), by=cast.agent, now=now)
        claim_submit(claim_id=claim.pk, party=Mover.DESK, now=now)
    with person_scope(adjuster.pk, insurer.pk):
        claim_decide(claim_id=claim.pk, to="returned", reason="待ち時間の30分は何を待っていましたか。", now=now)
    return claim


def _offered(stage: Stage, now: datetime) -> Job:
    """A visit for which 川辺システム is asked, with the times the firm would like."""
    from incidents.dispatch.appointments import appointment_propose
    from incidents.dispatch.offers import job_offer_put, offer_ends

    cast = stage.cast
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        job = job_request(
            tenant_id=cast.sakura_dental.pk,
            kind=Job.Kind.REMOVAL,
            way=Job.Way.ON_SITE,
            wish="午前中がよい",
            by=cast.hanako,
            now=now,
            party=Party.FIRM,
        )
        job_offer_put(
            job=job,
            vendor=cast.vendor,
            expires_at=offer_ends(job=job, now=now),
            by=cast.hanako,
            party=Party.FIRM,
            now=now,
        )
        appointment_propose(job=job, starts_at=workday(), minutes=120, side=Party.FIRM, by=cast.hanako, now=now)
        assert Appointment.objects.filter(job_id=job.pk).exists()
    return job


def _knowledge(cast: Cast, now: datetime) -> tuple[int, int]:
    second = factories.user_make("second@desk.invalid", cast.desk)
    article = knowledge.Words(
        "不審な通信を繰り返すPCの調べ方",
        "LANケーブルを抜き、フルスキャンをします。終わるまで電源は切りません。",
        "1. 通信の相手を確かめる\n2. フルスキャン\n3. 30日の様子見",
        ("MALWARE-CNC Win.Trojan.Sample outbound callback",),
        ("callback/newer",),
        ("通信", "スキャン"),
    )
    with person_scope(cast.agent.pk, cast.desk.pk):
        made = knowledge.article_write(programme_id=cast.programme.pk, words=article, by=cast.agent, now=now)
        for to, by in ((ArticleState.WAITING, cast.agent), (ArticleState.PUBLISHED, second)):
            knowledge.article_move(article_id=made.pk, to=to, party=Mover.DESK, by=by, now=now)
        answer: ReadyAnswer = knowledge.ready_answer_write(
            programme_id=cast.programme.pk,
            title="折り返しの約束",
            text="{担当者名}様\n{窓口名}です。あらためてお電話します。",
            by=cast.agent,
            now=now,
        )
    with person_scope(second.pk, cast.desk.pk):
        draft = knowledge.article_write(
            programme_id=cast.programme.pk,
            words=knowledge.Words("偽の警告画面", "電話をかけないでください。", ""),
            by=second,
            now=now,
        )
        knowledge.article_move(article_id=draft.pk, to=ArticleState.WAITING, party=Mover.DESK, by=second, now=now)
    return made.pk, answer.pk


def _feedback(cast: Cast, now: datetime) -> str:
    """The address of a question that was mailed."""
    import re

    from notifications.models import OutboxMessage
    from notifications.services import message_words

    with tenant_scope(cast.sakura_dental.pk):
        request = feedback_ask(
            tenant_id=cast.sakura_dental.pk,
            kind="vendor",
            about=About("job", 99),
            number=99,
            ended_at=timezone.now(),
            vendor=cast.vendor,
            now=now,
        )
        assert isinstance(request, FeedbackRequest)
        words = message_words(message=OutboxMessage.objects.filter(kind="feedback").latest("pk"))[0]
    link = re.search(r"/feedback/[\w-]+/", words)
    assert link
    return link[0]
