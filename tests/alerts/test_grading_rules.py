"""What a firm is told, and how: every line of the programme's grading table, in its own words."""

from __future__ import annotations

from typing import Any

import pytest

from alerts import advice
from alerts.grading import Settings
from alerts.grading_rules import RULE_SET
from alerts.grading_settings import settings_from
from tests.alerts.eve_lines import (
    C2,
    DECODE,
    DEFAULT_LOGIN,
    INSIDE,
    INSIDE_2,
    OUTSIDE,
    OUTSIDE_2,
    POLICY,
    ROUTER,
    TAKEOVER,
    TROJAN,
    WEB_ATTACK,
    alert,
    judged,
    virus,
)

INFORMATIONAL = {"signature_severity": ["Informational"], "confidence": ["High"]}
LOW_CONFIDENCE = {"signature_severity": ["Major"], "confidence": ["Low"]}
MAJOR = {"signature_severity": ["Major"], "confidence": ["High"]}


def graded(event: dict[str, Any], *, prior: int = 0, settings: Settings | None = None) -> tuple[int, str]:
    verdict = judged(event, prior=prior, settings=settings)
    return verdict.grade, verdict.notify.value


# Attacks from outside


@pytest.mark.parametrize("category", [WEB_ATTACK, TAKEOVER, TROJAN, "Misc Attack", "", "Detection of a Network Scan"])
def test_an_attack_from_outside_that_was_blocked_is_never_mailed(category: str) -> None:
    grade, notify = graded(alert(OUTSIDE, INSIDE, category, blocked=True, metadata=MAJOR), prior=50)
    assert grade <= 1
    assert notify == "none"


@pytest.mark.parametrize(
    "category", [TAKEOVER, "Successful User Privilege Gain", TROJAN, "Executable code was detected"]
)
def test_a_take_over_or_trojan_from_outside_that_was_not_blocked_is_medium(category: str) -> None:
    assert graded(alert(OUTSIDE, INSIDE, category)) == (2, "digest")


@pytest.mark.parametrize("category", [TAKEOVER, TROJAN])
def test_the_same_with_low_confidence_is_not_medium(category: str) -> None:
    assert graded(alert(OUTSIDE, INSIDE, category, metadata=LOW_CONFIDENCE))[0] < 2


def test_another_attack_from_outside_that_was_not_blocked_is_low_and_mailed() -> None:
    assert graded(alert(OUTSIDE, INSIDE, WEB_ATTACK)) == (1, "digest")


def test_a_scan_from_outside_is_only_a_record() -> None:
    assert graded(alert(OUTSIDE, INSIDE, "Detection of a Network Scan")) == (0, "none")


def test_a_fake_browser_name_from_outside_is_no_infection() -> None:
    verdict = judged(alert(OUTSIDE, INSIDE, TROJAN), prior=99)
    assert verdict.grade < 3
    assert not verdict.evidence_of_infection


# Files with viruses


def test_a_virus_from_outside_that_was_blocked_is_low_and_not_mailed() -> None:
    assert graded(virus(action="blocked")) == (1, "none")


def test_the_programme_can_have_blocked_viruses_mailed() -> None:
    assert graded(virus(action="blocked"), settings=Settings(mail_inbound_av_blocked=True)) == (1, "digest")


def test_a_virus_from_outside_that_was_delivered_is_medium_and_mailed() -> None:
    assert graded(virus()) == (2, "digest")
    assert judged(virus()).rule == "virus-delivered"


def test_a_virus_sent_out_is_medium_and_mailed() -> None:
    sent = virus(INSIDE, OUTSIDE, action="blocked")
    sent["antivirus"]["direction"] = "to_server"
    assert graded(sent) == (2, "digest")
    assert judged(sent).direction == "outbound"


def test_a_file_stopped_by_its_known_hash_is_an_antivirus_alert() -> None:
    known = {"otasuke_function": ["antivirus"], **MAJOR}
    stopped = judged(alert(INSIDE, OUTSIDE, TROJAN, answer=True, blocked=True, metadata=known), prior=9)
    assert (stopped.function, stopped.direction, stopped.grade, stopped.notify) == ("av", "inbound", 1, "none")
    passed = judged(alert(INSIDE, OUTSIDE, TROJAN, answer=True, metadata=known))
    assert (passed.grade, passed.notify) == (2, "digest")


# Web guard, application guard, URL filter


def test_a_dangerous_site_is_medium_and_mailed_blocked_or_not() -> None:
    listed = {"otasuke_function": ["web_guard"]}
    for blocked in (True, False):
        event = alert(category="Possible Social Engineering Attempted", metadata=listed, blocked=blocked)
        assert (judged(event).function, *graded(event)) == ("wg", 2, "digest")


