"""What an alert is, told by its threat family: one for each signature, with texts that are true of all it takes."""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.advice import STEPS
from alerts.direction import Direction
from alerts.explanation import explain, explain_case
from alerts.grading_rules import RULE_SET, Rule
from alerts.threat_words import ADVICE_ASKS, FAMILIES, MOST_STEPS, PLANS, SHAPES, Ended, Look, Threat, threat_words
from alerts.threats import ENTRIES, OTHER, THREATS, threat_of, words_of
from tests.alerts.eve_lines import INSIDE, INSIDE_2, OUTSIDE, alert, judged
from tests.test_patterns_are_linear import grows_with_its_square
from web.plain_words import Language, unexplained

SAMPLES: dict[str, list[list[str]]] = tomllib.loads(
    Path(__file__).with_name("threat_samples.toml").read_text(encoding="utf-8")
)
SEEN_BY_THE_BOX = {"virus-file": "av", "dangerous-site": "wg", "use-record": "uf"}
DIRECTIONS = tuple(Direction)
LANGUAGES: tuple[Language, ...] = ("ja", "en")
WAYS = {"inbound": (OUTSIDE, INSIDE), "outbound": (INSIDE, OUTSIDE), "internal": (INSIDE, INSIDE_2)}
LONGEST = {"ja": 80, "en": 34}  # letters, words of a sentence


def cases(code: str, language: str = "ja") -> Iterator[Threat]:
    """The family in every direction, stopped or not, fetched or not."""
    for direction, ended in itertools.product(DIRECTIONS, Ended):
        yield threat_words(code, direction, ended, language)
    for ended in Ended:
        yield threat_words(code, Direction.INBOUND, ended, language, fetched=True)


def texts(threat: Threat) -> list[str]:
    return [
        threat.name,
        threat.about,
        threat.seen,
        threat.ended,
        threat.likely,
        threat.why,
        threat.look_words,
        *threat.steps,
    ]


# Which family


@pytest.mark.parametrize("code", SAMPLES)
def test_a_signature_is_of_the_family_people_would_call_it(code: str) -> None:
    assert len(SAMPLES[code]) >= 2
    for message, category in SAMPLES[code]:
        assert threat_of(message, category) == code, message


def test_every_family_has_signatures_or_is_what_the_box_itself_saw() -> None:
    assert set(SAMPLES) | set(SEEN_BY_THE_BOX) == set(THREATS) == set(FAMILIES)
    assert not set(SAMPLES) & set(SEEN_BY_THE_BOX)
    assert len(FAMILIES) >= 60


@pytest.mark.parametrize(("code", "function"), SEEN_BY_THE_BOX.items())
def test_what_the_box_itself_saw_is_not_guessed_from_a_name(code: str, function: str) -> None:
    assert threat_of("ET MALWARE Ransomware.Sample", "A Network Trojan was detected", "", function) == code


def test_an_application_is_called_by_its_name_though_its_function_only_keeps_a_record() -> None:
    assert threat_of("ET P2P BitTorrent Sample", "Potential Corporate Privacy Violation", "", "apg") == "file-swapping"


def test_the_malwares_name_in_the_signature_family_tells_where_the_message_does_not() -> None:
    message, category = "ET MALWARE Win32/AB Activity", "A Network Trojan was detected"
    assert threat_of(message, category) == "malware"
    assert threat_of(message, category, "malware:redline_stealer") == "stealer"
    assert threat_of(message, category, "message:stealer of nothing") == "malware"


