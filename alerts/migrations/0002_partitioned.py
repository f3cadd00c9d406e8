"""Alerts and the inbox: tables partitioned by month, which Django cannot declare itself."""

import django.db.models.deletion
from django.db import migrations, models

from tenants.tenancy import rls

TABLES = """
CREATE TABLE alerts_alert (
    tenant_id bigint NOT NULL,
    event_time timestamptz NOT NULL,
    sensor_id bigint NOT NULL,
    epoch integer NOT NULL,
    seq bigint NOT NULL,
    batch_id uuid NOT NULL,
    group_id bigint NOT NULL,
    time_trusted boolean NOT NULL,
    function varchar(8) NOT NULL,
    direction varchar(8) NOT NULL,
    grade smallint NOT NULL CHECK (grade BETWEEN 0 AND 3),
    notify varchar(8) NOT NULL,
    blocked boolean NOT NULL,
    rule varchar(60) NOT NULL,
    rule_set integer NOT NULL,
    signature_id bigint,
    gid integer,
    rev integer,
    signature varchar(300) NOT NULL,
    category varchar(120) NOT NULL,
    severity smallint,
    flow_id bigint,
    src_ip inet,
    src_port integer,
    dest_ip inet,
    dest_port integer,
    proto varchar(16) NOT NULL,
    app_proto varchar(24) NOT NULL,
    asset_ip inet,
    asset_mac varchar(17) NOT NULL,
    host varchar(255) NOT NULL,
    url varchar(512) NOT NULL,
    file_name varchar(255) NOT NULL,
    file_sha256 varchar(64) NOT NULL,
    mail_subject varchar(255) NOT NULL,
    PRIMARY KEY (tenant_id, event_time, sensor_id, epoch, seq),
    -- The group carries the firm and the box, so this one reference keeps an alert inside its firm.
    CONSTRAINT alerts_alert_group_same_firm FOREIGN KEY (tenant_id, group_id)
        REFERENCES alerts_alertgroup (tenant_id, id)
) PARTITION BY RANGE (event_time);
CREATE INDEX alerts_alert_by_group ON alerts_alert (tenant_id, group_id, event_time DESC);
CREATE TABLE alerts_alert_default PARTITION OF alerts_alert DEFAULT;

CREATE TABLE alerts_inboxbatch (
    tenant_id bigint NOT NULL,
    sensor_id bigint NOT NULL,
    batch_id uuid NOT NULL,
    epoch integer NOT NULL,
    first_seq bigint NOT NULL,
    line_count integer NOT NULL,
    content_sha256 bytea NOT NULL,
    encoding varchar(8) NOT NULL,
    body bytea NOT NULL,
    clock_offset_ms bigint NOT NULL,
    received_at timestamptz NOT NULL,
    processed_at timestamptz,
    attempts smallint NOT NULL,
    error varchar(300) NOT NULL,
    PRIMARY KEY (tenant_id, sensor_id, batch_id),
    CONSTRAINT alerts_inboxbatch_sensor_same_firm FOREIGN KEY (tenant_id, sensor_id)
        REFERENCES sensors_sensor (tenant_id, id)
) PARTITION BY RANGE (batch_id);
-- The body is compressed by the box already.
ALTER TABLE alerts_inboxbatch ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX alerts_inboxbatch_waiting ON alerts_inboxbatch (received_at) WHERE processed_at IS NULL;
CREATE TABLE alerts_inboxbatch_default PARTITION OF alerts_inboxbatch DEFAULT;
"""