def test_asking_the_router_for_a_dangerous_sites_name_is_the_same() -> None:
    event = alert(INSIDE, ROUTER, "", metadata={"otasuke_function": ["web_guard"]}, app_proto="dns")
    assert graded(event) == (2, "digest")


def test_using_p2p_or_chat_is_recorded_and_never_mailed() -> None:
    for metadata in (None, INFORMATIONAL, MAJOR):
        event = alert(category=POLICY, metadata=metadata)
        assert (judged(event).function, *graded(event, prior=99)) == ("apg", 0, "none")


def test_url_filter_is_recorded_and_never_mailed() -> None:
    event = alert(category="Misc activity", metadata={"otasuke_function": ["url_filter"]})
    assert (judged(event).function, *graded(event)) == ("uf", 0, "none")


# Traffic inside


def test_a_default_password_on_the_router_is_an_internal_weakness_low_and_mailed() -> None:
    for metadata in (None, INFORMATIONAL):
        verdict = judged(alert(INSIDE, ROUTER, DEFAULT_LOGIN, metadata=metadata))
        assert (verdict.direction, verdict.grade, verdict.notify) == ("internal", 1, "digest")
        assert verdict.rule == "internal-weakness"


def test_a_password_sent_openly_to_the_router_is_a_weakness_not_an_application() -> None:
    basic = alert(
        INSIDE, ROUTER, POLICY, message="ET POLICY Outgoing Basic Auth Base64 HTTP Password detected unencrypted"
    )
    assert judged(basic).rule == "internal-weakness"
    basic["alert"]["signature"] = "Basic Auth Base64 HTTP Password seen"
    assert judged(basic).rule == "internal-weakness"


@pytest.mark.parametrize(
    ("message", "app_proto"),
    [
        ("ET P2P BitTorrent peer sync", "http"),
        ("ET POLICY exe download", "http"),
        ("ET POLICY FTP file get", "ftp"),
    ],
)
def test_torrents_installers_and_downloads_are_no_default_password(message: str, app_proto: str) -> None:
    verdict = judged(alert(INSIDE, ROUTER, POLICY, message=message, app_proto=app_proto))
    assert (verdict.function, verdict.grade, verdict.rule) == ("apg", 0, "app-or-url-filter")


def test_malware_between_two_machines_inside_is_medium_but_no_callback() -> None:
    verdict = judged(alert(INSIDE, INSIDE_2, TROJAN), prior=99)
    assert (verdict.grade, verdict.notify, verdict.counts_as_callback) == (2, "digest", False)


def test_looking_up_a_malware_name_at_the_router_counts_as_a_callback() -> None:
    lookup = alert(INSIDE, ROUTER, C2, app_proto="dns", proto="UDP")
    assert graded(lookup) == (2, "digest")
    assert graded(lookup, prior=4) == (3, "at_once")


# Malware's own traffic to the outside


@pytest.mark.parametrize(
    "category",
    [
        TROJAN,
        C2,
        "Domain Observed Used for C2 Detected",
        "Targeted Malicious Activity was Detected",
        "Crypto Currency Mining Activity Detected",
        "A NETWORK TROJAN was Detected",
    ],
)
def test_malware_or_its_control_server_is_medium_and_mailed_even_when_blocked(category: str) -> None:
    for blocked in (True, False):
        verdict = judged(alert(category=category, blocked=blocked))
        assert (verdict.grade, verdict.notify, verdict.evidence_of_infection) == (2, "digest", True)


def test_reaching_the_count_is_high_and_told_at_once_even_when_blocked() -> None:
    for blocked in (True, False):
        event = alert(category=C2, blocked=blocked)
        assert graded(event, prior=3) == (2, "digest")
        assert graded(event, prior=4) == (3, "at_once")


def test_high_is_told_at_once_whatever_the_mail_matrix_says() -> None:
    silent = settings_from({"mail": {"ips/outbound/blocked": False, "ips/outbound/passed": False}})
    assert graded(alert(category=C2), settings=silent) == (2, "none")
    assert graded(alert(category=C2), prior=4, settings=silent) == (3, "at_once")


@pytest.mark.parametrize("metadata", [INFORMATIONAL, LOW_CONFIDENCE])
def test_a_rule_that_calls_itself_unsure_never_reaches_high(metadata: dict[str, list[str]]) -> None:
    verdict = judged(alert(category=TROJAN, metadata=metadata), prior=99)
    assert verdict.grade == 2
    assert not verdict.evidence_of_infection
    assert not verdict.counts_as_callback


