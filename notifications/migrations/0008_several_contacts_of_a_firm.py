"""A firm names several contacts; what goes to them by other ways than mail; what became of each message."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0007_words_are_found_by_an_index'),
        ('tenants', '0007_offices_find_firms_by_an_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='outboxmessage',
            name='answered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='carrier',
            field=models.CharField(choices=[('mail', 'メール'), ('sms', '携帯電話のSMS'), ('voice', '自動音声の電話'), ('line_works', 'LINE WORKS'), ('chatwork', 'Chatwork'), ('slack', 'Slack'), ('teams', 'Microsoft Teams'), ('webhook', '自社のプログラム(Webhook)')], db_default='mail', default='mail', max_length=20),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='grade',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='link',
            field=models.CharField(blank=True, db_default='', max_length=500),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='notice',
            field=models.CharField(blank=True, db_default='', max_length=120),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='read_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='returned_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='attention',
            name='kind',
            field=models.CharField(choices=[('box_silent', 'センサーから連絡がない'), ('clock_wrong', 'センサーの時計が合っていない'), ('mail_failed', 'お知らせが届かない'), ('batch_conflict', 'センサーの記録が食い違っている'), ('lines_unreadable', '読めない記録がある'), ('batch_aside', 'センサーの記録を処理できない'), ('incident_unread', '重要度 高(★★★)のお知らせが読まれていない'), ('call_me', '電話がほしい'), ('protection_off', 'センサーの守りが切れている'), ('install_stalled', 'センサーの設置が止まっている'), ('claim_returned', '保険会社からの質問に答える'), ('disk_full', 'センサーの記録場所が残りわずか'), ('vendor_wanted', '頼む事業者が決まっていない'), ('response_wish', '会社が初動対応を希望')], max_length=40),
        ),
        migrations.CreateModel(
            name='NoticeContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='だれに')),
                ('carrier', models.CharField(choices=[('mail', 'メール'), ('sms', '携帯電話のSMS'), ('voice', '自動音声の電話'), ('line_works', 'LINE WORKS'), ('chatwork', 'Chatwork'), ('slack', 'Slack'), ('teams', 'Microsoft Teams'), ('webhook', '自社のプログラム(Webhook)')], max_length=20, verbose_name='届け方')),
                ('address', models.CharField(blank=True, max_length=254, verbose_name='宛先')),
                ('secrets', models.TextField(blank=True, db_default='')),
                ('is_main', models.BooleanField(db_default=False, default=False)),
                ('language', models.CharField(default='ja', max_length=2, verbose_name='言語')),
                ('serious', models.BooleanField()),
                ('digest', models.BooleanField()),
                ('course', models.BooleanField()),
                ('monthly', models.BooleanField()),
                ('state', models.CharField(choices=[('waiting', '確認待ち'), ('active', '届けています'), ('paused', '休止中'), ('ended', '外しました')], default='waiting', max_length=20, verbose_name='状態')),
                ('created_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(null=True)),
                ('code', models.CharField(blank=True, db_default='', max_length=64)),
                ('code_tries', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': 'お知らせの届け先',
            },
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='contact',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.noticecontact'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('notice', ''), _negated=True), fields=['tenant', 'notice'], name='outbox_notice'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('contact__isnull', False)), fields=['tenant', 'contact', '-id'], name='outbox_contact'),
        ),
        migrations.AddIndex(
            model_name='noticecontact',
            index=models.Index(django.db.models.functions.text.Lower('address'), condition=models.Q(('carrier', 'mail')), name='notice_contact_address'),
        ),
        migrations.AddConstraint(
            model_name='noticecontact',
            constraint=models.UniqueConstraint(condition=models.Q(('is_main', True)), fields=('tenant',), name='notice_contact_one_main'),
        ),
        rls.referable("notifications_noticecontact"),
        rls.same_firm_reference("notifications_outboxmessage", "contact_id", "notifications_noticecontact"),
    ]