@pytest.mark.parametrize(
    ("message", "category", "code", "beside"),
    [
        ("ET HUNTING Possible Sample Stealer Upload", "A Network Trojan was detected", "clue", "stealer"),
        (
            "ET EXPLOIT_KIT Sample Landing with Ransomware",
            "Exploit Kit Activity Detected",
            "exploit-page",
            "ransomware",
        ),
        (
            "ET POLICY Sample .onion Proxy in DNS Lookup",
            "Potential Corporate Privacy Violation",
            "hidden-path",
            "policy",
        ),
        ("ET MALWARE Ransomware Sample .onion Domain", "A Network Trojan was detected", "ransomware", "hidden-path"),
        ("ET MALWARE Emotet Sample Loader", "A Network Trojan was detected", "bank-virus", "downloader"),
        ("ET SCAN Sample Router Probe", "Detection of a Network Scan", "scan", "device-attack"),
        ("ET EXPLOIT Sample Router Overflow", "Attempted Administrator Privilege Gain", "device-attack", "exploit"),
        ("ET POLICY KnowBe4 Sample Phish", "Misc activity", "drill-phishing", "phishing"),
        ("SURICATA SMTP sample", "Generic Protocol Command Decode", "odd-traffic", "mail-server"),
    ],
)
def test_of_two_families_that_could_take_it_the_one_that_claims_less_or_knows_more_comes_first(
    message: str, category: str, code: str, beside: str
) -> None:
    ranks = {name: min(entry.rank for entry in ENTRIES if entry.threat == name) for name in (code, beside)}
    assert threat_of(message, category) == code != beside
    assert ranks[code] != ranks[beside]


def test_every_entry_can_be_met_and_names_a_family() -> None:
    for entry in ENTRIES:
        assert entry.threat in FAMILIES
        for phrase in (*entry.phrases, *entry.without):
            assert f" {' '.join(words_of(phrase))} " == phrase, "no message holds it in this spelling"
        for category in (*entry.categories, *entry.not_categories):
            assert category == " ".join(category.casefold().split())
    assert [entry.threat for entry in ENTRIES if not _asks_something(entry)] == [OTHER]


def _asks_something(entry: object) -> bool:
    return any(getattr(entry, name) for name in ("sections", "categories", "phrases", "endings"))


def test_a_number_at_the_end_or_small_letters_change_nothing() -> None:
    for message, category in itertools.chain.from_iterable(SAMPLES.values()):
        if message:
            code = threat_of(message, category)
            assert threat_of(f"{message} M7", category) == threat_of(message.lower(), category.upper()) == code


@given(
    st.text(max_size=400), st.text(max_size=60), st.text(max_size=60), st.sampled_from(["ips", "av", "wg", "apg", "x"])
)
def test_any_text_is_of_some_family(message: str, category: str, family: str, function: str) -> None:
    assert threat_of(message, category, family, function) in FAMILIES


LONG_TEXTS: dict[str, Callable[[int], str]] = {
    "the words of the catalogue": lambda size: ("et malware sql injection fake update " * size)[:size],
    "one letter": lambda size: "a" * size,
    "the beginning of many phrases": lambda size: ("sql " * size)[:size],
    "an ending again and again": lambda size: ("stealer" * size)[:size],
    "letters that grow when normalised": lambda size: "ﷺ" * size,
    "blanks": lambda size: " " * size,
}


@pytest.mark.parametrize("kind", LONG_TEXTS)
def test_the_worst_message_is_no_more_work_than_its_length(kind: str) -> None:
    def asked_anew(text: str) -> object:
        return threat_of.__wrapped__(text, text, f"malware:{text}")

    assert not grows_with_its_square(asked_anew, LONG_TEXTS[kind], 60_000)


# Words


