"""The desk's opening hours stand in the programme's settings only; the words beside them could say something else."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenants", "0064_office_firm_list")]

    operations = [migrations.RemoveField("programme", "desk_hours")]
