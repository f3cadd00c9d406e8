"""PostgreSQL keeps steps of state machines that Python decides: both know the same states and steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db.models import CharField

from base.moves import Move, Party, before
from base.sql_files import sql_directory
from incidents.states.article import ARTICLE_MOVES, ArticleState
from incidents.states.case import OPEN_STATES, CaseState
from incidents.states.invoice import INVOICE_MOVES, InvoiceState
from incidents.states.job import JOB_MOVES, OFFER_MOVES, JobState, OfferState
from incidents.states.mail import MAIL_MOVES
from insurance.claim_rules import CLAIM_MOVES, FINAL, ClaimState
from notifications.states import OUTBOX_MOVES
from sensors.states import SENSOR_MOVES, SensorState
from tenants.states import APPLICATION_MOVES, ApplicationState
from tests.generated.sql_migration import files

Moves = Mapping[Any, Mapping[Any, Move]]
# An alias and its table, the column `state`, what it is compared with.
TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|ON)\s+([a-z]+_[a-z]+)(?:\s+([a-z])\b)?")
COMPARED = re.compile(
    r"(?:\b([a-z]+)\.)?\bstate (?:=|<>|IN|NOT IN|IS DISTINCT FROM) (\((?:'\w+'(?:, )?)+\)|'\w+')", re.IGNORECASE
)


def _text(room: str, name: str) -> str:
    return (sql_directory(room) / f"{name}.sql").read_text(encoding="utf-8")


def _between(text: str, start: str, end: str) -> str:
    """What stands between two marks. The first occurs once: else the text was rewritten, and so must the test be."""
    assert text.count(start) == 1, f"{start!r} no longer stands where the steps are"
    return text.partition(start)[2].partition(end)[0]


def _policy(room: str, table: str, policy: str) -> tuple[set[str], set[str]]:
    """The states a policy lets a row have before and after a change."""
    text = _between(_text(room, f"tables/{table}"), f"CREATE POLICY {policy} ON", ";")
    using, _, check = text.partition("WITH CHECK")
    return _states(using), _states(check)


def _states(text: str) -> set[str]:
    return {state for _alias, states in COMPARED.findall(text) for state in re.findall(r"'(\w+)'", states)}


def _steps(moves: Moves, *parties: Party) -> set[tuple[str, str]]:
    """The steps a party may take; without one: all."""
    return {
        (str(old), str(new))
        for old, steps in moves.items()
        for new, move in steps.items()
        if not parties or move.by & set(parties)
    }


def _ended(moves: Moves) -> set[str]:
    return {str(state) for state, steps in moves.items() if not steps}


def _plain(states: Iterable[Any]) -> set[str]:
    return {str(state) for state in states}


def test_a_claim_goes_the_same_way_in_postgresql_and_in_python() -> None:
    text = _text("insurance", "functions/claim_moved")
    pairs = re.findall(r"'(\w+) (\w+)'", _between(text, "<> ALL (ARRAY[", "])"))
    assert set(pairs) == _steps(CLAIM_MOVES)
    assert len(pairs) == len(set(pairs))
    insurers = set(re.findall(r"'(\w+)'", _between(text, "by_insurer <> (new.state IN (", "))")))
    assert {step for step in pairs if step[1] in insurers} == _steps(CLAIM_MOVES, Party.INSURER)
    assert {step for step in pairs if step[1] not in insurers} == _steps(CLAIM_MOVES, *set(Party) - {Party.INSURER})


def test_a_claim_begins_and_its_insurer_sees_it_as_python_says() -> None:
    assert _states(_text("insurance", "functions/claim_terms")) == {next(iter(ClaimState))}
    shown, _, over = _text("insurance", "functions/claim_grants").partition("ELSIF")
    assert _states(shown) == {ClaimState.SUBMITTED}
    assert _states(over) == _plain(FINAL)


def test_an_asked_vendor_answers_its_offer_once() -> None:
    old, new = _policy("incidents", "incidents_joboffer", "answers")
    assert {(one, other) for one in old for other in new} == _steps(OFFER_MOVES, Party.VENDOR)
    text = _text("incidents", "functions/offer_grants")
    assert _states(_between(text, "ELSIF old.", "THEN").join(("x.", ""))) == _plain(OFFER_MOVES) - _ended(OFFER_MOVES)
    taking = _between(text, "UPDATE incidents_job j SET", ";")
    assert "state = 'accepted'" in taking
    assert _states(taking.partition("WHERE")[2]) == {JobState.OFFERED, *before(JOB_MOVES, JobState.OFFERED)}
    assert OfferState.ACCEPTED in _states(text)


def test_a_vendors_and_an_offices_sight_of_a_job_end_when_the_job_does() -> None:
    text = _text("incidents", "functions/job_grants")
    assert _states(_between(text, "IF new.state IN", "THEN").join(("x.state IN", ""))) == {
        next(iter(JobState)),
        *_ended(JOB_MOVES),
    }

    for name in ("visible_jobs", "writable_jobs"):
        assert _states(_text("incidents", f"functions/{name}")) == _ended(JOB_MOVES), name


def test_a_vendor_withdraws_its_invoice_and_takes_no_other_step() -> None:
    old, new = _policy("incidents", "incidents_invoice", "withdraws")
    assert {(one, other) for one in old for other in new} == _steps(INVOICE_MOVES, Party.VENDOR)
    assert _policy("incidents", "incidents_invoice", "adds")[1] == {next(iter(InvoiceState))}


def test_an_application_waits_and_is_decided_by_the_office() -> None:
    old, new = _policy("tenants", "tenants_application", "rejects")
    text = _text("tenants", "functions/approve_application")
    approved = _states(_between(text, "UPDATE tenants_application a SET", ","))
    steps = {(one, other) for one in old for other in new} | {
        (one, other) for one in _states(_between(text, "WHERE a.id = application", ";")) for other in approved
    }
    assert steps == _steps(APPLICATION_MOVES, Party.OFFICE)
    assert _policy("tenants", "tenants_application", "applies")[1] == {next(iter(ApplicationState))}


def test_an_article_is_kept_once_it_can_be_no_draft_again() -> None:
    again = {ArticleState.DRAFT}
    while more := {old for old, steps in ARTICLE_MOVES.items() if again & set(steps)} - again:
        again |= more
    kept = _between(_text("incidents", "tables/incidents_article"), "CREATE TRIGGER kept", ";")
    assert _states(kept) == _plain(ArticleState) - _plain(again)
    assert _policy("incidents", "incidents_article", "adds")[1] == {ArticleState.DRAFT}


def test_the_desk_settles_mails_set_aside() -> None:
    old, new = _policy("incidents", "incidents_deskmail", "changes")
    assert {(one, other) for one in old for other in new if one != other and (one, other) in _steps(MAIL_MOVES)} == (
        _steps(MAIL_MOVES, Party.DESK)
    )
    assert old == new == {state for step in _steps(MAIL_MOVES, Party.DESK) for state in step}


def test_mails_wait_and_end_as_python_says() -> None:
    waiting = _plain(OUTBOX_MOVES) - _ended(OUTBOX_MOVES)
    for name in ("claim_outbox", "claim_account_mail"):
        assert _states(_text("notifications", f"functions/{name}")) == waiting, name
    outcomes = _between(_text("notifications", "functions/settle_account_mail"), "outcome NOT IN (", ")")
    assert set(re.findall(r"'(\w+)'", outcomes)) == _plain(OUTBOX_MOVES)


def test_a_box_is_being_installed_until_it_is_active() -> None:
    stalled = _states(_text("incidents", "functions/stalled_installs"))
    assert stalled == _plain(before(SENSOR_MOVES, SensorState.ACTIVE))


def test_the_office_counts_cases_that_were_begun_and_not_joined() -> None:
    text = _text("reports", "functions/figures_counted")
    assert _states(_between(text, "SELECT 'cases'", "UNION ALL")) == {CaseState.SOLVED}
    assert _states(_between(text, "SELECT 'inquiries', ARRAY[c.category", "UNION ALL")) == {
        CaseState.NEW,
        CaseState.MERGED,
    }


def test_a_search_by_words_knows_which_cases_are_over() -> None:
    text = _between(_text("incidents", "functions/desk_rows_worded"), "SELECT 'case' AS kind", "UNION ALL")
    assert _states(text) == {CaseState.SOLVED, CaseState.MERGED} == set(CaseState) - set(OPEN_STATES)


def test_every_state_that_sql_names_is_one_of_its_table() -> None:
    """A state that is renamed in Python only would silently match no row."""
    known = {
        model._meta.db_table: {str(value) for value, _label in field.flatchoices}
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, CharField) and field.name == "state" and field.choices
    }
    texts = {name: re.sub(r"--[^\n]*", "", text) for (_room, name), text in files().items()}
    compared = 0
    for name, text in texts.items():
        tables = _tables(name, texts)
        for alias, states in COMPARED.findall(text):
            of_table = [known[table] for table in tables.get(alias, tables[""]) if table in known]
            for state in re.findall(r"'(\w+)'", states):
                compared += 1
                assert any(state in one for one in of_table), f"{name}: {alias}.state is never {state!r}"
    assert compared > 80


def _tables(name: str, texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Alias → its tables; "" → all of them, for policies and for what stands inside brackets."""
    tables: dict[str, set[str]] = {"": set()}
    for table, alias in TABLE.findall(texts[name]):
        tables.setdefault(alias, set()).add(table)
        tables[""].add(table)
    kind, _, subject = name.partition("/")
    holders = {other.partition("/")[2] for other, text in texts.items() if f"FUNCTION sec.{subject}()" in text}
    row = holders if kind == "functions" else {subject}
    return tables | {"new": row, "old": row}
