"""The main job as a story on real packets: what happens, what the platform must make of it, and whether it did.

Each step does something in the lab and then looks at what the firm, the desk and the database show. The clients' facts
(bytes received, connection cut) come from the lab; grades, mails, pages and papers from the running platform.
"""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.grading_settings import FIGURES
from lab import scenario
from lab.lab import Lab
from lab.visitor import Visitor
from ops.smtp_sink import Mail, read_mail
from ops.stack import Stack
from web.jst import JST

PATIENCE_S = 30.0
COUNT = FIGURES["callback_count"]  # of callbacks in an hour that make ★★★


class NotAsExpected(Exception):
    """What was seen differs from what must be."""


@dataclass(frozen=True)
class Line:
    """One line of the printed table and of summary.json."""

    number: str
    what: str
    expected: str
    seen: str
    ok: bool
    at: str
    seconds: float


Step = Callable[[], str]


class Story:
    """Plays the steps in order. `lab` None means recorded events were replayed instead of packets."""

    def __init__(self, stack: Stack, lab: Lab | None, show: Callable[[Line], None]) -> None:
        if stack.consortium is None:
            raise ValueError("the stack has no demo consortium")
        self.stack = stack
        self.lab = lab
        self.firm = stack.consortium
        self.began = datetime.now(JST) - timedelta(minutes=5)  # the firm may have a history: this is what comes now
        self._show = show
        self.lines: list[Line] = []

    # -- the table --------------------------------------------------------------------------------------------------

    def play(self) -> list[Line]:
        """Play every step; a step that fails is shown and the story goes on."""
        self.day()
        self.end()
        return self.lines

    def day(self) -> None:
        """What happens while the box works."""
        for number, what, expected, step in (
            ("1", "ordinary browsing, a 5 MB download", "works, nothing graded", self.browsing),
            ("2", "SQL injection and a scan from outside", "blocked, none or ★, not mailed", self.attack_from_outside),
            ("3", "a web-guard site and a name below it", "blocked, ★★, digest", self.web_guard),
            ("4", "EICAR in a 200 kB file, first download", "delivered, ★★, incident, digest", self.virus_first),
            ("4b", "the same file again", "incomplete at the client, ★, not mailed", self.virus_second),
            ("5", "default password at the router", "internal weakness, ★, digest", self.router),
            ("6", "trojan's callback below the count", "blocked, ★★, digest", self.callbacks_below),
            ("6b", "the callback reaches the count", "★★★, incident, mail at once", self.callback_reaches),
            ("6c", "the incident's page", "first response offered, entitlement shown", self.incident_page),
            ("6d", "the hour's digest", "★★ and ★ with what to do; nothing else", self.digest),
        ):
            self.do(number, what, expected, step)

    def end(self) -> None:
        """The box is taken out; time passes."""
        for number, what, expected, step in (
            ("7", "the box is silent for 24 h", "a task at the desk", self.silence),
            ("8", "the month is closed", "one PDF per firm, mail with link", self.month),
        ):
            self.do(number, what, expected, step)

    def do(self, number: str, what: str, expected: str, step: Step) -> None:
        """One step: what it saw, or why it failed, becomes a line."""
        began = time.monotonic()
        at = datetime.now(JST).strftime("%H:%M:%S")
        try:
            seen, ok = step(), True
        except NotAsExpected as problem:
            seen, ok = str(problem), False
        except Exception as problem:  # a broken step is a failed line, and the rest is still worth seeing
            seen, ok = f"{type(problem).__name__}: {problem}", False
        line = Line(number, what, expected, seen, ok, at, round(time.monotonic() - began, 1))
        self.lines.append(line)
        self._show(line)

    # -- the steps --------------------------------------------------------------------------------------------------

    def browsing(self) -> str:
        if self.lab:
            seen = scenario.browse(self.lab)
            require(not seen["blocked"], f"blocked: {seen}")
            size = seen["download"]["bytes"]
            require(size == scenario.DOWNLOAD_BYTES, f"{size} bytes came")
            time.sleep(2)
            require(not self._alerts("TRUE"), f"graded: {self._alerts('TRUE')}")
            return f"{size:,} bytes received, 0 alerts"
        return "not replayed"

    def attack_from_outside(self) -> str:
        if self.lab:
            require(scenario.attack_from_wan(self.lab)["blocked"], "an attack came through")
        alerts = self._wait("function = 'ips' AND direction = 'inbound'", 2)
        require(all(a["grade"] <= 1 and a["notify"] == "none" and a["blocked"] for a in alerts), f"{alerts}")
        return f"{len(alerts)} alerts, all blocked, grade ≤ ★, not mailed"

    def web_guard(self) -> str:
        if self.lab:
            seen = scenario.web_guard(self.lab)
            require(seen["blocked"] and seen["passes"], f"{seen}")
        alerts = self._wait("function = 'wg' AND direction = 'outbound'", 2)
        require(all(a["grade"] == 2 and a["notify"] == "digest" for a in alerts), f"{alerts}")
        return f"{len(alerts)} alerts ★★, digest"

    def virus_first(self) -> str:
        learnt = ""
        if self.lab:
            seen = scenario.eicar_first(self.lab)
            require(seen["complete"], f"only {seen['bytes']} bytes came")
            require(seen["learned"], "its hash did not go live")
            learnt = f"{seen['bytes']:,} bytes delivered, hash live after {seen['learn_s']} s; "
        alerts = self._wait("function = 'av' AND NOT blocked", 1)
        require(all(a["grade"] == 2 and a["notify"] == "digest" for a in alerts), f"{alerts}")
        number = self._wait_incident("antivirus_unresolved")
        return f"{learnt}★★, incident {number}"

    def virus_second(self) -> str:
        received = ""
        if self.lab:
            seen = scenario.eicar_second(self.lab)
            require(not seen["complete"], "the whole file came again")
            received = f"{seen['bytes']:,} of 200,000 bytes received; "
        alerts = self._wait("function = 'av' AND blocked", 1)
        require(all(a["grade"] == 1 and a["notify"] == "none" for a in alerts), f"{alerts}")
        return f"{received}★, not mailed"

    def router(self) -> str:
        if self.lab:
            scenario.router_default_password(self.lab)
        alerts = self._wait("direction = 'internal'", 1)
        require(all(a["grade"] == 1 and a["notify"] == "digest" for a in alerts), f"{alerts}")
        return "internal weakness, ★, digest"

    def callbacks_below(self) -> str:
        if self.lab:
            require(scenario.callback(self.lab, COUNT - 1)["blocked"], "a callback came through")
        alerts = self._wait("function = 'ips' AND direction = 'outbound'", COUNT - 1)
        early = alerts[: COUNT - 1]
        require(all(a["grade"] == 2 and a["notify"] == "digest" and a["blocked"] for a in early), f"{alerts}")
        return f"{len(early)} callbacks blocked, ★★, digest"

    def callback_reaches(self) -> str:
        began = time.monotonic()
        if self.lab:
            scenario.callback(self.lab, 1)
        self._wait("function = 'ips' AND grade = 3 AND notify = 'at_once'", 1)
        number = self._wait_incident("malware_suspected")
        mail = self._wait_mail(lambda m: "高(★★★)" in m.subject)
        require(self.firm.firm_name in mail.subject, f"subject: {mail.subject}")
        return f"★★★, incident {number}, mail “{mail.subject}” after {time.monotonic() - began:.1f} s"

    def incident_page(self) -> str:
        number = self._wait_incident("malware_suspected")
        owner = self.visitor("sme")
        page = owner.get(f"/incidents/{number}/")
        require(page.status == 200, f"status {page.status}")
        for word in ("初動対応", "50,000"):
            require(word in page.text, f"“{word}” is not on the page")
        home = owner.get("/")
        require("高(★★★)" in home.text or "至急" in home.text, "the home page does not say so")
        return "first response and 50,000 yen on the page"

    def digest(self) -> str:
        after = datetime.now(JST).replace(minute=1, second=0, microsecond=0) + timedelta(hours=1)
        self.stack.manage("run_due", "--at", after.isoformat())
        mail = self._wait_mail(lambda m: "高(★★★)" not in m.subject and "★" in m.subject)
        text = mail.text()
        for word in ("中(★★☆)", "低(★☆☆)"):
            require(word in text, f"“{word}” is not in the digest")
        require("UNION" not in text, "a blocked attack from outside was mailed")
        open_groups = self.stack.rows(
            "SELECT count(*) FROM alerts_alertgroup"
            " WHERE tenant_id = %s AND notify = 'digest' AND digest_state = 'unwritten'",
            self.firm.firm_id,
        )
        return f"“{mail.subject}”; {open_groups[0][0]} groups left for later"

    def silence(self) -> str:
        if self.lab:
            self.lab.sensor_stop()
        at = (datetime.now(JST) + timedelta(hours=25)).isoformat()
        self.stack.manage("load_demo", "--seen-at", at)  # the other firms' boxes, which do not exist, spoke just then
        self.stack.manage("run_due", "--at", at)
        self.stack.manage("load_demo")  # and now: no page may show a contact that lies in the future
        tasks = self.poll(
            lambda: self.stack.rows(
                "SELECT t.id FROM incidents_desktask t JOIN notifications_attention a ON a.id = t.attention_id"
                " WHERE t.tenant_id = %s AND a.kind = 'box_silent'",
                self.firm.firm_id,
            )
        )
        require(bool(tasks), "no task at the desk")
        queue = self.visitor("desk").get("/desk/")
        require(queue.status == 200 and self.firm.firm_name in queue.text, "the desk's queue does not show the firm")
        return "task at the desk, shown in the queue"

    def month(self) -> str:
        now = datetime.now(JST)
        self.stack.manage("run_due", "--at", now.isoformat(), "--until", now.isoformat())
        month = now.strftime("%Y-%m")
        ready = self.poll(lambda: self._reports_ready(month), seconds=240)
        require(bool(ready), f"{len(self._reports(month))} reports, not all ready: {self._reports(month)[:3]}")
        own = self.visitor("sme").get(f"/reports/{month}.pdf")
        require(own.status == 200 and own.body.startswith(b"%PDF"), f"status {own.status}")
        text = _pdf_text(own.body)
        require(self.firm.firm_name in text and "★★★" in text, "the demo firm's report has not its figures")
        quiet = [
            bytes(r[0])
            for r in self.stack.rows(
                "SELECT pdf FROM reports_monthlyreport WHERE tenant_id <> %s ORDER BY tenant_id LIMIT 3",
                self.firm.firm_id,
            )
        ]
        for pdf in quiet:
            require(self.firm.firm_name not in _pdf_text(pdf), "another firm's report names the demo firm")
        mails = self.poll(lambda: self._report_mails(now), seconds=60)
        require(len(mails) == self.firm.firms, f"{len(mails)} mails for {self.firm.firms} firms")
        return f"{len(ready)} PDFs, {len(mails)} mails with a link"

    # -- looking ----------------------------------------------------------------------------------------------------

    def _alerts(self, condition: str) -> list[dict[str, Any]]:
        rows = self.stack.rows(
            "SELECT function, direction, grade, notify, blocked, signature, seq FROM alerts_alert"
            f" WHERE tenant_id = %s AND event_time >= %s AND {condition} ORDER BY event_time, seq",
            self.firm.firm_id,
            self.began,
        )
        names = ("function", "direction", "grade", "notify", "blocked", "signature", "seq")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _wait(self, condition: str, count: int) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = self.poll(
            lambda: alerts if len(alerts := self._alerts(condition)) >= count else []
        )
        require(bool(seen), f"{len(self._alerts(condition))} of {count} alerts where {condition}")
        return seen

    def _wait_incident(self, kind: str) -> int:
        rows = self.poll(
            lambda: self.stack.rows(
                "SELECT number FROM incidents_incident WHERE tenant_id = %s AND kind = %s AND opened_at >= %s",
                self.firm.firm_id,
                kind,
                self.began,
            )
        )
        require(bool(rows), f"no incident {kind}")
        return int(rows[0][0])

    def _wait_mail(self, wanted: Callable[[Mail], bool]) -> Mail:
        def look() -> list[Mail]:
            return [mail for mail in read_mail(self.stack.mail, to=self.firm.firm_email) if wanted(mail)]

        mails: list[Mail] = self.poll(look)
        subjects = [mail.subject for mail in read_mail(self.stack.mail, to=self.firm.firm_email)]
        require(bool(mails), f"the mail did not come; there are {subjects}")
        return mails[0]

    def _reports(self, month: str) -> list[tuple[Any, ...]]:
        return self.stack.rows(
            "SELECT tenant_id, state, error FROM reports_monthlyreport WHERE month = %s", f"{month}-01"
        )

    def _reports_ready(self, month: str) -> list[tuple[Any, ...]]:
        rows = self._reports(month)
        return rows if len(rows) == self.firm.firms and all(row[1] == "ready" for row in rows) else []

    def _report_mails(self, month: datetime) -> list[Mail]:
        named = f"{month.year}年{month.month}月の見守り報告書"
        mails = [mail for mail in read_mail(self.stack.mail) if named in mail.subject and "/reports/" in mail.text()]
        return mails if len(mails) >= self.firm.firms else []

    def visitor(self, role: str) -> Visitor:
        """Somebody of the demo consortium, logged in."""
        visitor = Visitor(self.stack.url)
        page = visitor.log_in(*self.firm.logins[role])
        require(page.status == 200 and "/login" not in page.url, f"{role} could not log in ({page.status} {page.url})")
        return visitor

    @staticmethod
    def poll(look: Callable[[], Any], seconds: float = PATIENCE_S) -> Any:
        """What `look` finds, asked until it finds something or time is over."""
        deadline = time.monotonic() + seconds
        while not (answer := look()) and time.monotonic() < deadline:
            time.sleep(0.3)
        return answer


def require(holds: bool, otherwise: str) -> None:
    """Raises NotAsExpected."""
    if not holds:
        raise NotAsExpected(otherwise)


def _pdf_text(pdf: bytes) -> str:
    """The text of a PDF, by poppler's pdftotext."""
    answer = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return answer.stdout.decode()
