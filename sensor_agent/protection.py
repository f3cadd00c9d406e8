"""What the engine is to look for: its configuration, generated rules and lists, written and tested."""

from sensor_agent import suricata, webguard
from sensor_agent.config import Config


def write(config: Config) -> None:
    """Write everything the engine reads; what is the same already is left alone, so a full disk stops nothing.

    Raises ValueError for a bad list, OSError.
    """
    names = webguard.names_read(config.webguard_lists)
    generated = {
        suricata.AV_RULES: suricata.antivirus_rules(),
        f"{webguard.DATASET}.lst": webguard.dataset_text(names),
    }
    if names:
        generated[suricata.WEBGUARD_RULES] = webguard.rules_text(names)
    suricata.files_write(config.suricata, generated)
