"""The same at three firms in a day: every firm of the programme is told once, and nobody learns who it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.crisis import warnings
from incidents.crisis.rules import is_wave
from incidents.models import EarlyWarning
from notifications.models import OutboxMessage
from sensors.orders import bundle_store
from tenants.models import Enrolment, Organisation, Programme, ProgrammeSettings
from tenants.tenancy.scope import person_scope, programme_scope, tenant_scope
from tests import factories
from tests.factories import OWNER, Box, Cast
from tests.mailing import HOUR, group_make

NOW = HOUR + timedelta(minutes=50)
SIGNATURE = "ET MALWARE Foobot Checkin"


@pytest.fixture
def rules(cast: Cast) -> None:
    """The rules the platform gives its boxes."""
    rule = f'alert http any any -> any any (msg:"{SIGNATURE}"; sid:2000001; rev:1;)\n'
    assert bundle_store(rules=rule, rule_count=1, source="test") is not None


@pytest.fixture
def boxes(cast: Cast) -> list[Box]:
    """Four firms of the programme with a box each."""
    return [cast.sakura_box, cast.yamada_box, join(cast.programme, "川口商店"), join(cast.programme, "森田建設")]


def join(programme: Programme, name: str) -> Box:
    firm = factories.organisation_make(name, email=f"owner{name.encode().hex()[:8]}@firm.invalid")
    Enrolment(tenant_id=firm.pk, programme_id=programme.pk, contract_start=date(2026, 4, 1)).save(using=OWNER)
    return factories.box_make(firm)


def hit(boxes: Sequence[Box], **fields: object) -> None:
    for box in boxes:
        group_make(box, **fields)


def raise_(cast: Cast, now: datetime = NOW) -> list[tuple[str, str, int]]:
    warnings.warnings_raise(now=now)
    with programme_scope(cast.programme.pk):
        return [(warning.kind, warning.value, warning.firms) for warning in EarlyWarning.objects.order_by("pk")]


def mails(box: Box) -> list[OutboxMessage]:
    with tenant_scope(box.sensor.tenant_id):
        return list(OutboxMessage.objects.filter(kind="early_warning").order_by("pk"))


def test_three_firms_with_the_same_detection_warn_all_four(cast: Cast, boxes: list[Box]) -> None:
    hit(boxes[:3])
    assert raise_(cast) == [("signature", SIGNATURE, 3)]
    assert [len(mails(box)) for box in boxes] == [1, 1, 1, 1]


def test_two_firms_are_no_wave(cast: Cast, boxes: list[Box]) -> None:
    hit(boxes[:2])
    hit(boxes[:2], hour=HOUR - timedelta(hours=1))
    assert raise_(cast) == []


def test_what_is_older_than_a_day_does_not_count(cast: Cast, boxes: list[Box]) -> None:
    hit(boxes[:2])
    hit(boxes[2:3], hour=HOUR - timedelta(hours=25))
    assert raise_(cast) == []


def test_noise_of_low_importance_does_not_count(cast: Cast, boxes: list[Box]) -> None:
    hit(boxes, grade=1, direction="inbound", notify="none")
    assert raise_(cast) == []


def test_the_same_server_behind_different_detections_is_a_wave(cast: Cast, boxes: list[Box]) -> None:
    for place, box in enumerate(boxes[:3]):
        group_make(box, signature=f"ET MALWARE kind {place}", family=f"kind {place}")
    assert raise_(cast) == [("peer", "203.0.113.9", 3)]


def test_the_same_is_told_once_a_week(cast: Cast, boxes: list[Box]) -> None:
    hit(boxes[:3])
    raise_(cast)
    raise_(cast, NOW + timedelta(hours=1))
    hit(boxes[:3], hour=HOUR + timedelta(days=3))
    assert len(raise_(cast, NOW + timedelta(days=3))) == 1
    hit(boxes[:3], hour=HOUR + timedelta(days=8))
    assert len(raise_(cast, NOW + timedelta(days=8))) == 2
    assert len(mails(boxes[3])) == 2


def _words(mail: OutboxMessage) -> str:
    return mail.subject + mail.text + mail.html


def test_a_name_that_no_rule_of_ours_has_reaches_no_other_firm(cast: Cast, boxes: list[Box], rules: None) -> None:
    """Whoever controls some boxes could else put an address of theirs into a mail of ours to every firm."""
    hit(boxes[:3], signature="Renew your account at https://phish.example.com/now")
    [(_kind, value, _firms)] = raise_(cast)
    assert "phish" in value, "staff see what the boxes sent"
    for box in boxes:
        [mail] = mails(box)
        assert "phish" not in _words(mail)
        assert "同じ種類の攻撃" in mail.text


def test_a_site_that_several_firms_met_is_not_named_to_the_others(cast: Cast, boxes: list[Box], rules: None) -> None:
    for place, box in enumerate(boxes[:3]):
        group_make(box, signature=f"ET MALWARE kind {place}", family=f"kind {place}", peer="phish.example.com")
    assert raise_(cast) == [("peer", "phish.example.com", 3)]
    assert [("phish" in _words(mail), "不審な通信の相手" in mail.text) for mail in mails(boxes[3])] == [(False, True)]


def test_a_site_in_the_name_of_a_rule_is_nothing_to_click_on(cast: Cast, boxes: list[Box]) -> None:
    name = "ET PHISHING Observed DNS Query to phish.example.com"
    bundle_store(rules=f'alert dns any any -> any any (msg:"{name}"; sid:1;)\n', rule_count=1, source="test")
    hit(boxes[:3], signature=name)
    raise_(cast)
    [mail] = mails(boxes[3])
    assert "phish[.]example[.]com" in mail.text
    assert "phish.example.com" not in _words(mail)


def test_the_mail_is_the_same_for_all_and_names_nobody(cast: Cast, boxes: list[Box], rules: None) -> None:
    hit(boxes[:3])
    raise_(cast)
    received = [mails(box)[0] for box in boxes]
    firms = Organisation.objects.using(OWNER).in_bulk()
    names = [firms[box.sensor.tenant_id].name for box in boxes]
    for mail, name in zip(received, names, strict=True):
        words = mail.subject + mail.text + mail.html
        assert [other for other in names if other != name and other in words] == []
        assert "3社" not in words
        assert "192.168.1.20" not in words
        assert "02:00:5e:00:53:01" not in words
    assert len({mail.text.replace(name, "") for mail, name in zip(received, names, strict=True)}) == 1
    assert SIGNATURE in received[0].text


def test_killed_before_the_mails_the_next_run_writes_them(cast: Cast, boxes: list[Box]) -> None:
    hit(boxes[:3])
    with (
        patch.object(warnings, "notice_put", side_effect=[None, KeyboardInterrupt]),
        pytest.raises(KeyboardInterrupt),
    ):
        warnings.warnings_raise(now=NOW)
    assert raise_(cast, NOW + timedelta(minutes=1)) == [("signature", SIGNATURE, 3)]
    assert [len(mails(box)) for box in boxes] == [1, 1, 1, 1]


def test_firms_of_another_programme_neither_count_nor_hear(cast: Cast, boxes: list[Box]) -> None:
    other = Programme.objects.using(OWNER).get(pk=cast.programme.pk)
    other.pk = None
    other.save(using=OWNER)
    stranger = join(Programme.objects.get(pk=other.pk), "よその会社")
    hit([*boxes[:2], stranger])
    assert raise_(cast) == []
    hit(boxes[2:3])
    raise_(cast)
    assert mails(stranger) == []


def test_a_firm_that_left_is_neither_counted_nor_told(cast: Cast, boxes: list[Box]) -> None:
    left = boxes[2].sensor.tenant_id
    with tenant_scope(left):
        enrolment = Enrolment.objects.get()
    enrolment.contract_end = date(2026, 10, 31)
    enrolment.save(using=OWNER)
    hit(boxes[:3])
    assert raise_(cast) == []
    hit(boxes[3:])
    raise_(cast)
    assert [len(mails(box)) for box in boxes] == [1, 1, 0, 1]


def test_the_programme_may_ask_for_more_firms(cast: Cast, boxes: list[Box]) -> None:
    ProgrammeSettings.objects.using(OWNER).create(
        programme_id=cast.programme.pk,
        version=1,
        effective_from=datetime(2026, 4, 1, tzinfo=UTC),
        values={"warning_firms": 4},
        reason="test",
    )
    hit(boxes[:3])
    assert raise_(cast) == []
    hit(boxes[3:])
    assert len(raise_(cast)) == 1


@given(st.integers(0, 60), st.integers(0, 60))
def test_no_setting_lets_two_firms_be_recognised(firms: int, least: int) -> None:
    assert not is_wave(firms, least) or firms >= 3


def test_firms_and_staff_of_the_programme_see_it_others_do_not(cast: Cast, boxes: list[Box]) -> None:
    stranger = factories.user_make("x@other.invalid", factories.organisation_make("よその会社"))
    hit(boxes[:3])
    raise_(cast)
    for person, organisation, count in (
        (cast.agent, cast.desk, 1),
        (cast.analyst, cast.soc, 1),
        (cast.clerk, cast.office, 1),
        (cast.hanako, cast.sakura_dental, 1),
        (cast.engineer, cast.vendor, 0),
        (stranger, Organisation.objects.using(OWNER).get(name="よその会社"), 0),
    ):
        with person_scope(person.pk, organisation.pk):
            assert EarlyWarning.objects.count() == count, person.email
