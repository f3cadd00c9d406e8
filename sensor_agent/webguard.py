"""Web guard: lists of host names become Suricata datasets (exact names) and generated rules (names below them).

A dataset matches whole names only, so each listed name also gets one suffix rule per protocol; the exact name is left
to the dataset, so that one visit gives one alert.
"""

import base64
import re
from collections.abc import Iterable
from pathlib import Path

DATASET = "otasuke-webguard"
FIRST_SID = 1900000
MAX_SUFFIX_NAMES = 20_000
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
# (rule protocol, sticky buffer, words for the message)
_BUFFERS = (
    ("http", "http.host", "web address"),
    ("tls", "tls.sni; to_lowercase", "encrypted web address"),
    ("dns", "dns.query; to_lowercase", "name lookup"),
    ("quic", "quic.sni; to_lowercase", "encrypted web address over QUIC"),
)
_FIELDS = (
    "classtype:social-engineering; metadata:otasuke_function web_guard, attack_target Client_Endpoint, "
    "confidence High, signature_severity Major"
)


def names_read(paths: Iterable[Path]) -> list[str]:
    """Host names of the lists, lower case, without duplicates; `#` starts a comment. Raises ValueError on a bad one."""
    names: dict[str, None] = {}
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            text = line.partition("#")[0].strip().rstrip(".").lower()
            if not text:
                continue
            name = text.encode("idna").decode("ascii") if not text.isascii() else text
            if not is_name(name):
                raise ValueError(f"{path}:{number}: not a host name: {text[:80]}")
            names[name] = None
    return list(names)


def is_name(text: str) -> bool:
    """Whether a text is a host name; it becomes part of a rule."""
    return len(text) <= 253 and _NAME.fullmatch(text) is not None


def dataset_text(names: Iterable[str]) -> str:
    """The dataset file: one base64 name a line, as Suricata's string sets want it."""
    return "".join(base64.b64encode(name.encode()).decode() + "\n" for name in names)


def rules_text(names: list[str]) -> str:
    """Rules for the whole list: four that read the dataset, then four per name for what lies below it."""
    if not names:
        return ""
    source = f"type string,load {DATASET}.lst"
    rules = [
        _rule(protocol, f"{buffer}; dataset:isset,{DATASET},{source}", f"listed {words}", number)
        for number, (protocol, buffer, words) in enumerate(_BUFFERS)
    ]
    for index, name in enumerate(names[:MAX_SUFFIX_NAMES], 1):
        for number, (protocol, buffer, words) in enumerate(_BUFFERS):
            match = f'{buffer}; content:".{name}"; endswith'
            rules.append(_rule(protocol, match, f"{words} below a listed one", index * len(_BUFFERS) + number))
    return "\n".join(rules) + "\n"


def _rule(protocol: str, match: str, words: str, number: int) -> str:
    flow = "" if protocol in ("dns", "quic") else "flow:established,to_server; "
    source = "any" if protocol == "dns" else "$EXTERNAL_NET"
    return (
        f'drop {protocol} $HOME_NET any -> {source} any (msg:"OTASUKE WEB_GUARD {words}"; {flow}{match}; '
        f"{_FIELDS}; sid:{FIRST_SID + number}; rev:1;)"
    )
