"""Stores what the desk's pages show: a case with everything in it, a caller of no firm, a call that rings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from incidents.desk import calls, cases, firm_side
from incidents.models import Case, Contact
from tenants.tenancy.scope import person_scope
from tests.factories import Cast


@dataclass(frozen=True)
class DeskDay:
    """What was stored."""

    case: Case
    call: Contact
    stranger: Contact


def desk_day(cast: Cast) -> DeskDay:
    """A printer that does not print, at さくら歯科, with note, message, answer and a question to the SOC; two calls."""
    now, firm = timezone.now(), cast.sakura_dental.pk
    with person_scope(cast.agent.pk, cast.desk.pk):
        call = calls.call_start(tenant_id=firm, number="075-000-0101", by=cast.agent, now=now - timedelta(minutes=52))
        calls.call_stop(contact_id=call.pk, by=cast.agent, now=now - timedelta(minutes=47))
        caller = calls.caller_note(tenant_id=firm, number="075-000-0101", name="林", firm_told="", now=now)
        Contact.objects.filter(pk=call.pk).update(caller=caller)
        case = cases.case_open(
            tenant_id=firm,
            title="プリンターが印刷できない",
            channel="phone",
            by=cast.agent,
            now=now - timedelta(minutes=47),
            category="other",
            topic="printer",
            mine=True,
        )
        calls.contact_to_case(contact_id=call.pk, case=case, by=cast.agent, now=now - timedelta(minutes=46))
        about: dict[str, Any] = {"tenant_id": firm, "case_id": case.pk, "by": cast.agent}
        cases.case_note(
            **about,
            version=2,
            now=now - timedelta(minutes=45),
            body="午前中は診療で電話に出られない。院長には直接つながないでほしいとのこと。",
        )
        cases.case_message(
            **about,
            version=3,
            now=now - timedelta(minutes=40),
            wait=True,
            body="お電話ありがとうございました。\nプリンターの電源を入れ直したあと、画面の「印刷できません」の文字を教えてください。",
        )
    with person_scope(cast.hanako.pk, firm):
        firm_side.firm_says(
            tenant_id=firm,
            case_id=case.pk,
            by=cast.hanako,
            now=now - timedelta(minutes=20),
            body="「オフラインです」と出ます。昨日までは使えていました。",
        )
    with person_scope(cast.agent.pk, cast.desk.pk):
        case_row = Case.objects.get(pk=case.pk)
        cases.case_escalate(
            **about,
            version=case_row.version,
            now=now - timedelta(minutes=12),
            to="soc",
            name="",
            question="センサーを入れた日から印刷できないそうです。印刷の通信を止めていないか確かめてください。",
        )
        running = calls.call_start(tenant_id=firm, number="+81750000101", by=cast.agent, now=now)
        stranger = calls.call_start(
            tenant_id=cast.office.pk, number="090-0000-3344", by=cast.agent, now=now - timedelta(minutes=3)
        )
        Contact.objects.create(
            tenant_id=cast.office.pk,
            channel="phone",
            number_raw="06-0000-0202",
            number_e164="+81600000202",
            offered_at=now,
        )
    return DeskDay(case_row, running, stranger)
