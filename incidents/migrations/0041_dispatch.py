"""Vendors as they want to be found, the firm's choice of way, times of visits."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("incidents", "0040_job_events"),
        ("tenants", "0060_scope_for_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('remote', '遠隔'), ('on_site', '訪問')], max_length=10, verbose_name='方法')),
                ('starts_at', models.DateTimeField(verbose_name='開始')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='見込みの時間（分）')),
                ('state', models.CharField(choices=[('proposed', '返事待ち'), ('agreed', '決定'), ('refused', '都合が合わない'), ('dropped', '取り消し')], default='proposed', max_length=10, verbose_name='状態')),
                ('side', models.CharField(choices=[('firm', '会社'), ('vendor', '事業者')], max_length=6)),
                ('proposed_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('uid', models.UUIDField(default=uuid.uuid4)),
                ('sequence', models.PositiveSmallIntegerField(default=0)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='incidents.job')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('vendor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '日時の約束',
                'ordering': ['starts_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('remote', '遠隔'), ('on_site', '訪問')], max_length=10, verbose_name='方法')),
                ('channel', models.CharField(choices=[('portal', '会社の画面'), ('phone', '電話（相談窓口が記録）')], max_length=6, verbose_name='伝え方')),
                ('said_by', models.CharField(max_length=100, verbose_name='決めた人')),
                ('at', models.DateTimeField(verbose_name='日時')),
                ('shown', models.JSONField()),
                ('shown_sha256', models.CharField(max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='incidents.incident')),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='incidents.job')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '方法の決定',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='VisitCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField()),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='補足')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='visit_checks', to='incidents.job')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '訪問前の確認',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='VendorListing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('listed_from', models.DateField(verbose_name='登録した日')),
                ('listed_until', models.DateField(blank=True, null=True, verbose_name='登録の最後の日')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='tenants.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.programme')),
            ],
            options={
                'verbose_name': '事業者の登録',
                'constraints': [models.UniqueConstraint(fields=('programme', 'organisation', 'listed_from'), name='vendor_listing_once')],
            },
        ),
        migrations.CreateModel(
            name='VendorProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('first_response', '初動対応'), ('installation', 'センサー設置の支援'), ('removal', 'センサーの撤去')], max_length=20), default=list, size=None, verbose_name='受ける作業')),
                ('qualifications', models.CharField(blank=True, max_length=300, verbose_name='資格')),
                ('profile', models.TextField(blank=True, max_length=1000, verbose_name='紹介')),
                ('areas', models.JSONField(default=list, verbose_name='対応できる地域')),
                ('area_words', models.CharField(blank=True, max_length=500, verbose_name='地域についての補足')),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None, verbose_name='対応できる曜日')),
                ('holidays', models.BooleanField(default=False, verbose_name='祝日も対応する')),
                ('year_end', models.BooleanField(default=False, verbose_name='12月29日から1月3日も対応する')),
                ('days_ask', models.BooleanField(default=False, verbose_name='曜日は相談')),
                ('opens', models.PositiveSmallIntegerField(default=540, verbose_name='開始')),
                ('closes', models.PositiveSmallIntegerField(default=1020, verbose_name='終了')),
                ('week_capacity', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='1週間に受けられる件数')),
                ('ask_first', models.BooleanField(default=False, verbose_name='引き受ける前に電話で確認したい')),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='vendor_profile', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '事業者の案内',
                'constraints': [models.CheckConstraint(condition=models.Q(('closes__lte', 1440), ('opens__lt', models.F('closes'))), name='vendor_hours')],
            },
        ),
    ]
