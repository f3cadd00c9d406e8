"""Alerts, groups and the inbox. Two tables are partitioned by month, which Django cannot declare itself."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls


# An alert's group carries the firm and the box, so one reference keeps an alert inside its firm. The box compresses
# a batch's body itself.
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
    rule_set varchar(20) NOT NULL,
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
    retry_at timestamptz,
    outcome jsonb NOT NULL,
    PRIMARY KEY (tenant_id, sensor_id, batch_id),
    CONSTRAINT alerts_inboxbatch_sensor_same_firm FOREIGN KEY (tenant_id, sensor_id)
        REFERENCES sensors_sensor (tenant_id, id)
) PARTITION BY RANGE (batch_id);
ALTER TABLE alerts_inboxbatch ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX alerts_inboxbatch_queue ON alerts_inboxbatch (tenant_id, sensor_id, epoch, first_seq)
    WHERE processed_at IS NULL;
CREATE INDEX alerts_inboxbatch_positions ON alerts_inboxbatch (tenant_id, sensor_id, epoch, first_seq);
CREATE TABLE alerts_inboxbatch_default PARTITION OF alerts_inboxbatch DEFAULT;
"""


class Migration(migrations.Migration):

    initial = True

    # Whoever has the last migration of the former history has it all.
    replaces = [("alerts", "0011_bounded_doors")]

    dependencies = [
        ('sensors', '0001_tables'),
        ('tenants', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AlertGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.DateTimeField()),
                ('function', models.CharField(choices=[('ips', '不正侵入対策'), ('av', 'ウイルス対策'), ('wg', '危険サイト対策'), ('uf', 'サイト分類'), ('apg', 'アプリの利用')], max_length=8)),
                ('direction', models.CharField(choices=[('inbound', '外部からの攻撃'), ('outbound', '外部への不正通信'), ('internal', '内部の弱点'), ('external', '外部どうし'), ('unknown', '向きが分からない')], max_length=8)),
                ('family', models.CharField(max_length=160)),
                ('asset_key', models.CharField(max_length=64)),
                ('asset_ip', models.GenericIPAddressField(null=True)),
                ('asset_mac', models.CharField(blank=True, max_length=17)),
                ('signature', models.CharField(max_length=300)),
                ('signature_id', models.BigIntegerField(null=True)),
                ('category', models.CharField(blank=True, max_length=120)),
                ('peer', models.CharField(blank=True, max_length=255)),
                ('grade', models.PositiveSmallIntegerField(choices=[(0, '記録のみ'), (1, '低'), (2, '中'), (3, '高')])),
                ('notify', models.CharField(choices=[('none', 'メールしない'), ('digest', '1時間ごとのまとめ'), ('at_once', 'すぐに')], max_length=8)),
                ('rule', models.CharField(max_length=60)),
                ('alert_count', models.PositiveIntegerField()),
                ('blocked_count', models.PositiveIntegerField()),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('digest_key', models.CharField(blank=True, max_length=120)),
                ('told_count', models.PositiveIntegerField(default=0)),
                ('told_blocked', models.PositiveIntegerField(default=0)),
                ('triaged_at', models.DateTimeField(null=True)),
                ('sensor', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'hour', 'function', 'direction', 'family', 'asset_key'), name='alert_group_once')],
                'indexes': [
                    models.Index(fields=['tenant', '-last_at'], name='alert_group_newest'),
                    models.Index(condition=models.Q(('digest_key', ''), ('notify', 'digest')), fields=['hour'], name='alert_group_digest'),
                    models.Index(condition=models.Q(('notify', 'none'), _negated=True), fields=['tenant', 'family', 'asset_key'], name='alert_group_kin'),
                    models.Index(condition=models.Q(('grade__gte', 2)), fields=['tenant', 'hour'], name='alert_group_question'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AlertJudgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('harmless', '害はない'), ('false_positive', '誤った検知'), ('dealt_with', '対応が済んだ'), ('open_again', 'まだ確認が必要')], max_length=16, verbose_name='判断')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('grade', models.PositiveSmallIntegerField(choices=[(0, '記録のみ'), (1, '低'), (2, '中'), (3, '高')])),
                ('judged_at', models.DateTimeField()),
                ('group', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='alerts.alertgroup')),
                ('judged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '検知の判断',
                'indexes': [models.Index(fields=['tenant', 'group', '-judged_at'], name='judgement_newest')],
            },
        ),
        migrations.CreateModel(
            name='CallbackCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device', models.CharField(max_length=64)),
                ('family', models.CharField(max_length=160)),
                ('recent', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), default=list, size=None)),
                ('families', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=160), default=list, size=None)),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'device', 'family'), name='callback_count_once')],
            },
        ),
        migrations.CreateModel(
            name='QuarantinedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch_id', models.UUIDField()),
                ('epoch', models.PositiveIntegerField()),
                ('seq', models.PositiveBigIntegerField()),
                ('received_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=40)),
                ('detail', models.CharField(max_length=300)),
                ('head', models.CharField(max_length=512)),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'epoch', 'seq'), name='quarantined_line_once')],
            },
        ),
        migrations.CreateModel(
            name='TrafficAggregate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('epoch', models.PositiveIntegerField()),
                ('seq', models.PositiveBigIntegerField()),
                ('period_from', models.DateTimeField()),
                ('period_to', models.DateTimeField()),
                ('values', models.JSONField()),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'epoch', 'seq'), name='traffic_aggregate_once')],
            },
        ),
        migrations.CreateModel(
            name='UnexaminedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('epoch', models.PositiveIntegerField()),
                ('seq', models.PositiveBigIntegerField()),
                ('at', models.DateTimeField(verbose_name='日時')),
                ('time_trusted', models.BooleanField(default=True)),
                ('reason', models.CharField(max_length=16, verbose_name='理由')),
                ('file_name', models.CharField(blank=True, max_length=255, verbose_name='ファイル名')),
                ('file_sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveBigIntegerField(null=True)),
                ('to_inside', models.BooleanField()),
                ('host', models.CharField(blank=True, max_length=255, verbose_name='取得元')),
                ('mail_subject', models.CharField(blank=True, max_length=255)),
                ('asset_ip', models.GenericIPAddressField(null=True)),
                ('asset_mac', models.CharField(blank=True, max_length=17)),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '調べられなかったファイル',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'epoch', 'seq'), name='unexamined_file_once')],
                'indexes': [models.Index(fields=['tenant', '-at'], name='unexamined_newest')],
            },
        ),
        rls.referable("alerts_alertgroup"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLES, "DROP TABLE alerts_alert, alerts_inboxbatch;")],
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
                        ('direction', models.CharField(choices=[('inbound', '外部からの攻撃'), ('outbound', '外部への不正通信'), ('internal', '内部の弱点'), ('external', '外部どうし'), ('unknown', '向きが分からない')], max_length=8)),
                        ('grade', models.PositiveSmallIntegerField(choices=[(0, '記録のみ'), (1, '低'), (2, '中'), (3, '高')])),
                        ('notify', models.CharField(choices=[('none', 'メールしない'), ('digest', '1時間ごとのまとめ'), ('at_once', 'すぐに')], max_length=8)),
                        ('blocked', models.BooleanField()),
                        ('rule', models.CharField(max_length=60)),
                        ('rule_set', models.CharField(max_length=20)),
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
                        ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                        ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                        ('group', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='alerts.alertgroup')),
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
                        ('retry_at', models.DateTimeField(null=True)),
                        ('outcome', models.JSONField(default=dict)),
                        ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                        ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                    ],
                    options={
                        'db_table': 'alerts_inboxbatch',
                    },
                ),
            ],
        ),
        rls.same_firm_reference("alerts_alertgroup", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("alerts_alertjudgement", "group_id", "alerts_alertgroup"),
        rls.same_firm_reference("alerts_callbackcount", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("alerts_quarantinedline", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("alerts_trafficaggregate", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("alerts_unexaminedfile", "sensor_id", "sensors_sensor"),
        migrations.RunSQL(
            "ALTER TABLE alerts_callbackcount ALTER COLUMN families SET DEFAULT '{}'",
            "ALTER TABLE alerts_callbackcount ALTER COLUMN families DROP DEFAULT",
        ),
        migrations.RunSQL(
            "CREATE INDEX alert_group_policy ON alerts_alertgroup (tenant_id, last_at) WHERE triaged_at IS NULL "
            "AND grade = 2 AND notify = 'digest'",
            "DROP INDEX alert_group_policy",
        ),
        migrations.RunSQL(
            "CREATE INDEX alert_group_untriaged ON alerts_alertgroup (tenant_id, id) WHERE triaged_at IS NULL "
            "AND (notify = 'at_once' OR (function = 'av' AND direction = 'inbound' AND blocked_count < "
            "alert_count))",
            "DROP INDEX alert_group_untriaged",
        ),
    ]
