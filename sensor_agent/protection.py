"""What the engine is to look for: rules, lists and configuration, from this box's file and the order in force."""

import json
import re
import time
from collections.abc import Iterable
from dataclasses import replace

from sensor_agent import suricata, webguard
from sensor_agent.config import Config
from sensor_agent.order import Order, OrderStore
from sensor_agent.suppress import rules_adapt

IPS_RULES = "otasuke-ips.rules"
MOST_HASHES = 50_000  # the engine keeps them in memory; the platform lists the newest last
_SHA256 = re.compile(r"[0-9a-f]{64}")


def write(config: Config, order: Order | None, store: OrderStore) -> tuple[str, ...]:
    """Write everything the engine reads; what is the same already is left alone, so a full disk stops nothing.

    → what of the order was left out, and why. Raises ValueError for a list of this box that cannot be used,
    OrderRefusedError for a file of the order, OSError.
    """
    names, strange = _names(config, order, store)
    rules, unadapted = _rules(config, order, store)
    generated = {
        IPS_RULES: rules if order is None or order.on("ips") else "",
        suricata.AV_RULES: suricata.antivirus_rules() if order is None or order.on("av") else "",
        f"{webguard.DATASET}.lst": webguard.dataset_text(names),
        suricata.WEBGUARD_RULES: webguard.rules_text(names),
    }
    suricata.files_write(replace(config.suricata, home_net=home_net(config)), generated)
    return (*(order.problems if order else ()), *unadapted, *strange)


def home_net(config: Config) -> tuple[str, ...]:
    """The firm's networks: those of the file and those its router announces (the guard hears them)."""
    try:
        state = json.loads((config.state_dir / "guard.json").read_text(encoding="utf-8"))
        learnt = [prefix for prefix, end in state.get("prefixes", {}).items() if end > time.time()]
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        learnt = []
    return tuple(dict.fromkeys([*config.suricata.home_net, *sorted(learnt)]))


def ordered_hashes(order: Order | None, store: OrderStore) -> list[str]:
    """SHA-256 of files that other boxes of the programme found malicious. Raises OrderRefusedError."""
    texts = (store.text(sha256) for sha256 in (order.files.get("known_files", ()) if order else ()))
    known = dict.fromkeys(line for text in texts for line in text.split() if _SHA256.fullmatch(line))
    return list(known)[-MOST_HASHES:]


def _rules(config: Config, order: Order | None, store: OrderStore) -> tuple[str, tuple[str, ...]]:
    """The platform's rules, and what of the suppressions could not be put in; until it has sent some, those of this
    box's file.
    """
    ordered = order.files.get("rules", ()) if order else ()
    texts: Iterable[str]
    if ordered:
        texts = (store.text(sha256) for sha256 in ordered)
    else:
        texts = (path.read_text(encoding="utf-8") for path in config.suricata.rule_files)
    return rules_adapt("\n".join(texts) + "\n", order.suppressions if order else (), home_net(config))


def _names(config: Config, order: Order | None, store: OrderStore) -> tuple[list[str], tuple[str, ...]]:
    """Names the web guard stops, and lines of the order that are no names."""
    if order is not None and not order.on("wg"):
        return [], ()
    ordered = [store.text(sha256) for sha256 in (order.files.get("web_guard", ()) if order else ())]
    lines = [line for text in ordered for line in text.split()]
    allowed = {line[1:] for line in lines if line.startswith("!")}
    blocked = [line for line in lines if not line.startswith("!")]
    strange = [line for line in blocked if not webguard.is_name(line)]
    local = webguard.names_read(config.webguard_lists)
    names = [name for name in dict.fromkeys([*local, *blocked]) if name not in allowed and webguard.is_name(name)]
    return names, (f"{len(strange)} lines are no host names, e.g. {strange[0][:60]!r}",) if strange else ()
