"""What the SOC has done about a group stands on the group; who judged as whom; notes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls

# Groups whose newest judgement still holds have left the SOC's list.
JUDGED = """
UPDATE alerts_alertgroup g
   SET soc_state = 'judged', soc_person_id = j.judged_by_id, soc_since = j.judged_at, soc_verdict = j.verdict
  FROM (SELECT DISTINCT ON (tenant_id, group_id) * FROM alerts_alertjudgement
         ORDER BY tenant_id, group_id, judged_at DESC, id DESC) j
 WHERE j.tenant_id = g.tenant_id AND j.group_id = g.id AND j.verdict <> 'open_again' AND j.grade >= g.grade
   AND (j.verdict <> 'dealt_with' OR j.judged_at >= g.last_at)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0006_sight_is_asked_row_by_row'),
        ('notifications', '0006_sight_is_asked_row_by_row'),
        ('sensors', '0004_boxes_behind_are_found_by_an_index'),
        ('tenants', '0005_no_lists_of_firms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AlertNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.CharField(max_length=500, verbose_name='メモ')),
                ('noted_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': '検知のメモ',
            },
        ),
        migrations.AddField(
            model_name='alertgroup',
            name='soc_person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='alertgroup',
            name='soc_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='alertgroup',
            name='soc_state',
            field=models.CharField(choices=[('new', '新しい'), ('looking', '確認中'), ('judged', '判断済み'), ('escalated', '初動対応へ')], db_default='new', default='new', max_length=10),
        ),
        migrations.AddField(
            model_name='alertgroup',
            name='soc_verdict',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='alertjudgement',
            name='basis',
            field=models.CharField(blank=True, choices=[('callback', '攻撃者のサーバーとの通信と見られる'), ('infected', '感染した機器の動きがある'), ('reached', '攻撃が社内の機器まで届いている'), ('leaked', 'パスワードなどが送られたおそれがある'), ('business', '業務で使う通信だった'), ('update', 'ソフトの更新の通信だった'), ('trial', '検査や試験の通信だった'), ('wide_rule', '目印(ルール)が広すぎる'), ('few_facts', '記録だけでは分からない'), ('ask_firm', '会社に確かめる必要がある'), ('may_go_on', '続くかどうかを見る')], max_length=10, verbose_name='決まった理由'),
        ),
        migrations.AddField(
            model_name='alertjudgement',
            name='by_role',
            field=models.CharField(blank=True, choices=[('watch', '監視担当'), ('desk', '相談窓口')], max_length=6),
        ),
        migrations.AlterField(
            model_name='alertjudgement',
            name='verdict',
            field=models.CharField(choices=[('true_positive', '本物の検知'), ('false_positive', '誤った検知'), ('unsure', '判断がつかない'), ('harmless', '害はない'), ('dealt_with', '対応が済んだ'), ('open_again', 'まだ確認が必要')], max_length=16, verbose_name='判断'),
        ),
        migrations.AddIndex(
            model_name='alertgroup',
            index=models.Index(condition=models.Q(('grade__gte', 1), ('soc_state__in', ['new', 'looking'])), fields=['-last_at', '-id'], name='alert_group_waiting'),
        ),
        migrations.AddIndex(
            model_name='alertgroup',
            index=models.Index(condition=models.Q(('grade__gte', 1), ('soc_state__in', ['judged', 'escalated'])), fields=['-last_at', '-id'], name='alert_group_handled'),
        ),
        migrations.AddIndex(
            model_name='alertgroup',
            index=models.Index(condition=models.Q(('grade__gte', 1)), fields=['family', '-last_at', '-id'], name='alert_group_family'),
        ),
        migrations.AddField(
            model_name='alertnote',
            name='group',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='alerts.alertgroup'),
        ),
        migrations.AddField(
            model_name='alertnote',
            name='noted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='alertnote',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation'),
        ),
        migrations.AddIndex(
            model_name='alertnote',
            index=models.Index(fields=['tenant', 'group', '-noted_at'], name='alert_note_newest'),
        ),
        rls.same_firm_reference("alerts_alertnote", "group_id", "alerts_alertgroup"),
        rls.rewrite_rows("alerts_alertgroup", JUDGED, expect="any", reads=["alerts_alertjudgement"]),
    ]
