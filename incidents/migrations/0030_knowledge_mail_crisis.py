"""Articles, ready answers, mails to the desk, booked calls, early warnings."""

import django.contrib.postgres.fields
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("incidents", "0051_jobsheet_rights"),
        ("tenants", "0051_places_and_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CallBooking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='電話する日時')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='電話番号')),
                ('asked_at', models.DateTimeField()),
                ('incident', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='incidents.incident')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '電話の予約',
                'ordering': ['-asked_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='DeskMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox', models.CharField(max_length=254)),
                ('identity', models.CharField(max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('waiting', '処理待ち'), ('done', '受付済み'), ('aside', '取り分け'), ('settled', '取り分けを確認済み')], default='waiting', max_length=12, verbose_name='状態')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='理由')),
                ('taken_at', models.DateTimeField(verbose_name='受信')),
                ('message_id', models.CharField(blank=True, max_length=250)),
                ('sender', models.CharField(blank=True, max_length=254, verbose_name='差出人')),
                ('sender_name', models.CharField(blank=True, max_length=120, verbose_name='差出人の名前')),
                ('subject', models.CharField(blank=True, max_length=300, verbose_name='件名')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='送信')),
                ('automatic', models.BooleanField(default=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('contact_id', models.BigIntegerField(null=True)),
                ('firm', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.programme')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '窓口へのメール',
            },
        ),
        migrations.CreateModel(
            name='EarlyWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('signature', '同じ検知'), ('peer', '同じ通信の相手')], max_length=12)),
                ('value', models.CharField(max_length=300)),
                ('firms', models.PositiveIntegerField(verbose_name='会社数')),
                ('raised_at', models.DateTimeField(verbose_name='警戒を出した日時')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.programme')),
            ],
            options={
                'verbose_name': '早期警戒',
                'ordering': ['-raised_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='MailFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=150, verbose_name='名前')),
                ('kind', models.CharField(max_length=120)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('verdict', models.CharField(choices=[('waiting', '検査待ち'), ('clean', '検査済み'), ('infected', 'ウイルスを検出'), ('unscanned', '検査していません'), ('too_large', '大きすぎて検査できません')], default='waiting', max_length=12)),
                ('found', models.CharField(blank=True, max_length=120)),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='incidents.deskmail')),
            ],
            options={
                'verbose_name': '添付ファイル',
                'ordering': ['part'],
            },
        ),
        migrations.CreateModel(
            name='ReadyAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80, verbose_name='題名')),
                ('text', models.TextField(max_length=4000, verbose_name='文面')),
                ('changed_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.programme')),
            ],
            options={
                'verbose_name': '定型文',
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', '下書き'), ('waiting', '確認待ち'), ('published', '公開中'), ('retired', '終了')], default='draft', max_length=12, verbose_name='状態')),
                ('title', models.CharField(max_length=120, verbose_name='題名')),
                ('answer', models.TextField(max_length=4000, verbose_name='会社への答え')),
                ('steps', models.TextField(blank=True, max_length=6000, verbose_name='窓口と事業者の手順')),
                ('signatures', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=None, verbose_name='検知の名前')),
                ('families', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=160), blank=True, default=list, size=None, verbose_name='検知の種類')),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='さがす言葉')),
                ('search', django.contrib.postgres.search.SearchVectorField(null=True)),
                ('written_at', models.DateTimeField(verbose_name='書いた日時')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='確かめた日時')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='差し戻しの理由')),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.programme')),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.article')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ナレッジ',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('checked_by__isnull', False), models.Q(('checked_by', models.F('written_by')), _negated=True)), _connector='OR'), name='article_second_look'), models.UniqueConstraint(condition=models.Q(('state', 'retired'), _negated=True), fields=('replaces',), name='article_one_successor')],
            },
        ),
        migrations.AddIndex(
            model_name='deskmail',
            index=models.Index(fields=['programme', 'message_id'], name='desk_mail_thread'),
        ),
        migrations.AddIndex(
            model_name='deskmail',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['taken_at'], name='desk_mail_waiting'),
        ),
        migrations.AddConstraint(
            model_name='deskmail',
            constraint=models.UniqueConstraint(fields=('programme', 'identity'), name='desk_mail_once'),
        ),
        migrations.AddIndex(
            model_name='earlywarning',
            index=models.Index(fields=['programme', 'kind', 'value'], name='early_warning_again'),
        ),
        migrations.AddConstraint(
            model_name='mailfile',
            constraint=models.UniqueConstraint(fields=('mail', 'part'), name='mail_file_once'),
        ),
    ]
