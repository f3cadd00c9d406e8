"""Questions to firms after the help, their answers, vendors' hearings."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):

    initial = True

    # Whoever has the last migration of the former history has it all.
    replaces = [("surveys", "0003_firms_are_heard")]

    dependencies = [
        ('incidents', '0001_tables'),
        ('tenants', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FeedbackRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('desk', '相談窓口'), ('vendor', '訪問・遠隔対応の事業者'), ('incident', 'インシデント対応の全体')], max_length=10)),
                ('subject_key', models.CharField(max_length=60)),
                ('number', models.PositiveIntegerField()),
                ('ended_at', models.DateTimeField()),
                ('to', models.CharField(max_length=254)),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('token_sealed', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('vendor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'kind', 'subject_key'), name='feedback_asked_once')],
                'indexes': [models.Index(condition=models.Q(('answered_at__isnull', True), ('reminded_at__isnull', True)), fields=['asked_at'], name='feedback_to_remind')],
            },
        ),
        migrations.CreateModel(
            name='FeedbackAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField()),
                ('verdict', models.CharField(choices=[('very_good', 'とても良かった'), ('good', '良かった'), ('fair', '普通'), ('bad', '悪かった'), ('very_bad', 'とても悪かった')], max_length=10)),
                ('reason', models.CharField(blank=True, choices=[('words', '指示・助言・用語の分かりやすさ'), ('understanding', 'こちらの状況・要望を分かってくれたか'), ('time', '解決までの時間'), ('other', 'その他')], max_length=20)),
                ('words', models.CharField(blank=True, max_length=1000)),
                ('more', models.JSONField(default=dict)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('request', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.feedbackrequest')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'request'), name='feedback_answered_once')],
            },
        ),
        migrations.CreateModel(
            name='JobHearing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField()),
                ('answers', models.JSONField()),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.job')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'job'), name='job_hearing_once')],
            },
        ),
        rls.referable("surveys_feedbackrequest"),
        rls.same_firm_reference("surveys_feedbackanswer", "request_id", "surveys_feedbackrequest"),
        rls.same_firm_reference("surveys_jobhearing", "job_id", "incidents_job"),
    ]
