"""Orders for boxes, the files they name, and suppressions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls

RIGHTS = """
REVOKE UPDATE ON sensors_order, sensors_suppression FROM otasuke_app;
GRANT UPDATE (state, answered_at, detail) ON sensors_order TO otasuke_app;
GRANT UPDATE (ended_at, ended_by_id, ordered_version, applied_at, problem, hits, last_hit_at)
  ON sensors_suppression TO otasuke_app;
REVOKE UPDATE, DELETE, TRUNCATE ON sensors_orderfile, sensors_rulebundle FROM otasuke_app;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("sensors", "0030_key_rotation"),
        ("tenants", "0050_log_in_failures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OrderFile',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('content', models.BinaryField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name='sensor',
            name='switched_off',
            field=models.JSONField(blank=True, default=list, verbose_name='止めている機能'),
        ),
        migrations.CreateModel(
            name='RuleBundle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True, verbose_name='版')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('rule_count', models.PositiveIntegerField(verbose_name='ルール数')),
                ('source', models.CharField(max_length=300, verbose_name='出所')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensors.orderfile')),
            ],
            options={
                'verbose_name': '検知ルール',
            },
        ),
        migrations.CreateModel(
            name='KnownFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('signature', models.CharField(max_length=200)),
                ('learned_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'sha256'), name='known_file_once')],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('content_sha256', models.CharField(max_length=64)),
                ('manifest', models.BinaryField()),
                ('signature', models.BinaryField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', '機器の応答待ち'), ('applied', '適用済み'), ('refused', '機器が受け付けませんでした'), ('rolled_back', '適用後に元へ戻しました')], default='waiting', max_length=12, verbose_name='状態')),
                ('answered_at', models.DateTimeField(null=True)),
                ('detail', models.CharField(blank=True, max_length=500)),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '機器への指示',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sensor', 'version'), name='order_version')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signature_id', models.BigIntegerField(verbose_name='シグネチャ番号')),
                ('signature', models.CharField(max_length=300, verbose_name='シグネチャ')),
                ('source', models.CharField(blank=True, max_length=49, verbose_name='送信元')),
                ('destination', models.CharField(blank=True, max_length=49, verbose_name='宛先')),
                ('device', models.CharField(blank=True, max_length=17, verbose_name='端末のMAC')),
                ('effect', models.CharField(choices=[('silence', '知らせない(止め続ける)'), ('allow', '通す(数だけ数える)')], max_length=10, verbose_name='扱い')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(verbose_name='期限')),
                ('ended_at', models.DateTimeField(null=True)),
                ('ordered_version', models.PositiveIntegerField(null=True)),
                ('applied_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('hits', models.PositiveBigIntegerField(default=0, verbose_name='効いた回数')),
                ('last_hit_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sensor', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='suppressions', to='sensors.sensor')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '抑止',
                'indexes': [models.Index(fields=['tenant', 'sensor', '-created_at'], name='suppression_by_box')],
            },
        ),
        migrations.CreateModel(
            name='WebGuardName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=253, verbose_name='ホスト名')),
                ('kind', models.CharField(choices=[('block', '止める'), ('allow', '通す')], max_length=10, verbose_name='扱い')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'name'), name='web_guard_name_once')],
            },
        ),
        rls.same_firm_reference("sensors_order", "sensor_id", "sensors_sensor"),
        rls.same_firm_reference("sensors_suppression", "sensor_id", "sensors_sensor"),
        rls.guard("sensors_order", reads=("watch", "desk", "breakglass")),
        rls.guard("sensors_suppression", reads=("watch", "desk", "breakglass"), adds=("watch",), changes=("watch",)),
        # An order is what was signed; only what the box said of it is added. A suppression ends, it is not rewritten.
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
