"""Lists over all firms are read in their order."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0006_sight_is_asked_row_by_row'),
        ('tenants', '0005_no_lists_of_firms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state__in', ('solved', 'merged'))), fields=['-closed_at', '-id'], name='case_ended'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('case__isnull', True), ('channel', 'phone')), fields=['-offered_at', '-id'], name='contact_apart'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('office_since__isnull', False)), fields=['office_since'], name='job_of_office'),
        ),
    ]
