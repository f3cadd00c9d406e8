"""Suricata: its configuration and rules as written by us, and commands over its unix socket."""

import contextlib
import hashlib
import json
import socket
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sensor_agent.bridge import ENGINE_SIDE
from sensor_agent.config import SuricataConfig
from sensor_agent.probe import IN_ENGINE, OUT_ENGINE
from sensor_agent.spool import write_durably

TEMPLATE = Path(__file__).parent / "templates" / "suricata.yaml"
ETC = Path("/etc/suricata")
AV_DATASET = "otasuke-av"
AV_RULES = "otasuke-antivirus.rules"
WEBGUARD_RULES = "otasuke-webguard.rules"
_PROTOCOL_VERSION = "0.2"


class SuricataError(Exception):
    """Suricata refused a command or a configuration; the text is its own answer."""


def yaml_render(config: SuricataConfig, rule_files: Iterable[str]) -> str:
    """suricata.yaml for the box: inline between two ports when `config.ports` is set, else for reading captures."""
    values = {
        "HOME_NET": ",".join(config.home_net),
        "LOG_DIR": str(config.work_dir / "log"),
        "FILESTORE_DIR": str(config.filestore_dir),
        "FILE_DEPTH": str(config.max_file_bytes),
        "AF_PACKET": _af_packet(config),
        "COMMAND_SOCKET": str(config.command_socket),
        "RULES_DIR": str(config.work_dir / "rules"),
        "RULE_FILES": "\n".join(f'  - "{name}"' for name in rule_files),
        "CLASSIFICATION_FILE": str(ETC / "classification.config"),
        "REFERENCE_FILE": str(ETC / "reference.config"),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@@{name}@@", value)
    return text


def _af_packet(config: SuricataConfig) -> str:
    if config.ports is None:
        return ""
    lan = config.ports[0]
    joined = (
        (IN_ENGINE, OUT_ENGINE, 1, 64),
        (OUT_ENGINE, IN_ENGINE, 1, 64),
        (lan, ENGINE_SIDE, config.threads, 4096),
        (ENGINE_SIDE, lan, config.threads, 4096),
    )
    lines = ["af-packet:"]
    for cluster, (name, peer, threads, ring) in enumerate(joined, 96):
        lines += [
            f"  - interface: {name}",
            f"    copy-iface: {peer}",
            "    copy-mode: ips",
            f"    cluster-id: {cluster}",
            "    cluster-type: cluster_flow",
            f"    threads: {threads}",
            "    defrag: no",
            "    use-mmap: yes",
            "    tpacket-v3: no",
            f"    ring-size: {ring}",
        ]
    return "\n".join(lines)


def antivirus_rules() -> str:
    """Rules that stop a file whose SHA-256 clamd condemned before. The set is filled live over the socket."""
    buffer = f"file.data; to_sha256; dataset:isset,{AV_DATASET},type sha256,load {AV_DATASET}.lst"
    meta = "metadata:otasuke_function antivirus, signature_severity Major, confidence High"
    rules = []
    for number, (protocol, way) in enumerate((("http", "to_client"), ("http", "to_server"), ("smtp", "to_server"))):
        rules.append(
            f'drop {protocol} any any -> any any (msg:"OTASUKE known malicious file in {protocol} transfer"; '
            f"flow:established,{way}; {buffer}; classtype:trojan-activity; {meta}; sid:{1800001 + number}; rev:1;)"
        )
    return "\n".join(rules) + "\n"


def files_write(config: SuricataConfig, generated: Mapping[str, str]) -> Path:
    """Write suricata.yaml, the generated rules and the folders. Returns the yaml's path."""
    rules_dir = config.work_dir / "rules"
    for folder in (rules_dir, config.work_dir / "log", config.filestore_dir, config.command_socket.parent):
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in generated.items():
        _put(rules_dir / name, text)
    (rules_dir / f"{AV_DATASET}.lst").touch()
    names = [name for name in generated if name.endswith(".rules")]
    path = config.work_dir / "suricata.yaml"
    _put(path, yaml_render(config, names))
    return path


def _put(path: Path, text: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        if path.read_text(encoding="utf-8") == text:
            return
    write_durably(path, text.encode(), 0o644)


def command_line(config: SuricataConfig) -> list[str]:
    """The command that runs Suricata inline with the written configuration, in the network namespace of the ports."""
    yaml = str(config.work_dir / "suricata.yaml")
    return [config.binary, "-c", yaml, "--af-packet", "-l", str(config.work_dir / "log")]


def rules_fingerprint(config: SuricataConfig) -> str:
    """A short name for the rules in force: changes when any rule file does."""
    digest = hashlib.sha256()
    for path in [config.work_dir / "suricata.yaml", *sorted((config.work_dir / "rules").glob("*.rules"))]:
        with contextlib.suppress(OSError):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def configuration_test(config: SuricataConfig) -> None:
    """Run `suricata -T` on the written configuration. Raises SuricataError with its complaints."""
    yaml = str(config.work_dir / "suricata.yaml")
    spoken = ["--set", "logging.outputs.0.console.enabled=yes"]
    command = [config.binary, "-T", "-c", yaml, "-l", str(config.work_dir / "log"), *spoken]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise SuricataError((done.stdout + done.stderr).strip()[-2000:])


class CommandSocket:
    """One short conversation per command with Suricata's unix socket (JSON lines, protocol 0.2)."""

    def __init__(self, path: Path, timeout_s: float = 10.0) -> None:
        self._path = path
        self._timeout_s = timeout_s

    def send(self, command: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """Answer's `message`. Raises SuricataError on NOK, OSError when Suricata is not there."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(self._timeout_s)
            connection.connect(str(self._path))
            self._ask(connection, {"version": _PROTOCOL_VERSION})
            question: dict[str, Any] = {"command": command}
            if arguments:
                question["arguments"] = dict(arguments)
            return self._ask(connection, question)

    def _ask(self, connection: socket.socket, question: Mapping[str, Any]) -> Any:
        connection.sendall(json.dumps(question).encode() + b"\n")
        received = b""
        while True:
            chunk = connection.recv(65536)
            if not chunk:
                raise SuricataError("the command socket closed without an answer")
            received += chunk
            try:
                answer = json.loads(received)
            except ValueError:
                continue
            break
        if answer.get("return") != "OK":
            raise SuricataError(str(answer.get("message")))
        return answer.get("message")

    def version(self) -> str:
        return str(self.send("version"))

    def rules_reload(self) -> None:
        """Have the rules read again; returns when the new ones are in force."""
        self.send("ruleset-reload-rules")

    def hash_add(self, sha256: str) -> None:
        """Put a file's hash into the live block list."""
        self.send("dataset-add", {"setname": AV_DATASET, "settype": "sha256", "datavalue": sha256})