@pytest.mark.parametrize(
    "metadata",
    [{"malware_family": ["Emotet"]}, {"tag": ["c2"]}, {"mitre_tactic_id": ["TA0011"]}, {"tag": ["X", "Ransomware"]}],
)
def test_metadata_that_names_malware_is_evidence_whatever_the_class(metadata: dict[str, list[str]]) -> None:
    for category in ("Potentially Bad Traffic", "Misc activity", ""):
        assert judged(alert(category=category, metadata=metadata)).evidence_of_infection


def test_a_lures_name_is_no_evidence_of_infection() -> None:
    lure = {"malware_family": ["Angler"], "tag": ["Exploit_Kit"]}
    verdict = judged(alert(category="Exploit Kit Activity Detected", metadata=lure), prior=99)
    assert (verdict.grade, verdict.notify.value, verdict.evidence_of_infection) == (1, "digest", False)


def test_a_fake_support_page_is_no_infection_even_if_its_rule_names_the_c2_tactic() -> None:
    scam = {"tag": ["Exploit_Kit", "compromised_website"], "mitre_tactic_id": ["TA0011"], "confidence": ["High"]}
    assert graded(alert(category="Exploit Kit Activity Detected", metadata=scam), prior=99) == (1, "digest")


def test_severity_alone_proves_nothing() -> None:
    event = alert(category="Misc activity", metadata=MAJOR)
    event["alert"]["severity"] = 1
    verdict = judged(event, prior=99)
    assert verdict.grade < 2
    assert not verdict.evidence_of_infection


def test_outbound_records_nobody_need_act_on_are_not_mailed() -> None:
    for category in (DECODE, "Potentially Bad Traffic", "Not Suspicious Traffic", ""):
        assert graded(alert(category=category), prior=99) == (0, "none")


def test_a_machine_inside_that_attacks_others_is_low_and_mailed() -> None:
    assert graded(alert(category=WEB_ATTACK)) == (1, "digest")


# Without a clear direction


def test_decoder_alerts_and_traffic_of_nobody_are_not_mailed() -> None:
    bare = {key: value for key, value in alert(category=DECODE).items() if key in ("timestamp", "event_type", "alert")}
    assert graded(bare, prior=99) == (0, "none")
    assert graded(alert(OUTSIDE, OUTSIDE_2, TROJAN), prior=99) == (1, "none")


# Blocked or not


def test_a_packet_dropped_by_another_rule_was_blocked() -> None:
    event = alert(OUTSIDE, INSIDE, TAKEOVER, verdict={"action": "drop"})
    assert judged(event).blocked
    assert graded(event) == (0, "none")
    assert not judged(alert(OUTSIDE, INSIDE, TAKEOVER, verdict={"action": "alert"})).blocked


# The texts and the settings


def test_every_rule_says_why_and_what_to_do_in_both_languages() -> None:
    for rule in RULE_SET.rules:
        assert rule.reason["ja"].strip(), rule.id
        assert rule.reason["en"].strip(), rule.id
        assert rule.reason["ja"] != rule.reason["en"]
        assert set(advice.text(rule.advice)) == {"ja", "en"}
        assert len(advice.steps(rule.advice, "ja")) == len(advice.steps(rule.advice, "en"))


def test_no_text_writes_a_bare_star_or_a_placeholder() -> None:
    for event, prior in (
        (alert(category=C2), 4),
        (alert(), 0),
        (virus(), 0),
        (alert(INSIDE, ROUTER, C2, app_proto="dns"), 4),
    ):
        verdict = judged(event, prior=prior)
        for text in [*verdict.reason.values(), *verdict.advice.values()]:
            assert "★" not in text
            assert "{" not in text


def test_the_reason_names_the_programmes_own_count() -> None:
    settings = Settings(callback_count=3, callback_minutes=30)
    verdict = judged(alert(category=C2), prior=2, settings=settings)
    assert verdict.grade == 3
    assert "30分" in verdict.reason["ja"]
    assert "3 times" in verdict.reason["en"]


@pytest.mark.parametrize(
    "data",
    [
        {"callback_count": 0},
        {"callback_minutes": "60"},
        {"mail": {"ips/outbound": True}},
        {"home_net": "10.0.0.0/8"},
        {"home_net": ["x"]},
        {"mail_inbound_av_blocked": 1},
        {"unknown": 1},
        {"mail": {"ips/sideways/blocked": True}},
    ],
)
def test_wrong_settings_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        settings_from(data)