# Months are JST months. A UUIDv7 begins with its time in milliseconds, so uuid order is time order.
PARTITIONS = """
CREATE FUNCTION sec.uuid7_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $body$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$body$;

CREATE FUNCTION sec.ensure_partitions(first_day date, last_day date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
  month date := date_trunc('month', first_day);
  starts timestamptz; ends timestamptz; made integer := 0; child text;
BEGIN
  IF last_day > first_day + interval '5 years' THEN RAISE EXCEPTION 'more than five years of partitions asked for'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('sec.ensure_partitions'));
  WHILE month <= last_day LOOP
    starts := month::timestamp AT TIME ZONE 'Asia/Tokyo';
    ends := (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Tokyo';
    child := 'alerts_alert_' || to_char(month, 'YYYYMM');
    IF to_regclass('public.' || child) IS NULL THEN
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.alerts_alert FOR VALUES FROM (%L) TO (%L)', child, starts, ends);
      EXECUTE format('REVOKE ALL ON public.%I FROM otasuke_app, sec_definer', child);
      made := made + 1;
    END IF;
    child := 'alerts_inboxbatch_' || to_char(month, 'YYYYMM');
    IF to_regclass('public.' || child) IS NULL THEN
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.alerts_inboxbatch FOR VALUES FROM (%L) TO (%L)',
                     child, sec.uuid7_floor(starts), sec.uuid7_floor(ends));
      EXECUTE format('REVOKE ALL ON public.%I FROM otasuke_app, sec_definer', child);
      made := made + 1;
    END IF;
    month := (month + interval '1 month')::date;
  END LOOP;
  RETURN made;
END $body$;
REVOKE ALL ON FUNCTION sec.ensure_partitions(date, date), sec.uuid7_floor(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.ensure_partitions(date, date) TO otasuke_app, otasuke_maintenance;
REVOKE ALL ON alerts_alert_default, alerts_inboxbatch_default FROM otasuke_app, sec_definer;
SELECT sec.ensure_partitions((now() - interval '2 months')::date, (now() + interval '3 months')::date);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0001_initial"),
        ("sensors", "0002_row_level_security"),
        ("tenants", "0002_row_level_security"),
    ]

    operations = [
        rls.referable("alerts_alertgroup"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(TABLES, "DROP TABLE alerts_alert, alerts_inboxbatch;"),
                migrations.RunSQL(
                    PARTITIONS,
                    "DROP FUNCTION sec.ensure_partitions(date, date); DROP FUNCTION sec.uuid7_floor(timestamptz);",
                ),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='Alert',
                    fields=[
                        ('pk', models.CompositePrimaryKey('tenant_id', 'event_time', 'sensor_id', 'epoch', 'seq', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('event_time', models.DateTimeField()),
                        ('epoch', models.PositiveIntegerField()),
                        ('seq', models.PositiveBigIntegerField()),
                        ('batch_id', models.UUIDField()),
                        ('time_trusted', models.BooleanField(default=True)),
                        ('function', models.CharField(choices=[('ips', '不正侵入対策'), ('av', 'ウイルス対策'), ('wg', '危険サイト対策'), ('uf', 'サイト分類'), ('apg', 'アプリの利用')], max_length=8)),
                        ('direction', models.CharField(choices=[('inbound', '外部からの攻撃'), ('outbound', '外部への不正通信'), ('internal', '内部の弱点')], max_length=8)),
                        ('grade', models.PositiveSmallIntegerField(choices=[(0, '記録のみ'), (1, '低'), (2, '中'), (3, '高')])),
                        ('notify', models.CharField(choices=[('none', 'メールしない'), ('digest', '1時間ごとのまとめ'), ('at_once', 'すぐに')], max_length=8)),
                        ('blocked', models.BooleanField()),
                        ('rule', models.CharField(max_length=60)),
                        ('rule_set', models.PositiveIntegerField()),
                        ('signature_id', models.BigIntegerField(null=True)),
                        ('gid', models.IntegerField(null=True)),
                        ('rev', models.IntegerField(null=True)),
                        ('signature', models.CharField(max_length=300)),
                        ('category', models.CharField(max_length=120)),
                        ('severity', models.SmallIntegerField(null=True)),
                        ('flow_id', models.BigIntegerField(null=True)),
                        ('src_ip', models.GenericIPAddressField(null=True)),
                        ('src_port', models.IntegerField(null=True)),
                        ('dest_ip', models.GenericIPAddressField(null=True)),
                        ('dest_port', models.IntegerField(null=True)),
                        ('proto', models.CharField(max_length=16)),
                        ('app_proto', models.CharField(max_length=24)),
                        ('asset_ip', models.GenericIPAddressField(null=True)),
                        ('asset_mac', models.CharField(max_length=17)),
                        ('host', models.CharField(max_length=255)),
                        ('url', models.CharField(max_length=512)),
                        ('file_name', models.CharField(max_length=255)),
                        ('file_sha256', models.CharField(max_length=64)),
                        ('mail_subject', models.CharField(max_length=255)),
                        ('group', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='alerts.alertgroup')),
                        ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                        ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                    ],
                    options={
                        'db_table': 'alerts_alert',
                    },
                ),
                migrations.CreateModel(
                    name='InboxBatch',
                    fields=[
                        ('pk', models.CompositePrimaryKey('tenant_id', 'sensor_id', 'batch_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('batch_id', models.UUIDField()),
                        ('epoch', models.PositiveIntegerField()),
                        ('first_seq', models.PositiveBigIntegerField()),
                        ('line_count', models.PositiveIntegerField()),
                        ('content_sha256', models.BinaryField(max_length=32)),
                        ('encoding', models.CharField(max_length=8)),
                        ('body', models.BinaryField()),
                        ('clock_offset_ms', models.BigIntegerField()),
                        ('received_at', models.DateTimeField()),
                        ('processed_at', models.DateTimeField(null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('error', models.CharField(blank=True, max_length=300)),
                        ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                        ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                    ],
                    options={
                        'db_table': 'alerts_inboxbatch',
                    },
                ),
            ],
        ),
    ]
