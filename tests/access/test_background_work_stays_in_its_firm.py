"""What tasks write for a firm, mails and papers included, says nothing of another firm."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone
from typing import Any

from django.db import connection
from pypdf import PdfReader

from incidents.core import triage
from portal.due import due_run
from reports.services import reports_make
from tenants.tenancy.scope import tenant_scope
from tests.access.world import FIRMS, MARKS, World, superuser
from tests.portal import scenes

JST = timezone(timedelta(hours=9))


def _prepare(world: World) -> None:
    from sensors.models import Sensor

    for name in FIRMS:
        with tenant_scope(world.firms[name]):
            sensor = Sensor.objects.get(pk=world.things[name]["sensor"])
        for rule, family in (("outbound-malware-count", "a"), ("web-guard", "b")):
            mark = MARKS[name]
            at = datetime.now(JST) - timedelta(hours=3)
            fields: dict[str, Any] = {"peer": f"{mark.lower()}.test", "category": mark, "signature": mark}
            scenes.group_make(sensor, rule, at=at, family=f"{mark}/{family}", asset_mac="", **fields)


def test_mails_and_reports_of_a_firm_carry_its_own_data_only(world: World) -> None:
    """The whole round of background work, committed; the world of the other tests keeps its own numbers."""
    _prepare(world)
    triage.groups_claim(now=datetime.now(JST))
    triage.desk_tasks_open(now=datetime.now(JST))
    due_run(now=datetime.now(JST) + timedelta(days=40))
    reports_make()
    server = superuser()
    seen = set()
    with server, server.cursor() as cursor:
        cursor.execute('SELECT tenant_id, kind, "to" || subject || text || html FROM notifications_outboxmessage')
        mails = cursor.fetchall()
        cursor.execute("SELECT tenant_id, figures::text, pdf FROM reports_monthlyreport WHERE length(pdf) > 100")
        reports = cursor.fetchall()
        cursor.execute("SELECT tenant_id, opened_reason || family || asset_key FROM incidents_incident")
        incidents = cursor.fetchall()
    server.close()
    for name, firm in world.firms.items():
        others = [mark for other, mark in MARKS.items() if other != name]
        papers = [figures + _text(bytes(pdf)) for tenant, figures, pdf in reports if tenant == firm]
        texts = [text for tenant, _kind, text in mails if tenant == firm]
        texts += [text for tenant, text in incidents if tenant == firm] + papers
        assert papers, "no report was made"
        assert any(MARKS[name] in text for text in papers)
        for text in texts:
            assert not [mark for mark in others if mark in text or mark.lower() in text]
        seen |= {kind for tenant, kind, _text_ in mails if tenant == firm}
    assert {"incident", "digest"} <= seen
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notifications_outboxmessage")
        assert cursor.fetchone() == (0,)


def _text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
