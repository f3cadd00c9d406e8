"""Whoever reads English finds every text in English: in the catalogue, on pages, in mails and in the report."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from alerts.digest import digest_send_due
from incidents.core.triage import groups_claim
from notifications.models import OutboxMessage
from ops import messages
from ops.accounts import CHECKOUT
from portal import showcase
from reports.models import MonthlyReport
from reports.pages import report_html
from sensors.devices import Sighting, devices_note
from sensors.models import Device
from tenants.tenancy.scope import tenant_scope
from tests.english import JAPANESE, cast_in_latin_letters, japanese_in
from tests.factories import Cast
from tests.mailing import HOUR, group_make, high_group_make
from tests.portal import scenes
from tests.reports import records
from tests.reports.conftest import DECEMBER_FIRST, NOVEMBER, Close, close
from tests.templates import template_files

__all__ = ["close"]

# Content data that carries both languages itself, names of the demo's firms, patterns of Japanese input, places to fill
# in, names of the programmes' printed tables.
BILINGUAL = (
    "tenants/desk_contact.py",
    "alerts/summary.py",
    "base/phone_numbers.py",
    "incidents/dispatch/municipalities.py",
    "incidents/jobsheet/invoicing.py",
    "incidents/knowledge/rules.py",
    "incidents/knowledge/tokens.py",
    "incidents/mail_intake/charsets.py",
    "incidents/mail_intake/machines.py",
    "incidents/mail_intake/rules.py",
    "incidents/mail_intake/senders.py",
    "insurance/zengin.py",
    "notifications/channels.py",
    "notifications/hours.py",
    "incidents/desk/ui/beside.py",
    "web/templatetags/formats.py",
    "reports/glossary.py",
    "reports/office_tables.py",
    "reports/published/registry.py",
    "base/identity.py",
    "base/mail_address.py",
    "base/places.py",
    "portal/demo/",
    "portal/showcase.py",
)
# Texts that show what is to be typed, which is Japanese in every language.
SHOWS_INPUT = ("月-金 9:00-1", "{会社名}", "大阪府", "みどり地域お助け隊")
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


@dataclass(frozen=True)
class Text:
    """An entry of a catalogue: its one or two source forms and their English, and whether that is only a guess."""

    sources: tuple[str, ...]
    english: tuple[str, ...]
    fuzzy: bool


def _texts(catalogue: Path) -> list[Text]:
    plain = subprocess.run(
        ["msgcat", "--no-wrap", "--no-location", str(catalogue)], capture_output=True, text=True, check=True
    ).stdout
    return [_text(block) for block in plain.split("\n\n") if 'msgid ""\nmsgstr ""\n"' not in block]


def _text(block: str) -> Text:
    fields: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        entry = re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?|msgctxt) (".*")$', line)
        if entry:
            name = entry[1]
            fields[name] = ast.literal_eval(entry[2])
        elif line.startswith('"'):
            fields[name] += ast.literal_eval(line)
    sources = tuple(value for name, value in fields.items() if name.startswith("msgid"))
    english = tuple(value for name, value in fields.items() if name.startswith("msgstr"))
    return Text(sources, english, "\n#, fuzzy" in f"\n{block}")


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request leaves its language behind in the thread; other tests start with Japanese."""
    yield
    translation.deactivate()


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> list[Text]:
    """Every text as a fresh collection finds it, with the English the checkout has."""
    catalogue = _texts(messages.collect_copy(tmp_path_factory.mktemp("messages") / "copy"))
    assert len(catalogue) > 800, "texts were collected"
    return catalogue


def test_every_text_has_an_english_form(texts: list[Text]) -> None:
    assert [text.sources[0] for text in texts if text.fuzzy or not all(text.english)] == []


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}|%[sd]", text))


def test_english_keeps_the_placeholders(texts: list[Text]) -> None:
    broken = [
        (text.sources[-1], english)
        for text in texts
        for english in text.english
        # A singular may leave out its number.
        if _placeholders(english) - _placeholders(text.sources[-1])
        or (english == text.english[-1] and _placeholders(english) != _placeholders(text.sources[-1]))
    ]
    assert broken == []


def test_no_japanese_is_left_in_english(texts: list[Text]) -> None:
    left = [text for text in texts if any(JAPANESE.search(english) for english in text.english)]
    assert [text.english for text in left if not any(shown in text.sources[0] for shown in SHOWS_INPUT)] == []


