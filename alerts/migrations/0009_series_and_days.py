"""Groups are added up to series and days as they are written; alerts keep the mail's date and the program's name."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from base.sql_files import SqlFile
from tenants.tenancy import rls

FUNCTIONS = [('ips', '不正侵入対策'), ('av', 'ウイルス対策'), ('wg', '危険サイト対策'), ('uf', 'サイト分類'), ('apg', 'アプリの利用')]
DIRECTIONS = [('inbound', '外部からの攻撃'), ('outbound', '外部への不正通信'), ('internal', '内部の弱点'), ('external', '外部どうし'), ('unknown', '向きが分からない')]
GRADES = [(0, '記録のみ'), (1, '低'), (2, '中'), (3, '高')]

# What was there before the triggers.
SERIES = """
INSERT INTO alerts_alertseries (tenant_id, sensor_id, function, direction, threat_key, asset_key, grade, alert_count,
  blocked_count, first_at, last_at, medium_at, high_at, last_hour, newest_group)
SELECT g.tenant_id, g.sensor_id, g.function, g.direction, g.threat_key, g.asset_key, max(g.grade), sum(g.alert_count),
       sum(g.blocked_count), min(g.first_at), max(g.last_at), max(g.last_at) FILTER (WHERE g.grade >= 2),
       max(g.last_at) FILTER (WHERE g.grade >= 3), max(g.hour), (array_agg(g.id ORDER BY g.last_at DESC, g.id DESC))[1]
  FROM alerts_alertgroup g WHERE g.grade >= 1
 GROUP BY g.tenant_id, g.sensor_id, g.function, g.direction, g.threat_key, g.asset_key
"""
DAYS = """
INSERT INTO alerts_noticeday (tenant_id, day, function, direction, grade, notices, mailed, alerts, blocked)
SELECT g.tenant_id, (g.last_at AT TIME ZONE 'Asia/Tokyo')::date, g.function, g.direction, g.grade, count(*),
       count(*) FILTER (WHERE g.notify <> 'none'), sum(g.alert_count), sum(g.blocked_count)
  FROM alerts_alertgroup g GROUP BY 1, 2, 3, 4, 5
"""
# A series changes with every batch that adds to it: room on its page for the row's next version.
ROOM = "ALTER TABLE {table} SET (fillfactor = 60)"
NO_ROOM = "ALTER TABLE {table} RESET (fillfactor)"


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0008_judges_sign_as_what_they_are'),
        ('sensors', '0004_boxes_behind_are_found_by_an_index'),
        ('tenants', '0005_no_lists_of_firms'),
    ]

    operations = [
        migrations.AddField(
            model_name='alert',
            name='app_name',
            field=models.CharField(db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='alert',
            name='mail_date',
            field=models.CharField(db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='alertgroup',
            name='threat_key',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('function', 'wg'), models.Q(('peer', ''), _negated=True)), then=django.db.models.functions.text.Concat(models.Value('site:'), models.F('peer'))), default=models.F('family'), output_field=models.TextField()), output_field=models.TextField()),
        ),
        migrations.AddIndex(
            model_name='alertgroup',
            index=models.Index(condition=models.Q(('grade__gte', 1)), fields=['tenant', 'asset_key', 'threat_key', '-last_at'], name='alert_group_of_series'),
        ),
        migrations.CreateModel(
            name='AlertSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('function', models.CharField(choices=FUNCTIONS, max_length=8)),
                ('direction', models.CharField(choices=DIRECTIONS, max_length=8)),
                ('threat_key', models.TextField()),
                ('asset_key', models.CharField(max_length=64)),
                ('grade', models.PositiveSmallIntegerField(choices=GRADES)),
                ('alert_count', models.BigIntegerField()),
                ('blocked_count', models.BigIntegerField()),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('medium_at', models.DateTimeField(null=True)),
                ('high_at', models.DateTimeField(null=True)),
                ('last_hour', models.DateTimeField()),
                ('newest_group', models.BigIntegerField()),
                ('sensor', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.sensor')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', '-last_hour'], name='alert_series_newest')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'function', 'direction', 'threat_key', 'asset_key'), name='alert_series_once')],
            },
        ),
        migrations.CreateModel(
            name='NoticeDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('function', models.CharField(choices=FUNCTIONS, max_length=8)),
                ('direction', models.CharField(choices=DIRECTIONS, max_length=8)),
                ('grade', models.PositiveSmallIntegerField(choices=GRADES)),
                ('notices', models.IntegerField()),
                ('mailed', models.IntegerField()),
                ('alerts', models.BigIntegerField()),
                ('blocked', models.BigIntegerField()),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'day', 'function', 'direction', 'grade'), name='notice_day_once')],
            },
        ),
        rls.same_firm_reference("alerts_alertseries", "sensor_id", "sensors_sensor"),
        migrations.RunSQL(ROOM.format(table="alerts_alertseries"), NO_ROOM.format(table="alerts_alertseries")),
        migrations.RunSQL(ROOM.format(table="alerts_noticeday"), NO_ROOM.format(table="alerts_noticeday")),
        SqlFile("functions/groups_added", sha256="1c36750f453a"),
        SqlFile("functions/groups_changed", sha256="d29acf3a275a"),
        SqlFile("tables/alerts_alertgroup", sha256="a96b7c5ab5bd", was="dd5c7f25e4ea"),
        SqlFile("tables/alerts_alertseries", sha256="eaf890b4339e"),
        SqlFile("tables/alerts_noticeday", sha256="cf1cb4edda66"),
        rls.rewrite_rows("alerts_alertseries", SERIES, expect="any", reads=["alerts_alertgroup"]),
        rls.rewrite_rows("alerts_noticeday", DAYS, expect="any", reads=["alerts_alertgroup"]),
    ]
