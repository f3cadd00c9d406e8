"""Ordinary calls to the desk: somebody rings, a case is written and solved (OSK 表4-26 to 4-28)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from incidents.desk.calls import call_start, call_stop, caller_note, contact_to_case
from incidents.desk.cases import case_open, case_solve, case_take
from incidents.models import Case, Contact
from portal.demo.year.people import Person
from tenants.models import Organisation

_TALKS: Final = (
    ("box", "install", "箱のつなぎ方がわからない"),
    ("box", "trouble", "箱のランプが赤い"),
    ("portal", "login", "画面に入れない"),
    ("portal", "reading", "報告書の見方を知りたい"),
    ("alert", "meaning", "メールの意味がわからない"),
    ("alert", "what_to_do", "メールが来たがどうすればよいか"),
    ("security", "mail", "あやしいメールが届いた"),
    ("security", "fraud", "警告の画面が消えない"),
    ("other", "printer", "プリンターが印刷できない"),
)
_SOLVED: Final = ((Case.Solved.PHONE, 14), (Case.Solved.MAIL, 3), (Case.Solved.BY_ITSELF, 1))


def desk_call(agent: Person, firm: Organisation, dice: random.Random, at: datetime) -> Case:
    """One call of a firm, with its case; it is solved on the phone or later the same day."""
    category, topic, title = dice.choice(_TALKS)
    over = at + timedelta(minutes=dice.randint(3, 25))
    with agent.acting() as user:
        caller = caller_note(tenant_id=firm.pk, number=firm.phone, name="代表者", firm_told=firm.name, now=at)
        contact = call_start(tenant_id=firm.pk, number=firm.phone, by=user, now=at, caller=caller)
        case = case_open(
            tenant_id=firm.pk,
            title=title,
            channel=Contact.Channel.PHONE,
            now=at,
            by=user,
            category=category,
            topic=topic,
        )
        contact_to_case(contact_id=contact.pk, case=case, by=user, now=at)
        call_stop(contact_id=contact.pk, by=user, now=over)
        case = case_take(tenant_id=firm.pk, case_id=case.pk, version=None, by=user, now=over)
        how = dice.choices([way for way, _ in _SOLVED], [often for _, often in _SOLVED])[0]
        ended = over if how == Case.Solved.PHONE else over + timedelta(hours=3)
        return case_solve(tenant_id=firm.pk, case_id=case.pk, version=case.version, by=user, solved_by=how, now=ended)
