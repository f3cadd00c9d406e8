"""Mails that wait and attentions."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):

    initial = True

    # Whoever has the last migration of the former history has it all.
    replaces = [("notifications", "0037_bounded_outbox_claims")]

    dependencies = [
        ('tenants', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pulse',
            fields=[
                ('queue', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='AccountMail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=80)),
                ('sealed', models.TextField()),
                ('state', models.CharField(choices=[('waiting', '送信待ち'), ('sent', '送信済み'), ('failed', '送信できず')], default='waiting', max_length=20)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('due_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='account_mail_due'),
                    models.Index(condition=models.Q(('state', 'waiting'), _negated=True), fields=['created_at'], name='account_mail_old'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Attention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('box_silent', 'センサーから連絡がない'), ('clock_wrong', 'センサーの時計が合っていない'), ('mail_failed', 'メールが届かない'), ('batch_conflict', 'センサーの記録が食い違っている'), ('lines_unreadable', '読めない記録がある'), ('batch_aside', 'センサーの記録を処理できない'), ('incident_unread', '重要度 高(★★★)のお知らせが読まれていない'), ('call_me', '電話がほしい'), ('protection_off', 'センサーの守りが切れている'), ('install_stalled', 'センサーの設置が止まっている'), ('claim_returned', '保険会社からの質問に答える'), ('disk_full', 'センサーの記録場所が残りわずか'), ('vendor_wanted', '頼む事業者が決まっていない'), ('response_wish', '会社が初動対応を希望')], max_length=40)),
                ('subject_key', models.CharField(max_length=120)),
                ('facts', models.JSONField(default=dict)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('taken_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '確認の依頼',
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('tenant', 'kind', 'subject_key'), name='attention_open_once')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=40)),
                ('to', models.CharField(max_length=254, verbose_name='宛先')),
                ('subject', models.CharField(max_length=200, verbose_name='件名')),
                ('text', models.TextField()),
                ('html', models.TextField()),
                ('sealed', models.BooleanField(db_default=False, default=False)),
                ('state', models.CharField(choices=[('waiting', '送信待ち'), ('sent', '送信済み'), ('failed', '送信できず')], default='waiting', max_length=20, verbose_name='状態')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('due_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '送信メール',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='outbox_due')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'key'), name='outbox_key_once')],
            },
        ),
        rls.referable("notifications_attention"),
    ]
