"""Organisations, programmes, people and what opens a firm to them; the sealed trail."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models

import tenants.models.organisation
from base.sql_files import SqlFile


class Migration(migrations.Migration):

    initial = True

    # Whoever has the last migration of the former history has it all.
    replaces = [("tenants", "0066_reasons_say_something")]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        SqlFile("functions/search_fold", sha256="b2a22aadba13"),  # a generated column asks it
        migrations.CreateModel(
            name='AuditAnchor',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('hash', models.BinaryField(max_length=32)),
                ('at', models.DateTimeField()),
                ('key_id', models.CharField(max_length=16)),
                ('signature', models.BinaryField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('event_id', models.BigIntegerField(unique=True)),
                ('event_xid', models.BigIntegerField()),
                ('hash', models.BinaryField(max_length=32)),
                ('sealed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sme', '参加企業'), ('office', '事務局'), ('soc', '監視担当（SOC）'), ('call_centre', '相談窓口'), ('vendor', '地域IT事業者'), ('insurer', '保険会社'), ('outreach', '地域展開窓口'), ('buyer', '発注元企業'), ('data_recovery', 'データ復旧事業者'), ('platform', '運用担当')], max_length=20, verbose_name='種類')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('name_kana', models.CharField(blank=True, max_length=120, verbose_name='名称（かな）')),
                ('corporate_number', models.CharField(blank=True, max_length=13, verbose_name='法人番号')),
                ('postal_code', models.CharField(blank=True, max_length=8, verbose_name='郵便番号')),
                ('prefecture', models.CharField(blank=True, max_length=10, verbose_name='都道府県')),
                ('municipality', models.CharField(blank=True, max_length=40, verbose_name='市区町村')),
                ('municipality_code', models.CharField(blank=True, max_length=5, verbose_name='市区町村コード')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='住所')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='電話番号')),
                ('phone_e164', models.CharField(blank=True, max_length=20)),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='通知先メール')),
                ('industry', models.CharField(blank=True, choices=[('A', '農業・林業'), ('B', '漁業'), ('C', '鉱業・採石業'), ('D', '建設業'), ('E', '製造業'), ('F', '電気・ガス・水道業'), ('G', '情報通信業'), ('H', '運輸業・郵便業'), ('I', '卸売業・小売業'), ('J', '金融業・保険業'), ('K', '不動産業・物品賃貸業'), ('L', '学術研究・専門・技術サービス業'), ('M', '宿泊業・飲食サービス業'), ('N', '生活関連サービス業・娯楽業'), ('O', '教育・学習支援業'), ('P', '医療・福祉'), ('Q', '複合サービス事業(郵便局・協同組合)'), ('R', 'その他のサービス業'), ('S', '公務'), ('T', '分からない・そのほか')], max_length=1, verbose_name='業種（日本標準産業分類）')),
                ('staff_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='従業員数')),
                ('pc_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='パソコン台数')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('search_name', models.GeneratedField(db_persist=True, expression=tenants.models.organisation.SearchFold(django.db.models.functions.text.Concat('name', models.Value(' '), 'name_kana')), output_field=models.TextField())),
            ],
            options={
                'verbose_name': '組織',
                'verbose_name_plural': '組織',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='メールアドレス')),
                ('family_name', models.CharField(blank=True, max_length=60, verbose_name='姓')),
                ('given_name', models.CharField(blank=True, max_length=60, verbose_name='名')),
                ('family_name_kana', models.CharField(blank=True, max_length=60, verbose_name='姓（かな）')),
                ('given_name_kana', models.CharField(blank=True, max_length=60, verbose_name='名（かな）')),
                ('language', models.CharField(default='ja', max_length=5, verbose_name='言語')),
                ('is_active', models.BooleanField(default=True, verbose_name='有効')),
                ('is_staff', models.BooleanField(default=False, verbose_name='設定の管理者')),
                ('date_joined', models.DateTimeField(auto_now_add=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': '利用者',
                'verbose_name_plural': '利用者',
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('desk_name', models.CharField(max_length=120, verbose_name='相談窓口の名称')),
                ('desk_phone', models.CharField(max_length=40, verbose_name='相談窓口の電話')),
                ('desk_email', models.EmailField(max_length=254, verbose_name='相談窓口のメール')),
                ('fiscal_year_start_month', models.PositiveSmallIntegerField(default=4, verbose_name='年度の始まる月')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation', verbose_name='事務局')),
            ],
            options={
                'verbose_name': '事業',
                'verbose_name_plural': '事業',
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', '管理者'), ('member', '担当者'), ('read_only', '閲覧のみ')], max_length=20, verbose_name='役割')),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='有効期間')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='tenants.organisation')),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), ('organisation', '='), ('valid', '&&')], name='membership_no_overlap')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='メールアドレス')),
                ('person_name', models.CharField(blank=True, db_default='', default='', max_length=120)),
                ('person_kana', models.CharField(blank=True, db_default='', default='', max_length=120)),
                ('role', models.CharField(choices=[('owner', '管理者'), ('member', '担当者'), ('read_only', '閲覧のみ')], max_length=20, verbose_name='役割')),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(verbose_name='期限')),
                ('accepted_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='tenants.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-created_at'], name='invitation_by_organisation')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field_group', models.CharField(choices=[('watching', 'センサーと見守りの状態'), ('incidents', 'インシデントの件数と状態')], max_length=20, verbose_name='項目')),
                ('version', models.PositiveIntegerField(verbose_name='文面の版')),
                ('given_at', models.DateTimeField(auto_now_add=True, verbose_name='同意')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='取消し')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'verbose_name': '同意',
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('tenant', 'field_group'), name='consent_once')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('code', models.CharField(max_length=60)),
                ('subject', models.CharField(max_length=120)),
                ('data', models.JSONField(default=dict)),
                ('ip', models.GenericIPAddressField(null=True)),
                ('agent', models.CharField(blank=True, db_default='', max_length=120)),
                ('grant_id', models.BigIntegerField(null=True)),
                ('token_id', models.BigIntegerField(null=True)),
                ('xid', models.BigIntegerField(db_default=0)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('tenant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['tenant', '-at'], name='audit_by_firm'),
                    models.Index(fields=['xid', 'id'], name='audit_to_seal'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='名前')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read:alerts', '検知を読む'), ('read:incidents', 'インシデントを読む'), ('read:reports', '月次報告書の一覧を読む'), ('write:calls', '電話の着信を伝える(相談窓口)')], max_length=30), size=None, verbose_name='できること')),
                ('shown', models.CharField(max_length=12)),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(verbose_name='期限')),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='tenants.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-created_at'], name='token_by_organisation')],
            },
        ),
        migrations.CreateModel(
            name='AccessGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('capability', models.CharField(choices=[('watch', '監視'), ('desk', '相談'), ('office', '事務局'), ('job_offer', '訪問の打診'), ('job', '訪問'), ('claim', '保険の請求'), ('outreach', '紹介'), ('breakglass', '緊急の閲覧')], max_length=20)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('valid', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('reason', models.CharField(max_length=200)),
                ('grantee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants_held', to='tenants.organisation')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants_given', to='tenants.organisation')),
            ],
            options={
                'constraints': [
                    django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('grantee', '='), ('tenant', '='), ('capability', '='), (django.db.models.functions.comparison.Coalesce('subject_id', 0), '='), ('valid', '&&')], name='access_grant_no_overlap'),
                    models.CheckConstraint(condition=models.Q(('capability__in', ('job_offer', 'job', 'claim')), ('subject_id__isnull', True), _connector='XOR'), name='access_grant_subject'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contract_start', models.DateField(verbose_name='契約開始')),
                ('contract_end', models.DateField(blank=True, null=True, verbose_name='契約終了')),
                ('chamber_member', models.BooleanField(default=False, verbose_name='会議所の会員')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='tenants.programme')),
            ],
            options={
                'verbose_name': '参加',
                'verbose_name_plural': '参加',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'programme', 'contract_start'), name='enrolment_once')],
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('state', models.CharField(choices=[('waiting', '確認待ち'), ('approved', '承認'), ('rejected', 'お断り')], default='waiting', max_length=20, verbose_name='状態')),
                ('name', models.CharField(max_length=120, verbose_name='会社名')),
                ('name_kana', models.CharField(max_length=120, verbose_name='会社名(かな)')),
                ('corporate_number', models.CharField(blank=True, max_length=13, verbose_name='法人番号')),
                ('postal_code', models.CharField(max_length=8, verbose_name='郵便番号')),
                ('prefecture', models.CharField(max_length=10, verbose_name='都道府県')),
                ('municipality', models.CharField(max_length=40, verbose_name='市区町村')),
                ('municipality_code', models.CharField(blank=True, max_length=5, verbose_name='市区町村コード')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='番地・建物')),
                ('phone', models.CharField(max_length=40, verbose_name='電話番号')),
                ('phone_e164', models.CharField(blank=True, max_length=20)),
                ('industry', models.CharField(blank=True, choices=[('A', '農業・林業'), ('B', '漁業'), ('C', '鉱業・採石業'), ('D', '建設業'), ('E', '製造業'), ('F', '電気・ガス・水道業'), ('G', '情報通信業'), ('H', '運輸業・郵便業'), ('I', '卸売業・小売業'), ('J', '金融業・保険業'), ('K', '不動産業・物品賃貸業'), ('L', '学術研究・専門・技術サービス業'), ('M', '宿泊業・飲食サービス業'), ('N', '生活関連サービス業・娯楽業'), ('O', '教育・学習支援業'), ('P', '医療・福祉'), ('Q', '複合サービス事業(郵便局・協同組合)'), ('R', 'その他のサービス業'), ('S', '公務'), ('T', '分からない・そのほか')], db_default='', default='', max_length=1, verbose_name='業種')),
                ('staff_count', models.PositiveIntegerField(verbose_name='従業員数')),
                ('pc_count', models.PositiveIntegerField(verbose_name='パソコン台数')),
                ('contact_name', models.CharField(max_length=120, verbose_name='担当者の氏名')),
                ('contact_kana', models.CharField(max_length=120, verbose_name='担当者の氏名(かな)')),
                ('email', models.EmailField(max_length=254, verbose_name='担当者のメールアドレス')),
                ('chamber_member', models.BooleanField(default=False, verbose_name='商工会議所の会員です')),
                ('language', models.CharField(default='ja', max_length=5)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='tenants.programme')),
            ],
            options={
                'verbose_name': '申込み',
                'indexes': [models.Index(fields=['programme', 'state', 'created_at'], name='application_by_programme')],
            },
        ),
        migrations.CreateModel(
            name='ProgrammePartner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='tenants.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partners', to='tenants.programme')),
            ],
            options={
                'verbose_name': '事業の協力組織',
                'verbose_name_plural': '事業の協力組織',
                'constraints': [models.UniqueConstraint(fields=('programme', 'organisation'), name='programme_partner_once')],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='版')),
                ('effective_from', models.DateTimeField(verbose_name='適用開始')),
                ('values', models.JSONField(blank=True, default=dict, verbose_name='値')),
                ('reason', models.CharField(max_length=200, verbose_name='変更の理由')),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settings_versions', to='tenants.programme')),
            ],
            options={
                'verbose_name': '事業の設定',
                'verbose_name_plural': '事業の設定',
                'ordering': ['programme', '-version'],
                'constraints': [models.UniqueConstraint(fields=('programme', 'version'), name='programme_settings_version')],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE tenants_accessgrant ADD CONSTRAINT access_grant_break_glass CHECK (capability <> "
            "'breakglass' OR (length(reason) >= 10 AND upper(valid) IS NOT NULL AND upper(valid) - lower(valid) "
            "<= interval '4 hours'))",
            "ALTER TABLE tenants_accessgrant DROP CONSTRAINT access_grant_break_glass",
        ),
        migrations.RunSQL(
            "CREATE INDEX audit_failed_log_ins ON tenants_auditevent (subject, at DESC) WHERE code = "
            "'person.log_in_failed'",
            "DROP INDEX audit_failed_log_ins",
        ),
        migrations.RunSQL(
            "CREATE INDEX audit_log_ins ON tenants_auditevent (actor_id, at DESC) WHERE code = 'person.logged_in'",
            "DROP INDEX audit_log_ins",
        ),
    ]
