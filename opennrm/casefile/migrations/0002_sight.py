from django.db import migrations

from opennrm.casefile.sight_sql import CASE_SIGHT


class Migration(migrations.Migration):
    dependencies = [("casefile", "0001_initial"), ("access", "0002_functions")]
    operations = [migrations.RunSQL(CASE_SIGHT)]
