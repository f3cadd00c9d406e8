"""After a scan the device is watched: the alert stopped, or it came again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.models import AlertGroup
from incidents.core.selectors import watched_incident
from incidents.core.triage import groups_claim
from incidents.jobsheet.watches import watches_follow
from incidents.models import Incident, IncidentEvent, Watch
from tenants.models import ProgrammeSettings
from tenants.tenancy.scope import tenant_scope
from tests.factories import OWNER, Cast
from tests.incidents.jobsheets import Phone, logged_in, phone_make
from tests.portal import scenes
from tests.portal.pages import text_of

DAY = timedelta(days=1)


@pytest.fixture
def phone(cast: Cast) -> Phone:
    """A quick scan found nothing; the job is reported."""
    made = phone_make(cast)
    made.write("start", kind="work")
    made.write("stop")
    scan = {"device": "受付のPC", "tool": "Defender", "extent": "quick", "os_supported": "yes", "found": 0}
    made.write("scan", definitions=datetime.now(UTC).date().isoformat(), **scan)
    assert watches_follow(now=datetime.now(UTC)) == 0  # nothing is reported yet
    made.report(result="ウイルスは見つかりませんでした。")
    return made


def _watch(phone: Phone) -> Watch:
    with tenant_scope(phone.job.tenant_id):
        watch: Watch = Watch.objects.get()
    return watch


def _events(phone: Phone) -> list[str]:
    with tenant_scope(phone.job.tenant_id):
        return list(IncidentEvent.objects.filter(code__startswith="watch").values_list("code", flat=True))


def _page(phone: Phone, cast: Cast) -> str:
    return text_of(logged_in(cast.hanako).get(phone.path("report/read/")).content.decode())


def test_a_weak_scan_is_watched_thirty_days_and_silence_is_said_with_its_last_alert(phone: Phone, cast: Cast) -> None:
    now = datetime.now(UTC)
    assert watches_follow(now=now) == 1
    watch = _watch(phone)
    assert phone.incident is not None
    assert (watch.asset_key, watch.family, watch.rating) == (phone.incident.asset_key, phone.incident.family, "weak")
    assert watch.until - watch.opened_at == 30 * DAY
    assert watch.stopped_at is not None
    assert "を最後に止まっています" in _page(phone, cast)
    assert watches_follow(now=now + 29 * DAY) == 0
    assert watches_follow(now=watch.until) == 1
    assert _watch(phone).state == "quiet"
    assert "同じ検知は起きませんでした" in _page(phone, cast)
    assert _events(phone) == ["watch_opened", "watch_quiet"]
    assert watches_follow(now=watch.until + DAY) == 0


def test_the_same_alert_on_the_same_device_is_a_recurrence_of_that_incident(phone: Phone, cast: Cast) -> None:
    now = datetime.now(UTC)
    watches_follow(now=now)
    assert phone.incident is not None
    device = {"asset_key": phone.incident.asset_key, "family": phone.incident.family}
    with tenant_scope(phone.job.tenant_id):
        assert watched_incident(tenant_id=phone.job.tenant_id, **device, at=now + DAY) == phone.incident.pk
        assert watched_incident(tenant_id=phone.job.tenant_id, **device, at=now + 31 * DAY) is None
        other = device | {"family": "another"}
        assert watched_incident(tenant_id=phone.job.tenant_id, **other, at=now + DAY) is None
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", at=now + DAY)
    assert watches_follow(now=now + DAY) == 1
    assert _watch(phone).state == "recurred"
    assert "同じ検知がまた起きました" in _page(phone, cast)


def _closed_early(phone: Phone, cast: Cast, now: datetime) -> Incident:
    """The programme opens nothing again after three days; the desk has closed the incident."""
    ProgrammeSettings.objects.using(OWNER).create(
        programme_id=cast.programme.pk, version=1, effective_from=now - DAY, values={"reopen_days": 3}, reason="方針"
    )
    assert phone.incident is not None
    with tenant_scope(phone.job.tenant_id):
        AlertGroup.objects.update(triaged_at=now)
        Incident.objects.update(state="closed", closed_at=now)
    return phone.incident


def _incidents(phone: Phone) -> list[tuple[int, str]]:
    with tenant_scope(phone.job.tenant_id):
        return list(Incident.objects.order_by("number").values_list("pk", "state"))


@pytest.mark.parametrize("ended_before", [False, True])
def test_what_comes_back_while_the_scan_is_watched_opens_that_incident_again(
    phone: Phone, cast: Cast, *, ended_before: bool
) -> None:
    now = datetime.now(UTC)
    watches_follow(now=now)
    first = _closed_early(phone, cast, now)
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", at=now + 20 * DAY)
    if ended_before:  # the watch is looked at in a run of its own, before or after incidents take their groups
        assert watches_follow(now=now + 20 * DAY) == 1
    groups_claim(now=now + 20 * DAY)
    assert _incidents(phone) == [(first.pk, "open")]


def test_a_weaker_sign_of_the_same_opens_it_again_too(phone: Phone, cast: Cast) -> None:
    now = datetime.now(UTC)
    watches_follow(now=now)
    first = _closed_early(phone, cast, now)
    family = first.family
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=now + 20 * DAY, family=family)
    groups_claim(now=now + 20 * DAY)
    assert _incidents(phone) == [(first.pk, "open")]


def test_after_the_watch_it_is_a_new_incident(phone: Phone, cast: Cast) -> None:
    now = datetime.now(UTC)
    watches_follow(now=now)
    first = _closed_early(phone, cast, now)
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", at=now + 31 * DAY)
    groups_claim(now=now + 31 * DAY)
    assert [state for _pk, state in _incidents(phone)] == ["closed", "open"]
    assert _incidents(phone)[0][0] == first.pk


def test_another_device_or_another_firm_is_no_recurrence(phone: Phone, cast: Cast) -> None:
    now = datetime.now(UTC)
    watches_follow(now=now)
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", at=now + DAY, asset_ip="192.168.1.99")
    scenes.group_make(cast.yamada_box.sensor, "outbound-malware-count", at=now + DAY)
    assert watches_follow(now=now + DAY) == 0
    assert _watch(phone).state == "running"


def test_a_scan_that_was_struck_out_opens_no_watch(cast: Cast) -> None:
    phone = phone_make(cast)
    phone.write("start", kind="work")
    phone.write("stop")
    scan = {"device": "PC", "tool": "Defender", "extent": "full", "os_supported": "yes", "found": 0}
    phone.write("scan", **scan)
    from incidents.models import SheetRecord

    with tenant_scope(phone.job.tenant_id):
        record = SheetRecord.objects.get()
    phone.write("strike", record_id=record.pk, reason="別の機器でした")
    phone.report()
    assert watches_follow(now=datetime.now(UTC)) == 0
