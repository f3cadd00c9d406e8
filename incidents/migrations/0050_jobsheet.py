"""What is written down while a job is done: time, records, files, report, mark, watch, invoice."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("incidents", "0060_incident_course"),
        ("tenants", "0042_programmes_are_registry"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='JobReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('entered_at', models.DateTimeField(verbose_name='記入日時')),
                ('version', models.PositiveIntegerField(verbose_name='版')),
                ('content', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='記入')),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.job')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '作業報告書',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SheetRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('entered_at', models.DateTimeField(verbose_name='記入日時')),
                ('kind', models.CharField(choices=[('step', 'step'), ('check', 'check'), ('finding', 'finding'), ('scan', 'scan'), ('install', 'install')], max_length=8)),
                ('at', models.DateTimeField(verbose_name='日時')),
                ('data', models.JSONField()),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='直した理由')),
                ('void', models.BooleanField(default=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='記入')),
                ('corrects', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.sheetrecord')),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.job')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('entered_at', models.DateTimeField(verbose_name='記入日時')),
                ('report_sha256', models.CharField(max_length=64)),
                ('place', models.CharField(choices=[('vendor_device', '事業者の端末'), ('portal', '会社の画面')], max_length=14)),
                ('name', models.CharField(max_length=100, verbose_name='氏名')),
                ('strokes', models.JSONField(default=list)),
                ('remark', models.CharField(blank=True, max_length=500, verbose_name='ひとこと')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='記入')),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.job')),
                ('report', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.jobreport')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '確認のしるし',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('entered_at', models.DateTimeField(verbose_name='記入日時')),
                ('name', models.CharField(max_length=200)),
                ('caption', models.CharField(blank=True, max_length=300)),
                ('size', models.PositiveBigIntegerField()),
                ('received', models.PositiveBigIntegerField(default=0)),
                ('state', models.CharField(choices=[('receiving', '受信中'), ('done', '受信済み'), ('refused', '受け取れません')], default='receiving', max_length=10)),
                ('problem', models.CharField(blank=True, max_length=20)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='記入')),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.job')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asset_key', models.CharField(max_length=64)),
                ('family', models.CharField(max_length=160)),
                ('rating', models.CharField(max_length=6)),
                ('opened_at', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(null=True)),
                ('recurred_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('running', '経過を見ています'), ('quiet', '再発なし'), ('recurred', '再発')], default='running', max_length=8)),
                ('incident', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='watches', to='incidents.incident')),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.job')),
                ('scan', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.sheetrecord')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '経過観察',
            },
        ),
        migrations.CreateModel(
            name='WorkEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('entered_at', models.DateTimeField(verbose_name='記入日時')),
                ('kind', models.CharField(choices=[('travel', '移動'), ('hearing', '聴取'), ('preparation', '下調べ'), ('work', '作業'), ('waiting', '待ち'), ('report', '完了報告'), ('other', 'その他')], max_length=12, verbose_name='種別')),
                ('way', models.CharField(choices=[('remote', '遠隔'), ('on_site', '訪問')], max_length=10, verbose_name='方法')),
                ('source', models.CharField(choices=[('timer', '計測'), ('hand', '手入力')], max_length=6)),
                ('started_at', models.DateTimeField(verbose_name='開始')),
                ('stopped_at', models.DateTimeField(null=True, verbose_name='終了')),
                ('minutes', models.PositiveIntegerField(null=True, verbose_name='分')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='内容')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='直した理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='記入')),
                ('corrects', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.workentry')),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.job')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'ordering': ['started_at', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('entered_at', models.DateTimeField(verbose_name='記入日時')),
                ('kind', models.CharField(choices=[('photo', '写真'), ('file', 'ファイル')], max_length=6)),
                ('name', models.CharField(max_length=200, verbose_name='ファイル名')),
                ('caption', models.CharField(blank=True, max_length=300, verbose_name='説明')),
                ('media_type', models.CharField(max_length=60)),
                ('size', models.PositiveBigIntegerField(verbose_name='大きさ')),
                ('sha256', models.CharField(max_length=64)),
                ('original_sha256', models.CharField(max_length=64)),
                ('checked', models.CharField(choices=[('clean', '検査済み'), ('not_checked', '未検査')], max_length=12, verbose_name='ウイルス検査')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='記入')),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.job')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'ordering': ['entered_at', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('tenant', 'key'), name='evidence_key')],
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('entered_at', models.DateTimeField(verbose_name='記入日時')),
                ('job_number', models.PositiveIntegerField(verbose_name='作業番号')),
                ('number', models.CharField(max_length=40, verbose_name='請求書番号')),
                ('registration_number', models.CharField(blank=True, max_length=14, verbose_name='登録番号')),
                ('tax_included', models.BooleanField(verbose_name='税込')),
                ('rounding', models.CharField(choices=[('down', '切捨て'), ('half_up', '四捨五入'), ('up', '切上げ')], max_length=8, verbose_name='端数')),
                ('lines', models.JSONField()),
                ('total_yen', models.PositiveIntegerField(verbose_name='合計(税込)')),
                ('tax_yen', models.PositiveIntegerField(verbose_name='うち消費税')),
                ('minutes', models.PositiveIntegerField(verbose_name='作業と移動の時間')),
                ('on_site', models.BooleanField(verbose_name='訪問あり')),
                ('issued_at', models.DateTimeField(verbose_name='発行')),
                ('state', models.CharField(choices=[('issued', '発行済み'), ('returned', '差戻し'), ('settled', '精算済み'), ('void', '取消し')], default='issued', max_length=9, verbose_name='状態')),
                ('state_at', models.DateTimeField()),
                ('state_reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='記入')),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.job')),
                ('state_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation', verbose_name='発行者')),
            ],
            options={
                'verbose_name': '請求書',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('tenant', 'key'), name='invoice_key'), models.UniqueConstraint(condition=models.Q(('state', 'void'), _negated=True), fields=('tenant', 'job'), name='invoice_one_per_job'), models.CheckConstraint(condition=models.Q(('tax_yen__lte', models.F('total_yen'))), name='invoice_tax_part')],
            },
        ),
        migrations.AddConstraint(
            model_name='jobreport',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='jobreport_key'),
        ),
        migrations.AddConstraint(
            model_name='jobreport',
            constraint=models.UniqueConstraint(fields=('tenant', 'job', 'version'), name='jobreport_version'),
        ),
        migrations.AddConstraint(
            model_name='sheetrecord',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='sheetrecord_key'),
        ),
        migrations.AddConstraint(
            model_name='sheetrecord',
            constraint=models.UniqueConstraint(fields=('tenant', 'corrects'), name='sheetrecord_corrected_once'),
        ),
        migrations.AddConstraint(
            model_name='sheetrecord',
            constraint=models.CheckConstraint(condition=models.Q(('corrects__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='sheetrecord_corrected_why'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='signoff_key'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.UniqueConstraint(fields=('tenant', 'report'), name='signoff_once'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='upload_key'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(fields=('tenant', 'job'), name='watch_once'),
        ),
        migrations.AddConstraint(
            model_name='workentry',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='workentry_key'),
        ),
        migrations.AddConstraint(
            model_name='workentry',
            constraint=models.UniqueConstraint(fields=('tenant', 'corrects'), name='workentry_corrected_once'),
        ),
        migrations.AddConstraint(
            model_name='workentry',
            constraint=models.UniqueConstraint(condition=models.Q(('stopped_at__isnull', True)), fields=('tenant', 'job', 'by'), name='workentry_one_timer'),
        ),
        migrations.AddConstraint(
            model_name='workentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('minutes__isnull', True), ('stopped_at__isnull', True)), models.Q(('minutes__isnull', False), ('stopped_at__isnull', False)), _connector='OR'), name='workentry_stopped'),
        ),
        migrations.AddConstraint(
            model_name='workentry',
            constraint=models.CheckConstraint(condition=models.Q(('corrects__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='workentry_corrected_why'),
        ),
    ]
