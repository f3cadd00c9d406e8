"""What firms answer to notices, and the watch after a scan of their own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0006_sight_is_asked_row_by_row'),
        ('incidents', '0013_rows_of_the_desk_are_found_by_their_words'),
        ('tenants', '0005_no_lists_of_firms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='watch',
            name='state',
            field=models.CharField(choices=[('running', '経過を見ています'), ('quiet', '再発なし'), ('recurred', '再発'), ('replaced', '答えが変わりました')], default='running', max_length=8),
        ),
        migrations.CreateModel(
            name='AlertAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.UUIDField()),
                ('answer', models.CharField(choices=[('removed', 'ウイルスを検査し、見つかったので駆除した'), ('clean_scan', 'ウイルスを検査したが、見つからなかった'), ('reinstalled', 'パソコンを初期化して入れ直した'), ('uninstalled', 'あやしいソフトやアプリを削除した'), ('warned', '社員に注意を伝えた'), ('other', 'ほかのことをした'), ('not_done', '何もしていない'), ('call_me', '分からない。電話がほしい')], max_length=12, verbose_name='答え')),
                ('reason', models.CharField(blank=True, choices=[('blocked', 'センサーが止めたから'), ('waiting', 'ようすを見ているから'), ('false_alarm', 'まちがった知らせだと思うから'), ('no_idea_how', '何をすればよいか分からないから'), ('too_much_work', '手間がかかるから')], max_length=14, verbose_name='何もしなかった理由')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='したこと')),
                ('definitions', models.DateField(null=True, verbose_name='定義ファイルの日付')),
                ('extent', models.CharField(blank=True, max_length=6, verbose_name='検査の範囲')),
                ('os_supported', models.CharField(blank=True, max_length=7, verbose_name='OSのサポート')),
                ('ends', models.BooleanField()),
                ('grade', models.PositiveSmallIntegerField(choices=[(0, '記録のみ'), (1, '低'), (2, '中'), (3, '高')])),
                ('seen_until', models.DateTimeField()),
                ('answered_at', models.DateTimeField(verbose_name='答えた日時')),
                ('way', models.CharField(choices=[('page', '会社の画面'), ('mail', 'メールのリンク')], max_length=4)),
                ('contact', models.CharField(blank=True, max_length=254)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='alerts.alertgroup')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': 'お知らせへの答え',
                'ordering': ['-answered_at', '-pk'],
                'indexes': [models.Index(fields=['tenant', 'group', '-answered_at', '-id'], name='answer_newest'), models.Index(fields=['tenant', '-answered_at', '-id'], name='answer_newest_of_firm')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'group', 'act'), name='answer_once'), models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', False), ('contact', ''), ('way', 'page')), models.Q(('by__isnull', True), ('way', 'mail'), models.Q(('contact', ''), _negated=True)), _connector='OR'), name='answer_from_somebody')],
            },
        ),
        migrations.CreateModel(
            name='AnswerWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asset_key', models.CharField(max_length=64)),
                ('family', models.CharField(max_length=160)),
                ('rating', models.CharField(max_length=6)),
                ('opened_at', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(null=True)),
                ('recurred_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('running', '経過を見ています'), ('quiet', '再発なし'), ('recurred', '再発'), ('replaced', '答えが変わりました')], default='running', max_length=8)),
                ('act', models.UUIDField()),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '答えのあとの経過観察',
                'indexes': [models.Index(condition=models.Q(('state', 'running')), fields=['id'], name='answer_watch_running')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'act', 'family'), name='answer_watch_once')],
            },
        ),
        rls.same_firm_reference("incidents_alertanswer", "group_id", "alerts_alertgroup"),
    ]