@pytest.mark.parametrize("code", FAMILIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_family_is_told_completely_in_every_direction(code: str, language: Language) -> None:
    for threat in cases(code, language):
        for text in texts(threat):
            assert text.strip()
            assert "{" not in text
            assert text.isascii() == (language == "en"), text
        assert bool(threat.steps) == (threat.look is not Look.UNKNOWN)
        assert len(threat.steps) <= MOST_STEPS


@pytest.mark.parametrize("code", FAMILIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_family_is_told_without_technical_words_in_short_sentences(code: str, language: Language) -> None:
    for threat in cases(code, language):
        whole = "\n".join(texts(threat))
        assert [word.key for word in unexplained(whole, language)] == []
        for text in texts(threat):
            for sentence in re.split(r"(?<=[。.?!])\s*", text):
                length = len(sentence) if language == "ja" else len(sentence.split())
                assert length <= LONGEST[language], sentence


def test_a_name_is_short_enough_for_a_line_of_a_list() -> None:
    for family in FAMILIES.values():
        assert len(family["ja"]["name"]) <= 26
        assert len(family["en"]["name"].split()) <= 10


@pytest.mark.parametrize("code", FAMILIES)
def test_stopped_is_told_only_of_what_the_box_stopped(code: str) -> None:
    for direction, ended in itertools.product(DIRECTIONS, Ended):
        for language, stopped in (
            ("ja", ("止めました", "センサーが止めたので", "途中で切った")),
            ("en", ("box stopped all", "box stopped it", "cut it off")),
        ):
            threat = threat_words(code, direction, ended, language)
            if ended is not Ended.STOPPED:
                assert not [text for text in texts(threat) if any(word in text for word in stopped)]
    for direction in (Direction.INBOUND, Direction.OUTBOUND, Direction.INTERNAL):
        for ended in (Ended.PART, Ended.PASSED):
            words = threat_words(code, direction, ended, "ja").ended
            assert "止めていません" in words or "届いた" in words


@pytest.mark.parametrize("code", FAMILIES)
def test_no_infection_and_no_success_is_claimed(code: str) -> None:
    claims = (
        "感染しています",
        "感染しました",
        "成功しました",
        "盗まれました",
        "is infected",
        "was stolen",
        "succeeded",
    )
    for threat in itertools.chain.from_iterable(cases(code, language) for language in LANGUAGES):
        for text in texts(threat):
            quoted = re.sub("「[^」]*」", "", text)
            assert not [claim for claim in claims if claim in quoted], text


@pytest.mark.parametrize("code", FAMILIES)
def test_a_port_is_closed_only_where_somebody_came_from_outside(code: str) -> None:
    for direction, ended in itertools.product(DIRECTIONS, Ended):
        steps = "".join(threat_words(code, direction, ended, "ja").steps)
        if direction is not Direction.INBOUND:
            assert "ポート開放" not in steps
    assert "社内の端末が開いた先" in threat_words(code, Direction.INBOUND, Ended.PASSED, "ja", True).seen or SHAPES[
        "shape"
    ][FAMILIES[code]["shape"]].get("seen")


def test_which_machine_to_look_at_is_the_weak_or_the_infected_one() -> None:
    looks = {
        "stealer": Look.OPENER,
        "scan": Look.OPENER,
        "default-password": Look.RESPONDER,
        "open-password": Look.RESPONDER,
        "web-attack": Look.BOTH,
        "virus-file": Look.NAMED,
    }
    for code, look in looks.items():
        assert threat_words(code, "internal", Ended.PASSED, "ja").look == look
    for code in FAMILIES:
        assert threat_words(code, "unknown", Ended.PASSED, "ja").look == Look.UNKNOWN
        assert threat_words(code, "outbound", Ended.PASSED, "ja").look in (Look.OPENER,)


# Steps: of the family or of the rule


def demands(text: str) -> set[str]:
    """What Japanese steps ask for, read from their words."""
    scan = {"scan"} if "検査" in text else set()
    return scan | ({"password"} if "パスワード" in text and "変え" in text else set())


def test_what_plans_and_advice_ask_for_stands_in_their_words() -> None:
    for name, plan in PLANS.items():
        asks = set(plan["asks"])
        assert asks - {"unplug"} <= demands("".join(plan["ja"])), name
        if "unplug" in asks:
            assert "LANケーブルを抜く" in plan["ja"][0]
            assert "場合" not in plan["ja"][0]
    assert set(ADVICE_ASKS) <= set(STEPS)
    for name, steps in STEPS.items():
        asks = set(ADVICE_ASKS.get(name, ()))
        assert asks - {"unplug"} <= demands("".join(steps["ja"])), name
        if name not in ("virus-delivered", "lure-arrived", "attack-fetched", "check-inside"):
            assert ("LANケーブル" in "".join(steps["ja"][:2]) and "場合" not in "".join(steps["ja"][:2])) == (
                "unplug" in asks
            ), name


@pytest.mark.parametrize("rule", RULE_SET.rules, ids=lambda rule: rule.id)
def test_the_steps_shown_ask_for_everything_urgent_the_rule_asks_for(rule: Rule) -> None:
    rule_id, advice = rule.id, rule.advice
    asked = set(ADVICE_ASKS.get(advice, ()))
    for code, direction, ended in itertools.product(FAMILIES, DIRECTIONS, Ended):
        explanation = explain_case(rule_id, code, direction=direction, ended=ended)
        whole = "".join(explanation.steps)
        assert asked - {"unplug"} <= demands(whole), (code, direction)
        if "unplug" in asked or advice in ("none", "analyst-looks", "attack-fetched"):
            assert explanation.steps == explain(rule_id).steps
            assert explanation.pictured == explain(rule_id).pictured


@pytest.mark.parametrize("rule", RULE_SET.rules, ids=lambda rule: rule.id)
def test_how_likely_it_is_harmless_does_not_argue_with_the_grade(rule: Rule) -> None:
    likely = {key: words["ja"] for key, words in SHAPES["likely"].items()}
    for code, direction in itertools.product(FAMILIES, DIRECTIONS):
        threat = explain_case(rule.id, code, direction=direction, ended=Ended.PASSED).threat
        if rule.grade in (0, 3):
            assert (threat.likely, threat.why) == ("", "")
        else:
            assert threat.why
            assert threat.likely in likely.values()
        if rule.grade == 2:
            assert threat.likely != likely["high"]
        if rule.grade == 1 or rule.id == "outbound-malware-weak":
            assert threat.likely != likely["low"]
        if rule.grade == 0 and direction in WAYS:
            assert threat.ended == "センサーはこの通信を止めていません。"


def test_a_rule_without_a_class_claims_no_attack_by_a_word_in_its_name() -> None:
    for message in ("ike nonce payload length", "detect (/etc/passwd) no transform", "bot test", "redis test", "rat"):
        assert threat_of(message) == OTHER


def test_a_ransom_virus_is_unplugged_at_once_though_its_rule_only_asks_for_a_scan() -> None:
    explanation = explain_case("outbound-malware", "ransomware", direction="outbound", ended=Ended.STOPPED)
    assert "LANケーブルを抜く" in explanation.steps[0]
    assert explanation.reason == explain("outbound-malware").reason, "the reason of the grade stays"
    assert explanation.headline == explain("outbound-malware").headline


def test_a_password_that_may_have_left_is_changed_whatever_the_family() -> None:
    for code in FAMILIES:
        explanation = explain_case("outbound-credential", code, direction="outbound", ended=Ended.PASSED)
        assert "password" in demands("".join(explanation.steps))


@pytest.mark.parametrize("code", SAMPLES)
@pytest.mark.parametrize("way", WAYS)
def test_real_looking_signatures_are_told_truly_from_event_to_words(code: str, way: str) -> None:
    opener, responder = WAYS[way]
    for (message, category), answer, blocked in itertools.product(SAMPLES[code], (False, True), (False, True)):
        verdict = judged(
            alert(opener, responder, category, message=message, answer=answer, blocked=blocked, app_proto="tls")
        )
        ended = Ended.STOPPED if blocked else Ended.PASSED
        explanation = explain_case(verdict.rule, code, direction=verdict.direction, ended=ended)
        threat = explanation.threat
        came_from_outside = verdict.direction == "inbound"
        assert (
            "社内の端末が開いた先" in threat.seen
            or "外から" in threat.seen
            or "、社内の機器に通信が来ました" in threat.seen
            or "とつながりました" in threat.seen
        ) == came_from_outside
        if way == "internal" and verdict.direction == "internal":
            assert "社内の機器どうし" in threat.seen
        if not blocked:
            assert not any(
                "止めました" in text or "センサーが止めた" in text for text in (threat.ended, *explanation.steps)
            )
        if verdict.grade == 0:
            assert explanation.steps == explain(verdict.rule).steps


# Real signatures

SIGNATURES = Path(__file__).resolve().parents[3] / "shared" / "captures" / "signatures.jsonl"


@pytest.mark.skipif(not SIGNATURES.is_file(), reason="the real signatures are not on this machine")
def test_nineteen_of_twenty_real_signatures_have_more_than_the_general_text() -> None:
    rules = [json.loads(line) for line in SIGNATURES.read_text(encoding="utf-8").splitlines()]
    codes = [threat_of(rule["msg"], rule["category"]) for rule in rules]
    assert codes.count(OTHER) < len(codes) / 20