def test_importance_is_written_the_same_way_everywhere(texts: list[Text]) -> None:
    words = {"高(★★★)": "High (★★★)", "中(★★☆)": "Medium (★★☆)", "低(★☆☆)": "Low (★☆☆)"}
    for text in texts:
        for japanese, english in words.items():
            assert (japanese in text.sources[0]) == (english in text.english[0]), text
        if "重要度 " in text.sources[0] and "★" in text.sources[0]:
            assert "Importance: " in text.english[0], text


def _unmarked(template: str) -> str:
    """A template without its comments and translated parts."""
    for part in (
        r"\{#.*?#\}",
        r"\{% comment.*?endcomment %\}",
        r"\{% blocktrans(?:late)?\b[^%]*%\}.*?\{% endblocktrans(?:late)? %\}",
        r"\{% trans(?:late)? .*?%\}",
        r"_\((?:\"[^\"]*\"|'[^']*')\)",
    ):
        template = re.sub(part, "", template, flags=re.DOTALL)
    return template


def test_no_template_has_japanese_outside_a_translation() -> None:
    japanese = {
        str(path.relative_to(CHECKOUT)): JAPANESE.findall(_unmarked(path.read_text()))
        for path, _name in template_files()
        if path.suffix in {".html", ".txt"}
    }
    assert len(japanese) > 50
    assert {path: words for path, words in japanese.items() if words} == {}


def _loose_words(source: str) -> list[str]:
    """Japanese string constants that are neither marked for translation, nor documentation, nor under a "ja" key."""
    tree = ast.parse(source)
    fine: set[int] = set()
    for node in ast.walk(tree):
        kept: list[ast.AST] = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MARKS:
            kept = list(node.args)
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            kept = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "ja"]
        elif isinstance(node, ast.Expr):
            kept = [node.value]
        fine |= {id(part) for whole in kept for part in ast.walk(whole)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in fine and JAPANESE.search(node.value)
    ]


def test_no_code_has_japanese_outside_a_translation() -> None:
    rooms = ("alerts", "incidents", "insurance", "notifications", "otasuke", "outreach", "portal", "reports", "surveys")
    japanese = {}
    for room in (*rooms, "sensors", "surveys", "tenants"):
        for path in sorted(CHECKOUT.glob(f"{room}/**/*.py")):
            name = str(path.relative_to(CHECKOUT))
            if "/migrations/" not in name and "/management/" not in name and not name.startswith(BILINGUAL):
                japanese[name] = _loose_words(path.read_text())
    assert len(japanese) > 50
    assert {path: words for path, words in japanese.items() if words} == {}


