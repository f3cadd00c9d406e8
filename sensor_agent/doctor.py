"""What an installer asks: does it work, does it sit in the right place, and if not, what to do."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sensor_agent import bridge, placement, setup
from sensor_agent.config import Config
from sensor_agent.guard import State, report_read
from sensor_agent.words import say

FRESH_S = 180.0


@dataclass(frozen=True)
class Finding:
    """One line: whether it is well, what was found, what to do when it is not."""

    ok: bool
    what: str
    todo: str = ""

    def __str__(self) -> str:
        mark = say("よし", "ok ") if self.ok else say("要確認", "LOOK")
        return f"[{mark}] {self.what}" + (f"\n       → {self.todo}" if self.todo and not self.ok else "")


def examine(config: Config, *, listen_s: float = 0.0) -> Iterator[Finding]:
    """Every check, in the order in which a fault shows. `listen_s` > 0 also listens at the ports for the place."""
    missing = setup.missing_programs()
    yield Finding(
        not missing,
        say("必要なプログラム", "programs") + (f": {', '.join(missing)}" if missing else ""),
        f"apt install {' '.join(missing)}",
    )
    yield from _ports(config)
    if listen_s and config.suricata.ports:
        yield _place(config.suricata.ports, listen_s)
    yield _protection(config)
    yield from _platform(config)
    yield from _losses(config)


def _ports(config: Config) -> Iterator[Finding]:
    for port, side in zip(
        config.suricata.ports or (), (say("LAN側", "LAN"), say("ルーター側", "router")), strict=False
    ):
        if not bridge.exists(port):
            yield Finding(False, say(f"{side}の口 {port} がありません", f"{side} port {port} is not there"), "setup")
            continue
        plugged = (Path("/sys/class/net") / port / "carrier").read_text().strip() == "1" if _up(port) else False
        yield Finding(
            plugged,
            say(f"{side}の口 {port} のケーブル", f"cable in {side} port {port}"),
            say("ケーブルと、相手側の機器の電源を確かめてください。", "check the cable and that the other end is on"),
        )


def _up(port: str) -> bool:
    return (Path("/sys/class/net") / port / "operstate").read_text().strip() != "down"


def _place(ports: tuple[str, str], listen_s: float) -> Finding:
    traffic = placement.listen(ports, listen_s)
    lan, wan = (traffic[port] for port in ports)
    if lan.pppoe or wan.pppoe:
        return Finding(
            False,
            say("センサーがルーターより回線側にあります", "the box sits between the router and the line"),
            say(
                "ルーター(PPPoEの設定がある機器)のLAN側と、社内のハブの間につなぎ直してください。",
                "move it between the router (the device with the PPPoE login) and the hub of the office",
            ),
        )
    if lan.router and not wan.router:
        return Finding(
            False,
            say("LAN側とルーター側のケーブルが逆です", "the two cables are swapped"),
            say("2本のケーブルを入れ替えてください。", "swap the two cables"),
        )
    return Finding(True, say("つなぐ場所", "its place"))


def _protection(config: Config) -> Finding:
    report = report_read(config.state_dir)
    if report is None:
        words = say("保護がまだ始まっていません", "protection has not begun")
        return Finding(False, words, "systemctl status otasuke-guard")
    if report.state == State.INSPECTING:
        return Finding(True, say("通信を検査しています", "traffic is inspected"))
    return Finding(
        False,
        say("通信は素通しです(保護なし)", "traffic passes uninspected") + f": {report.reason}",
        say("2分待っても変わらなければ、窓口へお電話ください。", "if it stays so for two minutes, call the desk"),
    )


def _platform(config: Config) -> Iterator[Finding]:
    activated = (config.state_dir / "identity" / "device.json").exists()
    yield Finding(
        activated,
        say("利用開始の手続き", "activation"),
        say("otasuke-sensor activate --code コード", "otasuke-sensor activate --code CODE"),
    )
    status = _status(config)
    age = time.time() - float(status.get("written_at", 0.0))
    problem = str(status.get("last_problem") or "")
    yield Finding(
        activated and age < FRESH_S and not problem,
        say("見守りサービスとの通信", "talking to the platform") + (f": {problem}" if problem else ""),
        say("社内からインターネットが見られるか確かめてください。", "check that the internet can be reached"),
    )


def _losses(config: Config) -> Iterator[Finding]:
    """What the box could not read or look into, since it was set up."""
    status = _status(config)
    log, files = status.get("eve", {}), status.get("files", {})
    gaps, lost, unreadable = (int(log.get(name, 0)) for name in ("gaps", "lost_bytes", "unreadable"))
    yield Finding(
        not gaps and not lost and not unreadable,
        say(
            f"記録の読み落とし: 途切れ {gaps}回、失われた分 {lost}バイト、読めない行 {unreadable}行",
            f"the engine's log: {gaps} gaps, {lost} bytes lost, {unreadable} lines unreadable",
        ),
        say(
            "停電やディスクの不具合、手で消した記録が原因です。増え続けるときは窓口へお電話ください。",
            "power cuts, a failing disk or logs removed by hand; call the desk when the numbers keep growing",
        ),
    )
    unexamined = int(files.get("unexamined", 0))
    yield Finding(
        True,
        say(
            f"ファイルの検査: {int(files.get('judged', 0)) + int(files.get('found', 0))}件、"
            f"調べられなかったもの {unexamined}件",
            f"files: {int(files.get('judged', 0)) + int(files.get('found', 0))} judged, {unexamined} not looked into",
        ),
    )


def _status(config: Config) -> dict[str, Any]:
    """What the running agent last said of itself; {} when it never did."""
    try:
        status = json.loads((config.state_dir / "status.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return status if isinstance(status, dict) else {}
