"""Who of a firm gets which message: the president what is serious, the office everything, the accountant the report."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.digest import KIND as DIGEST
from notifications.contact_rules import OPTIONAL, Topic, keeps_serious, receivers, topic_of, unserved
from notifications.delivery import KIND_INCIDENT
from reports.services import KIND as REPORT

SERIOUS, COURSE, MONTHLY = Topic.SERIOUS, Topic.COURSE, Topic.MONTHLY


@dataclass(frozen=True)
class Contact:
    name: str
    topics: frozenset[Topic]
    carrier: str = "mail"
    is_active: bool = True


PRESIDENT = Contact("president", frozenset({SERIOUS}))
OFFICE = Contact("office", frozenset(Topic))
ACCOUNTANT = Contact("accountant", frozenset({MONTHLY}))
CHAT = Contact("chat", frozenset({SERIOUS, COURSE}), "slack")
FIRM = [OFFICE, PRESIDENT, ACCOUNTANT, CHAT]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (KIND_INCIDENT, ["office", "president", "chat"]),
        (DIGEST, ["office"]),
        (REPORT, ["office", "accountant"]),
        ("job", ["office", "chat"]),
        ("breach", ["office", "chat"]),
    ],
)
def test_everyone_gets_what_they_want_and_nothing_else(kind: str, names: list[str]) -> None:
    assert [contact.name for contact in receivers(FIRM, kind)] == names


def test_a_contact_that_is_paused_or_not_confirmed_gets_nothing() -> None:
    assert receivers([Contact("x", frozenset(Topic), is_active=False)], KIND_INCIDENT) == []


def test_what_nobody_wants_and_a_firm_may_not_miss_goes_to_those_mailed_when_it_is_serious() -> None:
    some = [PRESIDENT, ACCOUNTANT, Contact("chat", frozenset({SERIOUS}), "slack")]
    assert [contact.name for contact in receivers(some, "breach")] == ["president"]


@pytest.mark.parametrize("kind", [DIGEST, REPORT])
def test_digests_and_reports_may_be_wanted_by_nobody_and_the_page_says_so(kind: str) -> None:
    assert receivers([PRESIDENT], kind) == []
    assert topic_of(kind) in unserved([PRESIDENT])
    assert unserved([OFFICE]) == []


CONTACTS = st.builds(
    Contact,
    st.just("x"),
    st.frozensets(st.sampled_from(Topic), min_size=1),
    st.sampled_from(["mail", "slack", "sms", "webhook"]),
    st.booleans(),
)


@given(st.lists(CONTACTS, max_size=6), st.sampled_from([KIND_INCIDENT, DIGEST, REPORT, "job", "claim", "breach"]))
def test_while_somebody_is_mailed_when_it_is_serious_nothing_but_the_optional_is_lost(
    contacts: list[Contact], kind: str
) -> None:
    got = receivers(contacts, kind)
    assert all(contact.is_active for contact in got)
    if keeps_serious(contacts) and topic_of(kind) not in OPTIONAL:
        assert got
    for contact in got:
        wants = topic_of(kind) in contact.topics
        assert wants or not any(topic_of(kind) in other.topics for other in contacts if other.is_active)
