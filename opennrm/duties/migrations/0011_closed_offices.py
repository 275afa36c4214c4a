from django.db import migrations

from opennrm.duties.closed_offices_sql import CLOSED_OFFICES


class Migration(migrations.Migration):
    dependencies = [("duties", "0010_newest_notices")]
    operations = [migrations.RunSQL(CLOSED_OFFICES)]
