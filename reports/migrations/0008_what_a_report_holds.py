"""Revisions of reports, opinions on them, sales of a day, groups of similar firms."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0007_contacts_are_claimed_found_and_kept_apart'),
        ('tenants', '0009_a_soc_reads_what_is_agreed_for_its_programmes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DailySales',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('yen', models.BigIntegerField(verbose_name='1日あたりの売上(円)')),
                ('given_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': '1日あたりの売上',
            },
        ),
        migrations.CreateModel(
            name='FormerReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveSmallIntegerField(verbose_name='版')),
                ('figures', models.JSONField()),
                ('pdf', models.BinaryField()),
                ('pdf_sha256', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': '前の版の月次レポート',
                'ordering': ['-revision'],
            },
        ),
        migrations.CreateModel(
            name='PeerGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='対象の月')),
                ('level', models.PositiveSmallIntegerField()),
                ('members', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('measures', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('medians', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('counted_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': '同じくらいの会社',
            },
        ),
        migrations.CreateModel(
            name='ReportOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opinion', models.CharField(choices=[('satisfied', '満足'), ('rather', 'やや満足'), ('neither', 'どちらとも言えない'), ('rather_not', 'やや不満'), ('not', '不満')], max_length=12, verbose_name='満足度')),
                ('given_at', models.DateTimeField(verbose_name='答えた日時')),
                ('way', models.CharField(choices=[('page', '会社の画面'), ('mail', 'メールのリンク')], max_length=4)),
            ],
            options={
                'verbose_name': '月次レポートの満足度',
                'ordering': ['-given_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='monthlyreport',
            name='basis',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name='monthlyreport',
            name='checked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='monthlyreport',
            name='mailed',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='monthlyreport',
            name='revision',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='版'),
        ),
        migrations.AddIndex(
            model_name='monthlyreport',
            index=models.Index(fields=['month', 'state'], name='report_of_month'),
        ),
        migrations.AddField(
            model_name='dailysales',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='dailysales',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation'),
        ),
        migrations.AddField(
            model_name='formerreport',
            name='report',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='former', to='reports.monthlyreport'),
        ),
        migrations.AddField(
            model_name='formerreport',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation'),
        ),
        migrations.AddIndex(
            model_name='peergroup',
            index=models.Index(fields=['month'], name='peer_group_of_month'),
        ),
        migrations.AddField(
            model_name='reportopinion',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reportopinion',
            name='report',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='reports.monthlyreport'),
        ),
        migrations.AddField(
            model_name='reportopinion',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation'),
        ),
        migrations.AddConstraint(
            model_name='dailysales',
            constraint=models.UniqueConstraint(fields=('tenant',), name='daily_sales_once'),
        ),
        migrations.AddConstraint(
            model_name='formerreport',
            constraint=models.UniqueConstraint(fields=('tenant', 'report', 'revision'), name='former_report_once'),
        ),
        migrations.AddIndex(
            model_name='reportopinion',
            index=models.Index(fields=['tenant', 'report', '-given_at', '-id'], name='report_opinion_newest'),
        ),
        migrations.AddConstraint(
            model_name='reportopinion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', False), ('way', 'page')), models.Q(('by__isnull', True), ('way', 'mail')), _connector='OR'), name='report_opinion_from_somebody'),
        ),
        rls.referable("reports_monthlyreport"),
        rls.same_firm_reference("reports_formerreport", "report_id", "reports_monthlyreport"),
        rls.same_firm_reference("reports_reportopinion", "report_id", "reports_monthlyreport"),
    ]