def _reader(person: object | None = None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    if person is not None:
        client.force_login(person)  # type: ignore[arg-type]
    return client


def _all_english(client: Client, *paths: str) -> None:
    for path in paths:
        answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        assert '<html lang="en"' in page, path
        assert japanese_in(page) == [], path


def test_pages_for_everybody_are_in_english(cast: Cast) -> None:
    _all_english(_reader(), "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/")
    assert japanese_in(_reader().get("/there-is-no-such-page/").content.decode()) == []


def test_the_parts_shown_to_builders_are_in_english(cast: Cast) -> None:
    with translation.override("en"):
        assert japanese_in(render_to_string("components/showcase.html", showcase.showcase_context())) == []


def test_a_firms_pages_are_in_english(cast: Cast) -> None:
    cast_in_latin_letters(cast)
    sensor = cast.sakura_box.sensor
    empty = _reader(cast.hanako)
    _all_english(empty, "/", "/alerts/", "/reports/")
    scenes.box_seen(sensor)
    groups = {rule: scenes.group_make(sensor, rule) for rule in scenes.KINDS if rule != "outbound-malware-count"}
    _all_english(empty, "/")
    scenes.report_make(cast.sakura_dental.pk, date(2026, 10, 1))
    scenes.report_make(cast.sakura_dental.pk, date(2026, 9, 1), state="failed")
    scenes.mail_make(cast.sakura_dental.pk, "Subject of a mail")
    urgent = scenes.group_make(sensor, "outbound-malware-count", count=6, blocked=2)
    scenes.incident_make(urgent, number=3)
    client = _reader(cast.hanako)
    _all_english(client, "/", "/alerts/?grade=all&days=90", "/incidents/3/", "/reports/", f"/alerts/{urgent.pk}/")
    for rule, group in groups.items():
        page = client.get(f"/alerts/{group.pk}/").content.decode()
        assert [word for word in japanese_in(page) if word != "請求書"] == [], rule


def test_staff_pages_are_in_english(cast: Cast) -> None:
    cast_in_latin_letters(cast)
    sensor = cast.sakura_box.sensor
    case = scenes.incident_make(scenes.group_make(sensor, "outbound-malware-count"), number=3)
    first = scenes.task_make(case)
    silent = scenes.silence_make(cast.yamada_box.sensor)
    scenes.unreadable_make(sensor)
    scenes.failed_batch_make(sensor)
    paths = [f"/desk/tasks/{task.tenant_id}/{task.pk}/" for task in (first, silent)]
    _all_english(_reader(cast.agent), "/desk/", *paths, f"/desk/incidents/{case.tenant_id}/3/")
    _all_english(_reader(cast.analyst), "/soc/alerts/", "/soc/quarantine/", f"/desk/incidents/{case.tenant_id}/3/")
    _all_english(_reader(cast.clerk), "/")
    _all_english(_reader(cast.engineer), "/vendor/")


def test_the_pages_of_boxes_are_in_english(cast: Cast) -> None:
    cast_in_latin_letters(cast)
    sensor, now = cast.sakura_box.sensor, datetime.now(UTC)
    scenes.box_seen(sensor)
    with tenant_scope(sensor.tenant_id):
        sightings = [Sighting("da:1b:a9:01:02:03", now, now, "192.168.1.20")]
        devices_note(tenant_id=sensor.tenant_id, sensor_id=sensor.pk, sightings=sightings)
        device = Device.objects.get()
    client, answers = _reader(cast.hanako), "?line=unknown&wifi=router&below=routers"
    _all_english(client, "/boxes/devices/", f"/boxes/devices/{device.pk}/", "/boxes/guide/")
    client.post("/boxes/guide/consent/", {"agree": "yes"})
    _all_english(client, f"/boxes/guide/{answers}", "/boxes/guide/?line=router&wifi=router&below=none")
    box_page = f"/boxes/{sensor.tenant_id}/{sensor.pk}/"
    _all_english(_reader(cast.analyst), "/boxes/", box_page, "/boxes/names/", "/soc/suppressions/")
    _all_english(_reader(cast.agent), "/boxes/?show=way", box_page, "/boxes/new/")


def test_mails_to_who_reads_english_are_in_english(cast: Cast, close: Close) -> None:
    cast_in_latin_letters(cast)
    group_make(cast.sakura_box)
    group_make(cast.sakura_box, family="weak", rule="internal-weakness", grade=1, alert_count=1, blocked_count=0)
    high_group_make(cast.sakura_box, family="other", asset_key="b")
    groups_claim(now=HOUR + timedelta(minutes=41))
    digest_send_due(now=HOUR + timedelta(hours=1, minutes=1))
    close()
    with tenant_scope(cast.sakura_dental.pk):
        mails = list(OutboxMessage.objects.all())
    assert {mail.kind for mail in mails} >= {"digest", "incident", "report"}
    for mail in mails:
        assert mail.subject.startswith("[Sakura Dental] ")
        assert [japanese_in(words) for words in (mail.subject, mail.text, mail.html)] == [[], [], []], mail.kind


def test_the_report_is_in_english(cast: Cast, close: Close) -> None:
    cast_in_latin_letters(cast)
    records.box_seen(cast.sakura_box, NOVEMBER.start + timedelta(days=1), NOVEMBER.end)
    at = NOVEMBER.start + timedelta(days=3)
    for direction in ("inbound", "outbound", "internal", "unknown"):
        records.alerts_make(cast.sakura_box, at, count=2, direction=direction, grade=1)
    records.alerts_make(cast.sakura_box, at, direction="outbound", grade=3, notify="at_once", blocked=False)
    records.incident_make(cast.sakura_box, at)
    records.traffic_make(cast.sakura_box, at, at + timedelta(hours=1), 5_000_000)
    close(DECEMBER_FIRST)
    for firm in (cast.sakura_dental, cast.yamada_works):
        with tenant_scope(firm.pk):
            figures = MonthlyReport.objects.get().figures
        assert japanese_in(report_html(figures | {"language": "en"})) == []


def test_a_reader_of_japanese_still_gets_japanese(cast: Cast) -> None:
    page = Client(headers={"Accept-Language": "ja"}).get("/accounts/login/").content.decode()
    assert "ログインする" in page
