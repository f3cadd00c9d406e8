"""The part of a page where a firm says what it did about a notice: what is recorded, and the answers to press."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from alerts.models import AlertGroup
from alerts.models.alert import Grade
from alerts.ui import words
from incidents.answers.services import Answerer, NumberMissing, answer_record
from incidents.answers.ui.forms import DETAILS, AnswerForm, details_form
from incidents.answers.watches import scan_of
from incidents.core.answers import answer_in_force, answered_together, answers_of, watch_of_answer
from incidents.core.questions import unanswered_group
from incidents.jobsheet.proof import Extent, Supported, weaknesses
from incidents.jobsheet.wording import DOUBTS, EXTENTS, SUPPORTED
from incidents.models import ANSWERS, AlertAnswer, AnswerWatch
from incidents.states.answer import Answer, Way
from web.refusals import refusals_shown

# What is to be done after an answer that leaves the question open.
STILL_OPEN: dict[str, Any] = {
    Answer.WARNED: gettext_lazy(
        "注意を伝えるだけでは、機器に入ったものはなくなりません。ウイルス対策ソフトを更新してから全体を検査し、"
        "その結果を答えてください。"
    ),
    Answer.OTHER: gettext_lazy("何をしたかを書いて送ると、確認済みになります。"),
    Answer.NOT_DONE: gettext_lazy(
        "確認が済むまで、このお知らせはホームに残ります。何をすればよいか分からないときは、「分からない。電話がほしい」を"
        "押してください。"
    ),
    Answer.CALL_ME: gettext_lazy("相談窓口から電話します。受付時間の外のときは、次の受付時間にお電話します。"),
}
AGAIN = gettext_lazy("お答えのあとに、同じことがまた見つかりました。もう一度、したことを答えてください。")
ENDED = gettext_lazy("このお知らせは確認済みになりました。同じことがまた起きたら、もう一度お知らせします。")

MOST_LINES = 20


@dataclass(frozen=True)
class Recorded:
    """The answer that counts, in words."""

    answer: AlertAnswer
    ends: bool
    what_next: str
    who: str
    notices: int
    watch: AnswerWatch | None
    doubts: tuple[str, ...]

    @property
    def tone(self) -> str:
        """Of the banner: over, or still open."""
        return "safe" if self.ends else "attention"


def answering(
    group: AlertGroup, *, action: str, named: bool, form: AnswerForm | None = None, back: str = ""
) -> dict[str, Any]:
    """What the fragment `answers/_answer.html` shows.

    `action`: where it posts. `named`: whether people and addresses may be named (a page without log-in names none).
    `form`: one that was posted and has errors. `back`: which page is to follow.
    """
    answer = answer_in_force(group)
    return {
        "recorded": _recorded(group, answer, named) if answer is not None else None,
        "form": form or (details_form(answer.answer) if answer is not None and _has_gaps(answer) else None),
        "choices": ANSWERS,
        "act": uuid.uuid4(),
        "action": action,
        "back": back,
    }


def answerable(group: AlertGroup) -> bool:
    """Whether a notice asks for an answer at all: records do not."""
    return bool(group.grade >= Grade.LOW)


def answer_take(request: HttpRequest, group: AlertGroup, answerer: Answerer) -> AnswerForm | None:
    """Record what was posted. → None, or the form with what is missing in it."""
    form = AnswerForm(request.POST, auto_id="answer_%s")
    if not form.is_valid():
        if not form.details:
            messages.error(request, gettext("押した答えが読み取れませんでした。もう一度押してください。"))
        return form
    missing = gettext("折り返しの電話番号を入れてください。まだ記録していません。")
    with refusals_shown(request, form=form, form_words={NumberMissing: missing}) as attempt:
        answer_record(
            group=group,
            given=form.given,
            answerer=answerer,
            headline=words.headline(group),
            now=timezone.now(),
        )
    return form if attempt.refusal else None


@dataclass(frozen=True)
class StaffLine:
    """An answer as SOC and desk read it, with what the firm said of its scan in words."""

    answer: AlertAnswer
    scan: str


def staff_lines(group: AlertGroup) -> list[StaffLine]:
    """The answers to a notice, the newest first."""
    return [StaffLine(answer, _scan_words(answer)) for answer in answers_of(group)[:MOST_LINES]]


def _scan_words(answer: AlertAnswer) -> str:
    if not answer.extent:
        return ""
    values = {
        "day": answer.definitions.isoformat() if answer.definitions else "―",
        "extent": EXTENTS[Extent(answer.extent)],
        "supported": SUPPORTED[Supported(answer.os_supported or Supported.UNKNOWN)],
    }
    return gettext("定義ファイル %(day)s ・ %(extent)s ・ OSのサポート: %(supported)s") % values


def _has_gaps(answer: AlertAnswer) -> bool:
    """Whether something is worth adding. A number is only missing where nothing could be recorded without it."""
    gaps = {
        Answer.CLEAN_SCAN: not answer.extent,
        Answer.OTHER: not answer.words,
        Answer.NOT_DONE: not answer.reason,
    }
    return answer.answer in DETAILS and gaps.get(Answer(answer.answer), False)


def _recorded(group: AlertGroup, answer: AlertAnswer, named: bool) -> Recorded:
    ends = not unanswered_group(group)
    scanned = answer.answer == Answer.CLEAN_SCAN
    return Recorded(
        answer=answer,
        ends=ends,
        what_next=str(ENDED if ends else AGAIN if answer.ends else STILL_OPEN.get(answer.answer, "")),
        who=_who(answer, named),
        notices=answered_together(answer),
        watch=watch_of_answer(answer, group.family),
        doubts=tuple(str(DOUBTS[code]) for code in weaknesses(scan_of(answer))) if scanned and answer.extent else (),
    )


def _who(answer: AlertAnswer, named: bool) -> str:
    if answer.way == Way.MAIL:
        link = gettext("メールのリンクから")
        return gettext("%(link)s(宛先 %(to)s)") % {"link": link, "to": answer.contact} if named else link
    return str(answer.by) if named else gettext("会社の画面から")
