"""The signature family: what stays the same when a rule is renumbered or its message gets another prefix.

It keys the callback count and may key the groups. The malware's name from the rule's metadata when it has one,
else the message without vendor and category words in front and variant marks at the end.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from alerts.eve_fields import Alert, Event
from alerts.eve_repair import metadata_from

# Words rule sets put in front of a message. Only words that say nothing about the threat itself.
_LEADING = re.compile(
    r"(?:\[[^\]]{1,24}\]"
    r"|(?:etpro|et|gpl|tgi|suricata|snort|quadrant|sid|jsig(?:-[a-z]+)?)(?=[\s:_-])"
    r"|(?:malware|trojan|mobile_malware|current_events|attack_response|exploit_kit|exploit|hunting|hunt|info|policy"
    r"|adware_pup|adware|pup|user_agents?|web_server|web_client|web_specific_apps|phishing|scan|worm|p2p|chat|dns"
    r"|games|coinminer|retired|deleted|ja3|dos|netbios|activex|shellcode|inappropriate|icmp_info|icmp|ftp|smtp"
    r"|pop3|imap|telnet|tftp|snmp|rpc|sql|scada|voip|misc|drop|compromised|cins|threatview|botcc|tor)(?=[\s:])"
    r"|(?:malware|indicator|server|browser|file|os|policy|protocol|pua|exploit|app|content)-[a-z0-9]+(?=\s)"
    r")[\s:_-]*"
)
_TRAILING = re.compile(r"[\s(#\[-]{1,9}(?:m|group|variant|set|sig|id|v|rev)?\s?\.?\d{1,3}[)\]]?$")
_SPACE = re.compile(r"\s+")
LONGEST_MESSAGE = 500  # of a rule; a longer text is no rule's message, and is judged by its beginning
_LONGEST_TRAIL = 40


def message_family(message: str) -> str:
    """The message in one spelling: `ET MALWARE Foo Checkin M2` and `Foo Checkin` are `foo checkin`."""
    folded = unicodedata.normalize("NFKC", message[:LONGEST_MESSAGE]).casefold()[:LONGEST_MESSAGE]
    whole = _SPACE.sub(" ", folded).strip()
    start = 0
    while (leading := _LEADING.match(whole, start)) and leading.end() < len(whole):
        start = leading.end()
    text = whole[start:]
    trailing = _TRAILING.search(text, max(0, len(text) - _LONGEST_TRAIL))
    without_variant = text[: trailing.start()].strip() if trailing else text.strip()
    return without_variant or text or whole


@lru_cache(maxsize=4096)
def family_of(signature: str, category: str, metadata: bytes) -> str:
    """Pure text, never empty. `metadata` is the JSON of `alert.metadata`."""
    named = sorted({value.casefold() for value in metadata_from(metadata).get("malware_family", []) if value})
    if named:
        return "malware:" + "+".join(named)
    message = message_family(signature)
    # A rule without a message is known by its class alone; its number may change with the next rule set.
    return f"message:{message}" if message else f"class:{category.casefold()}"


def signature_family(alert: Alert) -> str:
    """Family of a Suricata alert."""
    return family_of(alert.signature or "", alert.category or "", alert.metadata_bytes)


def event_family(event: Event) -> str:
    """Family of any graded event; an antivirus verdict's is the virus name."""
    if event.antivirus is not None:
        return "virus:" + (event.antivirus.signature or "").casefold()
    return signature_family(event.alert) if event.alert else "none"
