"""What a firm reads is true: which way the harm went, who is concerned, and nothing that nobody looked at."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts import advice
from alerts.explanation import HEADLINES, explain
from alerts.grading import Settings, Verdict, grade_next
from alerts.grading_facts import _DATA
from alerts.grading_rules import RULE_SET, Device
from alerts.grading_settings import settings_from
from alerts.rows import asset_of
from tests.alerts.eve_lines import (
    C2,
    DEFAULT_LOGIN,
    INSIDE,
    INSIDE_2,
    OUTSIDE,
    ROUTER,
    TAKEOVER,
    TROJAN,
    alert,
    decoded,
    judged,
    virus,
)

CREDENTIAL = "Successful Credential Theft Detected"
LURE = "Possible Social Engineering Attempted"
ADWARE = "Possibly Unwanted Program Detected"
EXPLOIT_KIT = "Exploit Kit Activity Detected"
SUCCESS = ["Successful Administrator Privilege Gain", "Successful User Privilege Gain"]
MAJOR = {"signature_severity": ["Major"], "confidence": ["Medium"]}
PHISHING = {**MAJOR, "tag": ["Phishing"], "mitre_technique_id": ["T1566"]}
SIGNATURES = Path(__file__).resolve().parents[3] / "shared" / "captures" / "signatures.jsonl"


def attacked(event: dict[str, Any], ip: str) -> dict[str, Any]:
    """The same with the side its rule names as the target."""
    event["alert"]["target"] = {"ip": ip, "port": 50000}
    return event


# Which way


@pytest.mark.parametrize("category", [CREDENTIAL, LURE, ADWARE, TROJAN, C2])
def test_phishing_adware_and_callbacks_go_out_whatever_side_fires_or_is_named_as_the_target(category: str) -> None:
    for answer, blocked in itertools.product((True, False), repeat=2):
        event = alert(category=category, metadata=MAJOR, answer=answer, blocked=blocked)
        assert judged(event).direction == "outbound"
        assert judged(attacked(event, INSIDE)).direction == "outbound"


@pytest.mark.parametrize("category", [EXPLOIT_KIT, TAKEOVER, "Web Application Attack"])
def test_an_exploit_that_comes_back_is_an_attack_that_reached_a_machine_which_went_there(category: str) -> None:
    for event in (alert(category=category, answer=True), attacked(alert(category=category), INSIDE)):
        verdict = judged(event)
        assert verdict.direction == "inbound"
        assert "開いた先" in verdict.reason["ja"]
        assert "ポート開放" not in verdict.advice["ja"], "no port was opened for it"


def test_a_phishing_name_asked_of_the_router_goes_out_all_the_same() -> None:
    verdict = judged(alert(INSIDE, ROUTER, LURE, metadata=PHISHING, app_proto="dns"))
    assert (verdict.direction, verdict.grade, verdict.notify) == ("outbound", 2, "digest")


# A password that may have left


@pytest.mark.parametrize("metadata", [None, MAJOR, PHISHING, {"confidence": ["Low"]}, {"mitre_tactic_id": ["TA0011"]}])
def test_a_password_that_may_have_left_is_medium_and_mailed_and_the_first_step_is_to_change_it(
    metadata: dict[str, list[str]] | None,
) -> None:
    for answer, blocked in itertools.product((True, False), repeat=2):
        verdict = judged(alert(category=CREDENTIAL, metadata=metadata, answer=answer, blocked=blocked))
        assert (verdict.grade, verdict.notify) == (2, "digest")
        first = {language: text.splitlines()[0] for language, text in verdict.advice.items()}
        assert "今すぐ" in first["ja"]
        assert "別の端末" in first["ja"]
        assert "Change this password now, from another device" in first["en"]


@pytest.mark.parametrize("category", [LURE, TROJAN, "Misc activity", "Potential Corporate Privacy Violation"])
def test_a_phishing_rule_of_another_class_is_known_by_its_metadata(category: str) -> None:
    for evidence in ({"tag": ["Phishing"]}, {"former_category": ["PHISHING"]}, {"mitre_technique_id": ["T1566"]}):
        verdict = judged(alert(category=category, metadata={**MAJOR, **evidence}, blocked=True), prior=99)
        assert (verdict.rule, verdict.grade, verdict.notify) == ("outbound-credential", 2, "digest")


def test_a_false_support_page_is_fraud_and_medium() -> None:
    verdict = judged(alert(category=LURE, metadata={**MAJOR, "tag": ["Tech_Support_Scam"]}, answer=True, blocked=True))
    assert (verdict.rule, verdict.direction, verdict.grade) == ("outbound-fraud", "outbound", 2)


# Adware


def test_adware_is_on_the_machine_and_is_uninstalled() -> None:
    verdict = judged(alert(category=ADWARE, metadata=MAJOR, answer=True))
    assert (verdict.direction, verdict.grade, verdict.notify) == ("outbound", 1, "digest")
    assert "アンインストール" in verdict.advice["ja"]
    assert "uninstall" in verdict.advice["en"]


# Inside


def test_an_attacker_who_is_inside_is_never_graded_below_one_who_is_not() -> None:
    severities = (None, "Informational", "Minor", "Major", "Critical")
    tags: tuple[dict[str, list[str]], ...] = ({}, {"tag": ["c2"]}, {"malware_family": ["X"]})
    for category, severity, confidence, more in itertools.product(
        _DATA["categories"], severities, (None, "Low", "High"), tags
    ):
        metadata = dict(more)
        if severity:
            metadata["signature_severity"] = [severity]
        if confidence:
            metadata["confidence"] = [confidence]
        inside = judged(alert(INSIDE, INSIDE_2, category, metadata=metadata))
        outside = judged(alert(OUTSIDE, INSIDE, category, metadata=metadata))
        assert inside.grade >= outside.grade, (category, metadata)


@pytest.mark.parametrize("category", [*SUCCESS, TAKEOVER, "Executable code was detected"])
def test_a_take_over_inside_is_medium_and_mailed_blocked_or_not(category: str) -> None:
    for blocked in (True, False):
        verdict = judged(alert(INSIDE, INSIDE_2, category, metadata=MAJOR, blocked=blocked))
        assert (verdict.direction, verdict.grade, verdict.notify) == ("internal", 2, "digest")


SMB = [
    ("ET POLICY SMB Remote AT Scheduled Job Create Request", "Potentially Bad Traffic", "Minor"),
    ("ET POLICY Command Shell Activity Over SMB", "Potentially Bad Traffic", "Minor"),
    ("ET POLICY PsExec service created", "A suspicious filename was detected", "Informational"),
]


def smb(number: int, minute: int, opener: str = INSIDE, responder: str = INSIDE_2) -> dict[str, Any]:
    message, category, severity = SMB[number]
    time = datetime(2026, 11, 20, 1, tzinfo=UTC) + timedelta(minutes=minute)
    return alert(
        opener,
        responder,
        category,
        message=message,
        metadata={"signature_severity": [severity]},
        time=time.isoformat(),
        app_proto="smb",
    )


def graded(events: list[dict[str, Any]], settings: Settings | None = None) -> list[Verdict]:
    settings = settings or Settings()
    window = settings.window()
    return [grade_next(decoded(event), window, settings) for event in events]


def test_a_remote_job_a_command_shell_and_a_new_service_within_the_hour_are_somebody_at_work() -> None:
    verdicts = graded([smb(0, 0), smb(1, 10), smb(0, 20), smb(2, 59), smb(1, 60)])
    assert [verdict.grade for verdict in verdicts] == [0, 0, 0, 2, 2]
    assert verdicts[-1].rule == "internal-several"
    assert verdicts[-1].notify == "digest"
    assert "3種類" in verdicts[-1].reason["ja"]


def test_the_same_kind_again_other_machines_and_longer_times_are_nobody_at_work() -> None:
    assert {verdict.grade for verdict in graded([smb(0, minute) for minute in range(30)])} == {0}
    others = [smb(0, 0), smb(1, 1, responder=ROUTER), smb(2, 2, opener=ROUTER)]
    assert {verdict.grade for verdict in graded(others)} == {0}
    assert {verdict.grade for verdict in graded([smb(0, 0), smb(1, 45), smb(2, 90)])} == {0}


def test_one_that_comes_late_is_counted_with_those_of_its_own_hour() -> None:
    assert [verdict.grade for verdict in graded([smb(0, 30), smb(1, 40), smb(2, 5)])] == [0, 0, 2]


def test_how_many_kinds_make_somebody_at_work_is_the_programmes_setting() -> None:
    settings = settings_from({"inside_kinds": 2, "inside_minutes": 5})
    assert [verdict.grade for verdict in graded([smb(0, 0), smb(1, 4), smb(2, 20)], settings)] == [0, 2, 0]


# Who is concerned


def concerned(event: dict[str, Any]) -> tuple[str | None, str | None]:
    """(the machine the firm reads of, the other one)."""
    asset, _, _ = asset_of(decoded(event), Settings().home_net, judged(event).device)
    return asset.ip, asset.peer_ip


def test_the_weak_device_is_named_not_the_one_that_asked() -> None:
    assert concerned(alert(INSIDE, ROUTER, DEFAULT_LOGIN)) == (ROUTER, INSIDE)
    assert concerned(alert(INSIDE, ROUTER, DEFAULT_LOGIN, answer=True)) == (ROUTER, INSIDE)


def test_the_machine_that_attacks_is_named_not_its_victim() -> None:
    for category in (*SUCCESS, TAKEOVER, TROJAN):
        assert concerned(alert(INSIDE, INSIDE_2, category)) == (INSIDE, INSIDE_2)


def test_the_machine_that_gave_the_virus_is_named_not_the_one_that_fetched_it() -> None:
    assert concerned(virus(sender=ROUTER, receiver=INSIDE)) == (ROUTER, INSIDE)
    sent = virus(sender=INSIDE, receiver=ROUTER)
    sent["antivirus"]["direction"] = "to_server"
    assert concerned(sent) == (INSIDE, ROUTER)


# Words


def all_verdicts() -> Iterator[Verdict]:
    """Verdicts of every class, both ways, stopped and not."""
    ways = [(OUTSIDE, INSIDE), (INSIDE, OUTSIDE), (INSIDE, INSIDE_2), (OUTSIDE, "198.51.100.7")]
    for category, (opener, responder), answer, blocked, severity in itertools.product(
        _DATA["categories"], ways, (True, False), (True, False), ("Major", "Informational")
    ):
        metadata = {"signature_severity": [severity]}
        yield judged(alert(opener, responder, category, answer=answer, blocked=blocked, metadata=metadata))


def test_nothing_is_said_of_success_that_nobody_looked_at() -> None:
    for rule in RULE_SET.rules:
        texts = [*rule.reason.values(), *HEADLINES[rule.advice].values(), *advice.text(rule.advice).values()]
        for text in texts:
            assert "成功した様子はありません" not in text
            assert "Nothing shows that it succeeded" not in text
            assert "影響の可能性は低い" not in text


def test_a_default_password_is_spoken_of_only_where_a_password_was_seen() -> None:
    for category in _DATA["categories"]:
        for opener, responder in ((INSIDE, ROUTER), (OUTSIDE, INSIDE), (INSIDE, OUTSIDE)):
            verdict = judged(alert(opener, responder, category))
            if category != DEFAULT_LOGIN.casefold():
                assert "初期のまま" not in verdict.reason["ja"], category


def test_a_port_is_closed_only_where_somebody_came_from_outside() -> None:
    for verdict in all_verdicts():
        if "ポート開放" in verdict.advice["ja"]:
            assert verdict.direction == "inbound"
            assert "開いた先" not in verdict.reason["ja"]


def test_mails_and_files_are_spoken_of_only_where_a_file_was_stopped() -> None:
    for verdict in all_verdicts():
        assert "同じ件名のメール" not in verdict.advice["ja"]
    assert "同じ件名のメール" in judged(virus(action="blocked")).advice["ja"]


def test_stopped_is_said_only_of_what_was_stopped_and_passed_only_of_what_was_not() -> None:
    for verdict in all_verdicts():
        if verdict.blocked:
            assert "止められずに" not in verdict.reason["ja"], verdict.rule
        else:
            assert "センサーが止めました" not in verdict.reason["ja"], verdict.rule


def test_every_advice_has_a_headline_and_every_headline_an_advice() -> None:
    assert set(HEADLINES) == set(advice.STEPS)
    assert {rule.advice for rule in RULE_SET.rules} == set(HEADLINES)


def test_an_alert_stored_under_an_older_rules_name_keeps_its_words() -> None:
    assert explain("internal-lookup").reason == explain("outbound-malware").reason
    assert explain("no-such-rule").headline == HEADLINES["analyst-looks"]["ja"]


def test_only_a_weakness_and_a_file_name_another_machine_than_the_opener() -> None:
    named = {rule.id: rule.device for rule in RULE_SET.rules if rule.device is not Device.OPENER}
    assert named == {"internal-weakness": Device.RESPONDER, "virus-between-machines": Device.SENDER}


# Real signatures


@pytest.mark.skipif(not SIGNATURES.is_file(), reason="the real signatures are not on this machine")
def test_no_real_signature_is_told_the_wrong_way() -> None:
    outward = {CREDENTIAL, LURE, ADWARE, TROJAN, C2, "Domain Observed Used for C2 Detected"}
    wrong: Counter[str] = Counter()
    read = 0
    for line in SIGNATURES.read_text(encoding="utf-8").splitlines():
        rule = json.loads(line)
        if not rule["enabled"] or rule["flowbits_noalert"]:
            continue
        read += 1
        fields = {"message": rule["msg"], "metadata": rule["metadata"]}
        category = rule["category"]
        if category in outward:
            wrong["answer"] += judged(alert(category=category, answer=True, **fields)).direction == "inbound"
            named = attacked(alert(category=category, **fields), INSIDE)
            wrong["target"] += judged(named).direction == "inbound"
        if category in (CREDENTIAL, LURE):
            wrong["password"] += judged(alert(category=category, answer=True, blocked=True, **fields)).grade < 2
        inside = judged(alert(INSIDE, INSIDE_2, category, **fields)).grade
        wrong["inside"] += inside < judged(alert(OUTSIDE, INSIDE, category, **fields)).grade
    assert read > 10_000
    assert not +wrong, wrong
