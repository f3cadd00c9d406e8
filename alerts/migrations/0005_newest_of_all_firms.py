"""The newest groups of all firms are read in their order."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0004_no_digest_key'),
        ('notifications', '0005_no_subject_key'),
        ('sensors', '0002_sql'),
        ('tenants', '0003_names_are_found_by_an_index'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='alertgroup',
            index=models.Index(fields=['-last_at', '-id'], name='alert_group_newest_of_all'),
        ),
    ]
