"""Names and numbers of firms are found by parts of them, and grants by the firm they open."""

import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

import tenants.models.organisation
from base.sql_files import SqlFile


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0002_sql'),
    ]

    operations = [
        SqlFile("functions/grams", sha256="f51a8e61457e"),
        SqlFile("functions/phone_digits", sha256="f60d3ea8c043"),
        migrations.RemoveConstraint(
            model_name='accessgrant',
            name='access_grant_no_overlap',
        ),
        migrations.AddField(
            model_name='organisation',
            name='phone_digits',
            field=models.GeneratedField(db_persist=True, expression=tenants.models.organisation.PhoneDigits('phone'), output_field=models.TextField()),
        ),
        migrations.AddField(
            model_name='organisation',
            name='search_place',
            field=models.GeneratedField(db_persist=True, expression=tenants.models.organisation.SearchFold(django.db.models.functions.text.Concat('prefecture', 'municipality')), output_field=models.TextField()),
        ),
        migrations.AddIndex(
            model_name='accessgrant',
            index=models.Index(fields=['grantee', 'tenant'], include=('capability', 'valid', 'subject_id'), name='access_grant_sight'),
        ),
        migrations.AddIndex(
            model_name='accessgrant',
            index=models.Index(condition=models.Q(('subject_id__isnull', False)), fields=['grantee', 'subject_id'], name='access_grant_subject_held'),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=models.Index(condition=models.Q(('kind', 'sme')), fields=['name', 'id'], name='organisation_in_order'),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams('search_name', 2), name='organisation_by_name'),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=django.contrib.postgres.indexes.GinIndex(tenants.models.organisation.Grams('phone_digits', 4), name='organisation_by_phone'),
        ),
        migrations.AddConstraint(
            model_name='accessgrant',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Cast('grantee', models.TextField()), models.Value(' ', output_field=models.TextField()), django.db.models.functions.comparison.Cast('tenant', models.TextField()), models.Value(' ', output_field=models.TextField()), django.db.models.functions.comparison.Cast('capability', models.TextField()), models.Value(' ', output_field=models.TextField()), django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.Coalesce('subject_id', 0), models.TextField())), '='), ('valid', '&&')], name='access_grant_no_overlap'),
        ),
    ]
