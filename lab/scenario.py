"""The scenario's steps on real packets. Each returns what the clients saw: plain facts, no judgement."""

import hashlib
import time
from typing import Any

from lab.eicar import FILE_SIZE, eicar_file
from lab.lab import WEBGUARD_NAMES, Lab
from lab.network import LAN_SERVER, ROUTER, WAN_ATTACKER, WAN_CALLBACK, WAN_PHISHING, WAN_WEB

LISTED = WEBGUARD_NAMES[0]
BELOW_LISTED = f"login.{LISTED}"
DOWNLOAD_BYTES = 5_000_000
LEARN_S = 20.0


def browse(lab: Lab) -> dict[str, Any]:
    """1: a page and a 5 MB download. {"page", "download": client answers, "blocked"}"""
    page = lab.act(lab.network.lan, kind="http", address=WAN_WEB, path="/", host="shop.example.org")
    download = lab.act(
        lab.network.lan, kind="http", address=WAN_WEB, path=f"/download?size={DOWNLOAD_BYTES}", host="shop.example.org"
    )
    return {"page": page, "download": download, "blocked": page["blocked"] or download["blocked"]}


def attack_from_wan(lab: Lab) -> dict[str, Any]:
    """2: SQL injection and an automated scan from outside at a LAN web server. {"injection", "scan", "blocked"}"""
    injection, scan = lab.act_together(
        lab.network.wan,
        [
            {
                "kind": "http",
                "address": LAN_SERVER,
                "source": WAN_ATTACKER,
                "path": "/item?id=1%20UNION%20SELECT%20name,password%20FROM%20users",
            },
            {
                "kind": "http",
                "address": LAN_SERVER,
                "source": WAN_ATTACKER,
                "path": "/?id=1",
                "headers": {"User-Agent": "sqlmap/1.7 (scanner)"},
            },
        ],
    )
    return {"injection": injection, "scan": scan, "blocked": injection["blocked"] and scan["blocked"]}


def web_guard(lab: Lab) -> dict[str, Any]:
    """3: a listed site, a name below it, over HTTP, TLS hello and DNS. Client answers by name, "blocked", "passes"."""
    names = ("http", "http_below", "tls", "dns", "unlisted")
    answers = lab.act_together(
        lab.network.lan,
        [
            {"kind": "http", "address": WAN_PHISHING, "path": "/", "host": LISTED},
            {"kind": "http", "address": WAN_PHISHING, "path": "/", "host": BELOW_LISTED},
            {"kind": "tls", "address": WAN_PHISHING, "name": BELOW_LISTED},
            {"kind": "dns", "address": ROUTER, "name": LISTED},
            {"kind": "http", "address": WAN_PHISHING, "path": "/", "host": f"not{LISTED}"},
        ],
    )
    seen: dict[str, Any] = dict(zip(names, answers, strict=True))
    blocked = all(seen[name]["blocked"] for name in names[:-1])
    return {**seen, "blocked": blocked, "passes": not seen["unlisted"]["blocked"]}


def eicar_first(lab: Lab, salt: str = "") -> dict[str, Any]:
    """4: the first download; waits until clamd found it and its hash is live. Adds "sha256", "learned", "learn_s"."""
    sha256 = hashlib.sha256(eicar_file(salt)).hexdigest()
    seen = _eicar(lab, salt)
    begun = time.monotonic()
    learned = False
    while not learned and time.monotonic() - begun < LEARN_S:
        journal = lab.state_dir / "known-files.ndjson"
        learned = journal.exists() and f'"{sha256}"' in journal.read_text(encoding="utf-8")
        time.sleep(0.05)
    return {**seen, "sha256": sha256, "learned": learned, "learn_s": round(time.monotonic() - begun, 2)}


def eicar_second(lab: Lab, salt: str = "") -> dict[str, Any]:
    """4b: the second download of the same file. "complete" is whether all 200,000 bytes came."""
    return _eicar(lab, salt)


def _eicar(lab: Lab, salt: str) -> dict[str, Any]:
    path = f"/invoice.bin?salt={salt}" if salt else "/invoice.bin"
    seen = lab.act(lab.network.lan, kind="http", address=WAN_WEB, path=path, host="files.example.org")
    return {**seen, "complete": seen["bytes"] == FILE_SIZE}


def router_default_password(lab: Lab) -> dict[str, Any]:
    """5: the router's admin page with the password it was sold with. The client's answer."""
    headers = {"Authorization": "Basic " + "YWRtaW46YWRtaW4="}
    return lab.act(lab.network.lan, kind="http", address=ROUTER, path="/", headers=headers)


def callback(lab: Lab, times: int) -> dict[str, Any]:
    """6: a trojan in the LAN calls its controller `times` times. {"tries": answers, "blocked": all of them}"""
    order = {
        "kind": "http",
        "address": WAN_CALLBACK,
        "path": "/gate.php",
        "method": "POST",
        "body": "id=lab",
        "headers": {"User-Agent": "lab-bot/1.0"},
        "timeout": 1.5,
    }
    tries = lab.act_together(lab.network.lan, [order] * times)
    return {"tries": tries, "blocked": all(seen["blocked"] for seen in tries)}
