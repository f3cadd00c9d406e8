"""How much work waits, and since when, over all firms: for the operator. Numbers and times, nothing of a firm."""

from django.db import migrations

from tenants.tenancy import rls

WAITING_WORK = """
SELECT 'batch', count(*), min(b.received_at) FROM alerts_inboxbatch b WHERE b.processed_at IS NULL AND b.attempts < 8
UNION ALL
SELECT 'batch_aside', count(*), min(b.received_at) FROM alerts_inboxbatch b
 WHERE b.processed_at IS NULL AND b.attempts >= 8
UNION ALL
SELECT 'detection', count(*), min(g.last_at) FROM alerts_alertgroup g
 WHERE g.triaged_at IS NULL
   AND (g.notify = 'at_once' OR (g.function = 'av' AND g.direction = 'inbound' AND g.blocked_count < g.alert_count))
UNION ALL
SELECT 'mail', count(*), min(m.due_at) FROM notifications_outboxmessage m WHERE m.state = 'waiting' AND m.due_at <= now()
UNION ALL
SELECT 'account_mail', count(*), min(m.due_at) FROM notifications_accountmail m
 WHERE m.state = 'waiting' AND m.due_at <= now()
UNION ALL
SELECT 'desk_mail', count(*), min(m.taken_at) FROM incidents_deskmail m WHERE m.state = 'waiting'
UNION ALL
SELECT 'attention', count(*), min(a.opened_at) FROM notifications_attention a
 WHERE a.taken_at IS NULL AND a.closed_at IS NULL
UNION ALL
SELECT 'report', count(*), min(coalesce(r.not_before, r.created_at)) FROM reports_monthlyreport r
 WHERE r.state <> 'ready' AND (r.not_before IS NULL OR r.not_before <= now())
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0013_bounded_lists"),
        ("reports", "0014_what_was_done"),
        ("alerts", "0008_judgements"),
        ("incidents", "0082_promoted_incidents"),
        ("notifications", "0036_pulses"),
    ]

    operations = [
        rls.definer_function(
            "waiting_work()",
            "TABLE (kind text, how_many bigint, since timestamptz)",
            WAITING_WORK,
            volatility="STABLE",
        )
    ]
