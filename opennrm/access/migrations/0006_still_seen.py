from django.db import migrations

from opennrm.access.still_seen_sql import STILL_SEEN


class Migration(migrations.Migration):
    dependencies = [("access", "0005_officer_sight")]
    operations = [migrations.RunSQL(STILL_SEEN)]
