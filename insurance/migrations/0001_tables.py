"""Policy versions, claims with their evidence, accounts."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):

    initial = True

    # Whoever has the last migration of the former history has it all.
    replaces = [("insurance", "0016_accounts_are_asked_for")]

    dependencies = [
        ('incidents', '0001_tables'),
        ('tenants', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bank_code', models.CharField(max_length=4, verbose_name='銀行番号')),
                ('bank_kana', models.CharField(max_length=15, verbose_name='銀行名(カナ)')),
                ('branch_code', models.CharField(max_length=3, verbose_name='支店番号')),
                ('branch_kana', models.CharField(max_length=15, verbose_name='支店名(カナ)')),
                ('type', models.CharField(choices=[('1', '普通'), ('2', '当座'), ('4', '貯蓄'), ('9', 'その他')], default='1', max_length=1, verbose_name='預金種目')),
                ('number', models.CharField(max_length=7, verbose_name='口座番号')),
                ('holder_kana', models.CharField(max_length=40, verbose_name='口座名義(カナ)')),
                ('client_code', models.CharField(blank=True, max_length=10, verbose_name='振込依頼人コード')),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '振込口座',
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='番号')),
                ('limit_yen', models.PositiveIntegerField()),
                ('claims_per_year', models.PositiveSmallIntegerField()),
                ('year_first', models.DateField()),
                ('year_last', models.DateField()),
                ('slot', models.PositiveSmallIntegerField(null=True)),
                ('state', models.CharField(choices=[('draft', '下書き'), ('submitted', '保険会社が確認中'), ('returned', '保険会社から質問があります'), ('resubmitted', '保険会社が再確認中'), ('approved', '支払いが決まりました'), ('rejected', '支払われません'), ('withdrawn', '取り下げました'), ('paid', '支払い済み')], default='draft', max_length=12, verbose_name='状態')),
                ('claimed_yen', models.PositiveIntegerField(verbose_name='請求書の額')),
                ('tax_yen', models.PositiveIntegerField(verbose_name='うち消費税')),
                ('asked_yen', models.PositiveIntegerField(verbose_name='保険への請求')),
                ('own_yen', models.PositiveIntegerField(verbose_name='会社の負担')),
                ('approved_yen', models.PositiveIntegerField(null=True, verbose_name='支払額')),
                ('invoice_number', models.CharField(max_length=40, verbose_name='請求書番号')),
                ('invoice_on', models.DateField(verbose_name='請求日')),
                ('made_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('exports', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('exported_at', models.DateTimeField(null=True)),
                ('export_reason', models.CharField(blank=True, db_default='', default='', max_length=300)),
                ('paid_on', models.DateField(null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('round', models.PositiveSmallIntegerField(default=0)),
                ('chain_sha256', models.CharField(blank=True, max_length=64)),
                ('incident', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='incidents.incident')),
                ('insurer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='incidents.job')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '保険の請求',
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'number'), name='claim_number'),
                    models.UniqueConstraint(condition=models.Q(('state__in', ('rejected', 'withdrawn')), _negated=True), fields=('tenant', 'job'), name='claim_job_once'),
                    models.UniqueConstraint(condition=models.Q(('slot__isnull', False)), fields=('tenant', 'year_first', 'slot'), name='claim_slot_once'),
                    models.CheckConstraint(condition=models.Q(('slot__isnull', True), models.Q(('slot__gte', 1), ('slot__lte', models.F('claims_per_year'))), _connector='OR'), name='claim_slot_fits'),
                    models.CheckConstraint(condition=models.Q(models.Q(('slot__isnull', False), ('state__in', ('approved', 'paid', 'resubmitted', 'returned', 'submitted'))), models.Q(models.Q(('state__in', ('approved', 'paid', 'resubmitted', 'returned', 'submitted')), _negated=True), ('slot__isnull', True)), _connector='OR'), name='claim_slot_held'),
                    models.CheckConstraint(condition=models.Q(('claimed_yen', django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Coalesce('approved_yen', 'asked_yen'), '+', models.F('own_yen')))), name='claim_no_yen_lost'),
                    models.CheckConstraint(condition=models.Q(('asked_yen__lte', models.F('limit_yen'))), name='claim_within_limit'),
                    models.CheckConstraint(condition=models.Q(('approved_yen__isnull', True), ('approved_yen__lte', models.F('asked_yen')), _connector='OR'), name='claim_approved_fits'),
                    models.CheckConstraint(condition=models.Q(models.Q(('approved_yen__gte', 1), ('approved_yen__isnull', False), ('state__in', ('approved', 'paid'))), models.Q(('approved_yen', 0), ('approved_yen__isnull', False), ('state__in', ('rejected', 'withdrawn'))), models.Q(models.Q(('state__in', ('approved', 'paid', 'rejected', 'withdrawn')), _negated=True), ('approved_yen__isnull', True)), _connector='OR'), name='claim_approved_when_decided'),
                    models.CheckConstraint(condition=models.Q(models.Q(('paid_on__isnull', False), ('state', 'paid')), models.Q(models.Q(('state', 'paid'), _negated=True), ('paid_on__isnull', True)), _connector='OR'), name='claim_paid_on_a_day'),
                    models.CheckConstraint(condition=models.Q(('exports__lte', 1), models.Q(('export_reason', ''), _negated=True), _connector='OR'), name='claim_exported_again_why'),
                ],
                'indexes': [models.Index(fields=['insurer', 'state'], name='claim_by_insurer')],
            },
        ),
        migrations.CreateModel(
            name='ClaimMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('question', '質問'), ('answer', '回答'), ('move', '経過')], max_length=10)),
                ('state', models.CharField(blank=True, choices=[('draft', '下書き'), ('submitted', '保険会社が確認中'), ('returned', '保険会社から質問があります'), ('resubmitted', '保険会社が再確認中'), ('approved', '支払いが決まりました'), ('rejected', '支払われません'), ('withdrawn', '取り下げました'), ('paid', '支払い済み')], max_length=12)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='insurance.claim')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='適用開始')),
                ('limit_yen', models.PositiveIntegerField(default=50000, verbose_name='1回の上限（円）')),
                ('claims_per_year', models.PositiveSmallIntegerField(default=1, verbose_name='1年あたりの回数')),
                ('remote_covered', models.BooleanField(default=True, verbose_name='遠隔対応も対象')),
                ('listed_only', models.BooleanField(default=True, verbose_name='登録事業者の対応だけが対象')),
                ('tax_rule', models.CharField(choices=[('included', '消費税を含む額'), ('excluded', '消費税を除いた額')], default='included', max_length=10, verbose_name='上限の数え方')),
                ('year_rule', models.CharField(choices=[('contract', '契約年'), ('calendar', '暦年'), ('fiscal', '事業の年度')], default='contract', max_length=10, verbose_name='回数を数える年')),
                ('premium_yen', models.PositiveIntegerField(default=0, verbose_name='保険料（円・1社1か月）')),
                ('agent_name', models.CharField(blank=True, max_length=120, verbose_name='上乗せ保険の代理店')),
                ('agent_email', models.EmailField(blank=True, max_length=254, verbose_name='代理店のメール')),
                ('insurer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation', verbose_name='保険会社')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='policies', to='tenants.programme', verbose_name='事業')),
            ],
            options={
                'verbose_name': '保険の条件',
                'verbose_name_plural': '保険の条件',
                'constraints': [models.UniqueConstraint(fields=('programme', 'valid_from'), name='policy_version_once')],
            },
        ),
        migrations.AddField(
            model_name='claim',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='insurance.policyversion'),
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent_name', models.CharField(max_length=120)),
                ('agent_email', models.CharField(max_length=254)),
                ('words', models.CharField(max_length=500)),
                ('shared', models.JSONField()),
                ('given_at', models.DateTimeField()),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '代理店への紹介',
            },
        ),
        migrations.CreateModel(
            name='ClaimEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField()),
                ('position', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('alert', '検知'), ('grade', '重要度と決まり'), ('notice', 'お知らせ'), ('consent', '会社の選択'), ('work', '作業の記録'), ('file', '写真・ファイル'), ('signoff', '会社の確認のしるし'), ('invoice', '請求書'), ('cover', '保険の条件')], max_length=10)),
                ('data', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('chain_sha256', models.CharField(max_length=64)),
                ('claim', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='insurance.claim')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'ordering': ['round', 'position'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'claim', 'round', 'position'), name='claim_evidence_once')],
            },
        ),
        rls.referable("insurance_claim"),
        rls.same_firm_reference("insurance_claim", "incident_id", "incidents_incident"),
        rls.same_firm_reference("insurance_claim", "job_id", "incidents_job"),
        rls.same_firm_reference("insurance_claimevidence", "claim_id", "insurance_claim"),
        rls.same_firm_reference("insurance_claimmessage", "claim_id", "insurance_claim"),
    ]
