"""What people made of the notices: the firm answers (OSK 表5-24), the analyst judges."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from typing import Final

from alerts.judging import group_judge
from alerts.models import AlertGroup
from alerts.models.alert import Grade, Notify
from alerts.models.judgement import Basis, JudgedAs, Verdict
from alerts.soc_states import SocState
from alerts.ui.words import headline
from incidents.answers.services import Answerer, Given, answer_record
from incidents.states.answer import Answer
from portal.demo.year.people import Person

# Of 53 firms: OSK 表5-24. What was not answered at all is the rest.
_ANSWERS: Final = (
    (Answer.REMOVED, 8),
    (Answer.CLEAN_SCAN, 8),
    (Answer.WARNED, 9),
    (Answer.UNINSTALLED, 2),
    (Answer.OTHER, 3),
    (Answer.NOT_DONE, 17),
    (None, 15),
)
_WORDS: Final = {
    Answer.OTHER: "ルーターのパスワードを変えました。",
    Answer.WARNED: "朝礼で全員に知らせました。",
}
# How long ago a notice must be for the analyst to have judged it, and the firm to have answered.
STILL_OPEN: Final = timedelta(days=3)


def firm_answers(president: Person, dice: random.Random, now: datetime) -> int:
    """The firm answers most of what was mailed. → answers given."""
    given = 0
    with president.acting() as user:
        mailed = AlertGroup.objects.filter(tenant_id=president.organisation.pk, notify=Notify.DIGEST)
        for group in mailed.filter(last_at__lt=now - STILL_OPEN).order_by("last_at"):
            answer = dice.choices([answer for answer, _ in _ANSWERS], [often for _, often in _ANSWERS])[0]
            if answer is None or group.answers.exists():
                continue
            at = group.last_at + timedelta(hours=dice.randint(2, 40))
            what_was_done = Given(answer, uuid.UUID(int=dice.getrandbits(128), version=4), words=_WORDS.get(answer, ""))
            answer_record(
                group=group, given=what_was_done, answerer=Answerer(by=user), headline=headline(group), now=at
            )
            given += 1
    return given


def analyst_judges(analyst: Person, tenant_id: int, dice: random.Random, now: datetime) -> int:
    """The analyst has judged all ★★ but the newest. → judgements."""
    judged = 0
    with analyst.acting() as user:
        waiting = AlertGroup.objects.filter(tenant_id=tenant_id, grade=Grade.MEDIUM, soc_state=SocState.NEW)
        for group in waiting.filter(last_at__lt=now - STILL_OPEN).order_by("last_at"):
            harmless = dice.random() < 0.25
            group_judge(
                group=group,
                verdict=Verdict.FALSE_POSITIVE if harmless else Verdict.DEALT_WITH,
                basis=Basis.BUSINESS if harmless else Basis.MAY_GO_ON,
                by=user,
                by_role=JudgedAs.WATCH,
                now=group.last_at + timedelta(hours=dice.randint(1, 20)),
            )
            judged += 1
    return judged
