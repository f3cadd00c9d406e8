"""A lively day for the cast: enough of everything that each page has something to show."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from tenants.models import Organisation
from tests.factories import Cast
from tests.portal import scenes


def busy_day(cast: Cast) -> None:
    """さくら歯科: an open ★★★ incident, notices, reports, mails. 山田製作所: a silent box and a delivered virus."""
    Organisation.objects.using("owner").filter(pk=cast.sakura_dental.pk).update(
        phone="075-000-0101", municipality="若葉市"
    )
    Organisation.objects.using("owner").filter(pk=cast.yamada_works.pk).update(
        phone="06-0000-0202", municipality="青空市"
    )
    now = timezone.now()
    box = cast.sakura_box.sensor
    scenes.box_seen(box)
    callback = scenes.group_make(box, "outbound-malware-count", at=now - timedelta(minutes=9), count=7)
    scenes.group_make(box, "outbound-malware", at=now - timedelta(days=2), count=2)
    scenes.group_make(box, "web-guard", at=now - timedelta(hours=5), count=2)
    delivered = scenes.group_make(box, "virus-delivered", at=now - timedelta(days=12), count=1)
    scenes.group_make(box, "virus-blocked", at=now - timedelta(days=11), count=1)
    scenes.group_make(box, "internal-weakness", at=now - timedelta(days=1, hours=3), count=4)
    for day in range(1, 28):
        at = now - timedelta(days=day, hours=day % 7)
        scenes.group_make(box, "inbound-blocked", at=at, count=30 + day, family=f"scan/{day}")
        scenes.group_make(
            box, "web-guard", at=at, count=1 + day % 3, peer=f"shop{day}.example.test", family=f"wg/{day}"
        )
    incident = scenes.incident_make(callback, number=2)
    scenes.task_make(incident)
    scenes.incident_make(delivered, number=1, state="watching")
    for month in (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)):
        scenes.report_make(cast.sakura_dental.pk, month)
    scenes.mail_make(
        cast.sakura_dental.pk, "【さくら歯科】重要度 高(★★★) 至急ご確認ください", now - timedelta(minutes=8)
    )
    scenes.mail_make(
        cast.sakura_dental.pk, "【さくら歯科】重要度 中(★★☆) お知らせのまとめ(2件)", now - timedelta(hours=4)
    )
    other = cast.yamada_box.sensor
    scenes.silence_make(other)
    file = scenes.group_make(other, "virus-delivered", at=now - timedelta(hours=6), count=1)
    scenes.task_make(scenes.incident_make(file), due_in=timedelta(hours=4))
    scenes.unreadable_make(other)
    scenes.unreadable_make(other, head="\\x00\\x00\\x00 <html>not an event</html>", reason="not_an_object")
    scenes.failed_batch_make(other)
