"""What the agent writes for Suricata and clamd is accepted by the real programs; lists become rules without doubles."""

import base64
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.eicar import eicar_file, signatures_write
from sensor_agent import clamd, suricata, webguard
from sensor_agent.config import ClamdConfig, ConfigError, SuricataConfig, config_from_mapping

RULES = Path(__file__).resolve().parents[2] / "lab" / "rules" / "lab.rules"


@pytest.fixture
def box(tmp_path: Path) -> SuricataConfig:
    return SuricataConfig(
        ports=("lan0", "wan0"),
        home_net=("192.168.50.0/24", "2001:db8:1::/64"),
        rule_files=(RULES,),
        work_dir=tmp_path / "suricata",
        command_socket=tmp_path / "s.sock",
    )


def generated(names: list[str]) -> dict[str, str]:
    return {
        suricata.AV_RULES: suricata.antivirus_rules(),
        f"{webguard.DATASET}.lst": webguard.dataset_text(names),
        suricata.WEBGUARD_RULES: webguard.rules_text(names),
    }


def test_suricata_accepts_the_written_configuration_and_rules(box: SuricataConfig) -> None:
    suricata.files_write(box, generated(["phishing.example", "xn--wgv71a.example"]))
    suricata.configuration_test(box)


def test_suricatas_complaint_about_a_bad_rule_is_told(box: SuricataConfig) -> None:
    suricata.files_write(box, {**generated([]), "bad.rules": "drop http any any -> any any (msg:broken)\n"})
    with pytest.raises(suricata.SuricataError, match=r"bad\.rules"):
        suricata.configuration_test(box)


def test_the_two_ports_are_bridged_to_each_other(box: SuricataConfig) -> None:
    text = suricata.yaml_render(box, [])
    pairs = re.findall(r"interface: (\w+)\n +copy-iface: (\w+)\n +copy-mode: ips", text)
    assert pairs[2:] == [("lan0", "otin1"), ("otin1", "lan0")], "otin1 leads to the bridge that holds the WAN port"
    assert pairs[:2] == [("otpr1", "otpr2"), ("otpr2", "otpr1")], "the way of the probe"
    assert "@@" not in text


def test_no_rule_carries_a_grade_and_only_known_classes(box: SuricataConfig) -> None:
    known = set(
        re.findall(r"^config classification: ([\w-]+),", (suricata.ETC / "classification.config").read_text(), re.M)
    )
    rules = RULES.read_text() + suricata.antivirus_rules() + webguard.rules_text(["a.example"])
    classes = set(re.findall(r"classtype:([\w-]+)", rules))
    assert classes
    assert classes <= known
    assert not re.search(r"★|grade|otasuke_(?!function (antivirus|web_guard))", rules)


def test_web_guard_lists_are_read_forgivingly_but_not_blindly(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# phishing\nEvil.Example.COM.\n\nevil.example.com # again\n日本語.example\n", encoding="utf-8")
    names = webguard.names_read([path])
    assert names == ["evil.example.com", "xn--wgv71a119e.example"]
    assert base64.b64decode(webguard.dataset_text(names).splitlines()[0]) == b"evil.example.com"
    path.write_text('evil"; sid:1;)\n')
    with pytest.raises(ValueError, match=r"list\.txt:1: not a host name"):
        webguard.names_read([path])


def test_an_exact_name_and_a_name_below_it_match_one_rule_each() -> None:
    rules = [rule for rule in webguard.rules_text(["evil.example.com"]).splitlines() if rule.startswith("drop http")]
    assert len(rules) == 2
    assert "dataset:isset" in rules[0]
    assert 'content:".evil.example.com"; endswith' in rules[1]
    sids = re.findall(r"sid:(\d+)", webguard.rules_text(["a.example", "b.example"]))
    assert len(sids) == len(set(sids)) == 12


def test_a_misspelt_setting_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"suricata\.prots"):
        config_from_mapping({"suricata": {"prots": ["a", "b"]}}, tmp_path)
    with pytest.raises(ConfigError, match="two names"):
        config_from_mapping({"suricata": {"ports": ["a"]}}, tmp_path)
    with pytest.raises(ConfigError, match="home_net"):
        config_from_mapping({"suricata": {"home_net": ["192.168.1.5/24"]}}, tmp_path)


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[clamd.Clamd]:
    signatures_write(tmp_path / "signatures")
    config = ClamdConfig(database_dir=tmp_path / "signatures", socket=tmp_path / "c.sock")
    path = tmp_path / "clamd.conf"
    path.write_text(clamd.configuration_text(config, 1_000_000))
    process = subprocess.Popen(clamd.command_line(config, path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = clamd.Clamd(config.socket)
    until = time.monotonic() + 30
    while not client.ready() and time.monotonic() < until:
        time.sleep(0.05)
    yield client
    process.kill()
    process.wait()


def test_clamd_finds_the_test_file_in_the_middle_of_another(scanner: clamd.Clamd, tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(eicar_file())
    (tmp_path / "good").write_bytes(b"harmless" * 1000)
    assert scanner.scan(tmp_path / "bad") == clamd.Verdict(signature="Eicar-Test-Signature")
    assert scanner.scan(tmp_path / "good") == clamd.Verdict()
    with pytest.raises(FileNotFoundError):
        scanner.scan(tmp_path / "gone")


def test_without_clamd_scanning_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(clamd.NotThereError, match="not running"):
        clamd.Clamd(tmp_path / "none.sock").scan(tmp_path / "file")
