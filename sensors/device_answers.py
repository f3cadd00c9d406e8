"""What people answered about machines: written down question by question, with who said it and when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from base.refusals import Refusal
from sensors.models import Device, DeviceAnswer
from sensors.which_machine import ANSWERS, NAMED, UNKNOWN, MachineQuestion
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.tenancy.scope import tenant_scope

LONGEST = 60


class AnswerUnreadable(Refusal):
    """No answer to this question."""


class NameMissing(Refusal):
    """Somebody uses it, and no name was written."""


class NobodySpoke(Refusal):
    """The desk wrote an answer down without the name of the person who gave it."""


def device_answer_record(
    *,
    device: Device,
    question: MachineQuestion,
    answer: str,
    words: str = "",
    by: User,
    said_by: str | None = None,
    now: datetime,
) -> DeviceAnswer:
    """Write an answer down. `said_by`: who gave it on the telephone; None: `by` answers for the own firm.

    Who uses a machine and whose it is stand on the machine too; "I do not know" changes nothing there.
    Raises AnswerUnreadable, NameMissing, NobodySpoke.
    """
    name = " ".join(words.split())[:LONGEST]
    if answer not in ANSWERS[question]:
        raise AnswerUnreadable(f"{question}: {answer}")
    if answer == NAMED and not name:
        raise NameMissing
    if said_by is not None and not said_by.strip():
        raise NobodySpoke
    made: DeviceAnswer = DeviceAnswer.objects.create(
        tenant_id=device.tenant_id,
        device=device,
        question=question.value,
        answer=answer,
        words=name if answer == NAMED else "",
        at=now,
        by=by,
        said_by=(said_by or "").strip()[:80],
    )
    audit_record(
        code="device.answered",
        subject=f"device:{device.pk}",
        tenant_id=device.tenant_id,
        question=question.value,
        answer=answer,
    )
    known = _known(question, answer, name)
    if known:
        # Its row is the firm's and the platform's own; the desk may add an answer, from which it follows.
        with tenant_scope(device.tenant_id):
            Device.objects.filter(tenant_id=device.tenant_id, pk=device.pk).update(**known)
    return made


def _known(question: MachineQuestion, answer: str, name: str) -> dict[str, str]:
    """What the machine's row learns."""
    if question == MachineQuestion.USER and answer == NAMED:
        return {"owner": name}
    if question == MachineQuestion.WHOSE and answer != UNKNOWN:
        return {"whose": answer}
    return {}


def answers_of_device(device: Device) -> dict[str, DeviceAnswer]:
    """Question → the newest answer, with who wrote it down."""
    rows = DeviceAnswer.objects.filter(tenant_id=device.tenant_id, device=device).select_related("by")
    newest = rows.order_by("question", "-at", "-pk").distinct("question")
    return {row.question: row for row in newest}


def presence_answered(*, tenant_id: int, macs: Collection[str]) -> dict[str, DeviceAnswer]:
    """MAC address → the newest answer whether that machine of the firm is there."""
    rows = DeviceAnswer.objects.filter(
        tenant_id=tenant_id, question=MachineQuestion.PRESENT.value, device__mac__in=list(macs)
    ).select_related("device")
    answers: dict[str, DeviceAnswer] = {}
    for row in rows.order_by("at", "pk"):
        answers[row.device.mac] = row
    return answers
