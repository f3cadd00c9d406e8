"""The hourly digest: what happened, what to do, once an hour, nothing when there is nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts import digest
from alerts.advice import STEPS
from alerts.digest import digest_send_due
from alerts.explanation import HEADLINES, explain
from alerts.grading_facts import _DATA, KIND_WORDS
from alerts.grading_rules import RULE_SET
from alerts.models import AlertGroup
from incidents.core.triage import groups_claim
from notifications.models import OutboxMessage
from sensors.devices import Sighting, devices_note
from sensors.models import Device
from tenants.models import ProgrammeSettings, User
from tenants.tenancy.scope import tenant_scope
from tests.factories import Box, Cast, box_make, organisation_make
from tests.mailing import HOUR, group_make, high_group_make

NEXT = HOUR + timedelta(hours=1, minutes=1)  # 15:01 in Japan


def mails(firm_id: int) -> list[OutboxMessage]:
    with tenant_scope(firm_id):
        return list(OutboxMessage.objects.filter(kind="digest").order_by("pk"))


def test_nothing_is_sent_when_nothing_happened(cast: Cast) -> None:
    group_make(cast.sakura_box, notify="none", grade=1)
    assert digest_send_due(now=NEXT) == 0
    assert mails(cast.sakura_dental.pk) == []


def test_the_running_hour_waits_until_it_is_over(cast: Cast) -> None:
    group_make(cast.sakura_box)
    assert digest_send_due(now=HOUR + timedelta(minutes=59, seconds=59)) == 0
    assert digest_send_due(now=HOUR + timedelta(hours=1)) == 1


def test_it_says_first_what_to_do_then_what_happened(cast: Cast) -> None:
    group_make(cast.sakura_box)
    group_make(
        cast.sakura_box,
        function="wg",
        family="site:bad",
        rule="web-guard",
        signature="Web guard bad.example",
        peer="bad.example",
        asset_key="b",
        asset_mac="",
        asset_ip="192.168.1.30",
        alert_count=2,
        blocked_count=2,
    )
    group_make(
        cast.sakura_box,
        direction="internal",
        family="weak",
        rule="internal-weakness",
        grade=1,
        alert_count=1,
        blocked_count=0,
        peer="192.168.1.1",
    )
    digest_send_due(now=NEXT)

    (mail,) = mails(cast.sakura_dental.pk)
    assert mail.to == "owner@sakura.invalid"
    assert mail.subject.startswith("【さくら歯科】重要度 中(★★☆) ")
    assert "全3種類" in mail.subject
    for body in (mail.text, mail.html):
        assert "さくら歯科 御中" in body
        assert body.index("はじめにしていただくこと") < body.index("2026年11月20日(金) 14:00から15:00")
        for word in ("中(★★☆)", "低(★☆☆)", "192.168.1.20", "02:00:5e:00:53:01", "203.0.113.9", "0120-000-000"):
            assert word in body
        assert "3回(センサーがすべて止めました)" in body
        assert "1回(センサーは止めていません)" in body
        assert body.index("中(★★☆)") < body.index("低(★☆☆)")
        assert "http://testserver/alerts/" in body
    assert "1. " in mail.text


def test_the_same_kind_on_several_devices_is_one_entry_with_a_count(cast: Cast) -> None:
    for number in range(3):
        group_make(
            cast.sakura_box,
            asset_key=f"d{number}",
            asset_ip=f"192.168.1.{number + 20}",
            asset_mac="",
            alert_count=400,
            blocked_count=400,
        )
    digest_send_due(now=NEXT)
    (mail,) = mails(cast.sakura_dental.pk)
    assert mail.text.count("ET MALWARE Foobot Checkin") == 1
    assert "1,200回" in mail.text
    for number in range(3):
        assert f"192.168.1.{number + 20}" in mail.text


def test_one_visit_to_a_listed_site_is_one_entry_however_many_rules_saw_it(cast: Cast) -> None:
    for family in ("listed name lookup", "listed web address", "listed encrypted address"):
        group_make(
            cast.sakura_box, rule="web-guard", function="wg", family=family, signature=family, peer="phishing.example"
        )
    digest_send_due(now=NEXT)
    (mail,) = mails(cast.sakura_dental.pk)
    assert "全" not in mail.subject, mail.subject
    assert mail.text.count("phishing[.]example") == 1, "nothing to click on"


def test_running_it_again_tells_nothing_twice(cast: Cast) -> None:
    group_make(cast.sakura_box)
    assert [digest_send_due(now=NEXT) for _ in range(3)] == [1, 0, 0]
    assert digest_send_due(now=NEXT + timedelta(hours=1)) == 0
    assert len(mails(cast.sakura_dental.pk)) == 1


def test_a_group_that_comes_after_the_hours_mail_waits_for_the_next_one_and_keeps_its_own_time(cast: Cast) -> None:
    group_make(cast.sakura_box)
    digest_send_due(now=NEXT)
    group_make(cast.sakura_box, hour=HOUR - timedelta(hours=5), family="late")
    assert digest_send_due(now=NEXT + timedelta(minutes=10)) == 0
    assert digest_send_due(now=NEXT + timedelta(hours=1)) == 1

    late = mails(cast.sakura_dental.pk)[1]
    assert "2026年11月20日(金) 09:02〜09:40" in late.text
    assert "あとで届いた" in late.text


def test_every_firm_gets_its_own_and_nothing_of_others(cast: Cast) -> None:
    group_make(cast.sakura_box)
    group_make(cast.yamada_box, asset_ip="192.168.1.99", asset_mac="")
    assert digest_send_due(now=NEXT) == 2
    (sakura,), (yamada,) = mails(cast.sakura_dental.pk), mails(cast.yamada_works.pk)
    assert "192.168.1.99" not in sakura.text
    assert "192.168.1.99" in yamada.text
    assert "さくら歯科" not in yamada.text


def test_while_an_incident_is_open_the_digest_goes_on_without_that_incidents_groups(cast: Cast) -> None:
    high_group_make(cast.sakura_box)
    groups_claim(now=NEXT)
    group_make(cast.sakura_box, hour=HOUR + timedelta(hours=1))  # the same device and family, below the count
    other = group_make(
        cast.sakura_box, family="other", asset_key="x", asset_ip="192.168.1.77", signature="Something else"
    )
    groups_claim(now=NEXT + timedelta(hours=1))
    digest_send_due(now=NEXT + timedelta(hours=1))

    (mail,) = mails(cast.sakura_dental.pk)
    assert "Something else" in mail.text
    assert "Foobot" not in mail.text
    with tenant_scope(cast.sakura_dental.pk):
        other.refresh_from_db()
        assert (other.digest_state, other.digest) == ("written", mail)
        assert AlertGroup.objects.get(digest_state="withdrawn").digest is None


def test_a_storm_is_cut_after_twenty_kinds(cast: Cast) -> None:
    for number in range(27):
        group_make(cast.sakura_box, family=f"f{number:02}", signature=f"Kind {number:02}")
    digest_send_due(now=NEXT)
    (mail,) = mails(cast.sakura_dental.pk)
    assert sum(f"Kind {number:02}" in mail.text for number in range(27)) == digest.MOST_KINDS
    assert "ほか 7種類" in mail.text
    assert "全27種類" in mail.subject


def test_names_from_the_wire_cannot_put_markup_into_the_mail(cast: Cast) -> None:
    group_make(cast.sakura_box, signature="<img src=x onerror=alert(1)>", peer="<b>evil</b>.example")
    digest_send_due(now=NEXT)
    (mail,) = mails(cast.sakura_dental.pk)
    assert "<img src=x" not in mail.html
    assert "<b>evil" not in mail.html
    assert "<img src=x onerror=alert(1)>" in mail.text


def test_mails_call_a_machine_by_the_name_its_firm_gave_it(cast: Cast) -> None:
    group = group_make(cast.sakura_box)
    _named(cast.sakura_box, group.asset_mac, "受付の<b>パソコン")
    _named(cast.yamada_box, group.asset_mac, "よその機器")
    urgent = high_group_make(cast.sakura_box, family="other")
    groups_claim(now=HOUR + timedelta(minutes=41))
    digest_send_due(now=NEXT)
    with tenant_scope(urgent.tenant_id):
        mails = {mail.kind: mail for mail in OutboxMessage.objects.all()}
    for mail in (mails["digest"], mails["incident"]):
        assert "受付の<b>パソコン 192.168.1.20 (" in mail.text
        assert "受付の&lt;b&gt;パソコン 192.168.1.20 (" in mail.html
        assert "よその機器" not in mail.text


def _named(box: Box, mac: str, name: str) -> None:
    with tenant_scope(box.sensor.tenant_id):
        devices_note(tenant_id=box.sensor.tenant_id, sensor_id=box.sensor.pk, sightings=[Sighting(mac, HOUR, HOUR)])
        Device.objects.filter(mac=mac).update(given_name=name)


def test_it_is_written_in_the_language_of_the_person_who_has_the_address(cast: Cast) -> None:
    User.objects.create_user("owner@sakura.invalid", language="en")
    group_make(cast.sakura_box)
    digest_send_due(now=NEXT)
    (mail,) = mails(cast.sakura_dental.pk)
    assert HEADLINES["maybe-infected"]["en"] in mail.html
    assert "Fri 20 Nov 2026" in mail.text


def test_a_programmes_own_count_stands_in_the_words(cast: Cast) -> None:
    ProgrammeSettings.objects.using("owner").create(
        programme=cast.programme,
        version=1,
        effective_from=datetime(2026, 1, 1, tzinfo=UTC),
        reason="test",
        values={"callback_count": 9, "callback_minutes": 30},
    )
    group_make(cast.sakura_box, rule="outbound-malware-count")
    digest_send_due(now=NEXT)
    (mail,) = mails(cast.sakura_dental.pk)
    assert "30分以内に9回以上" in mail.text


@pytest.mark.parametrize("rule", [rule.id for rule in RULE_SET.rules])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_rule_has_words_for_people(rule: str, language: str) -> None:
    explanation = explain(rule, language)
    assert explanation.headline
    assert explanation.reason
    assert explanation.steps
    assert "{" not in explanation.reason
    assert set(HEADLINES) == set(STEPS)


def test_a_rule_that_no_longer_exists_still_has_words() -> None:
    assert explain("gone-since-last-year").steps


def test_a_firm_whose_digest_fails_does_not_take_it_from_the_others(cast: Cast) -> None:
    stray = organisation_make("どの事業にも参加していない会社")
    group_make(box_make(stray))
    group_make(cast.sakura_box)
    assert digest_send_due(now=NEXT) == 1
    assert len(mails(cast.sakura_dental.pk)) == 1


def test_what_was_seen_is_named_in_plain_words_before_the_rules_own_name(cast: Cast) -> None:
    group_make(cast.sakura_box, category="A Network Trojan was detected", signature="ET MALWARE Foo Checkin")
    group_make(
        cast.sakura_box,
        family="phish",
        rule="outbound-credential",
        signature="ET PHISHING Bar M2",
        category="Potential Corporate Privacy Violation",
    )
    digest_send_due(now=NEXT)
    (mail,) = mails(cast.sakura_dental.pk)
    for body in (mail.text, mail.html):
        assert "検知の名前: ウイルスが指令を受ける通信 (ET MALWARE Foo Checkin)" in body
        assert "検知の名前: にせのサイトで情報を盗む手口(フィッシング) (ET PHISHING Bar M2)" in body


def test_every_kind_has_words_in_both_languages() -> None:
    assert set(_DATA["categories"].values()) <= set(KIND_WORDS)
    for words in KIND_WORDS.values():
        assert set(words) == {"ja", "en"}
